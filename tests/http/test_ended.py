"""How a credential ended: told to this server's own pages, and to nobody else."""

import pytest

from gatepass.core.local import operator
from tests.world import HERE, OWN, V2, World, headers

ENDED = "x-gatepass-ended"
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
PATHS = [f"{V2}/auth/session/user", f"{OWN}/caller", "/callosum/v1/session/info"]


async def told(here: World, path: str, more: dict[str, str], **credential: str) -> str | None:
    here.client.cookies.clear()
    reply = await here.client.get(path, headers={**headers(**credential), **more})
    assert reply.status_code == 401, reply.text
    return reply.headers.get(ENDED)


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_of_this_server_learns_that_a_token_expired(here: World, path: str) -> None:
    await here.account()
    token = await here.token()
    here.clock.advance(hours=1)

    assert await told(here, path, OWN_PAGE, bearer=token) == "expired"


async def test_it_learns_that_a_token_or_session_was_revoked(here: World) -> None:
    await here.account()
    token, cookie = await here.token(), await here.login()
    here.clock.advance(seconds=1)
    await here.core.sessions.end_many(operator(here.clock()), HERE, account="mira")

    assert await told(here, PATHS[0], OWN_PAGE, bearer=token) == "revoked"
    assert await told(here, PATHS[0], OWN_PAGE, cookie=cookie) == "revoked"


async def test_it_learns_that_a_session_was_unused_too_long(here: World) -> None:
    await here.account()
    cookie = await here.login()
    here.clock.advance(hours=4)

    assert await told(here, PATHS[0], OWN_PAGE, cookie=cookie) == "idle"


async def test_of_a_token_and_a_cookie_it_learns_how_the_cookie_ended(here: World) -> None:
    await here.account()
    token, cookie = await here.token(), await here.login()
    here.clock.advance(hours=4)

    assert await told(here, PATHS[0], OWN_PAGE, bearer=token, cookie=cookie) == "idle"


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://gatepass.test"},
    ],
    ids=lambda more: "-".join(more.values()) or "no header",
)
async def test_nobody_else_learns_that_a_credential_once_was_good(
    here: World, more: dict[str, str]
) -> None:
    await here.account()
    token = await here.token()
    here.clock.advance(hours=1)

    assert await told(here, PATHS[0], more, bearer=token) is None


async def test_of_a_credential_that_never_was_good_nothing_is_said(here: World) -> None:
    await here.account()
    token = await here.token()
    unknown = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")

    assert await told(here, PATHS[0], OWN_PAGE, bearer=unknown) is None
    assert await told(here, PATHS[0], OWN_PAGE) is None
