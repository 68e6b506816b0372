"""What a server is seen to use while it serves, and what of it may not grow."""

import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.machine import memory_mb

LAG = re.compile(rb"^gatepass_epoch_lag\{[^}]*\} ([\d.e+]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Sample:
    """One look: what all processes of the server use, and how it answers."""

    at: float
    """Seconds since the load began."""
    memory_mb: float
    """Proportional memory, in MB."""
    descriptors: int
    log_mb: float
    """The write-ahead log of SQLite, in MB; 0 on PostgreSQL."""
    lag: float
    """Moves of the epoch that a process has not looked at since its last call."""
    p99_ms: float
    """Of 'who am I' calls beside the load since the last sample."""


@dataclass(frozen=True)
class Bounds:
    """What is too much. Growth is from the first to the last quarter of what counts."""

    warm_up: float = 0.25
    """This part of the time does not count: caches fill, threads and connections are made."""
    memory_mb: float = 24.0
    descriptors: float = 8.0
    log_mb: float = 96.0
    lag: float = 1000.0
    p99_ms: float = 250.0


def processes(pid: int) -> list[int]:
    """Return a process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [pid, *[one for child in children for one in processes(int(child))]]


def used(pid: int) -> tuple[float, int]:
    """Return the memory in MB, and the open files, of a server and its workers."""
    every = processes(pid)
    memory = sum(memory_mb(one)[1] for one in every)
    return memory, sum(len(list(Path(f"/proc/{one}/fd").iterdir())) for one in every)


def judge(samples: Sequence[Sample], bounds: Bounds) -> list[str]:
    """Say what grew beyond its bounds; nothing where all is well.

    Raises:
        ValueError: there are too few samples to tell.
    """
    counted = samples[int(len(samples) * bounds.warm_up) :]
    quarter = len(counted) // 4
    if quarter == 0:
        raise ValueError(f"{len(samples)} samples are too few")
    first, last = counted[:quarter], counted[-quarter:]

    def growth(of: Callable[[Sample], float]) -> float:
        return _middle(last, of) - _middle(first, of)

    seen = {
        "memory grew by MB": (growth(lambda one: one.memory_mb), bounds.memory_mb),
        "descriptors grew by": (growth(lambda one: one.descriptors), bounds.descriptors),
        "largest write-ahead log, MB": (max(one.log_mb for one in counted), bounds.log_mb),
        "largest epoch lag, moves": (max(one.lag for one in counted), bounds.lag),
        "p99 at the end, ms": (_middle(last, lambda one: one.p99_ms), bounds.p99_ms),
    }
    return [
        f"{what}: {value:.1f}, more than {most:g}"
        for what, (value, most) in seen.items()
        if value > most
    ]


def _middle(samples: Sequence[Sample], of: Callable[[Sample], float]) -> float:
    return statistics.median(map(of, samples))
