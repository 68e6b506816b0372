"""The engines that must pass the store suite: how each is opened, and how its moves are heard."""

import shutil
from pathlib import Path
from typing import Protocol

from gatepass.core.store import Scope, Store
from gatepass.storage import migrating
from gatepass.storage.sqlite import SqliteStore


class Engine(Protocol):
    """One empty database with all its tables."""

    def open(self) -> Store:
        """Return one more store on it, as another process would; the engine closes it."""

    async def heard(self, store: Store) -> list[Scope]:
        """Return what a store has heard of since the last call, once that has reached it."""

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

    def close(self) -> None:
        for store in self._stores:
            store.close()


def migrated_file(folder: Path) -> Path:
    path = folder / "template.db"
    migrating.upgrade(f"sqlite:///{path}")
    return path
