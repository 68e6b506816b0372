"""Whether a token check, or a search, takes longer among a million accounts than among a thousand.

The gate itself is asked, in this process, by cores under which every check asks the store; each
token once, in random order, one check after the other or many at once. What counts is time, in
which PostgreSQL's part is included.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from bench import boards, crowds, postgres, searching
from gatepass.app import close_core, open_core
from gatepass.core import Core

FEW = 1_000
AT_ONCE = 32
CHECKS = 500
"""Checks of one store before it is another's turn."""
KNOWN = 20_000
"""Tokens of which so many are checked, of all there are."""


@dataclass(frozen=True)
class Check:
    """One engine asked in one way: microseconds a check, among few and among many, by turns."""

    engine: str
    at_once: int
    few: list[float]
    many: list[float]

    @property
    def ratio(self) -> float:
        """How much longer a check takes among many: the median over the turns."""
        return statistics.median(many / few for few, many in zip(self.few, self.many, strict=True))


def measure(
    folder: Path, many: int, turns: int, search_turns: int
) -> tuple[list[Check], list[searching.Search]]:
    """Make the stores, ask them in turns, and return what came of it."""
    homes = [crowds.gather(folder / "few", FEW, FEW), crowds.gather(folder / "many", many, KNOWN)]
    for home in homes:
        boards.lay_out(home.path, home.accounts)
    with ExitStack() as stack:
        urls = {"SQLite": ["", ""]}
        if (reason := postgres.missing()) is None:
            cluster = stack.enter_context(postgres.running())
            urls["PostgreSQL"] = [postgres.put(cluster, home.path) for home in homes]
        else:
            print(f"PostgreSQL is left out: {reason}")
        checks, searches = [], []
        for engine, own in urls.items():
            found = asyncio.run(_ask(engine, own, homes, turns, search_turns))
            checks += found[0]
            searches += found[1]
        return checks, searches


async def _ask(
    engine: str, urls: list[str], homes: list[crowds.Crowd], turns: int, search_turns: int
) -> tuple[list[Check], list[searching.Search]]:
    async with AsyncExitStack() as stack:
        stores = []
        for url, home in zip(urls, homes, strict=True):
            core = open_core(home.path, replace(crowds.SETTINGS, database_url=url))
            stack.push_async_callback(close_core, core)
            stores.append((core, itertools.cycle(home.tokens)))
        rows = []
        for at_once in (1, AT_ONCE):
            for core, tokens in stores:
                await _checks(core, tokens, at_once)
            found: tuple[list[float], list[float]] = ([], [])
            for _ in range(turns):
                for (core, tokens), own in zip(stores, found, strict=True):
                    own.append(await _checks(core, tokens, at_once))
            rows.append(Check(engine, at_once, *found))
        crowd = [(core, home.accounts) for (core, _), home in zip(stores, homes, strict=True)]
        return rows, await searching.search(engine, crowd, search_turns)


async def _checks(core: Core, tokens: Iterator[str], at_once: int) -> float:
    """Return the microseconds of one check, over so many."""
    before = core.gate.misses
    batches = [list(itertools.islice(tokens, at_once)) for _ in range(CHECKS // at_once)]
    started = time.perf_counter()
    for batch in batches:
        if at_once == 1:
            await core.gate.principal(bearer=batch[0], cookie=None)
        else:
            await asyncio.gather(
                *[core.gate.principal(bearer=token, cookie=None) for token in batch]
            )
    took = time.perf_counter() - started
    count = at_once * len(batches)
    if core.gate.misses - before != count:
        raise AssertionError("a check was answered from memory")
    return took / count * 1e6
