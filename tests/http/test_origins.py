"""Which pages may send writes by cookie, and sign somebody in."""

import httpx2
import pytest

from tests.adjusted import FORBIDDEN, UNAUTHORIZED, adjusted
from tests.world import ADMIN, ADMIN_PASSWORD, OWN, PASSWORD, World, headers, refusal

OWN_ORIGIN = "http://gatepass.test"
FOREIGN = [
    "https://evil.example",
    "null",
    "",
    "https://gatepass.test",
    "http://gatepass.test:8080",
    "http://gatepass.test.evil.example",
    "http://evil-gatepass.test",
    "http://gatepass.test/",
    "http://gatepass.test@evil.example",
    "gatepass.test",
    "file://",
    "HTTP://EVIL.EXAMPLE",
]
LOGIN = {"username": "mira", "password": PASSWORD}
TRUSTED = {"auth_type": "TRUSTED_AUTH", "cluster_preferences": {"auth_status": "ENABLED"}}


def at(origin: str, **credential: str) -> dict[str, str]:
    return {**headers(**credential), "Origin": origin}


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_write_by_cookie_from_another_origin_is_forbidden(here: World, origin: str) -> None:
    """Whatever X-Requested-By says (checklist 20)."""
    cookie = await here.login(ADMIN, ADMIN_PASSWORD)
    sent = {**at(origin, cookie=cookie), "X-Requested-By": "x"}

    for path, body in (
        ("auth/configure", TRUSTED),
        ("auth/search", {"auth_type": "TRUSTED_AUTH"}),
        ("auth/token/validate", {"token": "x"}),
        ("auth/token/revoke", {}),
        ("auth/session/logout", {}),
    ):
        assert refusal(await here.post(path, body, headers=sent)) == FORBIDDEN
    reply = await here.client.delete(f"{OWN}/sessions?all=true", headers=sent)
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "foreign_origin")
    assert (await here.whoami(cookie=cookie)).status_code == 200


@pytest.mark.parametrize("origin", FOREIGN)
async def test_nobody_is_signed_in_from_another_origin(here: World, origin: str) -> None:
    """By password or token, with a cookie or without (checklist 13)."""
    await here.account()
    token = await here.token()

    for body, sent in ((LOGIN, at(origin)), ({}, at(origin, bearer=token))):
        reply = await here.post("auth/session/login", body, headers=sent)
        assert refusal(reply) == FORBIDDEN
        assert "set-cookie" not in reply.headers


@pytest.mark.parametrize("origin", [OWN_ORIGIN, "HTTP://GATEPASS.TEST"])
async def test_the_servers_own_pages_may(here: World, origin: str) -> None:
    await here.account()

    login = await here.post("auth/session/login", LOGIN, headers=at(origin))
    assert login.status_code == 204
    logout = await here.post("auth/session/logout", headers=at(origin, cookie=await here.login()))
    assert logout.status_code == 204


async def test_a_proxy_may_name_the_port_that_the_scheme_has_anyway(here: World) -> None:
    await here.account()

    for host, may in (("gatepass.test:80", True), ("gatepass.test:8080", False)):
        sent = {**at(OWN_ORIGIN), "Host": host}
        reply = await here.post("auth/session/login", LOGIN, headers=sent)
        assert (reply.status_code == 204) is may


async def test_without_an_origin_nothing_is_asked(here: World) -> None:
    """Clients of this API send no X-Requested-By either."""
    await here.account()
    cookie = await here.login()

    assert (await here.post("auth/token/revoke", headers=headers(cookie=cookie))).is_success


@adjusted(cors_origins=["https://app.example", "http://localhost:3000"])
async def test_listed_origins_may_by_exact_match(here: World) -> None:
    """Suffix, case, port, scheme, null (checklist 19)."""
    await here.account()

    for origin, may in (
        ("https://app.example", True),
        ("HTTPS://App.Example", True),
        ("http://localhost:3000", True),
        ("http://app.example", False),
        ("https://app.example:8443", False),
        ("https://app.example.evil.test", False),
        ("https://xapp.example", False),
        ("http://localhost:30000", False),
        ("null", False),
    ):
        reply = await here.post("auth/session/login", LOGIN, headers=at(origin))
        assert (reply.status_code == 204) is may, origin


async def test_what_no_cookie_authenticates_may_come_from_anywhere(here: World) -> None:
    """A page cannot make a browser send a bearer or a password it does not know."""
    await here.account()
    cookie, token = await here.login(), await here.token(ADMIN, password=ADMIN_PASSWORD)
    page = "https://evil.example"

    async def full(sent: dict[str, str]) -> httpx2.Response:
        return await here.post("auth/token/full", LOGIN, headers=sent)

    assert (await full(at(page))).status_code == 200
    assert (await full(at(page, cookie=cookie))).status_code == 200
    for sent in (at(page, bearer=token), at(page, bearer=token, cookie=cookie)):
        assert (await here.post("auth/configure", TRUSTED, headers=sent)).status_code == 204


async def test_a_dead_bearer_does_not_carry_a_cookie_past_the_rule(here: World) -> None:
    """The cookie would be what counts (checklist 20)."""
    cookie = await here.login(ADMIN, ADMIN_PASSWORD)

    sent = at("https://evil.example", bearer="dead", cookie=cookie)

    assert refusal(await here.post("auth/configure", TRUSTED, headers=sent)) == FORBIDDEN


async def test_reading_by_cookie_is_not_asked_for_its_origin(here: World) -> None:
    await here.account()

    sent = at("https://evil.example", cookie=await here.login())

    assert (await here.get("auth/session/user", headers=sent)).status_code == 200
    assert (
        "access-control-allow-origin"
        not in (await here.get("auth/session/user", headers=sent)).headers
    )


async def test_a_dead_cookie_from_another_origin_is_no_more_than_unauthorized(
    here: World,
) -> None:
    sent = at("https://evil.example", cookie="dead")

    assert refusal(await here.post("auth/token/revoke", headers=sent)) == UNAUTHORIZED


async def test_a_form_of_another_site_signs_nobody_in(here: World) -> None:
    """A cross-site form, its type as a browser sends it (checklist 13)."""
    await here.account()

    for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain"):
        reply = await here.client.post(
            "/api/rest/2.0/auth/session/login",
            content=b'{"username":"mira","password":"' + PASSWORD.encode() + b'"}',
            headers={"Content-Type": kind},
        )
        assert refusal(reply) == (415, 10002)
        assert "set-cookie" not in reply.headers


@adjusted(scheme="https")
async def test_over_https_the_own_origin_is_https(here: World) -> None:
    await here.account()

    for origin, may in (("https://gatepass.test", True), ("http://gatepass.test", False)):
        reply = await here.post("auth/session/login", LOGIN, headers=at(origin))
        assert (reply.status_code == 204) is may
