"""REST v2.0, Orgs: search, create, update, delete."""

from typing import Any

import pytest

from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, UNKNOWN_OBJECT, adjusted
from tests.dialects.v2_0_admin.administering import (
    administrator,
    holder,
    org_administrator,
    somebody,
)
from tests.world import ADMIN, World, refusal

ALL = ("orgs/search", "orgs/create", "orgs/north/update", "orgs/north/delete")


async def test_a_new_org_is_answered_with_every_field(here: World) -> None:
    admin = await administrator(here)

    made = await admin.make("orgs/create", name="North-1", description="Where it is cold")

    assert 0 < made["id"] < 2**31
    assert made == {
        "id": made["id"],
        "name": "North-1",
        "status": "ACTIVE",
        "description": "Where it is cold",
        "visibility": "SHOW",
    }
    assert await admin.find("orgs/search", org_identifier=made["id"]) == [made]


async def test_a_new_org_has_its_two_groups(here: World) -> None:
    admin = await administrator(here)
    made = await admin.make("orgs/create", name="north")

    groups = await here.core.groups.list_all(here.by, made["id"])

    assert [(group.name, sorted(words)) for group, words in groups] == [
        ("Administrator", ["ADMINISTRATION"]),
        ("All", ["AUTHORING"]),
    ]


@pytest.mark.parametrize("as_text", [False, True])
async def test_an_org_is_found_by_id_or_by_name_in_any_case(here: World, *, as_text: bool) -> None:
    admin = await administrator(here)
    org = await here.org("North")

    by_id = await admin.names("orgs/search", org_identifier=str(org.id) if as_text else org.id)
    by_name = await admin.names("orgs/search", org_identifier="nORTH")

    assert by_id == by_name == ["North"]


async def test_a_search_that_asks_nothing_finds_every_org(here: World) -> None:
    admin = await administrator(here)
    for number in range(15):
        await here.org(f"org-{number}")

    assert len(await admin.find("orgs/search")) == 16


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"description": "Where it is cold"}, ["north"]),
        ({"description": "cold"}, []),
        ({"visibility": "SHOW"}, ["Primary", "north", "south"]),
        ({"visibility": "HIDDEN"}, []),
        ({"status": "ACTIVE"}, ["Primary", "north", "south"]),
        ({"status": "IN_ACTIVE"}, []),
        ({"user_identifiers": ["mira"]}, ["Primary", "north"]),
        ({"user_identifiers": ["sven", "nobody"]}, ["south"]),
        ({"user_identifiers": ["mira", "sven"], "org_identifier": "north"}, ["north"]),
        ({"user_identifiers": ["nobody"]}, []),
        ({"org_identifier": "nowhere"}, []),
        ({"org_identifier": -1}, []),
        ({"org_identifier": 2**40}, []),
    ],
    ids=str,
)
async def test_filters_narrow_each_other(
    here: World, body: dict[str, Any], found: list[str]
) -> None:
    admin = await administrator(here)
    await admin.make("orgs/create", name="north", description="Where it is cold")
    south = await here.org("south")
    await here.account("mira")
    await admin.do("orgs/north/update", user_identifiers=["mira"])
    await here.account("sven", org=south.id)

    assert sorted(await admin.names("orgs/search", **body)) == sorted(found)


async def test_an_update_changes_only_what_it_names(here: World) -> None:
    admin = await administrator(here)
    made = await admin.make("orgs/create", name="north", description="cold")

    await admin.do("orgs/north/update", description="colder")
    assert await admin.find("orgs/search", org_identifier="north") == [
        {**made, "description": "colder"}
    ]
    await admin.do("orgs/north/update", name="NORTH")
    await admin.do("orgs/North/update", name="arctic")

    assert await admin.find("orgs/search", org_identifier=made["id"]) == [
        {**made, "name": "arctic", "description": "colder"}
    ]
    assert await admin.find("orgs/search", org_identifier="north") == []


async def test_a_renamed_org_is_shown_by_its_new_name_at_once(here: World) -> None:
    admin = await administrator(here)
    org = await here.org("north")
    await here.account("mira", org=org.id)
    token = await here.token("mira")
    assert (await here.whoami(bearer=token)).json()["current_org"]["name"] == "north"

    await admin.do(f"orgs/{org.id}/update", name="arctic")

    assert (await here.whoami(bearer=token)).json()["current_org"]["name"] == "arctic"


