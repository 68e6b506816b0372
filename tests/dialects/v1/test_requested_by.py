"""X-Requested-By of v1: which writes need it, and that its value never counts."""

from typing import Any

import pytest

from tests.adjusted import adjusted
from tests.dialects.v1.forms import ASKED_BY, FORBIDDEN, LIVEBOARD, ask, log_in, refusal, texts
from tests.world import PASSWORD, World

WRITES = [
    ("POST", "session/homepinboard", {"id": LIVEBOARD}),
    ("DELETE", "session/homepinboard", {}),
    ("POST", "user/session/invalidate", {"username": '["nobody"]'}),
]
NONE = {"X-Requested-By": ""}


@pytest.fixture
async def cookie(here: World) -> str:
    await here.account("mira")
    return await log_in(here)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("header", ["", "   "])
async def test_a_write_by_cookie_needs_it(
    here: World, cookie: str, write: tuple[str, str, dict[str, str]], header: str
) -> None:
    """What a form of a foreign page cannot send without being asked (checklist 20)."""
    more = {"X-Requested-By": header}

    reply = await ask(here, *write, cookie=cookie, more=more)

    assert refusal(reply) == FORBIDDEN
    assert texts(reply) == ["Missing X-Requested-By header"]


@pytest.mark.parametrize("value", ["ThoughtSpot", "CS Tools", "x"])
async def test_whatever_it_says(here: World, cookie: str, value: str) -> None:
    """Tools send what they like (checklist 20)."""
    more = {"X-Requested-By": value}

    reply = await ask(
        here, "POST", "session/homepinboard", {"id": LIVEBOARD}, cookie=cookie, more=more
    )

    assert reply.status_code == 204


@pytest.mark.parametrize(("method", "path", "form"), WRITES)
async def test_a_foreign_page_cannot_have_it_both_ways(
    here: World, cookie: str, method: str, path: str, form: dict[str, str]
) -> None:
    """Its origin is looked at as well (checklist 20)."""
    more = {"Origin": "https://evil.example", **ASKED_BY}

    assert refusal(await ask(here, method, path, form, cookie=cookie, more=more)) == FORBIDDEN


async def test_a_bearer_needs_none(here: World, cookie: str) -> None:
    """Good or dead: no page sends that header by itself either."""
    token = await here.token()
    path, form = "session/homepinboard", {"id": LIVEBOARD}

    assert (await ask(here, "POST", path, form, bearer=token, more=NONE)).status_code == 204
    dead = await ask(here, "POST", path, form, bearer="x", cookie=cookie, more=NONE)
    assert dead.status_code == 204


async def test_reading_and_signing_in_and_out_need_none(here: World, cookie: str) -> None:
    here.client.cookies.clear()
    form = {"username": "mira", "password": PASSWORD}
    sent: dict[str, Any] = {"cookie": cookie, "more": NONE}

    for path in ("session/info", "session/isactive", "session/orgs"):
        assert (await ask(here, "GET", path, **sent)).status_code == 200
    assert (await ask(here, "POST", "session/login", form, **sent)).status_code == 204
    key = {"username": "mira", "secret_key": await here.secret()}
    token = (await ask(here, "POST", "session/auth/token", key, **sent)).text
    login = await ask(here, "POST", "session/login/token", {"auth_token": token}, **sent)
    assert login.status_code == 302
    assert (await ask(here, "PUT", "session/orgs", {"orgid": "0"}, **sent)).status_code == 204
    assert (await ask(here, "POST", "session/logout", **sent)).status_code == 204


@adjusted(v1_require_requested_by="off")
async def test_it_can_be_switched_off(here: World) -> None:
    await here.account("mira")
    cookie = await log_in(here)

    reply = await ask(
        here, "POST", "session/homepinboard", {"id": LIVEBOARD}, cookie=cookie, more=NONE
    )

    assert reply.status_code == 204


@adjusted(v1_require_requested_by="all_writes")
async def test_or_be_asked_of_every_write(here: World) -> None:
    await here.account("mira")
    form = {"username": "mira", "password": PASSWORD}
    token = await here.token()

    for method, path in (
        ("POST", "session/login"),
        ("POST", "session/logout"),
        ("POST", "session/auth/token"),
        ("POST", "session/login/token"),
        ("PUT", "session/orgs"),
        ("POST", "session/homepinboard"),
    ):
        reply = await ask(here, method, path, form, bearer=token, more=NONE)
        assert refusal(reply) == FORBIDDEN, path
    assert (await ask(here, "POST", "session/login", form)).status_code == 204
    assert (await ask(here, "GET", "session/info", bearer=token)).status_code == 200
