"""Closed loop: wrk sends as fast as the server answers; what counts is server CPU time."""

import json
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.machine import CannotMeasure, cpu_seconds, find_wrk
from bench.servers import Server

SCRIPT = Path(__file__).with_name("rotate.lua")


@dataclass(frozen=True)
class Row:
    """One kind of request, sent to one server."""

    letter: str
    name: str
    server: Server
    connections: int
    requests: Path
    """One request a line: method, path, Authorization and body, with tabs between."""
    of: str = ""
    """The letter of the row that it is compared with."""
    least: float | None = None
    """What part of that one's requests it is to reach."""


@dataclass(frozen=True)
class Sample:
    """What came of a row."""

    requests: int
    cpu_seconds: float
    seconds: float
    p99_ms: float

    @property
    def per_cpu_second(self) -> float:
        """Requests in a second of the server's processor time."""
        return self.requests / self.cpu_seconds

    @property
    def per_second(self) -> float:
        """Requests in a second."""
        return self.requests / self.seconds


def together(samples: Sequence[Sample]) -> Sample:
    """Return several samples of a row as one."""
    return Sample(
        requests=sum(one.requests for one in samples),
        cpu_seconds=sum(one.cpu_seconds for one in samples),
        seconds=sum(one.seconds for one in samples),
        p99_ms=statistics.median(one.p99_ms for one in samples),
    )


def write_requests(path: Path, requests: list[tuple[str, str, str, str]]) -> Path:
    """Write down the requests of a row, for the script that wrk runs."""
    path.write_text("".join("\t".join(each) + "\n" for each in requests), "utf-8")
    return path


def run(row: Row, seconds: int) -> Sample:
    """Send a row's requests in rotation for so long.

    Raises:
        CannotMeasure: one of them was not answered with success.
    """
    command = [find_wrk(), "--threads", "1", "--connections", str(row.connections)]
    command += ["--duration", f"{seconds}s", "--script", str(SCRIPT)]
    command += [f"http://127.0.0.1:{row.server.port}", "--", str(row.requests)]
    before = cpu_seconds(row.server.pid)
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    used = cpu_seconds(row.server.pid) - before
    said = [line for line in done.stdout.splitlines() if line.startswith('{"')]
    if not said:
        raise CannotMeasure(f"{row.name}: wrk: {done.stdout}{done.stderr}")
    found = json.loads(said[-1])
    if found["errors"] or not found["requests"]:
        raise CannotMeasure(f"{row.name}: {found['errors']} of {found['requests']} failed")
    return Sample(
        requests=found["requests"],
        cpu_seconds=used,
        seconds=found["microseconds"] / 1e6,
        p99_ms=found["p99"] / 1000,
    )
