"""Just-in-time accounts and entitlements: what a token request brings about besides a token."""

from typing import Any

import pytest

from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, adjusted
from tests.dialects.v2_0.asking import (
    ALL,
    FULL,
    KEPT,
    OBJECT,
    groups,
    jit,
    stored,
    who,
)
from tests.world import ADMIN, HERE, PASSWORD, World, refusal

BOTH = pytest.mark.parametrize("path", [FULL, OBJECT])


@BOTH
async def test_a_missing_user_is_created_as_told(here: World, path: str) -> None:
    reply = await jit(here, path=path, display_name="Nova N.", email="nova@example.com")

    user = await who(here, reply)
    assert user["name"] == "nova"
    assert user["display_name"] == "Nova N."
    assert user["email"] == "nova@example.com"
    assert user["account_type"] == "LOCAL_USER"
    assert user["account_status"] == "ACTIVE"
    assert user["can_change_password"] is False
    assert user["orgs"] == [{"id": 0, "name": "Primary"}]
    assert (
        refusal(await here.post("auth/session/login", {"username": "nova", "password": PASSWORD}))
        == UNAUTHORIZED
    )


@pytest.mark.parametrize("nothing", [{}, {"display_name": "", "email": None}])
async def test_display_name_and_email_are_optional(here: World, nothing: dict[str, Any]) -> None:
    user = await who(here, await jit(here, **nothing))

    assert user["display_name"] == "nova"
    assert user["email"] is None


@adjusted(jit_require_profile=True)
async def test_display_name_and_email_are_needed_where_the_setting_says_so(here: World) -> None:
    assert refusal(await jit(here, email="nova@example.com")) == BAD
    assert refusal(await jit(here, display_name="Nova")) == BAD
    assert await stored(here, "nova") is None
    made = await jit(here, display_name="Nova", email="nova@example.com")
    assert made.status_code == 200
    assert (await jit(here)).status_code == 200


async def test_a_user_is_created_in_the_target_org(here: World) -> None:
    north = await here.org()

    user = await who(here, await jit(here, org_id=north.id))

    assert user["orgs"] == [{"id": north.id, "name": "north"}]
    assert user["current_org"]["id"] == north.id


async def test_a_user_is_created_in_the_orgs_own_by_its_key(here: World) -> None:
    north = await here.org()

    user = await who(here, await jit(here, secret_key=await here.secret(north.id)))

    assert user["orgs"] == [{"id": north.id, "name": "north"}]


@pytest.mark.parametrize("wish", [False, None, "", "false", 0, "absent"])
async def test_auto_create_is_off_unless_asked_for(here: World, wish: Any) -> None:
    body = {"username": "nova", "secret_key": await here.secret()}
    if wish != "absent":
        body["auto_create"] = wish

    assert refusal(await here.post(FULL, body)) == BAD
    assert await stored(here, "nova") is None


async def test_an_existing_user_gets_what_is_given_and_keeps_the_rest(here: World) -> None:
    await jit(here, display_name="Nova", email="nova@example.com")

    for more, shown in (
        ({}, ("Nova", "nova@example.com")),
        ({"display_name": "", "email": ""}, ("Nova", "nova@example.com")),
        ({"display_name": None, "email": None}, ("Nova", "nova@example.com")),
        ({"display_name": "Nova II"}, ("Nova II", "nova@example.com")),
        ({"email": "second@example.com"}, ("Nova II", "second@example.com")),
    ):
        user = await who(here, await jit(here, **more))
        assert (user["display_name"], user["email"]) == shown


async def test_an_existing_user_is_added_to_the_org(here: World) -> None:
    await here.account("nova")
    north = await here.org()

    user = await who(here, await jit(here, org_id=north.id))

    assert {org["name"] for org in user["orgs"]} == {"Primary", "north"}


