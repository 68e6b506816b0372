"""REST v2.0, users: create, update, delete, force-logout."""

from typing import Any

import pytest

from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, UNKNOWN_OBJECT, adjusted
from tests.dialects.v2_0_admin.administering import (
    Caller,
    administrator,
    holder,
    org_administrator,
    somebody,
)
from tests.world import ADMIN, NOON, PASSWORD, World, refusal

TSADMIN = "59481331-ee53-42be-a548-bd87be6ddd4a"
TENANT = "982d6da9-9cd1-479e-b9a6-35aa05f9282a"
MILLIS = int(NOON.timestamp() * 1000)
NEW = {"name": "new", "display_name": "New", "email": "new@example.com"}
CHANGES = ("users/create", "users/mira/update", "users/mira/delete", "users/force-logout")


async def one(caller: Caller, name: str, **body: Any) -> dict[str, Any]:
    """Return the one user of a name."""
    (found,) = await caller.find(
        "users/search", user_identifier=name, include_favorite_metadata=True, **body
    )
    return found


async def test_a_new_user_is_answered_with_every_field(here: World) -> None:
    admin = await administrator(here)
    crew = await here.group("crew", "DATADOWNLOADING")
    here.clock.advance(seconds=1)

    made = await admin.make(
        "users/create",
        name="Mira",
        display_name="Mira K",
        email="mira@example.com",
        password=PASSWORD,
        account_type="LOCAL_USER",
        account_status="ACTIVE",
        org_identifiers=["Primary"],
        group_identifiers=["CREW"],
        visibility="NON_SHARABLE",
        notify_on_share=False,
        show_onboarding_experience=False,
        onboarding_experience_completed=True,
        home_liveboard_identifier="lb-1",
        favorite_metadata=[{"identifier": "lb-2"}, {"identifier": "an-1", "type": "ANSWER"}],
        preferred_locale="de-DE",
        use_browser_language=False,
        extended_properties={"shade": "blue"},
        extended_preferences={"font": {"size": 3}},
        trigger_welcome_email=True,
        trigger_activation_email=True,
    )

    everyone = {"id": "b25ee394-9d13-49e3-9385-cd97f5b253b4", "name": "All"}
    groups = [everyone, {"id": crew.id, "name": "crew"}]
    assert made == {
        "id": made["id"],
        "name": "Mira",
        "display_name": "Mira K",
        "visibility": "NON_SHARABLE",
        "author_id": TSADMIN,
        "can_change_password": True,
        "complete_detail": True,
        "creation_time_in_millis": MILLIS + 1000,
        "current_org": {"id": 0, "name": "Primary"},
        "deleted": False,
        "deprecated": False,
        "account_type": "LOCAL_USER",
        "account_status": "ACTIVE",
        "email": "mira@example.com",
        "expiration_time_in_millis": None,
        "external": False,
        "favorite_metadata": [
            {"id": "lb-2", "name": "lb-2", "type": "LIVEBOARD"},
            {"id": "an-1", "name": "an-1", "type": "ANSWER"},
        ],
        "first_login_time_in_millis": None,
        "group_mask": 4,
        "hidden": False,
        "home_liveboard": {"id": "lb-1", "name": "lb-1"},
        "incomplete_details": [],
        "is_first_login": True,
        "modification_time_in_millis": MILLIS + 1000,
        "modifier_id": TSADMIN,
        "notify_on_share": False,
        "onboarding_experience_completed": True,
        "orgs": [{"id": 0, "name": "Primary"}],
        "owner_id": made["id"],
        "parent_type": "USER",
        "privileges": ["AUTHORING", "DATADOWNLOADING"],
        "show_onboarding_experience": False,
        "super_user": False,
        "system_user": False,
        "tags": [],
        "tenant_id": TENANT,
        "user_groups": groups,
        "user_inherited_groups": groups,
        "welcome_email_sent": False,
        "org_privileges": {"0": ["AUTHORING", "DATADOWNLOADING"]},
        "preferred_locale": "de-DE",
        "use_browser_language": False,
        "extended_properties": {"shade": "blue"},
        "extended_preferences": {"font": {"size": 3}},
        "user_parameters": {},
        "access_control_properties": {},
        "variable_values": {},
    }
    assert await one(admin, "mira", include_variable_values=True) == made
    assert (await here.whoami(bearer=await here.token("mira"))).json()["home_liveboard"] == {
        "id": "lb-1",
        "name": "lb-1",
    }


