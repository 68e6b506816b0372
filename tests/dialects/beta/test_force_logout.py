"""POST admin/forcelogout: the named users, or everybody, are logged out."""

from typing import Any

import pytest

from tests.adjusted import adjusted
from tests.dialects.beta.asking import (
    BAD,
    FORBIDDEN,
    OTHER,
    PREFIXES,
    UNAUTHORIZED,
    get_token,
    is_in,
    is_true,
    post,
    refused,
)
from tests.world import ADMIN, ADMIN_PASSWORD, World

PATH = "admin/forcelogout"


async def admin(here: World) -> str:
    return await here.login(ADMIN, ADMIN_PASSWORD)


async def two(here: World) -> tuple[str, str]:
    """Return the cookies of mira and lena."""
    for name in ("mira", "lena"):
        await here.account(name)
    return await here.login("mira"), await here.login("lena")


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("by", ["name", "id", "both", "empty id"])
async def test_the_named_are_out_and_nobody_else(here: World, prefix: str, by: str) -> None:
    """Sessions and tokens of one account (checklist 9)."""
    mira, lena = await two(here)
    token = (await get_token(here)).token
    account_id = (await here.whoami(cookie=mira)).json()["id"]
    entry = {
        "name": {"name": "MIRA"},
        "id": {"id": account_id},
        "both": {"id": account_id, "name": "lena"},
        "empty id": {"id": "", "name": "mira"},
    }[by]

    reply = await post(here, PATH, {"user": [entry]}, prefix=prefix, cookie=await admin(here))

    assert is_true(reply)
    assert not await is_in(here, cookie=mira)
    assert not await is_in(here, bearer=token)
    assert await is_in(here, cookie=lena)


@pytest.mark.parametrize("body", [None, {}, {"user": None}, {"user": ""}])
async def test_nobody_named_is_everybody(here: World, body: Any) -> None:
    """The administrator's own session too (checklist 9)."""
    mira, lena = await two(here)
    own = await admin(here)

    assert is_true(await post(here, PATH, body, cookie=own))

    for cookie in (mira, lena, own):
        assert not await is_in(here, cookie=cookie)


@pytest.mark.parametrize("body", [None, {}, {"user": None}, {"user": []}])
@adjusted(mode="hardened")
async def test_hardened_nobody_named_is_a_bad_request(here: World, body: Any) -> None:
    """Null and an empty list never mean everybody (checklist 10)."""
    mira, lena = await two(here)

    reply = await post(here, PATH, body, cookie=await admin(here))

    assert refused(reply) == BAD
    for cookie in (mira, lena):
        assert await is_in(here, cookie=cookie)


async def test_an_empty_list_is_not_everybody(here: World) -> None:
    """(checklist 10)"""
    mira, lena = await two(here)

    assert refused(await post(here, PATH, {"user": []}, cookie=await admin(here))) == BAD
    for cookie in (mira, lena):
        assert await is_in(here, cookie=cookie)


@pytest.mark.parametrize("entry", [{}, {"name": ""}, {"id": None, "name": None}, {"user": "mira"}])
@pytest.mark.parametrize("beside", [[], [{"name": "lena"}]])
async def test_an_entry_that_names_nobody_is_not_everybody(
    here: World, entry: dict[str, Any], beside: list[Any]
) -> None:
    """(checklist 10)"""
    mira, lena = await two(here)

    reply = await post(here, PATH, {"user": [*beside, entry]}, cookie=await admin(here))

    assert refused(reply) == BAD
    for cookie in (mira, lena):
        assert await is_in(here, cookie=cookie)


@pytest.mark.parametrize("body", [{"user": "mira"}, {"user": {"name": "mira"}}, {"user": ["mira"]}])
async def test_another_shape_is_a_bad_request(here: World, body: Any) -> None:
    mira, _ = await two(here)

    assert refused(await post(here, PATH, body, cookie=await admin(here))) == BAD
    assert await is_in(here, cookie=mira)


async def test_if_one_is_unknown_nobody_is_out(here: World) -> None:
    mira, _ = await two(here)
    body = {"user": [{"name": "mira"}, {"name": "nobody"}]}

    assert refused(await post(here, PATH, body, cookie=await admin(here))) == OTHER
    assert await is_in(here, cookie=mira)


async def test_only_administrators_may(here: World) -> None:
    mira, lena = await two(here)

    for body in ({"user": [{"name": "lena"}]}, {}, {"user": [{"name": "mira"}]}):
        assert refused(await post(here, PATH, body, cookie=mira)) == FORBIDDEN
        assert refused(await post(here, PATH, body)) == UNAUTHORIZED
    assert await is_in(here, cookie=lena)


async def test_who_administers_one_org_ends_what_is_there(here: World) -> None:
    """(checklist 52)"""
    north = await here.org()
    mira, _ = await two(here)
    await here.join("lena", north.id)
    await here.join("mira", north.id)
    await here.put_in("Administrator", "lena", north.id)
    there = await here.login("mira", org_identifier=north.id)
    lena = await here.login("lena", org_identifier=north.id)

    assert is_true(await post(here, PATH, {}, cookie=lena))

    assert not await is_in(here, cookie=there)
    assert await is_in(here, cookie=mira)
