"""PostgreSQL: each work in a transaction of its own, serializable, tried again when it clashes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import asyncpg

from gatepass.core.errors import Busy
from gatepass.core.records import AuditEvent
from gatepass.core.spread import Spread
from gatepass.core.store import Heard, Presented, Scope, StoreCounts, Transaction
from gatepass.storage.chain import Chain, Draft
from gatepass.storage.desks import Desks
from gatepass.storage.postgres import moves
from gatepass.storage.postgres.gate_reads import Together
from gatepass.storage.postgres.link import (
    Access,
    Connection,
    Pool,
    PostgresLink,
    ReadingLink,
    at_once,
    cut,
    leave_as_it_is,
)
from gatepass.storage.postgres.patience import FAILURES, Failing, Patience, failing
from gatepass.storage.postgres.watch import Watch, first_look
from gatepass.storage.schema import sessions, tokens
from gatepass.storage.statements import Link

T = TypeVar("T")
Work = Callable[[Transaction], Awaitable[T]]

_SERIALIZABLE = "BEGIN ISOLATION LEVEL SERIALIZABLE"
_COMMITTED_SO_FAR = "BEGIN ISOLATION LEVEL READ COMMITTED"
_ONE_MOMENT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class ReadingDesks(Desks):
    """Desks outside a transaction, whose gate asks together with whoever asks at the same time."""

    def __init__(self, link: Link, gate: dict[bool, Together]) -> None:
        self._link = link
        self._gate = gate

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whichever desk it is
        # The gate needs none of the desks, and making them would cost it more than its answer.
        if "scopes" in self.__dict__:
            raise AttributeError(name)
        super().__init__(self._link)
        return getattr(self, name)

    async def presented(self, digest: bytes, *, session: bool) -> Presented | None:
        """Return what stands behind a digest."""
        return await self._gate[session].presented(digest)


class PostgresStore:
    """A database that several nodes serve from; it belongs to the loop that first uses it.

    Raises:
        ValueError: the database cannot be used.
        Busy: it cannot be reached now.
    """

    shared = True

    def __init__(self, access: Access) -> None:
        self._access = access
        self._watch = Watch(access, at_once(first_look(access)))
        self._pool: Pool | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._gate = {one: Together(table, self._ask) for one, table in _TABLES.items()}
        self._chains: list[Chain] = []
        """Chains that no transaction holds; the last is taken first, so that few of them grow."""
        self._scans = ThreadPoolExecutor(max_workers=1, thread_name_prefix="gatepass-scan")
        self._writing: set[asyncio.Task[Any]] = set()
        self._works = Spread(1)
        self._seconds = Spread(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
        self._failed = 0
        self._heard: Heard = _unheard
        self._closed = False
        self._closing: asyncio.Task[None] | None = None

    def tell(self, heard: Heard) -> None:
        """Tell the events of each work from now on, once they are on disk."""
        self._heard = heard

    def moves(self) -> Sequence[Scope]:
        """Return what has moved since the last call in this process."""
        return self._watch.moves()

    def stillness(self) -> int | None:
        """Return the same number always: nodes do not see one another's commits begin."""
        return 0

    async def doubts(self) -> list[str]:
        """Return why an acknowledged write might be lost."""
        pool = await self._opened()
        found = {
            name: await pool.fetchval(f"SHOW {name}") for name in ("fsync", "synchronous_commit")
        }
        return [f"its server has {name} off" for name, value in found.items() if value == "off"]

    def counts(self) -> StoreCounts:
        """Return what this process has done with the store."""
        moves, lag = self._watch.position
        return StoreCounts(
            works=self._works,
            seconds=self._seconds,
            failed=self._failed,
            moves=moves,
            lag=lag,
            looked=self._watch.unseen,
        )

    async def catch_up(self) -> None:
        """Hear of every move that was committed before now."""
        await self._opened()
        await self._watch.look()

    async def read(self, work: Work[T]) -> T:
        """Run a short reading work; each of its statements sees its own moment."""
        return await self._ask(lambda link: work(ReadingDesks(link, self._gate)))

    async def _ask(self, question: Callable[[Link], Awaitable[T]]) -> T:
        patience = Patience(self._access.patience)
        while True:
            link = ReadingLink(await self._opened(), self._access)
            try:
                answer = await question(link)
                await link.release(None)
            except BaseException as error:
                await _quietly(link.release(error))
                if failing(error) is Failing.WRONG:
                    raise
                await patience.after(error)
            else:
                return answer

    async def scan(self, work: Work[T]) -> T:
        """Run a long reading work on a thread and connection of its own, on one snapshot."""
        if self._closed:
            raise Busy("the store")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._scans, asyncio.run, self._scan(work))

    async def _scan(self, work: Work[T]) -> T:
        patience = Patience(self._access.patience)
        while True:
            try:
                connection = await asyncpg.connect(self._access.url, **self._access.driver)
                try:
                    await connection.execute(_ONE_MOMENT)
                    return await work(Desks(PostgresLink(connection)))
                finally:
                    connection.terminate()
            except FAILURES as error:
                await patience.after(error)

    async def write(self, work: Work[T]) -> T:
        """Run the work in a transaction; on return it is on disk and this node knows its moves."""
        pool = await self._opened()
        # A task of its own: whoever gives up waiting leaves no work half done.
        task = asyncio.create_task(self._write(pool, work))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        return await asyncio.shield(task)

    async def _write(self, pool: Pool, work: Work[T]) -> T:
        patience = Patience(self._access.patience)
        while True:
            try:
                async with pool.acquire(timeout=self._access.patience) as connection:
                    return await self._try(connection, work)
            except FAILURES as error:
                await patience.after(error)

    async def _try(self, connection: Connection, work: Work[T]) -> T:
        chain = self._chains.pop() if self._chains else Chain()
        try:
            return await self._try_with(chain, connection, work)
        finally:
            self._chains.append(chain)

    async def _try_with(self, chain: Chain, connection: Connection, work: Work[T]) -> T:
        """Run the work in a transaction that alone holds this chain."""
        link = PostgresLink(connection)
        move = None
        began = time.perf_counter()
        try:
            await connection.execute(_SERIALIZABLE)
            desks = Desks(link, chain)
            result = await work(desks)
            if chain.id is None and desks.audit.drafts:
                await connection.execute("ROLLBACK")
                await _begin(chain, connection, desks.audit.drafts)
                await connection.execute(_SERIALIZABLE)
                desks = Desks(link, chain)
                result = await work(desks)
            await chain.append(link, desks.audit.drafts)
            if desks.scopes:
                move = await moves.add(link, desks.scopes)
        except BaseException as error:
            chain.undo()
            await _leave(connection, error)
            raise
        try:
            await connection.execute("COMMIT")
        except BaseException as error:
            self._failed += 1
            if failing(error) is Failing.CLASHED:
                chain.undo()
                await _leave(connection, error)
                raise
            # It may be committed or not: told so, the caller looks before trying again.
            chain.lose()
            await _leave(connection, error)
            self._watch.doubt(desks.scopes)
            raise Busy("the store") from error
        chain.keep()
        self._works.add(1)
        self._seconds.add(time.perf_counter() - began)
        if move is not None:
            self._watch.hear(move)
        self._heard([one.event for one in desks.audit.drafts])
        return result

    async def _opened(self) -> Pool:
        if self._closed:
            raise Busy("the store")
        if self._pool is None:
            self._pool = asyncpg.create_pool(
                self._access.url,
                min_size=0,
                max_size=self._access.connections,
                command_timeout=self._access.patience,
                reset=leave_as_it_is,
                **self._access.driver,
            )
            # It connects to nothing yet, and so is there at once.
            await self._pool
            self._keeper = asyncio.create_task(self._keep(self._pool))
        return self._pool

    async def _keep(self, pool: Pool) -> None:
        """Watch the epoch; when the loop ends or the store is closed, let go of everything."""
        try:
            await self._watch.run()
        finally:
            pool.terminate()

    def close(self) -> None:
        """Take no more works; those that wait are finished, and then all is let go of."""
        if self._closed:
            return
        self._closed = True
        if self._keeper is not None and not self._keeper.done():
            self._closing = asyncio.create_task(self._let_go(self._keeper))

    async def closed(self) -> None:
        """Wait until all is let go of."""
        if self._closing is not None:
            await self._closing
        self._scans.shutdown()

    async def _let_go(self, keeper: asyncio.Task[None]) -> None:
        await asyncio.gather(*self._writing, return_exceptions=True)
        keeper.cancel()
        await asyncio.wait([keeper])


def _unheard(_: Sequence[AuditEvent]) -> None:
    """Tell nobody."""


_TABLES = {True: sessions, False: tokens}


async def _begin(chain: Chain, connection: Connection, drafts: Sequence[Draft]) -> None:
    """Begin a chain; once a chain, so that no work clashes over where the others end."""
    try:
        await connection.execute(_COMMITTED_SO_FAR)
        await chain.begin(PostgresLink(connection), drafts)
        await connection.execute("COMMIT")
    except BaseException:
        # Begun or not: nothing hangs on it yet.
        chain.lose()
        raise
    chain.keep()


async def _leave(connection: Connection, error: BaseException) -> None:
    """Leave no transaction open: undo it, or else let the server undo it."""
    if failing(error) is Failing.AWAY or isinstance(error, asyncio.CancelledError):
        cut(connection)
        return
    try:
        await connection.execute("ROLLBACK")
    except FAILURES:
        cut(connection)


async def _quietly(letting_go: Coroutine[Any, Any, None]) -> None:
    try:
        await letting_go
    except FAILURES:
        return
