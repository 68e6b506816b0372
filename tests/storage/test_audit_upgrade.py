"""Events from before there were chains stay, and stand outside of them."""

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.config import Config

from gatepass import storage
from gatepass.storage import migrating
from gatepass.storage.postgres import ddl, tables
from gatepass.storage.postgres.link import Access
from gatepass.storage.postgres.store import PostgresStore
from gatepass.storage.sqlite import SqliteStore
from tests.postgres import Cluster
from tests.storage.rows import new_event, stored

OLD = """
INSERT INTO audit_events (id, at, act, org_id, operation, incident_id, data)
VALUES ('i', 1, 'old', 0, '', '', '{}')
"""


@pytest.mark.needs("postgres")
async def test_a_postgresql_database_of_before_keeps_its_events_too(cluster: Cluster) -> None:
    url = cluster.database()
    written = io.StringIO()
    command.upgrade(migrating.config(ddl.URL, written), "0004", sql=True)
    connection = await asyncpg.connect(url)
    await connection.execute(written.getvalue())
    await connection.execute(OLD)
    await connection.close()

    tables.upgrade(Access(url=url))
    store = PostgresStore(Access(url=url))
    await stored(store, new_event("new"))
    verdict = await store.scan(lambda tx: tx.audit.verify())
    store.close()
    await store.closed()
    cluster.drop(url)

    assert verdict.is_whole, verdict.broken
    assert (verdict.unchained, verdict.events) == (1, 1)


async def test_events_from_before_the_chains_are_kept_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    config = Config()
    folder = Path(storage.__path__[0]) / "migrations"
    config.set_main_option("script_location", str(folder))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{path}")
    command.upgrade(config, "0004")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(OLD)

    migrating.upgrade(f"sqlite:///{path}")
    store = SqliteStore(path)
    await stored(store, new_event("new"))
    verdict = await store.scan(lambda tx: tx.audit.verify())
    acts = [one.act for one in await store.scan(lambda tx: tx.audit.latest(5))]
    store.close()

    assert verdict.is_whole, verdict.broken
    assert (verdict.unchained, verdict.events) == (1, 1)
    assert acts == ["new", "old"]
