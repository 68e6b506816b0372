"""The writer of an SQLite store: one thread, and one commit for all works that wait."""

import asyncio
import contextlib
import itertools
import queue
import sqlite3
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

from gatepass.core.errors import Busy
from gatepass.core.records import AuditEvent
from gatepass.core.spread import Spread
from gatepass.core.store import Heard, Scope, Transaction
from gatepass.storage.chain import Chain, Draft
from gatepass.storage.desks import Desks
from gatepass.storage.statements import Link

T = TypeVar("T")
Work = Callable[[Transaction], Awaitable[T]]

MOST_WORKS = 50
LOCK_TRIES = 4000
LOCK_PAUSE = 0.001
"""Seconds between two tries for the lock. SQLite's own waiting grows to a tenth of a second, so
that a busy process keeps another one out for seconds."""


def finish(work: Awaitable[T]) -> T:
    """Run a work whose every step is there at once."""
    try:
        cast("Coroutine[Any, Any, T]", work).send(None)
    except StopIteration as done:
        return cast("T", done.value)
    raise RuntimeError("a work waited for something other than its store")


def refusal(error: BaseException) -> BaseException:
    """Return the error as callers are to meet it: what may pass by itself is ``Busy``."""
    if isinstance(error, sqlite3.OperationalError):
        busy = Busy("the store")
        busy.__cause__ = error
        return busy
    return error


class _Job:
    """A work that waits for the writer, and who waits for it."""

    __slots__ = ("drafts", "error", "future", "loop", "result", "scopes", "work")

    def __init__(self, work: Work[Any], loop: asyncio.AbstractEventLoop) -> None:
        self.work = work
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None
        self.scopes: Sequence[Scope] = ()
        self.drafts: Sequence[Draft] = ()

    def attempt(self, desks: Desks) -> bool:
        """Run the work and say whether it went through."""
        self.error, desks.scopes, desks.audit.drafts = None, [], []
        try:
            self.result = finish(self.work(desks))
        except BaseException as error:  # noqa: BLE001 - the waiting caller is told of it
            self.error, self.scopes, self.drafts = error, (), ()
            return False
        self.scopes, self.drafts = desks.scopes, desks.audit.drafts
        return True


class Writer:
    """The one thread that writes, on the one connection that may."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        link: Link,
        begun: Callable[[], None],
        moving: Callable[[Sequence[Scope]], AbstractContextManager[None]],
        require_file: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._link = link
        self._chain = Chain()
        self._desks = Desks(link, self._chain)
        self._begun = begun
        self._moving = moving
        self._require_file = require_file
        self.heard: Heard = _unheard
        self.works = Spread(1, 2, 5, 10, 20, MOST_WORKS)
        self.seconds = Spread(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
        """How long each commit held the lock: others cannot write meanwhile."""
        self.failed = 0
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        # A daemon: whoever forgets to close loses nothing that was acknowledged, and does not hang.
        self._thread = threading.Thread(target=self._write_all, name="gatepass-writer", daemon=True)
        self._thread.start()

    async def write(self, work: Work[T]) -> T:
        """Run the work in the next commit; on return it is on disk."""
        if self._closed:
            raise Busy("the store")
        job = _Job(work, asyncio.get_running_loop())
        self._jobs.put(job)
        return cast("T", await job.future)

    def close(self) -> None:
        """Finish the works that wait; no more are taken."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        self._thread.join()

    def _write_all(self) -> None:
        while jobs := self._next():
            self._commit_together(jobs)
            _tell(jobs, self.heard)
        self._connection.close()

    def _next(self) -> list[_Job]:
        """Wait for works; none means that the store closes."""
        first = self._jobs.get()
        return [] if first is None else [first, *self._waiting(MOST_WORKS - 1)]

    def _waiting(self, most: int = sys.maxsize) -> Iterator[_Job]:
        """Take works that wait already."""
        while most and not self._jobs.empty():
            job = self._jobs.get()
            if job is None:
                self._jobs.put(None)
                return
            yield job
            most -= 1

    def _commit_together(self, jobs: list[_Job]) -> None:
        """Run and commit the works; afterwards each has its result, or an error.

        A work that fails is undone alone. Setting it apart beforehand would cost every work a
        third of its time, so that is done only once one has failed that had changed something.
        """
        execute = self._connection.execute
        try:
            self._begin(jobs)
            began = time.perf_counter()
            if not self._run(jobs):
                execute("ROLLBACK")
                self._begin(jobs)
                self._run_apart(jobs)
            finish(self._chain.append(self._link, [one for job in jobs for one in job.drafts]))
            self._require_file()
            if scopes := [scope for job in jobs for scope in job.scopes]:
                with self._moving(scopes):
                    execute("COMMIT")
            else:
                execute("COMMIT")
            self._chain.keep()
            self.seconds.add(time.perf_counter() - began)
            self.works.add(len(jobs))
        except BaseException as error:  # noqa: BLE001 - every waiting caller must be answered
            # A work's own refusal goes too: it may rest on what another one wrote in vain.
            for job in jobs:
                job.error = error
            self.failed += 1
            self._leave()

    def _begin(self, jobs: list[_Job]) -> None:
        """Take the lock; when that takes too long, all who wait by then are refused with these."""
        for tries in itertools.count(1):
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                if tries == LOCK_TRIES:
                    jobs += self._waiting()
                    raise
                time.sleep(LOCK_PAUSE)
            else:
                self._begun()
                return

    def _run(self, jobs: Sequence[_Job]) -> bool:
        """Run the works; False where one failed after it had changed something."""
        connection = self._connection
        for job in jobs:
            before = connection.total_changes
            if not job.attempt(self._desks) and (
                connection.total_changes != before or not connection.in_transaction
            ):
                return False
        return True

    def _run_apart(self, jobs: Sequence[_Job]) -> None:
        """Run the works again, each in a savepoint that undoes what a failing one did."""
        execute = self._connection.execute
        for job in jobs:
            execute("SAVEPOINT work")
            if not job.attempt(self._desks):
                execute("ROLLBACK TO work")
            execute("RELEASE work")

    def _leave(self) -> None:
        """Leave no transaction open, whatever state the connection is in."""
        if self._connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
                self._chain.undo()
        self._chain.lose()


def _unheard(_: Sequence[AuditEvent]) -> None:
    """Tell nobody."""


def _tell(jobs: Sequence[_Job], heard: Heard) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in jobs:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, own in by_loop.items():
        # Whoever ran on a closed loop does not wait any more.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_answer, own, heard)


def _answer(jobs: Sequence[_Job], heard: Heard) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(refusal(job.error))
        else:
            job.future.set_result(job.result)
    if events := [one.event for job in jobs if job.error is None for one in job.drafts]:
        heard(events)