async def test_groups_are_replaced_on_every_request_that_names_them(here: World) -> None:
    """By name or id; without the field they stay, with an empty list none is left."""
    sales = await here.group("sales")
    await here.group("buyers")

    assert await groups(here, await jit(here, group_identifiers=["sales"])) == {"sales"}
    assert await groups(here, await jit(here)) == {"sales"}
    assert await groups(here, await jit(here, group_identifiers=None)) == {"sales"}
    both = await jit(here, group_identifiers=["buyers", sales.id])
    assert await groups(here, both) == {"buyers", "sales"}
    assert await groups(here, await jit(here, group_identifiers=["BUYERS"])) == {"buyers"}
    assert await groups(here, await jit(here, group_identifiers=[])) == set()


async def test_everyone_stays_in_the_group_all(here: World) -> None:
    user = await who(here, await jit(here, group_identifiers=[]))

    assert [group["name"] for group in user["user_groups"]] == ["All"]
    again = await who(here, await jit(here, group_identifiers=["All"]))
    assert [group["name"] for group in again["user_groups"]] == ["All"]


async def test_an_unknown_group_is_created_in_the_org_without_privileges(here: World) -> None:
    """What is made on the fly lifts nobody (checklist 55)."""
    north = await here.org()

    user = await who(here, await jit(here, org_id=north.id, group_identifiers=["fresh"]))

    assert "fresh" in {group["name"] for group in user["user_groups"]}
    assert user["privileges"] == ["AUTHORING"]
    found = await here.core.groups.list_all(here.by, north.id)
    (fresh,) = [(group, granted) for group, granted in found if group.name == "fresh"]
    assert fresh[0].display_name == "fresh"
    assert fresh[1] == frozenset()
    assert "fresh" not in {group.name for group, _ in await here.core.groups.list_all(here.by)}


@pytest.mark.parametrize(
    "sent",
    [
        {"groups": ["sales"]},
        {"groups": [{"identifier": "sales"}]},
        {"group_identifiers": ["sales"], "groups": ["buyers"]},
    ],
)
async def test_groups_may_be_spelled_as_in_custom_tokens(here: World, sent: dict[str, Any]) -> None:
    assert await groups(here, await jit(here, **sent)) == {"sales"}


async def test_without_auto_create_the_groups_of_an_existing_user_stay(here: World) -> None:
    await jit(here, group_identifiers=["sales"])

    reply = await jit(here, auto_create=False, group_identifiers=["buyers"], display_name="X")

    user = await who(here, reply)
    assert {group["name"] for group in user["user_groups"]} == {"All", "sales"}
    assert user["display_name"] == "nova"


async def test_groups_are_those_of_one_org(here: World) -> None:
    north = await here.org()
    await jit(here, group_identifiers=["sales"])

    there = await jit(here, org_id=north.id, group_identifiers=["buyers"])

    assert await groups(here, there) == {"buyers"}
    assert await groups(here, await jit(here)) == {"sales"}


@pytest.mark.parametrize("word", ["ADMINISTRATION", "USER_ADMINISTRATION", "CONTROL_TRUSTED_AUTH"])
async def test_naming_a_group_that_administers_refuses_the_whole_request(
    here: World, word: str
) -> None:
    """Nothing is made, no token issued (checklist 55, checklist 54)."""
    await here.group("keepers", word)

    reply = await jit(here, group_identifiers=["fresh", "keepers"])

    assert refusal(reply) == FORBIDDEN
    assert await stored(here, "nova") is None
    assert "fresh" not in {group.name for group, _ in await here.core.groups.list_all(here.by)}


@adjusted(jit_allow_admin_groups=True)
async def test_naming_a_group_that_administers_is_taken_where_the_setting_says_so(
    here: World,
) -> None:
    await here.group("keepers", "USER_ADMINISTRATION")

    user = await who(here, await jit(here, group_identifiers=["keepers"]))

    assert "USER_ADMINISTRATION" in user["privileges"]


@pytest.mark.parametrize("who_administers", [ADMIN, "su", "keeper"])
async def test_who_administers_and_system_accounts_are_never_changed(
    here: World, who_administers: str
) -> None:
    """The token is issued, profile and groups stay (checklist 55)."""
    await here.account("keeper")
    await here.group("keepers", "USER_ADMINISTRATION")
    await here.put_in("keepers", "keeper")
    before = await stored(here, who_administers)

    reply = await jit(
        here, who_administers, display_name="X", email="x@example.com", group_identifiers=[]
    )

    assert reply.status_code == 200
    assert await stored(here, who_administers) == before
    if who_administers == "keeper":
        assert await groups(here, reply) == {"keepers"}
    events = await here.core.means.store.read(lambda tx: tx.audit.latest(20))
    assert "jit.spare" in {event.act for event in events}


