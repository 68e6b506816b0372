"""session/login, session/logout and session/isactive of v1."""

import pytest

from gatepass.dialects.v1 import MORE_PREFIXES, PREFIX
from tests.adjusted import adjusted
from tests.dialects.v1.forms import (
    BAD,
    FORBIDDEN,
    UNAUTHORIZED,
    ask,
    info,
    is_active,
    log_in,
    refusal,
    texts,
)
from tests.world import PASSWORD, World, session_cookie

SEED_TEXT = (
    "Authentication token of type could not be authenticated by any configured realms.  "
    "Please ensure that at least one realm can authenticate these tokens."
)
GOOD = {"username": "mira", "password": PASSWORD}


@pytest.fixture(autouse=True)
async def mira(here: World) -> None:
    await here.account("mira")


async def test_a_login_sets_both_cookies_and_says_nothing(here: World) -> None:
    reply = await ask(here, "POST", "session/login", GOOD)

    assert (reply.status_code, reply.content) == (204, b"")
    assert "content-type" not in reply.headers
    session, client = reply.headers.get_list("set-cookie")
    assert session.startswith("JSESSIONID=gps_")
    assert session.endswith("; Path=/; HttpOnly; SameSite=Lax")
    assert client.startswith("clientId=")
    assert "; Secure; HttpOnly" in client
    assert await is_active(here, cookie=session_cookie(reply)) == 200


@pytest.mark.parametrize("prefix", [PREFIX, *MORE_PREFIXES, f"http://gatepass.test/{PREFIX}"])
@pytest.mark.parametrize("slash", ["", "/"])
async def test_it_is_the_same_under_every_prefix_with_a_slash_or_without(
    here: World, prefix: str, slash: str
) -> None:
    reply = await ask(here, "POST", f"session/login{slash}", GOOD, prefix=prefix)

    assert reply.status_code == 204


async def test_paths_are_exact_but_for_that(here: World) -> None:
    for path in ("session/Login", "Session/login", "session//login", "session/login/x"):
        assert (await ask(here, "POST", path, GOOD)).status_code == 404


@pytest.mark.parametrize("word", ["true", "True", "TRUE"])
async def test_a_remembered_session_lives_seven_days_used_or_not(here: World, word: str) -> None:
    reply = await ask(here, "POST", "session/login", {**GOOD, "rememberme": word})

    assert "; Max-Age=604800" in reply.headers.get_list("set-cookie")[0]
    here.clock.advance(days=7, seconds=-1)
    assert await is_active(here, cookie=session_cookie(reply)) == 200
    here.clock.advance(seconds=1)
    assert await is_active(here, cookie=session_cookie(reply)) == 401


async def test_another_session_goes_idle_unless_somebody_asks_whether_it_is_active(
    here: World,
) -> None:
    kept, left = await log_in(here), await log_in(here, rememberme="false")
    for _ in range(3):
        here.clock.advance(hours=2)
        assert await is_active(here, cookie=kept) == 200

    assert await is_active(here, cookie=left) == 401


async def test_a_second_login_opens_another_session_and_ends_none(here: World) -> None:
    """A presented id is never taken over (checklist 1)."""
    first = await log_in(here)

    reply = await ask(here, "POST", "session/login", GOOD, cookie=first)

    assert session_cookie(reply) != first
    assert await is_active(here, cookie=first) == 200


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"username": "mira"},
        {"password": PASSWORD},
        {"username": "", "password": PASSWORD},
        {"username": "mira", "password": ""},
        {**GOOD, "rememberme": "1"},
        {**GOOD, "rememberme": "yes"},
    ],
)
async def test_what_is_missing_or_no_truth_is_a_bad_request(
    here: World, form: dict[str, str]
) -> None:
    reply = await ask(here, "POST", "session/login", form)

    assert refusal(reply) == BAD
    assert texts(reply)[0] == "Bad request. Invalid parameter values."


async def test_every_wrong_credential_sounds_the_same(here: World) -> None:
    """Who, what or why is not told (checklist 42)."""
    replies = [
        await ask(here, "POST", "session/login", {"username": name, "password": password})
        for name, password in [("mira", "wrong"), ("nobody", PASSWORD), ("mira", "x" * 200)]
    ]

    assert {refusal(reply) for reply in replies} == {UNAUTHORIZED}
    assert [texts(reply) for reply in replies] == [[SEED_TEXT]] * 3


