"""SQLite: short reads on the caller's thread, long ones and all writes on threads of their own."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from gatepass.core.errors import Busy
from gatepass.core.store import Heard, Scope, StoreCounts
from gatepass.storage.commits import Work, Writer, finish, refusal
from gatepass.storage.desks import Desks
from gatepass.storage.epoch import Epoch
from gatepass.storage.known import KnowingLink
from gatepass.storage.sqlite_link import SqliteLink

T = TypeVar("T")

FULL = 2
READ_LOCK = 0.1
SCAN_LOCK = 5.0
CHECKPOINT_PAGES = 8000
"""Pages of 4 KiB that the log holds before they go into the database: 32 MB."""


def connect(path: Path, *, writes: bool, lock: float = SCAN_LOCK) -> sqlite3.Connection:
    """Open the database as every part of the server wants it; ``lock`` is how long it may wait.

    One that is not there is not made: an empty store in its place would know of no revocation.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA busy_timeout={int(lock * 1000)}")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # What is sorted or set aside stays out of files that nobody guards.
    connection.execute("PRAGMA temp_store=MEMORY")
    if writes:
        # Ids and digests are random: most pages are written again and again between checkpoints.
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        # One long scan lets the log grow; the next checkpoint gives the room back.
        connection.execute(f"PRAGMA journal_size_limit={64 * 2**20}")
    else:
        connection.execute("PRAGMA query_only=ON")
    return connection


def durability_doubts(journal_mode: str, synchronous: int) -> list[str]:
    """Say what about these modes lets a crash take what was acknowledged."""
    doubts = []
    if journal_mode != "wal":
        doubts.append(f"its journal mode is {journal_mode}, not wal")
    if synchronous < FULL:
        doubts.append("it does not wait for the disk (synchronous is below FULL)")
    return doubts


class SqliteStore:
    """The embedded store of one home."""

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        self.shared = shared
        self._path = path
        self._epoch = Epoch(path.with_name(path.name + "-epoch"))
        self._reading = connect(path, writes=False, lock=READ_LOCK)
        self._reader = Desks(SqliteLink(self._reading))
        self._scans = ThreadPoolExecutor(max_workers=1, thread_name_prefix="gatepass-scan")
        writing = connect(path, writes=True, lock=0)
        link = KnowingLink(writing)
        self._file = path.stat()
        self._writer = Writer(writing, link, link.begun, self._epoch.moving, self._require_file)

    def close(self) -> None:
        """Finish the waiting works and let go of the files; a second time does nothing."""
        self._writer.close()
        self._scans.shutdown()
        self._reading.close()
        self._epoch.close()

    async def closed(self) -> None:
        """Wait until all is let go of: it is once ``close`` returns."""

    def tell(self, heard: Heard) -> None:
        """Tell the events of each work from now on, once they are on disk."""
        self._writer.heard = heard

    def moves(self) -> Sequence[Scope]:
        """Return what has moved since the last call in this process."""
        return self._epoch.moves()

    def stillness(self) -> int | None:
        """Return a number that stays the same while nothing moves, None during a commit."""
        return self._epoch.stillness()

    async def doubts(self) -> list[str]:
        """Return why an acknowledged write might be lost."""
        return await asyncio.get_running_loop().run_in_executor(self._scans, self._doubts)

    def _doubts(self) -> list[str]:
        try:
            # Asked of a connection like the writer's, which is another thread's.
            with contextlib.closing(connect(self._path, writes=True)) as like_it:
                mode = like_it.execute("PRAGMA journal_mode").fetchone()[0]
                fsync = like_it.execute("PRAGMA synchronous").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise refusal(error) from error
        return durability_doubts(mode, fsync)

    def counts(self) -> StoreCounts:
        """Return what this process has done with the store."""
        writer = self._writer
        moves, lag = self._epoch.position
        return StoreCounts(
            works=writer.works, seconds=writer.seconds, failed=writer.failed, moves=moves, lag=lag
        )

    async def read(self, work: Work[T]) -> T:
        """Run a short reading work on the caller's thread."""
        self._require_file()
        try:
            return await work(self._reader)
        except sqlite3.OperationalError as error:
            raise Busy("the store") from error

    def _require_file(self) -> None:
        """Refuse where the file is not what was opened: it is nobody's any more, but still answers.

        What is written to a file that was taken away is lost with the process, and what is read
        from one that was replaced says nothing of what others have ended since. A microsecond.

        Raises:
            Busy: it was taken away or replaced; put back, it serves again.
        """
        try:
            found = self._path.stat()
        except OSError as error:
            raise Busy("the store") from error
        if not os.path.samestat(found, self._file):
            raise Busy("the store")

    async def scan(self, work: Work[T]) -> T:
        """Run a long reading work on a thread and connection of its own, on one snapshot."""
        self._require_file()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._scans, self._scan, work)

    def _scan(self, work: Work[T]) -> T:
        try:
            connection = connect(self._path, writes=False)
            try:
                connection.execute("BEGIN")
                return finish(work(Desks(SqliteLink(connection))))
            finally:
                connection.close()
        except sqlite3.OperationalError as error:
            raise refusal(error) from error

    async def write(self, work: Work[T]) -> T:
        """Run the work in the next commit; on return it is on disk."""
        return await self._writer.write(work)
