"""A cookie of one account beside a token of another: whatever is done is done as one of them."""

from typing import Any

import pytest

from tests.adjusted import UNAUTHORIZED
from tests.world import World, headers, refusal, session_cookie

STATES = ["live", "expired", "revoked", "forged", "absent"]
COOKIE_STATES = ["live", "revoked", "forged", "absent"]


async def bearer(here: World, state: str) -> str | None:
    """Return a token of mira's in this state; she is in the Org north."""
    if state == "absent":
        return None
    if state == "forged":
        return "gpf_" + "A" * 43
    token = await here.token("mira", validity_time_in_sec=60 if state == "expired" else 3600)
    if state == "revoked":
        await here.post("auth/token/revoke", headers=headers(bearer=token))
    if state == "expired":
        here.clock.advance(seconds=60)
    return token


async def cookie(here: World, state: str) -> str | None:
    """Return a session cookie of lena's in this state; she is in the Org south."""
    if state == "absent":
        return None
    if state == "forged":
        return "gps_" + "A" * 43
    found = await here.login("lena")
    if state == "revoked":
        await here.post("auth/session/logout", headers=headers(cookie=found))
    return found


@pytest.fixture
async def two(here: World) -> dict[str, tuple[str, str]]:
    """Make mira and lena, who have nothing in common; each with a privilege of its own."""
    found = {}
    for name, org_name, privilege in (
        ("mira", "north", "DATADOWNLOADING"),
        ("lena", "south", "DEVELOPER"),
    ):
        org = await here.org(org_name)
        await here.account(name, org=org.id)
        await here.group(f"{name}s", privilege, org=org.id)
        await here.put_in(f"{name}s", name, org.id)
        found[name] = (org_name, privilege)
    return found


def counts(bearer_state: str, cookie_state: str) -> str | None:
    """Say who is calling: by the token if it is good, else by the cookie."""
    if bearer_state == "live":
        return "mira"
    return "lena" if cookie_state == "live" else None


@pytest.mark.parametrize("cookie_state", COOKIE_STATES)
@pytest.mark.parametrize("bearer_state", STATES)
async def test_whoever_is_calling_is_one_of_the_two_in_every_respect(
    here: World, two: dict[str, tuple[str, str]], bearer_state: str, cookie_state: str
) -> None:
    """Name, Org, groups and privileges, and those of what is bought (checklist 14)."""
    sent = headers(bearer=await bearer(here, bearer_state), cookie=await cookie(here, cookie_state))
    who = counts(bearer_state, cookie_state)

    reply = await here.get("auth/session/user", headers=sent)
    if who is None:
        assert refusal(reply) == UNAUTHORIZED
        for path in ("auth/token/revoke", "auth/token/validate", "users/search"):
            assert refusal(await here.post(path, headers=sent)) == UNAUTHORIZED
        return
    assert is_whole(reply.json(), who, two)
    minted = (await here.get("auth/session/token", headers=sent)).json()
    assert minted["valid_for_username"] == who
    bought = await here.whoami(bearer=minted["token"])
    assert is_whole(bought.json(), who, two)


def is_whole(user: dict[str, Any], who: str, two: dict[str, tuple[str, str]]) -> bool:
    other = "lena" if who == "mira" else "mira"
    org, privilege = two[who]
    assert user["name"] == who
    assert user["current_org"]["name"] == org
    assert [one["name"] for one in user["orgs"]] == [org]
    assert f"{who}s" in {one["name"] for one in user["user_groups"]}
    assert privilege in user["privileges"]
    assert two[other][1] not in user["privileges"]
    return True


@pytest.mark.parametrize("cookie_state", COOKIE_STATES)
async def test_a_login_with_ones_token_beside_anothers_cookie_is_the_tokens(
    here: World, two: dict[str, tuple[str, str]], cookie_state: str
) -> None:
    """The cookie is neither adopted nor ended, and ends nothing of it (checklist 14)."""
    token, old = await bearer(here, "live"), await cookie(here, cookie_state)

    reply = await here.post("auth/session/login", headers=headers(bearer=token, cookie=old))

    assert reply.status_code == 204
    opened = session_cookie(reply)
    assert opened != old
    assert is_whole((await here.whoami(cookie=opened)).json(), "mira", two)
    if cookie_state == "live":
        assert old is not None
        assert is_whole((await here.whoami(cookie=old)).json(), "lena", two)
    await here.post("auth/token/revoke", headers=headers(bearer=token))
    assert (await here.whoami(cookie=opened)).status_code == 401


async def test_a_password_in_the_body_beats_both(
    here: World, two: dict[str, tuple[str, str]]
) -> None:
    """And what is bought with it hangs on neither (checklist 14)."""
    await here.account("kim")
    sent = headers(bearer=await bearer(here, "live"), cookie=await cookie(here, "live"))
    body = {"username": "kim", "password": "Qp-battery-staple-7"}

    opened = session_cookie(await here.post("auth/session/login", body, headers=sent))
    token = (await here.post("auth/token/full", body, headers=sent)).json()["token"]

    assert two
    assert (await here.whoami(cookie=opened)).json()["name"] == "kim"
    assert (await here.whoami(bearer=token)).json()["name"] == "kim"
    await here.post("auth/session/logout", headers=sent)
    assert (await here.whoami(cookie=opened)).status_code == 200
    assert (await here.whoami(bearer=token)).status_code == 200


async def test_what_is_done_with_both_is_written_down_as_the_tokens(
    here: World, two: dict[str, tuple[str, str]]
) -> None:
    """The event names one account and its Org (checklist 14)."""
    sent = headers(bearer=await bearer(here, "live"), cookie=await cookie(here, "live"))

    await here.get("auth/session/token", headers=sent)

    (event,) = await here.core.means.store.read(lambda tx: tx.audit.latest(1))
    mira = (await here.get("auth/session/user", headers=sent)).json()
    assert two
    assert (event.by_account, event.org_id) == (mira["id"], mira["current_org"]["id"])
