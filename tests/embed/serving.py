"""Applications on real sockets, in the event loop of the tests."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from gatepass.http.protocol import GuardedProtocol


def listening() -> socket.socket:
    """Return a socket on a free port of this machine."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    return bound


@asynccontextmanager
async def serving(app: Any, bound: socket.socket, **more: Any) -> AsyncIterator[None]:
    """Serve an application as ``gatepass serve`` does, as far as the wire is concerned."""
    config = uvicorn.Config(
        app,
        http=GuardedProtocol,
        ws="none",
        lifespan="auto",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        **more,
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[bound]))
    while not server.started:
        assert not running.done(), "the server did not start"
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await running
        bound.close()
