"""session/orgs of v1: which Orgs one may work in, and the switch to another."""

from typing import Any

import httpx2
import pytest

from gatepass.core.records import Org
from tests.adjusted import adjusted
from tests.dialects.v1.forms import (
    BAD,
    FORBIDDEN,
    UNAUTHORIZED,
    admin,
    ask,
    info,
    is_active,
    log_in,
    refusal,
    trusted_token,
)
from tests.world import ADMIN, ADMIN_PASSWORD, World, headers, session_cookie

NOWHERE = "4711"


@pytest.fixture
async def north(here: World) -> Org:
    """Two Orgs, one of them mira's beside Primary."""
    north = await here.org("north")
    await here.org("south")
    await here.account("mira")
    await here.join("mira", north.id)
    return north


async def switch(here: World, org: object, *, field: str = "orgid", **sent: Any) -> httpx2.Response:
    return await ask(here, "PUT", "session/orgs", {field: str(org)}, **sent)


async def listed(here: World, **query: object) -> list[int]:
    reply = await ask(here, "GET", "session/orgs", query=dict(query), cookie=await admin(here))
    assert reply.status_code == 200, reply.text
    return [one["orgId"] for one in reply.json()["orgs"]]


async def test_members_see_their_active_orgs(here: World, north: Org) -> None:
    reply = await ask(here, "GET", "session/orgs", cookie=await log_in(here))

    body = reply.json()
    assert {name: body[name] for name in body if name != "orgs"} == {
        "canAdministerAllOrgs": False,
        "currentOrgId": 0,
    }
    primary, second = body["orgs"]
    assert (primary["orgId"], primary["orgName"]) == (0, "Primary")
    assert second == {
        "orgId": north.id,
        "orgName": "north",
        "description": "",
        "allUserGroupId": second["allUserGroupId"],
        "defaultAdminUserGroupId": second["defaultAdminUserGroupId"],
        "isActive": True,
    }
    by = headers(bearer=await here.token(ADMIN, password=ADMIN_PASSWORD))
    search = {"org_identifiers": [north.id], "record_size": -1}
    groups = (await here.post("groups/search", search, headers=by)).json()
    assert {one["name"]: one["id"] for one in groups} == {
        "All": second["allUserGroupId"],
        "Administrator": second["defaultAdminUserGroupId"],
    }


async def test_who_administers_the_cluster_sees_all(here: World, north: Org) -> None:
    reply = await ask(here, "GET", "session/orgs", cookie=await admin(here))

    assert {one["orgName"] for one in reply.json()["orgs"]} == {"Primary", north.name, "south"}
    assert reply.json()["canAdministerAllOrgs"] is True


async def test_a_token_sees_its_own(here: World, north: Org) -> None:
    token = await trusted_token(here, orgid=str(north.id))

    body = (await ask(here, "GET", "session/orgs", bearer=token)).json()

    assert [one["orgId"] for one in body["orgs"]] == [north.id]
    assert body["currentOrgId"] == north.id


async def test_they_come_in_pages(here: World, north: Org) -> None:
    every = await listed(here)

    assert north.id in every
    assert len(every) == 3
    assert await listed(here, batchsize=-1, offset=-1) == every
    assert await listed(here, batchsize=2) == every[:2]
    assert await listed(here, batchsize=2, offset=2) == every[2:]
    assert await listed(here, batchsize=0) == []
    assert await listed(here, offset=9) == []


@pytest.mark.parametrize("field", ["orgid", "org"])
async def test_the_same_session_goes_on_in_another_org(here: World, north: Org, field: str) -> None:
    """The cookie stays (checklist 1), the next call is there, in every dialect."""
    cookie = await log_in(here)
    assert (await info(here, cookie=cookie))["currentOrgId"] == 0

    reply = await switch(here, north.id, field=field, cookie=cookie)

    assert (reply.status_code, reply.content) == (204, b"")
    assert "set-cookie" not in reply.headers
    assert (await info(here, cookie=cookie))["currentOrgId"] == north.id
    user = (await here.whoami(cookie=cookie)).json()
    assert user["current_org"] == {"id": north.id, "name": "north"}
    assert len(await here.core.sessions.live(here.by, account="mira")) == 1


async def test_other_sessions_of_the_user_stay_where_they_are(here: World, north: Org) -> None:
    one, other = await log_in(here), await log_in(here)

    await switch(here, north.id, cookie=one)

    assert (await info(here, cookie=other))["currentOrgId"] == 0
    assert (await info(here, cookie=await log_in(here)))["currentOrgId"] == north.id


async def test_privileges_are_those_of_the_new_org(here: World, north: Org) -> None:
    await here.group("keepers", "DATADOWNLOADING", org=north.id)
    await here.put_in("keepers", "mira", north.id)
    cookie = await log_in(here)
    assert "DATADOWNLOADING" not in (await info(here, cookie=cookie))["privileges"]

    await switch(here, north.id, cookie=cookie)

    assert "DATADOWNLOADING" in (await info(here, cookie=cookie))["privileges"]


async def test_no_header_is_asked_for(here: World, north: Org) -> None:
    cookie = await log_in(here)

    reply = await ask(
        here,
        "PUT",
        "session/orgs",
        {"orgid": str(north.id)},
        cookie=cookie,
        more={"X-Requested-By": ""},
    )

    assert reply.status_code == 204


