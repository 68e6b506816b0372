"""tags/search, create, update, delete, assign, unassign."""

import pytest

from tests.dialects.v2_0_admin.administering import (
    BAD,
    FORBIDDEN,
    UNKNOWN_OBJECT,
    Caller,
    administrator,
    holder,
    org_administrator,
    somebody,
)
from tests.dialects.v2_0_admin.shared_objects import COSTS, LIVEBOARD, SALES, bring, three
from tests.world import NOON, World

NOW = int(NOON.timestamp() * 1000)


async def tags_of(by: Caller, object_id: str = SALES) -> list[str]:
    found = await by.find("metadata/search", metadata=[{"identifier": object_id}])
    return [tag["name"] for tag in found[0]["metadata_header"]["tags"]]


async def test_a_tag_is_made_with_every_field_and_found_again(here: World) -> None:
    admin = await administrator(here)
    made = await admin.make("tags/create", name="Sales", color="#ff78A9")

    author = made["author_id"]
    assert made == {
        "name": "Sales",
        "id": made["id"],
        "color": "#ff78A9",
        "deleted": False,
        "hidden": False,
        "external": False,
        "deprecated": False,
        "creation_time_in_millis": NOW,
        "modification_time_in_millis": NOW,
        "author_id": author,
        "modifier_id": author,
        "owner_id": author,
    }
    await admin.make("tags/create", name="costs of % sales")
    for body, names in (
        ({}, ["costs of % sales", "Sales"]),
        ({"tag_identifier": "SALES"}, ["Sales"]),
        ({"tag_identifier": made["id"].upper()}, ["Sales"]),
        ({"tag_identifier": "nothing"}, []),
        ({"name_pattern": "sal"}, ["costs of % sales", "Sales"]),
        ({"name_pattern": "sal%"}, ["Sales"]),
        ({"name_pattern": "c%of%sales"}, ["costs of % sales"]),
        ({"color": "#FF78a9"}, ["Sales"]),
        ({"color": ""}, ["costs of % sales", "Sales"]),
    ):
        assert await admin.names("tags/search", **body) == names, body


async def test_a_tag_is_changed_and_deleted_by_id_or_name(here: World) -> None:
    admin = await administrator(here)
    made = await admin.make("tags/create", name="Sales", color="#ff78a9")
    here.clock.advance(minutes=1)
    await admin.do("tags/sales/update", name="Orders")
    await admin.do(f"tags/{made['id']}/update", color="#000000")

    assert await admin.find("tags/search") == [
        {
            **made,
            "name": "Orders",
            "color": "#000000",
            "modification_time_in_millis": NOW + 60_000,
        }
    ]
    await admin.do("tags/ORDERS/delete")
    assert await admin.find("tags/search") == []
    assert await admin.refused("tags/Orders/delete") == UNKNOWN_OBJECT
    assert await admin.refused("tags/Orders/update", name="x") == UNKNOWN_OBJECT


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("tags/create", {}),
        ("tags/create", {"name": ""}),
        ("tags/create", {"name": None}),
        ("tags/create", {"name": ["a"]}),
        ("tags/create", {"name": "x", "color": "red"}),
        ("tags/create", {"name": "x", "color": "#fffff"}),
        ("tags/create", {"name": "x", "color": "#ffffff\n"}),
        ("tags/create", {"name": "a\u202eb"}),
        ("tags/create", {"name": "sALES"}),
        ("tags/Other/update", {"name": "sales"}),
        ("tags/Other/update", {"color": "blue"}),
        ("tags/search", {"name_pattern": {}}),
        ("tags/assign", {"metadata": [LIVEBOARD]}),
        ("tags/assign", {"metadata": [], "tag_identifiers": ["Sales"]}),
        ("tags/assign", {"metadata": [LIVEBOARD], "tag_identifiers": []}),
        ("tags/assign", {"metadata": [{"identifier": SALES, "type": "USER"}]}),
        ("tags/unassign", {"tag_identifiers": ["Sales"]}),
    ],
    ids=str,
)
async def test_bad_input_changes_nothing(here: World, path: str, body: dict[str, object]) -> None:
    admin = await administrator(here)
    await admin.make("tags/create", name="Sales")
    await admin.make("tags/create", name="Other")
    before = await admin.find("tags/search")

    assert await admin.refused(path, **body) == BAD
    assert await admin.find("tags/search") == before


