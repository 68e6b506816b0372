"""The cookies of every endpoint: names, attributes, size."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepass.core.errors import AlreadyExists, InvalidParameter
from gatepass.core.names import LONGEST_NAME, check_name
from gatepass.dialects import beta
from gatepass.dialects.v2_0.auth import operations
from tests.adjusted import UNAUTHORIZED, adjusted
from tests.world import OWN, PASSWORD, V2, World, headers, refusal, world

LOGIN = "auth/session/login"
BODY = {"username": "mira", "password": PASSWORD}
SCHEMES = ({"scheme": "http"}, {"scheme": "https"})
PURPOSES: dict[str, dict[str, Any]] = {
    "SameSite=Lax": {},
    "SameSite=None": {"cookie_samesite": "none"},
    "SameSite=None; Partitioned": {"enable_partitioned_cookies": True},
}
MODES = [
    (purpose, {**scheme, **PURPOSES[purpose], "mode": mode})
    for scheme in SCHEMES
    for purpose in PURPOSES
    for mode in ("compat", "hardened")
]


def cookies(reply: httpx2.Response) -> dict[str, tuple[str, set[str]]]:
    """Return value and attributes of each cookie that a reply sets, by name."""
    found = {}
    for line in reply.headers.get_list("set-cookie"):
        pair, *attributes = line.split("; ")
        name, _, value = pair.partition("=")
        assert name not in found
        assert len(attributes) == len(set(attributes))
        found[name] = (value, set(attributes))
    return found


@pytest.mark.parametrize(
    ("purpose", "setting"),
    MODES,
    ids=[f"{purpose}-{one['scheme']}-{one['mode']}" for purpose, one in MODES],
)
async def test_both_cookies_carry_their_attributes_at_login_and_logout(
    template: Path, tmp_path: Path, purpose: str, setting: dict[str, Any]
) -> None:
    """HttpOnly and Path always, Secure over https (clientId always), SameSite by purpose.

    None never without Secure, Partitioned never without None, and each set by no other endpoint
    than these two (checklist 15).
    """
    https = setting["scheme"] == "https"
    session = "__Host-JSESSIONID" if https and setting["mode"] == "hardened" else "JSESSIONID"
    async with world(template, tmp_path / "home", **setting) as here:
        await here.account()
        login = await here.post(LOGIN, BODY)
        remembered = await here.post(LOGIN, {**BODY, "remember_me": True})
        value = cookies(login)[session][0]
        logout = await here.post("auth/session/logout", headers={"Cookie": f"{session}={value}"})

    assert logout.status_code == 204
    for reply, age in ((login, None), (remembered, "Max-Age=604800"), (logout, "Max-Age=0")):
        found = cookies(reply)
        assert set(found) == {session, "clientId"}
        for name, (_, attributes) in found.items():
            secure = name == "clientId" or https or purpose != "SameSite=Lax"
            expected = {"Path=/", "HttpOnly", *purpose.split("; ")}
            expected |= {"Secure"} if secure else set()
            expected |= {age} if age else set()
            assert attributes == expected
    assert cookies(logout)[session][0] == cookies(logout)["clientId"][0] == ""


@adjusted(*SCHEMES)
async def test_no_other_operation_sets_a_cookie(here: World) -> None:
    """Every endpoint's Set-Cookie (checklist 15)."""
    await here.account()
    sent = headers(bearer=await here.token(validity_time_in_sec=900))

    for one in operations("unauthorized"):
        if one.path in {LOGIN, "auth/session/logout", "auth/token/revoke"}:
            continue
        for body in ({}, {**BODY, "object_id": "x"}):
            reply = await here.client.request(
                one.method, f"{V2}/{one.path}", json=body, headers=sent
            )
            assert "set-cookie" not in reply.headers
    for other in beta.operations(beta.written("millis"), get_login=False):
        if other.path in {"session/login", "session/logout", "session/revoketoken"}:
            continue
        for prefix in (beta.PREFIX, beta.EARLIER):
            for body in ({}, {"userName": "mira", "password": PASSWORD}):
                path = f"{prefix}/{other.path}"
                reply = await here.client.request(other.method, path, json=body, headers=sent)
                assert "set-cookie" not in reply.headers
    for method, path in (
        ("GET", f"{OWN}/sessions"),
        ("GET", "/healthz"),
        ("GET", "/nothing"),
        ("GET", f"{V2}/{LOGIN}"),
        ("POST", f"{V2}/auth/token/revoke"),
        ("POST", f"{V2}/calendars/search"),
    ):
        reply = await here.client.request(method, path, headers=sent)
        assert "set-cookie" not in reply.headers


