"""What every request passes: ids, security headers, CORS, the access log, faults."""

import re
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from ipaddress import ip_address

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepass.core.errors import CoreError
from gatepass.http.cors import Cors
from gatepass.http.counts import Counts
from gatepass.http.log import AccessLog
from gatepass.http.settled import Settled

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")
_NOSNIFF = (b"x-content-type-options", b"nosniff")
_NO_STORE = (b"cache-control", b"no-store")
ALWAYS = [_NOSNIFF, (b"referrer-policy", b"no-referrer"), _NO_STORE]
KIND = "gatepass.kind"
"""Key of the scope by which an application says what it answers with, if not with data."""

DATA, PAGE, ASSET = "data", "page", "asset"
_BY_KIND = {
    DATA: ALWAYS,
    # With no referrer at all a form of the page would be sent without its origin.
    PAGE: [_NOSNIFF, (b"referrer-policy", b"same-origin"), _NO_STORE],
    # It says itself how long it may be kept.
    ASSET: [_NOSNIFF],
}


def https_beyond_loopback(app: ASGIApp, refuse: ASGIApp) -> ASGIApp:
    """Return the application that serves plain http to this machine alone."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        plain = scope["type"] == "http" and scope["scheme"] == "http"
        if plain and not is_loopback(scope["client"]):
            await refuse(scope, receive, send)
        else:
            await app(scope, receive, send)

    return guarded


def is_loopback(client: tuple[str, int] | None) -> bool:
    """Say whether a peer is this machine; one without an address is."""
    try:
        return client is None or ip_address(client[0]).is_loopback
    except ValueError:
        return False


def _asked(headers: Iterable[tuple[bytes, bytes]], incident: str) -> tuple[bytes, bytes | None]:
    """Return the id that a request is to have, and the origin of the page that sent it."""
    request_id = incident.encode()
    origin = None
    for name, value in headers:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            request_id = value
        elif name == b"origin" and origin is None:
            origin = value
    return request_id, origin


class Edge:
    """The outermost layer of the application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        log: AccessLog,
        counts: Counts,
        broken: ASGIApp,
        new_id: Callable[[], str],
        cors: Cors,
        hsts: timedelta,
        settled: Settled,
    ) -> None:
        self._app = app
        self._settled = settled
        self._cors = cors
        age = b"max-age=%d" % hsts.total_seconds()
        strict = [(b"strict-transport-security", age)] if hsts else []
        self._by_kind = {kind: [*own, *strict] for kind, own in _BY_KIND.items()}
        self._log = log
        self._counts = counts
        self._broken = broken
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; what breaks below is logged and answered with its incident id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._settled.is_behind(scope["path"]):
            await self._settled.catch_up()
        incident = self._new_id()
        request_id, origin = _asked(scope["headers"], incident)
        app = self._app
        if origin is not None:
            app, send = self._cors.around(app, scope, send, origin)
        scope["gatepass.incident"] = incident
        started = time.perf_counter()
        status = 0
        by_kind = self._by_kind if scope["scheme"] == "https" else _BY_KIND

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", request_id),
                    *by_kind[scope.get(KIND, DATA)],
                ]
            await send(message)

        try:
            await app(scope, receive, send_with_headers)
        except Exception as fault:  # noqa: BLE001 - the last guard: an error means no
            scope["gatepass.fault"] = fault
            if status == 0:
                await self._broken(scope, receive, send_with_headers)
        finally:
            self._note(scope, status, request_id, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, request_id: bytes, seconds: float) -> None:
        """Count and log how a request was answered."""
        if (broke := scope.get("gatepass.fault")) is not None:
            self._counts.faults += 1
            self._log.fault(scope, broke)
        refusal = scope.get("gatepass.refusal")
        if not isinstance(refusal, CoreError):
            refusal = None
        self._counts.request(scope, status, seconds, refusal)
        self._log.request(scope, status, request_id, seconds, refusal)
