"""REST v2.0, groups: search, create, update, delete."""

from typing import Any

import pytest

from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, UNKNOWN_OBJECT, adjusted
from tests.dialects.v2_0_admin.administering import (
    administrator,
    holder,
    org_administrator,
    somebody,
)
from tests.world import ADMIN, NOON, World, refusal

TSADMIN = "59481331-ee53-42be-a548-bd87be6ddd4a"
MILLIS = int(NOON.timestamp() * 1000)
CHANGES = ("groups/create", "groups/crew/update", "groups/crew/delete")


async def test_a_new_group_is_answered_with_every_field(here: World) -> None:
    admin = await administrator(here)
    mira = await here.account("mira")
    inner = await here.group("inner")
    here.clock.advance(seconds=1)

    made = await admin.make(
        "groups/create",
        name="Crew",
        display_name="The crew",
        description="Who sails",
        default_liveboard_identifiers=["lb-2", "lb-1"],
        privileges=["DATADOWNLOADING", "SHAREWITHALL"],
        sub_group_identifiers=["INNER"],
        type="TEAM_GROUP",
        user_identifiers=["mira"],
        visibility="NON_SHARABLE",
        role_identifiers=[],
    )

    assert made == {
        "author_id": TSADMIN,
        "complete_detail": True,
        "content": {},
        "creation_time_in_millis": MILLIS + 1000,
        "default_liveboards": [{"id": "lb-2", "name": "lb-2"}, {"id": "lb-1", "name": "lb-1"}],
        "deleted": False,
        "deprecated": False,
        "description": "Who sails",
        "display_name": "The crew",
        "external": False,
        "generation_number": 1,
        "hidden": False,
        "id": made["id"],
        "index": 0,
        "index_version": 1,
        "metadata_version": 1,
        "modification_time_in_millis": MILLIS + 1000,
        "modifier_id": TSADMIN,
        "name": "Crew",
        "orgs": [{"id": "0", "name": "Primary"}],
        "owner_id": made["id"],
        "parent_type": "GROUP",
        "privileges": ["DATADOWNLOADING", "SHAREWITHALL"],
        "sub_groups": [{"id": inner.id, "name": "inner"}],
        "system_group": False,
        "tags": [],
        "type": "TEAM_GROUP",
        "users": [{"id": mira.id, "name": "mira"}],
        "visibility": "NON_SHARABLE",
        "roles": [],
    }
    assert await admin.find("groups/search", group_identifier="crew") == [made]


async def test_what_a_new_group_does_not_say_has_a_default(here: World) -> None:
    admin = await administrator(here)

    made = await admin.make("groups/create", name="crew", display_name="Crew")

    told = {
        name: made[name]
        for name in (
            "description",
            "default_liveboards",
            "privileges",
            "sub_groups",
            "type",
            "users",
            "visibility",
        )
    }
    assert told == {
        "description": "",
        "default_liveboards": [],
        "privileges": [],
        "sub_groups": [],
        "type": "LOCAL_GROUP",
        "users": [],
        "visibility": "SHARABLE",
    }


async def test_a_group_is_found_by_id_before_it_is_found_by_name(here: World) -> None:
    admin = await administrator(here)
    first = await admin.make("groups/create", name="first", display_name="first")
    await admin.make("groups/create", name=first["id"].upper(), display_name="second")

    assert await admin.names("groups/search", group_identifier=first["id"].upper()) == ["first"]