async def test_members_are_added_unless_the_operation_says_otherwise(here: World) -> None:
    admin = await administrator(here)
    await here.org("north")
    for name in ("mira", "sven", "tove"):
        await here.account(name)

    async def members() -> list[str]:
        found = [
            name
            for name in ("mira", "sven", "tove")
            if "north" in await admin.names("orgs/search", user_identifiers=[name])
        ]
        return sorted(found)

    await admin.do("orgs/north/update", user_identifiers=["mira", "SVEN"])
    assert await members() == ["mira", "sven"]
    await admin.do("orgs/north/update", user_identifiers=["mira"], operation="ADD")
    assert await members() == ["mira", "sven"]
    await admin.do("orgs/north/update", user_identifiers=["tove", "mira"], operation="REPLACE")
    assert await members() == ["mira", "tove"]
    await admin.do("orgs/north/update", user_identifiers=["tove", "sven"], operation="REMOVE")
    assert await members() == ["mira"]


async def test_a_new_member_is_in_the_orgs_group_all(here: World) -> None:
    admin = await administrator(here)
    org = await here.org("north")
    await here.account("mira")

    await admin.do("orgs/north/update", user_identifiers=["mira"])

    who = (await here.whoami(bearer=await here.token("mira", org_id=org.id))).json()
    assert [group["name"] for group in who["user_groups"]] == ["All"]


async def test_whoever_is_taken_out_of_an_org_is_signed_out_of_it_and_of_no_other(
    here: World,
) -> None:
    admin = await administrator(here)
    org = await here.org("north")
    await here.account("mira")
    await here.join("mira", org.id)
    there, at_home = await here.token("mira", org_id=org.id), await here.token("mira", org_id=0)
    assert (await here.whoami(bearer=there)).status_code == 200

    await admin.do("orgs/north/update", user_identifiers=["mira"], operation="REMOVE")

    assert refusal(await here.whoami(bearer=there)) == UNAUTHORIZED
    assert (await here.whoami(bearer=at_home)).status_code == 200


async def test_replacing_the_members_of_primary_keeps_the_systems_own(here: World) -> None:
    admin = await administrator(here)
    for name in ("mira", "sven"):
        await here.account(name)

    await admin.do("orgs/0/update", user_identifiers=["mira", ADMIN], operation="REPLACE")

    assert await admin.names("orgs/search", user_identifiers=["sven"]) == []
    for name in ("mira", ADMIN, "system", "su"):
        assert await admin.names("orgs/search", user_identifiers=[name]) == ["Primary"]


@pytest.mark.parametrize("name", [ADMIN, "system"])
async def test_nobody_takes_himself_or_the_systems_own_out_of_primary(
    here: World, name: str
) -> None:
    admin = await administrator(here)

    assert (
        await admin.refused("orgs/Primary/update", user_identifiers=[name], operation="REMOVE")
        == FORBIDDEN
    )


async def test_an_update_that_fails_in_part_changes_nothing(here: World) -> None:
    admin = await administrator(here)
    await here.org("north")
    await here.account("mira")

    refused = await admin.refused(
        "orgs/north/update", name="arctic", user_identifiers=["mira", "nobody"]
    )

    assert refused == UNKNOWN_OBJECT
    assert await admin.names("orgs/search", user_identifiers=["mira"]) == ["Primary"]
    assert await admin.names("orgs/search", org_identifier="arctic") == []


async def test_who_joins_an_org_is_put_in_its_groups_for_newcomers(here: World) -> None:
    admin = await administrator(here)
    org = await here.org("north")
    for name in ("guests", "crew"):
        await here.group(name, "DATADOWNLOADING", org=org.id)
    await here.account("mira")
    await here.account("sven")

    await admin.do("orgs/north/update", group_identifiers=["guests", "crew"])
    await admin.do("orgs/north/update", group_identifiers=["crew"], operation="REMOVE")
    await admin.do("orgs/north/update", user_identifiers=["mira"])
    await admin.do("orgs/north/update", group_identifiers=[], operation="REPLACE")
    await admin.do("orgs/north/update", user_identifiers=["sven"])

    groups = {}
    for name in ("mira", "sven"):
        who = (await here.whoami(bearer=await here.token(name, org_id=org.id))).json()
        groups[name] = [group["name"] for group in who["user_groups"]]
    assert groups == {"mira": ["All", "guests"], "sven": ["All"]}


