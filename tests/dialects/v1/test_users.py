"""session/homepinboard and user/session/invalidate of v1."""

import json
from typing import Any

import pytest

from tests.adjusted import adjusted
from tests.dialects.v1.forms import (
    BAD,
    FAILED,
    FORBIDDEN,
    LIVEBOARD,
    UNAUTHORIZED,
    UNKNOWN,
    admin,
    ask,
    is_active,
    log_in,
    refusal,
)
from tests.world import World

HOME = "session/homepinboard"
OUT = "user/session/invalidate"


@pytest.fixture
async def ids(here: World) -> dict[str, str]:
    """Accounts by name."""
    return {name: (await here.account(name)).id for name in ("mira", "lena")}


async def home(here: World, **sent: Any) -> tuple[int, str]:
    reply = await ask(here, "GET", HOME, **sent)
    return reply.status_code, reply.text


async def test_one_sets_shows_and_removes_ones_own_home(here: World, ids: dict[str, str]) -> None:
    cookie = await log_in(here)
    assert refusal(await ask(here, "GET", HOME, cookie=cookie)) == UNKNOWN

    for form in ({"id": LIVEBOARD}, {"id": LIVEBOARD, "userid": ids["mira"]}):
        reply = await ask(here, "POST", HOME, form, cookie=cookie)
        assert (reply.status_code, reply.content) == (204, b"")
    assert await home(here, cookie=cookie) == (200, LIVEBOARD)
    assert (await here.whoami(cookie=cookie)).json()["home_liveboard"]["id"] == LIVEBOARD

    assert (await ask(here, "DELETE", HOME, cookie=cookie)).status_code == 200
    assert refusal(await ask(here, "GET", HOME, cookie=cookie)) == UNKNOWN
    assert (await here.whoami(cookie=cookie)).json()["home_liveboard"] is None


@pytest.mark.usefixtures("ids")
async def test_it_is_text_and_json_for_who_asks_for_json(here: World) -> None:
    cookie = await log_in(here)
    await ask(here, "POST", HOME, {"id": LIVEBOARD}, cookie=cookie)

    plain = await ask(here, "GET", HOME, cookie=cookie)
    other = await ask(here, "GET", HOME, cookie=cookie, more={"Accept": "application/json"})

    assert plain.headers["content-type"].startswith("text/plain")
    assert other.json() == LIVEBOARD


async def test_an_administrator_does_it_for_others(here: World, ids: dict[str, str]) -> None:
    by = await admin(here)

    await ask(here, "POST", HOME, {"id": LIVEBOARD, "userid": ids["mira"]}, cookie=by)

    assert await home(here, cookie=by, query={"userid": ids["mira"]}) == (200, LIVEBOARD)
    assert await home(here, cookie=await log_in(here)) == (200, LIVEBOARD)
    assert refusal(await ask(here, "GET", HOME, cookie=by)) == UNKNOWN


async def test_nobody_else_does(here: World, ids: dict[str, str]) -> None:
    cookie = await log_in(here)
    form = {"id": LIVEBOARD, "userid": ids["lena"]}

    assert refusal(await ask(here, "POST", HOME, form, cookie=cookie)) == FORBIDDEN
    assert refusal(await ask(here, "POST", HOME, form)) == UNAUTHORIZED
    assert (await home(here, cookie=cookie, query={"userid": ids["lena"]}))[0] == 403
    assert refusal(await ask(here, "DELETE", HOME, form, cookie=cookie)) == FORBIDDEN


@pytest.mark.usefixtures("ids")
async def test_what_is_missing_or_nobody_is_said(here: World) -> None:
    by = await admin(here)

    assert refusal(await ask(here, "POST", HOME, {}, cookie=by)) == BAD
    assert refusal(await ask(here, "POST", HOME, {"id": "x" * 257}, cookie=by)) == BAD
    unknown = {"id": LIVEBOARD, "userid": LIVEBOARD}
    assert refusal(await ask(here, "POST", HOME, unknown, cookie=by)) == UNKNOWN


@pytest.mark.usefixtures("ids")
async def test_each_org_has_its_own_home(here: World) -> None:
    north = await here.org("north")
    await here.join("mira", north.id)
    cookie = await log_in(here)
    await ask(here, "POST", HOME, {"id": LIVEBOARD}, cookie=cookie)

    await ask(here, "PUT", "session/orgs", {"orgid": str(north.id)}, cookie=cookie)

    assert (await home(here, cookie=cookie))[0] == 404


