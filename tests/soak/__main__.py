"""``make soak``: one server under a mixed load, watched. ARGS="--minutes 60 --workers 2"."""

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

from tests.crash.rounds import CLIENTS
from tests.postgres import Cluster
from tests.soak.soaking import Plan, Report, soak
from tests.soak.watching import Bounds, Sample

TOLD_EVERY = 30.0
"""Seconds."""
HEAD = f"{'s':>8}{'memory MB':>12}{'files':>8}{'log MB':>9}{'lag':>6}{'p99 ms':>9}"


class Teller:
    """Prints a sample now and then."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, sample: Sample) -> None:
        if sample.at >= self._next:
            self._next = sample.at + TOLD_EVERY
            print(_row(sample), flush=True)


def main() -> None:
    """Soak and tell; ends with 1 if something grew beyond its bounds."""
    bounds = Bounds()
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="10; 1440 for a day")
    parser.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--workers", type=int, default=1, help="processes, on SQLite")
    parser.add_argument("--rate", type=float, default=100.0, help="acts a second, of all clients")
    parser.add_argument("--memory", type=float, default=bounds.memory_mb, help="MB it may grow by")
    parser.add_argument("--descriptors", type=float, default=bounds.descriptors)
    parser.add_argument("--p99", type=float, default=bounds.p99_ms, help="ms, at the end")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    given = parser.parse_args()
    cluster = Cluster() if given.engine == "postgres" else None
    plan = Plan(
        seconds=given.minutes * 60,
        pace=CLIENTS / given.rate,
        workers=given.workers,
        seed=given.seed,
        cluster=cluster,
        bounds=Bounds(memory_mb=given.memory, descriptors=given.descriptors, p99_ms=given.p99),
    )
    print(f"{given.engine}, {given.minutes:g} minutes, seed {given.seed}\n{HEAD}", flush=True)
    try:
        with tempfile.TemporaryDirectory(prefix="gatepass-soak-") as folder:
            report = soak(Path(folder) / "home", plan, Teller())
    finally:
        if cluster is not None:
            cluster.remove()
    _tell(report)
    sys.exit(1 if report.complaints else 0)


def _tell(report: Report) -> None:
    print(_row(report.samples[-1]))
    done = ", ".join(f"{count} {path}" for path, count in report.acknowledged.most_common(8))
    print(f"acknowledged {report.acknowledged.total()}: {done}, ...")
    for complaint in report.complaints:
        print(f"TOO MUCH: {complaint}")
    if not report.complaints:
        print("nothing grew beyond its bounds; nothing acknowledged was lost or revived")


def _row(one: Sample) -> str:
    return (
        f"{one.at:>8.0f}{one.memory_mb:>12.1f}{one.descriptors:>8}{one.log_mb:>9.1f}"
        f"{one.lag:>6.0f}{one.p99_ms:>9.1f}"
    )


if __name__ == "__main__":
    main()
