"""Whether the process lives, and whether it can answer."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gatepass.core.errors import Busy


async def live(_: Request) -> Response:
    """GET /healthz: 200 while the process runs."""
    return JSONResponse({"status": "ok"})


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
