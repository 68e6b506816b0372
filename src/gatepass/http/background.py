"""Works that nobody waits for, done again and again while the server serves."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import NamedTuple

from gatepass.http.counts import Counts
from gatepass.http.unadorned import structlog


class Chore(NamedTuple):
    """A work, how often it is done, and its name in log and metrics."""

    name: str
    every: timedelta
    act: Callable[[], Awaitable[object]]
    first: timedelta | None = None
    """How long before it is done for the first time; None: as long as between two times."""


@contextlib.asynccontextmanager
async def doing(counts: Counts, *chores: Chore) -> AsyncIterator[None]:
    """Do the chores inside the block."""
    tasks = [asyncio.create_task(_again(chore, counts)) for chore in chores]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _again(chore: Chore, counts: Counts) -> None:
    """Do a chore again and again; a fault is counted and logged and does not end it."""
    logger = structlog.get_logger()
    pause = chore.every if chore.first is None else chore.first
    while True:
        await asyncio.sleep(pause.total_seconds())
        pause = chore.every
        try:
            await chore.act()
        except Exception as fault:
            counts.background[chore.name] += 1
            logger.warning("background", work=chore.name, exc_info=fault)
