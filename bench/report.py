"""What is printed: one table a part, each figure beside what it is to be."""

import statistics
from collections.abc import Sequence

from bench import client as client_module
from bench.load import Sample
from bench.openloop import Result
from bench.startup import Startup

P99 = 99
MOST_READY, MOST_MB, MOST_P99_RATIO, MOST_CLIENT_RATIO = 1.5, 100.0, 4.0, 1.5
LEAST = (None, (0.5, 0), (0.75, 1), (0.25, 1))
"""By row: at least this part of that row."""


def head(lines: Sequence[str]) -> None:
    """Print the machine and the versions."""
    print("== the machine")
    print(*lines, sep="\n", flush=True)


def load(names: Sequence[str], samples: Sequence[Sequence[Sample]]) -> None:
    """Print requests per second of server CPU time, and the ratios."""
    print("\n== requests per second of server CPU time (one worker; JSON log to a file)")
    print(
        f"{'':50}{'per CPU s':>10}{'ratio':>8}  {'to be':20}{'rounds':24}{'p99 ms':>8}{'per s':>8}"
    )
    middles = [_median(sample.per_cpu_second for sample in each) for each in samples]
    for row, (name, each) in enumerate(zip(names, samples, strict=True)):
        ratio, aim = "", ""
        if (least := LEAST[row]) is not None:
            value = _median(
                own.per_cpu_second / other.per_cpu_second
                for own, other in zip(each, samples[least[1]], strict=True)
            )
            ratio = f"{value:.2f}"
            aim = f">= {least[0]} of {names[least[1]][0]} {_verdict(value >= least[0])}"
        rounds = " ".join(f"{sample.per_cpu_second:,.0f}" for sample in each)
        p99, pace = _median(one.p99_ms for one in each), _median(one.per_second for one in each)
        print(
            f"{name:50}{middles[row]:>10,.0f}{ratio:>8}  {aim:20}{rounds:24}"
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
