"""REST v2.0, lists of users and of groups: what they bring about, and what they do not."""

import asyncio
from typing import Any

import pytest

from gatepass.core.account_changes import AccountChange
from gatepass.core.group_changes import GroupChange
from gatepass.core.import_steps import AccountEntry, GroupEntry
from gatepass.core.importing import AT_ONCE
from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, UNKNOWN_OBJECT
from tests.dialects.v2_0_admin.administering import (
    Caller,
    administrator,
    holder,
    org_administrator,
    somebody,
)
from tests.world import HERE, PASSWORD, World, refusal

SYSTEM = ["su", "system", "tsadmin"]


def user(name: str, **more: Any) -> dict[str, Any]:
    return {"user_identifier": name, "display_name": name.title(), **more}


def group(name: str, **more: Any) -> dict[str, Any]:
    return {"group_identifier": name, "display_name": name.title(), **more}


async def users(admin: Caller, **more: Any) -> list[str]:
    return await admin.names("users/search", record_size=-1, **more)


async def groups(admin: Caller) -> list[str]:
    return await admin.names("groups/search", record_size=-1)


def named(found: dict[str, Any]) -> dict[str, list[str]]:
    return {kind: [one["name"] for one in entries] for kind, entries in found.items()}


async def test_by_default_an_import_only_says_what_it_would_do(here: World) -> None:
    admin = await administrator(here)
    mira = await here.account("mira")
    await here.account("sven")
    token = await here.token("sven")
    before = await admin.find("users/search", record_size=-1)
    body = {
        "users": [user("mira", email="new@example.com"), user("nils", password=PASSWORD)],
        "delete_unspecified_users": True,
    }

    told = await admin.make("users/import", **body)

    assert told["users_added"] == [{"id": None, "name": "nils"}]
    assert told["users_updated"] == [{"id": mira.id, "name": "mira"}]
    assert named(told)["users_deleted"] == ["sven"]
    assert await admin.find("users/search", record_size=-1) == before
    assert (await here.whoami(bearer=token)).status_code == 200
    events = (await here.core.auditing.search(here.by, most=50)).events
    assert not [one for one in events if one.event.act in {"account.update", "account.remove"}]

    done = await admin.make("users/import", **body, dry_run=False)
    assert named(done) == named(told)
    assert await users(admin) == ["mira", "nils", *SYSTEM]
    assert (await here.whoami(bearer=token)).status_code == 401


async def test_an_import_creates_updates_and_leaves_the_rest_alone(here: World) -> None:
    admin = await administrator(here)
    mira = await here.account("mira", email="old@example.com")
    await here.account("sven")
    await here.group("crew", "DATADOWNLOADING")

    done = await admin.make(
        "users/import",
        users=[
            user("MIRA", group_identifiers=["crew"], notify_on_share=False),
            user("nils", email="nils@example.com", account_status="SUSPENDED"),
            user("olga", account_type="SAML_USER"),
            user("pete", password="Other-battery-staple-8"),
        ],
        default_password="Shared-battery-staple-9",
        dry_run=False,
    )

    assert named(done) == {
        "users_added": ["nils", "olga", "pete"],
        "users_updated": ["mira"],
        "users_deleted": [],
    }
    assert done["users_updated"] == [{"id": mira.id, "name": "mira"}]
    found = {one["name"]: one for one in await admin.find("users/search", record_size=-1)}
    assert {one["id"] for one in done["users_added"]} == {
        found[name]["id"] for name in ("nils", "olga", "pete")
    }
    assert (found["mira"]["email"], found["mira"]["display_name"]) == ("old@example.com", "Mira")
    assert found["mira"]["notify_on_share"] is False
    assert [one["name"] for one in found["mira"]["user_groups"]] == ["All", "crew"]
    assert found["nils"]["account_status"] == "SUSPENDED"
    assert found["olga"]["account_type"] == "SAML_USER"
    assert "sven" in found
    # Who is there keeps the password; who is new has his own, or the list's.
    for name, password in [
        ("mira", PASSWORD),
        ("pete", "Other-battery-staple-8"),
    ]:
        assert await here.login(name, password)
    await admin.do("users/nils/update", account_status="ACTIVE")
    assert await here.login("nils", "Shared-battery-staple-9")


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (user("x\u202ey"), BAD),
        (user("pete", password="short"), BAD),
        (user("pete", account_type="SAML_USER", password=PASSWORD), BAD),
        (user("pete", group_identifiers=["nowhere"]), UNKNOWN_OBJECT),
        (user("pete", org_identifiers=["nowhere"]), UNKNOWN_OBJECT),
        (user("MIRA"), BAD),
        (user("m\u0456ra"), BAD),
        (user("system", account_status="SUSPENDED"), FORBIDDEN),
        ({"user_identifier": "pete"}, BAD),
        ({"user_identifier": "", "display_name": "P"}, BAD),
        ({"display_name": "P"}, BAD),
    ],
    ids=str,
)
async def test_one_bad_entry_spoils_all(
    here: World, last: dict[str, Any], expected: tuple[int, int], *, dry_run: bool
) -> None:
    """Look-alikes are refused in lists too (checklist 56)."""
    admin = await administrator(here)
    await here.account("mira")
    before = await admin.find("users/search", record_size=-1)

    refused = await admin.refused(
        "users/import", users=[user("mira"), user("nils"), last], dry_run=dry_run
    )

    assert refused == expected
    assert await admin.find("users/search", record_size=-1) == before


