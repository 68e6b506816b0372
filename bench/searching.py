"""Whether a search for ten users takes longer among a million accounts than among a thousand.

The act itself is asked, as ``users/search`` asks it, with all that belongs to each user found: by
name, by the beginning of a name, by e-mail address. Each search is for others than the one before.
"""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.crowds import FIRST
from gatepass.core import Core
from gatepass.core.directory import AccountSearch
from gatepass.core.local import operator
from gatepass.core.searches import Page

SEARCHES = 100
"""Searches of one store before it is another's turn."""
TEN = Page(size=10)


@dataclass(frozen=True)
class Search:
    """One engine searched in one way: p50 in milliseconds, among few and among many, by turns."""

    engine: str
    by: str
    few: list[float]
    many: list[float]

    @property
    def ratio(self) -> float:
        """How much longer a search takes among many: the median over the turns."""
        return statistics.median(many / few for few, many in zip(self.few, self.many, strict=True))


def _named(number: int) -> AccountSearch:
    return AccountSearch(account=f"{FIRST}{number:07}")


def _beginning(number: int) -> AccountSearch:
    return AccountSearch(pattern=f"{FIRST}{number // 10:06}%")


def _addressed(number: int) -> AccountSearch:
    return AccountSearch(email=f"{FIRST}{number:07}@example.com")


WAYS: dict[str, tuple[Callable[[int], AccountSearch], int]] = {
    "name": (_named, 1),
    "beginning of a name": (_beginning, 10),
    "e-mail address": (_addressed, 1),
}
"""By what is searched, and how many are found."""


async def search(engine: str, stores: list[tuple[Core, int]], turns: int) -> list[Search]:
    """Search stores of few and of many accounts in turns."""
    rows = []
    for by in WAYS:
        found: tuple[list[float], list[float]] = ([], [])
        for turn in range(turns + 1):
            for (core, accounts), own in zip(stores, found, strict=True):
                p50 = await _p50(core, accounts, by)
                # The first turn opens files and compiles statements.
                if turn:
                    own.append(p50)
        rows.append(Search(engine, by, *found))
    return rows


async def _p50(core: Core, accounts: int, by: str) -> float:
    """Return the median of the milliseconds of so many searches."""
    who = operator(core.means.clock())
    asked, expected = WAYS[by]
    took = []
    for _ in range(SEARCHES):
        what = asked(random.randrange(accounts))  # noqa: S311 - which ones does not matter
        began = time.perf_counter()
        found = await core.directory.accounts(who, what, TEN)
        took.append((time.perf_counter() - began) * 1e3)
        if len(found) != expected:
            raise AssertionError(f"{what}: {len(found)} found")
    return statistics.median(took)
