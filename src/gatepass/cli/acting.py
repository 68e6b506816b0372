"""Do one act on a home: open its core, act as its operator, let go."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from gatepass import settings
from gatepass.core import Core
from gatepass.core.local import operator
from gatepass.core.records import Principal, Source

T = TypeVar("T")
Act = Callable[[Core, Principal, Source], Awaitable[T]]


def act(home: Path, operation: str, work: Act[T]) -> T:
    """Do the work as the local operator; the audit names the command.

    Raises:
        Misconfigured: the home or a setting cannot be used as it is.
        CoreError: the core refuses.
    """
    found, _ = settings.read(home)
    from gatepass import app  # a bad setting is said without the wait

    async def run() -> T:
        core = app.open_core(home, found)
        try:
            by = operator(core.means.clock())
            return await work(core, by, Source(operation=f"cli {operation}"))
        finally:
            await app.close_core(core)

    return asyncio.run(run())
