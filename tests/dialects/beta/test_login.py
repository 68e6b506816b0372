"""POST session/login of both betas."""

from datetime import timedelta
from typing import Any

import pytest

from gatepass.core.records import AccountStatus
from tests.adjusted import adjusted
from tests.dialects.beta.asking import (
    BAD,
    PREFIXES,
    UNAUTHORIZED,
    LoginResponse,
    ask,
    debug,
    failure,
    get_token,
    log_in,
    post,
    read,
    refused,
)
from tests.world import HERE, PASSWORD, World, session_cookie

NOON_IN_MILLIS = "1780315200000"
DAY = 86_400


def pair(**more: Any) -> dict[str, Any]:
    return {"userName": "mira", "password": PASSWORD, **more}


async def org_of(here: World, cookie: str) -> int:
    shown = (await here.whoami(cookie=cookie)).json()
    return int(shown["current_org"]["id"])


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_the_answer_is_five_texts_and_two_cookies(here: World, prefix: str) -> None:
    await here.account("Mira")

    reply = await log_in(here, prefix=prefix)

    assert read(reply, LoginResponse) == LoginResponse(
        userName="Mira",
        token="",
        tokenCreatedTime=NOON_IN_MILLIS,
        tokenExpiryDuration="10800",
        tokenType="Cookie",
    )
    lines = reply.headers.get_list("set-cookie")
    assert [line.split("=")[0] for line in lines] == ["JSESSIONID", "clientId"]
    assert not any("Max-Age" in line for line in lines)


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("remember", "seconds"),
    [
        *((one, 7 * DAY) for one in (True, "true", "TRUE", "True")),
        *((one, 10_800) for one in (False, "false", "FALSE", "False", None, "")),
    ],
)
async def test_remember_me_is_a_boolean_or_a_text(
    here: World, prefix: str, remember: object, seconds: int
) -> None:
    await here.account()

    reply = await log_in(here, pair(rememberMe=remember), prefix=prefix)

    assert read(reply, LoginResponse).tokenExpiryDuration == str(seconds)
    kept = [f"; Max-Age={7 * DAY}" in line for line in reply.headers.get_list("set-cookie")]
    assert kept == [seconds != 10_800] * 2


@pytest.mark.parametrize("remember", ["yes", "2", [True], {"a": 1}])
async def test_another_word_is_refused_by_the_fields_name(here: World, remember: object) -> None:
    await here.account()

    reply = await log_in(here, pair(rememberMe=remember))

    assert refused(reply) == BAD
    assert debug(reply) == "Invalid parameter values rememberMe"
    assert failure(reply).extension.code == "BAD_USER_INPUT"


@pytest.mark.parametrize("header", ["dummy", "", "gpf_" + "x" * 43, "dead", "another's"])
async def test_name_and_password_beat_the_authorization_header(here: World, header: str) -> None:
    await here.account()
    await here.account("lena")
    if header == "another's":
        header = await here.token("lena")
    elif header == "dead":
        header = await here.token()
        await post(here, "session/revoketoken", bearer=header)

    reply = await log_in(here, bearer=header)

    assert read(reply, LoginResponse).userName == "mira"
    assert (await here.whoami(cookie=session_cookie(reply))).json()["name"] == "mira"


async def test_a_wrong_password_is_not_saved_by_a_good_bearer(here: World) -> None:
    await here.account()
    token = await here.token()

    assert refused(await log_in(here, pair(password="no"), bearer=token)) == UNAUTHORIZED


@pytest.mark.parametrize("body", [{}, b"", {"userName": None, "password": ""}, b"  \n"])
async def test_with_neither_the_bearer_opens_a_session_in_its_org_with_its_limits(
    here: World, body: Any
) -> None:
    north = await here.org()
    await here.account()
    await here.join("mira", north.id)
    token = await here.token(object_id="2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11", org_id=north.id)

    reply = await log_in(here, body, bearer=token)

    assert read(reply, LoginResponse).userName == "mira"
    cookie = session_cookie(reply)
    assert await org_of(here, cookie) == north.id
    by = await here.core.gate.principal(bearer=None, cookie=cookie)
    assert by.object_id == "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11"


@pytest.mark.parametrize("bearer", ["dummy", "gpf_" + "x" * 43])
async def test_with_neither_a_bad_bearer_is_unauthorized(here: World, bearer: str) -> None:
    assert refused(await log_in(here, {}, bearer=bearer)) == UNAUTHORIZED


async def test_with_neither_and_no_bearer_it_is_a_bad_request(here: World) -> None:
    await here.account()

    for more in ({}, {"bearer": ""}, {"cookie": await here.login()}):
        assert refused(await log_in(here, {}, **more)) == BAD


