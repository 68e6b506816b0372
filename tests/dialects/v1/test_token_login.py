"""session/login/token of v1: a session for a token, by POST and by GET."""

import httpx2
import pytest

from tests.adjusted import adjusted
from tests.dialects.v1.forms import (
    BAD,
    FORBIDDEN,
    LIVEBOARD,
    UNAUTHORIZED,
    ask,
    info,
    is_active,
    refusal,
    trusted_token,
)
from tests.world import World, headers, session_cookie

PATH = "session/login/token"
BOTH = pytest.mark.parametrize("method", ["POST", "GET"])


@pytest.fixture(autouse=True)
async def mira(here: World) -> None:
    await here.account("mira")


async def log_in(here: World, method: str = "POST", **fields: str) -> httpx2.Response:
    if "auth_token" not in fields:
        fields["auth_token"] = await trusted_token(here)
    if method == "GET":
        return await ask(here, "GET", PATH, query=fields)
    return await ask(here, "POST", PATH, fields)


@BOTH
async def test_it_goes_on_to_where_it_was_told(here: World, method: str) -> None:
    reply = await log_in(here, method, redirect_url="/?id={token}&x=%20#/embed?a=b")

    assert (reply.status_code, reply.content) == (302, b"")
    assert reply.headers["location"] == "/?id={token}&x=%20#/embed?a=b"
    assert await is_active(here, cookie=session_cookie(reply)) == 200


@BOTH
async def test_or_to_the_root(here: World, method: str) -> None:
    assert (await log_in(here, method)).headers["location"] == "/"


@BOTH
async def test_or_nowhere(here: World, method: str) -> None:
    reply = await log_in(here, method, no_url_redirection="true")

    assert (reply.status_code, reply.content) == (204, b"")
    assert [line.split("=")[0] for line in reply.headers.get_list("set-cookie")] == [
        "JSESSIONID",
        "clientId",
    ]


@BOTH
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "https://gatepass.test@evil.example/",
        "https://gatepass.test.evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "/a\r\nset-cookie: x=y",
        "evil",
    ],
)
async def test_never_to_a_foreign_place(here: World, method: str, target: str) -> None:
    """And then there is no session either (checklist 22)."""
    reply = await log_in(here, method, redirect_url=target)

    assert refusal(reply) == BAD
    assert "set-cookie" not in reply.headers
    assert "location" not in reply.headers


@adjusted(redirect_origins=["https://app.example"], cors_origins=["https://host.example"])
@pytest.mark.parametrize("target", ["https://app.example/a?b#c", "https://host.example"])
async def test_a_listed_place_is_none(here: World, target: str) -> None:
    assert (await log_in(here, redirect_url=target)).headers["location"] == target


@BOTH
async def test_tokens_of_every_dialect_do(here: World, method: str) -> None:
    reply = await log_in(here, method, auth_token=await here.token())

    assert (await info(here, cookie=session_cookie(reply)))["userName"] == "mira"


async def test_blanks_around_a_token_are_no_part_of_it(here: World) -> None:
    token = await trusted_token(here)

    assert (await log_in(here, auth_token=f" {token}\n")).status_code == 302


@BOTH
@pytest.mark.parametrize("token", ["x", "gpv_" + "x" * 43, "a+b c", "eyJ.x.y"])
async def test_what_is_no_token_is_refused(here: World, method: str, token: str) -> None:
    assert refusal(await log_in(here, method, auth_token=token)) == UNAUTHORIZED


async def test_expired_revoked_and_unknown_ones_sound_the_same(here: World) -> None:
    """And never count against the password (checklist 45)."""
    expired = await trusted_token(here)
    here.clock.advance(days=1)
    revoked = await here.token()
    await here.post("auth/token/revoke", {}, headers=headers(bearer=revoked))

    for token in [expired, revoked, "gpv_" + "x" * 43] * 10:
        reply = await log_in(here, auth_token=token)
        body = {**reply.json(), "incident_id_guid": "", "trace_id_guid": ""}
        assert reply.status_code == 401
        assert body == {
            "code": 10003,
            "incident_id_guid": "",
            "trace_id_guid": "",
            "debug": '["Authentication token of type could not be authenticated by any configured'
            ' realms.  Please ensure that at least one realm can authenticate these tokens."]',
        }
        assert reply.headers["www-authenticate"] == "Bearer"

    assert (await here.login("mira")).startswith("gps_")


