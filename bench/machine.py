"""The machine: its cores, what a process used of them, names and versions for the report."""

import os
import platform
import shutil
import sqlite3
import ssl
import subprocess
from importlib.metadata import version
from pathlib import Path

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
_TICKS = os.sysconf("SC_CLK_TCK")
_PACKAGES = ("uvicorn", "uvloop", "httptools", "starlette", "msgspec", "structlog", "argon2-cffi")


class CannotMeasure(Exception):
    """Something that the measurement needs is missing; the text says what to do."""


def find_wrk() -> str:
    """Return the path of wrk.

    Raises:
        CannotMeasure: it is not there.
    """
    found = shutil.which("wrk")
    if found is None:
        raise CannotMeasure("wrk is not on this machine: install Debian's wrk (apt install wrk)")
    return found


def keep_to_load_core() -> None:
    """Keep this process, and what it starts, on the core of the load.

    Raises:
        CannotMeasure: the machine has one core.
    """
    if SERVER_CORE == LOAD_CORE:
        raise CannotMeasure("server and load need a core each; this machine has one")
    os.sched_setaffinity(0, {LOAD_CORE})


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process and its workers have used, with all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / _TICKS
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return own + sum(cpu_seconds(int(child)) for child in children)


def memory_mb(pid: int) -> tuple[float, float]:
    """Return the resident and the proportional memory of a process in MB."""
    sizes = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()[1:]:
        name, size = line.split()[:2]
        sizes[name] = int(size) / 1000 * 1.024
    return sizes["Rss:"], sizes["Pss:"]


def describe() -> list[str]:
    """Return what stands above every result: machine and versions."""
    wrk = subprocess.run([find_wrk(), "-v"], capture_output=True, text=True, check=False)  # noqa: S603 - found above
    gigabytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    versions = [
        f"{platform.python_implementation()} {platform.python_version()}",
        f"SQLite {sqlite3.sqlite_version}",
        ssl.OPENSSL_VERSION.rsplit(maxsplit=3)[0],
        *(f"{name} {version(name)}" for name in _PACKAGES),
        " ".join((wrk.stdout or wrk.stderr).split()[:2]),
    ]
    load = os.getloadavg()[0]
    return [
        f"{_processor()}, {os.cpu_count()} cores, {gigabytes:.0f} GB; {platform.platform()}",
        ", ".join(versions),
        f"server on core {SERVER_CORE}, load on core {LOAD_CORE}; load average {load:.2f}",
    ]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
