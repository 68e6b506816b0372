"""POST session/logout and session/revoketoken of both betas."""

import httpx2
import pytest

from tests.dialects.beta.asking import (
    APIMATIC,
    JSON,
    NONSENSE,
    PREFIXES,
    PYTHON,
    UNAUTHORIZED,
    A,
    B,
    ask,
    get_token,
    is_in,
    is_true,
    log_in,
    nothing,
    post,
    refused,
)
from tests.world import World, headers, session_cookie

LOGOUT, REVOKE = "session/logout", "session/revoketoken"


async def bought(here: World, cookie: str) -> str:
    """Return a token that hangs on a session."""
    reply = await here.get("auth/session/token", headers=headers(cookie=cookie))
    token: str = reply.json()["token"]
    return token


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_a_logout_ends_cookie_and_token_and_clears_both_cookies(
    here: World, prefix: str
) -> None:
    """Ended on the server (checklist 4)."""
    await here.account()
    cookie = session_cookie(await log_in(here))
    token = (await get_token(here)).token

    reply = await post(here, LOGOUT, prefix=prefix, bearer=token, cookie=cookie)

    assert is_true(reply)
    lines = reply.headers.get_list("set-cookie")
    assert [line.split(";")[0] for line in lines] == ["JSESSIONID=", "clientId="]
    assert all("Max-Age=0" in line for line in lines)
    assert not await is_in(here, cookie=cookie)
    assert not await is_in(here, bearer=token)


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer dummy"},
        {"Cookie": "JSESSIONID=dead"},
        {"Authorization": "Bearer gpf_" + "x" * 43, "Cookie": "JSESSIONID=gps_" + "x" * 43},
    ],
)
async def test_a_logout_of_nothing_is_true(here: World, prefix: str, sent: dict[str, str]) -> None:
    reply = await here.client.post(f"{prefix}/{LOGOUT}", headers=sent)

    assert is_true(reply)


@pytest.mark.parametrize("bearer", ["", "dummy", "gpf_" + "x" * 43])
async def test_a_bad_bearer_does_not_keep_a_live_cookie_in(here: World, bearer: str) -> None:
    await here.account()
    cookie = session_cookie(await log_in(here))

    assert is_true(await post(here, LOGOUT, bearer=bearer, cookie=cookie))
    assert not await is_in(here, cookie=cookie)


async def test_a_page_of_another_origin_cannot_log_anybody_out(here: World) -> None:
    await here.account()
    cookie = session_cookie(await log_in(here))

    for path in (LOGOUT, REVOKE):
        reply = await here.client.post(
            f"{B}/{path}", headers={**headers(cookie=cookie), "Origin": "https://evil.test"}
        )
        assert refused(reply) == (403, 10023)
    assert await is_in(here, cookie=cookie)


@pytest.mark.parametrize("path", [LOGOUT, REVOKE])
@pytest.mark.parametrize("form", ["no body", "length 0", "chunked", "null", "braces", "rubbish"])
@pytest.mark.parametrize("client", [PYTHON, APIMATIC], ids=["python", "apimatic"])
async def test_a_body_of_any_form_is_none(
    here: World, path: str, form: str, client: dict[str, str]
) -> None:
    """Clients announce a length of 0, or send chunks with nothing in them."""
    await here.account()
    token = (await get_token(here)).token
    sent = {**client, **NONSENSE, "Authorization": f"Bearer {token}"}
    content = {
        "no body": None,
        "length 0": b"",
        "chunked": nothing(),
        "null": b"null",
        "braces": b"{}",
        "rubbish": b"}{",
    }[form]
    if form != "no body":
        sent |= JSON

    reply = await here.client.post(f"{A}/{path}", content=content, headers=sent)

    assert is_true(reply)
    assert not await is_in(here, bearer=token)


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_revoking_ends_that_token_alone(here: World, prefix: str) -> None:
    await here.account()
    one, other = (await get_token(here)).token, (await get_token(here)).token

    reply = await post(here, REVOKE, prefix=prefix, bearer=one)

    assert is_true(reply)
    assert not await is_in(here, bearer=one)
    assert await is_in(here, bearer=other)


async def test_revoking_by_cookie_ends_the_session_and_its_tokens(here: World) -> None:
    await here.account()
    cookie = session_cookie(await log_in(here))
    token, own = await bought(here, cookie), (await get_token(here)).token

    # A dummy bearer stands beside it: the client cannot do without one.
    assert is_true(await post(here, REVOKE, bearer="dummy", cookie=cookie))

    assert not await is_in(here, cookie=cookie)
    assert not await is_in(here, bearer=token)
    assert await is_in(here, bearer=own)


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_revoking_nothing_or_what_is_dead_is_unauthorized(here: World, prefix: str) -> None:
    await here.account()
    token = (await get_token(here)).token
    assert is_true(await post(here, REVOKE, bearer=token))

    async def tried(**credential: str) -> httpx2.Response:
        return await post(here, REVOKE, prefix=prefix, **credential)

    dead: tuple[dict[str, str], ...] = (
        {},
        {"bearer": ""},
        {"bearer": "dummy"},
        {"bearer": token},
        {"cookie": "gps_" + "x" * 43},
    )
    for credential in dead:
        assert refused(await tried(**credential)) == UNAUTHORIZED


@pytest.mark.parametrize("path", [LOGOUT, REVOKE])
async def test_they_are_no_gets(here: World, path: str) -> None:
    assert refused(await ask(here, "GET", path)) == (405, 10002)
