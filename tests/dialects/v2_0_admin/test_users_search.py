"""REST v2.0, users/search: filters, pages, orders, and what who may see."""

from typing import Any

import pytest

from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, adjusted
from tests.dialects.v2_0_admin.administering import (
    Caller,
    administrator,
    holder,
    org_administrator,
    somebody,
)
from tests.world import ADMIN, World, refusal

SYSTEM = ["su", "system", ADMIN]
EVERYONE = ["Mira", "mirabel", "su", "sven", "system", ADMIN]

SEARCHES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, EVERYONE),
    ({"record_size": 2, "record_offset": 1}, ["mirabel", "su"]),
    ({"record_size": -1}, EVERYONE),
    ({"record_size": 0}, []),
    ({"record_offset": 99}, []),
    ({"user_identifier": "MIRA"}, ["Mira"]),
    ({"user_identifier": "nobody"}, []),
    ({"user_identifier": "nora"}, []),
    ({"user_identifier": "mira", "display_name": "Sven"}, []),
    ({"name_pattern": "MIR%"}, ["Mira", "mirabel"]),
    ({"name_pattern": "mira"}, ["Mira", "mirabel"]),
    ({"name_pattern": "%ra"}, ["Mira"]),
    ({"name_pattern": "m%b%l"}, ["mirabel"]),
    ({"name_pattern": "m_ra"}, []),
    ({"name_pattern": "%%", "visibility": "NON_SHARABLE"}, ["sven"]),
    ({"display_name": "mira K"}, ["Mira"]),
    ({"display_name": "mira"}, []),
    ({"email": "MIRA@example.com"}, ["Mira"]),
    ({"email": "mira@example"}, []),
    ({"visibility": "NON_SHARABLE"}, ["sven"]),
    ({"group_identifiers": ["crew", "nothing"]}, ["Mira"]),
    ({"group_identifiers": ["crew", "deck"]}, ["Mira", "mirabel"]),
    ({"group_identifiers": ["nothing"]}, []),
    ({"group_identifiers": []}, EVERYONE),
    ({"privileges": ["DEVELOPER"]}, ["Mira", "mirabel"]),
    ({"privileges": ["DATADOWNLOADING", "BYPASSRLS"]}, ["mirabel"]),
    ({"privileges": ["ADMINISTRATION"]}, [ADMIN]),
    ({"account_type": "SAML_USER"}, ["sven"]),
    ({"account_status": "SUSPENDED"}, ["sven"]),
    ({"account_status": "ACTIVE"}, ["Mira", "mirabel", *SYSTEM]),
    ({"notify_on_share": False}, ["Mira"]),
    ({"notify_on_share": "true", "name_pattern": "m%"}, ["mirabel"]),
    ({"show_onboarding_experience": False}, ["Mira"]),
    ({"onboarding_experience_completed": True}, ["Mira"]),
    ({"home_liveboard_identifier": "lb-1"}, ["Mira"]),
    ({"favorite_metadata": [{"identifier": "fav"}, {"identifier": "none"}]}, ["Mira"]),
    ({"favorite_metadata": [{"identifier": "none"}]}, []),
    ({"role_identifiers": ["any"]}, []),
    ({"org_identifiers": ["north"]}, ["nora", "sven"]),
    ({"org_identifiers": [0, "north"], "name_pattern": "n%"}, ["nora"]),
    ({"org_identifiers": [-1]}, ["nora", *EVERYONE]),
    ({"org_identifiers": ["nowhere"]}, []),
    ({"org_identifiers": ["north"], "home_liveboard_identifier": "lb-1"}, []),
    ({"org_identifiers": [0, "north"], "home_liveboard_identifier": "lb-1"}, ["Mira"]),
    ({"sort_options": {"field_name": "NAME", "order": "DESC"}}, EVERYONE[::-1]),
    ({"sort_options": {"field_name": "DISPLAY_NAME"}, "record_size": 1}, [ADMIN]),
    ({"sort_options": {"field_name": "CREATED", "order": "DESC"}, "record_size": 1}, ["sven"]),
    ({"sort_options": {"field_name": "MODIFIED", "order": "DESC"}, "record_size": 1}, ["sven"]),
    ({"sort_options": {"field_name": "AUTHOR", "order": "DESC"}, "record_size": 1}, ["Mira"]),
]


async def populate(here: World) -> Caller:
    """Fill a world with accounts that differ in everything that a search may ask."""
    admin = await administrator(here)
    org = await here.org("north")
    await here.account("nora", org=org.id)
    await here.group("crew", "DEVELOPER")
    await here.group("deck", "DATADOWNLOADING")
    await admin.do("groups/crew/update", sub_group_identifiers=["deck"])
    await admin.make(
        "users/create",
        name="Mira",
        display_name="Mira K",
        email="Mira@example.com",
        group_identifiers=["crew"],
        notify_on_share=False,
        show_onboarding_experience=False,
        onboarding_experience_completed=True,
        home_liveboard_identifier="lb-1",
        favorite_metadata=[{"identifier": "fav"}],
        extended_properties={"notify_on_share": True},
    )
    await here.account("mirabel", display_name="Bel")
    await here.put_in("deck", "mirabel")
    here.clock.advance(seconds=1)
    await admin.make(
        "users/create",
        name="sven",
        display_name="Sven",
        email="sven@example.com",
        visibility="NON_SHARABLE",
        account_type="SAML_USER",
        account_status="SUSPENDED",
        org_identifiers=["north", 0],
    )
    return admin


