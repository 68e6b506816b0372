"""Copy an SQLite store into an empty PostgreSQL database: all of it, row by row, or nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import BigInteger, Table, bindparam, func, select
from sqlalchemy import cast as to

from gatepass.core.errors import Busy
from gatepass.storage import sqlite, sqlite_link
from gatepass.storage.postgres.link import (
    DIALECT,
    Access,
    Connection,
    PostgresLink,
    at_once,
    storable,
)
from gatepass.storage.schema import accounts, metadata, moves, processes
from gatepass.storage.statements import Prepared

AT_ONCE = 2000
_OF_WHAT_RUNS = {moves, processes}
"""About the processes that serve from a store, which none does from its copy."""
_TABLES = [table for table in metadata.sorted_tables if table not in _OF_WHAT_RUNS]
_ROWS = {table: Prepared(select(table).order_by(*table.primary_key)) for table in _TABLES}
_ANY = Prepared(select(accounts.c.id).limit(1))
_NEXT = {
    table: Prepared(
        select(
            func.setval(
                func.pg_get_serial_sequence(table.name, column.name),
                func.greatest(func.max(column), to(bindparam("given"), BigInteger)),
            )
        ).select_from(table)
    )
    for table in _TABLES
    if (column := table.autoincrement_column) is not None
}
_GIVEN = "SELECT seq FROM sqlite_sequence WHERE name = ?"
"""The highest number that was ever given, where numbers of rows that are gone do not come back."""
_HOLD = "LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE"


def copy(source: Path, target: Access) -> dict[str, int]:
    """Copy every row and return how many of each table; the source is held still meanwhile.

    Raises:
        ValueError: the target has rows already, or a row did not arrive as it was.
        Busy: one of the two cannot be used now.
    """
    with closing(sqlite.connect(source, writes=True)) as rows:
        try:
            # Nothing is acknowledged there that would not be here.
            rows.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise Busy("the store") from error
        return at_once(_copy(rows, target))


async def _copy(source: sqlite3.Connection, target: Access) -> dict[str, int]:
    connection = await asyncpg.connect(target.url, **target.driver)
    try:
        async with connection.transaction():
            await connection.execute(_HOLD)
            if await PostgresLink(connection).one(_ANY) is not None:
                raise ValueError("the database to copy to has accounts already; name an empty one")
            return {table.name: await _copy_table(source, connection, table) for table in _TABLES}
    finally:
        await connection.close()


async def _copy_table(source: sqlite3.Connection, target: Connection, table: Table) -> int:
    columns = [column.name for column in table.columns]
    rows = _rows(source, table)
    while batch := list(islice(rows, AT_ONCE)):
        try:
            await target.copy_records_to_table(table.name, records=batch, columns=columns)
        except (TypeError, ValueError, OverflowError) as error:
            # SQLite keeps whatever somebody put there, of any type.
            raise ValueError(f"{table.name}: a row is not what it should be: {error}") from error
    count = 0
    given = (source.execute(_GIVEN, [table.name]).fetchone() or [None])[0]
    text, _ = _ROWS[table].for_driver(DIALECT)
    expected = _rows(source, table)
    async for row in target.cursor(text, prefetch=AT_ONCE):
        if tuple(row) != next(expected, None):
            raise ValueError(
                f"{table.name}: row {count + 1} did not arrive as it was; none is kept"
            )
        count += 1
    if next(expected, None) is not None:
        raise ValueError(f"{table.name}: not every row arrived; none is kept")
    if table in _NEXT and (count or given):
        await PostgresLink(target).one(_NEXT[table], given=given)
    return count


def _rows(source: sqlite3.Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    """Return every row in the order of its key, as the target can hold it."""
    text, _ = _ROWS[table].for_driver(sqlite_link.DIALECT)
    for row in source.execute(text):
        yield tuple(map(storable, row))
