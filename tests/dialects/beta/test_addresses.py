"""Where the betas are: two prefixes, any case of the last segment, GET where a setting says so."""

from typing import Any
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from tests.adjusted import adjusted
from tests.dialects.beta.asking import (
    BAD,
    FORBIDDEN,
    LIVEBOARD,
    PREFIXES,
    UNAUTHORIZED,
    LoginResponse,
    ask,
    failure,
    get_token,
    is_in,
    is_true,
    log_in,
    post,
    read,
    refused,
)
from tests.world import PASSWORD, World, session_cookie

BY_GET = adjusted(beta_get_login=True)


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("path", ["gettoken", "getToken", "GetToken", "GETTOKEN", "getToken/"])
async def test_the_last_segment_is_matched_in_any_case(here: World, prefix: str, path: str) -> None:
    await here.account()

    reply = await post(
        here, f"session/{path}", {"userName": "mira", "password": PASSWORD}, prefix=prefix
    )

    assert read(reply, LoginResponse).tokenType == "Bearer"


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_every_operation_is_found_in_any_case(here: World, prefix: str) -> None:
    await here.account()
    token = (await get_token(here)).token

    assert (await ask(here, "GET", "SESSION", prefix=prefix, bearer=token)).status_code == 200
    assert is_true(await post(here, "session/RevokeToken", prefix=prefix, bearer=token))
    assert is_true(await post(here, "session/LogOut", prefix=prefix))
    assert (await log_in(here, prefix=prefix)).status_code == 200
    assert refused(await post(here, "admin/forceLogout", prefix=prefix)) == UNAUTHORIZED
    assert refused(await ask(here, "PUT", "session/Org", prefix=prefix)) == UNAUTHORIZED


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_a_doubled_leading_slash_is_one(here: World, prefix: str) -> None:
    """A client joins a base URL that ends in one with a path that begins with one."""
    await here.account()
    url = f"http://gatepass.test/{prefix}/session/login"

    reply = await here.client.post(url, json={"userName": "mira", "password": PASSWORD})

    assert read(reply, LoginResponse).userName == "mira"


async def test_a_token_of_one_prefix_counts_under_the_other(here: World) -> None:
    await here.account()
    for one, other in (PREFIXES, PREFIXES[::-1]):
        body = {"userName": "mira", "password": PASSWORD}
        got = read(await post(here, "session/gettoken", body, prefix=one), LoginResponse)
        cookie = session_cookie(await log_in(here, prefix=one))
        for held in ({"bearer": got.token}, {"cookie": cookie}):
            assert await is_in(here, **held)
            assert is_true(await post(here, "session/revoketoken", prefix=other, **held))
            assert not await is_in(here, **held)


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("path", ["session/login", "session/gettoken"])
async def test_by_get_nobody_signs_in_unless_a_setting_says_so(
    here: World, prefix: str, path: str
) -> None:
    await here.account()
    query = urlencode({"userName": "mira", "password": PASSWORD})

    reply = await ask(here, "GET", f"{path}?{query}", prefix=prefix)

    assert refused(reply) == (405, 10002)
    assert "set-cookie" not in reply.headers


async def by_get(here: World, path: str, prefix: str = PREFIXES[1], **fields: Any) -> Any:
    query = urlencode({"userName": "mira", "password": PASSWORD, **fields})
    return await ask(here, "GET", f"session/{path}?{query}", prefix=prefix)


@pytest.mark.parametrize("prefix", PREFIXES)
@BY_GET
async def test_by_get_the_same_fields_stand_in_the_query(here: World, prefix: str) -> None:
    await here.account()

    login = await by_get(here, "login", prefix, rememberMe="TRUE", orgId="0", userName="MIRA")
    got = await by_get(
        here,
        "getToken",
        prefix,
        accessLevel="REPORT_BOOK_VIEW",
        tsObjectId=LIVEBOARD,
        tokenExpiryDuration="900",
        secretKey="",
    )

    assert read(login, LoginResponse).tokenExpiryDuration == "604800"
    assert await is_in(here, cookie=session_cookie(login))
    token = read(got, LoginResponse)
    assert token.tokenExpiryDuration == "900"
    by = await here.core.gate.principal(bearer=token.token, cookie=None)
    assert by.object_id == LIVEBOARD


@BY_GET
async def test_by_get_it_is_refused_in_the_same_words(here: World) -> None:
    await here.account()

    reply = await by_get(here, "login", password="wrong")
    assert refused(reply) == UNAUTHORIZED
    assert failure(reply).path == ["restapiV2__login"]
    reply = await by_get(here, "gettoken", tokenExpiryDuration="-1")
    assert refused(reply) == BAD
    assert failure(reply).path == ["restapiV2__getToken"]
    assert refused(await by_get(here, "login", rememberMe="perhaps")) == BAD
    assert refused(await ask(here, "GET", "session/login")) == BAD


@BY_GET
async def test_by_get_no_page_of_another_site_signs_anybody_in(here: World) -> None:
    """An image or a link of a foreign page opens no session (checklist 13)."""
    await here.account()
    path = f"{PREFIXES[1]}/session/login?userName=mira&password={PASSWORD}"

    for sent in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.test"},
    ):
        reply = await here.client.get(path, headers=sent)
        assert refused(reply) == FORBIDDEN
        assert "set-cookie" not in reply.headers
    for site in ("same-origin", "none"):
        reply = await here.client.get(path, headers={"Sec-Fetch-Site": site})
        assert reply.status_code == 200


@BY_GET
async def test_by_get_the_password_reaches_no_log_and_no_store(here: World) -> None:
    """(checklist 36)"""
    await here.account()
    with capture_logs() as logs:
        login = await by_get(here, "login")
        await by_get(here, "gettoken")
        await by_get(here, "login", password="wrong-canary-9")

    assert login.status_code == 200
    assert len(logs) == 3
    assert "canary" not in str(logs)
    assert PASSWORD not in str(logs)
    kept = b"".join(path.read_bytes() for path in here.home.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in kept
    assert b"canary" not in kept
