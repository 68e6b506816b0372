"""SQLite: reads on the caller's thread, one writer thread, waiting works in one commit."""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from gatepass.core.errors import Busy
from gatepass.core.store import Scope, Transaction
from gatepass.storage.desks import Desks
from gatepass.storage.epoch import Epoch
from gatepass.storage.statements import Prepared, Row

T = TypeVar("T")
Work = Callable[[Transaction], Awaitable[T]]

MOST_WORKS = 50
LOCK_SECONDS = 5.0
_DIALECT = SQLiteDialect_pysqlite(paramstyle="named")


class SqliteLink:
    """One connection; what it returns is there at once, so its works never wait."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._executemany = connection.executemany

    def _go(self, statement: Prepared, values: Mapping[str, object]) -> sqlite3.Cursor:
        text, fixed = statement.for_driver(_DIALECT)
        return self._execute(text, {**fixed, **values} if fixed else values)

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
            text, fixed = statement.for_driver(_DIALECT)
            self._executemany(text, [{**fixed, **each} for each in values])


def connect(path: Path, *, writes: bool) -> sqlite3.Connection:
    """Open the database as every part of the server wants it."""
    connection = sqlite3.connect(
        path,
        timeout=LOCK_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    if not writes:
        connection.execute("PRAGMA query_only=ON")
    return connection


def _finish(work: Awaitable[T]) -> T:
    """Run a work whose every step is there at once."""
    try:
        cast("Coroutine[Any, Any, T]", work).send(None)
    except StopIteration as done:
        return cast("T", done.value)
    raise RuntimeError("a work waited for something other than its store")


class _Job:
    """A work that waits for the writer, and who waits for it."""

    __slots__ = ("error", "future", "loop", "result", "scopes", "work")

    def __init__(self, work: Work[Any], loop: asyncio.AbstractEventLoop) -> None:
        self.work = work
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None
        self.scopes: list[Scope] = []


def _answer(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)


class SqliteStore:
    """The embedded store of one home."""

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        self.shared = shared
        self._path = path
        self._epoch = Epoch(path.with_name(path.name + "-epoch"))
        self._reading = connect(path, writes=False)
        self._reader = Desks(SqliteLink(self._reading))
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._scans = ThreadPoolExecutor(max_workers=1, thread_name_prefix="gatepass-scan")
        self._writer = threading.Thread(target=self._write_all, name="gatepass-writer")
        self._writer.start()

    def close(self) -> None:
        """Finish the waiting works and let go of the files."""
        self._jobs.put(None)
        self._writer.join()
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
        """Run a long reading work on a thread and connection of its own."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._scans, self._scan, work)

    def _scan(self, work: Work[T]) -> T:
        connection = connect(self._path, writes=False)
        try:
            connection.execute("BEGIN")
            return _finish(work(Desks(SqliteLink(connection))))
        except sqlite3.OperationalError as error:
            raise Busy("the store") from error
        finally:
            connection.close()

    async def write(self, work: Work[T]) -> T:
        """Run the work in the next commit; on return it is on disk."""
        job = _Job(work, asyncio.get_running_loop())
        self._jobs.put(job)
        return cast("T", await job.future)

    def _write_all(self) -> None:
        connection = connect(self._path, writes=True)
        link = SqliteLink(connection)
        stopping = False
        while not stopping:
            jobs: list[_Job] = []
            first = self._jobs.get()
            if first is None:
                break
            jobs.append(first)
            while len(jobs) < MOST_WORKS and not self._jobs.empty():
                job = self._jobs.get()
                if job is None:
                    stopping = True
                    break
                jobs.append(job)
            self._commit_together(connection, link, jobs)
            by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
            for job in jobs:
                by_loop.setdefault(job.loop, []).append(job)
            for loop, own in by_loop.items():
                loop.call_soon_threadsafe(_answer, own)
        connection.close()

    def _commit_together(
        self, connection: sqlite3.Connection, link: SqliteLink, jobs: Sequence[_Job]
    ) -> None:
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                self._attempt(connection, link, job)
            connection.execute("COMMIT")
            if scopes := [scope for job in jobs for scope in job.scopes]:
                self._epoch.advance(scopes)
        except BaseException as error:  # noqa: BLE001 - every waiting caller must be answered
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            for job in jobs:
                job.error = job.error or _refusal(error)

    def _attempt(self, connection: sqlite3.Connection, link: SqliteLink, job: _Job) -> None:
        """Run one work; what it raises undoes it alone."""
        desks = Desks(link)
        connection.execute("SAVEPOINT work")
        try:
            job.result = _finish(job.work(desks))
        except BaseException as error:
            job.error = _refusal(error)
            if connection.in_transaction:
                connection.execute("ROLLBACK TO work")
                connection.execute("RELEASE work")
            else:
                raise
        else:
            connection.execute("RELEASE work")
            job.scopes = desks.scopes


def _refusal(error: BaseException) -> BaseException:
    if isinstance(error, sqlite3.OperationalError):
        busy = Busy("the store")
        busy.__cause__ = error
        return busy
    return error