async def test_what_a_new_user_does_not_say_has_a_default(here: World) -> None:
    admin = await administrator(here)

    made = await admin.make("users/create", **NEW)

    told = {
        "visibility": "SHARABLE",
        "account_type": "LOCAL_USER",
        "account_status": "ACTIVE",
        "can_change_password": False,
        "notify_on_share": True,
        "show_onboarding_experience": True,
        "onboarding_experience_completed": False,
        "home_liveboard": None,
        "favorite_metadata": [],
        "preferred_locale": None,
        "use_browser_language": None,
        "extended_properties": {},
        "extended_preferences": {},
        "orgs": [{"id": 0, "name": "Primary"}],
    }
    assert {field: made[field] for field in told} == told
    assert [group["name"] for group in made["user_groups"]] == ["All"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"trigger_activation_email": True}, "PENDING"),
        ({"trigger_activation_email": True, "password": PASSWORD}, "ACTIVE"),
        ({"trigger_activation_email": True, "account_type": "SAML_USER"}, "ACTIVE"),
        ({"account_status": "SUSPENDED", "password": PASSWORD}, "SUSPENDED"),
    ],
    ids=str,
)
async def test_a_new_user_has_the_status_that_fits(
    here: World, body: dict[str, Any], status: str
) -> None:
    admin = await administrator(here)

    made = await admin.make("users/create", **NEW, **body)

    assert made["account_status"] == status


@pytest.mark.parametrize("kind", ["LDAP_USER", "SAML_USER", "OIDC_USER", "REMOTE_USER"])
async def test_only_a_local_user_signs_in_by_a_password(here: World, kind: str) -> None:
    admin = await administrator(here)
    await here.account("mira")
    await here.token("mira")

    await admin.do("users/mira/update", account_type=kind)

    body = {"username": "mira", "password": PASSWORD}
    assert refusal(await here.post("auth/token/full", body)) == UNAUTHORIZED
    assert (await one(admin, "mira"))["can_change_password"] is False
    assert await admin.refused("users/create", **NEW, account_type=kind, password=PASSWORD) == BAD


async def test_a_cluster_administrator_creates_users_in_the_orgs_that_he_names(
    here: World,
) -> None:
    admin = await administrator(here)
    org = await here.org("north")

    made = await admin.make("users/create", **NEW, org_identifiers=[str(org.id)])
    both = {"name": "both", "display_name": "Both", "email": "both@example.com"}
    also = await admin.make("users/create", **both, org_identifiers=["north", 0])

    assert made["orgs"] == [{"id": org.id, "name": "north"}]
    assert made["current_org"] == {"id": org.id, "name": "north"}
    assert [one["name"] for one in also["orgs"]] == ["Primary", "north"]
    refused = await admin.refused(
        "users/create",
        name="third",
        display_name="Third",
        email="third@example.com",
        org_identifiers=["north"],
        group_identifiers=["Administrator"],
    )
    assert refused == BAD


FACTS: list[tuple[str, Any, str, Any]] = [
    ("name", "Mirabel", "name", "Mirabel"),
    ("name", "MIRA", "name", "MIRA"),
    ("display_name", "Other", "display_name", "Other"),
    ("email", "other@example.com", "email", "other@example.com"),
    ("visibility", "NON_SHARABLE", "visibility", "NON_SHARABLE"),
    ("notify_on_share", "false", "notify_on_share", False),
    ("show_onboarding_experience", False, "show_onboarding_experience", False),
    ("onboarding_experience_completed", True, "onboarding_experience_completed", True),
    ("preferred_locale", "zh-Hant", "preferred_locale", "zh-Hant"),
    ("use_browser_language", False, "use_browser_language", False),
    ("extended_properties", {"a": 1}, "extended_properties", {"a": 1}),
    ("extended_preferences", {"b": [2]}, "extended_preferences", {"b": [2]}),
    ("account_status", "SUSPENDED", "account_status", "SUSPENDED"),
]


