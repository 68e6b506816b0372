"""Whose sessions an act of our own API reaches, and whose it does not."""

import pytest

from gatepass.core.records import Org
from tests.dialects.own.sessions_api import (
    Held,
    call,
    end,
    listed,
    lives,
    proved,
    refused,
    signed_in,
)
from tests.world import ADMIN, World


async def test_nobody_else_lists_or_ends_anothers(here: World) -> None:
    """Checklist 9."""
    await here.account("mira")
    await here.account("lena")
    held, other = await proved(here, "mira"), await proved(here, "lena")
    (target,) = await listed(here, other)

    for method, what in (
        ("GET", "?account=lena"),
        ("GET", "?org=0"),
        ("DELETE", f"/{target['id']}"),
        ("DELETE", "/6be2f0a4-0d1c-4b52-9a57-c4de17f2a9b8"),
        ("DELETE", "?account=lena"),
        ("DELETE", "?org=0"),
        ("DELETE", "?all=true"),
    ):
        reply = await call(here, method, f"sessions{what}", held)
        assert refused(reply) == (403, "not_permitted")
    assert await lives(here, other)
    assert await lives(here, held)


async def crowd(here: World) -> tuple[Org, dict[str, Held]]:
    """Return an Org and live credentials: in Primary and in north, sessions and tokens."""
    north = await here.org("north")
    await here.account("mira")
    await here.join("mira", north.id)
    await here.account("lena", org=north.id)
    return north, {
        "mira here": await signed_in(here, org_identifier="0"),
        "mira here too": await signed_in(here, org_identifier="0"),
        "mira there": await signed_in(here, org_identifier="north"),
        "mira's token": {"bearer": await here.token("mira", org_id=0)},
        "lena there": await signed_in(here, "lena"),
        "lena's token": {"bearer": await here.token("lena")},
        "admin": await signed_in(here, ADMIN),
    }


async def gone(here: World, held: dict[str, Held]) -> set[str]:
    return {name for name, one in held.items() if not await lives(here, one)}


async def test_an_administrator_ends_one(here: World) -> None:
    """Reach and non-reach of the four ways (checklist 9)."""
    _, held = await crowd(here)
    sessions = await listed(here, held["admin"], "?account=mira")
    assert len(sessions) == 3

    assert await end(here, held["admin"], f"/{sessions[0]['id'].upper()}") == 1

    assert await gone(here, held) == {"mira here"}


async def test_an_administrator_ends_all_of_one_account(here: World) -> None:
    """Reach and non-reach of the four ways (checklist 9)."""
    _, held = await crowd(here)

    assert await end(here, held["admin"], "?account=MIRA") == 4

    assert await gone(here, held) == {
        "mira here",
        "mira here too",
        "mira there",
        "mira's token",
    }


async def test_an_administrator_ends_all_of_one_org(here: World) -> None:
    """Reach and non-reach of the four ways (checklist 9)."""
    north, held = await crowd(here)

    assert await end(here, held["admin"], f"?org={north.id}") == 3

    assert await gone(here, held) == {"mira there", "lena there", "lena's token"}


@pytest.mark.parametrize("word", ["true", "True", "1"])
async def test_an_administrator_ends_everybody_by_an_explicit_word(here: World, word: str) -> None:
    """Reach and non-reach of the four ways (checklist 9, checklist 10)."""
    _, held = await crowd(here)

    assert await end(here, held["admin"], f"?all={word}") == 7

    assert await gone(here, held) == set(held)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?",
        "?all=",
        "?all=false",
        "?all=0",
        "?all=yes",
        "?account=",
        "?org=",
        "?account=&org=&all=",
        "?account=mira&org=0",
        "?account=mira&all=true",
        "?org=0&all=true",
        "?org=north",
        "?org=--5",
        "?org=-",
        "?org=1e3",
        "?org=99999999999999999999",
        "?everyone=true",
    ],
)
async def test_nothing_or_too_much_named_ends_nobody(here: World, query: str) -> None:
    """Null or empty never means everybody (checklist 10)."""
    _, held = await crowd(here)

    reply = await call(here, "DELETE", f"sessions{query}", held["admin"])

    assert refused(reply) == (400, "invalid_parameter")
    assert await gone(here, held) == set()


async def test_an_orgs_administrator_reaches_that_org_only(here: World) -> None:
    """Neither another Org's sessions nor its users' names (checklist 9, checklist 52)."""
    north, held = await crowd(here)
    await here.account("nora", org=north.id)
    await here.put_in("Administrator", "nora", north.id)
    await here.account("outsider")
    nora = await signed_in(here, "nora")
    held["outsider"] = await signed_in(here, "outsider")
    every = await listed(here, held["admin"], "?org=0")

    shown = await listed(here, nora, f"?org={north.id}")
    assert {one["org_id"] for one in shown} == {north.id}
    assert [one["org_id"] for one in await listed(here, nora, "?account=mira")] == [north.id]
    for query in ("?account=outsider", "?account=nobody"):
        for method in ("GET", "DELETE"):
            reply = await call(here, method, f"sessions{query}", nora)
            assert refused(reply) == (404, "not_found")
    for query in ("?org=0", "?org=12345"):
        for method in ("GET", "DELETE"):
            reply = await call(here, method, f"sessions{query}", nora)
            assert refused(reply) == (400, "org_not_usable")
    foreign = await call(here, "DELETE", f"sessions/{every[0]['id']}", nora)
    assert refused(foreign) == (404, "not_found")
    everyone = await call(here, "DELETE", "sessions?all=true", nora)
    assert refused(everyone) == (403, "not_permitted")
    assert await gone(here, held) == set()

    assert await end(here, nora, "?account=mira") == 1
    assert await gone(here, held) == {"mira there"}
    assert await end(here, nora, f"?org={north.id}") == 3
    assert await gone(here, held) == {"mira there", "lena there", "lena's token"}


async def test_what_is_not_there_is_not_found(here: World) -> None:
    _, held = await crowd(here)
    (mine,) = (await listed(here, held["admin"], "?account=lena"))[:1]
    await end(here, held["admin"], f"/{mine['id']}")

    for what in (
        f"/{mine['id']}",
        "/6be2f0a4-0d1c-4b52-9a57-c4de17f2a9b8",
        "/nonsense",
        "/%00",
        "?account=nobody",
    ):
        reply = await call(here, "DELETE", f"sessions{what}", held["admin"])
        assert refused(reply) == (404, "not_found")


async def test_a_cluster_administrator_lists_an_org(here: World) -> None:
    north, held = await crowd(here)

    assert {one["org_id"] for one in await listed(here, held["admin"], f"?org={north.id}")} == {
        north.id
    }
    assert len(await listed(here, held["admin"], f"?org={north.id}&account=mira")) == 1


async def test_ending_is_written_down_with_who_did_it(here: World) -> None:
    _, held = await crowd(here)
    here.clock.advance(seconds=1)
    await end(here, held["admin"], "?account=mira")

    (event,) = await here.core.means.store.read(lambda tx: tx.audit.latest(1))

    admin = await here.core.accounts.find(here.by, ADMIN)
    assert event.act == "session.end_all"
    assert event.by_account == admin.id
    assert event.data["ended"] == 4
