"""Where the store of a home is, and whether it can be served from as it is."""

import importlib
import os
from pathlib import Path

from gatepass.settings import Misconfigured, Settings
from gatepass.storage import databases, migrating
from gatepass.storage import home as homes
from gatepass.storage.databases import Database, PostgresDatabase, SqliteDatabase

MASTER_KEY = "GATEPASS_MASTER_KEY"


class NotReady(Misconfigured):
    """The home cannot be served from as it is; the text says what to do."""


class NoStore(NotReady):
    """The home has no tables yet."""


def database(home: Path, settings: Settings) -> Database:
    """Return where the store is.

    Raises:
        NotReady: the setting names none that can be served from.
    """
    try:
        return databases.at(
            settings.database_url or f"sqlite:///{homes.database(home)}",
            listen_url=settings.database_listen_url,
            connections=settings.database_connections,
            patience=settings.database_patience.total_seconds(),
            keeps_statements=settings.database_statements == "kept",
        )
    except ValueError as error:
        raise NotReady(f"database_url: {error}") from error


def database_path(home: Path, settings: Settings) -> Path | None:
    """Return the file of an embedded store; a store on a server has none.

    Raises:
        NotReady: the setting names none that can be served from.
    """
    where = database(home, settings)
    return where.path if isinstance(where, SqliteDatabase) else None


def embedded_path(home: Path) -> Path:
    """Return the file that an embedded store of this home has by default."""
    return homes.database(home)


def prepare(home: Path, settings: Settings) -> None:
    """Make what a home lacks: folder, master key, tables."""
    homes.make(home)
    if MASTER_KEY not in os.environ:
        homes.make_master_key(home)
    migrate(home, settings)


def migrate(home: Path, settings: Settings) -> bool:
    """Bring the tables up to date and say whether anything was to be done."""
    where = database(home, settings)
    old = os.umask(0o077)
    try:
        if where.revision() == migrating.HEAD:
            return False
        where.upgrade()
    except ValueError as error:
        raise NotReady(str(error)) from error
    finally:
        os.umask(old)
    return True


def copy_store(home: Path, settings: Settings, url: str) -> dict[str, int]:
    """Copy a home's SQLite store to an empty PostgreSQL database, rows counted by table.

    Raises:
        NotReady: either of the two will not do for that.
        Busy: either cannot be used now.
    """
    source, _ = check(home, settings)
    try:
        target = databases.at(url)
        if not isinstance(source, SqliteDatabase) or not isinstance(target, PostgresDatabase):
            raise NotReady("only a home's SQLite store can be copied, and only to postgresql://…")
        target.upgrade()
        return source.copy_to(target)
    except ValueError as error:
        raise NotReady(f"--to: {error}") from error


def check(home: Path, settings: Settings) -> tuple[Database, bytes]:
    """Return where the store is, and the master key, of a home that can be served from.

    Raises:
        NotReady: there is no store, it is of another revision, or the master key is missing.
    """
    if settings.otel_endpoint:
        try:
            importlib.import_module("gatepass.http.traces")
        except ImportError as error:
            raise NotReady(
                f"otel_endpoint is set, but {error.name} is missing; install gatepass[otel]"
            ) from error
    return check_store(home, settings), master_key(home)


def check_store(home: Path, settings: Settings) -> Database:
    """Return where a store of this version is.

    Raises:
        NotReady: there is no store, or it is of another revision.
    """
    where = database(home, settings)
    try:
        found = where.revision()
    except ValueError as error:
        raise NotReady(str(error)) from error
    if found is None:
        raise NoStore(f"{home}: there is no store here; run: gatepass init --home {home}")
    if found != migrating.HEAD:
        raise NotReady(
            f"{home}: the store is of another version; run: gatepass migrate --home {home}"
        )
    return where


def master_key(home: Path) -> bytes:
    """Return the master key of a home.

    Raises:
        NotReady: it is missing or cannot be used.
    """
    try:
        return homes.read_master_key(home, os.environ.get(MASTER_KEY))
    except FileNotFoundError as error:
        raise NotReady(f"{error.filename}: the master key is missing; put it back") from error
    except (OSError, ValueError) as error:
        raise NotReady(f"the master key cannot be used: {error}") from error