async def test_a_refused_login_sets_no_cookie(here: World) -> None:
    await here.account()

    for body in (
        {},
        {"username": "mira"},
        {**BODY, "password": "x"},
        {**BODY, "org_identifier": 7},
    ):
        assert "set-cookie" not in (await here.post(LOGIN, body)).headers


@adjusted(mode="hardened", scheme="https")
async def test_in_hardened_mode_only_the_cookie_bound_to_its_host_counts(here: World) -> None:
    """Its name's prefix makes browsers refuse it from a neighbour (checklist 16)."""
    await here.account()
    value = cookies(await here.post(LOGIN, BODY))["__Host-JSESSIONID"][0]

    good = await here.get("auth/session/user", headers={"Cookie": f"__Host-JSESSIONID={value}"})
    other = await here.get("auth/session/user", headers={"Cookie": f"JSESSIONID={value}"})

    assert good.status_code == 200
    assert refusal(other) == UNAUTHORIZED


@pytest.mark.parametrize("space", [b"\xa0", b"\x85", b"\x0b", b"\x0c", b"\x1c", b"\xc2\xa0"])
@adjusted(mode="hardened", scheme="https")
async def test_no_other_cookie_passes_for_the_one_bound_to_its_host(
    here: World, space: bytes
) -> None:
    """A browser lets a neighbour set it, since its name does not begin so (checklist 16)."""
    await here.account()
    value = cookies(await here.post(LOGIN, BODY))["__Host-JSESSIONID"][0].encode()

    tossed = b"a=b; %b__Host-JSESSIONID=%b" % (space, value)
    reply = await here.client.get(f"{V2}/auth/session/user", headers=[(b"cookie", tossed)])

    assert refusal(reply) == UNAUTHORIZED


@adjusted(mode="hardened", scheme="http")
async def test_in_hardened_mode_plain_http_on_this_machine_has_the_plain_name(
    here: World,
) -> None:
    """Browsers take no `__Host-` cookie without https (checklist 16)."""
    await here.account()

    assert "JSESSIONID" in cookies(await here.post(LOGIN, BODY))


async def test_in_hardened_mode_plain_http_is_for_this_machine_alone(
    template: Path, tmp_path: Path
) -> None:
    async with world(template, tmp_path / "home", mode="hardened") as here:
        for address, status in (("127.0.0.1", 401), ("::1", 401), ("192.0.2.7", 403)):
            transport = httpx2.ASGITransport(app=here.app, client=(address, 1))
            async with httpx2.AsyncClient(transport=transport) as client:
                reply = await client.get(f"http://gatepass.test{V2}/auth/session/user")
                assert reply.status_code == status
                assert "set-cookie" not in reply.headers


NAMES = st.text(min_size=1, max_size=LONGEST_NAME) | st.text(
    alphabet="𐍈\U0001f3abß", min_size=LONGEST_NAME, max_size=LONGEST_NAME
)


def test_name_and_value_of_a_cookie_fit_with_the_longest_name(
    template: Path, tmp_path: Path
) -> None:
    """A property: 4096 bytes suffice whoever signs in (checklist 18)."""
    shutil.copytree(template, tmp_path / "home")
    with asyncio.Runner() as runner:
        opened = world(template, tmp_path / "home")
        here = runner.run(opened.__aenter__())

        async def sizes(name: str) -> list[int]:
            try:
                account = await here.account(check_name("name", name))
            except (AlreadyExists, InvalidParameter):
                return []
            reply = await here.post(LOGIN, {"username": account.name, "password": PASSWORD})
            assert reply.status_code == 204
            lines = reply.headers.get_list("set-cookie")
            return [len(line.split(";")[0].encode()) for line in lines]

        @settings(max_examples=60)
        @given(NAMES)
        def fits(name: str) -> None:
            assert all(size <= 4096 for size in runner.run(sizes(name)))

        try:
            fits()
            longest = runner.run(sizes("x" * LONGEST_NAME))
            assert len(longest) == 2
            assert max(longest) < 100
        finally:
            runner.run(opened.__aexit__(None, None, None))


async def test_a_long_client_id_is_not_sent_back(here: World) -> None:
    """Nobody makes the server write a cookie past its size (checklist 18)."""
    await here.account()

    reply = await here.post(LOGIN, BODY, headers={"Cookie": f"clientId={'a' * 8000}"})

    assert all(len(line) < 300 for line in reply.headers.get_list("set-cookie"))