async def test_but_a_foreign_page_switches_nothing(here: World, north: Org) -> None:
    """It is held off by its origin (checklist 20)."""
    cookie = await log_in(here)
    more = {"Origin": "https://evil.example"}

    reply = await ask(
        here, "PUT", "session/orgs", {"orgid": str(north.id)}, cookie=cookie, more=more
    )

    assert refusal(reply) == FORBIDDEN
    assert (await info(here, cookie=cookie))["currentOrgId"] == 0


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize("org", ["", "north", NOWHERE, "1.5", "-2", str(2**31)])
async def test_what_is_no_org_is_a_bad_request(here: World, org: str) -> None:
    assert refusal(await switch(here, org, cookie=await log_in(here))) == BAD


@pytest.mark.usefixtures("north")
async def test_nobody_switches_to_an_org_that_is_not_his(here: World) -> None:
    """Nor to all of them (checklist 52)."""
    south = next(one for one in await here.core.orgs.list_all(here.by) if one.name == "south")
    cookie = await log_in(here)

    for other in (south.id, -1):
        assert refusal(await switch(here, other, cookie=cookie)) == FORBIDDEN
    assert (await info(here, cookie=cookie))["currentOrgId"] == 0


async def test_nor_without_a_session(here: World, north: Org) -> None:
    assert refusal(await switch(here, north.id)) == UNAUTHORIZED


async def test_a_token_has_one_org_for_good(here: World, north: Org) -> None:
    """And so has a session that was bought with one (checklist 28)."""
    token = await trusted_token(here)
    form = {"auth_token": token, "no_url_redirection": "true"}
    bought = session_cookie(await ask(here, "POST", "session/login/token", form))

    assert refusal(await switch(here, north.id, bearer=token)) == BAD
    assert refusal(await switch(here, north.id, cookie=bought)) == FORBIDDEN
    assert (await switch(here, 0, cookie=bought)).status_code == 204


async def test_an_administrator_goes_anywhere_and_back(here: World, north: Org) -> None:
    """All Orgs are administered from Primary."""
    cookie = await admin(here)

    assert (await switch(here, north.id, cookie=cookie)).status_code == 204
    assert (await info(here, cookie=cookie))["currentOrgId"] == north.id
    assert (await switch(here, -1, cookie=cookie)).status_code == 204
    assert (await info(here, cookie=cookie))["currentOrgId"] == 0


@adjusted(orgs_enabled=False)
async def test_without_orgs_there_is_one_to_switch_to(here: World) -> None:
    await here.account("mira")
    cookie = await log_in(here)

    assert refusal(await switch(here, NOWHERE, cookie=cookie)) == BAD
    assert (await switch(here, 0, cookie=cookie)).status_code == 204


async def test_the_audit_has_both_what_was_done_and_what_was_refused(
    here: World, north: Org
) -> None:
    cookie = await log_in(here)
    await switch(here, north.id, cookie=cookie)
    await switch(here, NOWHERE, cookie=cookie)

    refused, done = await here.core.means.store.read(lambda tx: tx.audit.latest(2))

    assert (done.act, done.refused, done.org_id) == ("session.switch_org", None, north.id)
    assert done.data["before"] == 0
    assert (refused.act, refused.refused) == ("session.switch_org", "org_not_usable")
    assert done.by_account == refused.by_account == done.about


async def test_an_administrator_is_told_the_orgs_of_a_user(here: World, north: Org) -> None:
    mira = (await here.core.accounts.find(here.by, "mira")).id
    await switch(here, north.id, cookie=await log_in(here))

    reply = await ask(
        here,
        "GET",
        f"session/orgs/users/{mira}",
        query={"orgScope": "ALL"},
        cookie=await admin(here),
    )

    body = reply.json()
    assert [one["orgId"] for one in body["orgs"]] == [0, north.id]
    assert (body["currentOrgId"], body["canAdministerAllOrgs"]) == (north.id, False)


async def test_who_administers_one_org_is_told_of_that_one(here: World, north: Org) -> None:
    """And of nobody who is not in it (checklist 52)."""
    await here.account("kim", org=north.id)
    await here.put_in("Administrator", "kim", north.id)
    lena = await here.account("lena")
    mira = await here.core.accounts.find(here.by, "mira")
    kim = await log_in(here, "kim")

    body = (await ask(here, "GET", f"session/orgs/users/{mira.id}", cookie=kim)).json()
    assert [one["orgId"] for one in body["orgs"]] == [north.id]
    assert body["currentOrgId"] == north.id
    reply = await ask(here, "GET", f"session/orgs/users/{lena.id}", cookie=kim)
    assert refusal(reply) == BAD


@pytest.mark.usefixtures("north")
async def test_nobody_else_is_told(here: World) -> None:
    mira = (await here.core.accounts.find(here.by, "mira")).id
    path = f"session/orgs/users/{mira}"

    assert refusal(await ask(here, "GET", path, cookie=await log_in(here))) == FORBIDDEN
    assert refusal(await ask(here, "GET", path)) == UNAUTHORIZED
    unknown = await ask(here, "GET", "session/orgs/users/x", cookie=await admin(here))
    assert refusal(unknown) == BAD


async def test_an_org_that_is_left_ends_the_session_in_it(here: World, north: Org) -> None:
    """On the next call, however it came there (checklist 32)."""
    cookie = await log_in(here)
    await switch(here, north.id, cookie=cookie)
    assert await is_active(here, cookie=cookie) == 200
    by = headers(bearer=await here.token(ADMIN, password=ADMIN_PASSWORD))

    out = {"user_identifiers": ["mira"], "operation": "REMOVE"}
    assert (await here.post(f"orgs/{north.id}/update", out, headers=by)).status_code == 204

    assert await is_active(here, cookie=cookie) == 401
