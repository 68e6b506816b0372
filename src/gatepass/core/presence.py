"""A serving process writes that it is there, and how far it has followed the epoch.

A background task does so, and nothing waits for it: no act or commit has a statement more.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

from gatepass.core.errors import Busy
from gatepass.core.means import Means
from gatepass.core.processes import EVERY, Process

_SHARES = 1000


class Presence:
    """The row of this process."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._id = means.random.id()
        self._started_at = means.clock()
        self._writing: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        """Be there at once, and be gone at the end; neither keeps anybody from anything."""
        with contextlib.suppress(Exception):
            await self.beat()
        try:
            yield
        finally:
            with contextlib.suppress(Exception):
                await self.leave()

    @property
    def shift(self) -> timedelta:
        """How long to wait before the first time, so that processes do not write together."""
        return EVERY * self._means.random.number(_SHARES) / _SHARES

    async def beat(self) -> None:
        """Write that this process is there; a store that is busy is tried the next time."""
        # Not cut short at the end of a process: the row would come after it has been removed.
        self._writing = asyncio.create_task(self._write())
        await asyncio.shield(self._writing)

    async def leave(self) -> None:
        """Write that it is gone.

        Raises:
            Busy: the store cannot be written now; the row is pruned in its time.
        """
        if self._writing is not None:
            await asyncio.gather(self._writing, return_exceptions=True)
        await self._means.store.write(lambda tx: tx.processes.remove(self._id))

    async def _write(self) -> None:
        counts, itself = self._means.store.counts(), self._means.itself
        process = Process(
            id=self._id,
            node=itself.node,
            pid=itself.pid,
            version=itself.version,
            started_at=self._started_at,
            seen_at=self._means.clock(),
            followed=counts.moves,
            looked=None if counts.looked is None else timedelta(seconds=counts.looked),
        )
        with contextlib.suppress(Busy):
            await self._means.store.write(lambda tx: tx.processes.put(process))
