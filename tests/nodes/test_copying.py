"""gatepass migrate --to: an SQLite home moves to PostgreSQL, and whoever was signed in stays so."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from gatepass.storage.schema import metadata
from tests.cli.processes import Cli
from tests.postgres import Cluster
from tests.world import World, world

pytestmark = pytest.mark.needs("postgres")

NOT_COPIED = {"moves", "processes"}


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    made = cluster.database()
    yield made
    cluster.drop(made)


async def filled(here: World) -> dict[str, str]:
    """Fill a home with some of everything, and return what its callers hold."""
    org = await here.org("north")
    await here.account("mira", email="mira@example.com")
    await here.account("Ünïcode 名前")
    await here.join("mira", org.id)
    await here.group("Analysts", "DATADOWNLOADING")
    await here.put_in("Analysts", "mira")
    await here.secret()
    held = {
        "cookie": await here.login(),
        "token": await here.token(),
        "ended": await here.token(),
    }
    reply = await here.post(
        "auth/token/revoke",
        {"token": held["ended"]},
        headers={"Authorization": f"Bearer {held['token']}"},
    )
    assert reply.is_success
    held["token"] = await here.token()
    await here.core.write_tallies()
    await here.core.presence.beat()
    return held


def sqlite_rows(path: Path, table: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our names


async def postgres_rows(url: str, table: str) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(f"SELECT * FROM {table}")  # noqa: S608 - our names
        return [tuple(row) for row in rows]
    finally:
        await connection.close()


async def test_every_row_arrives_as_it_was(here: World, url: str) -> None:
    await filled(here)

    said = Cli(here.home)("migrate", "--to", url).out

    copied = 0
    for table in sorted(set(metadata.tables) - NOT_COPIED):
        before = sqlite_rows(here.home / "gatepass.db", table)
        assert sorted(before, key=repr) == sorted(await postgres_rows(url, table), key=repr), table
        copied += len(before)
    for table in NOT_COPIED:
        assert await postgres_rows(url, table) == []
    assert f"{copied} rows" in said


async def test_whoever_was_signed_in_stays_so(here: World, url: str) -> None:
    held = await filled(here)
    Cli(here.home)("migrate", "--to", url)

    async with world(here.home, here.home, database_url=url) as moved:
        assert (await moved.whoami(cookie=held["cookie"])).status_code == 200
        assert (await moved.whoami(bearer=held["token"])).status_code == 200
        assert (await moved.whoami(bearer=held["ended"])).status_code == 401
        # The next audit event finds its number free.
        assert await moved.login()


async def test_the_audit_trail_verifies_where_it_arrives_and_goes_on(here: World, url: str) -> None:
    """Also what was pruned: a chain that is gone does not lend its number (checklist 59)."""
    await filled(here)
    here.clock.advance(days=300)
    await here.core.auditing.link()
    # A second process, whose chain is the last one and all that is pruned of it.
    async with world(here.home, here.home) as other:
        await other.org("south")
    here.clock.advance(days=150)
    await here.core.prune()
    cli = Cli(here.home)
    ((_, last),) = sqlite_rows(here.home / "gatepass.db", "sqlite_sequence")
    left = [row[0] for row in sqlite_rows(here.home / "gatepass.db", "audit_chains")]
    assert max(left) < last
    before = await here.core.auditing.verify(here.by)
    assert before.is_whole, before.broken
    cli("migrate", "--to", url)

    async with world(here.home, here.home, database_url=url) as moved:
        arrived = await moved.core.auditing.verify(moved.by)
        await moved.org("west")
        await moved.core.auditing.link()
        after = await moved.core.auditing.verify(moved.by)

    assert arrived == before
    assert after.is_whole, after.broken
    assert after.events > before.events
    chains = [row[0] for row in await postgres_rows(url, "audit_chains")]
    assert max(chains) == last + 1


async def test_a_database_in_use_is_not_copied_to(here: World, url: str) -> None:
    cli = Cli(here.home)
    cli("migrate", "--to", url)

    assert "name an empty one" in cli.refused(78, "migrate", "--to", url)


async def test_what_cannot_arrive_as_it_is_leaves_nothing(here: World, url: str) -> None:
    await here.account()
    with closing(sqlite3.connect(here.home / "gatepass.db")) as connection:
        connection.execute("UPDATE accounts SET created_at = 'once' WHERE name = 'mira'")
        connection.commit()

    Cli(here.home).refused(78, "migrate", "--to", url)

    assert await postgres_rows(url, "orgs") == []
    assert await postgres_rows(url, "accounts") == []


@pytest.mark.parametrize("target", ["sqlite:///other.db", "mysql://u:p@h/d"])
def test_a_copy_goes_to_postgresql_alone(template: Path, target: str) -> None:
    assert "postgresql" in Cli(template).refused(78, "migrate", "--to", target)