async def test_nobody_administers_by_joining_an_org(here: World) -> None:
    admin = await administrator(here)
    org = await here.org("north")
    await here.account("mira")
    await admin.do("orgs/north/update", group_identifiers=["Administrator"])

    await admin.do("orgs/north/update", user_identifiers=["mira"])

    who = (await here.whoami(bearer=await here.token("mira", org_id=org.id))).json()
    assert who["privileges"] == ["AUTHORING"]


async def test_groups_of_another_org_are_unknown(here: World) -> None:
    admin = await administrator(here)
    await here.org("north")
    await here.group("guests")

    assert await admin.refused("orgs/north/update", group_identifiers=["guests"]) == UNKNOWN_OBJECT


async def test_a_deleted_org_takes_along_what_is_only_in_it(here: World) -> None:
    admin = await administrator(here)
    org = await here.org("north")
    await here.account("only", org=org.id)
    await here.account("also")
    await here.join("also", org.id)
    mine = await here.token("only", org_id=org.id)
    there, at_home = await here.token("also", org_id=org.id), await here.token("also", org_id=0)
    for token in (mine, there, at_home):
        assert (await here.whoami(bearer=token)).status_code == 200

    await admin.do("orgs/north/delete")

    assert refusal(await here.whoami(bearer=mine)) == UNAUTHORIZED
    assert refusal(await here.whoami(bearer=there)) == UNAUTHORIZED
    assert (await here.whoami(bearer=at_home)).json()["orgs"] == [{"id": 0, "name": "Primary"}]
    assert await admin.find("orgs/search", org_identifier="north") == []
    assert await admin.refused("orgs/0/update", user_identifiers=["only"]) == UNKNOWN_OBJECT
    assert (await here.core.accounts.find(here.by, "also")).name == "also"


async def test_the_name_of_a_deleted_org_is_free_again(here: World) -> None:
    admin = await administrator(here)
    old = await here.org("north")
    await admin.do(f"orgs/{old.id}/delete")

    made = await admin.make("orgs/create", name="north")

    assert made["id"] != old.id


@pytest.mark.parametrize("path", ["orgs/0/delete", "orgs/primary/delete"])
async def test_primary_cannot_be_deleted(here: World, path: str) -> None:
    admin = await administrator(here)

    assert await admin.refused(path) == FORBIDDEN


async def test_primary_keeps_its_name(here: World) -> None:
    admin = await administrator(here)

    assert await admin.refused("orgs/0/update", name="first") == FORBIDDEN
    await admin.do("orgs/0/update", name="Primary", description="the first one")

    found = await admin.find("orgs/search", org_identifier=0)
    assert [(org["name"], org["description"]) for org in found] == [("Primary", "the first one")]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("orgs/create", {}),
        ("orgs/create", {"name": None}),
        ("orgs/create", {"name": ""}),
        ("orgs/create", {"name": "  "}),
        ("orgs/create", {"name": ["north"]}),
        ("orgs/create", {"name": "no blanks"}),
        ("orgs/create", {"name": "nørth"}),
        ("orgs/create", {"name": "n" * 49}),
        ("orgs/create", {"name": "fine", "description": "d" * 125}),
        ("orgs/create", {"name": "fine", "description": ["d"]}),
        ("orgs/create", {"name": "TAKEN"}),
        ("orgs/north/update", {"name": "taken"}),
        ("orgs/north/update", {"name": "no blanks"}),
        ("orgs/north/update", {"name": {}}),
        ("orgs/north/update", {"description": "d" * 125}),
        ("orgs/north/update", {"operation": "APPEND"}),
        ("orgs/north/update", {"user_identifiers": "mira"}),
        ("orgs/north/update", {"user_identifiers": [["mira"]]}),
        ("orgs/north/update", {"user_identifiers": ["x"] * 1001}),
        ("orgs/search", {"status": "INACTIVE"}),
        ("orgs/search", {"visibility": "SHOWN"}),
        ("orgs/search", {"org_identifier": ["north"]}),
        ("orgs/search", {"user_identifiers": "mira"}),
    ],
    ids=str,
)
async def test_what_will_not_do_is_a_bad_request(
    here: World, path: str, body: dict[str, Any]
) -> None:
    admin = await administrator(here)
    await here.org("taken")
    await here.org("north")

    assert await admin.refused(path, **body) == BAD


