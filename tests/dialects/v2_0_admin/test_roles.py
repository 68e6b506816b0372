"""REST v2.0, roles: search, create, update, delete, and groups that have them."""

from typing import Any

import pytest

from gatepass.core.privileges import PRIVILEGES
from gatepass.core.role_words import CARRIED
from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, UNKNOWN_OBJECT, adjusted
from tests.dialects.v2_0_admin.administering import (
    Caller,
    administrator,
    holder,
    org_administrator,
    somebody,
)
from tests.world import NOON, World, refusal

TSADMIN = "59481331-ee53-42be-a548-bd87be6ddd4a"
MILLIS = int(NOON.timestamp() * 1000)
CALLS = ("roles/search", "roles/create", "roles/keepers/update", "roles/keepers/delete")


async def made(admin: Caller, name: str = "keepers", *words: str, **more: Any) -> dict[str, Any]:
    return await admin.make("roles/create", name=name, privileges=list(words), **more)


async def privileges(caller: Caller) -> set[str]:
    reply = await caller.here.whoami(bearer=caller.token)
    return set(reply.json()["privileges"])


async def test_a_new_role_is_answered_with_every_field(here: World) -> None:
    admin = await administrator(here)

    role = await admin.make(
        "roles/create",
        name="Keepers",
        description="Who keeps users",
        privileges=["USER_ADMINISTRATION", "DEVELOPER"],
    )

    assert role == {
        "id": role["id"],
        "name": "Keepers",
        "description": "Who keeps users",
        "groups_assigned_count": 0,
        "orgs": [{"id": "0", "name": "Primary"}],
        "groups": [],
        "privileges": ["DEVELOPER", "USER_ADMINISTRATION"],
        "permission": "MODIFY",
        "author_id": TSADMIN,
        "modifier_id": TSADMIN,
        "creation_time_in_millis": MILLIS,
        "modification_time_in_millis": MILLIS,
        "deleted": False,
        "deprecated": False,
        "external": False,
        "hidden": False,
        "shared_via_connection": False,
    }
    assert await admin.find("roles/search") == [role]


async def test_a_role_without_description_or_privileges_has_neither_as_null(here: World) -> None:
    admin = await administrator(here)

    role = await admin.make("roles/create", name="bare", description=None)

    assert (role["description"], role["privileges"]) == ("", [])


async def test_an_update_changes_what_is_named_and_answers_the_role(here: World) -> None:
    admin = await administrator(here)
    await made(admin, "keepers", "DEVELOPER", description="old")
    here.clock.advance(seconds=1)

    renamed = await admin.make("roles/KEEPERS/update", name="Minders")

    assert (renamed["name"], renamed["description"]) == ("Minders", "old")
    assert renamed["privileges"] == ["DEVELOPER"]
    assert renamed["modification_time_in_millis"] == MILLIS + 1000
    emptied = await admin.make(f"roles/{renamed['id']}/update", name="Minders", privileges=[])
    assert emptied["privileges"] == []
    assert await admin.find("roles/search") == [emptied]


async def test_what_a_role_carries_is_had_by_all_in_and_below_its_groups(here: World) -> None:
    admin = await administrator(here)
    await here.account("mira")
    outer = await admin.make("groups/create", name="outer", display_name="outer")
    await admin.make("groups/create", name="inner", display_name="inner", user_identifiers=["mira"])
    await admin.do("groups/outer/update", sub_group_identifiers=["inner"], operation="ADD")
    mira = await somebody(here)
    before = await privileges(mira)
    role = await made(admin, "keepers", "DATADOWNLOADING")

    await admin.do("groups/outer/update", role_identifiers=["Keepers"], operation="ADD")

    assert await privileges(mira) == before | {"DATADOWNLOADING"}
    (group,) = await admin.find("groups/search", role_identifiers=[role["id"]])
    assert group["roles"] == [{"id": role["id"], "name": "keepers"}]
    assert group["privileges"] == []
    (found,) = await admin.find("roles/search", group_identifiers=["outer"])
    assert found["groups"] == [{"id": outer["id"], "name": "outer"}]
    assert found["groups_assigned_count"] == 1
    assert await admin.names("users/search", role_identifiers=["keepers"]) == ["mira"]
    assert await admin.names("users/search", privileges=["DATADOWNLOADING"]) == ["mira"]

    await admin.do("groups/outer/update", role_identifiers=["keepers"], operation="REMOVE")
    assert await privileges(mira) == before
    assert await admin.names("users/search", role_identifiers=["keepers"]) == []