SEARCHES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["Administrator", "All", "crew", "deck", "Kitchen"]),
    ({"record_size": 2}, ["Administrator", "All"]),
    ({"record_size": 2, "record_offset": 3}, ["deck", "Kitchen"]),
    ({"record_size": "-1", "record_offset": "4"}, ["Kitchen"]),
    ({"record_size": 0}, []),
    ({"record_offset": 100}, []),
    ({"sort_options": {"order": "DESC"}, "record_size": 1}, ["Kitchen"]),
    (
        {"sort_options": {"field_name": "DISPLAY_NAME"}, "name_pattern": "e"},
        ["deck", "Kitchen", "crew"],
    ),
    ({"sort_options": {"field_name": "CREATED", "order": "DESC"}, "record_size": 1}, ["Kitchen"]),
    ({"sort_options": {"field_name": "MODIFIED", "order": "DESC"}, "record_size": 1}, ["Kitchen"]),
    ({"sort_options": {"field_name": "AUTHOR"}, "record_size": 1}, ["Administrator"]),
    ({"name_pattern": "KI%"}, ["Kitchen"]),
    ({"name_pattern": "%W"}, ["crew"]),
    ({"name_pattern": "it"}, ["Kitchen"]),
    ({"name_pattern": "c%w"}, ["crew"]),
    ({"name_pattern": "%"}, ["Administrator", "All", "crew", "deck", "Kitchen"]),
    ({"name_pattern": "cr_w"}, []),
    ({"name_pattern": "r\\"}, []),
    ({"display_name": "THE CREW"}, ["crew"]),
    ({"display_name": "crew"}, []),
    ({"description": "Who sails"}, ["crew"]),
    ({"visibility": "NON_SHARABLE"}, ["Kitchen"]),
    ({"type": "TEAM_GROUP"}, ["crew"]),
    ({"privileges": ["DATADOWNLOADING", "DEVELOPER"]}, ["crew"]),
    ({"privileges": ["DEVELOPER"]}, []),
    ({"sub_group_identifiers": ["deck", "nothing"]}, ["crew"]),
    ({"sub_group_identifiers": ["nothing"]}, []),
    ({"user_identifiers": ["mira"]}, ["All", "deck"]),
    ({"user_identifiers": ["mira"], "name_pattern": "k"}, ["deck"]),
    ({"user_identifiers": ["nobody"]}, []),
    ({"default_liveboard_identifiers": ["lb-1", "lb-9"]}, ["crew"]),
    ({"role_identifiers": ["nothing"]}, []),
    ({"group_identifier": "nothing"}, []),
    ({"org_identifiers": [0]}, ["Administrator", "All", "crew", "deck", "Kitchen"]),
    ({"org_identifiers": ["north"], "name_pattern": "north"}, ["north's own"]),
    ({"org_identifiers": ["north", "0"], "name_pattern": "n%"}, ["north's own"]),
    ({"org_identifiers": [-1], "group_identifier": "all"}, ["All", "All"]),
    ({"org_identifiers": ["nowhere"]}, []),
]


@pytest.mark.parametrize(("body", "found"), SEARCHES, ids=str)
async def test_filters_narrow_each_other(
    here: World, body: dict[str, Any], found: list[str]
) -> None:
    admin = await administrator(here)
    org = await here.org("north")
    await here.group("north's own", org=org.id)
    await here.account("mira")
    await here.group("deck")
    await here.put_in("deck", "mira")
    await admin.make(
        "groups/create",
        name="crew",
        display_name="The Crew",
        description="Who sails",
        type="TEAM_GROUP",
        privileges=["DATADOWNLOADING"],
        sub_group_identifiers=["deck"],
        default_liveboard_identifiers=["lb-1"],
    )
    here.clock.advance(seconds=1)
    await admin.make(
        "groups/create", name="Kitchen", display_name="Kitchen", visibility="NON_SHARABLE"
    )

    assert await admin.names("groups/search", **body) == found


async def test_members_and_nested_groups_are_left_out_on_request(here: World) -> None:
    admin = await administrator(here)

    (short,) = await admin.find(
        "groups/search", group_identifier="All", include_users=False, include_sub_groups="false"
    )
    (long,) = await admin.find("groups/search", group_identifier="All")

    assert (short["users"], short["sub_groups"]) == (None, None)
    assert [user["name"] for user in long["users"]] == ["su", "system", ADMIN]
    assert long["sub_groups"] == []


