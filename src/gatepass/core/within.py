"""Acts inside one transaction: a store that stands for a transaction that is open already.

Each act asks its store to write; handed this one, many acts become one, all or nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from gatepass.core.means import Means
from gatepass.core.store import Heard, Scope, Store, StoreCounts, Transaction

T = TypeVar("T")
Work = Callable[[Transaction], Awaitable[T]]


def within(means: Means, tx: Transaction) -> Means:
    """Return means whose acts are part of this transaction.

    What such an act refuses half-way is not undone by itself: whoever goes on after a refusal
    gives up the whole transaction at last. Nothing may be hashed: a work waits for its store
    alone.
    """
    return replace(means, store=_Within(means.store, tx))


class _Within:
    """A store as far as its transaction goes; all else is the outer store's."""

    def __init__(self, outer: Store, tx: Transaction) -> None:
        self.shared = outer.shared
        self._outer = outer
        self._tx = tx

    async def write(self, work: Work[T]) -> T:
        return await work(self._tx)

    async def read(self, work: Work[T]) -> T:
        return await work(self._tx)

    async def scan(self, work: Work[T]) -> T:
        return await work(self._tx)

    def tell(self, heard: Heard) -> None:
        self._outer.tell(heard)

    def moves(self) -> Sequence[Scope]:
        return self._outer.moves()

    def stillness(self) -> int | None:
        return self._outer.stillness()

    async def doubts(self) -> list[str]:
        return await self._outer.doubts()

    def counts(self) -> StoreCounts:
        return self._outer.counts()

    def close(self) -> None:
        """Leave it open: whoever opened the store closes it."""

    async def closed(self) -> None:
        """Wait for nothing."""
