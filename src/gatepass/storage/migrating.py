"""Bring a store's tables up to date: Alembic, forward only. Imported only where it is needed."""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from gatepass.core.errors import Busy

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0010"
"""The revision that this version of the server works with."""
_HAS_REVISIONS = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"


def revision(path: Path) -> str | None:
    """Return the revision of an SQLite store, None if it has no tables yet.

    Raises:
        ValueError: the file cannot be read, or is no such store.
    """
    if not path.exists():
        return None
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            if connection.execute(_HAS_REVISIONS).fetchone() is None:
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise ValueError(f"{path}: cannot be used as a store: {error}") from error
    return None if row is None else str(row[0])


def is_known(revision: str) -> bool:
    """Say whether this version can bring a store of that revision up to date."""
    folder = Path(__file__).with_name("migrations") / "versions"
    return any(one.name.startswith(f"{revision}_") for one in folder.glob("[0-9]*.py"))


def upgrade(url: str) -> None:
    """Apply every revision that the store behind this SQLAlchemy URL lacks.

    Raises:
        Busy: the store cannot be written now.
    """
    from alembic import command  # noqa: PLC0415 - 150 ms that a start does without
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415

    try:
        command.upgrade(config(url), "head")
    except OperationalError as error:
        raise Busy("the store") from error


def config(url: str, output: TextIO | None = None) -> "Config":
    """Return Alembic's configuration for a store; what it writes instead of doing goes there."""
    from alembic.config import Config  # noqa: PLC0415

    made = Config(output_buffer=output)
    made.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made
