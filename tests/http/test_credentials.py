"""Bearer and cookie together: which of them counts, and for whom."""

from typing import Any

import httpx2
import pytest

from tests.adjusted import UNAUTHORIZED
from tests.world import OWN, PASSWORD, V2, World, headers, refusal, session_cookie


async def test_the_bearer_counts_where_both_are_good(here: World) -> None:
    """Never a mix of the two (checklist 14)."""
    await here.account("mira")
    await here.account("lena")
    sent = headers(bearer=await here.token("mira"), cookie=await here.login("lena"))

    assert (await here.get("auth/session/user", headers=sent)).json()["name"] == "mira"
    minted = (await here.get("auth/session/token", headers=sent)).json()
    assert minted["valid_for_username"] == "mira"


@pytest.mark.parametrize("dead", ["expired", "revoked", "forged", "nonsense", "null"])
async def test_the_cookie_counts_beside_a_dead_bearer(here: World, dead: str) -> None:
    await here.account("mira")
    await here.account("lena")
    cookie = await here.login("lena")
    bearer = {"expired": await here.token(validity_time_in_sec=1)}.get(dead, dead)
    if dead == "revoked":
        bearer = await here.token()
        await here.post("auth/session/logout", headers=headers(bearer=bearer))
    here.clock.advance(seconds=1)
    sent = headers(bearer=bearer, cookie=cookie)

    assert (await here.get("auth/session/user", headers=sent)).json()["name"] == "lena"
    assert (await here.post("auth/token/revoke", headers=sent)).status_code == 204
    assert refusal(await here.get("auth/session/user", headers=sent)) == UNAUTHORIZED


async def test_the_bearer_counts_beside_a_dead_cookie(here: World) -> None:
    await here.account()
    sent = headers(bearer=await here.token(), cookie="dead")

    assert (await here.get("auth/session/user", headers=sent)).status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer    ", "Basic YTpi", "", "token"])
async def test_a_header_with_no_bearer_is_no_header(here: World, header: str) -> None:
    await here.account()
    sent = {**headers(cookie=await here.login()), "Authorization": header}

    assert (await here.get("auth/session/user", headers=sent)).status_code == 200
    assert refusal(await here.get("auth/session/user", headers={"Authorization": header})) == (
        UNAUTHORIZED
    )


@pytest.mark.parametrize("word", ["Bearer", "bearer", "BEARER"])
async def test_the_word_bearer_is_read_in_any_case(here: World, word: str) -> None:
    await here.account()
    token = await here.token()

    for header in (f"{word} {token}", f"{word}   {token}  "):
        reply = await here.get("auth/session/user", headers={"Authorization": header})
        assert reply.status_code == 200


@pytest.mark.parametrize("stale", ["dead", "gpf_" + "A" * 43])
async def test_a_stale_header_never_spoils_credentials_in_the_body(here: World, stale: str) -> None:
    await here.account()
    key = await here.secret()
    sent = headers(bearer=stale, cookie=stale)

    for path, body in (
        ("auth/session/login", {"username": "mira", "password": PASSWORD}),
        ("auth/token/full", {"username": "mira", "password": PASSWORD}),
        ("auth/token/full", {"username": "mira", "secret_key": key}),
        ("auth/token/object", {"username": "mira", "secret_key": key, "object_id": "x"}),
    ):
        assert (await here.post(path, body, headers=sent)).is_success


async def test_the_first_cookie_of_a_name_counts(here: World) -> None:
    await here.account()
    cookie = await here.login()

    for line, good in (
        (f"a=b; JSESSIONID={cookie}; JSESSIONID=dead", True),
        (f"JSESSIONID=dead; JSESSIONID={cookie}", False),
        (f"JSESSIONID={cookie}", True),
        (f' JSESSIONID="{cookie}" ;x', True),
        (f"jsessionid={cookie}", False),
        (f"XJSESSIONID={cookie}", False),
        (f"__Host-JSESSIONID={cookie}", False),
        (f"JSESSIONID={cookie}extra", False),
        ("=;;;=;JSESSIONID", False),
    ):
        reply = await here.get("auth/session/user", headers={"Cookie": line})
        assert (reply.status_code == 200) is good, line


async def test_a_cookie_opened_by_v2_serves_our_own_api_and_a_bearer_too(here: World) -> None:
    await here.account()

    for sent in (headers(cookie=await here.login()), headers(bearer=await here.token())):
        reply = await here.client.get(f"{OWN}/sessions", headers=sent)
        assert reply.json()["error"]["code"] == "not_proved"


async def test_a_token_in_the_query_is_no_credential(here: World) -> None:
    """A token in a URL is refused (checklist 36)."""
    await here.account()
    token = await here.token()

    for name in ("token", "access_token", "auth_token", "JSESSIONID"):
        assert refusal(await here.get(f"auth/session/user?{name}={token}")) == UNAUTHORIZED


async def test_the_client_id_carries_no_authority_and_is_kept(here: World) -> None:
    await here.account()
    own = "6be2f0a4-0d1c-4b52-9a57-c4de17f2a9b8"
    body = {"username": "mira", "password": PASSWORD}

    async def client_id(**sent: Any) -> str:
        reply: httpx2.Response = await here.post("auth/session/login", body, **sent)
        assert reply.status_code == 204
        (line,) = [
            one for one in reply.headers.get_list("set-cookie") if one.startswith("clientId=")
        ]
        return str(line.split(";")[0].removeprefix("clientId="))

    assert await client_id(headers={"Cookie": f"clientId={own}"}) == own
    fresh = {await client_id(), await client_id()}
    assert len(fresh) == 2
    for bad in ("", "x", own + "0", "a\u00e9", "A" * 5000):
        kept = await client_id(headers={"Cookie": f"clientId={bad}".encode()})
        assert kept != bad
    assert refusal(await here.get("auth/session/user", headers={"Cookie": f"clientId={own}"})) == (
        UNAUTHORIZED
    )


async def test_nobody_signs_in_by_get(here: World) -> None:
    """No session springs up from a GET that a third party can trigger (checklist 13)."""
    await here.account()

    query = f"username=mira&password={PASSWORD}"
    reply = await here.client.get(f"{V2}/auth/session/login?{query}")

    assert refusal(reply) == (405, 10002)
    assert "set-cookie" not in reply.headers
    nothing = await here.post(f"auth/session/login?{query}")
    assert refusal(nothing) == (400, 10002)
    assert session_cookie(
        await here.post("auth/session/login", {"username": "mira", "password": PASSWORD})
    )