async def test_a_group_may_be_made_with_roles_and_loses_what_is_not_named(here: World) -> None:
    admin = await administrator(here)
    for name in ("one", "two"):
        await made(admin, name, "DEVELOPER")

    group = await admin.make(
        "groups/create", name="crew", display_name="crew", role_identifiers=["one", "two"]
    )
    assert [one["name"] for one in group["roles"]] == ["one", "two"]

    await admin.do("groups/crew/update", role_identifiers=["two"])
    (group,) = await admin.find("groups/search", group_identifier="crew")
    assert [one["name"] for one in group["roles"]] == ["two"]


async def test_a_deleted_role_is_gone_from_its_groups(here: World) -> None:
    admin = await administrator(here)
    await made(admin, "keepers", "DATADOWNLOADING")
    await here.account("mira")
    await admin.make(
        "groups/create",
        name="crew",
        display_name="crew",
        role_identifiers=["keepers"],
        user_identifiers=["mira"],
    )
    mira = await somebody(here)
    assert "DATADOWNLOADING" in await privileges(mira)

    await admin.do("roles/keepers/delete")

    assert "DATADOWNLOADING" not in await privileges(mira)
    (group,) = await admin.find("groups/search", group_identifier="crew")
    assert group["roles"] == []
    assert await admin.refused("roles/keepers/delete") == UNKNOWN_OBJECT


async def test_a_read_only_role_is_neither_changed_nor_deleted_but_given(here: World) -> None:
    admin = await administrator(here)
    role = await made(admin, "fixed", "DEVELOPER", read_only=True)

    assert role["permission"] == "READ_ONLY"
    assert await admin.refused("roles/fixed/update", name="loose") == FORBIDDEN
    assert await admin.refused("roles/fixed/delete") == FORBIDDEN
    await admin.make("groups/create", name="crew", display_name="crew", role_identifiers=["fixed"])
    assert await admin.names("roles/search", role_identifiers=["FIXED"]) == ["fixed"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["grey", "White"]),
        ({"role_identifiers": []}, ["grey", "White"]),
        ({"role_identifiers": ["WHITE"]}, ["White"]),
        ({"role_identifiers": ["nobody"]}, []),
        ({"privileges": ["DEVELOPER", "BYPASSRLS"]}, ["White"]),
        ({"privileges": ["CAN_MODIDY_FOLDERS"]}, ["grey"]),
        ({"privileges": ["CAN_MODIFY_FOLDERS"]}, ["grey"]),
        ({"group_identifiers": ["crew"]}, ["grey"]),
        ({"group_identifiers": ["crew"], "privileges": ["DEVELOPER"]}, []),
        ({"org_identifiers": ["north"]}, ["northern"]),
        ({"org_identifiers": ["-1"]}, ["grey", "northern", "White"]),
        ({"org_identifiers": ["nowhere"]}, []),
        ({"deprecated": True, "external": True, "permissions": ["NO_ACCESS"]}, ["grey", "White"]),
    ],
)
async def test_search_finds_what_fits(here: World, asked: dict[str, Any], found: list[str]) -> None:
    admin = await administrator(here)
    north = await here.org("north")
    await made(admin, "White", "DEVELOPER")
    await made(admin, "grey", "CAN_MODIFY_FOLDERS")
    await made(await org_administrator(here, north.id), "northern")
    await admin.make("groups/create", name="crew", display_name="crew", role_identifiers=["grey"])

    assert await admin.names("roles/search", **asked) == found


