"""POST auth/session/login."""

from typing import Any

import httpx2
import pytest

from gatepass.core.records import AccountStatus
from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, adjusted
from tests.world import (
    ADMIN,
    ADMIN_PASSWORD,
    HERE,
    PASSWORD,
    World,
    headers,
    refusal,
    session_cookie,
)

LOGIN = "auth/session/login"


async def log_in(
    here: World, headers: dict[str, str] | None = None, **body: Any
) -> httpx2.Response:
    return await here.post(LOGIN, body, headers=headers or {})


def pair(**more: Any) -> dict[str, Any]:
    return {"username": "mira", "password": PASSWORD, **more}


async def test_the_answer_is_204_without_body_or_content_type_and_sets_two_cookies(
    here: World,
) -> None:
    await here.account()

    reply = await log_in(here, **pair())

    assert reply.status_code == 204
    assert reply.content == b""
    assert "content-type" not in reply.headers
    assert "content-length" not in reply.headers
    names = [line.split("=")[0] for line in reply.headers.get_list("set-cookie")]
    assert names == ["JSESSIONID", "clientId"]


@pytest.mark.parametrize("name", ["mira", "MIRA", "Mira"])
async def test_the_name_is_matched_whatever_its_case(here: World, name: str) -> None:
    await here.account("Mira")

    assert (await log_in(here, username=name, password=PASSWORD)).status_code == 204


async def test_a_wrong_password_and_an_unknown_user_are_one_answer(here: World) -> None:
    await here.account()

    wrong = await log_in(here, username="mira", password="no-such-password")
    unknown = await log_in(here, username="nobody", password="no-such-password")

    assert refusal(wrong) == refusal(unknown) == UNAUTHORIZED
    assert said(wrong) == said(unknown)
    assert wrong.headers["www-authenticate"] == unknown.headers["www-authenticate"] == "Bearer"


def said(reply: httpx2.Response) -> str:
    text = reply.json()["error"]["message"]["debug"]
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize("one", [{"username": "mira"}, {"password": PASSWORD}])
@pytest.mark.parametrize("other", ["absent", None, ""])
async def test_only_one_of_name_and_password_is_a_bad_request_even_with_a_good_bearer(
    here: World, one: dict[str, Any], other: str | None
) -> None:
    await here.account()
    token = await here.token()
    body = dict(one)
    if other != "absent":
        body.setdefault("username", other)
        body.setdefault("password", other)

    assert refusal(await log_in(here, **body)) == BAD
    assert refusal(await log_in(here, headers(bearer=token), **body)) == BAD


async def test_nothing_at_all_is_a_bad_request_without_a_bearer(here: World) -> None:
    assert refusal(await log_in(here)) == BAD
    assert refusal(await log_in(here, {"Authorization": "Bearer "})) == BAD
    assert refusal(await log_in(here, username="", password=None)) == BAD


async def test_nothing_with_a_dead_bearer_is_unauthorized(here: World) -> None:
    await here.account()
    token = await here.token(validity_time_in_sec=10)
    here.clock.advance(seconds=10)

    assert refusal(await log_in(here, headers(bearer=token))) == UNAUTHORIZED
    assert refusal(await log_in(here, headers(bearer="no-token"))) == UNAUTHORIZED


async def test_a_cookie_alone_opens_no_other_session(here: World) -> None:
    await here.account()
    cookie = await here.login()

    assert refusal(await log_in(here, headers(cookie=cookie))) == BAD


async def test_a_good_bearer_opens_a_session_for_the_tokens_user_and_org(here: World) -> None:
    await here.account()
    north = await here.org()
    await here.join("mira", north.id)
    token = await here.token(org_id=north.id)

    reply = await log_in(here, headers(bearer=token), username="", password="")

    assert reply.status_code == 204
    user = (await here.whoami(cookie=session_cookie(reply))).json()
    assert user["name"] == "mira"
    assert user["current_org"] == {"id": north.id, "name": "north"}


@pytest.mark.parametrize("asked", ["north", "Primary"])
async def test_a_session_for_a_token_stays_in_the_tokens_org(here: World, asked: str) -> None:
    await here.account()
    north = await here.org()
    await here.join("mira", north.id)
    token = await here.token(org_id=north.id)

    reply = await log_in(here, headers(bearer=token), org_identifier=asked)

    assert (reply.status_code == 204) is (asked == "north")
    if asked != "north":
        assert refusal(reply) == BAD


async def test_name_and_password_beat_the_authorization_header(here: World) -> None:
    await here.account("mira")
    await here.account("lena")
    good = await here.token("lena")

    for bearer in (good, "a-stale-one"):
        reply = await log_in(here, headers(bearer=bearer), **pair())
        assert (await here.whoami(cookie=session_cookie(reply))).json()["name"] == "mira"
    wrong = await log_in(here, headers(bearer=good), username="mira", password="not-hers")
    assert refusal(wrong) == UNAUTHORIZED


