"""Just-in-time accounts and entitlements: what a token request brings about besides a token."""

from typing import Any

import httpx2
import pytest

from gatepass.core.records import Account
from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, adjusted
from tests.world import ADMIN, ADMIN_PASSWORD, HERE, PASSWORD, World, refusal

FULL, OBJECT = "auth/token/full", "auth/token/object"
BOTH = pytest.mark.parametrize("path", [FULL, OBJECT])
FILTER = {"column_name": "region", "operator": "EQ", "values": ["north"], "persist": True}
SORT = {"column_name": "sales", "order": "DESC", "persist": True}
PARAMETER = {"name": "currency", "values": ["EUR"], "persist": True}
KEPT = {
    "runtimeFilters": [{"columnName": "region", "operator": "EQ", "values": ["north"]}],
    "runtimeSorts": [{"columnName": "sales", "order": "DESC"}],
    "parameters": [{"name": "currency", "values": ["EUR"]}],
}


async def jit(here: World, name: str = "nova", path: str = FULL, **body: Any) -> httpx2.Response:
    body.setdefault("secret_key", await here.secret())
    body.setdefault("auto_create", True)
    if path == OBJECT:
        body.setdefault("object_id", "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11")
    return await here.post(path, {"username": name, **body})


async def who(here: World, reply: httpx2.Response) -> dict[str, Any]:
    """Return the user that a token is for."""
    assert reply.status_code == 200, reply.text
    user: dict[str, Any] = (await here.whoami(bearer=reply.json()["token"])).json()
    return user


async def groups(here: World, reply: httpx2.Response) -> set[str]:
    return {group["name"] for group in (await who(here, reply))["user_groups"]} - {"All"}


async def stored(here: World, name: str) -> Account | None:
    async def read(tx: Any) -> Any:
        return await tx.accounts.by_key(name)

    found: Account | None = await here.core.means.store.read(read)
    return found


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


async def keep(here: World, name: str = "nova", **parameters: Any) -> dict[str, Any]:
    """Persist entitlements by the key and return what the user then has."""
    user = await who(here, await jit(here, name, user_parameters=parameters))
    found: dict[str, Any] = user["user_parameters"]
    return found


ALL: dict[str, Any] = {
    "runtime_filters": [FILTER],
    "runtime_sorts": [SORT],
    "parameters": [PARAMETER],
}


@pytest.mark.parametrize("field", ["user_parameters", "jwt_user_options"])
async def test_persistent_entitlements_are_kept_on_the_user_in_the_org(
    here: World, field: str
) -> None:
    more: dict[str, Any] = {field: ALL}

    user = await who(here, await jit(here, **more))

    assert user["user_parameters"] == {"0": KEPT}


async def test_they_are_kept_per_org(here: World) -> None:
    north = await here.org()
    await keep(here, **ALL)

    reply = await jit(here, org_id=north.id, user_parameters={"parameters": [PARAMETER]})

    shown = (await who(here, reply))["user_parameters"]
    assert shown["0"] == KEPT
    assert shown[str(north.id)] == {
        "runtimeFilters": [],
        "runtimeSorts": [],
        "parameters": KEPT["parameters"],
    }


@pytest.mark.parametrize("flag", [{}, {"persist": False}, {"persist": None}, {"persist": ""}])
async def test_what_is_not_to_persist_is_not_kept(here: World, flag: dict[str, Any]) -> None:
    passing = [{key: FILTER[key] for key in ("column_name", "operator", "values")} | flag]
    assert await keep(here, runtime_filters=passing) == {}

    await keep(here, **ALL)
    assert await keep(here, runtime_filters=passing) == {"0": KEPT}


async def test_an_empty_list_clears_its_own_category(here: World) -> None:
    await keep(here, **ALL)

    assert (await keep(here, runtime_sorts=[]))["0"] == {**KEPT, "runtimeSorts": []}
    assert (await keep(here, runtime_filters=[]))["0"]["runtimeFilters"] == []
    assert await keep(here, parameters=[]) == {}