async def test_search_alone_spells_one_privilege_as_the_vendor_does(here: World) -> None:
    admin = await administrator(here)
    role = await made(admin, "keepers", "CAN_MODIFY_FOLDERS")

    assert role["privileges"] == ["CAN_MODIFY_FOLDERS"]
    (found,) = await admin.find("roles/search")
    assert found["privileges"] == ["CAN_MODIDY_FOLDERS"]


@pytest.mark.parametrize("word", [*sorted(PRIVILEGES - CARRIED), "NONSENSE", "CAN_MODIDY"])
async def test_a_word_that_no_role_carries_is_refused(here: World, word: str) -> None:
    admin = await administrator(here)

    assert await admin.refused("roles/create", name="x", privileges=[word]) == BAD
    assert await admin.find("roles/search") == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": None},
        {"name": ""},
        {"name": ["x"]},
        {"name": "x", "privileges": "DEVELOPER"},
        {"name": "x", "description": "d" * 4097},
        {"name": "x\u202ey"},
        {"name": "KEEPERS"},
        {"name": "kee\u200bpers"},
        {"name": "keeper\u0455"},
    ],
    ids=str,
)
async def test_a_bad_role_is_refused_and_nothing_is_made(here: World, body: dict[str, Any]) -> None:
    """A name that can be mistaken for another role's is refused too (checklist 56)."""
    admin = await administrator(here)
    await made(admin)
    await made(admin, "other")

    assert refusal(await here.post("roles/create", body, headers=_bearer(admin))) == BAD
    assert refusal(await here.post("roles/other/update", body, headers=_bearer(admin))) == BAD
    assert await admin.names("roles/search") == ["keepers", "other"]


def _bearer(caller: Caller) -> dict[str, str]:
    return {"Authorization": f"Bearer {caller.token}"}


@pytest.mark.parametrize("path", CALLS)
async def test_nobody_manages_roles_without_being_let_in_and_allowed(
    here: World, path: str
) -> None:
    admin = await administrator(here)
    await made(admin)
    await here.account("mira")
    mira = await somebody(here)

    assert refusal(await here.post(path, {"name": "x"})) == UNAUTHORIZED
    assert await mira.refused(path, name="x") == FORBIDDEN
    assert await admin.names("roles/search") == ["keepers"]


@adjusted(rbac_enabled=False)
async def test_without_rbac_there_are_no_roles(here: World) -> None:
    admin = await administrator(here)

    for path in CALLS:
        assert await admin.refused(path, name="x") == FORBIDDEN
    refused = await admin.refused(
        "groups/create", name="crew", display_name="crew", role_identifiers=["keepers"]
    )
    assert refused == FORBIDDEN


async def test_an_object_token_sees_no_roles(here: World) -> None:
    """Lists are beyond a token for one object (checklist 29)."""
    await made(await administrator(here))
    token = await here.token("tsadmin", password="Zx-correct-horse-9", object_id="lb-1")

    for path in CALLS:
        assert await Caller(here, token).refused(path, name="x") == FORBIDDEN


async def test_nobody_hands_out_by_a_role_what_he_lacks(here: World) -> None:
    admin = await administrator(here)
    await made(admin, "strong", "USER_ADMINISTRATION")
    await made(admin, "weak", "DATADOWNLOADING")
    keeper = await holder(here, "keeper", "ROLE_ADMINISTRATION", "GROUP_ADMINISTRATION")

    await keeper.make("roles/create", name="plain", privileges=["DATADOWNLOADING"])
    words = ["USER_ADMINISTRATION"]
    assert await keeper.refused("roles/create", name="x", privileges=words) == FORBIDDEN
    assert await keeper.refused("roles/weak/update", name="weak", privileges=words) == FORBIDDEN
    assert await keeper.refused("roles/strong/update", name="mine") == FORBIDDEN
    assert await keeper.refused("roles/strong/delete") == FORBIDDEN
    crew = {"name": "crew", "display_name": "crew", "role_identifiers": ["strong"]}
    assert await keeper.refused("groups/create", **crew) == FORBIDDEN
    assert await keeper.refused("groups/of keeper/update", role_identifiers=["strong"]) == FORBIDDEN
    await keeper.make("groups/create", **{**crew, "role_identifiers": ["weak"]})


