"""Whether a search for ten takes longer among a million accounts than among a thousand.

The acts themselves are asked, as ``users/search`` and ``metadata/search`` ask them, with all that
belongs to each find. Users by name, by the beginning of a name, by e-mail address; objects, one to
ten accounts, by a member who may read a fifth of them: by the beginning of a name, by tag, and the
first page of all. Each search is for others than the one before.
"""

import random
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bench import boards
from bench.crowds import FIRST
from gatepass.core import Core
from gatepass.core.directory import AccountSearch
from gatepass.core.finding import ObjectSearch, Sought
from gatepass.core.local import operator
from gatepass.core.searches import Page

SEARCHES = 100
"""Searches of one store before it is another's turn."""
MOST_SLOWER = 5.0
TEN = Page(size=10)

Asking = Callable[[int], Awaitable[Sequence[object]]]
"""Search one store for the account, or the object, of a number."""


@dataclass(frozen=True)
class Search:
    """One engine searched in one way: p50 in milliseconds, among few and among many, by turns."""

    engine: str
    by: str
    few: list[float]
    many: list[float]
    most: float | None = MOST_SLOWER
    """How much longer a search among many may take; nothing was promised of objects."""

    @property
    def ratio(self) -> float:
        """How much longer a search takes among many: the median over the turns."""
        return statistics.median(many / few for few, many in zip(self.few, self.many, strict=True))


@dataclass(frozen=True)
class _Way:
    """By what is searched, and how many are found."""

    numbers: Callable[[int], Sequence[int]]
    """Which numbers there are to search for, in a store of so many accounts."""
    expected: int
    asking: Callable[[Core], Awaitable[Asking]]
    most: float | None


async def search(engine: str, stores: list[tuple[Core, int]], turns: int) -> list[Search]:
    """Search stores of few and of many accounts in turns."""
    rows = []
    for by, way in WAYS.items():
        asked = [(await way.asking(core), way.numbers(accounts)) for core, accounts in stores]
        found: tuple[list[float], list[float]] = ([], [])
        for turn in range(turns + 1):
            for (ask, numbers), own in zip(asked, found, strict=True):
                p50 = await _p50(ask, numbers, way.expected)
                # The first turn opens files and compiles statements.
                if turn:
                    own.append(p50)
        rows.append(Search(engine, by, *found, most=way.most))
    return rows


async def _p50(ask: Asking, numbers: Sequence[int], expected: int) -> float:
    """Return the median of the milliseconds of so many searches."""
    took = []
    for _ in range(SEARCHES):
        number = random.choice(numbers)  # noqa: S311 - which ones does not matter
        began = time.perf_counter()
        found = await ask(number)
        took.append((time.perf_counter() - began) * 1e3)
        if len(found) != expected:
            raise AssertionError(f"{number}: {len(found)} found")
    return statistics.median(took)


def _users(asked: Callable[[int], AccountSearch], expected: int) -> _Way:
    async def asking(core: Core) -> Asking:
        who = operator(core.means.clock())
        return lambda number: core.directory.accounts(who, asked(number), TEN)

    return _Way(range, expected, asking, MOST_SLOWER)


def _objects(asked: Callable[[int], ObjectSearch]) -> _Way:
    async def asking(core: Core) -> Asking:
        who = await boards.member(core)
        return lambda number: core.finding.search(who, asked(number), TEN)

    return _Way(boards.readable, 10, asking, None)


WAYS: Mapping[str, _Way] = {
    "users by name": _users(lambda number: AccountSearch(account=f"{FIRST}{number:07}"), 1),
    "users by beginning of a name": _users(
        lambda number: AccountSearch(pattern=f"{FIRST}{number // 10:06}%"), 10
    ),
    "users by e-mail address": _users(
        lambda number: AccountSearch(email=f"{FIRST}{number:07}@example.com"), 1
    ),
    "objects by beginning of a name": _objects(
        lambda number: ObjectSearch(among=[Sought(pattern=boards.beginning(number))])
    ),
    "objects by tag": _objects(lambda number: ObjectSearch(tags=[boards.tag(number)])),
    "objects, the first page": _objects(lambda _: ObjectSearch()),
}
