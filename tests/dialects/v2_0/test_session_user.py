"""GET auth/session/user: every field, its type and where it comes from."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from gatepass.core.records import Account, AccountType, Preferences
from tests.adjusted import UNAUTHORIZED
from tests.world import ADMIN, ADMIN_PASSWORD, HERE, NOON, PASSWORD, World, headers, refusal

MILLIS = int(NOON.timestamp() * 1000)
SYSTEM = "67e15c06-d153-4924-a4cd-ff615393b60f"
TENANT = "982d6da9-9cd1-479e-b9a6-35aa05f9282a"

TEXT, YES, NUMBER, LIST, OBJECT = str, bool, int, list, dict
NONE = type(None)
FIELDS: dict[str, tuple[type, ...]] = {
    "id": (TEXT,),
    "name": (TEXT,),
    "display_name": (TEXT,),
    "visibility": (TEXT,),
    "author_id": (TEXT,),
    "can_change_password": (YES,),
    "complete_detail": (YES,),
    "creation_time_in_millis": (NUMBER,),
    "current_org": (OBJECT,),
    "deleted": (YES,),
    "deprecated": (YES,),
    "account_type": (TEXT,),
    "account_status": (TEXT,),
    "email": (TEXT, NONE),
    "expiration_time_in_millis": (NUMBER, NONE),
    "external": (YES,),
    "favorite_metadata": (LIST,),
    "first_login_time_in_millis": (NUMBER, NONE),
    "group_mask": (NUMBER,),
    "hidden": (YES,),
    "home_liveboard": (OBJECT, NONE),
    "incomplete_details": (LIST,),
    "is_first_login": (YES,),
    "modification_time_in_millis": (NUMBER,),
    "modifier_id": (TEXT,),
    "notify_on_share": (YES,),
    "onboarding_experience_completed": (YES,),
    "orgs": (LIST,),
    "owner_id": (TEXT,),
    "parent_type": (TEXT,),
    "privileges": (LIST,),
    "show_onboarding_experience": (YES,),
    "super_user": (YES,),
    "system_user": (YES,),
    "tags": (LIST,),
    "tenant_id": (TEXT,),
    "user_groups": (LIST,),
    "user_inherited_groups": (LIST,),
    "welcome_email_sent": (YES,),
    "org_privileges": (OBJECT, NONE),
    "preferred_locale": (TEXT, NONE),
    "use_browser_language": (YES, NONE),
    "extended_properties": (OBJECT,),
    "extended_preferences": (OBJECT,),
    "user_parameters": (OBJECT, NONE),
    "access_control_properties": (OBJECT, NONE),
    "variable_values": (OBJECT, NONE),
}
"""Every field of the vendor's `User`, and what JSON may hold there."""


async def user(here: World, name: str = "mira", **more: Any) -> dict[str, Any]:
    shown: dict[str, Any] = (await here.whoami(bearer=await here.token(name, **more))).json()
    return shown


async def change(here: World, account: Account, **facts: Any) -> None:
    """Change what no operation of this version can change."""
    changed = replace(account, **facts)
    await here.core.means.store.write(lambda tx: tx.accounts.put(changed))


@pytest.mark.parametrize("who", ["plain", "full", "admin"])
async def test_every_field_is_there_with_its_type(here: World, who: str) -> None:
    if who == "admin":
        shown = await user(here, ADMIN, password=ADMIN_PASSWORD)
    else:
        account = await here.account(email="mira@example.com" if who == "full" else None)
        if who == "full":
            likes = Preferences(preferred_locale="de-DE", use_browser_language=False)
            await change(here, account, preferences=likes, expires_at=NOON + timedelta(days=1))
            await here.login()
        shown = await user(here)

    assert set(shown) == set(FIELDS)
    for name, value in shown.items():
        assert type(value) in FIELDS[name], name


