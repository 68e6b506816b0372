"""A token for one object: what it shows, what it is refused, and when it is issued at all."""

from typing import Any

import pytest

from gatepass.core.object_rows import Target
from gatepass.core.shares import ShareMode
from gatepass.core.sharing import Grant
from tests.adjusted import adjusted
from tests.dialects.v2_0_admin.shared_objects import COSTS, LIVEBOARD, SALES, bring, three
from tests.world import HERE, PASSWORD, World, headers, refusal, session_cookie

TOO_SMALL = (403, 10023)


async def found(here: World, token: str, **body: Any) -> list[str]:
    reply = await here.post("metadata/search", body, headers=headers(bearer=token))
    assert reply.status_code == 200, reply.text
    return [one["metadata_name"] for one in reply.json()]


async def test_it_finds_that_object_alone_if_its_account_may_see_it(here: World) -> None:
    """(checklist 29)"""
    await three(here)
    mira = await here.token("mira", object_id=SALES.upper())
    ben = await here.token("ben", object_id=SALES)

    for body in ({}, {"metadata": [LIVEBOARD]}, {"record_size": -1}):
        assert await found(here, mira, **body) == ["Sales"]
        assert await found(here, ben, **body) == [], "he may not see it"
    for body in (
        {"metadata": [{"type": "USER"}]},
        {"metadata": [{"type": "TAG"}]},
        {"metadata": [{"identifier": COSTS}]},
        {"record_offset": 1},
    ):
        assert await found(here, mira, **body) == []


async def test_an_administrators_finds_no_more_than_that(here: World) -> None:
    """(checklist 29)"""
    await three(here)
    await here.account("ada")
    await here.put_in("Administrator", "ada")

    assert await found(here, await here.token("ada", object_id=COSTS)) == ["Costs"]


async def test_a_session_bought_with_it_is_limited_alike(here: World) -> None:
    """(checklist 28)"""
    await three(here)
    await here.core.sharing.share(
        here.by,
        HERE,
        [Target(identifier=COSTS)],
        [Grant(identifier="mira", mode=ShareMode.READ_ONLY)],
    )
    token = await here.token("mira", object_id=COSTS)
    reply = await here.post("auth/session/login", {}, headers=headers(bearer=token))
    cookie = session_cookie(reply)
    for credential in ({"cookie": cookie}, {"bearer": token}):
        reply = await here.post("metadata/search", {}, headers=headers(**credential))
        assert [one["metadata_name"] for one in reply.json()] == ["Costs"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("metadata/delete", {"metadata": [LIVEBOARD]}),
        ("metadata/tml/import", {"metadata_tmls": ["answer:\n  name: x"]}),
        ("tags/search", {}),
        ("tags/create", {"name": "x"}),
        ("tags/north/update", {"name": "x"}),
        ("tags/north/delete", {}),
        ("tags/assign", {"metadata": [LIVEBOARD], "tag_identifiers": ["north"]}),
        ("tags/unassign", {"metadata": [LIVEBOARD], "tag_identifiers": ["north"]}),
        (
            "security/metadata/share",
            {
                "metadata": [LIVEBOARD],
                "permissions": [{"principal": {"identifier": "ben"}, "share_mode": "MODIFY"}],
                "message": "",
            },
        ),
        ("security/metadata/fetch-permissions", {"metadata": [LIVEBOARD]}),
        ("security/principals/fetch-permissions", {"principals": [{"identifier": "mira"}]}),
        ("security/metadata/assign", {"metadata": [LIVEBOARD], "user_identifier": "ben"}),
    ],
)
async def test_everything_else_of_objects_is_refused_even_an_administrators(
    here: World, path: str, body: dict[str, Any]
) -> None:
    """The object it is for is no exception (checklist 29)."""
    await three(here)
    await here.put_in("Administrator", "mira")
    token = await here.token("mira", object_id=SALES)

    assert refusal(await here.post(path, body, headers=headers(bearer=token))) == TOO_SMALL
    assert await found(here, token) == ["Sales"]


async def test_it_is_issued_for_an_object_that_nobody_knows(here: World) -> None:
    await here.account("mira")

    assert await found(here, await here.token("mira", object_id=SALES)) == []


@adjusted(object_must_exist=True)
async def test_with_the_setting_the_object_must_be_there_to_be_seen(here: World) -> None:
    await three(here)
    north = (await here.org("north")).id
    await bring(here, {"id": COSTS, "name": "Northern"}, org=north)
    key = await here.secret()

    async def asked(name: str, object_id: str, **more: Any) -> tuple[int, int] | int:
        body = {"username": name, "object_id": object_id, **more}
        reply = await here.post("auth/token/object", body)
        return reply.status_code if reply.status_code == 200 else refusal(reply)

    assert await asked("mira", SALES, password=PASSWORD) == 200
    assert await asked("mira", SALES.upper(), secret_key=key) == 200
    for object_id in (COSTS, "11111111-2222-4333-8444-555555555555", "sales"):
        assert await asked("mira", object_id, password=PASSWORD) == (400, 13003)
        assert await asked("mira", object_id, secret_key=key) == (400, 13003)
    await here.join("mira", north)
    more = {"password": PASSWORD, "org_id": north}
    assert await asked("mira", COSTS, **more) == (400, 13003), "there, but not hers to see"