@pytest.mark.parametrize(("body", "found"), SEARCHES, ids=str)
async def test_filters_narrow_each_other(
    here: World, body: dict[str, Any], found: list[str]
) -> None:
    admin = await populate(here)

    names = await admin.names("users/search", **body)

    wanted = sorted(found, key=str.casefold) if "sort_options" not in body else found
    assert names == wanted


async def test_a_role_and_a_privilege_narrow_each_other_too(here: World) -> None:
    """Two walks over groups in one statement."""
    admin = await populate(here)
    for role, group in (("keepers", "crew"), ("loaders", "deck")):
        made = await admin.make("roles/create", name=role, privileges=["CAN_USE_SPOTTER"])
        await admin.do(f"groups/{group}/update", role_identifiers=[made["id"]], operation="ADD")

    async def found(role: str, privilege: str) -> list[str]:
        asked = {"role_identifiers": [role], "privileges": [privilege]}
        return await admin.names("users/search", **asked)

    assert await found("keepers", "DEVELOPER") == ["Mira", "mirabel"]
    assert await found("keepers", "DATADOWNLOADING") == ["mirabel"]
    assert await found("loaders", "CAN_USE_SPOTTER") == ["mirabel"]
    assert await found("loaders", "BYPASSRLS") == []


async def test_a_page_has_ten_unless_it_says_otherwise(here: World) -> None:
    admin = await administrator(here)
    for number in range(12):
        await here.account(f"user-{number:02}")

    assert len(await admin.find("users/search")) == 10
    assert len(await admin.find("users/search", record_size=-1)) == 15
    assert len(await admin.find("users/search", record_size=100, record_offset=10)) == 5


async def test_the_pages_of_a_search_make_up_the_whole(here: World) -> None:
    admin = await populate(here)

    pages = [
        await admin.names("users/search", record_size=2, record_offset=start) for start in (0, 2, 4)
    ]

    assert [name for page in pages for name in page] == await admin.names("users/search")


@adjusted(lockout_total=1)
async def test_a_lock_by_guesses_is_searched_as_it_stands_now(here: World) -> None:
    admin = await administrator(here)
    await here.account("mira")
    await here.post("auth/token/full", {"username": "mira", "password": "wrong"})

    async def now() -> list[str]:
        return [
            status
            for status in ("ACTIVE", "LOCKED")
            if await admin.find("users/search", account_status=status, user_identifier="mira")
        ]

    assert await now() == ["LOCKED"]
    here.clock.advance(hours=1)
    admin = await administrator(here)
    assert await now() == ["ACTIVE"]


async def test_a_user_is_shown_in_the_org_that_was_searched(here: World) -> None:
    admin = await populate(here)
    org = await here.core.orgs.find(here.by, "north")
    await here.group("northern", "SHAREWITHALL", org=org.id)
    await here.put_in("northern", "sven", org.id)

    (there,) = await admin.find("users/search", user_identifier="sven", org_identifiers=["north"])
    (here_,) = await admin.find("users/search", user_identifier="sven")

    assert there["current_org"] == {"id": org.id, "name": "north"}
    assert [group["name"] for group in there["user_groups"]] == ["All", "northern"]
    assert there["privileges"] == ["AUTHORING", "SHAREWITHALL"]
    assert here_["current_org"] == {"id": 0, "name": "Primary"}
    assert here_["privileges"] == ["AUTHORING"]
    assert sorted(here_["org_privileges"]) == ["0", str(org.id)]


async def test_nested_groups_are_inherited(here: World) -> None:
    admin = await populate(here)

    (bel,) = await admin.find("users/search", user_identifier="mirabel")

    assert [group["name"] for group in bel["user_groups"]] == ["All", "deck"]
    assert [group["name"] for group in bel["user_inherited_groups"]] == ["All", "crew", "deck"]


async def test_favourites_and_variables_are_told_on_request(here: World) -> None:
    admin = await populate(here)

    (short,) = await admin.find("users/search", user_identifier="mira")
    (long,) = await admin.find(
        "users/search",
        user_identifier="mira",
        include_favorite_metadata="true",
        include_variable_values=True,
    )

    assert (short["favorite_metadata"], short["variable_values"]) == ([], None)
    assert long["favorite_metadata"] == [{"id": "fav", "name": "fav", "type": "LIVEBOARD"}]
    assert long["variable_values"] == {}


