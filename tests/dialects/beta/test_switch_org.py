"""PUT session/org: the cookie's session goes on in another Org."""

from typing import Any

import pytest

from tests.dialects.beta.asking import (
    BAD,
    FORBIDDEN,
    PREFIXES,
    UNAUTHORIZED,
    ask,
    debug,
    get_token,
    is_true,
    refused,
)
from tests.world import World, headers

PATH = "session/org"


async def org_of(here: World, **credential: str) -> int:
    return int((await here.whoami(**credential)).json()["current_org"]["id"])


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("form", [str, int])
async def test_the_same_cookie_is_in_the_other_org_from_then_on(
    here: World, prefix: str, form: Any
) -> None:
    north = await here.org()
    await here.account()
    await here.join("mira", north.id)
    cookie = await here.login()

    reply = await ask(here, "PUT", PATH, {"id": form(north.id)}, prefix=prefix, cookie=cookie)

    assert is_true(reply)
    assert "set-cookie" not in reply.headers
    assert await org_of(here, cookie=cookie) == north.id
    assert is_true(await ask(here, "PUT", PATH, {"id": "0"}, prefix=prefix, cookie=cookie))
    assert await org_of(here, cookie=cookie) == 0


@pytest.mark.parametrize("wrong", ["north", "", None, "1.5", "-", "9" * 30, "٣", "4711", "absent"])
async def test_what_is_no_number_of_an_org_is_a_bad_request(here: World, wrong: Any) -> None:
    await here.org()
    await here.account()
    cookie = await here.login()

    reply = await ask(here, "PUT", PATH, {} if wrong == "absent" else {"id": wrong}, cookie=cookie)

    assert refused(reply) == BAD
    assert debug(reply).startswith("Invalid parameter values id")
    assert await org_of(here, cookie=cookie) == 0


async def test_an_org_of_others_is_forbidden(here: World) -> None:
    """(checklist 52)"""
    north = await here.org()
    await here.account()
    cookie = await here.login()

    assert refused(await ask(here, "PUT", PATH, {"id": north.id}, cookie=cookie)) == FORBIDDEN
    assert await org_of(here, cookie=cookie) == 0


async def test_a_session_bought_with_a_token_stays_in_the_tokens_org(here: World) -> None:
    """A weaker credential buys no stronger one (checklist 28)."""
    north = await here.org()
    await here.account()
    await here.join("mira", north.id)
    token = (await get_token(here, orgId=0)).token
    reply = await ask(here, "POST", "session/login", {}, bearer=token)
    cookie = reply.headers.get_list("set-cookie")[0].split(";")[0].removeprefix("JSESSIONID=")

    assert refused(await ask(here, "PUT", PATH, {"id": north.id}, cookie=cookie)) == FORBIDDEN


async def test_only_a_cookie_counts(here: World) -> None:
    north = await here.org()
    await here.account()
    await here.join("mira", north.id)
    token, cookie = (await get_token(here)).token, await here.login()

    assert refused(await ask(here, "PUT", PATH, {"id": north.id}, bearer=token)) == UNAUTHORIZED
    assert refused(await ask(here, "PUT", PATH, {"id": north.id})) == UNAUTHORIZED
    # The client sends a bearer beside its cookie, whatever it holds.
    for bearer in ("dummy", token):
        for org in (north.id, 0):
            reply = await ask(here, "PUT", PATH, {"id": org}, bearer=bearer, cookie=cookie)
            assert is_true(reply)
            assert await org_of(here, cookie=cookie) == org
    assert await org_of(here, bearer=token) == 0


async def test_a_page_of_another_origin_cannot_switch(here: World) -> None:
    north = await here.org()
    await here.account()
    await here.join("mira", north.id)
    cookie = await here.login()
    sent = {**headers(cookie=cookie), "Origin": "https://evil.test"}

    for prefix in PREFIXES:
        reply = await here.client.put(f"{prefix}/{PATH}", json={"id": north.id}, headers=sent)
        assert refused(reply) == FORBIDDEN
    assert await org_of(here, cookie=cookie) == 0
