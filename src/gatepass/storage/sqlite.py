"""SQLite: short reads on the caller's thread, long ones and all writes on threads of their own."""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar, cast

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from gatepass.core.errors import Busy
from gatepass.core.store import Scope
from gatepass.storage.commits import Work, Writer, finish, refusal
from gatepass.storage.desks import Desks
from gatepass.storage.epoch import Epoch
from gatepass.storage.statements import Prepared, Row

T = TypeVar("T")

READ_LOCK = 0.1
SCAN_LOCK = 5.0
CHECKPOINT_PAGES = 8000
"""Pages of 4 KiB that the log holds before they go into the database: 32 MB."""
DIALECT = SQLiteDialect_pysqlite(paramstyle="qmark")


class SqliteLink:
    """One connection; what it returns is there at once, so its works never wait."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._executemany = connection.executemany

    def _go(self, statement: Prepared, values: Mapping[str, object]) -> sqlite3.Cursor:
        text, in_order = statement.for_driver(DIALECT)
        return self._execute(text, in_order(values))

    async def one(self, statement: Prepared, **values: object) -> Row | None:
        """Return the first row, if any."""
        return cast("Row | None", self._go(statement, values).fetchone())

    async def all(self, statement: Prepared, **values: object) -> Sequence[Row]:
        """Return every row."""
        return self._go(statement, values).fetchall()

    async def run(self, statement: Prepared, **values: object) -> int:
        """Change rows and return how many."""
        return self._go(statement, values).rowcount

    async def many(self, statement: Prepared, values: Sequence[Mapping[str, object]]) -> None:
        """Change rows once for each set of values."""
        if values:
            text, in_order = statement.for_driver(DIALECT)
            self._executemany(text, map(in_order, values))


def connect(path: Path, *, writes: bool, lock: float = SCAN_LOCK) -> sqlite3.Connection:
    """Open the database as every part of the server wants it; ``lock`` is how long it may wait."""
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=512
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
        self._writer = Writer(writing, SqliteLink(writing), self._epoch.advance)

    def close(self) -> None:
        """Finish the waiting works and let go of the files; a second time does nothing."""
        self._writer.close()
        self._scans.shutdown()
        self._reading.close()
        self._epoch.close()

    def moves(self) -> Sequence[Scope]:
        """Return what has moved since the last call in this process."""
        return self._epoch.moves()

    async def read(self, work: Work[T]) -> T:
        """Run a short reading work on the caller's thread."""
        try:
            return await work(self._reader)
        except sqlite3.OperationalError as error:
            raise Busy("the store") from error

    async def scan(self, work: Work[T]) -> T:
        """Run a long reading work on a thread and connection of its own, on one snapshot."""
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
