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

from bench import client, homes, load, machine, openloop, refusals, report, servers, startup
from bench.apps import BODY, CONSTANT

USER = "/api/rest/2.0/auth/session/user"
TOKEN = "/api/rest/2.0/auth/token/full"  # noqa: S105 - a path
RATE = 500
IN_FLIGHT = 50


@dataclass(frozen=True)
class Effort:
    """How long is measured."""

    rounds: int
    seconds: int
    open_seconds: float
    starts: int
    refusals: int
    client_turns: int


FULL = Effort(rounds=3, seconds=5, open_seconds=10, starts=7, refusals=60, client_turns=30)
QUICK = Effort(rounds=3, seconds=1, open_seconds=2, starts=3, refusals=10, client_turns=7)


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute, less exact")
    parser.add_argument(
        "--only",
        default="",
        help="parts, with commas between: load, latency, startup, refusals, client",
    )
    given = parser.parse_args()
    parts = (
        given.only.split(",")
        if given.only
        else ["load", "latency", "startup", "refusals", "client"]
    )
    try:
        machine.keep_to_load_core()
        report.head(machine.describe())
        with homes.temporary() as folder:
            _measure(Path(folder), QUICK if given.quick else FULL, parts)
    except machine.CannotMeasure as reason:
        sys.exit(f"bench: {reason}")


def _measure(folder: Path, effort: Effort, parts: Sequence[str]) -> None:
    began = time.perf_counter()
    home = homes.furnish(folder / "home")
    if "startup" in parts:
        report.startup(startup.measure(home.path, folder, effort.starts), effort.starts)
    words = ("-m", "gatepass", "serve", "--home", str(home.path))
    with ExitStack() as stack:
        log = folder / "serve.log"
        real = stack.enter_context(servers.serve(words, log, **homes.ENVIRONMENT))
        if "refusals" in parts:
            report.refusals(refusals.measure(real.port, home, effort.refusals), effort.refusals)
        if "latency" in parts:
            report.latency(*_latency(real, home, effort), rate=RATE, in_flight=IN_FLIGHT)
        if "client" in parts:
            report.client(client.measure(real.port, home.tokens[0], effort.client_turns))
        if "load" in parts:
            rows = _rows(stack, folder, real, home)
            report.load([row.name for row in rows], _load(rows, effort))
    report.foot(time.perf_counter() - began, effort.rounds)


def _rows(
    stack: ExitStack, folder: Path, real: servers.Server, home: homes.Furnished
) -> list[load.Row]:
    """Start what the rows need beside the real server, and describe the rows."""
    bearers = [f"Bearer {token}" for token in home.tokens]
    user = servers.get(real.port, USER, {"Authorization": bearers[0]})
    body = {BODY: str(len(user))}
    words = ["-m", "uvicorn", "bench.apps:bare", "--loop", "uvloop", "--http", "httptools"]
    words += ["--no-access-log", "--no-proxy-headers", "--no-server-header"]
    words += ["--log-level", "warning"]
    bare = stack.enter_context(servers.serve(words, folder / "bare.log", path="/", **body))
    constant = stack.enter_context(
        servers.serve(
            ("-m", "bench.apps", str(homes.furnish(folder / "other").path)),
            folder / "constant.log",
            **homes.ENVIRONMENT,
            **body,
        )
    )
    asked = load.write_requests(folder / "constant.txt", [("GET", CONSTANT, bearers[0], "")])
    who = load.write_requests(
        folder / "user.txt", [("GET", USER, bearer, "") for bearer in bearers]
    )
    issue = load.write_requests(
        folder / "issue.txt",
        [
            ("POST", TOKEN, "", f'{{"username":"{name}","secret_key":"{home.secret}"}}')
            for name in home.signers
        ],
    )
    return [
        load.Row("a bare ASGI application on uvicorn", bare, 32, asked),
        load.Row("b constant route behind the whole middleware", constant, 32, asked),
        load.Row("c session/user, 1,000 tokens in rotation", real, 32, who),
        load.Row("d token/full by secret, on disk, 64 connections", real, 64, issue),
    ]


def _load(rows: list[load.Row], effort: Effort) -> list[list[load.Sample]]:
    """Return a sample for each row and round.

    The rows take turns second by second: a machine that is slower for a while is so for all.
    """
    for row in rows:
        load.run(row, 1)
    found: list[list[load.Sample]] = [[] for _ in rows]
    for _ in range(effort.rounds):
        turns = [[load.run(row, 1) for row in rows] for _ in range(effort.seconds)]
        for samples, own in zip(found, zip(*turns, strict=True), strict=True):
            samples.append(load.together(own))
    return found


def _latency(
    real: servers.Server, home: homes.Furnished, effort: Effort
) -> tuple[list[openloop.Result], list[openloop.Result]]:
    """Return the open loops idle and beside logins, of which every second one is right."""
    who = itertools.cycle([openloop.request("GET", USER, bearer=one) for one in home.tokens])
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