@pytest.mark.parametrize(("field", "value", "shown", "after"), FACTS, ids=str)
async def test_an_update_changes_only_what_it_names(
    here: World, field: str, value: Any, shown: str, after: Any
) -> None:
    admin = await administrator(here)
    await admin.make("users/create", **{**NEW, "name": "mira"})
    before = await one(admin, "mira")
    here.clock.advance(seconds=1)

    await admin.do("users/mira/update", **{field: value})

    assert await one(admin, before["id"]) == {
        **before,
        shown: after,
        "modification_time_in_millis": MILLIS + 1000,
    }


async def test_the_browsers_language_counts_instead_of_a_locale(here: World) -> None:
    admin = await administrator(here)
    await admin.make("users/create", **NEW, preferred_locale="da-DK")

    await admin.do("users/new/update", use_browser_language=True)

    found = await one(admin, "new")
    assert (found["use_browser_language"], found["preferred_locale"]) == (True, None)


async def test_home_liveboard_and_favourites_are_kept_by_org(here: World) -> None:
    admin = await administrator(here)
    org = await here.org("north")
    await here.account("mira")
    await here.join("mira", org.id)
    northern = await administrator(here, org.id)

    await admin.do(
        "users/mira/update",
        home_liveboard_identifier="lb-0",
        favorite_metadata=[{"identifier": "a"}, {"identifier": "b"}, {"identifier": "a"}],
    )
    await northern.do("users/mira/update", home_liveboard_identifier="lb-7")
    await admin.do("users/mira/update", favorite_metadata=[{"identifier": "c", "type": "ANSWER"}])

    at_home, in_north = await one(admin, "mira"), await one(northern, "mira")
    assert (at_home["home_liveboard"]["id"], in_north["home_liveboard"]["id"]) == ("lb-0", "lb-7")
    assert [one["id"] for one in at_home["favorite_metadata"]] == ["c"]
    assert in_north["favorite_metadata"] == []


async def test_a_renamed_user_keeps_id_sessions_and_password(here: World) -> None:
    admin = await administrator(here)
    mira = await here.account("mira")
    token = await here.token("mira")
    assert (await here.whoami(bearer=token)).json()["name"] == "mira"

    await admin.do("users/mira/update", name="Vera")

    who = (await here.whoami(bearer=token)).json()
    assert (who["id"], who["name"]) == (mira.id, "Vera")
    await here.token("vera")
    assert await admin.names("users/search", name_pattern="ver%") == ["Vera"]
    assert await admin.names("users/search", name_pattern="mir%") == []
    await here.account("mira")


@pytest.mark.parametrize("status", ["INACTIVE", "EXPIRED", "LOCKED", "PENDING", "SUSPENDED"])
async def test_any_status_but_active_ends_sessions_and_tokens_at_once(
    here: World, status: str
) -> None:
    admin = await administrator(here)
    await here.account("mira")
    token, cookie = await here.token("mira"), await here.login("mira")
    assert (await here.whoami(bearer=token)).status_code == 200

    await admin.do("users/mira/update", account_status=status)

    assert (await one(admin, "mira"))["account_status"] == status
    assert refusal(await here.whoami(bearer=token)) == UNAUTHORIZED
    assert refusal(await here.whoami(cookie=cookie)) == UNAUTHORIZED
    here.clock.advance(hours=2)
    assert (await one(await administrator(here), "mira"))["account_status"] == status
    await (await administrator(here)).do("users/mira/update", account_status="ACTIVE")
    assert refusal(await here.whoami(bearer=token)) == UNAUTHORIZED
    await here.token("mira")


