"""An error in a guard means no: each is broken in turn, and nothing gets past it."""

import os
import sqlite3
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest

from gatepass.app import MASTER_KEY, close_core, open_core
from gatepass.core.errors import NotAuthenticated
from tests.world import (
    ADMIN,
    ADMIN_PASSWORD,
    HERE,
    PASSWORD,
    World,
    headers,
    settings,
    world,
)


def refused(reply: httpx2.Response, *statuses: int) -> None:
    """Ask for a refusal in the dialect's body, with an incident id and no word of the inside."""
    assert reply.status_code in (statuses or (500, 503)), reply.text
    assert reply.headers["content-type"] == "application/json"
    assert not reply.headers.get_list("set-cookie")
    message = reply.json()["error"]["message"]
    assert str(UUID(message["incident_id_guid"])) == message["incident_id_guid"]
    assert message["code"] in {10038, 10000}
    for inside in ("sqlite", "Traceback", "no such table", "argon2", "closed", "Error"):
        assert inside not in reply.text
    if reply.status_code == 503:
        assert int(reply.headers["retry-after"]) > 0


def drop(here: World, table: str) -> None:
    connection = sqlite3.connect(here.home / "gatepass.db")
    with connection:
        connection.execute(f"DROP TABLE {table}")
    connection.close()


@pytest.mark.parametrize(
    "table",
    [
        "tokens",
        "accounts",
        "orgs",
        "memberships",
        "group_members",
        "group_links",
        "group_privileges",
    ],
)
async def test_no_bearer_passes_a_gate_that_cannot_look_it_up(here: World, table: str) -> None:
    """Every table that the gate asks, missing in turn (checklist 61)."""
    await here.account("mira")
    token = await here.token()
    drop(here, table)

    refused(await here.whoami(bearer=token))
    refused(await here.get("auth/session/token", headers=headers(bearer=token)))
    refused(await here.post("auth/session/login", headers=headers(bearer=token)))


@pytest.mark.parametrize(
    "table", ["accounts", "guesses", "sessions", "memberships", "audit_events"]
)
async def test_no_password_signs_in_where_a_guard_cannot_be_asked(here: World, table: str) -> None:
    """Limits, status, membership and the log: none of them is skipped (checklist 61)."""
    await here.account("mira")
    drop(here, table)

    reply = await here.post("auth/session/login", {"username": "mira", "password": PASSWORD})

    refused(reply)


@pytest.mark.parametrize(
    "table", ["secrets", "accounts", "orgs", "group_privileges", "audit_events"]
)
async def test_no_secret_mints_where_a_guard_cannot_be_asked(here: World, table: str) -> None:
    """Also whether a group administers, and whose secret it is (checklist 61)."""
    key = await here.secret()
    await here.account("mira")
    drop(here, table)

    reply = await here.post(
        "auth/token/full",
        {
            "username": "mira",
            "secret_key": key,
            "auto_create": True,
            "group_identifiers": ["Administrator"],
        },
    )

    refused(reply)


async def test_a_hasher_that_breaks_lets_nobody_in(here: World) -> None:
    """Neither at login nor for a token; a name nobody has sounds the same (checklist 61)."""
    await here.account("mira")
    here.core.means.hasher.close()

    for path in ("auth/session/login", "auth/token/full"):
        for username in ("mira", "nobody"):
            refused(await here.post(path, {"username": username, "password": PASSWORD}))


async def test_a_store_that_is_gone_lets_nobody_in_who_has_to_be_looked_up(here: World) -> None:
    """The connection itself is closed under the server (checklist 61)."""
    await here.account("mira")
    token = await here.token()
    here.core.means.store._reading.close()  # type: ignore[attr-defined]  # noqa: SLF001

    refused(await here.whoami(bearer=token))
    refused(await here.post("auth/session/login", {"username": "mira", "password": PASSWORD}))