PUBLIC = {
    "id",
    "name",
    "display_name",
    "visibility",
    "account_type",
    "author_id",
    "owner_id",
    "creation_time_in_millis",
    "modification_time_in_millis",
    "complete_detail",
    "deleted",
    "deprecated",
    "external",
    "hidden",
    "parent_type",
    "tenant_id",
}


async def test_who_does_not_administer_sees_little_of_those_who_are_to_be_found(
    here: World,
) -> None:
    admin = await populate(here)
    await admin.do("users/mirabel/update", visibility="NON_SHARABLE")
    bel = await somebody(here, "mirabel")

    found = {user["name"]: user for user in await bel.find("users/search")}

    assert sorted(found) == sorted(["Mira", "mirabel", *SYSTEM])
    (whole,) = await admin.find("users/search", user_identifier="mira")
    assert set(found["Mira"]) == set(whole)
    told = {field for field, value in found["Mira"].items() if value is not None}
    assert told == PUBLIC
    assert found["mirabel"]["privileges"] is not None


@pytest.mark.parametrize(
    "body",
    [
        {"email": "mira@example.com"},
        {"privileges": ["DEVELOPER"]},
        {"account_status": "ACTIVE"},
        {"group_identifiers": ["crew"]},
        {"role_identifiers": ["x"]},
        {"notify_on_share": True},
        {"notify_on_share": False},
        {"onboarding_experience_completed": False},
        {"home_liveboard_identifier": "lb-1"},
        {"favorite_metadata": [{"identifier": "fav"}]},
    ],
    ids=str,
)
async def test_nobody_searches_by_what_he_would_not_be_shown(
    here: World, body: dict[str, Any]
) -> None:
    await populate(here)
    bel = await somebody(here, "mirabel")

    assert await bel.refused("users/search", **body) == FORBIDDEN


@adjusted(rbac_enabled=True)
async def test_with_roles_on_the_finer_privilege_sees_users_whole(here: World) -> None:
    await populate(here)
    finer = await holder(here, "finn", "USER_ADMINISTRATION")

    (found,) = await finer.find("users/search", email="mira@example.com")

    assert found["email"] == "Mira@example.com"
    assert await finer.names("users/search", org_identifiers=["north"]) == []


async def test_of_other_orgs_an_administrator_of_one_sees_nothing(here: World) -> None:
    await populate(here)
    org = await here.core.orgs.find(here.by, "north")
    await here.put_in("Administrator", "nora", org.id)
    nora = await somebody(here, "nora", org.id)

    found = {user["name"]: user for user in await nora.find("users/search")}

    assert sorted(found) == ["nora", "sven"]
    assert found["sven"]["orgs"] == [{"id": org.id, "name": "north"}]
    assert list(found["sven"]["org_privileges"]) == [str(org.id)]
    for body in (
        {"org_identifiers": [0]},
        {"org_identifiers": ["-1"]},
        {"org_identifiers": ["nowhere"]},
        {"user_identifier": "mira"},
        {"email": "mira@example.com"},
        {"group_identifiers": ["crew"]},
        {"privileges": ["DEVELOPER"]},
        {"favorite_metadata": [{"identifier": "fav"}]},
    ):
        assert await nora.find("users/search", **body) == []


async def test_a_cluster_administrator_in_another_org_sees_that_org_alone(here: World) -> None:
    await populate(here)
    org = await here.core.orgs.find(here.by, "north")
    there = await administrator(here, org.id)

    assert await there.names("users/search") == ["nora", "sven"]
    assert await there.names("users/search", org_identifiers=[0]) == []


@pytest.mark.parametrize(
    "body",
    [
        {"record_size": -2},
        {"record_offset": -1},
        {"record_size": 2**31},
        {"record_size": []},
        {"name_pattern": ["%"]},
        {"account_status": "GONE"},
        {"account_type": "USER"},
        {"sort_options": "NAME"},
        {"sort_options": {"field_name": "EMAIL"}},
        {"group_identifiers": "crew"},
        {"notify_on_share": "perhaps"},
        {"favorite_metadata": ["fav"]},
    ],
    ids=str,
)
async def test_what_will_not_do_is_a_bad_request(here: World, body: dict[str, Any]) -> None:
    admin = await administrator(here)

    assert await admin.refused("users/search", **body) == BAD


async def test_a_search_needs_a_caller_and_no_limit_to_one_object(here: World) -> None:
    await here.account("mira")
    narrow = await here.token("mira", object_id="a-liveboard")

    reply = await here.post("users/search", headers={"Authorization": f"Bearer {narrow}"})

    assert refusal(reply) == FORBIDDEN
    assert refusal(await here.post("users/search")) == UNAUTHORIZED


async def test_org_administrators_are_told_apart_from_those_of_the_cluster(here: World) -> None:
    org = await here.org("north")
    nora = await org_administrator(here, org.id)

    (found,) = await nora.find("users/search", user_identifier="nora")

    assert found["privileges"] == ["ADMINISTRATION", "AUTHORING"]
    assert found["super_user"] is False
    assert found["group_mask"] == 6