FACTS: list[tuple[str, Any, Any]] = [
    ("display_name", "Other", "Other"),
    ("description", "Other", "Other"),
    ("type", "LDAP_GROUP", "LDAP_GROUP"),
    ("visibility", "NON_SHARABLE", "NON_SHARABLE"),
    ("privileges", ["DEVELOPER"], ["DEVELOPER"]),
    ("name", "CREW", "CREW"),
]


@pytest.mark.parametrize(("field", "value", "shown"), FACTS)
async def test_an_update_changes_only_what_it_names(
    here: World, field: str, value: Any, shown: Any
) -> None:
    admin = await administrator(here)
    made = await admin.make(
        "groups/create", name="crew", display_name="Crew", privileges=["SHAREWITHALL"]
    )
    here.clock.advance(seconds=1)

    await admin.do("groups/crew/update", **{field: value})

    (found,) = await admin.find("groups/search", group_identifier=made["id"])
    assert found == {**made, field: shown, "modification_time_in_millis": MILLIS + 1000}


LISTS: list[tuple[str, str, list[str]]] = [
    ("privileges", "privileges", ["DEVELOPER", "SHAREWITHALL", "USERDATAUPLOADING"]),
    ("user_identifiers", "users", ["mira", "sven", "tove"]),
    ("sub_group_identifiers", "sub_groups", ["deck", "engine", "galley"]),
    ("default_liveboard_identifiers", "default_liveboards", ["one", "three", "two"]),
]


@pytest.mark.parametrize(("field", "shown", "words"), LISTS)
async def test_the_operation_says_what_happens_to_a_list(
    here: World, field: str, shown: str, words: list[str]
) -> None:
    admin = await administrator(here)
    for name in ("mira", "sven", "tove"):
        await here.account(name)
    for name in ("deck", "engine", "galley"):
        await here.group(name)
    one, two, three = words

    async def now() -> list[str]:
        (found,) = await admin.find("groups/search", group_identifier="crew")
        return sorted(one if isinstance(one, str) else one["name"] for one in found[shown])

    await admin.make("groups/create", name="crew", display_name="Crew", **{field: [one]})
    await admin.do("groups/crew/update", operation="ADD", **{field: [one, two]})
    assert await now() == [one, two]
    await admin.do("groups/crew/update", operation="REMOVE", **{field: [one, three]})
    assert await now() == [two]
    await admin.do("groups/crew/update", operation="REPLACE", **{field: [one, three]})
    assert await now() == [one, three]
    await admin.do("groups/crew/update", **{field: [two]})
    assert await now() == [two]
    await admin.do("groups/crew/update", description="nothing of the list")
    assert await now() == [two]
    await admin.do("groups/crew/update", **{field: []})
    assert await now() == []


async def test_what_groups_grant_holds_at_once_for_all_that_are_in_them(here: World) -> None:
    admin = await administrator(here)
    await here.account("mira")
    await here.group("inner")
    await here.put_in("inner", "mira")
    mira = await here.token("mira")

    async def held() -> list[str]:
        privileges = (await here.whoami(bearer=mira)).json()["privileges"]
        assert isinstance(privileges, list)
        return [word for word in privileges if word != "AUTHORING"]

    assert await held() == []
    await admin.make(
        "groups/create",
        name="outer",
        display_name="outer",
        privileges=["DEVELOPER"],
        sub_group_identifiers=["inner"],
    )
    assert await held() == ["DEVELOPER"]
    await admin.do("groups/outer/update", privileges=["SHAREWITHALL"], operation="ADD")
    assert await held() == ["DEVELOPER", "SHAREWITHALL"]
    await admin.do("groups/inner/update", user_identifiers=[])
    assert await held() == []
    await admin.do("groups/inner/update", user_identifiers=["mira"])
    await admin.do("groups/outer/delete")
    assert await held() == []


