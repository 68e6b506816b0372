"""All that one holds ends, but what one calls with: own acts, within the own reach."""

import pytest

from gatepass.core.errors import NotProved, ScopeTooSmall
from tests.core.test_administering import principal
from tests.core.test_credentials import north, proved
from tests.world import HERE, PASSWORD, World

__all__ = ["north"]


async def test_everything_of_ones_own_ends_but_the_session_that_asks(
    here: World, north: int
) -> None:
    """In every Org, and nothing of anybody else (checklist 11)."""
    mira = await proved(here, "mira")
    gone = [
        {"bearer": await here.token("mira")},
        {"bearer": await here.token("mira", org_id=north)},
        {"cookie": await here.login("mira")},
    ]
    kept = {"bearer": await here.token("sven")}

    ended = await here.core.sessions.end_others(mira, HERE)

    assert ended == 3
    assert {(await here.whoami(**one)).status_code for one in gone} == {401}
    assert (await here.whoami(**kept)).status_code == 200
    left = await here.core.credentials.page(mira, account=mira.account_id)
    assert [one.id for one in left.held] == [mira.credential_id]
    found = await here.core.auditing.search(here.by, act="session.end_others", most=9)
    assert len(found.events) == 1
    event = found.events[0].event
    assert (event.about, event.data["ended"]) == (mira.account_id, 3)


async def test_it_asks_for_a_recent_look_at_the_password(here: World) -> None:
    await here.account("mira")
    token = await here.token("mira")

    with pytest.raises(NotProved):
        await here.core.sessions.end_others(await principal(here, "mira"), HERE)

    assert (await here.whoami(bearer=token)).status_code == 200


async def test_who_is_limited_to_one_object_ends_nothing(here: World) -> None:
    await here.account("mira")
    limited = await here.token("mira", object_id="sales")
    by = await here.core.gate.principal(bearer=limited, cookie=None)

    with pytest.raises(ScopeTooSmall):
        await here.core.sessions.end_others(by, HERE)


async def test_a_session_bought_with_a_token_ends_what_is_in_its_org_and_goes_with_it(
    here: World, north: int
) -> None:
    """It never reaches beyond its Org (checklist 28)."""
    await here.account("anna")
    await here.join("anna", north)
    token = await here.token("anna", org_id=north, validity_time_in_sec=3600)
    elsewhere = await here.token("anna", org_id=0, validity_time_in_sec=3600)
    by = await here.core.gate.principal(bearer=token, cookie=None)
    opened = await here.core.exchange.open_session(by, HERE)
    bought = await here.core.gate.principal(bearer=None, cookie=opened.secret)
    await here.core.sessions.prove(bought, HERE, password=PASSWORD)
    bought = await here.core.gate.principal(bearer=None, cookie=opened.secret)

    await here.core.sessions.end_others(bought, HERE)

    assert (await here.whoami(bearer=token)).status_code == 401
    assert (await here.whoami(cookie=opened.secret)).status_code == 401
    assert (await here.whoami(bearer=elsewhere)).status_code == 200
