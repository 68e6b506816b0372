"""One after the other: what is done under one key is done by one caller at a time."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from gatepass.core.errors import Busy


class _Turn:
    __slots__ = ("concerned", "lock")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.concerned = 0
        """How many hold or await it."""


class Turns:
    """Locks by key, there only while somebody holds or awaits them; who waits is bounded."""

    def __init__(self, what: str, most_waiting: int) -> None:
        self._what = what
        self._most_waiting = most_waiting
        self._waiting = 0
        self._turns: dict[Hashable, _Turn] = {}

    def __len__(self) -> int:
        return len(self._turns)

    @asynccontextmanager
    async def of(self, key: Hashable) -> AsyncIterator[None]:
        """Wait for one's turn under the key, and keep it inside the block.

        Raises:
            Busy: too many wait already.
        """
        turn = self._turns.get(key) or _Turn()
        if turn.concerned and self._waiting >= self._most_waiting:
            raise Busy(self._what)
        self._turns[key] = turn
        turn.concerned += 1
        try:
            self._waiting += 1
            try:
                await turn.lock.acquire()
            finally:
                self._waiting -= 1
            try:
                yield
            finally:
                turn.lock.release()
        finally:
            turn.concerned -= 1
            if not turn.concerned:
                del self._turns[key]