@pytest.mark.parametrize("path", ["orgs/nowhere/update", "orgs/12345/delete", "orgs/-1/delete"])
async def test_an_unknown_org_is_an_unknown_object(here: World, path: str) -> None:
    admin = await administrator(here)

    assert await admin.refused(path, name="arctic") == UNKNOWN_OBJECT


@pytest.mark.parametrize("path", ALL)
async def test_orgs_are_managed_from_primary_alone(here: World, path: str) -> None:
    org = await here.org("north")
    of_org = await org_administrator(here, org.id)
    elsewhere = await administrator(here, org.id)

    assert await of_org.refused(path, name="mine") == FORBIDDEN
    assert await elsewhere.refused(path, name="mine") == FORBIDDEN


@adjusted(rbac_enabled=False)
@pytest.mark.parametrize("path", ALL)
async def test_who_does_not_administer_manages_no_orgs(here: World, path: str) -> None:
    await here.org("north")
    await here.account("mira")
    mira = await somebody(here)
    finer = await holder(here, "finn", "ORG_ADMINISTRATION")

    assert await mira.refused(path, name="mine") == FORBIDDEN
    assert await finer.refused(path, name="mine") == FORBIDDEN
    assert refusal(await here.post(path, {"name": "mine"})) == UNAUTHORIZED


@adjusted(rbac_enabled=True)
async def test_with_roles_on_the_finer_privilege_is_enough(here: World) -> None:
    finer = await holder(here, "finn", "ORG_ADMINISTRATION")
    await here.account("mira")

    await finer.make("orgs/create", name="north")
    await finer.do("orgs/north/update", name="arctic", user_identifiers=["mira"])
    assert await finer.names("orgs/search", user_identifiers=["mira"]) == ["Primary", "arctic"]
    await finer.do("orgs/arctic/delete")


@adjusted(rbac_enabled=True)
async def test_the_finer_privilege_takes_no_administrator_out_of_an_org(here: World) -> None:
    finer = await holder(here, "finn", "ORG_ADMINISTRATION")
    await here.account("chief")
    await here.put_in("Administrator", "chief")

    assert (
        await finer.refused("orgs/0/update", user_identifiers=["chief"], operation="REMOVE")
        == FORBIDDEN
    )


@adjusted(orgs_enabled=False)
@pytest.mark.parametrize("path", ALL)
async def test_with_orgs_off_all_four_are_forbidden(here: World, path: str) -> None:
    admin = await administrator(here)

    assert await admin.refused(path, name="north") == FORBIDDEN


async def test_a_token_for_one_object_manages_no_orgs(here: World) -> None:
    await here.account("chief")
    await here.put_in("Administrator", "chief")
    narrow = await here.token("chief", object_id="a-liveboard")

    reply = await here.post("orgs/search", headers={"Authorization": f"Bearer {narrow}"})

    assert refusal(reply) == FORBIDDEN


async def test_every_change_of_an_org_is_in_the_audit_log(here: World) -> None:
    admin = await administrator(here)
    here.clock.advance(seconds=1)
    org = await admin.make("orgs/create", name="north")
    here.clock.advance(seconds=1)
    await admin.do("orgs/north/update", name="arctic")
    here.clock.advance(seconds=1)
    await admin.do("orgs/arctic/delete")

    events = await here.core.means.store.read(lambda tx: tx.audit.latest(3))

    assert [(event.act, event.org_id) for event in events] == [
        ("org.remove", org["id"]),
        ("org.update", org["id"]),
        ("org.create", org["id"]),
    ]