async def test_a_plain_user_in_full(here: World) -> None:
    mira = await here.account("Mira", display_name="Mira M.", email="mira@example.com")
    everyone = {"id": "b25ee394-9d13-49e3-9385-cd97f5b253b4", "name": "All"}

    assert await user(here, "mira") == {
        "id": mira.id,
        "name": "Mira",
        "display_name": "Mira M.",
        "visibility": "SHARABLE",
        "author_id": SYSTEM,
        "can_change_password": True,
        "complete_detail": True,
        "creation_time_in_millis": MILLIS,
        "current_org": {"id": 0, "name": "Primary"},
        "deleted": False,
        "deprecated": False,
        "account_type": "LOCAL_USER",
        "account_status": "ACTIVE",
        "email": "mira@example.com",
        "expiration_time_in_millis": None,
        "external": False,
        "favorite_metadata": [],
        "first_login_time_in_millis": None,
        "group_mask": 4,
        "hidden": False,
        "home_liveboard": None,
        "incomplete_details": [],
        "is_first_login": True,
        "modification_time_in_millis": MILLIS,
        "modifier_id": SYSTEM,
        "notify_on_share": True,
        "onboarding_experience_completed": False,
        "orgs": [{"id": 0, "name": "Primary"}],
        "owner_id": mira.id,
        "parent_type": "USER",
        "privileges": ["AUTHORING"],
        "show_onboarding_experience": True,
        "super_user": False,
        "system_user": False,
        "tags": [],
        "tenant_id": TENANT,
        "user_groups": [everyone],
        "user_inherited_groups": [everyone],
        "welcome_email_sent": False,
        "org_privileges": {"0": ["AUTHORING"]},
        "preferred_locale": None,
        "use_browser_language": None,
        "extended_properties": {},
        "extended_preferences": {},
        "user_parameters": {},
        "access_control_properties": {},
        "variable_values": {},
    }


async def test_the_first_administrator(here: World) -> None:
    await here.org("north")

    shown = await user(here, ADMIN, password=ADMIN_PASSWORD)

    assert shown["id"] == "59481331-ee53-42be-a548-bd87be6ddd4a"
    assert shown["system_user"] is True
    assert shown["super_user"] is True
    assert shown["group_mask"] == 6
    assert "ADMINISTRATION" in shown["privileges"]
    assert shown["orgs"] == [{"id": 0, "name": "Primary"}]


async def test_an_administrator_shows_more_orgs_once_added_to_them(here: World) -> None:
    north = await here.org("north")
    await here.join(ADMIN, north.id)

    shown = await user(here, ADMIN, password=ADMIN_PASSWORD)

    assert shown["orgs"] == [{"id": 0, "name": "Primary"}, {"id": north.id, "name": "north"}]


async def test_groups_and_privileges_are_those_of_the_current_org(here: World) -> None:
    await here.account()
    north = await here.org()
    await here.join("mira", north.id)
    outer = await here.group("outer", "DATADOWNLOADING")
    inner = await here.core.groups.create(
        here.by, HERE, name="inner", privileges=["JOBSCHEDULING"], parents=["outer"]
    )
    await here.put_in("inner", "mira")
    there = await here.group("there", "A3ANALYSIS", org=north.id)
    await here.put_in("there", "mira", north.id)

    primary = await user(here)
    other = await user(here, org_id=north.id)

    assert names(primary["user_groups"]) == {"All", inner.name}
    assert names(primary["user_inherited_groups"]) == {"All", inner.name, outer.name}
    assert primary["privileges"] == ["AUTHORING", "DATADOWNLOADING", "JOBSCHEDULING"]
    assert names(other["user_groups"]) == names(other["user_inherited_groups"])
    assert names(other["user_groups"]) == {"All", there.name}
    assert other["privileges"] == ["A3ANALYSIS", "AUTHORING"]
    assert other["current_org"] == {"id": north.id, "name": "north"}
    every = {"0": primary["privileges"], str(north.id): other["privileges"]}
    assert primary["org_privileges"] == other["org_privileges"] == every


def names(references: list[dict[str, str]]) -> set[str]:
    assert all(set(one) == {"id", "name"} for one in references)
    return {one["name"] for one in references}