@pytest.mark.parametrize(
    ("operation", "after"),
    [
        ("REPLACE", ["All", "b", "c"]),
        ("ADD", ["a", "All", "b", "c"]),
        ("REMOVE", ["a", "All"]),
    ],
)
async def test_the_operation_says_what_happens_to_groups(
    here: World, operation: str, after: list[str]
) -> None:
    admin = await administrator(here)
    for name in ("a", "b", "c"):
        await here.group(name)
    await admin.make("users/create", **NEW, group_identifiers=["a", "b"])

    await admin.do("users/new/update", group_identifiers=["B", "c"], operation=operation)

    groups = (await one(admin, "new"))["user_groups"]
    assert [group["name"] for group in groups] == after


@pytest.mark.parametrize(
    ("operation", "after"),
    [(None, ["north"]), ("ADD", ["Primary", "north", "south"]), ("REMOVE", ["Primary", "south"])],
)
async def test_the_operation_says_what_happens_to_orgs(
    here: World, operation: str | None, after: list[str]
) -> None:
    admin = await administrator(here)
    north, south = await here.org("north"), await here.org("south")
    await here.account("mira")
    await here.join("mira", south.id)
    token = await here.token("mira", org_id=0)

    more = {} if operation is None else {"operation": operation}
    await admin.do("users/mira/update", org_identifiers=[str(north.id)], **more)

    found = await admin.names("orgs/search", user_identifiers=["mira"])
    assert sorted(found) == sorted(after)
    alive = (await here.whoami(bearer=token)).status_code == 200
    assert alive is ("Primary" in after)


async def test_a_deleted_user_is_gone_with_all_that_he_held(here: World) -> None:
    admin = await administrator(here)
    await here.account("mira")
    token = await here.token("mira")

    await admin.do("users/MIRA/delete")

    assert refusal(await here.whoami(bearer=token)) == UNAUTHORIZED
    assert await admin.find("users/search", user_identifier="mira") == []
    assert await admin.refused("users/mira/delete") == UNKNOWN_OBJECT


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"users/{ADMIN}/delete", {}),
        ("users/system/delete", {}),
        ("users/su/delete", {}),
        ("users/system/update", {"account_status": "INACTIVE"}),
        (f"users/{ADMIN}/update", {"account_status": "LOCKED"}),
        ("users/su/update", {"name": "sue"}),
        ("users/su/update", {"account_type": "SAML_USER"}),
        (f"users/{ADMIN}/update", {"group_identifiers": []}),
        (f"users/{ADMIN}/update", {"org_identifiers": [0], "operation": "REMOVE"}),
        ("users/system/update", {"org_identifiers": ["north"]}),
    ],
    ids=str,
)
async def test_system_accounts_stay_what_they_are(
    here: World, path: str, body: dict[str, Any]
) -> None:
    await here.org("north")
    await here.account("chief")
    await here.put_in("Administrator", "chief")
    chief = await somebody(here, "chief")

    assert await chief.refused(path, **body) == FORBIDDEN


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("users/chief/delete", {}),
        ("users/chief/update", {"account_status": "INACTIVE"}),
        ("users/chief/update", {"group_identifiers": []}),
        ("users/chief/update", {"org_identifiers": ["north"]}),
    ],
    ids=str,
)
async def test_nobody_shuts_himself_out(here: World, path: str, body: dict[str, Any]) -> None:
    await here.org("north")
    await here.account("chief")
    await here.put_in("Administrator", "chief")
    chief = await somebody(here, "chief")

    assert await chief.refused(path, **body) == FORBIDDEN
    await chief.do("users/chief/update", display_name="The chief", account_status="ACTIVE")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("users/create", {}),
        *(("users/create", {**NEW, field: None}) for field in NEW),
        *(("users/create", {**NEW, field: ""}) for field in NEW),
        *(("users/create", {**NEW, field: ["x"]}) for field in NEW),
        ("users/create", {**NEW, "name": "MIRA"}),
        ("users/create", {**NEW, "name": TSADMIN}),
        ("users/create", {**NEW, "email": "nobody"}),
        ("users/create", {**NEW, "password": "short"}),
        ("users/create", {**NEW, "account_type": "LOCAL"}),
        ("users/create", {**NEW, "account_status": "GONE"}),
        ("users/create", {**NEW, "visibility": "SHOWN"}),
        ("users/create", {**NEW, "preferred_locale": "xx-XX"}),
        ("users/create", {**NEW, "favorite_metadata": [{"identifier": ""}]}),
        ("users/create", {**NEW, "favorite_metadata": [{"identifier": "a", "type": "TAG"}]}),
        ("users/create", {**NEW, "extended_properties": "x"}),
        ("users/create", {**NEW, "group_identifiers": "crew"}),
        ("users/mira/update", {"name": "sven"}),
        ("users/mira/update", {"name": ["x"]}),
        ("users/mira/update", {"email": "nobody"}),
        ("users/mira/update", {"operation": "APPEND"}),
        ("users/mira/update", {"org_identifiers": []}),
        ("users/mira/update", {"group_identifiers": ["All"], "operation": "REMOVE"}),
        ("users/nora/update", {"group_identifiers": []}),
        ("users/nora/update", {"home_liveboard_identifier": "lb"}),
        ("users/force-logout", {"user_identifiers": "mira"}),
    ],
    ids=str,
)
async def test_what_will_not_do_is_a_bad_request(
    here: World, path: str, body: dict[str, Any]
) -> None:
    admin = await administrator(here)
    org = await here.org("north")
    await here.account("mira")
    await here.account("sven")
    await here.account("nora", org=org.id)

    assert await admin.refused(path, **body) == BAD


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("users/nobody/update", {"display_name": "x"}),
        ("users/nobody/delete", {}),
        ("users/mira/update", {"display_name": "x", "group_identifiers": ["nothing"]}),
        ("users/mira/update", {"display_name": "x", "group_identifiers": ["north's own"]}),
        ("users/mira/update", {"display_name": "x", "org_identifiers": ["nowhere"]}),
        ("users/create", {**NEW, "group_identifiers": ["nothing"]}),
        ("users/create", {**NEW, "org_identifiers": ["nowhere"]}),
        ("users/force-logout", {"user_identifiers": ["mira", "nobody"]}),
    ],
    ids=str,
)
async def test_an_unknown_object_is_told_and_nothing_changes(
    here: World, path: str, body: dict[str, Any]
) -> None:
    admin = await administrator(here)
    org = await here.org("north")
    await here.group("north's own", org=org.id)
    await here.account("mira")
    token = await here.token("mira")

    assert await admin.refused(path, **body) == UNKNOWN_OBJECT
    assert (await one(admin, "mira"))["display_name"] == "mira"
    assert await admin.find("users/search", user_identifier="new") == []
    assert (await here.whoami(bearer=token)).status_code == 200