@pytest.mark.parametrize("absent", [None, ""])
async def test_an_absent_category_stays_as_it_is(here: World, absent: str | None) -> None:
    await keep(here, **ALL)

    assert await keep(here, runtime_filters=absent, runtime_sorts=absent) == {"0": KEPT}
    assert await keep(here) == {"0": KEPT}


async def test_an_administrator_may_set_entitlements_by_password(here: World) -> None:
    reply = await here.post(
        FULL, {"username": ADMIN, "password": ADMIN_PASSWORD, "user_parameters": ALL}
    )

    assert (await who(here, reply))["user_parameters"] == {"0": KEPT}


@pytest.mark.parametrize("category", ALL)
@pytest.mark.parametrize("persist", [True, False])
async def test_nobody_else_may_set_entitlements_by_password(
    here: World, category: str, *, persist: bool
) -> None:
    await here.account("mira")
    entries = [{**ALL[category][0], "persist": persist}]

    reply = await here.post(
        FULL,
        {"username": "mira", "password": PASSWORD, "user_parameters": {category: entries}},
    )

    assert refusal(reply) == FORBIDDEN


async def test_nobody_else_clears_entitlements_by_password(here: World) -> None:
    """An empty list is let through, and without effect: what restricts a user stays."""
    await here.account("mira")
    await keep(here, "mira", **ALL)
    empty: dict[str, Any] = {"runtime_filters": [], "runtime_sorts": [], "parameters": []}

    reply = await here.post(
        FULL, {"username": "mira", "password": PASSWORD, "user_parameters": empty}
    )

    assert (await who(here, reply))["user_parameters"] == {"0": KEPT}


async def test_objects_of_entitlements_are_accepted(here: World) -> None:
    objects = [{"type": "LOGICAL_TABLE", "identifier": "a-guid"}, {"identifier": "b"}]

    kept = await keep(
        here, objects=objects, runtime_filters=[{**FILTER, "objects": objects}], runtime_sorts=[{}]
    )

    assert kept["0"]["runtimeFilters"] == KEPT["runtimeFilters"]


@pytest.mark.parametrize(
    "parameters",
    [
        "text",
        [],
        {"runtime_filters": FILTER},
        {"runtime_filters": [{**FILTER, "operator": "LIKES"}]},
        {"runtime_filters": [{**FILTER, "operator": ["EQ"]}]},
        {"runtime_filters": [{"operator": "EQ", "values": ["a"]}]},
        {"runtime_filters": [{**FILTER, "column_name": ""}]},
        {"runtime_filters": [{**FILTER, "values": "north"}]},
        {"runtime_filters": [{**FILTER, "values": None}]},
        {"runtime_filters": [{**FILTER, "persist": "maybe"}]},
        {"runtime_filters": [{**FILTER, "objects": [{"type": "LOGICAL_TABLE"}]}]},
        {"runtime_filters": [{**FILTER, "objects": [{"type": "TABLE", "identifier": "a"}]}]},
        {"runtime_filters": [FILTER] * 1001},
        {"runtime_filters": [{**FILTER, "values": ["a"] * 1001}]},
        {"runtime_sorts": [{**SORT, "order": "UP"}]},
        {"parameters": [{"name": "a"}]},
        {"parameters": [{"values": ["a"]}]},
        {"objects": ["a"]},
    ],
    ids=lambda parameters: str(parameters)[:60],
)
async def test_malformed_entitlements_are_refused_and_nothing_is_kept(
    here: World, parameters: Any
) -> None:
    await keep(here, **ALL)

    assert refusal(await jit(here, user_parameters=parameters)) == BAD
    assert await keep(here) == {"0": KEPT}


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
        operation="getFullAccessToken",
        incident_id=made["token.issue"].source.incident_id,
    )
