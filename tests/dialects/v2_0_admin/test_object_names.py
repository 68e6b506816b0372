"""Home Liveboards, favourites and default Liveboards by name, to whoever may see the objects."""

from typing import Any

from tests.dialects.v2_0_admin.administering import Caller, administrator, somebody
from tests.dialects.v2_0_admin.shared_objects import COSTS, LIVEBOARD, ORDERS, SALES, bring, three
from tests.world import HERE, World, headers

# Orders is there, and of another type.
KEPT: dict[str, Any] = {
    "home_liveboard_identifier": SALES,
    "favorite_metadata": [
        {"identifier": SALES, "type": "LIVEBOARD"},
        {"identifier": COSTS, "type": "ANSWER"},
        {"identifier": ORDERS, "type": "LIVEBOARD"},
        {"identifier": "lb-1", "type": "LIVEBOARD"},
    ],
}
ANNAS = {"user_identifier": "anna", "include_favorite_metadata": True}


def names(user: dict[str, Any]) -> tuple[str, list[str]]:
    return user["home_liveboard"]["name"], [one["name"] for one in user["favorite_metadata"]]


def me(user: dict[str, Any]) -> Any:
    assert user["home_liveboard"]["id"] == SALES
    return names(user)


async def asked(here: World, token: str) -> Any:
    return me((await here.get("auth/session/user", headers=headers(bearer=token))).json())


async def grant(here: World, mode: str, *targets: dict[str, str]) -> None:
    admin = await administrator(here)
    await admin.do(
        "security/metadata/share",
        metadata=list(targets),
        permissions=[{"principal": {"identifier": "anna", "type": "USER"}, "share_mode": mode}],
        message="",
    )


async def test_who_may_see_an_object_is_told_its_name_and_nobody_else(here: World) -> None:
    """At once when it is shared, not shared any more, renamed or deleted."""
    await three(here)
    await here.account("anna")
    admin = await administrator(here)
    await admin.do("users/anna/update", **KEPT)
    anna = await somebody(here, "anna")
    unseen = (SALES, [SALES, COSTS, ORDERS, "lb-1"])

    (user,) = await admin.find("users/search", **ANNAS)
    assert me(user) == ("Sales", ["Sales", "Costs", ORDERS, "lb-1"])
    assert await asked(here, anna.token) == unseen
    assert me((await anna.find("users/search", **ANNAS))[0]) == unseen

    await grant(here, "READ_ONLY", LIVEBOARD)
    assert await asked(here, anna.token) == ("Sales", ["Sales", COSTS, ORDERS, "lb-1"])
    await bring(here, {"id": SALES, "name": "Sales 2"})
    assert await asked(here, anna.token) == ("Sales 2", ["Sales 2", COSTS, ORDERS, "lb-1"])
    await grant(here, "NO_ACCESS", LIVEBOARD)
    assert await asked(here, anna.token) == unseen
    await admin.do("metadata/delete", metadata=[LIVEBOARD])
    assert me((await admin.find("users/search", **ANNAS))[0])[0] == SALES


async def test_a_token_for_one_object_is_told_the_name_of_no_other(here: World) -> None:
    """checklist 29."""
    await three(here)
    await here.account("anna")
    admin = await administrator(here)
    await admin.do("users/anna/update", **KEPT)
    await grant(here, "MODIFY", LIVEBOARD, {"identifier": COSTS, "type": "ANSWER"})

    token = await here.token("anna", object_id=COSTS)

    assert await asked(here, token) == (SALES, [SALES, "Costs", ORDERS, "lb-1"])


async def test_an_object_of_another_org_is_no_name(here: World) -> None:
    """Neither to its administrator nor to the cluster's, who works in Primary (checklist 52)."""
    north = await here.org("north")
    await bring(here, {"id": SALES, "name": "Northern sales"}, org=north.id)
    nora = await here.account("nora", org="north")
    await here.join("nora", 0)
    there = await administrator(here, north.id)
    at_home = await administrator(here)
    for admin in (there, at_home):
        await admin.do("users/nora/update", home_liveboard_identifier=SALES)

    async def seen(admin: Caller, **more: Any) -> str:
        (user,) = await admin.find("users/search", user_identifier=nora.id, **more)
        return str(user["home_liveboard"]["name"])

    assert await seen(there) == "Northern sales"
    assert await seen(at_home) == SALES
    assert await seen(at_home, org_identifiers=["north"]) == SALES


async def test_what_is_made_and_what_groups_begin_with_is_told_by_name_too(here: World) -> None:
    await three(here)
    admin = await administrator(here)
    body = {"name": "anna", "display_name": "Anna", "email": "anna@example.com"}

    user = await admin.make("users/create", **body, **KEPT)
    made = await admin.make(
        "groups/create",
        name="crew",
        display_name="Crew",
        default_liveboard_identifiers=[SALES, COSTS, "lb-1"],
    )
    (found,) = await admin.find("groups/search", group_identifier="crew")

    assert me(user) == ("Sales", ["Sales", "Costs", ORDERS, "lb-1"])
    # Costs is an answer, and no Liveboard.
    for one in (made, found):
        assert [board["name"] for board in one["default_liveboards"]] == ["Sales", COSTS, "lb-1"]
    assert [board["id"] for board in found["default_liveboards"]] == [SALES, COSTS, "lb-1"]


async def test_an_id_is_found_however_it_is_spelt(here: World) -> None:
    await three(here)
    await here.core.home_liveboards.set(here.by, HERE, SALES.upper(), account="mira")

    token = await here.token("mira")

    home = (await here.whoami(bearer=token)).json()["home_liveboard"]
    assert home == {"id": SALES.upper(), "name": "Sales"}