async def test_deleting_a_group_leaves_its_members_and_the_groups_in_it(here: World) -> None:
    admin = await administrator(here)
    await here.account("mira")
    await here.group("inner")
    await admin.make(
        "groups/create",
        name="outer",
        display_name="outer",
        user_identifiers=["mira"],
        sub_group_identifiers=["inner"],
    )

    await admin.do("groups/OUTER/delete")

    assert await admin.names("groups/search") == ["Administrator", "All", "inner"]
    assert (await here.core.accounts.find(here.by, "mira")).name == "mira"


async def test_no_group_is_in_itself_at_any_depth(here: World) -> None:
    admin = await administrator(here)
    for name in ("a", "b", "c"):
        await admin.make("groups/create", name=name, display_name=name)
    await admin.do("groups/a/update", sub_group_identifiers=["b"])
    await admin.do("groups/b/update", sub_group_identifiers=["c"])

    assert await admin.refused("groups/a/update", sub_group_identifiers=["a"]) == BAD
    assert await admin.refused("groups/c/update", sub_group_identifiers=["a"]) == BAD
    await admin.do("groups/a/update", sub_group_identifiers=["b", "c"])


async def test_authoring_is_granted_by_all_and_by_no_other_group(here: World) -> None:
    admin = await administrator(here)

    made = await admin.make(
        "groups/create", name="crew", display_name="crew", privileges=["AUTHORING", "DEVELOPER"]
    )
    await admin.do("groups/All/update", privileges=["DATADOWNLOADING"])
    (everyone,) = await admin.find("groups/search", group_identifier="All")

    assert made["privileges"] == ["DEVELOPER"]
    assert everyone["privileges"] == ["AUTHORING", "DATADOWNLOADING"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("groups/All/delete", {}),
        ("groups/Administrator/delete", {}),
        ("groups/All/update", {"name": "Everybody"}),
        ("groups/Administrator/update", {"name": "admins"}),
        ("groups/Administrator/update", {"type": "LDAP_GROUP"}),
        ("groups/Administrator/update", {"privileges": []}),
        ("groups/Administrator/update", {"user_identifiers": ["chief"]}),
        ("groups/Administrator/update", {"user_identifiers": [ADMIN], "operation": "REMOVE"}),
    ],
    ids=str,
)
async def test_system_groups_stay_what_they_are(
    here: World, path: str, body: dict[str, Any]
) -> None:
    admin = await administrator(here)
    await here.account("chief")

    assert await admin.refused(path, **body) == FORBIDDEN


