"""GET auth/session/token."""

import httpx2
import pytest

from tests.adjusted import UNAUTHORIZED, adjusted
from tests.world import NOON, World, headers, refusal

MILLIS = int(NOON.timestamp() * 1000)
DAY = 86_400_000
LIVEBOARD = "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11"


async def mint(here: World, **credential: str) -> httpx2.Response:
    return await here.get("auth/session/token", headers=headers(**credential))


async def credential(here: World, kind: str) -> dict[str, str]:
    return {kind: await (here.token() if kind == "bearer" else here.login())}


@pytest.mark.parametrize("kind", ["bearer", "cookie"])
async def test_a_new_token_of_24_hours_has_five_fields_and_no_scope(here: World, kind: str) -> None:
    mira = await here.account("Mira")
    sent = {kind: await (here.token("Mira") if kind == "bearer" else here.login("Mira"))}

    reply = await mint(here, **sent)

    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    body = reply.json()
    assert body == {
        "token": body["token"],
        "creation_time_in_millis": MILLIS,
        "expiration_time_in_millis": MILLIS + DAY,
        "valid_for_user_id": mira.id,
        "valid_for_username": "Mira",
    }
    assert body["token"] != sent[kind]
    assert (await here.whoami(bearer=body["token"])).json()["name"] == "Mira"


async def test_a_minted_token_lives_its_24_hours_though_its_parent_ran_out(here: World) -> None:
    """Running out does not end what was bought."""
    await here.account()
    minted = [
        (await mint(here, **await credential(here, kind))).json() for kind in ("bearer", "cookie")
    ]

    here.clock.advance(hours=24, seconds=-1)
    for one in minted:
        assert (await here.whoami(bearer=one["token"])).status_code == 200
    here.clock.advance(seconds=1)
    for one in minted:
        assert refusal(await here.whoami(bearer=one["token"])) == UNAUTHORIZED


@pytest.mark.parametrize("kind", ["bearer", "cookie"])
async def test_each_call_gives_a_token_of_its_own(here: World, kind: str) -> None:
    await here.account()
    sent = await credential(here, kind)

    made = {(await mint(here, **sent)).json()["token"] for _ in range(3)}

    assert len(made) == 3
    for token in made:
        assert (await here.whoami(bearer=token)).status_code == 200


async def test_a_session_has_at_most_twenty_and_the_oldest_is_dropped(here: World) -> None:
    await here.account()
    cookie, other = await here.login(), await here.login()
    spared = (await mint(here, cookie=other)).json()["token"]
    made = []
    for _ in range(22):
        here.clock.advance(seconds=1)
        made.append((await mint(here, cookie=cookie)).json()["token"])

    alive = [(await here.whoami(bearer=token)).status_code == 200 for token in made]
    assert alive == [False] * 2 + [True] * 20
    assert (await here.whoami(bearer=spared)).status_code == 200


async def test_the_token_is_for_the_org_and_limit_of_its_session(here: World) -> None:
    """A weaker one cannot fetch a stronger one (checklist 28)."""
    await here.account()
    north = await here.org()
    await here.join("mira", north.id)
    limited = await here.token(org_id=north.id, object_id=LIVEBOARD)

    minted = (await mint(here, bearer=limited)).json()["token"]

    body = {"token": minted}
    shown = await here.post("auth/token/validate", body, headers=headers(bearer=minted))
    assert shown.json()["scope"] == {
        "access_type": "REPORT_BOOK_VIEW",
        "org_id": north.id,
        "metadata_id": LIVEBOARD,
    }


async def test_without_a_good_credential_it_is_unauthorized(here: World) -> None:
    for sent in ({}, {"bearer": "dead"}, {"cookie": "dead"}):
        assert refusal(await mint(here, **sent)) == UNAUTHORIZED


@adjusted(session_token_mode="current")
async def test_a_bearer_caller_gets_its_own_token_back_where_the_setting_says_so(
    here: World,
) -> None:
    mira = await here.account()
    token = await here.token(validity_time_in_sec=900)
    here.clock.advance(seconds=30)

    assert (await mint(here, bearer=token)).json() == {
        "token": token,
        "creation_time_in_millis": MILLIS,
        "expiration_time_in_millis": MILLIS + 900_000,
        "valid_for_user_id": mira.id,
        "valid_for_username": "mira",
    }


@adjusted(session_token_mode="current")
async def test_a_cookie_caller_gets_a_new_one_all_the_same(here: World) -> None:
    await here.account()
    cookie = await here.login()

    for sent in ({"cookie": cookie}, {"cookie": cookie, "bearer": "dead"}):
        first, second = (await mint(here, **sent)).json(), (await mint(here, **sent)).json()
        assert first["token"] != second["token"]
        assert first["expiration_time_in_millis"] == MILLIS + DAY


@adjusted(session_token_mode="current")
async def test_a_good_bearer_beside_a_cookie_gets_its_own(here: World) -> None:
    await here.account()
    token, cookie = await here.token(), await here.login()

    assert (await mint(here, bearer=token, cookie=cookie)).json()["token"] == token
