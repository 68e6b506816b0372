"""Wait until something holds on a node, and say how long that took."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from tests.world import World


async def seconds_until(
    holds: Callable[[], Awaitable[bool]], *, most: float = 10, pause: float = 0.01
) -> float:
    """Ask again and again, for ten seconds at most if nothing else is said."""
    started = time.monotonic()
    while not await holds():
        assert time.monotonic() - started < most
        await asyncio.sleep(pause)
    return time.monotonic() - started


async def seconds_until_refused(node: World, cookie: str) -> float:
    async def refused() -> bool:
        return (await node.whoami(cookie=cookie)).status_code == 401

    return await seconds_until(refused)