@adjusted(rbac_enabled=False)
@pytest.mark.parametrize("path", CHANGES)
async def test_who_does_not_administer_changes_no_users(here: World, path: str) -> None:
    await here.account("mira")
    finer = await holder(here, "finn", "USER_ADMINISTRATION")

    assert await finer.refused(path, **NEW) == FORBIDDEN
    assert refusal(await here.post(path, NEW)) == UNAUTHORIZED


@adjusted(rbac_enabled=True)
async def test_with_roles_on_the_finer_privilege_is_enough_for_who_does_not_administer(
    here: World,
) -> None:
    finer = await holder(here, "finn", "USER_ADMINISTRATION")
    await here.group("crew", "DEVELOPER")
    await here.account("chief")
    await here.put_in("Administrator", "chief")

    await finer.make("users/create", **NEW, group_identifiers=["crew"])
    await finer.do("users/new/update", display_name="Newer", account_status="SUSPENDED")
    for body in (
        {"group_identifiers": ["Administrator"]},
        {"group_identifiers": ["Administrator"], "operation": "ADD"},
    ):
        assert await finer.refused("users/new/update", **body) == FORBIDDEN
        assert await finer.refused("users/finn/update", **body) == FORBIDDEN
    wishes: list[dict[str, Any]] = [
        {"display_name": "x"},
        {"account_status": "LOCKED"},
        {"email": "mine@example.com"},
        {"group_identifiers": []},
        {"org_identifiers": [0], "operation": "REMOVE"},
        {"home_liveboard_identifier": "x"},
    ]
    for wish in wishes:
        assert await finer.refused("users/chief/update", **wish) == FORBIDDEN
    assert await finer.refused("users/chief/delete") == FORBIDDEN
    await finer.do("users/new/delete")


