"""What every request passes: ids, security headers, the access log, faults."""

import re
import time
from collections.abc import Callable
from ipaddress import ip_address

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepass.core.errors import CoreError
from gatepass.http.counts import Counts
from gatepass.http.log import AccessLog

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")
_ALWAYS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
]


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


class Edge:
    """The outermost layer of the application."""

    def __init__(
        self,
        app: ASGIApp,
        log: AccessLog,
        counts: Counts,
        broken: ASGIApp,
        new_id: Callable[[], str],
    ) -> None:
        self._app = app
        self._log = log
        self._counts = counts
        self._broken = broken
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; what breaks below is logged and answered with its incident id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        incident = self._new_id()
        request_id = incident.encode()
        for name, value in scope["headers"]:
            if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
                request_id = value
        scope["gatepass.incident"] = incident
        started = time.perf_counter()
        status = 0
        own = [(b"x-request-id", request_id), *_ALWAYS]

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *own]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as fault:  # noqa: BLE001 - the last guard: an error means no
            scope["gatepass.fault"] = fault
            if status == 0:
                await self._broken(scope, receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - started
            if (broke := scope.get("gatepass.fault")) is not None:
                self._counts.faults += 1
                self._log.fault(scope, broke)
            refusal = scope.get("gatepass.refusal")
            if not isinstance(refusal, CoreError):
                refusal = None
            self._counts.request(scope, status, seconds, refusal)
            self._log.request(scope, status, request_id, seconds, refusal)