async def test_a_presented_session_id_is_never_adopted(here: World) -> None:
    """A new id at every login; a fixed one opens nothing (checklist 1)."""
    await here.account("mira")
    await here.account("mallory")
    fixed = await here.login("mallory")

    reply = await log_in(here, headers(cookie=fixed), **pair())

    cookie = session_cookie(reply)
    assert cookie != fixed
    assert (await here.whoami(cookie=fixed)).json()["name"] == "mallory"
    invented = "gps_" + "A" * 43
    assert session_cookie(await log_in(here, headers(cookie=invented), **pair())) != invented
    assert refusal(await here.whoami(cookie=invented)) == UNAUTHORIZED


async def test_each_login_has_an_id_of_its_own_by_password_and_by_token(here: World) -> None:
    """Login, login again, login by token: never one id twice (checklist 1)."""
    await here.account()
    token = await here.token()
    cookies = [await here.login() for _ in range(3)]
    cookies += [
        session_cookie(await log_in(here, headers(bearer=token, cookie=cookies[0])))
        for _ in range(3)
    ]

    assert len(set(cookies)) == 6


@pytest.mark.parametrize("wish", [True, "true", "TRUE", 1, "1"])
async def test_a_remembered_session_has_a_cookie_of_seven_days(here: World, wish: Any) -> None:
    """Idle for longer than three hours; ended seven days from login (checklist 5)."""
    await here.account()

    reply = await log_in(here, **pair(remember_me=wish))

    line = reply.headers.get_list("set-cookie")[0]
    assert "Max-Age=604800" in line.split("; ")
    cookie = session_cookie(reply)
    here.clock.advance(days=7, seconds=-1)
    assert (await here.whoami(cookie=cookie)).status_code == 200
    here.clock.advance(seconds=1)
    assert refusal(await here.whoami(cookie=cookie)) == UNAUTHORIZED


@pytest.mark.parametrize("wish", [False, "false", 0, None, "", "absent"])
async def test_any_other_session_ends_when_idle_for_three_hours(here: World, wish: Any) -> None:
    """To the second, with a cookie that ends with the browser (checklist 5)."""
    await here.account()

    reply = await log_in(here, **(pair() if wish == "absent" else pair(remember_me=wish)))

    assert "Max-Age" not in reply.headers["set-cookie"]
    cookie = session_cookie(reply)
    for _ in range(3):
        here.clock.advance(hours=3, seconds=-1)
        assert (await here.whoami(cookie=cookie)).status_code == 200
    here.clock.advance(hours=3)
    assert refusal(await here.whoami(cookie=cookie)) == UNAUTHORIZED


@pytest.mark.parametrize("wish", ["yes", "on", 2, [], {}, ["true"]])
async def test_remember_me_is_a_boolean(here: World, wish: Any) -> None:
    await here.account()

    assert refusal(await log_in(here, **pair(remember_me=wish))) == BAD


async def test_the_org_may_be_named_by_id_or_name_in_text_or_number(here: World) -> None:
    await here.account()
    north = await here.org()
    await here.join("mira", north.id)

    for identifier in (north.id, str(north.id), "north", "NORTH"):
        cookie = await here.login(org_identifier=identifier)
        assert (await here.whoami(cookie=cookie)).json()["current_org"]["id"] == north.id


@pytest.mark.parametrize("unnamed", ["absent", None, ""])
async def test_without_an_org_the_last_one_counts(here: World, unnamed: str | None) -> None:
    await here.account()
    north = await here.org()
    await here.join("mira", north.id)
    more: dict[str, Any] = {} if unnamed == "absent" else {"org_identifier": unnamed}
    assert (await here.whoami(cookie=await here.login(**more))).json()["current_org"]["id"] == 0

    await here.login(org_identifier=north.id)

    cookie = await here.login(**more)
    assert (await here.whoami(cookie=cookie)).json()["current_org"]["id"] == north.id


@pytest.mark.parametrize("org", ["south", "no-such-org", 2**31 - 1, -1, 10**30, "--5", "-"])
async def test_an_org_not_the_users_is_a_bad_request_once_the_password_proved_good(
    here: World, org: Any
) -> None:
    await here.account()
    await here.org("south")

    assert refusal(await log_in(here, **pair(org_identifier=org))) == BAD
    wrong = await log_in(here, username="mira", password="wrong-one", org_identifier=org)
    assert refusal(wrong) == UNAUTHORIZED