async def test_a_damaged_database_lets_nobody_in(here: World) -> None:
    """Pages full of rubbish (checklist 61, 64)."""
    await here.account("mira")
    token = await here.token()
    here.core.means.store._reading.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[attr-defined]  # noqa: SLF001
    path = here.home / "gatepass.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))
    fresh = open_core_quietly(here)
    if fresh is None:
        return
    try:
        with pytest.raises(Exception) as caught:  # noqa: PT011 - anything but a yes
            await fresh.gate.principal(bearer=token, cookie=None)
        assert caught.value is not None
    finally:
        await close_core(fresh)


def open_core_quietly(here: World) -> Any:
    try:
        return open_core(here.home, settings(), here.clock)
    except Exception:  # noqa: BLE001 - not to open is the best refusal
        return None


async def test_a_sealed_secret_that_cannot_be_opened_is_not_shown_in_any_other_way(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another master key: a refusal with an incident id, and no key (checklist 61)."""
    async with world(template, tmp_path / "home") as here:
        await here.secret()
    monkeypatch.setenv(MASTER_KEY, "ab" * 32)
    async with world(template, tmp_path / "home") as here:
        cookie = await here.login(ADMIN, ADMIN_PASSWORD)
        reply = await here.post(
            "auth/search", {"auth_type": "TRUSTED_AUTH"}, headers=headers(cookie=cookie)
        )
        refused(reply, 500)


async def test_a_sealed_value_moved_to_another_row_does_not_open(here: World) -> None:
    """The row is bound into the seal (checklist 51, 61)."""
    north = await here.org()
    await here.secret()
    await here.secret(north.id)
    connection = sqlite3.connect(here.home / "gatepass.db")
    with connection:
        connection.execute(
            "UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE org_id IS NULL)"
        )
    connection.close()
    cookie = await here.login(ADMIN, ADMIN_PASSWORD, org_identifier=north.id)

    reply = await here.post(
        "auth/search", {"auth_type": "TRUSTED_AUTH"}, headers=headers(cookie=cookie)
    )

    refused(reply, 500)


async def test_with_the_epoch_file_gone_a_revocation_still_holds_within_thirty_seconds(
    template: Path, tmp_path: Path
) -> None:
    """Two servers that no longer share a map: late by the bound, never beyond (checklist 61)."""
    async with world(template, tmp_path / "home", workers=2) as here:
        await here.account("mira")
        token, own = await here.token(), await here.token()
        assert (await here.whoami(bearer=token)).status_code == 200
        assert (await here.whoami(bearer=own)).status_code == 200
        for file in here.home.glob("*-epoch"):
            file.unlink()
        other = open_core(here.home, settings(workers=2), here.clock)
        try:
            by = await other.gate.principal(bearer=token, cookie=None)
            await other.tokens.revoke(by, HERE, user=None, token=None)
            with pytest.raises(NotAuthenticated):
                await other.gate.principal(bearer=token, cookie=None)
            here.clock.advance(seconds=30)
            assert (await here.whoami(bearer=token)).status_code == 401
            await here.post("auth/session/logout", headers=headers(bearer=own))
            assert (await here.whoami(bearer=own)).status_code == 401
        finally:
            await close_core(other)


async def test_a_fault_in_an_act_undoes_all_of_it(here: World) -> None:
    """A status that cannot be logged is not set, and nothing is ended (checklist 61)."""
    await here.account("mira")
    token = await here.token()
    cookie = await here.login(ADMIN, ADMIN_PASSWORD)
    drop(here, "audit_events")

    refused(
        await here.post(
            "auth/configure",
            {"auth_type": "TRUSTED_AUTH", "cluster_preferences": {"auth_status": "ENABLED"}},
            headers=headers(cookie=cookie),
        )
    )
    refused(await here.post("auth/token/revoke", {}, headers=headers(bearer=token)))
    assert (await here.whoami(bearer=token)).status_code == 200
    assert await here.core.means.store.read(lambda tx: tx.secrets.live(None, here.clock())) == []
