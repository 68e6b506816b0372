"""What is printed: one table a part, each figure beside what it is to be."""

import statistics
from collections.abc import Sequence

from bench import client as client_module
from bench.bulk import Bulk
from bench.load import Row, Sample
from bench.million import Check
from bench.openloop import Result
from bench.searching import Search
from bench.startup import Startup

P99 = 99
MOST_READY, MOST_MB, MOST_P99_RATIO, MOST_SLOWER = 1.5, 100.0, 4.0, 2.0
MOST_CLIENT_RATIO = 1.5
LEAST_BULK = 10.0


def head(lines: Sequence[str]) -> None:
    """Print the machine and the versions."""
    print("== the machine")
    print(*lines, sep="\n", flush=True)


def load(rows: Sequence[Row], samples: Sequence[Sequence[Sample]]) -> None:
    """Print requests per second of server CPU time, and the ratios.

    A database server's own time is not in it.
    """
    print("\n== requests per second of server CPU time (one worker; JSON log to a file)")
    print(
        f"{'':50}{'per CPU s':>10}{'ratio':>8}  {'to be':20}{'rounds':24}{'p99 ms':>8}{'per s':>8}"
    )
    by_letter = {row.letter: each for row, each in zip(rows, samples, strict=True)}
    for row in rows:
        each = by_letter[row.letter]
        ratio, aim = "", ""
        if row.of:
            value = _median(
                own.per_cpu_second / other.per_cpu_second
                for own, other in zip(each, by_letter[row.of], strict=True)
            )
            ratio = f"{value:.2f}"
            aim = f"(of {row.of})"
            if row.least is not None:
                aim = f">= {row.least} of {row.of} {_verdict(value >= row.least)}"
        middle = _median(sample.per_cpu_second for sample in each)
        rounds = " ".join(f"{sample.per_cpu_second:,.0f}" for sample in each)
        p99, pace = _median(one.p99_ms for one in each), _median(one.per_second for one in each)
        print(
            f"{f'{row.letter} {row.name}':50}{middle:>10,.0f}{ratio:>8}  {aim:20}{rounds:24}"
            f"{p99:>8.1f}{pace:>8,.0f}",
            flush=True,
        )


def latency(idle: Sequence[Result], busy: Sequence[Result], *, rate: int, in_flight: int) -> None:
    """Print the p99 of session/user, idle and beside password logins."""
    print(f"\n== p99 of session/user in ms, open loop at {rate}/s, from the time each was due")
    alone = [_p99(one) for one in idle]
    beside = [_p99(one) for one in busy]
    ratio = _median(beside) / _median(alone)
    done = sum(sum(one.logins.values()) for one in busy)
    statuses = sorted({status for one in busy for status in one.logins})
    print(f"idle                        {_median(alone):8.2f}   rounds {_row(alone)}")
    print(f"{in_flight} logins in flight         {_median(beside):8.2f}   rounds {_row(beside)}")
    print(
        f"ratio                       {ratio:8.2f}   to be <= 4 {_verdict(ratio <= MOST_P99_RATIO)}"
    )
    print(f"{done} logins were answered meanwhile (statuses {statuses})", flush=True)


def startup(found: Startup, times: int) -> None:
    """Print readiness and memory."""
    print(f"\n== start and memory of `gatepass serve` (medians of {times})")
    good = found.ready_after <= MOST_READY
    print(
        f"ready after                 {found.ready_after:8.2f} s    to be <= 1.5 {_verdict(good)}"
    )
    good = found.rss_mb <= MOST_MB
    print(f"resident while idle         {found.rss_mb:8.1f} MB   to be <= 100 {_verdict(good)}")
    print(f"proportional (PSS)          {found.pss_mb:8.1f} MB", flush=True)


def refusals(medians: dict[str, float], times: int) -> None:
    """Print the time of a refused login by case."""
    print(f"\n== refused logins in ms (medians of {times} each, shuffled)")
    for case, value in medians.items():
        print(f"{case:28}{value:8.2f}")
    least = min(medians.values())
    print(f"largest over smallest       {max(medians.values()) / least:8.3f}", flush=True)


def million(found: Sequence[Check], few: int, many: int, seconds: float) -> None:
    """Print what a token check that asks the store takes, among few and among many accounts."""
    print("\n== microseconds of a token check that asks the store (accounts, with a token each)")
    print(f"{'':32}{f'{few:,}':>12}{f'{many:,}':>12}{'ratio':>8}  to be")
    for row in found:
        name = f"{row.engine}, {'one by one' if row.at_once == 1 else f'{row.at_once} at once'}"
        verdict = f"<= {MOST_SLOWER:.0f} {_verdict(row.ratio <= MOST_SLOWER)}"
        times = f"{_median(row.few):>12.1f}{_median(row.many):>12.1f}"
        print(f"{name:32}{times}{row.ratio:>8.2f}  {verdict}")
    print(f"\nmedians of {len(found[0].few)} turns; {seconds:.0f} s in all")


def searches(found: Sequence[Search], few: int, many: int) -> None:
    """Print what a search for ten users or objects takes, among few and among many accounts."""
    print(
        "\n== p50 in ms of a search for 10, with all that belongs to each (among so many accounts)"
    )
    print(f"{'':46}{f'{few:,}':>12}{f'{many:,}':>12}{'ratio':>8}  to be")
    for row in found:
        verdict = "" if row.most is None else f"<= {row.most:.0f} {_verdict(row.ratio <= row.most)}"
        times = f"{_median(row.few):>12.2f}{_median(row.many):>12.2f}"
        print(f"{f'{row.engine}, {row.by}':46}{times}{row.ratio:>8.2f}  {verdict}")


def bulk(found: Bulk) -> None:
    """Print how much faster an import is than calls."""
    print("\n== users without passwords, beside a server")
    calls, lines = found.created / found.create_seconds, found.imported / found.import_seconds
    print(f"{f'{found.created:,} calls of users/create':36}{calls:>10,.0f} per s")
    verdict = f"to be >= {LEAST_BULK:.0f} {_verdict(found.ratio >= LEAST_BULK)}"
    print(
        f"{f'import users, {found.imported:,} lines':36}{lines:>10,.0f} per s   "
        f"ratio {found.ratio:.1f}   {verdict}",
        flush=True,
    )


def client(rows: client_module.Rows) -> None:
    """Print what the Python client costs beside its HTTP library."""
    print("\n== the Python client, one call after the other (medians; the server's share counted)")
    pairs = list(rows.items())
    for (bare, alone), (name, own) in zip(pairs[::2], pairs[1::2], strict=True):
        ratio = _median(one / other for one, other in zip(own, alone, strict=True))
        print(f"{bare:36}{_median(alone) * 1e6:8.0f} us")
        print(
            f"{name:36}{_median(own) * 1e6:8.0f} us   ratio {ratio:.2f}   "
            f"to be <= {MOST_CLIENT_RATIO} {_verdict(ratio <= MOST_CLIENT_RATIO)}",
            flush=True,
        )


def foot(seconds: float, rounds: int) -> None:
    """Print how long it took."""
    print(f"\nmedians of {rounds} rounds, ratios taken round by round; {seconds:.0f} s in all")


def _p99(result: Result) -> float:
    return statistics.quantiles(result.seconds, n=100)[P99 - 1] * 1000


def _median(values: object) -> float:
    return statistics.median(values)  # type: ignore[arg-type]


def _row(values: Sequence[float]) -> str:
    return " ".join(f"{value:.2f}" for value in values)


def _verdict(good: bool) -> str:  # noqa: FBT001 - the one fact it words
    return "ok" if good else "MISSED"