@pytest.mark.parametrize("one", [{"userName": "mira"}, {"password": PASSWORD}])
@pytest.mark.parametrize("other", ["absent", None, ""])
async def test_one_without_the_other_is_a_bad_request_even_with_a_good_bearer(
    here: World, one: dict[str, Any], other: str | None
) -> None:
    await here.account()
    missing = next(name for name in ("userName", "password") if name not in one)
    body = one if other == "absent" else {**one, missing: other}

    reply = await log_in(here, body, bearer=await here.token())

    assert refused(reply) == BAD
    assert debug(reply).startswith(f"Invalid parameter values {missing}")


@pytest.mark.parametrize("form", [str, int])
async def test_an_org_may_be_named(here: World, form: Any) -> None:
    north = await here.org()
    await here.account()
    await here.join("mira", north.id)

    reply = await log_in(here, pair(orgId=form(north.id)))

    assert await org_of(here, session_cookie(reply)) == north.id
    # From now on it is the last used one, and counts where none is named.
    assert await org_of(here, session_cookie(await log_in(here))) == north.id


async def test_an_org_that_is_not_the_users_is_a_bad_request(here: World) -> None:
    await here.account()
    south = await here.org("south")

    for org in (south.id, "4711", "nowhere"):
        reply = await log_in(here, pair(orgId=org))
        assert refused(reply) == BAD
        assert debug(reply).startswith("Invalid parameter values orgId")
        assert "set-cookie" not in reply.headers


async def test_whoever_may_not_sign_in_is_told_what_a_wrong_password_is_told(here: World) -> None:
    """Unknown, wrong, closed and second factor are one answer (checklist 42, 48)."""
    for name in ("mira", "closed", "twofold"):
        await here.account(name)
    await here.core.accounts.set_status(here.by, HERE, "closed", AccountStatus.INACTIVE)
    await here.core.admission.require_second_factor(here.by, HERE, "twofold", required=True)

    replies = [
        await log_in(here, {"userName": name, "password": password})
        for name, password in (
            ("mira", "wrong"),
            ("nobody", PASSWORD),
            ("closed", PASSWORD),
            ("twofold", PASSWORD),
        )
    ]

    assert {refused(reply) for reply in replies} == {UNAUTHORIZED}
    assert len({debug(reply) for reply in replies}) == 1
    assert len({tuple(sorted(set(reply.headers))) for reply in replies}) == 1


async def test_each_login_is_a_new_session_whatever_cookie_comes(here: World) -> None:
    """A presented id is never adopted (checklist 1)."""
    await here.account()
    fixed = "gps_" + "a" * 43
    first = session_cookie(await log_in(here, cookie=fixed))
    second = session_cookie(await log_in(here, cookie=first))

    assert len({fixed, first, second}) == 3
    assert (await here.whoami(cookie=fixed)).status_code == 401
    for cookie in (first, second):
        assert (await here.whoami(cookie=cookie)).status_code == 200


async def test_a_page_of_another_origin_cannot_log_anybody_in(here: World) -> None:
    """Login CSRF (checklist 13)."""
    await here.account()
    for prefix in PREFIXES:
        reply = await here.client.post(
            f"{prefix}/session/login", json=pair(), headers={"Origin": "https://evil.test"}
        )
        assert refused(reply) == (403, 10023)
        assert "set-cookie" not in reply.headers


@adjusted(beta_created_time="iso8601")
async def test_the_created_time_is_iso_8601_where_the_setting_says_so(here: World) -> None:
    await here.account()
    here.clock.advance(milliseconds=5)

    assert read(await log_in(here), LoginResponse).tokenCreatedTime == "2026-06-01T12:00:00.005Z"
    assert (await get_token(here)).tokenCreatedTime == "2026-06-01T12:00:00.005Z"


@adjusted(session_idle=timedelta(minutes=20), session_remember=timedelta(days=2))
async def test_the_lengths_are_those_of_the_settings(here: World) -> None:
    await here.account()

    for remember, seconds in ((False, 1200), (True, 2 * DAY)):
        reply = await log_in(here, pair(rememberMe=remember))
        assert read(reply, LoginResponse).tokenExpiryDuration == str(seconds)


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"x"', b"userName=mira", b'{"userName":7,"password":"x"}', b"\xff", b"[" * 9],
)
async def test_what_is_no_such_json_is_bad_user_input(here: World, body: bytes) -> None:
    reply = await log_in(here, body)

    assert refused(reply) == BAD
    assert failure(reply).extension.code == "BAD_USER_INPUT"
    assert failure(reply).path == ["restapiV2__login"]


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "nonsense"]
)
async def test_the_body_is_json_whatever_its_type_says(here: World, kind: str | None) -> None:
    await here.account()
    sent = {} if kind is None else {"Content-Type": kind}

    reply = await here.client.post(
        f"{PREFIXES[0]}/session/login",
        content=b'{"userName":"mira","password":"%s"}' % PASSWORD.encode(),
        headers=sent,
    )

    assert read(reply, LoginResponse).userName == "mira"


async def test_nothing_of_a_refused_login_is_a_get(here: World) -> None:
    reply = await ask(here, "GET", "session/login?userName=mira&password=x")

    assert refused(reply) == (405, 10002)