async def test_whoever_administers_by_a_role_is_above_others(here: World) -> None:
    """An account is as strong as its roles: a lesser administrator does not change it."""
    admin = await administrator(here)
    await made(admin, "strong", "GROUP_ADMINISTRATION")
    await here.account("mira")
    await admin.make(
        "groups/create",
        name="crew",
        display_name="crew",
        role_identifiers=["strong"],
        user_identifiers=["mira"],
    )
    keeper = await holder(here, "keeper", "USER_ADMINISTRATION")

    assert await keeper.refused("users/mira/update", display_name="Mine") == FORBIDDEN
    assert await keeper.refused("users/mira/delete") == FORBIDDEN
    assert await keeper.refused("users/keeper/update", group_identifiers=["crew"]) == FORBIDDEN


async def test_the_finer_privilege_comes_by_a_role_too(here: World) -> None:
    admin = await administrator(here)
    await made(admin, "keepers", "ROLE_ADMINISTRATION")
    await here.account("mira")
    await admin.make(
        "groups/create",
        name="crew",
        display_name="crew",
        role_identifiers=["keepers"],
        user_identifiers=["mira"],
    )

    assert await (await somebody(here)).names("roles/search") == ["keepers"]


async def test_a_group_that_administers_by_a_role_lifts_nobody_just_in_time(here: World) -> None:
    """By a role, or by a parent's role: such a group is refused whole (checklist 55)."""
    admin = await administrator(here)
    await made(admin, "strong", "USER_ADMINISTRATION")
    await admin.make("groups/create", name="inner", display_name="inner")
    await admin.make(
        "groups/create",
        name="outer",
        display_name="outer",
        role_identifiers=["strong"],
        sub_group_identifiers=["inner"],
    )
    key = await here.secret()

    for group in ("outer", "inner"):
        body = {
            "username": "newcomer",
            "secret_key": key,
            "auto_create": True,
            "group_identifiers": [group],
        }
        assert refusal(await here.post("auth/token/full", body)) == FORBIDDEN
    assert await admin.names("users/search", user_identifier="newcomer") == []


async def test_roles_of_another_org_are_unknown(here: World) -> None:
    admin = await administrator(here)
    north = await here.org("north")
    nora = await org_administrator(here, north.id)
    home = await made(admin, "keepers", "DEVELOPER")
    own = await made(nora, "keepers", "DATADOWNLOADING")

    assert await nora.find("roles/search", org_identifiers=["-1", "Primary", "north"]) == [own]
    for path in (f"roles/{home['id']}/update", f"roles/{home['id']}/delete"):
        assert await nora.refused(path, name="mine") == UNKNOWN_OBJECT
    crew = {"name": "crew", "display_name": "crew", "role_identifiers": [home["id"]]}
    assert await nora.refused("groups/create", **crew) == UNKNOWN_OBJECT
    await nora.do("roles/keepers/delete")
    assert await admin.find("roles/search") == [home]


async def test_a_deleted_org_takes_its_roles_along(here: World) -> None:
    admin = await administrator(here)
    north = await here.org("north")
    await made(await org_administrator(here, north.id), "keepers", "DEVELOPER")

    await admin.do("orgs/north/delete")

    assert await admin.find("roles/search", org_identifiers=["-1"]) == []


async def test_every_act_on_a_role_is_an_event_that_names_it(here: World) -> None:
    admin = await administrator(here)
    role = await made(admin, "keepers", "DEVELOPER")
    await admin.make("roles/keepers/update", name="keepers", privileges=["BYPASSRLS"])
    await admin.do("roles/keepers/delete")

    found = await here.core.auditing.search(here.by, most=10, act="role")
    events = [kept.event for kept in found.events if kept.event.data.get("role") == role["id"]]
    assert [event.act for event in events] == ["role.remove", "role.update", "role.create"]
    assert [event.data["privileges"] for event in events] == [None, ["BYPASSRLS"], ["DEVELOPER"]]
    assert {event.by_account for event in events} == {TSADMIN}