@adjusted(jit_enabled=False)
async def test_where_it_is_switched_off_nobody_is_made_or_changed(here: World) -> None:
    await here.account("lena")

    assert refusal(await jit(here)) == BAD
    user = await who(here, await jit(here, "lena", display_name="X", group_identifiers=["g"]))
    assert user["display_name"] == "lena"
    assert [group["name"] for group in user["user_groups"]] == ["All"]


async def test_by_password_nothing_is_made_or_changed(here: World) -> None:
    """It needs the secret key: the fields are ignored."""
    await here.account("lena")
    body = {"auto_create": True, "display_name": "X", "group_identifiers": ["Administrator"]}

    unknown = await here.post(FULL, {"username": "nova", "password": PASSWORD, **body})
    known = await here.post(FULL, {"username": "lena", "password": PASSWORD, **body})

    assert refusal(unknown) == UNAUTHORIZED
    user = await who(here, known)
    assert user["display_name"] == "lena"
    assert [group["name"] for group in user["user_groups"]] == ["All"]


@pytest.mark.parametrize(
    "more",
    [
        {"email": "nova"},
        {"email": "nova@"},
        {"email": ["nova@example.com"]},
        {"display_name": "a\nb"},
        {"display_name": 7},
        {"group_identifiers": "sales"},
        {"group_identifiers": {"identifier": "sales"}},
        {"group_identifiers": [7]},
        {"group_identifiers": [None]},
        {"group_identifiers": ["g\u0000"]},
        {"group_identifiers": [""]},
        {"group_identifiers": ["sales", "ok"] + ["g"] * 999},
        {"auto_create": "yes"},
        {"auto_create": []},
    ],
    ids=lambda more: str(more)[:40],
)
async def test_what_will_not_do_makes_nothing(here: World, more: dict[str, Any]) -> None:
    """All or nothing (checklist 54)."""
    assert refusal(await jit(here, **{"group_identifiers": ["ok"], **more})) == BAD

    assert await stored(here, "nova") is None
    assert "ok" not in {group.name for group, _ in await here.core.groups.list_all(here.by)}


@pytest.mark.parametrize("name", ["a\u0000b", "a\nb", "a\u202eb", "\u200b", " ", "a\u001b[2J"])
async def test_control_characters_in_a_new_name_are_refused(here: World, name: str) -> None:
    """Nothing that could forge a line of a log becomes a name (checklist 60)."""
    assert refusal(await jit(here, name)) == BAD


async def test_a_new_name_easily_mistaken_for_another_is_refused(here: World) -> None:
    """No look-alike shadows an account (checklist 56)."""
    await here.account("paul")

    assert refusal(await jit(here, "p\u0430ul")) == BAD
    assert (await jit(here, "PAUL")).json()["valid_for_username"] == "paul"
    assert (await jit(here, "Пётр")).status_code == 200


async def test_everything_is_decided_when_the_token_is_issued(here: World) -> None:
    await jit(here, group_identifiers=["sales"], user_parameters=ALL)

    account = await stored(here, "nova")
    assert account is not None
    kept = await here.core.means.store.read(lambda tx: tx.accounts.entitlements(account.id))
    assert kept[0].parameters == KEPT["parameters"]


async def test_the_audit_names_the_account_and_the_secrets_label(here: World) -> None:
    await jit(here)

    events = await here.core.means.store.read(lambda tx: tx.audit.latest(50))
    made = {event.act: event for event in events}
    account = await stored(here, "nova")
    assert account is not None
    for act in ("jit.create", "token.issue"):
        assert made[act].about == account.id
        assert made[act].actor == "default"
    assert made["token.issue"].source == type(HERE)(
        address="127.0.0.1",
        agent=made["token.issue"].source.agent,
        operation="v2_0 getFullAccessToken",
        incident_id=made["token.issue"].source.incident_id,
    )
