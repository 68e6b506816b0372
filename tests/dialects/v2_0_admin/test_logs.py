"""REST v2.0, logs: events of the audit trail in the vendor's words."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED
from tests.dialects.v2_0_admin.administering import (
    Caller,
    administrator,
    holder,
    org_administrator,
    somebody,
)
from tests.world import ADMIN_PASSWORD, NOON, PASSWORD, World, refusal

TSADMIN = "59481331-ee53-42be-a548-bd87be6ddd4a"
DAY = 86_400_000
MILLIS = int(NOON.timestamp() * 1000)


async def logs(caller: Caller, **body: Any) -> list[dict[str, Any]]:
    found = await caller.find("logs/fetch", log_type="SECURITY_AUDIT", **body)
    for one in found:
        assert set(one) == {"date", "log"}
    return [json.loads(one["log"]) for one in found]


async def kinds(caller: Caller, **body: Any) -> list[str]:
    return [one["type"] for one in await logs(caller, **body)]


async def test_an_event_is_told_as_the_vendor_tells_it(here: World) -> None:
    await here.post("auth/session/login", {"username": "mira", "password": "wrong"})
    admin = await administrator(here)
    here.clock.advance(microseconds=201455)
    made = await admin.make("users/create", name="mira", display_name="M", email="m@example.com")

    found = await admin.find("logs/fetch", log_type="SECURITY_AUDIT")

    assert found[0]["date"] == "2026-06-01T12:00:00.201455Z"
    log = json.loads(found[0]["log"])
    assert log["id"].startswith("TS-")
    assert len(log.pop("id")) == 39
    assert list(log.items()) == [
        ("version", "1.1"),
        ("ts", "2026-06-01T12:00:00Z"),
        ("orgId", 0),
        ("userGUID", TSADMIN),
        ("userName", "tsadmin"),
        ("cIP", "127.0.0.1"),
        ("type", "USERS_CREATED"),
        ("desc", "New user accounts creation attempted"),
        ("data", {"userNames": ["mira"]}),
    ]
    failed = json.loads(found[-2]["log"])
    assert (failed["type"], failed["desc"]) == ("LOGIN_FAILED", "User login failed")
    assert failed["data"] == {"userName": "mira"}
    assert (failed["userGUID"], failed["userName"]) == (None, None)
    assert made["name"] == "mira"


async def test_what_people_do_is_told_newest_first_in_the_vendors_types(here: World) -> None:
    admin = await administrator(here)
    await here.account("mira")
    here.clock.advance(hours=25)
    admin = await administrator(here)
    here.clock.advance(seconds=1)
    cookie = await here.login("mira")
    await here.post("auth/session/logout", headers={"Cookie": f"JSESSIONID={cookie}"})
    for _ in range(here.core.rules.lockout_threshold):
        await here.post("auth/session/login", {"username": "mira", "password": "wrong-one"})
    body = {"user_identifier": "mira", "new_password": PASSWORD + "x"}
    await admin.do("users/reset-password", **body)
    await admin.do("users/mira/update", display_name="Other")
    await admin.make("roles/create", name="keepers")
    await admin.make("groups/create", name="crew", display_name="crew")
    await admin.do("groups/crew/update", user_identifiers=["mira"])
    await admin.do("groups/crew/update", privileges=["DEVELOPER"])
    await admin.do("groups/crew/update", role_identifiers=["keepers"])
    await admin.do("groups/crew/update", role_identifiers=["keepers"], operation="REMOVE")
    await admin.do("groups/crew/update", description="x")
    await admin.do("groups/crew/delete")
    await admin.make("roles/keepers/update", name="keepers")
    await admin.do("roles/keepers/delete")
    await admin.make("orgs/create", name="north")
    await admin.do("orgs/north/delete")
    await admin.do("users/mira/delete")
    await admin.do("auth/token/revoke")

    admin = await administrator(here)
    told = await logs(admin, start_epoch_time_in_millis=MILLIS + 25 * 3_600_000 + 1000)

    assert [one["type"] for one in reversed(told)] == [
        "LOGIN_SUCCESSFUL",
        "LOGOUT_SUCCESSFUL",
        *["LOGIN_FAILED"] * here.core.rules.lockout_threshold,
        "UPDATE_PASSWORD",
        "USERS_MODIFIED",
        "ROLE_CREATED",
        "USER_GROUPS_CREATED",
        "PRINCIPALS_IN_GROUP_UPDATE",
        "PRIVILEGE_CHANGES",
        "ROLES_ASSIGNED",
        "ROLES_REMOVED",
        "USER_GROUP_MODIFIED",
        "USER_GROUPS_DELETED",
        "ROLE_UPDATED",
        "ROLE_DELETED",
        "ORG_CREATION_SUCCESSFUL",
        "ORG_DELETION_SUCCESSFUL",
        "USERS_DELETED",
        "AUTH_TOKEN_REVOKED",
        "AUTH_TOKEN_CREATED_SUCCESSFULLY",
    ]
    by_type = {one["type"]: one for one in told}
    assert by_type["LOGIN_SUCCESSFUL"]["data"] == {"userName": "mira"}
    assert by_type["ORG_CREATION_SUCCESSFUL"]["data"] == {"OrgName": "north"}
    assert by_type["ORG_CREATION_SUCCESSFUL"]["orgId"] == -1
    assert by_type["PRIVILEGE_CHANGES"]["data"]["modifiedPrivileges"] == ["DEVELOPER"]
    assert by_type["USERS_DELETED"]["data"]["userGUIDs"][0]["id"]


@pytest.mark.parametrize(
    ("asked", "hours"),
    [
        ({}, {48, 30}),
        ({"start_epoch_time_in_millis": MILLIS}, {0, 20}),
        ({"end_epoch_time_in_millis": MILLIS + DAY}, {0, 20}),
        ({"end_epoch_time_in_millis": MILLIS}, set()),
        ({"end_epoch_time_in_millis": 0}, set()),
        (
            {
                "start_epoch_time_in_millis": MILLIS + 1,
                "end_epoch_time_in_millis": float(MILLIS + DAY),
            },
            {20},
        ),
        ({"start_epoch_time_in_millis": str(MILLIS + 30 * 3_600_000)}, {30, 48}),
        ({"start_epoch_time_in_millis": MILLIS, "end_epoch_time_in_millis": MILLIS}, set()),
    ],
    ids=str,
)
async def test_a_span_of_up_to_a_day_is_told(
    here: World, asked: dict[str, Any], hours: set[int]
) -> None:
    for hour in (0, 20, 30, 48):
        here.clock.now = NOON + timedelta(hours=hour)
        await here.account(f"at-{hour}")
    admin = await administrator(here)

    told = await logs(admin, **asked)

    named = {one["data"]["userNames"][0] for one in told if one["type"] == "USERS_CREATED"}
    assert named == {f"at-{hour}" for hour in hours}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"log_type": "OTHER"},
        {"log_type": None},
        {"log_type": "SECURITY_AUDIT", "start_epoch_time_in_millis": -1},
        {"log_type": "SECURITY_AUDIT", "start_epoch_time_in_millis": "noon"},
        {"log_type": "SECURITY_AUDIT", "end_epoch_time_in_millis": 1e300},
        {"log_type": "SECURITY_AUDIT", "start_epoch_time_in_millis": 253_402_300_799_999},
        {
            "log_type": "SECURITY_AUDIT",
            "start_epoch_time_in_millis": MILLIS,
            "end_epoch_time_in_millis": MILLIS + DAY + 1,
        },
        {
            "log_type": "SECURITY_AUDIT",
            "start_epoch_time_in_millis": MILLIS,
            "end_epoch_time_in_millis": MILLIS - 1,
        },
    ],
    ids=str,
)
async def test_a_span_that_is_none_is_refused(here: World, body: dict[str, Any]) -> None:
    assert await (await administrator(here)).refused("logs/fetch", **body) == BAD


async def test_only_so_many_are_told_where_not_all_are_asked_for(here: World) -> None:
    admin = await administrator(here)

    assert await kinds(admin, get_all_logs=False) == await kinds(admin)


async def test_only_who_may_is_told_and_of_his_org_alone(here: World) -> None:
    """An Org's administrator is told of what happened there."""
    north = await here.org("north")
    nora = await org_administrator(here, north.id)
    await here.account("mira")
    mira = await somebody(here)
    looker = await holder(here, "looker", "SYSTEM_INFO_ADMINISTRATION")
    limited = Caller(here, await here.token("looker", object_id="lb-1"))
    body = {"log_type": "SECURITY_AUDIT"}

    assert refusal(await here.post("logs/fetch", body)) == UNAUTHORIZED
    assert await mira.refused("logs/fetch", **body) == FORBIDDEN
    assert await limited.refused("logs/fetch", **body) == FORBIDDEN
    assert {one["orgId"] for one in await logs(nora)} == {north.id, -1}
    assert "USERS_CREATED" in await kinds(looker)
    assert {one["orgId"] for one in await logs(looker)} <= {0, -1}


async def test_no_secret_stands_in_a_log(here: World) -> None:
    """Passwords, keys and tokens are in no log (checklist 58)."""
    admin = await administrator(here)
    await here.account("mira")
    key = await here.secret()
    token = await here.token("mira", secret_key=key)
    new = "Copper-Inside-19-Walls"
    await admin.do("users/reset-password", user_identifier="mira", new_password=new)
    link = await admin.make(
        "users/deactivate", user_identifier="mira", base_url="http://gatepass.test"
    )
    secret = link["activation_link"].rpartition("=")[2]

    told = json.dumps(await logs(admin))

    for one in (ADMIN_PASSWORD, PASSWORD, new, key, token, secret, admin.token):
        assert one not in told
