"""Paths for those who run the server: to this machine alone, or on a bind of their own."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepass.http.middleware import is_loopback

INSIDE = "gatepass.inside"
_FORWARDED = (b"forwarded", b"via", b"x-forwarded-", b"x-real-ip")
"""What proxies add begins so: each adds what it is told to, perhaps no more than a host's name."""


class Insiders:
    """An application for insiders; to others it is not there."""

    def __init__(self, app: ASGIApp, elsewise: ASGIApp, *, own_bind: bool) -> None:
        self._app = app
        self._elsewise = elsewise
        self._own_bind = own_bind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an insider."""
        app = self._app if self._knows(scope) else self._elsewise
        await app(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        if self._own_bind or INSIDE in scope:
            return INSIDE in scope
        # What a proxy on this machine passes on is not of this machine, listed proxy or not.
        forwarded = any(name.startswith(_FORWARDED) for name, _ in scope["headers"])
        return scope["client"] is not None and is_loopback(scope["client"]) and not forwarded


def listen(host: str, first: int, most: int) -> tuple[socket.socket, int]:
    """Listen on the first free one of so many ports, and say the how many-th it is.

    Raises:
        OSError: none is free, or the address cannot be used.
    """
    for number in range(most):
        info = socket.getaddrinfo(host, first + number, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(info[0], info[1])
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(info[4])
            # Bound is not enough: two may be bound to one address until the first one listens.
            bound.listen(128)
        except OSError as error:
            bound.close()
            if error.errno != errno.EADDRINUSE or number == most - 1:
                raise
        else:
            return bound, number
    raise OSError(errno.EADDRINUSE, "no port is free")


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, bound: socket.socket) -> AsyncIterator[None]:
    """Serve insiders on a socket of their own, inside the block."""

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        scope[INSIDE] = True
        await app(scope, receive, send)

    config = uvicorn.Config(
        inside,
        http="gatepass.http.protocol:GuardedProtocol",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    server = _Second(config)
    task = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


class _Second(uvicorn.Server):
    """A server beside the first one, which is the one that hears signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the first server."""
        yield
