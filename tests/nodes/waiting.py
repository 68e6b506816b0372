"""Wait until something holds on a node, and say how long that took."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from tests.world import World


async def seconds_until(holds: Callable[[], Awaitable[bool]]) -> float:
    """Ask again and again, for ten seconds at most."""
    started = time.monotonic()
    while not await holds():
        assert time.monotonic() - started < 10
        await asyncio.sleep(0.01)
    return time.monotonic() - started


async def seconds_until_refused(node: World, cookie: str) -> float:
    async def refused() -> bool:
        return (await node.whoami(cookie=cookie)).status_code == 401

    return await seconds_until(refused)
