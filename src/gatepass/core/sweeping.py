"""Delete what ended so long ago that nobody asks any more, without keeping anybody waiting.

What is to go is looked for beside everything else. It is deleted in batches that are small enough
for the next writer: each one stops by itself after a moment, each is only as large as the one
before was quick, and the sweep rests for as long as it worked.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from gatepass.core import processes
from gatepass.core.means import Means
from gatepass.core.store import Transaction
from gatepass.core.tallies import KEPT

AT_ONCE = 10
"""Rows between two looks at the time."""
FIRST, FEWEST, MOST = 50, 10, 1000
"""Rows of a batch: the first, and the bounds of all later ones."""
LOOKED_FOR = 5000
"""Rows that one look finds at most."""
WORK = 0.008
"""Seconds after which a batch stops; what is left to 50 ms is for the disk."""
QUICK, SLOW = 0.006, 0.015
"""Seconds of a whole batch, its commit included, below and above which the next one changes."""


Step = Callable[[Transaction, int], Awaitable[tuple[int, int]]]
"""Deletes up to ``AT_ONCE`` rows from a place on; says how many it took up and how many went."""


class Sweep:
    """Prunes sessions, tokens, guesses, links, tallies and rows of silent processes."""

    def __init__(self, means: Means, timer: Callable[[], float] = time.perf_counter) -> None:
        self._means = means
        self._timer = timer
        self.batch = FIRST
        """Rows that the next batch deletes at most."""

    async def run(self) -> int:
        """Delete everything that is due and return how many rows went."""
        rules, now = self._means.rules, self._means.clock()
        before = now - rules.dead_retention
        # A count outlasts the time for which it shuts, however short ended rows are kept.
        stale = now - max(rules.dead_retention, 2 * rules.lockout_duration)
        swept, went = 0, -1
        while went:
            went = await self._ended(before)
            swept += went
        swept += await self._all_of(lambda tx, _: _twice(tx.guesses.prune(stale, AT_ONCE)))
        swept += await self._all_of(lambda tx, _: _twice(tx.links.prune(now, AT_ONCE)))
        faded, silent = now - KEPT, now - processes.KEPT
        swept += await self._all_of(lambda tx, _: _twice(tx.tallies.prune(faded, AT_ONCE)))
        return swept + await self._all_of(lambda tx, _: _twice(tx.processes.prune(silent, AT_ONCE)))

    async def _ended(self, before: datetime) -> int:
        """Delete some of what ended; a row may go once nothing is left that was bought with it."""
        due = await self._means.store.scan(lambda tx: tx.revocations.ended(before, LOOKED_FOR))

        async def step(tx: Transaction, place: int) -> tuple[int, int]:
            ids = due[place : place + AT_ONCE]
            # Asked again of each: it may have come back to count meanwhile.
            return len(ids), await tx.revocations.delete(ids, before) if ids else 0

        return await self._all_of(step)

    async def _all_of(self, step: Step) -> int:
        """Take steps, in batches, until one finds nothing; return how many rows went."""
        place = swept = 0
        taken = -1
        while taken:
            began = self._timer()
            taken, went = await self._means.store.write(self._work(step, place))
            place += taken
            swept += went
            took = self._timer() - began
            if took > SLOW:
                self.batch = max(FEWEST, self.batch // 2)
            elif took < QUICK:
                self.batch = min(MOST, self.batch * 2)
            await asyncio.sleep(took)
        return swept

    def _work(self, step: Step, place: int) -> Callable[[Transaction], Awaitable[tuple[int, int]]]:
        """Return the work of one batch: steps up to its size, as long as there is time."""
        most = self.batch

        async def work(tx: Transaction) -> tuple[int, int]:
            began = self._timer()
            taken = went = 0
            while taken < most and (not taken or self._timer() - began < WORK):
                found, gone = await step(tx, place + taken)
                taken += found
                went += gone
                if not found:
                    break
            return taken, went

        return work


async def _twice(gone: Awaitable[int]) -> tuple[int, int]:
    rows = await gone
    return rows, rows