async def test_credentials_in_the_query_of_a_write_do_not_count(here: World) -> None:
    """A query may end in somebody's log (checklist 36)."""
    reply = await ask(here, "POST", "session/login", {}, query=GOOD)

    assert refusal(reply) == BAD


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"username=mira&password=Qp-battery-staple-7", None, 204),
        (b"username=mira&password=Qp-battery-staple-7", "", 204),
        (
            b"username=mira&password=Qp-battery-staple-7&rememberme=",
            "application/x-www-form-urlencoded; charset=UTF-8",
            204,
        ),
        (
            b"username=mira&password=Qp-battery-staple-7&color=red",
            "Application/X-WWW-Form-URLencoded",
            204,
        ),
        (b"username=lena&username=mira&password=Qp%2Dbattery-staple-7", None, 204),
        (b'{"username":"mira"}', "application/json", 415),
        (b"username=mira&password=%ff%fe", None, 400),
        (b"\xff=1", None, 400),
        (b"&".join(b"a%d=1" % number for number in range(101)), None, 400),
    ],
)
async def test_forms_are_read_as_clients_write_them(
    here: World, body: bytes, content_type: str | None, status: int
) -> None:
    sent = {} if content_type is None else {"Content-Type": content_type}
    here.client.cookies.clear()

    reply = await here.client.post(f"{PREFIX}/session/login", content=body, headers=sent)

    assert reply.status_code == status, reply.text


@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain"])
async def test_a_logout_ends_the_session_and_clears_both_cookies(
    here: World, content_type: str | None
) -> None:
    """Replayed, the cookie is good for nothing (checklist 4)."""
    cookie = await log_in(here)
    more = {} if content_type is None else {"Content-Type": content_type}

    reply = await ask(here, "POST", "session/logout", cookie=cookie, more=more)

    assert (reply.status_code, reply.content) == (204, b"")
    cleared = reply.headers.get_list("set-cookie")
    assert [line.split("=")[0] for line in cleared] == ["JSESSIONID", "clientId"]
    assert all("Max-Age=0" in line for line in cleared)
    assert await is_active(here, cookie=cookie) == 401


async def test_a_logout_ends_the_token_that_came_along_too(here: World) -> None:
    cookie, token = await log_in(here), await here.token()

    await ask(here, "POST", "session/logout", cookie=cookie, bearer=token)

    assert await is_active(here, cookie=cookie) == 401
    assert await is_active(here, bearer=token) == 401


async def test_a_dead_bearer_does_not_spoil_a_logout(here: World) -> None:
    cookie = await log_in(here)

    await ask(here, "POST", "session/logout", cookie=cookie, bearer="gpf_" + "x" * 43)

    assert await is_active(here, cookie=cookie) == 401


async def test_a_logout_of_nothing_is_fine(here: World) -> None:
    assert (await ask(here, "POST", "session/logout")).status_code == 204
    cookie = await log_in(here)
    for _ in range(2):
        assert (await ask(here, "POST", "session/logout", cookie=cookie)).status_code == 204


@adjusted(v1_logout_without_session="unauthorized")
async def test_or_it_is_refused_where_a_setting_says_so(here: World) -> None:
    assert refusal(await ask(here, "POST", "session/logout")) == UNAUTHORIZED
    cookie = await log_in(here)
    assert (await ask(here, "POST", "session/logout", cookie=cookie)).status_code == 204


async def test_is_active_says_so_by_its_status(here: World) -> None:
    reply = await ask(here, "GET", "session/isactive", cookie=await log_in(here))
    assert (reply.status_code, reply.json()) == (200, {})

    assert refusal(await ask(here, "GET", "session/isactive")) == UNAUTHORIZED


async def test_bearer_and_cookie_together_the_first_good_one_counts(here: World) -> None:
    """And nothing of the other (checklist 14)."""
    await here.account("lena")
    cookie, token = await log_in(here), await here.token("lena")

    both = await info(here, cookie=cookie, bearer=token)
    assert (both["userName"], both["privileges"]) == (
        "lena",
        (await info(here, bearer=token))["privileges"],
    )
    assert (await info(here, cookie=cookie, bearer="gpf_" + "x" * 43))["userName"] == "mira"
    assert (await info(here, cookie="gps_" + "x" * 43, bearer=token))["userName"] == "lena"


@pytest.mark.parametrize("path", ["session/login", "session/logout", "session/auth/token"])
async def test_a_page_of_a_foreign_origin_neither_signs_in_nor_out(here: World, path: str) -> None:
    """Login and logout cannot be forged (checklist 13)."""
    reply = await ask(here, "POST", path, GOOD, more={"Origin": "https://evil.example"})

    assert refusal(reply) == FORBIDDEN
    assert "set-cookie" not in reply.headers