async def test_who_administers_an_org_reaches_nobody_outside(
    here: World, ids: dict[str, str]
) -> None:
    """Who is not in it does not exist (checklist 52)."""
    north = await here.org("north")
    await here.account("kim", org=north.id)
    await here.put_in("Administrator", "kim", north.id)
    kim = await log_in(here, "kim")

    form = {"id": LIVEBOARD, "userid": ids["mira"]}
    assert refusal(await ask(here, "POST", HOME, form, cookie=kim)) == UNKNOWN
    out = {"userid": json.dumps([ids["mira"]])}
    assert refusal(await ask(here, "POST", OUT, out, cookie=kim)) == FAILED


@pytest.mark.parametrize("field", ["username", "userid"])
async def test_an_administrator_ends_all_that_somebody_holds(
    here: World, ids: dict[str, str], field: str
) -> None:
    """And nobody else's (checklist 9)."""
    mine, others = await log_in(here), await log_in(here, "lena")
    token = await here.token()
    by = await admin(here)
    named = "mira" if field == "username" else ids["mira"]

    reply = await ask(here, "POST", OUT, {field: json.dumps([named])}, cookie=by)

    assert (reply.status_code, reply.content) == (204, b"")
    assert await is_active(here, cookie=mine) == 401
    assert await is_active(here, bearer=token) == 401
    assert await is_active(here, cookie=others) == 200
    assert await is_active(here, cookie=by) == 200


async def test_names_and_ids_go_together(here: World, ids: dict[str, str]) -> None:
    cookies = [await log_in(here), await log_in(here, "lena")]
    form = {"username": '["MIRA"]', "userid": json.dumps([ids["lena"]])}

    await ask(here, "POST", OUT, form, cookie=await admin(here))

    assert [await is_active(here, cookie=one) for one in cookies] == [401, 401]


@pytest.mark.usefixtures("ids")
async def test_with_neither_everybody_is_out(here: World) -> None:
    cookies = [await log_in(here), await log_in(here, "lena"), await admin(here)]

    reply = await ask(here, "POST", OUT, {"username": ""}, cookie=cookies[-1])

    assert reply.status_code == 204
    assert [await is_active(here, cookie=one) for one in cookies] == [401, 401, 401]


@adjusted(mode="hardened")
async def test_in_hardened_mode_that_takes_names(here: World) -> None:
    """Everybody is never meant by saying nothing (checklist 10)."""
    await here.account("mira")
    cookie, by = await log_in(here), await admin(here)

    assert refusal(await ask(here, "POST", OUT, {}, cookie=by)) == BAD
    assert await is_active(here, cookie=cookie) == 200


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize(
    "form",
    [
        {"username": "[]"},
        {"userid": "[]"},
        {"username": "[]", "userid": "[]"},
        {"username": "mira"},
        {"username": "null"},
        {"username": '"mira"'},
        {"username": "[null]"},
    ],
    ids=str,
)
async def test_a_list_of_nobody_or_none_at_all_ends_nothing(
    here: World, form: dict[str, str]
) -> None:
    """An empty list never means everybody (checklist 10)."""
    cookie = await log_in(here)

    assert refusal(await ask(here, "POST", OUT, form, cookie=await admin(here))) == BAD
    assert await is_active(here, cookie=cookie) == 200


@pytest.mark.usefixtures("ids")
async def test_an_unknown_name_ends_nothing(here: World) -> None:
    cookie = await log_in(here)
    form = {"username": '["mira", "nobody"]'}

    assert refusal(await ask(here, "POST", OUT, form, cookie=await admin(here))) == FAILED
    assert await is_active(here, cookie=cookie) == 200


@pytest.mark.usefixtures("ids")
async def test_nobody_else_ends_anything(here: World) -> None:
    cookie = await log_in(here)

    for form in ({}, {"username": '["lena"]'}, {"username": '["mira"]'}):
        assert refusal(await ask(here, "POST", OUT, form, cookie=cookie)) == FORBIDDEN
        assert refusal(await ask(here, "POST", OUT, form)) == UNAUTHORIZED
