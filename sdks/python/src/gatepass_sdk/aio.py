"""The client for asyncio: the same two faces as ``client``, each call awaited."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
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
from gatepass_sdk.transport import AsyncTransport

T = TypeVar("T")


class AsyncGatepassClient:
    """One server, one caller; the tasks of one event loop may share it.

    Its arguments are those of ``GatepassClient``; ``http_client_instance`` is an async one.
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
        http_client_instance: httpx2.AsyncClient | None = None,
        override_http_client_configuration: bool = False,
        http_call_back: HttpCallBack | None = None,
        config: Configuration[httpx2.AsyncClient] | None = None,
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
        http = AsyncTransport(self.config)
        self._http = http
        self.session = AsyncSessionController(self.config, http)
        keeper = TokenKeeper(credentials, self.config.access_token)
        self.auth = AsyncAuthController(self.config, http, keeper, auth_retries or Retries())

    async def close(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        await self.auth.close()
        await self._http.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"AsyncGatepassClient(base_url={self.config.base_url!r})"


class AsyncSessionController:
    """The betas' session operations."""

    def __init__(self, config: Configuration[httpx2.AsyncClient], http: AsyncTransport) -> None:
        self._config = config
        self._http = http
        self._setting = wire.BetaSetting.of(config)

    async def get_session_info(self) -> str:
        """Return who the caller is, as the text of the answer."""
        return await self._make(wire.session_info(self._setting))

    async def login(
        self, body: session_models.TspublicRestV2SessionLoginRequest
    ) -> session_models.SessionLoginResponse:
        """Open a session; its cookie is kept."""
        return await self._make(wire.session_login(self._setting, wire.required(body)))

    async def logout(self) -> bool:
        """End the session of the cookie."""
        return await self._make(wire.session_logout(self._setting))

    async def get_token(
        self, body: session_models.TspublicRestV2SessionGettokenRequest
    ) -> session_models.SessionLoginResponse:
        """Get a token by password or trusted secret."""
        return await self._make(wire.session_token(self._setting, wire.required(body)))

    async def revoke_token(self) -> bool:
        """Revoke the client's access token."""
        return await self._make(wire.session_revoke(self._setting))

    async def _make(self, call: wire.Call[T]) -> T:
        config = self._config
        watcher = config.http_call_back
        request = call.request(config.get_base_uri(), wire.shown(call, config.access_token))
        if watcher is not None:
            watcher.on_before_request(request)
        patience = ByConfiguration(config, call.method)
        response = await _take(patiently(request, patience, is_safe=False), self._http)
        if watcher is not None:
            watcher.on_after_response(response)
        return call.read(response)


class AsyncAuthController:
    """The Authentication operations of REST v2.0; it looks after the token that it shows.

    Each raises ``GatepassError``: ``Refused`` where the server refuses, see ``errors``.
    """

    def __init__(
        self,
        config: Configuration[httpx2.AsyncClient],
        http: AsyncTransport,
        keeper: TokenKeeper,
        retries: Retries,
    ) -> None:
        self._base = config.get_base_uri()
        self._http = http
        self._keeper = keeper
        self._retries = retries
        self._renewal: asyncio.Task[str] | None = None

    async def login(self, request: requests.LoginRequest) -> None:
        """Open a session; its cookie is kept."""
        await self._make(wire.login(request))

    async def logout(self) -> None:
        """End the cookie's session and the token that is kept."""
        await self._make(wire.logout())

    async def get_full_access_token(self, request: requests.FullTokenRequest) -> answers.Token:
        """Get a token for all that a user may do. The client does not keep it."""
        return await self._make(wire.get_full_access_token(request))

    async def get_object_access_token(self, request: requests.ObjectTokenRequest) -> answers.Token:
        """Get a token for one object. The client does not keep it."""
        return await self._make(wire.get_object_access_token(request))

    async def get_custom_access_token(
        self, request: requests.CustomTokenRequest
    ) -> answers.AccessToken:
        """Get a token that carries attributes. The client does not keep it."""
        return await self._make(wire.get_custom_access_token(request))

    async def revoke_token(self, request: requests.RevokeTokenRequest | None = None) -> None:
        """End a token, a user's tokens, or with neither named the caller's own."""
        await self._make(wire.revoke_token(request or requests.RevokeTokenRequest()))

    async def validate_token(
        self, request: requests.ValidateTokenRequest
    ) -> answers.TokenValidation:
        """Say what a token is; ``InvalidRequest`` if it is not good any more."""
        return await self._make(wire.validate_token(request))

    async def get_current_user_info(self) -> answers.User:
        """Say who the caller is."""
        return await self._make(wire.get_current_user_info())

    async def get_current_user_token(self) -> answers.SessionToken:
        """Get a token of the caller's session. The client does not keep it."""
        return await self._make(wire.get_current_user_token())

    async def configure_auth_settings(self, request: requests.ConfigureAuthRequest) -> None:
        """Switch trusted authentication."""
        await self._make(wire.configure_auth_settings(request))

    async def search_auth_settings(
        self, request: requests.SearchAuthRequest | None = None
    ) -> answers.AuthSettings:
        """Show the state of trusted authentication."""
        return await self._make(wire.search_auth_settings(request or requests.SearchAuthRequest()))

    async def _make(self, call: wire.Call[T]) -> T:
        steps = converse(call, self._base, self._keeper, self._retries)
        return await _take(steps, self._http, self.token)

    async def token(self) -> str | None:
        """Return the token to show; of many tasks that need a new one, all wait for the same.

        Raises:
            GatepassError: none was to be had; all that waited for it are told so.
        """
        token = self._keeper.usable()
        if token is not None or self._keeper.wanted is None:
            return token
        if self._renewal is None:
            self._renewal = asyncio.create_task(self._renewed(self._keeper.wanted))
            self._renewal.add_done_callback(self._forget)
        # Who gives up waiting does not stop it for the others.
        return await asyncio.shield(self._renewal)

    def _forget(self, renewal: "asyncio.Task[str]") -> None:
        self._renewal = None
        if not renewal.cancelled():
            renewal.exception()  # seen, though perhaps nobody waits for it any more

    async def _renewed(self, wanted: requests.TokenRequest) -> str:
        asked_at = self._keeper.clock()
        steps = converse(wire.token_for(wanted), self._base, self._keeper, self._retries)
        return self._keeper.keep(await _take(steps, self._http), asked_at)

    async def close(self) -> None:
        """Stop getting a token that nobody waits for."""
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.wait([self._renewal])


async def _none() -> None:
    """Have no token."""


async def _take(
    steps: Steps[T], http: AsyncTransport, token: Callable[[], Awaitable[str | None]] = _none
) -> T:
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
                told = await http.exchange(request)
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case NeedToken():
                told = await token()
