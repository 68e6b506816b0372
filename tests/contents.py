"""All that a store holds but its trail: what nothing half done leaves as it was."""

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from types import TracebackType
from typing import Any, Self

import asyncpg

from gatepass.app import database_path
from gatepass.storage.columns import metadata
from tests.world import World, settings

TRAIL = frozenset({"audit_events", "audit_chains", "refusals"})
"""What a refusal is written down in."""
TABLES = sorted(set(metadata.tables) - TRAIL)
Contents = dict[str, Counter[str]]


class Store:
    """The store behind a world, read on a connection of its own."""

    def __init__(self, here: World, url: str = "") -> None:
        self._path = database_path(here.home, settings())
        self._url = url
        self._connection: asyncpg.Connection[Any] | None = None

    async def __aenter__(self) -> Self:
        if self._url:
            self._connection = await asyncpg.connect(self._url)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def contents(self) -> Contents:
        """Return the rows of each table, in no order."""
        if self._connection is None:
            return await asyncio.to_thread(self._read_file)
        found = {}
        for table in TABLES:
            rows = await self._connection.fetch(f"SELECT * FROM {table}")  # noqa: S608 - our names
            found[table] = Counter(repr(tuple(row)) for row in rows)
        return found

    def _read_file(self) -> Contents:
        assert self._path is not None
        found = {}
        with closing(sqlite3.connect(self._path)) as connection:
            for table in TABLES:
                rows = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - our names
                found[table] = Counter(map(repr, rows))
        return found


def differing(before: Contents, after: Contents) -> list[str]:
    """Return the tables that are not what they were."""
    return [table for table in TABLES if before[table] != after[table]]
