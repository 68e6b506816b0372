"""PostgreSQL's driver as the desks use it: where it connects, and one connection or one to come."""

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine.interfaces import Dialect

from gatepass.core.errors import Busy
from gatepass.storage.postgres.patience import FAILURES, is_away
from gatepass.storage.statements import Prepared, Row

T = TypeVar("T")
if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection = asyncpg.Connection[Any] | PoolConnectionProxy[Any]
    Pool = asyncpg.Pool[Any]
else:  # only the driver's stubs know what its rows are
    Connection = asyncpg.Connection
    Pool = asyncpg.Pool

DIALECT: Dialect = PGDialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
NAME = "gatepass"
"""As an administrator of the database sees it, in pg_stat_activity."""
_NO_TEXT_HAS_IT = "\0"
_IN_ITS_PLACE = "\N{SYMBOL FOR NULL}"


@dataclass(frozen=True, kw_only=True)
class Access:
    """How a store reaches its database."""

    url: str = field(repr=False)
    listen_url: str = field(default="", repr=False)
    """Where moves are listened for; empty: the same place."""
    connections: int = 10
    patience: float = 5.0
    """Seconds that one call waits for the database, over all its tries."""
    keeps_statements: bool = True
    """Whether a connection is one session of the server, so that what was prepared stays."""

    @property
    def driver(self) -> dict[str, Any]:
        """How the driver connects, whoever asks."""
        return {
            "timeout": self.patience,
            "statement_cache_size": 512 if self.keeps_statements else 0,
            "server_settings": {"application_name": NAME},
        }

    async def connect(self) -> Connection:
        """Open a connection outside the pool; who opened it closes it."""
        made: Connection = await asyncpg.connect(
            self.url, command_timeout=self.patience, **self.driver
        )
        return made


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """Ask the database something where nothing may be awaited.

    Raises:
        Busy: it cannot be reached now.
        ValueError: it does not let this server do that.
    """
    try:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, work).result()
    except FAILURES as error:
        if is_away(error):
            raise Busy("the store") from error
        # The first line: others quote what was sent.
        said = str(error).partition("\n")[0]
        raise ValueError(f"the database cannot be used: {said}") from error


def storable(value: object) -> object:
    """Return the value as this engine can hold it: no text of its has the character NUL."""
    if isinstance(value, str) and _NO_TEXT_HAS_IT in value:
        return value.replace(_NO_TEXT_HAS_IT, _IN_ITS_PLACE)
    return value


class PostgresLink:
    """One connection inside a transaction."""

    def __init__(self, connection: Connection | None = None) -> None:
        self._connection = connection

    async def _go(self, statement: Prepared) -> tuple[Connection, str, Any]:
        text, in_order = statement.for_driver(DIALECT)
        return await self.connection(), text, in_order

    async def connection(self) -> Connection:
        """Return the connection."""
        if self._connection is None:
            raise RuntimeError("this link has no connection")
        return self._connection

    async def one(self, statement: Prepared, **values: object) -> Row | None:
        """Return the first row, if any."""
        connection, text, in_order = await self._go(statement)
        return await connection.fetchrow(text, *map(storable, in_order(values)))

    async def all(self, statement: Prepared, **values: object) -> Sequence[Row]:
        """Return every row."""
        connection, text, in_order = await self._go(statement)
        return await connection.fetch(text, *map(storable, in_order(values)))

    async def run(self, statement: Prepared, **values: object) -> int:
        """Change rows and return how many."""
        connection, text, in_order = await self._go(statement)
        done = await connection.execute(text, *map(storable, in_order(values)))
        return int(done.rpartition(" ")[2])

    async def many(self, statement: Prepared, values: Sequence[Mapping[str, object]]) -> None:
        """Change rows once for each set of values."""
        if values:
            connection, text, in_order = await self._go(statement)
            rows = [tuple(map(storable, in_order(each))) for each in values]
            await connection.executemany(text, rows)


class ReadingLink(PostgresLink):
    """A connection of the pool, taken when the first statement comes; each sees its own moment."""

    def __init__(self, pool: Pool, access: Access) -> None:
        super().__init__()
        self._pool = pool
        self._access = access
        self._taken: PoolConnectionProxy[Any] | None = None

    async def connection(self) -> Connection:
        """Return the connection, the pool's next one if there is none yet."""
        if self._taken is None:
            self._taken = await self._pool.acquire(timeout=self._access.patience)
            if not self._access.keeps_statements:
                # A pooler may give each transaction another server: the two halves of one
                # statement, preparing and executing it, would meet in different ones.
                await self._taken.execute("BEGIN READ ONLY")
        return self._taken

    async def release(self, error: BaseException | None) -> None:
        """Give the connection back, if there is one; it ends here if it may be unusable."""
        if self._taken is None:
            return
        connection, self._taken = self._taken, None
        try:
            if isinstance(error, (*FAILURES, asyncio.CancelledError)):
                cut(connection)
            elif not self._access.keeps_statements:
                await connection.execute("COMMIT")
        finally:
            await self._pool.release(connection)


def cut(connection: Connection) -> None:
    """End a connection at once, without a word to the server."""
    # The pool takes a lost connection back by itself; then there is nothing left to end.
    with contextlib.suppress(asyncpg.InterfaceError):
        connection.terminate()


async def leave_as_it_is(_: Connection) -> None:
    """Spare each use of a connection a round trip: no work leaves anything behind in it."""
