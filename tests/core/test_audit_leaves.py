"""Leafing through the audit trail: bounded, and with what an incident was refused by."""

from typing import Any

from gatepass.core.account_changes import AccountChange
from gatepass.core.trail import Kept
from tests.world import HERE, World


async def test_a_refusal_is_found_by_its_incident_however_long_ago(here: World) -> None:
    await here.account()
    reply = await here.post("auth/session/login", {"username": "mira", "password": "not-this-1"})
    incident = reply.json()["error"]["message"]["incident_id_guid"]
    for number in range(4):
        here.clock.advance(minutes=1)
        await here.group(f"group {number}")

    async def sought(**facts: Any) -> list[Kept]:
        found = await here.core.auditing.leaf(
            here.by, most=5, among=2, incident_id=incident, **facts
        )
        assert found.is_cut
        return found.events

    (only,) = await sought()
    assert (only.event.act, only.event.refused) == ("account.sign_in", "wrong password")
    assert await sought(refused=False) == []
    assert await sought(act="token") == []


async def test_leaves_name_accounts_and_orgs_as_they_are_now(here: World) -> None:
    north = await here.org("north")
    mira = await here.account("mira", org=north.id)
    await here.core.account_changes.update(here.by, HERE, mira.id, AccountChange(name="mirabel"))

    found = await here.core.auditing.leaf(here.by, most=9, person="mirabel")

    assert found.accounts[mira.id] == "mirabel"
    assert found.orgs[north.id] == "north"
    assert {one.event.about for one in found.events} == {mira.id}
