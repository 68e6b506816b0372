"""How soon a server is ready, and what it holds in memory while idle."""

import shutil
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from bench.homes import ENVIRONMENT
from bench.machine import memory_mb
from bench.servers import serve

SETTLED = 1.0
"""Seconds after which an idle server counts as idle."""


@dataclass(frozen=True)
class Startup:
    """Medians over several starts."""

    ready_after: float
    rss_mb: float
    pss_mb: float


def measure(home: Path, folder: Path, times: int) -> Startup:
    """Start ``gatepass serve`` so many times on a copy of a home."""
    own = folder / "startup"
    shutil.copytree(home, own)
    ready, sizes = [], []
    for _ in range(times):
        words = ("-m", "gatepass", "serve", "--home", str(own))
        with serve(words, folder / "startup.log", **ENVIRONMENT) as server:
            ready.append(server.ready_after)
            time.sleep(SETTLED)
            sizes.append(memory_mb(server.pid))
    return Startup(
        ready_after=statistics.median(ready),
        rss_mb=statistics.median(rss for rss, _ in sizes),
        pss_mb=statistics.median(pss for _, pss in sizes),
    )
