"""Copies of an SQLite store: taken while others write, examined before one is relied on."""

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

from gatepass.core.errors import Busy
from gatepass.core.store import EVERYTHING
from gatepass.core.trail import Verdict
from gatepass.storage import migrating, verifying
from gatepass.storage.commits import finish
from gatepass.storage.epoch import Epoch
from gatepass.storage.sqlite import connect
from gatepass.storage.sqlite_link import SqliteLink

MOST_PROBLEMS = 3
_HAS_PROCESSES = "SELECT 1 FROM sqlite_master WHERE name = 'processes'"
_SIDES = ("-wal", "-shm", "-epoch")


def take(source: Path, target: Path) -> None:
    """Copy a store to a new file as it is at one moment; who writes meanwhile does not wait.

    Raises:
        Busy: the store cannot be read now.
    """
    target.touch(mode=0o600, exist_ok=False)
    try:
        with closing(connect(source, writes=False)) as live, closing(sqlite3.connect(target)) as to:
            # In one step: a read of one snapshot, which a commit of others does not begin again.
            live.backup(to, pages=-1)
            if to.execute(_HAS_PROCESSES).fetchone() is not None:
                # Who serves from the one does not serve from the other.
                to.execute("DELETE FROM processes")
                to.commit()
    except sqlite3.OperationalError as error:
        raise Busy("the store") from error


def examine(path: Path) -> str:
    """Return the revision of a copied store whose pages, rows and indexes hold together.

    Raises:
        ValueError: they do not, or this version does not know its revision.
    """
    try:
        with closing(sqlite3.connect(path)) as copy:
            problems = [
                str(row[0])
                for row in copy.execute(f"PRAGMA integrity_check({MOST_PROBLEMS})")
                if row[0] != "ok"
            ]
            problems += [
                f"a row of {row[0]} belongs to nothing"
                for row in copy.execute("PRAGMA foreign_key_check").fetchmany(MOST_PROBLEMS)
            ]
    except sqlite3.DatabaseError as error:
        raise ValueError(f"the store is damaged: {error}") from error
    if problems:
        raise ValueError(f"the store is damaged: {'; '.join(problems)}")
    revision = migrating.revision(path)
    if revision is None:
        raise ValueError("it holds no store")
    if not migrating.is_known(revision):
        raise ValueError(f"its store is of revision {revision}, later than this version knows")
    return revision


def verdict(path: Path) -> Verdict:
    """Walk the audit chains of a store of this version that nobody else has open."""
    with closing(connect(path, writes=False)) as copy:
        return finish(verifying.verify(SqliteLink(copy)))


def tidy(path: Path) -> None:
    """Fold a closed store's log into it and delete the files beside it."""
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for side in _SIDES:
        path.with_name(path.name + side).unlink(missing_ok=True)


def lies_about(path: Path) -> list[str]:
    """Return which files of a store are where it would be; its epoch's is no part of it."""
    names = [path.name, *(f"{path.name}{side}" for side in _SIDES if side != "-epoch")]
    return [name for name in names if path.with_name(name).exists()]


def put(drafted: Path, target: Path) -> None:
    """Give a store its place, in which none is.

    Each process that still has an earlier store of this place open hears that everything has moved,
    so it uses nothing that it remembers; and what it then looks at is not its file any more.

    Raises:
        FileExistsError: there is a store.
    """
    beside = target.with_name(target.name + "-epoch")
    with ExitStack() as stack:
        if beside.exists():
            epoch = stack.enter_context(closing(Epoch(beside)))
            stack.enter_context(epoch.moving([EVERYTHING]))
        target.hardlink_to(drafted)