async def test_an_administrator_of_the_cluster_may_enter_every_org(here: World) -> None:
    south = await here.org("south")

    cookie = await here.login(ADMIN, ADMIN_PASSWORD, org_identifier="south")

    user = (await here.whoami(cookie=cookie)).json()
    assert user["current_org"] == {"id": south.id, "name": "south"}
    assert "ADMINISTRATION" in user["privileges"]
    assert user["orgs"] == [{"id": 0, "name": "Primary"}]


async def test_an_administrator_of_one_org_may_not_enter_another(here: World) -> None:
    north, _ = await here.org("north"), await here.org("south")
    await here.account("nora", org=north.id)
    await here.put_in("Administrator", "nora", north.id)

    assert await here.login("nora", org_identifier="north")
    reply = await log_in(here, username="nora", password=PASSWORD, org_identifier="south")
    assert refusal(reply) == BAD


async def test_a_second_factor_is_named(here: World) -> None:
    """Where one is due the right password alone does not do (checklist 48)."""
    await here.account(mfa_required=True)

    right = await log_in(here, **pair())
    wrong = await log_in(here, username="mira", password="not-the-one")

    assert refusal(right) == FORBIDDEN
    assert "MFA" in said(right)
    assert refusal(wrong) == UNAUTHORIZED


@pytest.mark.parametrize(
    "status", [one for one in AccountStatus if one not in {"ACTIVE", "LOCKED"}], ids=str
)
async def test_a_closed_account_is_named_to_who_knows_the_password(
    here: World, status: AccountStatus
) -> None:
    await here.account()
    await here.core.accounts.set_status(here.by, HERE, "mira", status)

    right = await log_in(here, **pair())
    wrong = await log_in(here, username="mira", password="not-the-one")

    assert refusal(right) == FORBIDDEN
    assert status.lower() in said(right)
    assert refusal(wrong) == UNAUTHORIZED


async def test_a_locked_account_is_answered_as_a_wrong_password(here: World) -> None:
    await here.account()
    await here.core.accounts.set_status(here.by, HERE, "mira", AccountStatus.LOCKED)

    right = await log_in(here, **pair())

    assert refusal(right) == UNAUTHORIZED
    assert said(right) == said(await log_in(here, username="nobody", password=PASSWORD))


@adjusted(reveal_locked=True)
async def test_a_locked_account_is_named_where_the_setting_says_so(here: World) -> None:
    await here.account()
    await here.core.accounts.set_status(here.by, HERE, "mira", AccountStatus.LOCKED)

    assert refusal(await log_in(here, **pair())) == FORBIDDEN
    assert refusal(await log_in(here, username="mira", password="not-the-one")) == FORBIDDEN


async def test_four_wrong_passwords_shut_the_account_for_an_hour_for_that_address(
    here: World,
) -> None:
    """Nobody is locked out elsewhere, and sessions go on (checklist 44)."""
    await here.account()
    cookie = await here.login()
    for _ in range(4):
        assert refusal(await log_in(here, username="mira", password="guess")) == UNAUTHORIZED

    assert refusal(await log_in(here, **pair())) == UNAUTHORIZED
    assert (await here.whoami(cookie=cookie)).status_code == 200
    elsewhere = httpx2.ASGITransport(app=here.app, client=("192.0.2.7", 1))
    async with httpx2.AsyncClient(transport=elsewhere, base_url="http://gatepass.test") as client:
        reply = await client.post("/api/rest/2.0/auth/session/login", json=pair())
        assert reply.status_code == 204
    here.clock.advance(hours=1)
    assert (await log_in(here, **pair())).status_code == 204


@adjusted(flood_limit=3, lockout_threshold=100)
async def test_a_flood_of_wrong_passwords_is_429_with_retry_after(here: World) -> None:
    await here.account()
    for _ in range(4):
        assert refusal(await log_in(here, username="mira", password="guess")) == UNAUTHORIZED

    reply = await log_in(here, **pair())

    assert refusal(reply) == (429, 10002)
    assert 1 <= int(reply.headers["retry-after"]) <= 60
    here.clock.advance(seconds=60)
    assert (await log_in(here, **pair())).status_code == 204


async def test_bad_tokens_never_count_against_the_password(here: World) -> None:
    """Fifty bad tokens, then the right password (checklist 45)."""
    await here.account()
    for _ in range(50):
        await log_in(here, headers(bearer="gpf_" + "x" * 43))

    assert (await log_in(here, **pair())).status_code == 204


async def test_logins_good_and_bad_are_audited(here: World) -> None:
    await here.account()
    here.clock.advance(seconds=1)
    await log_in(here, **pair())
    await log_in(here, username="mira", password="not-the-one")

    events = await here.core.means.store.read(lambda tx: tx.audit.latest(2))

    assert {(event.act, event.refused) for event in events} == {
        ("session.open", None),
        ("account.sign_in", "wrong password"),
    }
    assert {event.source.address for event in events} == {"127.0.0.1"}