async def test_an_administrator_of_one_org_reaches_its_accounts_alone(here: World) -> None:
    org = await here.org("north")
    nora = await org_administrator(here, org.id)
    await here.account("mira")
    await here.account("both")
    await here.join("both", org.id)
    await here.account("own", org=org.id)
    await here.group("northern", org=org.id)

    assert await nora.names("users/search") == ["both", "nora", "own"]
    for path in ("users/mira/update", "users/mira/delete", "users/nobody/delete"):
        assert await nora.refused(path, display_name="x") == UNKNOWN_OBJECT
    assert await nora.refused("users/both/update", email="x@example.com") == FORBIDDEN
    assert await nora.refused("users/both/delete") == FORBIDDEN
    assert await nora.refused("users/own/update", org_identifiers=[0]) == UNKNOWN_OBJECT
    await nora.do("users/both/update", group_identifiers=["northern"])
    await nora.do("users/own/update", display_name="Own")
    made = await nora.make("users/create", **NEW)
    assert made["orgs"] == [{"id": org.id, "name": "north"}]
    assert (
        await nora.refused(
            "users/create",
            name="other",
            display_name="Other",
            email="other@example.com",
            org_identifiers=[0],
        )
        == UNKNOWN_OBJECT
    )


async def test_an_administrator_of_one_org_signs_out_of_that_org_alone(here: World) -> None:
    org = await here.org("north")
    nora = await org_administrator(here, org.id)
    await here.account("mira")
    await here.join("mira", org.id)
    there, at_home = await here.token("mira", org_id=org.id), await here.token("mira", org_id=0)

    await nora.do("users/force-logout", user_identifiers=["mira"])

    assert refusal(await here.whoami(bearer=there)) == UNAUTHORIZED
    assert (await here.whoami(bearer=at_home)).status_code == 200


async def test_a_forced_logout_ends_sessions_and_tokens_of_the_named_alone(here: World) -> None:
    admin = await administrator(here)
    for name in ("mira", "sven", "tove"):
        await here.account(name)
    tokens = [await here.token(name) for name in ("mira", "sven", "tove")]
    cookie = await here.login("mira")

    await admin.do("users/force-logout", user_identifiers=["MIRA", "sven"])

    statuses = [(await here.whoami(bearer=token)).status_code for token in tokens]
    assert statuses == [401, 401, 200]
    assert refusal(await here.whoami(cookie=cookie)) == UNAUTHORIZED


@pytest.mark.parametrize("body", [{}, {"user_identifiers": None}, {"user_identifiers": []}])
async def test_a_forced_logout_of_nobody_named_is_everybody(
    here: World, body: dict[str, Any]
) -> None:
    admin = await administrator(here)
    await here.account("mira")
    token = await here.token("mira")

    await admin.do("users/force-logout", **body)

    assert refusal(await here.whoami(bearer=token)) == UNAUTHORIZED
    assert refusal(await here.whoami(bearer=admin.token)) == UNAUTHORIZED


async def test_every_change_of_a_user_is_in_the_audit_log(here: World) -> None:
    admin = await administrator(here)
    for path, body in (
        ("users/create", {**NEW, "password": PASSWORD}),
        ("users/new/update", {"display_name": "Newer"}),
        ("users/force-logout", {"user_identifiers": ["new"]}),
        ("users/new/delete", {}),
    ):
        here.clock.advance(seconds=1)
        assert (await admin.ask(path, **body)).status_code < 300

    events = await here.core.means.store.read(lambda tx: tx.audit.latest(4))

    assert [event.act for event in events] == [
        "account.remove",
        "account.force_out",
        "account.update",
        "account.create",
    ]
    assert {event.by_account for event in events} == {TSADMIN}
    assert events[2].data["fields"] == ["display_name"]
    assert PASSWORD not in repr(events)