async def test_everybody_is_deleted_by_no_empty_list(here: World) -> None:
    """A list that names nobody does not mean everybody (checklist 10)."""
    admin = await administrator(here)
    await here.account("mira")
    await here.group("crew")

    for dry in (True, False):
        more = {"dry_run": dry}
        assert (
            await admin.refused("users/import", users=[], delete_unspecified_users=True, **more)
            == BAD
        )
        assert await admin.refused("users/import", delete_unspecified_users=True, **more) == BAD
        bodies: list[dict[str, Any]] = [{}, {"groups": None}, {"groups": []}]
        for body in bodies:
            refused = await admin.refused(
                "groups/import", delete_unspecified_groups=True, **more, **body
            )
            assert refused == BAD
    assert await users(admin) == ["mira", *SYSTEM]
    assert "crew" in await groups(admin)


async def test_deleting_the_rest_spares_guest_the_systems_accounts_and_the_caller(
    here: World,
) -> None:
    keeper = await holder(here, "keeper", "USER_ADMINISTRATION")
    for name in ("guest", "mira", "sven"):
        await here.account(name)
    north = await here.org("north")
    await here.account("nils")

    done = await keeper.make(
        "users/import", users=[user("mira")], delete_unspecified_users=True, dry_run=False
    )

    assert named(done)["users_deleted"] == ["nils", "sven"]
    assert await users(keeper) == ["guest", "keeper", "mira", *SYSTEM]
    assert north.id != 0


async def test_who_is_in_another_org_too_only_leaves_this_one(here: World) -> None:
    admin = await administrator(here)
    north = await here.org("north")
    nora = await org_administrator(here, north.id)
    await here.account("mira")
    await here.join("mira", north.id)
    await here.account("nils", org=north.id)
    token = await here.token("mira", org_id=north.id)

    done = await nora.make(
        "users/import", users=[user("newt")], delete_unspecified_users=True, dry_run=False
    )

    assert named(done)["users_deleted"] == ["mira", "nils"]
    assert await users(nora) == ["newt", "nora"]
    assert await users(admin, name_pattern="mira") == ["mira"]
    assert (await here.whoami(bearer=token)).status_code == 401
    # An account of another Org is not this one's to update, or to learn of.
    await here.account("olga")
    assert await nora.refused("users/import", users=[user("olga")]) == UNKNOWN_OBJECT


async def test_groups_of_a_list_may_name_one_another(here: World) -> None:
    admin = await administrator(here)
    mira = await here.account("mira")
    outer = await here.group("outer")
    await here.group("old")
    await admin.make("roles/create", name="keepers", privileges=["DEVELOPER"])
    body = {
        "groups": [
            group("outer", sub_group_identifiers=["inner"], description="Who is around"),
            group("inner", user_identifiers=[mira.id], privileges=["DATADOWNLOADING"]),
            group("third", role_identifiers=["keepers"], visibility="NON_SHARABLE"),
        ],
        "delete_unspecified_groups": True,
    }
    before = await admin.find("groups/search", record_size=-1)

    told = await admin.make("groups/import", **body)
    assert await admin.find("groups/search", record_size=-1) == before
    done = await admin.make("groups/import", **body, dry_run=False)

    assert (
        named(told)
        == named(done)
        == {
            "groups_added": ["inner", "third"],
            "groups_deleted": ["old"],
            "groups_updated": ["outer"],
        }
    )
    assert done["groups_updated"] == [{"id": outer.id, "name": "outer"}]
    found = {one["name"]: one for one in await admin.find("groups/search", record_size=-1)}
    assert set(found) == {"Administrator", "All", "inner", "outer", "third"}
    assert [one["name"] for one in found["outer"]["sub_groups"]] == ["inner"]
    assert found["outer"]["display_name"] == "Outer"
    assert [one["name"] for one in found["inner"]["users"]] == ["mira"]
    assert found["inner"]["privileges"] == ["DATADOWNLOADING"]
    assert [one["name"] for one in found["third"]["roles"]] == ["keepers"]
    assert found["third"]["visibility"] == "NON_SHARABLE"


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (group("inner", sub_group_identifiers=["outer"]), BAD),
        (group("third", privileges=["NONSENSE"]), BAD),
        (group("third", user_identifiers=["nobody"]), UNKNOWN_OBJECT),
        (group("third", role_identifiers=["nothing"]), UNKNOWN_OBJECT),
        (group("OUTER"), BAD),
        (group("All", type="LDAP_GROUP"), FORBIDDEN),
        ({"group_identifier": "third"}, BAD),
    ],
    ids=str,
)
async def test_one_bad_group_spoils_all(
    here: World, last: dict[str, Any], expected: tuple[int, int], *, dry_run: bool
) -> None:
    admin = await administrator(here)
    await here.group("outer")
    before = await admin.find("groups/search", record_size=-1)
    body = [group("outer", sub_group_identifiers=["new"]), group("new")]
    if last["group_identifier"] == "inner":
        body = [group("outer", sub_group_identifiers=["inner"])]

    refused = await admin.refused("groups/import", groups=[*body, last], dry_run=dry_run)

    assert refused == expected
    assert await admin.find("groups/search", record_size=-1) == before


