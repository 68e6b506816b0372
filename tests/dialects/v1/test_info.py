"""session/info, /prism/preauth/info and system/config of v1: what browsers ask first."""

import json
from datetime import timedelta
from typing import Any

import pytest

from gatepass.core.means import Means
from tests.adjusted import adjusted
from tests.dialects.v1.forms import (
    BAD,
    UNAUTHORIZED,
    admin,
    ask,
    info,
    is_active,
    log_in,
    refusal,
    trusted_token,
)
from tests.world import NOON, World, headers

PREAUTH = "http://gatepass.test/prism/preauth"


@pytest.fixture(autouse=True)
async def mira(here: World) -> None:
    await here.account("mira", display_name="Mira Holt", email="mira@example.com")


async def test_it_says_who_is_calling_in_full(here: World) -> None:
    found = await info(here, cookie=await log_in(here))

    noon = int(NOON.timestamp())
    assert found.pop("authToken")
    assert found.pop("userGUID") == (await here.core.accounts.find(here.by, "mira")).id
    assert found == {
        "userName": "mira",
        "userDisplayName": "Mira Holt",
        "userEmail": "mira@example.com",
        "userCreatedTime": noon * 1000,
        "userExpirationTime": 0,
        "apiVersion": "v1",
        "canChangePassword": True,
        "isSystemUser": False,
        "isPublicUser": False,
        "logicalModelVersion": 1,
        "userGroupMask": 4,
        "privileges": ["AUTHORING"],
        "expirationTime": noon + 30 * 24 * 60 * 60,
        "locale": "en_GB",
        "timezone": "UTC",
        "dateFormat": {"formatPattern": "MM/dd/yyyy"},
        "timeFormat": {"formatPattern": "HH:mm:ss"},
        "dateTimeFormat": {"formatPattern": "MM/dd/yyyy HH:mm:ss"},
        "integerFormat": {},
        "decimalFormat": {},
        "clientState": {"preferences": {}, "tips": {}},
        "releaseVersion": "26.8.0.cl",
        "currentOrgId": 0,
        "configInfo": {
            "mixpanelConfig": {"devSdkKey": "", "prodSdkKey": "", "production": False},
            "isPublicUser": False,
            "selfClusterId": "gatepass",
            "selfClusterName": "gatepass",
            "orgsConfiguration": {"enabled": True},
            "enableSpotterDataSourceDiscovery": False,
            "showSpotterPastConversations": False,
        },
    }


async def test_of_an_administrator_it_says_so(here: World) -> None:
    found = await info(here, cookie=await admin(here))

    assert found["userGroupMask"] == 6
    assert "ADMINISTRATION" in found["privileges"]
    assert found["isSystemUser"] is True


@adjusted(orgs_enabled=False)
async def test_it_says_whether_there_are_orgs(here: World) -> None:
    found = await info(here, cookie=await log_in(here))

    assert found["configInfo"]["orgsConfiguration"] == {"enabled": False}


async def test_the_end_is_that_of_the_credential(here: World) -> None:
    noon = int(NOON.timestamp())
    remembered = await log_in(here, rememberme="true")
    token = await here.token(validity_time_in_sec=77)

    assert (await info(here, cookie=remembered))["expirationTime"] == noon + 7 * 86400
    assert (await info(here, bearer=token))["expirationTime"] == noon + 77


async def test_the_auth_token_is_one_text_a_credential_and_good_for_nothing(here: World) -> None:
    one, other = await log_in(here), await log_in(here)
    shown = (await info(here, cookie=one))["authToken"]

    assert (await info(here, cookie=one))["authToken"] == shown
    assert (await info(here, cookie=other))["authToken"] != shown
    assert shown not in one
    assert await is_active(here, bearer=shown) == 401
    assert await is_active(here, cookie=shown) == 401
    reply = await ask(here, "POST", "session/login/token", {"auth_token": shown})
    assert refusal(reply) == UNAUTHORIZED


async def test_a_change_of_the_account_shows_at_once(here: World) -> None:
    cookie = await log_in(here)
    assert (await info(here, cookie=cookie))["userDisplayName"] == "Mira Holt"
    by = headers(bearer=await here.token("tsadmin", password="Zx-correct-horse-9"))

    await here.post("users/mira/update", {"display_name": "Mira H."}, headers=by)

    assert (await info(here, cookie=cookie))["userDisplayName"] == "Mira H."


async def test_the_preauth_answer_holds_the_same(here: World) -> None:
    cookie = await log_in(here)

    reply = await ask(here, "GET", "info", prefix=PREAUTH, cookie=cookie)

    assert reply.status_code == 200
    assert reply.json() == {"info": await info(here, cookie=cookie)}


@pytest.mark.parametrize("path", ["session/info", "session/isactive", "session/orgs"])
async def test_nobody_is_told_nothing(here: World, path: str) -> None:
    """A 401 with a challenge for which no browser asks for a password (checklist 35)."""
    for bearer, cookie in ((None, None), ("gpf_" + "x" * 43, None), (None, "gps_" + "x" * 43)):
        reply = await ask(here, "GET", path, bearer=bearer, cookie=cookie)
        assert refusal(reply) == UNAUTHORIZED
        assert reply.headers["www-authenticate"] == "Bearer"
        assert "location" not in reply.headers


