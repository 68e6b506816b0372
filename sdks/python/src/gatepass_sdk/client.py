"""The client for threads: ``client.session`` speaks the betas, ``client.auth`` REST v2.0."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from types import TracebackType
from typing import Self, TypeVar

import httpx2

from gatepass_sdk import answers, requests, session_models, wire
from gatepass_sdk.configuration import (
    RETRY_METHODS,
    RETRY_STATUSES,
    Configuration,
    Environment,
    HttpCallBack,
)
from gatepass_sdk.conversation import (
    ByConfiguration,
    NeedToken,
    Pause,
    Retries,
    Send,
    Steps,
    Told,
    converse,
    patiently,
)
from gatepass_sdk.keeping import TokenKeeper
from gatepass_sdk.transport import Transport

T = TypeVar("T")


class GatepassClient:
    """One server, one caller; threads may share it. ``with`` closes its connections.

    The first fifteen arguments, and ``RestapisdkClient``, are the vendor's. ``credentials`` says
    which token the ``auth`` face shows; without it that is ``access_token``, and without that the
    cookie of a login.
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
        http_client_instance: httpx2.Client | None = None,
        override_http_client_configuration: bool = False,
        http_call_back: HttpCallBack | None = None,
        config: Configuration[httpx2.Client] | None = None,
        credentials: requests.TokenRequest | None = None,
        auth_retries: Retries | None = None,
    ) -> None:
        self.config = config or Configuration(
            base_url=base_url,
            environment=environment,
            access_token=access_token,
            accept_language=accept_language,
            content_type=content_type,
            timeout=timeout,
            max_retries=max_retries,
            backoff_factor=backoff_factor,
            retry_statuses=retry_statuses,
            retry_methods=retry_methods,
            skip_ssl_cert_verification=skip_ssl_cert_verification,
            http_client_instance=http_client_instance,
            override_http_client_configuration=override_http_client_configuration,
            http_call_back=http_call_back,
        )
        http = Transport(self.config)
        self._http = http
        self.session = SessionController(self.config, http)
        keeper = TokenKeeper(credentials, self.config.access_token)
        self.auth = AuthController(self.config, http, keeper, auth_retries or Retries())

    def close(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"GatepassClient(base_url={self.config.base_url!r})"


RestapisdkClient = GatepassClient


class SessionController:
    """The betas' session operations, as the vendor's manual has them."""

    def __init__(self, config: Configuration[httpx2.Client], http: Transport) -> None:
        self._config = config
        self._http = http
        self._setting = wire.BetaSetting.of(config)

    def get_session_info(self) -> str:
        """Return who the caller is, as the text of the answer."""
        return self._make(wire.session_info(self._setting))

    def login(
        self, body: session_models.TspublicRestV2SessionLoginRequest
    ) -> session_models.SessionLoginResponse:
        """Open a session; its cookie is kept."""
        return self._make(wire.session_login(self._setting, wire.required(body)))

    def logout(self) -> bool:
        """End the session of the cookie."""
        return self._make(wire.session_logout(self._setting))

    def get_token(
        self, body: session_models.TspublicRestV2SessionGettokenRequest
    ) -> session_models.SessionLoginResponse:
        """Get a token by password or trusted secret."""
        return self._make(wire.session_token(self._setting, wire.required(body)))

    def revoke_token(self) -> bool:
        """Revoke the client's access token."""
        return self._make(wire.session_revoke(self._setting))

    def _make(self, call: wire.Call[T]) -> T:
        config = self._config
        watcher = config.http_call_back
        request = call.request(config.get_base_uri(), wire.shown(call, config.access_token))
        if watcher is not None:
            watcher.on_before_request(request)
        patience = ByConfiguration(config, call.method)
        response = _take(patiently(request, patience, is_safe=False), self._http)
        if watcher is not None:
            watcher.on_after_response(response)
        return call.read(response)


class AuthController:
    """The Authentication operations of REST v2.0; it looks after the token that it shows.

    Each raises ``GatepassError``: ``Refused`` where the server refuses, see ``errors``.
    """

    def __init__(
        self,
        config: Configuration[httpx2.Client],
        http: Transport,
        keeper: TokenKeeper,
        retries: Retries,
    ) -> None:
        self._base = config.get_base_uri()
        self._http = http
        self._keeper = keeper
        self._retries = retries
        self._lock = threading.Lock()
        self._renewal: Future[str] | None = None

    def login(self, request: requests.LoginRequest) -> None:
        """Open a session; its cookie is kept."""
        self._make(wire.login(request))

    def logout(self) -> None:
        """End the cookie's session and the token that is kept."""
        self._make(wire.logout())

    def get_full_access_token(self, request: requests.FullTokenRequest) -> answers.Token:
        """Get a token for all that a user may do. The client does not keep it."""
        return self._make(wire.get_full_access_token(request))

    def get_object_access_token(self, request: requests.ObjectTokenRequest) -> answers.Token:
        """Get a token for one object. The client does not keep it."""
        return self._make(wire.get_object_access_token(request))

    def get_custom_access_token(self, request: requests.CustomTokenRequest) -> answers.AccessToken:
        """Get a token that carries attributes. The client does not keep it."""
        return self._make(wire.get_custom_access_token(request))

    def revoke_token(self, request: requests.RevokeTokenRequest | None = None) -> None:
        """End a token, a user's tokens, or with neither named the caller's own."""
        self._make(wire.revoke_token(request or requests.RevokeTokenRequest()))

    def validate_token(self, request: requests.ValidateTokenRequest) -> answers.TokenValidation:
        """Say what a token is; ``InvalidRequest`` if it is not good any more."""
        return self._make(wire.validate_token(request))

    def get_current_user_info(self) -> answers.User:
        """Say who the caller is."""
        return self._make(wire.get_current_user_info())

    def get_current_user_token(self) -> answers.SessionToken:
        """Get a token of the caller's session. The client does not keep it."""
        return self._make(wire.get_current_user_token())

    def configure_auth_settings(self, request: requests.ConfigureAuthRequest) -> None:
        """Switch trusted authentication."""
        self._make(wire.configure_auth_settings(request))

    def search_auth_settings(
        self, request: requests.SearchAuthRequest | None = None
    ) -> answers.AuthSettings:
        """Show the state of trusted authentication."""
        return self._make(wire.search_auth_settings(request or requests.SearchAuthRequest()))

    def _make(self, call: wire.Call[T]) -> T:
        steps = converse(call, self._base, self._keeper, self._retries)
        return _take(steps, self._http, self.token)

    def token(self) -> str | None:
        """Return the token to show; of many threads that need a new one, one gets it for all.

        Raises:
            GatepassError: none was to be had; all that waited for it are told so.
        """
        wanted = self._keeper.wanted
        while (token := self._keeper.usable()) is None and wanted is not None:
            with self._lock:
                first = self._renewal is None
                renewal = self._renewal = self._renewal or Future()
            if first:
                return self._renewed(wanted, renewal)
            try:
                return renewal.result()
            except CancelledError:  # who was to get it was interrupted
                continue
        return token

    def _renewed(self, wanted: requests.TokenRequest, renewal: "Future[str]") -> str:
        keeper = self._keeper
        # Between the look and the lock another thread may have got one.
        token = keeper.usable()
        try:
            if token is None:
                asked_at = keeper.clock()
                steps = converse(wire.token_for(wanted), self._base, keeper, self._retries)
                token = keeper.keep(_take(steps, self._http), asked_at)
        except Exception as error:
            renewal.set_exception(error)
            raise
        else:
            renewal.set_result(token)
            return token
        finally:
            renewal.cancel()
            with self._lock:
                self._renewal = None


def _take(steps: Steps[T], http: Transport, token: Callable[[], str | None] = lambda: None) -> T:
    """Take the steps of a conversation to its end."""
    told: Told = None
    while True:
        try:
            step = steps.send(told)
        except StopIteration as end:
            found: T = end.value
            return found
        told = None
        match step:
            case Send(request):
                told = http.exchange(request)
            case Pause(seconds):
                time.sleep(seconds)
            case NeedToken():
                told = token()
