"""Whether the process lives, and whether it can answer."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepass.core.errors import Busy

METHODS = ["GET", "HEAD"]


class Probe:
    """A path of its own for GET and HEAD; any other method is refused in a dialect's words."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]], refuse: ASGIApp) -> None:
        self._answer = answer
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] in METHODS:
            response = await self._answer(Request(scope, receive))
            await response(scope, receive, send)
        else:
            await self._refuse(scope, receive, send)


async def live(_: Request) -> Response:
    """GET /healthz: 200 while the process runs."""
    return JSONResponse({"status": "ok"})


def key_set(
    published: Callable[[], Awaitable[list[dict[str, Any]]]],
) -> Callable[[Request], Awaitable[Response]]:
    """Return GET /.well-known/jwks.json: the public keys of signed tokens (RFC 7517 §5)."""

    async def jwks(_: Request) -> Response:
        return JSONResponse({"keys": await published()})

    return jwks


def ready(check: Callable[[], Awaitable[bool]]) -> Callable[[Request], Awaitable[Response]]:
    """Return GET /readyz: 200 once the store answers and has its first rows, else 503."""

    async def readyz(_: Request) -> Response:
        try:
            good = await check()
        except Busy:
            good = False
        stages = {"store": "ok" if good else "not ready"}
        return JSONResponse(
            {"status": "ready" if good else "not ready", "stages": stages},
            status_code=200 if good else 503,
        )

    return readyz