async def test_nor_before_that(here: World) -> None:
    assert refusal(await ask(here, "GET", "info", prefix=PREAUTH)) == UNAUTHORIZED


async def test_tokens_of_every_kind_are_good_for_it(here: World) -> None:
    key = await here.secret()
    full, limited = await here.token(), await here.token(secret_key=key, object_id="x")
    custom = await here.post("auth/token/custom", {"username": "mira", "secret_key": key})

    for token in (full, limited, custom.json()["token"], await trusted_token(here)):
        assert (await info(here, bearer=token))["userName"] == "mira"
        reply = await ask(here, "GET", "info", prefix=PREAUTH, bearer=token)
        assert reply.json()["info"]["userName"] == "mira"
        assert (await ask(here, "POST", "session/logout", bearer=token)).status_code == 204
        assert await is_active(here, bearer=token) == 401


async def test_who_am_i_is_worded_once(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the verified principal the answer is kept whole: no look at the store."""
    cookie = await log_in(here)
    first = await info(here, cookie=cookie)

    async def never(*_: Any) -> None:
        raise AssertionError("the store was read")

    monkeypatch.setattr(type(here.core.means.store), "read", never)
    assert isinstance(here.core.means, Means)

    assert await info(here, cookie=cookie) == first


async def test_the_config_is_for_everybody(here: World) -> None:
    reply = await ask(here, "GET", "system/config", prefix="/callosum/v1")

    assert reply.status_code == 200
    assert reply.json()["mixpanelConfig"] == {
        "devSdkKey": "",
        "prodSdkKey": "",
        "production": False,
    }


@pytest.mark.parametrize("how", ["saml", "oidc"])
async def test_who_signs_in_elsewhere_comes_to_our_own_page(here: World, how: str) -> None:
    query = {"targetURLPath": "/?a=b&c#/embed", "forceSAMLAutoRedirect": "true"}

    reply = await ask(here, "GET", f"{how}/login", query=query)

    assert reply.status_code == 302
    assert reply.headers["location"] == "/login?targetURLPath=%2F%3Fa%3Db%26c%23%2Fembed"
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize("how", ["saml", "oidc"])
@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "http:evil.example"]
)
async def test_and_is_sent_to_no_foreign_place(here: World, how: str, target: str) -> None:
    """By exact origin (checklist 22)."""
    reply = await ask(here, "GET", f"{how}/login", query={"targetURLPath": target})

    assert refusal(reply) == BAD
    assert "location" not in reply.headers


async def test_a_token_is_fetched_for_who_is_calling(here: World) -> None:
    north = await here.org("north")
    await here.join("mira", north.id)
    cookie = await log_in(here)

    reply = await ask(
        here,
        "GET",
        "v2/auth/token/fetch",
        query={"validity_time_in_sec": "60", "org_identifier": "north"},
        cookie=cookie,
    )

    token = reply.json()["data"]["token"]
    assert (await info(here, bearer=token))["currentOrgId"] == north.id
    here.clock.advance(seconds=60)
    assert await is_active(here, bearer=token) == 401
    assert await is_active(here, cookie=cookie) == 200


@pytest.mark.parametrize(
    "query",
    [
        {"validity_time_in_sec": "0"},
        {"validity_time_in_sec": "-1"},
        {"validity_time_in_sec": "soon"},
        {"validity_time_in_sec": str(2**31)},
        {"org_identifier": "south"},
        {"org_identifier": "4711"},
    ],
    ids=str,
)
async def test_what_cannot_be_fetched_is_a_bad_request(here: World, query: dict[str, str]) -> None:
    """Lifetimes are bounded (checklist 38), and Orgs are the account's (checklist 52)."""
    await here.org("south")
    cookie = await log_in(here)

    reply = await ask(here, "GET", "v2/auth/token/fetch", query=query, cookie=cookie)

    assert refusal(reply) == BAD


async def test_nor_can_a_token_fetch_one_for_another_org(here: World) -> None:
    """Or one that lives longer than any may (checklist 28)."""
    north = await here.org("north")
    await here.join("mira", north.id)
    token = await here.token()

    query = {"org_identifier": str(north.id)}
    reply = await ask(here, "GET", "v2/auth/token/fetch", query=query, bearer=token)
    assert refusal(reply) == BAD

    reply = await ask(
        here, "GET", "v2/auth/token/fetch", query={"validity_time_in_sec": "999999"}, bearer=token
    )
    fetched = reply.json()["data"]["token"]
    here.clock.advance(seconds=timedelta(hours=24).total_seconds())
    assert await is_active(here, bearer=fetched) == 401


async def test_every_answer_is_whole_json_kept_by_nobody(here: World) -> None:
    """Nothing that carries a token or a name may be cached (checklist 23)."""
    cookie = await log_in(here)

    for path in ("session/info", "session/isactive", "session/orgs", "v2/auth/token/fetch"):
        reply = await ask(here, "GET", path, cookie=cookie)
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["content-type"] == "application/json"
        assert json.loads(reply.content) is not None
