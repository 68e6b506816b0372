"""A session or token of one dialect is one of all: opened here, used there, ended elsewhere.

Each way in, each use and each end is a row; a dialect that joins adds its rows, and every
combination is tried.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from gatepass.dialects.beta import EARLIER as A
from gatepass.dialects.beta import PREFIX as B
from gatepass.dialects.v1 import PREFIX as V1
from tests.world import OWN, PASSWORD, V2, World, headers, session_cookie

Credential = dict[str, str]
Opening = Callable[[World], Awaitable[Credential]]
Reading = Callable[[Any], Any]
MIRA = {"username": "mira", "password": PASSWORD}
PAIR = {"userName": "mira", "password": PASSWORD}
ASKED_BY = {"X-Requested-By": "a test"}


async def ask(
    here: World, method: str, path: str, credential: Credential | None = None, **more: Any
) -> httpx2.Response:
    """Send a request as every dialect takes it, with one credential or none."""
    here.client.cookies.clear()
    sent = {**ASKED_BY, **(credential or {})}
    return await here.client.request(method, path, headers=sent, **more)


async def v1_login(here: World) -> Credential:
    reply = await ask(here, "POST", f"{V1}/session/login", data=MIRA)
    return headers(cookie=session_cookie(reply))


async def v1_token(here: World) -> Credential:
    form = {"username": "mira", "secret_key": await here.secret()}
    return headers(bearer=(await ask(here, "POST", f"{V1}/session/auth/token", data=form)).text)


async def v1_login_by_token(here: World) -> Credential:
    token = (await v1_token(here))["Authorization"].removeprefix("Bearer ")
    form = {"auth_token": token, "no_url_redirection": "true"}
    reply = await ask(here, "POST", f"{V1}/session/login/token", data=form)
    return headers(cookie=session_cookie(reply))


async def v2_login(here: World) -> Credential:
    return headers(cookie=await here.login())


async def v2_token(here: World) -> Credential:
    return headers(bearer=await here.token())


async def v2_object_token(here: World) -> Credential:
    return headers(bearer=await here.token(object_id="a-liveboard"))


async def v2_custom_token(here: World) -> Credential:
    body = {"username": "mira", "secret_key": await here.secret()}
    reply = await here.post("auth/token/custom", body)
    return headers(bearer=reply.json()["token"])


async def a_login(here: World) -> Credential:
    reply = await ask(here, "POST", f"{A}/session/login", json=PAIR)
    return headers(cookie=session_cookie(reply))


async def a_token(here: World) -> Credential:
    reply = await ask(here, "POST", f"{A}/session/gettoken", json=PAIR)
    return headers(bearer=reply.json()["token"])


async def b_token_by_secret(here: World) -> Credential:
    body = {"userName": "mira", "secretKey": await here.secret()}
    reply = await ask(here, "POST", f"{B}/session/gettoken", json=body)
    return headers(bearer=reply.json()["token"])


async def b_login_by_token(here: World) -> Credential:
    token = await b_token_by_secret(here)
    reply = await ask(here, "POST", f"{B}/session/login", token, json={})
    return headers(cookie=session_cookie(reply))


OPENINGS: list[Opening] = [
    v1_login,
    v1_token,
    v1_login_by_token,
    a_login,
    a_token,
    b_token_by_secret,
    b_login_by_token,
    v2_login,
    v2_token,
    v2_object_token,
    v2_custom_token,
]
USES: dict[str, tuple[str, str, Reading]] = {
    "v1": ("GET", f"{V1}/session/info", lambda body: body["userName"]),
    "v1 preauth": ("GET", "/prism/preauth/info", lambda body: body["info"]["userName"]),
    "v1 Orgs": ("GET", f"{V1}/session/orgs", lambda body: "mira" if body["orgs"] else None),
    "beta A": ("GET", f"{A}/session", lambda body: body["userName"]),
    "beta B": ("GET", f"{B}/session", lambda body: body["userName"]),
    "v2.0": ("GET", f"{V2}/auth/session/user", lambda body: body["name"]),
}
"""Method, path, and where the answer says who is calling."""
ENDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "v1": ("POST", f"{V1}/session/logout", {}),
    "beta A logout": ("POST", f"{A}/session/logout", {}),
    "beta B revoke": ("POST", f"{B}/session/revoketoken", {}),
    "v2.0 logout": ("POST", f"{V2}/auth/session/logout", {}),
    "v2.0 revoke": ("POST", f"{V2}/auth/token/revoke", {"json": {}}),
}


def upstream(body: Any) -> Any:
    """Return what the betas' envelope holds."""
    errors = body["error"]["errors"]
    return errors["extension"]["exception"]["upstreamResponse"]["data"]