@BOTH
async def test_without_a_token_it_is_a_bad_request(here: World, method: str) -> None:
    """Also where a header or a cookie has one: that is not what was asked."""
    cookie, bearer = await here.login(), await here.token()

    for empty in ({}, {"auth_token": ""}):
        form, query = (empty, None) if method == "POST" else (None, empty)
        reply = await ask(here, method, PATH, form, query=query, cookie=cookie, bearer=bearer)
        assert refusal(reply) == BAD


async def test_a_token_in_the_url_of_a_post_does_not_count(here: World) -> None:
    """Where nothing needs it (checklist 36)."""
    reply = await ask(here, "POST", PATH, {}, query={"auth_token": await trusted_token(here)})

    assert refusal(reply) == BAD


@BOTH
async def test_a_name_has_to_be_the_tokens(here: World, method: str) -> None:
    await here.account("lena")

    assert (await log_in(here, method, username="MIRA")).status_code == 302
    assert refusal(await log_in(here, method, username="lena")) == UNAUTHORIZED
    assert refusal(await log_in(here, method, username="nobody")) == UNAUTHORIZED


async def test_the_session_is_limited_as_the_token_is(here: World) -> None:
    """A weaker credential never buys a stronger one (checklist 28)."""
    north = await here.org("north")
    await here.join("mira", north.id)
    token = await trusted_token(
        here, access_level="REPORT_BOOK_VIEW", id=LIVEBOARD, orgid=str(north.id)
    )
    cookie = session_cookie(await log_in(here, auth_token=token))

    assert (await info(here, cookie=cookie))["currentOrgId"] == north.id
    switch = await ask(here, "PUT", "session/orgs", {"orgid": "0"}, cookie=cookie)
    assert refusal(switch) == FORBIDDEN
    fetched = await ask(here, "GET", "v2/auth/token/fetch", cookie=cookie)
    bought = fetched.json()["data"]["token"]
    scope = (
        await here.post("auth/token/validate", {"token": bought}, headers=headers(bearer=bought))
    ).json()["scope"]
    assert (scope["metadata_id"], scope["org_id"]) == (LIVEBOARD, north.id)


async def test_revoking_the_token_ends_the_session(here: World) -> None:
    token = await trusted_token(here)
    cookie = session_cookie(await log_in(here, auth_token=token))

    await here.post("auth/token/revoke", {}, headers=headers(bearer=token))

    assert await is_active(here, cookie=cookie) == 401


async def test_a_presented_session_is_not_taken_over(here: World) -> None:
    """Nor ended (checklist 1)."""
    old = await here.login()
    form = {"auth_token": await trusted_token(here)}

    reply = await ask(here, "POST", PATH, form, cookie=old)

    assert session_cookie(reply) != old
    assert await is_active(here, cookie=old) == 200


@adjusted({"v1_get_login_token": False}, {"mode": "hardened"})
async def test_get_can_be_switched_off_and_is_in_hardened_mode(here: World) -> None:
    """No token in a URL where nothing needs it (checklist 13, 36)."""
    reply = await log_in(here, "GET")

    assert refusal(reply) == (405, 10002)
    assert reply.headers["allow"] == "POST"
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize("dest", ["image", "script", "style", "font", "audio", "object", "embed"])
async def test_what_a_page_merely_embeds_opens_no_session(here: World, dest: str) -> None:
    """A picture of a foreign page, say (checklist 13)."""
    query = {"auth_token": await trusted_token(here)}

    reply = await ask(here, "GET", PATH, query=query, more={"Sec-Fetch-Dest": dest})

    assert refusal(reply) == FORBIDDEN
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize("dest", ["empty", "document", "iframe"])
async def test_a_visit_and_a_call_do(here: World, dest: str) -> None:
    query = {"auth_token": await trusted_token(here)}

    reply = await ask(here, "GET", PATH, query=query, more={"Sec-Fetch-Dest": dest})

    assert reply.status_code == 302


@BOTH
@adjusted(cors_origins=["https://host.example"])
async def test_a_script_of_a_foreign_origin_opens_none(here: World, method: str) -> None:
    """By neither method; a listed one does (checklist 13)."""
    fields = {"auth_token": await trusted_token(here)}
    form, query = (fields, None) if method == "POST" else (None, fields)

    for origin, status in [
        ("https://evil.example", 403),
        ("null", 403),
        ("https://host.example", 302),
        ("http://gatepass.test", 302),
    ]:
        reply = await ask(here, method, PATH, form, query=query, more={"Origin": origin})
        assert reply.status_code == status, origin
        assert ("set-cookie" in reply.headers) is (status == 302)
