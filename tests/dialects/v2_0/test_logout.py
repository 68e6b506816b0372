"""POST auth/session/logout."""

import pytest

from tests.adjusted import UNAUTHORIZED, adjusted
from tests.world import V2, World, headers, refusal, session_cookie

LOGOUT = "auth/session/logout"


async def test_the_answer_is_204_without_body_and_clears_both_cookies(here: World) -> None:
    await here.account()

    reply = await here.post(LOGOUT, headers=headers(cookie=await here.login()))

    assert reply.status_code == 204
    assert reply.content == b""
    assert "content-type" not in reply.headers
    lines = reply.headers.get_list("set-cookie")
    assert [line.split(";")[0] for line in lines] == ["JSESSIONID=", "clientId="]
    assert all("Max-Age=0" in line.split("; ") for line in lines)


async def test_the_cookie_opens_nothing_any_more(here: World) -> None:
    """The session ended on the server (checklist 4)."""
    await here.account()
    cookie, other = await here.login(), await here.login()

    await here.post(LOGOUT, headers=headers(cookie=cookie))

    assert refusal(await here.whoami(cookie=cookie)) == UNAUTHORIZED
    assert (await here.whoami(cookie=other)).status_code == 200


async def test_a_bearer_ends_with_the_sessions_opened_from_it(here: World) -> None:
    await here.account()
    token, other = await here.token(), await here.token()
    cookie = session_cookie(await here.post("auth/session/login", headers=headers(bearer=token)))
    minted = (await here.get("auth/session/token", headers=headers(cookie=cookie))).json()["token"]

    reply = await here.post(LOGOUT, headers=headers(bearer=token))

    assert reply.status_code == 204
    for credential in ({"bearer": token}, {"cookie": cookie}, {"bearer": minted}):
        assert refusal(await here.whoami(**credential)) == UNAUTHORIZED
    assert (await here.whoami(bearer=other)).status_code == 200


async def test_bearer_and_cookie_both_end(here: World) -> None:
    await here.account("mira")
    await here.account("lena")
    token, cookie = await here.token("mira"), await here.login("lena")

    assert (
        await here.post(LOGOUT, headers=headers(bearer=token, cookie=cookie))
    ).status_code == 204

    assert refusal(await here.whoami(bearer=token)) == UNAUTHORIZED
    assert refusal(await here.whoami(cookie=cookie)) == UNAUTHORIZED


async def test_a_dead_bearer_does_not_spoil_the_logout_of_a_live_cookie(here: World) -> None:
    await here.account()
    cookie = await here.login()

    reply = await here.post(LOGOUT, headers=headers(bearer="stale", cookie=cookie))

    assert reply.status_code == 204
    assert refusal(await here.whoami(cookie=cookie)) == UNAUTHORIZED


async def test_a_dead_cookie_does_not_spoil_the_logout_of_a_live_bearer(here: World) -> None:
    await here.account()
    token = await here.token()

    reply = await here.post(LOGOUT, headers=headers(bearer=token, cookie="stale"))

    assert reply.status_code == 204
    assert refusal(await here.whoami(bearer=token)) == UNAUTHORIZED


DEAD = [
    {},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer "},
    {"Authorization": "Bearer dead"},
    {"Cookie": "JSESSIONID=dead"},
    {"Cookie": "JSESSIONID="},
    {"Authorization": "Bearer dead", "Cookie": "JSESSIONID=dead"},
]


@pytest.mark.parametrize("sent", DEAD)
async def test_with_nothing_live_to_end_it_is_unauthorized(
    here: World, sent: dict[str, str]
) -> None:
    reply = await here.post(LOGOUT, headers=sent)

    assert refusal(reply) == UNAUTHORIZED
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize("sent", DEAD)
@adjusted(v2_logout_without_session="ok")
async def test_with_nothing_live_to_end_it_is_done_where_the_setting_says_so(
    here: World, sent: dict[str, str]
) -> None:
    reply = await here.post(LOGOUT, headers=sent)

    assert reply.status_code == 204
    assert "JSESSIONID=;" in reply.headers["set-cookie"]


async def test_an_expired_token_and_an_ended_session_are_nothing_to_log_out_of(
    here: World,
) -> None:
    await here.account()
    token, cookie = await here.token(validity_time_in_sec=60), await here.login()
    await here.post(LOGOUT, headers=headers(cookie=cookie))
    here.clock.advance(seconds=60)

    assert refusal(await here.post(LOGOUT, headers=headers(bearer=token))) == UNAUTHORIZED
    assert refusal(await here.post(LOGOUT, headers=headers(cookie=cookie))) == UNAUTHORIZED


@pytest.mark.parametrize("body", [b"", b"{}", b'{"a":1}', b"[1]", b"not json", b"a=b"])
@pytest.mark.parametrize("kind", [None, "application/json", "text/plain"])
async def test_a_body_that_comes_is_ignored(here: World, body: bytes, kind: str | None) -> None:
    await here.account()
    sent = headers(cookie=await here.login())
    if kind is not None:
        sent["Content-Type"] = kind

    reply = await here.client.post(f"{V2}/{LOGOUT}", content=body, headers=sent)

    assert reply.status_code == 204


async def test_accept_language_of_any_kind_is_noise(here: World) -> None:
    await here.account()
    sent = headers(cookie=await here.login())
    sent |= {"Accept-Language": "application/json", "Accept": "text/html", "X-Requested-By": "x"}

    assert (await here.post(LOGOUT, headers=sent)).status_code == 204


async def test_a_session_in_use_for_long_can_be_logged_out_of(here: World) -> None:
    """Uses that are not yet written down count."""
    await here.account()
    cookie = await here.login()
    for _ in range(2):
        here.clock.advance(hours=2)
        assert (await here.whoami(cookie=cookie)).status_code == 200

    assert (await here.post(LOGOUT, headers=headers(cookie=cookie))).status_code == 204


async def test_a_clock_a_little_behind_does_not_keep_a_session_alive(here: World) -> None:
    await here.account()
    cookie, token = await here.login(), await here.token()
    here.clock.advance(seconds=-30)

    assert (await here.post(LOGOUT, headers=headers(cookie=cookie))).status_code == 204
    assert (await here.post(LOGOUT, headers=headers(bearer=token))).status_code == 204
