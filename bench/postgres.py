"""A PostgreSQL server, started as the tests start theirs, and homes put there."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import asyncpg

from gatepass.app import database, database_path
from gatepass.settings import Settings
from tests.postgres import SYSTEM_USER, Cluster, name_of
from tests.tools import TOOLS

_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
    "AND name NOT IN ('alembic_version', 'moves')"
)


def missing() -> str | None:
    """Say why nothing can be measured with PostgreSQL here, None if it can."""
    return TOOLS["postgres"].missing()


@contextmanager
def running() -> Iterator[Cluster]:
    """Run a server, on disk and with fsync, until the block is left."""
    cluster = Cluster()
    try:
        yield cluster
    finally:
        cluster.remove()


def put(cluster: Cluster, home: Path) -> str:
    """Return the URL of a new database that holds what a home's SQLite store does.

    ``gatepass migrate --to`` checks every foreign key and compares every row, which takes three
    times as long.
    """
    url = cluster.database()
    database(home, Settings(database_url=url)).upgrade()
    source = database_path(home, Settings())
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as rows:
        asyncio.run(_copy(rows, cluster, name_of(url)))
    return url


async def _copy(source: sqlite3.Connection, cluster: Cluster, name: str) -> None:
    target = await asyncpg.connect(
        host=str(cluster.folder), port=cluster.port, user=SYSTEM_USER, database=name
    )
    try:
        await target.execute("SET session_replication_role = replica")
        for (table,) in source.execute(_TABLES).fetchall():
            rows = source.execute(f"SELECT * FROM {table}")  # noqa: S608 - a table's name
            columns = [column[0] for column in rows.description]
            await target.copy_records_to_table(table, records=rows, columns=columns)
        # Events are numbered by a sequence, which goes on where the copied ones end.
        await target.execute(
            "SELECT setval(pg_get_serial_sequence('audit_events', 'number'),"
            " coalesce(max(number), 0) + 1) FROM audit_events"
        )
        await target.execute("VACUUM ANALYZE")
    finally:
        await target.close()