@pytest.mark.parametrize("operation", ["REPLACE", "REMOVE"])
async def test_nobody_is_taken_out_of_all(here: World, operation: str) -> None:
    admin = await administrator(here)
    await here.account("mira")

    refused = await admin.refused(
        "groups/All/update", user_identifiers=["mira"], operation=operation
    )

    assert refused == BAD
    await admin.do("groups/All/update", user_identifiers=["mira"], operation="ADD")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("groups/create", {}),
        ("groups/create", {"name": "new"}),
        ("groups/create", {"display_name": "new"}),
        ("groups/create", {"name": "", "display_name": "new"}),
        ("groups/create", {"name": None, "display_name": "new"}),
        ("groups/create", {"name": "new", "display_name": None}),
        ("groups/create", {"name": ["new"], "display_name": "new"}),
        ("groups/create", {"name": "new", "display_name": ["new"]}),
        ("groups/create", {"name": "CREW", "display_name": "new"}),
        ("groups/create", {"name": "all", "display_name": "new"}),
        ("groups/create", {"name": "n\u0000w", "display_name": "new"}),
        ("groups/create", {"name": "new", "display_name": "new", "type": "TEAM"}),
        ("groups/create", {"name": "new", "display_name": "new", "visibility": "SHOWN"}),
        ("groups/create", {"name": "new", "display_name": "new", "privileges": ["FLYING"]}),
        ("groups/create", {"name": "new", "display_name": "new", "privileges": "DEVELOPER"}),
        ("groups/create", {"name": "new", "display_name": "new", "description": "d" * 4097}),
        ("groups/crew/update", {"name": "deck"}),
        ("groups/crew/update", {"name": ["new"]}),
        ("groups/crew/update", {"display_name": "x" * 257}),
        ("groups/crew/update", {"privileges": ["FLYING"], "operation": "REMOVE"}),
        ("groups/crew/update", {"operation": "APPEND"}),
        ("groups/crew/update", {"user_identifiers": "mira"}),
        ("groups/search", {"record_size": -2}),
        ("groups/search", {"record_offset": -1}),
        ("groups/search", {"record_size": "many"}),
        ("groups/search", {"sort_options": {"field_name": "SIZE"}}),
        ("groups/search", {"sort_options": {"order": "UP"}}),
        ("groups/search", {"type": "TEAM"}),
        ("groups/search", {"name_pattern": ["%"]}),
    ],
    ids=str,
)
async def test_what_will_not_do_is_a_bad_request(
    here: World, path: str, body: dict[str, Any]
) -> None:
    admin = await administrator(here)
    for name in ("crew", "deck"):
        await here.group(name)

    assert await admin.refused(path, **body) == BAD
    assert await admin.names("groups/search") == ["Administrator", "All", "crew", "deck"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("groups/nothing/update", {"description": "x"}),
        ("groups/nothing/delete", {}),
        ("groups/crew/update", {"description": "x", "user_identifiers": ["nobody"]}),
        ("groups/crew/update", {"description": "x", "user_identifiers": ["nora"]}),
        ("groups/crew/update", {"description": "x", "sub_group_identifiers": ["nothing"]}),
        ("groups/crew/update", {"description": "x", "sub_group_identifiers": ["north's own"]}),
        ("groups/crew/update", {"description": "x", "role_identifiers": ["nothing"]}),
        ("groups/north's own/update", {"description": "x"}),
    ],
    ids=str,
)
async def test_what_is_not_in_the_org_is_an_unknown_object_and_nothing_changes(
    here: World, path: str, body: dict[str, Any]
) -> None:
    admin = await administrator(here)
    org = await here.org("north")
    await here.group("north's own", org=org.id)
    await here.account("nora", org=org.id)
    await here.group("crew")

    assert await admin.refused(path, **body) == UNKNOWN_OBJECT
    (found,) = await admin.find("groups/search", group_identifier="crew")
    assert found["description"] == ""


@adjusted(rbac_enabled=False)
@pytest.mark.parametrize("path", CHANGES)
async def test_who_does_not_administer_changes_no_groups(here: World, path: str) -> None:
    await here.group("crew")
    finer = await holder(here, "finn", "GROUP_ADMINISTRATION")
    body = {"name": "new", "display_name": "new"}

    assert await finer.refused(path, **body) == FORBIDDEN
    assert refusal(await here.post(path, body)) == UNAUTHORIZED


@adjusted(rbac_enabled=True)
async def test_with_roles_on_the_finer_privilege_is_enough_for_what_does_not_administer(
    here: World,
) -> None:
    finer = await holder(here, "finn", "GROUP_ADMINISTRATION")
    body = {"name": "new", "display_name": "new"}

    await finer.make("groups/create", **body, privileges=["DEVELOPER", "GROUP_ADMINISTRATION"])
    await finer.do("groups/new/update", privileges=["DEVELOPER"])
    for words in (["ADMINISTRATION"], ["DEVELOPER", "USER_ADMINISTRATION"], ["USERMANAGEMENT"]):
        assert await finer.refused("groups/new/update", privileges=words) == FORBIDDEN
    await finer.do("groups/new/delete")


