"""The engines that must pass the store suite: how each is opened, and how its moves are heard."""

import itertools
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from gatepass.core.store import Scope, Store
from gatepass.storage import migrating
from gatepass.storage.postgres import tables
from gatepass.storage.postgres.link import Access
from gatepass.storage.postgres.store import PostgresStore
from gatepass.storage.sqlite import SqliteStore
from tests.postgres import Cluster, name_of


class Engine(Protocol):
    """One empty database with all its tables."""

    def open(self) -> Store:
        """Return one more store on it, as another process would; the engine closes it."""

    async def heard(self, store: Store) -> list[Scope]:
        """Return what a store has heard of since the last call, once that has reached it."""

    async def raw(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Do with its rows what somebody does who has the database; a ? stands for each value."""

    def close(self) -> None:
        """Close every store."""


class SqliteEngine:
    """A file with its tables, copied from one that was migrated once."""

    def __init__(self, template: Path, folder: Path) -> None:
        self.path = folder / "store.db"
        shutil.copy(template, self.path)
        self._stores: list[SqliteStore] = []

    def open(self) -> SqliteStore:
        self._stores.append(SqliteStore(self.path, shared=True))
        return self._stores[-1]

    async def heard(self, store: Store) -> list[Scope]:
        return list(store.moves())

    async def raw(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def close(self) -> None:
        for store in self._stores:
            store.close()


class PostgresEngine:
    """A database with its tables, copied from one that was migrated once."""

    def __init__(self, cluster: Cluster, template: str) -> None:
        self.cluster = cluster
        self.url = cluster.database(template)
        self._stores: list[PostgresStore] = []

    def open(self, **access: Any) -> PostgresStore:
        self._stores.append(PostgresStore(Access(url=self.url, **access)))
        return self._stores[-1]

    async def heard(self, store: Store) -> list[Scope]:
        assert isinstance(store, PostgresStore)
        await store.catch_up()
        return list(store.moves())

    async def raw(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        numbers = itertools.count(1)
        numbered = re.sub(r"\?", lambda _: f"${next(numbers)}", statement)
        connection = await asyncpg.connect(self.url)
        try:
            return [tuple(row) for row in await connection.fetch(numbered, *values)]
        finally:
            await connection.close()

    def close(self) -> None:
        for store in self._stores:
            store.close()

    async def closed(self) -> None:
        """Wait until every store has let go, and delete the database."""
        for store in self._stores:
            await store.closed()
        self.cluster.drop(self.url)


def migrated_database(cluster: Cluster) -> str:
    url = cluster.database()
    tables.upgrade(Access(url=url))
    return name_of(url)


def migrated_file(folder: Path) -> Path:
    path = folder / "template.db"
    migrating.upgrade(f"sqlite:///{path}")
    return path
