"""Measure the server and print what came of it: `make bench`, `make bench ARGS=--quick`."""

import argparse
import itertools
import random
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import (
    bulk,
    client,
    homes,
    load,
    machine,
    million,
    openloop,
    refusals,
    report,
    rows,
    servers,
    startup,
)

RATE = 500
WARM = 2
"""Seconds before a row counts, in which each token is read for the first time."""
IN_FLIGHT = 50


@dataclass(frozen=True)
class Effort:
    """How long is measured."""

    rounds: int
    seconds: int
    open_seconds: float
    starts: int
    refusals: int
    many: int
    turns: int
    client_turns: int
    search_turns: int
    imported: int
    created: int


FULL = Effort(
    rounds=3,
    seconds=5,
    open_seconds=10,
    starts=7,
    refusals=60,
    many=1_000_000,
    turns=40,
    client_turns=30,
    search_turns=5,
    imported=100_000,
    created=2_000,
)
QUICK = Effort(
    rounds=3,
    seconds=1,
    open_seconds=2,
    starts=3,
    refusals=10,
    many=100_000,
    turns=20,
    client_turns=7,
    search_turns=3,
    imported=20_000,
    created=400,
)


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="in under two minutes, less exact")
    parser.add_argument(
        "--only",
        default="",
        help="parts, with commas between: "
        "load, latency, startup, refusals, client, import; workers: one and two of them alone",
    )
    parser.add_argument(
        "--million",
        action="store_true",
        help="checks and searches among 1,000,000 accounts, nothing else",
    )
    given = parser.parse_args()
    parts = (
        given.only.split(",")
        if given.only
        else ["load", "latency", "startup", "refusals", "client", "import"]
    )
    effort = QUICK if given.quick else FULL
    try:
        machine.keep_to_load_core()
        report.head(machine.describe())
        with homes.temporary() as folder:
            if given.million:
                _among_many(Path(folder), effort)
            else:
                _measure(Path(folder), effort, parts)
    except machine.CannotMeasure as reason:
        sys.exit(f"bench: {reason}")


def _measure(folder: Path, effort: Effort, parts: Sequence[str]) -> None:
    began = time.perf_counter()
    home = homes.furnish(folder / "home")
    if "startup" in parts:
        report.startup(startup.measure(home.path, folder, effort.starts), effort.starts)
    if "import" in parts:
        report.bulk(bulk.measure(folder, effort.imported, effort.created))
    if parts == ["import"]:
        return
    with ExitStack() as stack:
        real = stack.enter_context(rows.served(home.path, folder / "serve.log"))
        if "refusals" in parts:
            report.refusals(refusals.measure(real.port, home, effort.refusals), effort.refusals)
        if "latency" in parts:
            report.latency(*_latency(real, home, effort), rate=RATE, in_flight=IN_FLIGHT)
        if "client" in parts:
            report.client(client.measure(real.port, home.tokens[0], effort.client_turns))
        if "workers" in parts:
            both = rows.pair(stack, folder, real, home)
            report.load(both, _load(both, effort))
        if "load" in parts:
            kinds = rows.start(stack, folder, real, home)
            report.load(kinds, _load(kinds, effort))
    report.foot(time.perf_counter() - began, effort.rounds)


def _among_many(folder: Path, effort: Effort) -> None:
    began = time.perf_counter()
    checks, searches = million.measure(folder, effort.many, effort.turns, effort.search_turns)
    report.million(checks, million.FEW, effort.many, time.perf_counter() - began)
    report.searches(searches, million.FEW, effort.many)


def _load(kinds: list[load.Row], effort: Effort) -> list[list[load.Sample]]:
    """Return a sample for each row and round.

    The rows take turns second by second: a machine that is slower for a while is so for all.
    """
    for row in kinds:
        load.run(row, WARM)
    found: list[list[load.Sample]] = [[] for _ in kinds]
    for _ in range(effort.rounds):
        turns = [[load.run(row, 1) for row in kinds] for _ in range(effort.seconds)]
        for samples, own in zip(found, zip(*turns, strict=True), strict=True):
            samples.append(load.together(own))
    return found


def _latency(
    real: servers.Server, home: homes.Furnished, effort: Effort
) -> tuple[list[openloop.Result], list[openloop.Result]]:
    """Return the open loops idle and beside logins, of which every second one is right."""
    who = itertools.cycle([openloop.request("GET", rows.USER, bearer=one) for one in home.tokens])
    pairs = [(name, word) for name in home.signers for word in (homes.PASSWORD, homes.WRONG)]
    random.shuffle(pairs)
    logins = itertools.cycle(
        [
            openloop.request("POST", refusals.LOGIN, body={"username": name, "password": word})
            for name, word in pairs
        ]
    )
    openloop.run(real.port, who, rate=RATE, seconds=1)
    idle, busy = [], []
    for _ in range(effort.rounds):
        idle.append(openloop.run(real.port, who, rate=RATE, seconds=effort.open_seconds))
        busy.append(
            openloop.run(
                real.port,
                who,
                rate=RATE,
                seconds=effort.open_seconds,
                logins=logins,
                in_flight=IN_FLIGHT,
            )
        )
    return idle, busy


if __name__ == "__main__":
    main()