@adjusted(rbac_enabled=True)
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("groups/Administrator/update", {"user_identifiers": ["finn"], "operation": "ADD"}),
        ("groups/Administrator/update", {"sub_group_identifiers": ["of finn"]}),
        ("groups/Administrator/update", {"description": "mine"}),
        ("groups/chiefs/update", {"user_identifiers": []}),
        ("groups/chiefs/update", {"privileges": []}),
        ("groups/chiefs/delete", {}),
        ("groups/under chiefs/update", {"user_identifiers": ["finn"]}),
        ("groups/under chiefs/update", {"sub_group_identifiers": ["of finn"]}),
        ("groups/under chiefs/delete", {}),
    ],
    ids=str,
)
async def test_nobody_changes_a_group_that_administers_more_than_he_does(
    here: World, path: str, body: dict[str, Any]
) -> None:
    finer = await holder(here, "finn", "GROUP_ADMINISTRATION")
    await here.group("chiefs", "USER_ADMINISTRATION")
    await here.group("under chiefs")
    admin = await administrator(here)
    await admin.do("groups/chiefs/update", sub_group_identifiers=["under chiefs"])

    assert await finer.refused(path, **body) == FORBIDDEN


async def test_an_administrator_of_one_org_sees_and_changes_its_groups_alone(here: World) -> None:
    org = await here.org("north")
    await here.group("crew")
    await here.group("north's own", org=org.id)
    nora = await org_administrator(here, org.id)

    assert await nora.names("groups/search") == ["Administrator", "All", "north's own"]
    for orgs in ([0], ["Primary"], [-1]):
        assert await nora.names("groups/search", org_identifiers=orgs) == []
    assert await nora.refused("groups/crew/update", description="x") == UNKNOWN_OBJECT
    assert await nora.refused("groups/crew/delete") == UNKNOWN_OBJECT
    made = await nora.make("groups/create", name="crew", display_name="crew")
    assert made["orgs"] == [{"id": str(org.id), "name": "north"}]
    await nora.do("groups/crew/delete")
    admin = await administrator(here)
    assert await admin.names("groups/search", group_identifier="crew") == ["crew"]


async def test_who_does_not_administer_finds_what_is_shown_and_what_he_is_in(here: World) -> None:
    admin = await administrator(here)
    await here.account("mira")
    mira = await somebody(here)
    for name in ("hidden", "mine"):
        await admin.make(
            "groups/create",
            name=name,
            display_name=name,
            visibility="NON_SHARABLE",
            privileges=["DEVELOPER"],
            default_liveboard_identifiers=["lb"],
        )
    await here.put_in("mine", "mira")

    assert await mira.names("groups/search") == ["Administrator", "All", "mine"]
    (found,) = await mira.find("groups/search", group_identifier="mine")
    assert (found["privileges"], found["users"], found["default_liveboards"]) == (None, None, None)
    for body in (
        {"privileges": ["DEVELOPER"]},
        {"user_identifiers": ["tsadmin"]},
        {"default_liveboard_identifiers": ["lb"]},
        {"role_identifiers": ["x"]},
    ):
        assert await mira.refused("groups/search", **body) == FORBIDDEN


async def test_a_token_for_one_object_sees_no_groups(here: World) -> None:
    await here.account("mira")
    narrow = await here.token("mira", object_id="a-liveboard")

    reply = await here.post("groups/search", headers={"Authorization": f"Bearer {narrow}"})

    assert refusal(reply) == FORBIDDEN


async def test_every_change_of_a_group_is_in_the_audit_log(here: World) -> None:
    admin = await administrator(here)
    for path, body in (
        ("groups/create", {"name": "crew", "display_name": "crew"}),
        ("groups/crew/update", {"privileges": ["DEVELOPER"]}),
        ("groups/crew/delete", {}),
    ):
        here.clock.advance(seconds=1)
        assert (await admin.ask(path, **body)).status_code < 300

    events = await here.core.means.store.read(lambda tx: tx.audit.latest(3))

    assert [event.act for event in events] == ["group.remove", "group.update", "group.create"]
    assert {event.by_account for event in events} == {TSADMIN}
    assert events[1].data["privileges"] == ["DEVELOPER"]
