"""How a client is set up: names and defaults of the vendor's Python client."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import httpx2

from gatepass_sdk.exchange import HttpRequest, HttpResponse

Http = TypeVar("Http", httpx2.Client, httpx2.AsyncClient)

RETRY_STATUSES = (408, 413, 429, 500, 502, 503, 504, 521, 522, 524)
RETRY_METHODS = ("GET", "PUT")


class Environment(Enum):
    """The one there is."""

    PRODUCTION = 0


class Server(Enum):
    """The one there is."""

    DEFAULT = 0


class HttpCallBack:
    """Sees every exchange of the ``session`` face; override what is wanted.

    What it is handed holds passwords and tokens: it is for looking, not for logs.
    """

    def on_before_request(self, request: HttpRequest) -> None:
        """Look at a request before it is sent."""

    def on_after_response(self, response: HttpResponse) -> None:
        """Look at an answer before it is read."""


class Configuration(Generic[Http]):
    """Where the server is and how to speak to it; does not change once made.

    ``max_retries`` and what belongs to it are the ``session`` face's; ``timeout`` (seconds for the
    whole call) is both faces'. A given ``http_client_instance`` keeps its own timeouts unless
    ``override_http_client_configuration`` is set, and is not closed with the client.
    """

    def __init__(
        self,
        *,
        base_url: str = "https://localhost:443",
        environment: Environment = Environment.PRODUCTION,
        access_token: str = "",
        accept_language: str = "application/json",
        content_type: str = "application/json",
        timeout: float = 60,
        max_retries: int = 0,
        backoff_factor: float = 2,
        retry_statuses: Sequence[int] = RETRY_STATUSES,
        retry_methods: Sequence[str] = RETRY_METHODS,
        skip_ssl_cert_verification: bool = False,
        http_client_instance: Http | None = None,
        override_http_client_configuration: bool = False,
        http_call_back: HttpCallBack | None = None,
    ) -> None:
        if "@" in urlsplit(base_url).netloc:
            raise ValueError("base_url holds no name or password")
        self.base_url = base_url
        self.environment = environment
        self.access_token = access_token
        self.accept_language = accept_language
        self.content_type = content_type
        self.timeout = timeout
        self.max_retries = max_retries
        self.backoff_factor = backoff_factor
        self.retry_statuses = tuple(retry_statuses)
        self.retry_methods = tuple(retry_methods)
        self.skip_ssl_cert_verification = skip_ssl_cert_verification
        self.http_client_instance: Http | None = http_client_instance
        self.override_http_client_configuration = override_http_client_configuration
        self.http_call_back = http_call_back

    def clone_with(self, **changes: Any) -> "Configuration[Http]":  # noqa: ANN401 - as in __init__
        """Return a copy in which these are different."""
        return Configuration(**(vars(self) | changes))

    def get_base_uri(self, server: Server = Server.DEFAULT) -> str:  # noqa: ARG002 - the manual's
        """Return the address that the paths are appended to."""
        return self.base_url.rstrip("/")

    def __repr__(self) -> str:
        return f"Configuration(base_url={self.base_url!r})"
