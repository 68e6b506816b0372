"""Troubles of a store, each of which can begin and end under a running server."""

import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gatepass.storage import home as homes
from tests.crash.victim import Victim
from tests.postgres import Cluster, name_of


class SmallDisk:
    """A folder on a disk of a few MiB, which can be filled to the last byte.

    Where one may mount it is a tmpfs, which says ENOSPC as a real disk does. Elsewhere the server
    is forbidden to let any file grow, which SQLite meets as an error of the disk.
    """

    def __init__(self, mebibytes: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gatepass-disk-"))
        # A database server is not root, and must get through.
        self.folder.chmod(0o755)
        size = f"size={mebibytes}m,mode=755"
        mounting = ["mount", "-t", "tmpfs", "-o", size, "gatepass-test", str(self.folder)]
        self.is_mounted = subprocess.run(mounting, check=False, capture_output=True).returncode == 0

    @contextmanager
    def full(self, victim: Victim | None = None) -> Iterator[None]:
        """Leave no byte of it."""
        if not self.is_mounted:
            assert victim is not None
            with _no_file_grows(victim):
                yield
            return
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file:
            for size in (65536, 4096, 1):
                with contextlib.suppress(OSError):
                    while file.write(bytes(size)):
                        pass
        try:
            yield
        finally:
            filler.unlink()

    def remove(self) -> None:
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True, capture_output=True)
        shutil.rmtree(self.folder)


@contextmanager
def _no_file_grows(victim: Victim) -> Iterator[None]:
    assert victim.process is not None
    pid = victim.process.pid
    log = homes.database(victim.home)
    at = log.with_name(log.name + "-wal").stat().st_size
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (at, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(home: Path) -> Iterator[None]:
    """Let nobody write to a home, neither to its files nor into its folder."""
    modes = {path: path.stat().st_mode for path in (*home.iterdir(), home)}
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def bound_by_modes() -> list[str]:
    """Return what to put before a command so that file modes bind it, even if one is root."""
    return ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []


@dataclass
class SqliteTroubles:
    """What may befall the file of a home."""

    victim: Victim
    disk: SmallDisk

    @contextmanager
    def full(self) -> Iterator[None]:
        with self.disk.full(self.victim):
            yield

    @contextmanager
    def locked(self) -> Iterator[None]:
        path = homes.database(self.victim.home)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    @contextmanager
    def gone(self) -> Iterator[None]:
        path = homes.database(self.victim.home)
        away = path.with_name("elsewhere")
        path.rename(away)
        try:
            yield
            assert not path.exists(), "an empty store was made in its place"
        finally:
            away.rename(path)


@dataclass
class PostgresTroubles:
    """What may befall a database server."""

    cluster: Cluster
    url: str
    disk: SmallDisk

    @contextmanager
    def full(self) -> Iterator[None]:
        with self.disk.full():
            yield
        if self.cluster.has_ended():
            # It gives up when its log finds no room; whoever looks after it starts it again.
            self.cluster.start()

    @contextmanager
    def locked(self) -> Iterator[None]:
        statement = "LOCK TABLE sessions, tokens, audit_events IN EXCLUSIVE MODE"
        with self.cluster.held(statement, name_of(self.url)):
            yield

    @contextmanager
    def gone(self) -> Iterator[None]:
        self.cluster.stop()
        try:
            yield
        finally:
            self.cluster.start()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        self._only_read("on")
        try:
            yield
        finally:
            self._only_read("off")

    def _only_read(self, word: str) -> None:
        name = name_of(self.url)
        self.cluster.ask(f"ALTER DATABASE {name} SET default_transaction_read_only = {word}")
        self.cluster.ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