async def test_times_and_people_come_from_the_account(here: World) -> None:
    token = await here.token(ADMIN, password=ADMIN_PASSWORD)
    admin = await here.core.gate.principal(bearer=token, cookie=None)
    mira = await here.core.accounts.create(admin, HERE, name="mira", password=PASSWORD)
    await change(
        here,
        mira,
        modifier_id=mira.id,
        modified_at=NOON + timedelta(seconds=5),
        expires_at=NOON + timedelta(days=400),
    )
    here.clock.advance(seconds=7)
    await here.login()

    shown = await user(here)

    assert shown["author_id"] == admin.account_id
    assert shown["modifier_id"] == shown["owner_id"] == mira.id
    assert shown["creation_time_in_millis"] == MILLIS
    assert shown["modification_time_in_millis"] == MILLIS + 5_000
    assert shown["expiration_time_in_millis"] == MILLIS + 400 * 86_400_000
    assert shown["first_login_time_in_millis"] == MILLIS + 7_000
    assert shown["is_first_login"] is False


async def test_preferences_are_shown_as_kept(here: World) -> None:
    likes = Preferences(
        notify_on_share=False,
        show_onboarding_experience=False,
        onboarding_experience_completed=True,
        welcome_email_sent=True,
        preferred_locale="fr-FR",
        use_browser_language=True,
        extended_properties={"displayNameLastUpdatedBy": "ADMIN"},
        extended_preferences={"a": 1},
    )
    await change(here, await here.account(), preferences=likes, sharable=False)

    shown = await user(here)

    assert shown["notify_on_share"] is False
    assert shown["show_onboarding_experience"] is False
    assert shown["onboarding_experience_completed"] is True
    assert shown["welcome_email_sent"] is True
    assert shown["preferred_locale"] == "fr-FR"
    assert shown["use_browser_language"] is True
    assert shown["extended_properties"] == {"displayNameLastUpdatedBy": "ADMIN"}
    assert shown["extended_preferences"] == {"a": 1}
    assert shown["visibility"] == "NON_SHARABLE"


@pytest.mark.parametrize("kind", AccountType, ids=str)
async def test_only_a_local_account_with_a_password_can_change_it(
    here: World, kind: AccountType
) -> None:
    await change(here, await here.account(), type=kind)

    shown = await user(here, secret_key=await here.secret())

    assert shown["account_type"] == kind.value
    assert shown["can_change_password"] is (kind is AccountType.LOCAL)


async def test_an_account_without_a_password_cannot_change_it(here: World) -> None:
    await here.account(password=None)

    shown = await user(here, secret_key=await here.secret())

    assert shown["can_change_password"] is False


async def test_a_change_shows_on_the_next_call(here: World) -> None:
    await here.account()
    token = await here.token()
    assert "JOBSCHEDULING" not in (await here.whoami(bearer=token)).json()["privileges"]
    await here.group("planners", "JOBSCHEDULING")
    await here.put_in("planners", "mira")

    assert "JOBSCHEDULING" in (await here.whoami(bearer=token)).json()["privileges"]


async def test_it_is_answered_for_cookie_and_bearer_with_a_content_type(here: World) -> None:
    await here.account()

    for sent in ({"cookie": await here.login()}, {"bearer": await here.token()}):
        reply = await here.whoami(**sent)
        assert reply.status_code == 200
        assert reply.headers["content-type"] == "application/json"


async def test_without_a_good_credential_it_is_unauthorized(here: World) -> None:
    for sent in ({}, {"Authorization": "Bearer"}, {"Authorization": "Bearer x"}, {"Cookie": "a=b"}):
        reply = await here.get("auth/session/user", headers=sent)
        assert refusal(reply) == UNAUTHORIZED
        assert reply.headers["www-authenticate"] == "Bearer"


async def test_any_accept_header_is_answered_in_json(here: World) -> None:
    await here.account()
    token = await here.token()

    for accept in ("application/json, */*;q=0.8", "text/html", "image/png", ""):
        reply = await here.get(
            "auth/session/user", headers={**headers(bearer=token), "Accept": accept}
        )
        assert reply.status_code == 200
