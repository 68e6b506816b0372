"""The kinds of database that a store may be in, by the scheme of their URL."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gatepass.core.store import Store
from gatepass.storage import migrating
from gatepass.storage.sqlite import SqliteStore

if TYPE_CHECKING:
    from gatepass.storage.postgres.link import Access

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")


class Database(Protocol):
    """Where a store is, or will be."""

    def revision(self) -> str | None:
        """Return the revision of its tables, None if there are none yet.

        Raises:
            ValueError: it cannot be used as a store.
            Busy: it cannot be reached now.
        """

    def upgrade(self) -> None:
        """Apply every revision that its tables lack.

        Raises:
            ValueError: it cannot be used as a store.
            Busy: it cannot be written now.
        """

    def open(self, *, shared: bool) -> Store:
        """Open the store; ``shared`` says that other processes of this home serve from it too.

        Raises:
            ValueError: it cannot be used as a store.
            Busy: it cannot be reached now.
        """


@dataclass(frozen=True)
class SqliteDatabase:
    """A file."""

    path: Path

    def copy_to(self, target: "PostgresDatabase") -> dict[str, int]:
        """Copy every row and return how many of each table.

        Raises:
            ValueError: the target has rows already, or a row did not arrive as it was.
            Busy: one of the two cannot be used now.
        """
        from gatepass.storage.postgres.copying import copy  # noqa: PLC0415 - only where needed

        return copy(self.path, target.access)

    def revision(self) -> str | None:
        return migrating.revision(self.path)

    def upgrade(self) -> None:
        migrating.upgrade(f"{_SQLITE}{self.path}")

    def open(self, *, shared: bool) -> Store:
        return SqliteStore(self.path, shared=shared)


@dataclass(frozen=True)
class PostgresDatabase:
    """A database of a PostgreSQL server, for any number of nodes."""

    access: "Access"

    def revision(self) -> str | None:
        from gatepass.storage.postgres import tables  # noqa: PLC0415 - only where it is needed

        return tables.revision(self.access)

    def upgrade(self) -> None:
        from gatepass.storage.postgres import tables  # noqa: PLC0415

        tables.upgrade(self.access)

    def open(self, *, shared: bool) -> Store:  # noqa: ARG002 - there may always be others
        from gatepass.storage.postgres.store import PostgresStore  # noqa: PLC0415

        return PostgresStore(self.access)


def at(
    url: str,
    *,
    listen_url: str = "",
    connections: int = 10,
    patience: float = 5.0,
    keeps_statements: bool = True,
) -> Database:
    """Return the database that a URL names; all but the URL is for servers.

    Raises:
        ValueError: there is no such kind, or its driver is not installed.
    """
    if url.startswith(_SQLITE):
        return SqliteDatabase(Path(url.removeprefix(_SQLITE)))
    if not url.startswith(_POSTGRES):
        # The scheme alone: what follows may hold a password.
        scheme = url.partition(":")[0][:20]
        raise ValueError(f"a store is at sqlite:///… or postgresql://…, not at {scheme}:")
    try:
        from gatepass.storage.postgres.link import Access  # noqa: PLC0415 - 400 ms
    except ImportError as error:
        raise ValueError("PostgreSQL needs a driver: pip install 'gatepass[postgres]'") from error
    access = Access(
        url=url,
        listen_url=listen_url,
        connections=connections,
        patience=patience,
        keeps_statements=keeps_statements,
    )
    return PostgresDatabase(access)
