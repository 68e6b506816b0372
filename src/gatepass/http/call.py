"""A decoded request and its reply."""

from collections.abc import Mapping
from string import punctuation
from typing import Generic, TypeVar
from urllib.parse import parse_qsl, quote

from gatepass.core import Core
from gatepass.core.records import Principal, Source
from gatepass.http.credentials import Cookies

Body = TypeVar("Body")


class Call(Generic[Body]):
    """One request: what was asked, by whom, with which credentials."""

    __slots__ = (
        "_principal",
        "bearer",
        "body",
        "client_id",
        "cookie",
        "cookies",
        "core",
        "headers",
        "https",
        "path",
        "query_string",
        "source",
    )

    def __init__(
        self,
        *,
        core: Core,
        source: Source,
        cookies: Cookies,
        headers: Mapping[bytes, bytes],
        https: bool,
        body: Body,
        path: Mapping[str, str],
        query_string: bytes,
        bearer: str | None,
        cookie: str | None,
        client_id: str | None,
        principal: Principal | None,
    ) -> None:
        self.core = core
        self.source = source
        self.cookies = cookies
        self.headers = headers
        self.https = https
        self.body = body
        self.path = path
        self.query_string = query_string
        self.bearer = bearer
        self.cookie = cookie
        self.client_id = client_id
        self._principal = principal

    @property
    def principal(self) -> Principal:
        """Who is calling; only operations that ask for a caller may ask."""
        if self._principal is None:
            raise RuntimeError("the operation is open: it has no principal")
        return self._principal

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters, the last of a name."""
        return dict(parse_qsl(self.query_string.decode("latin-1"), keep_blank_values=True))


class Reply:
    """Status, body and headers; a body is JSON unless it says otherwise, None: of no type."""

    __slots__ = ("body", "headers", "status")

    def __init__(
        self,
        status: int,
        body: bytes = b"",
        headers: list[tuple[bytes, bytes]] | None = None,
        content_type: bytes | None = b"application/json",
    ) -> None:
        self.status = status
        self.body = body
        self.headers = headers or []
        if status != NO_CONTENT:
            if content_type is not None:
                self.headers.append((b"content-type", content_type))
            self.headers.append((b"content-length", b"%d" % len(body)))


def text(body: str) -> Reply:
    """Return the reply whose body is this text and nothing else."""
    return Reply(200, body.encode(), content_type=b"text/plain; charset=utf-8")


def redirect(target: str, headers: list[tuple[bytes, bytes]] | None = None) -> Reply:
    """Return the reply that sends a browser on, 302; whoever calls has checked where to.

    What a header cannot hold is percent-encoded, all else stays as it is.
    """
    location = quote(target, safe=punctuation)
    return Reply(
        FOUND, headers=[*(headers or ()), (b"location", location.encode())], content_type=None
    )


NO_CONTENT = 204
FOUND = 302
