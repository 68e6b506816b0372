"""Stores that earlier versions of the server wrote, on both engines, brought up to date.

`releases/` has what the server of each revision wrote itself, as SQL of the engine; comments in it
say what the clients hold. Everything there happened at noon of 2026-06-01.
"""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from gatepass.app import NotReady, check, migrate
from gatepass.core.crypto import KEY_BYTES
from tests.conftest import Ground
from tests.postgres import Cluster, run
from tests.world import PASSWORD, World, headers, refusal, settings, world

RELEASES = sorted(Path(__file__).with_name("releases").glob("*/*.sql"))
KEY = "5e" * KEY_BYTES


def held(release: Path) -> dict[str, str]:
    """What the clients of that home hold: tokens, cookies, the trusted secret."""
    return dict(re.findall(r"^-- (\w+): (\S+)$", release.read_text(), re.MULTILINE))


NEEDS = {"sqlite": (), "postgres": (pytest.mark.needs("postgres"),)}


@pytest.fixture(
    params=[
        pytest.param(one, marks=NEEDS[one.parent.name], id=f"{one.parent.name}-{one.stem}")
        for one in RELEASES
    ]
)
def release(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture
def left(release: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ground]:
    """A home and its store as that version left them."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    key = folder / "master.key"
    key.write_text(KEY)
    key.chmod(0o600)
    if release.parent.name == "sqlite":
        with closing(sqlite3.connect(folder / "gatepass.db")) as store:
            store.executescript(release.read_text())
        yield Ground(folder, {})
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    url = cluster.database()
    run(_restore(url, release.read_text()))
    yield Ground(folder, {"database_url": url})
    cluster.drop(url)


async def _restore(url: str, script: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(script)
    await connection.close()


@pytest.fixture
async def upgraded(left: Ground) -> AsyncIterator[World]:
    done = await asyncio.to_thread(migrate, left.home, settings(**left.changes))
    assert done, "it was up to date"
    async with world(left.home, left.home, **left.changes) as one:
        yield one


def test_a_server_does_not_start_on_it_before(left: Ground) -> None:
    with pytest.raises(NotReady, match="gatepass migrate"):
        check(left.home, settings(**left.changes))


def test_it_is_up_to_date_afterwards_and_the_second_time_changes_nothing(left: Ground) -> None:
    found = settings(**left.changes)

    assert migrate(left.home, found)
    check(left.home, found)
    assert not migrate(left.home, found)


async def test_what_was_live_is_live_and_what_was_ended_stays_ended(
    upgraded: World, release: Path
) -> None:
    """checklist 66: sessions, tokens and revocations of before, and ended now they end too."""
    has = held(release)

    for name in ("token", "custom"):
        assert (await upgraded.whoami(bearer=has[name])).json()["name"] == "mira", name
    assert (await upgraded.whoami(cookie=has["session"])).json()["name"] == "mira"
    for name in ("revoked_token", "token_of_closed"):
        assert refusal(await upgraded.whoami(bearer=has[name]))[0] == 401, name
    assert refusal(await upgraded.whoami(cookie=has["ended_session"]))[0] == 401
    by = headers(cookie=has["session"])
    assert (await upgraded.post("auth/session/logout", headers=by)).status_code == 204
    assert refusal(await upgraded.whoami(cookie=has["session"]))[0] == 401


async def test_passwords_secrets_and_signing_keys_of_before_work(
    upgraded: World, release: Path
) -> None:
    """checklist 66: keys too."""
    has = held(release)

    assert await upgraded.login("mira", PASSWORD)
    fresh = await upgraded.token("mira", secret_key=has["secret"])
    assert (await upgraded.whoami(bearer=fresh)).status_code == 200
    published = (await upgraded.client.get("/.well-known/jwks.json")).json()["keys"]
    assert published, "who verifies custom tokens offline finds their key"
    vitals = await upgraded.core.checkup.vitals()
    assert vitals.opened
    assert not vitals.sealed_for_good


async def test_memberships_groups_and_privileges_of_before_count(upgraded: World) -> None:
    body = (await upgraded.whoami(cookie=await upgraded.login("mira", PASSWORD))).json()

    assert {one["name"] for one in body["user_groups"]} == {"All", "analysts"}
    assert "DATADOWNLOADING" in body["privileges"]
    assert (body["display_name"], body["email"]) == ("Mira", "mira@example.com")


async def test_the_audit_trail_of_before_verifies_and_goes_on(
    upgraded: World, release: Path
) -> None:
    await upgraded.login("mira", PASSWORD)

    verdict = await upgraded.core.auditing.verify(upgraded.by)

    assert verdict.is_whole, verdict.broken
    assert verdict.events >= 1
    assert (verdict.unchained > 0) == (release.stem < "0005"), "chains came with revision 0005"
