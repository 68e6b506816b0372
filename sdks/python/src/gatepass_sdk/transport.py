"""One request out, one answer or one error back, over httpx2, threads or asyncio."""

import asyncio
import ssl
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx2

from gatepass_sdk.configuration import Configuration
from gatepass_sdk.errors import (
    CannotConnect,
    ConnectionLost,
    TimedOut,
    TransportError,
    TruncatedAnswer,
)
from gatepass_sdk.exchange import HttpRequest, HttpResponse
from gatepass_sdk.quiet import ours

FAILURES = (httpx2.RequestError, httpx2.InvalidURL)


class Transport:
    """Sends on a connection pool of its own, with its cookies, or on the one that it is given."""

    def __init__(self, config: Configuration[httpx2.Client]) -> None:
        given = config.http_client_instance
        self._timeout = _limit(config)
        self._is_own = given is None
        self._http = given or httpx2.Client(**_options(config))

    def exchange(self, request: HttpRequest) -> HttpResponse | TransportError:
        """Send a request; redirects are not followed."""
        began = time.monotonic()
        response = None
        with ours():
            try:
                sent = _built(self._http, request, self._timeout)
                response = self._http.send(sent, stream=True, follow_redirects=False)
                parts = []
                try:
                    for part in response.iter_bytes():
                        parts.append(part)
                        # The library limits the wait for each part, this limits the whole.
                        if self._timeout is not None and time.monotonic() - began > self._timeout:
                            return _timed_out(request, self._timeout)
                finally:
                    response.close()
            except FAILURES as failure:
                return _error(failure, request, self._timeout, begun=response is not None)
        return _answer(response, b"".join(parts), request)

    def close(self) -> None:
        """Close the connections, if they are its own."""
        if self._is_own:
            self._http.close()


class AsyncTransport:
    """The same on asyncio."""

    def __init__(self, config: Configuration[httpx2.AsyncClient]) -> None:
        given = config.http_client_instance
        self._timeout = _limit(config)
        self._is_own = given is None
        self._http = given or httpx2.AsyncClient(**_options(config))

    async def exchange(self, request: HttpRequest) -> HttpResponse | TransportError:
        """Send a request; redirects are not followed."""
        response = None
        with ours():
            try:
                async with asyncio.timeout(self._timeout):
                    sent = _built(self._http, request, self._timeout)
                    response = await self._http.send(sent, stream=True, follow_redirects=False)
                    try:
                        content = b"".join([part async for part in response.aiter_bytes()])
                    finally:
                        await response.aclose()
            except TimeoutError:
                return _timed_out(request, self._timeout)
            except FAILURES as failure:
                return _error(failure, request, self._timeout, begun=response is not None)
        return _answer(response, content, request)

    async def close(self) -> None:
        """Close the connections, if they are its own."""
        if self._is_own:
            await self._http.aclose()


def _limit(config: Configuration[Any]) -> float | None:
    """Return the seconds that a call may take; None: as a given client has it.

    Raises:
        ValueError: a given client is asked to trust other certificates than it does.
    """
    if config.http_client_instance is None:
        return config.timeout
    if not config.override_http_client_configuration:
        return None
    if config.skip_ssl_cert_verification:
        raise ValueError("a given HTTP client decides itself which certificates it trusts")
    return config.timeout


def _options(config: Configuration[Any]) -> dict[str, Any]:
    verify = not config.skip_ssl_cert_verification and _trusting()
    return {"timeout": config.timeout, "verify": verify}


@cache
def _trusting() -> ssl.SSLContext:
    """Return what verifies certificates; reading the trusted ones takes longer than a call."""
    return httpx2.create_ssl_context()


def _built(
    http: httpx2.Client | httpx2.AsyncClient, request: HttpRequest, timeout: float | None
) -> httpx2.Request:
    more: dict[str, Any] = {} if timeout is None else {"timeout": timeout}
    return http.build_request(
        request.http_method,
        request.query_url,
        headers=request.headers,
        content=request.content,
        **more,
    )


def _answer(response: httpx2.Response, content: bytes, request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        status_code=response.status_code,
        reason_phrase=response.reason_phrase,
        headers=response.headers,
        content=content,
        request=request,
    )


def _timed_out(request: HttpRequest, seconds: float | None) -> TimedOut:
    limit = "the time that the HTTP client gives" if seconds is None else f"{seconds:g} seconds"
    return TimedOut(f"no whole answer from {_server(request)} within {limit}")


_KINDS: dict[type[Exception], Callable[[str, Exception], TransportError]] = {
    httpx2.ConnectTimeout: lambda server, _: TimedOut(
        f"no connection to {server} in time", may_have_arrived=False
    ),
    httpx2.PoolTimeout: lambda server, _: TimedOut(
        f"no connection to {server} was free in time", may_have_arrived=False
    ),
    httpx2.ConnectError: lambda server, failure: CannotConnect(
        f"cannot connect to {server}: {failure}"
    ),
    httpx2.ProxyError: lambda server, _: CannotConnect(
        f"cannot connect to {server}: the proxy refused"
    ),
    httpx2.LocalProtocolError: lambda server, _: CannotConnect(
        f"cannot connect to {server}: the request cannot be sent as it is"
    ),
    httpx2.UnsupportedProtocol: lambda server, _: CannotConnect(f"{server} is not http or https"),
    httpx2.InvalidURL: lambda server, _: CannotConnect(f"{server} is not an address"),
}
"""What came before anything was sent. A failure's own text may quote headers, so one is kept."""


def _error(
    failure: Exception, request: HttpRequest, seconds: float | None, *, begun: bool
) -> TransportError:
    """Return the library's failure as one of ours."""
    server = _server(request)
    kind = _KINDS.get(type(failure))
    if kind is not None:
        return kind(server, failure)
    if isinstance(failure, httpx2.TimeoutException):
        return _timed_out(request, seconds)
    if begun:
        return TruncatedAnswer(f"the answer of {server} ended in the middle")
    return ConnectionLost(f"the connection to {server} ended without an answer")


def _server(request: HttpRequest) -> str:
    scheme, _, rest = request.query_url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