async def test_a_list_hands_out_nothing_that_the_caller_lacks(here: World) -> None:
    await here.group("strong", "USER_ADMINISTRATION")
    await here.account("mira")
    keeper = await holder(here, "keeper", "GROUP_ADMINISTRATION")
    minder = await holder(here, "minder", "USER_ADMINISTRATION")
    await holder(here, "above", "ORG_ADMINISTRATION")

    for dry in (True, False):
        for entry in (
            group("new", privileges=["USER_ADMINISTRATION"]),
            group("strong", user_identifiers=["mira"]),
        ):
            assert await keeper.refused("groups/import", groups=[entry], dry_run=dry) == FORBIDDEN
        for one in (user("above"), user("mira", group_identifiers=["of above"])):
            assert await minder.refused("users/import", users=[one], dry_run=dry) == FORBIDDEN
        rest = {"users": [user("mira")], "delete_unspecified_users": True, "dry_run": dry}
        assert await minder.refused("users/import", **rest) == FORBIDDEN


@pytest.mark.parametrize("path", ["users/import", "groups/import"])
async def test_nobody_imports_without_being_let_in_and_allowed(here: World, path: str) -> None:
    await here.account("mira")
    body = {"users": [user("nils")], "groups": [group("crew")], "dry_run": False}

    assert refusal(await here.post(path, body)) == UNAUTHORIZED
    assert await (await somebody(here)).refused(path, **body) == FORBIDDEN
    limited = Caller(here, await here.token("mira", object_id="lb-1"))
    assert await limited.refused(path, **body) == FORBIDDEN
    admin = await administrator(here)
    assert await users(admin, name_pattern="nils") == []
    assert "crew" not in await groups(admin)


async def test_a_list_of_more_than_a_thousand_is_refused(here: World) -> None:
    admin = await administrator(here)

    too_many = [user(f"u{number}") for number in range(1001)]

    assert await admin.refused("users/import", users=too_many) == BAD


MANY = 3 * AT_ONCE


@pytest.mark.parametrize("kind", ["users", "groups"])
async def test_others_write_while_a_dry_run_goes_on(here: World, kind: str) -> None:
    importing = here.core.importing
    names = [f"mira{number:03}" for number in range(MANY)]
    if kind == "users":
        accounts = [
            AccountEntry(account=one, what=AccountChange(display_name=one)) for one in names
        ]
        act = importing.accounts(here.by, HERE, accounts)
    else:
        entries = [GroupEntry(group=one, what=GroupChange(display_name=one)) for one in names]
        act = importing.groups(here.by, HERE, entries)

    dry = asyncio.create_task(act)
    await asyncio.sleep(0)  # its first part waits for the writer now
    await here.org("south")

    assert not dry.done()
    assert len((await dry).added) == MANY


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("kind", ["users", "groups"])
@pytest.mark.parametrize("last", ["MIRA000", "mir\u0430000"], ids=["twice", "a look-alike"])
async def test_names_of_one_list_meet_wherever_they_stand_in_it(
    here: World, kind: str, last: str, *, dry_run: bool
) -> None:
    """The last entry and the first, in other parts of a dry run; the second is Cyrillic."""
    admin = await administrator(here)
    make = user if kind == "users" else group
    entries = [make(f"mira{number:03}") for number in range(MANY)]
    body = {"dry_run": dry_run, kind: [*entries, make(last)]}

    assert await admin.refused(f"{kind}/import", **body) == BAD
    body[kind] = entries
    assert len((await admin.make(f"{kind}/import", **body))[f"{kind}_added"]) == MANY


@pytest.mark.parametrize("kind", ["users", "groups"])
async def test_a_dry_run_in_parts_says_what_is_deleted_then(here: World, kind: str) -> None:
    admin = await administrator(here)
    make = user if kind == "users" else group
    there = [make(f"mira{number:03}") for number in range(MANY)]
    await admin.make(f"{kind}/import", **{kind: there, "dry_run": False})
    body = {
        kind: [make("mira007"), make("newt")],
        f"delete_unspecified_{kind}": True,
    }

    dry, done = [await admin.make(f"{kind}/import", **body, dry_run=one) for one in (True, False)]

    assert len(dry[f"{kind}_deleted"]) >= MANY - 1
    for each in ("updated", "deleted"):
        said, did = ({one["id"] for one in found[f"{kind}_{each}"]} for found in (dry, done))
        assert said == did
    assert [one["name"] for one in dry[f"{kind}_added"]] == ["newt"]