async def test_tags_are_put_on_objects_and_taken_off_all_or_none(here: World) -> None:
    await three(here)
    admin = await administrator(here)
    await admin.make("tags/create", name="plan")
    both = [{"identifier": "sales", "type": "LIVEBOARD"}, {"identifier": COSTS}]

    await admin.do("tags/assign", metadata=both, tag_identifiers=["plan", "YEAR"])
    await admin.do("tags/assign", metadata=both, tag_identifiers=["plan"])
    assert await tags_of(admin) == ["north", "plan", "year"]
    assert await tags_of(admin, COSTS) == ["plan", "year"]

    for metadata, tags in (
        ([*both, {"identifier": "nothing"}], ["north"]),
        (both, ["north", "nothing"]),
        ([{"identifier": SALES, "type": "ANSWER"}], ["north"]),
    ):
        body = {"metadata": metadata, "tag_identifiers": tags}
        assert await admin.refused("tags/unassign", **body) == UNKNOWN_OBJECT
    assert await tags_of(admin) == ["north", "plan", "year"]

    await admin.do("tags/unassign", metadata=both, tag_identifiers=["plan", "year"])
    assert await tags_of(admin) == ["north"]
    assert await tags_of(admin, COSTS) == []


async def test_a_deleted_tag_is_on_nothing_any_more(here: World) -> None:
    await three(here)
    admin = await administrator(here)
    await admin.do("tags/year/delete")

    assert await tags_of(admin) == ["north"]
    assert await admin.find("metadata/search", tag_identifiers=["year"]) == []


async def test_who_may_edit_an_object_tags_it_and_who_manages_tags_makes_them(here: World) -> None:
    await three(here)
    mira, keeper = await somebody(here), await holder(here, "keeper", "TAGMANAGEMENT")
    sales = {"metadata": [LIVEBOARD], "tag_identifiers": ["north"]}

    assert await mira.names("tags/search") == ["north", "year"]
    for path in ("tags/create", "tags/north/update", "tags/north/delete"):
        assert await mira.refused(path, name="own") == FORBIDDEN
    await mira.do("tags/unassign", **sales)
    await keeper.make("tags/create", name="own")
    assert await keeper.refused("tags/assign", **sales) == UNKNOWN_OBJECT, "he cannot see it"
    grant = {"principal": {"identifier": "keeper"}, "share_mode": "READ_ONLY"}
    await mira.do("security/metadata/share", metadata=[LIVEBOARD], permissions=[grant], message="")
    assert await keeper.refused("tags/assign", **sales) == FORBIDDEN, "he may only read it"


async def test_tags_of_another_org_are_unknown(here: World) -> None:
    """(checklist 52)"""
    north = (await here.org("north")).id
    await three(here)
    await bring(here, {"id": SALES, "name": "Northern sales", "tags": ["cold"]}, org=north)
    nora, admin = await org_administrator(here, north), await administrator(here)
    ours = await admin.find("tags/search", tag_identifier="year")

    assert await nora.names("tags/search") == ["cold"]
    for name in ("year", ours[0]["id"]):
        assert await nora.find("tags/search", tag_identifier=name) == []
        assert await nora.refused(f"tags/{name}/update", name="mine") == UNKNOWN_OBJECT
        assert await nora.refused(f"tags/{name}/delete") == UNKNOWN_OBJECT
        body = {"metadata": [LIVEBOARD], "tag_identifiers": [name]}
        assert await nora.refused("tags/assign", **body) == UNKNOWN_OBJECT
    await nora.make("tags/create", name="year")
    assert await admin.find("tags/search", tag_identifier="year") == ours