REFUSALS: dict[str, tuple[int, Reading, int]] = {
    "v1": (401, lambda body: body["code"], 10003),
    "v1 preauth": (401, lambda body: body["code"], 10003),
    "v1 Orgs": (401, lambda body: body["code"], 10003),
    "beta A": (500, lambda body: upstream(body)["code"], 10003),
    "beta B": (500, lambda body: upstream(body)["code"], 10003),
    "v2.0": (401, lambda body: body["error"]["message"]["code"], 10097),
}
"""How each use is refused once the credential has ended: status, and the code in its words."""


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("opening", OPENINGS, ids=lambda one: one.__name__)
async def test_what_one_dialect_opens_all_serve_and_any_ends(
    here: World, opening: Opening, end: str
) -> None:
    """The next call is refused everywhere, in each dialect's own words (checklist 4, 32)."""
    await here.account("mira")
    credential = await opening(here)

    for method, path, who in USES.values():
        reply = await ask(here, method, path, credential)
        assert (reply.status_code, who(reply.json())) == (200, "mira"), path
    method, path, more = ENDS[end]
    assert (await ask(here, method, path, credential, **more)).status_code in {200, 204}

    for name, (method, path, _) in USES.items():
        reply = await ask(here, method, path, credential)
        status, where, code = REFUSALS[name]
        assert (reply.status_code, where(reply.json())) == (status, code), name


@pytest.mark.parametrize("use", USES)
async def test_nothing_ends_what_another_holds(here: World, use: str) -> None:
    """Two sessions of one user are two, whichever dialect opened them."""
    await here.account("mira")
    kept = [await opening(here) for opening in OPENINGS]
    # A trusted token gives way to the next one: five minutes are left to it.
    for method, path, more in ENDS.values():
        await ask(here, method, path, await v1_login(here), **more)

    method, path, _ = USES[use]
    assert {(await ask(here, method, path, one)).status_code for one in kept} == {200}


@pytest.mark.parametrize("use", USES)
async def test_every_bad_credential_is_refused_alike_with_a_challenge(
    here: World, use: str
) -> None:
    """No browser asks for a password then, nor is it sent anywhere (checklist 34, 35)."""
    await here.account("mira")
    expired, revoked = await v1_token(here), await v2_token(here)
    await ask(here, "POST", f"{V2}/auth/token/revoke", revoked, json={})
    here.clock.advance(days=1)
    bad: list[Credential] = [
        {},
        expired,
        revoked,
        headers(bearer="gpf_" + "x" * 43),
        headers(bearer="nonsense"),
        headers(cookie="gps_" + "x" * 43),
        {"Authorization": "Basic bWlyYTp4"},
    ]

    replies = [await ask(here, *USES[use][:2], one) for one in bad]

    assert {reply.status_code for reply in replies} == {REFUSALS[use][0]}
    assert {reply.headers["www-authenticate"] for reply in replies} == {"Bearer"}
    assert not any("location" in reply.headers for reply in replies)
    bodies = [re.sub(r"[0-9a-f-]{36}", "", reply.text) for reply in replies]
    assert set(bodies) == {bodies[0]}


MIRA_NAMED = {"user": [{"name": "mira"}]}


async def test_in_the_betas_too_a_limited_token_is_told_so(here: World) -> None:
    """Inside their envelope, and by the challenge (checklist 35)."""
    await here.account("mira")

    for prefix in (A, B):
        path = f"{prefix}/admin/forcelogout"
        reply = await ask(here, "POST", path, await v2_object_token(here), json=MIRA_NAMED)
        assert (reply.status_code, upstream(reply.json())["code"]) == (500, 10023)
        assert reply.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'


TOO_LARGE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "v1": ("PUT", f"{V1}/session/orgs", {"data": {"orgid": "0"}}),
    "v2.0": ("POST", f"{V2}/users/search", {"json": {}}),
    "own": ("GET", f"{OWN}/sessions", {}),
}
"""What a token for one object is too small for."""


@pytest.mark.parametrize("wish", TOO_LARGE)
async def test_a_token_that_is_limited_too_far_is_told_so(here: World, wish: str) -> None:
    """In the words of RFC 6750 §3.1 (checklist 35)."""
    await here.account("mira")
    method, path, more = TOO_LARGE[wish]

    reply = await ask(here, method, path, await v2_object_token(here), **more)

    assert reply.status_code == 403
    assert reply.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'


def test_every_use_has_its_refusal() -> None:
    assert set(USES) == set(REFUSALS)
