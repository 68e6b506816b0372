"""What pages of other origins may read: by an exact list, errors included, and nothing else."""

import httpx2
import pytest

from gatepass.http.origins import Lists
from tests.adjusted import UNAUTHORIZED, adjusted
from tests.http.test_origins import FOREIGN
from tests.world import OWN, PASSWORD, V2, World, headers, refusal

APP = "https://app.example"
LISTED = adjusted(
    cors_origins=[
        APP,
        "http://localhost:3000",
        "HTTPS://Upper.Example/",
        "https://port.example:443",
    ]
)
LOGIN = f"{V2}/auth/session/login"
USER = f"{V2}/auth/session/user"


def shared(reply: httpx2.Response) -> dict[str, str]:
    """Return what a reply says about sharing, by header."""
    return {
        name: value
        for name, value in reply.headers.items()
        if name.startswith("access-control-") or name == "vary"
    }


def to(origin: str) -> dict[str, str]:
    return {
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
        "vary": "Origin",
    }


@LISTED
async def test_a_listed_origin_reads_every_answer_and_every_error(here: World) -> None:
    """Whoever refuses: operation, dialect, router, the edge itself (checklist 19)."""
    await here.account()
    token = await here.token()
    at = {"Origin": APP}
    huge = {**at, "Content-Length": "2000000", "Content-Type": "application/json"}

    for status, method, path, sent in (
        (200, "GET", USER, {**at, **headers(bearer=token)}),
        (401, "GET", USER, at),
        (404, "GET", f"{V2}/nothing", at),
        (404, "GET", "/nothing", at),
        (405, "DELETE", USER, at),
        (413, "POST", LOGIN, huge),
        (501, "POST", f"{V2}/calendars/search", at),
        (401, "GET", f"{OWN}/sessions", at),
        (404, "GET", f"{OWN}/nothing", at),
        (200, "GET", "/healthz", at),
    ):
        content = b"x" if method == "POST" else None
        reply = await here.client.request(method, path, headers=sent, content=content)
        assert (reply.status_code, path) == (status, path)
        assert shared(reply) == to(APP)
    here.core.means.store.close()
    for path in (f"{USER}", "/.well-known/jwks.json"):
        reply = await here.client.get(path, headers={**at, **headers(bearer=token)})
        assert (reply.status_code, shared(reply)) == (500, to(APP))


@adjusted(mode="hardened", cors_origins=[APP])
async def test_a_refusal_of_plain_http_can_be_read_too(here: World) -> None:
    away = httpx2.ASGITransport(app=here.app, client=("192.0.2.7", 1))
    async with httpx2.AsyncClient(transport=away) as client:
        reply = await client.get(f"http://gatepass.test{USER}", headers={"Origin": APP})

    assert (reply.status_code, shared(reply)) == (403, to(APP))


@LISTED
@pytest.mark.parametrize(
    "origin",
    [
        *FOREIGN,
        "http://gatepass.test",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example:443",
        "https://app.example.",
        "https://app.example/",
        "https://app.example.evil.test",
        "https://xapp.example",
        "https://a.app.example",
        "https://app.example@evil.example",
        "https://app.example, https://evil.example",
        "http://localhost:30000",
        "http://localhost",
        "*",
    ],
)
async def test_nothing_is_said_to_any_other_origin(here: World, origin: str) -> None:
    """Suffix, port, scheme, null; and the server's own, which needs nothing (checklist 19)."""
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}

    for method, path in (("GET", USER), ("OPTIONS", LOGIN), ("GET", "/nothing")):
        reply = await here.client.request(method, path, headers=asked)
        assert shared(reply) == {"vary": "Origin"}
        assert reply.status_code == {"GET": 404 if path == "/nothing" else 401}.get(method, 405)


@LISTED
@pytest.mark.parametrize("origin", ["https://upper.example", "https://port.example"])
async def test_an_entry_means_the_origin_that_browsers_make_of_it(here: World, origin: str) -> None:
    reply = await here.client.get(USER, headers={"Origin": origin})

    assert shared(reply) == to(origin)


@LISTED
@pytest.mark.parametrize(
    "path",
    [LOGIN, USER, f"{V2}/nothing", f"{OWN}/sessions", "/prism/x", f"http://gatepass.test/{LOGIN}"],
)
async def test_a_listed_origin_may_send_what_it_asks_to_send(here: World, path: str) -> None:
    """With any of the methods that the APIs have (checklist 19)."""
    wished = "authorization,content-type,x-requested-by"
    asked = {
        "Origin": APP,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": wished,
    }

    reply = await here.client.options(path, headers=asked)

    assert (reply.status_code, reply.content) == (204, b"")
    assert shared(reply) == {
        **to(APP),
        "access-control-allow-methods": "GET, POST, PUT, DELETE, OPTIONS",
        "access-control-allow-headers": wished,
        "access-control-max-age": "600",
    }
    assert "set-cookie" not in reply.headers
    assert "content-length" not in reply.headers


@LISTED
async def test_what_is_no_preflight_is_refused_as_before(here: World) -> None:
    """A method that a path does not have, a path that nobody serves."""
    asked = {"Origin": APP, "Access-Control-Request-Method": "POST"}

    for path, sent, status, allow in (
        (LOGIN, {}, 405, "POST"),
        (LOGIN, {"Origin": APP}, 405, "POST"),
        (LOGIN, {"Access-Control-Request-Method": "POST"}, 405, "POST"),
        ("/healthz", asked, 405, "GET, HEAD"),
        ("/nothing", asked, 404, None),
        ("/api/rest/2.0x", asked, 404, None),
        (f"{V2}/nothing", {"Origin": APP}, 404, None),
    ):
        reply = await here.client.options(path, headers=sent)
        assert (reply.status_code, reply.headers.get("allow")) == (status, allow), path


@LISTED
async def test_a_listed_origin_signs_in_with_a_cookie_and_uses_it(here: World) -> None:
    """The whole course of a page: ask, sign in, call."""
    await here.account()
    at = {"Origin": APP}

    login = await here.client.post(
        LOGIN, json={"username": "mira", "password": PASSWORD}, headers=at
    )
    wrong = await here.client.post(LOGIN, json={"username": "mira", "password": "x"}, headers=at)
    logout = await here.client.post(f"{V2}/auth/session/logout", headers=at)

    assert (login.status_code, shared(login)) == (204, to(APP))
    assert (refusal(wrong), shared(wrong)) == (UNAUTHORIZED, to(APP))
    assert (logout.status_code, shared(logout)) == (204, to(APP))


async def test_without_a_list_or_an_origin_nothing_is_said(here: World) -> None:
    assert shared(await here.client.get(USER)) == {}
    assert shared(await here.client.get(USER, headers={"Origin": APP})) == {"vary": "Origin"}


@LISTED
async def test_of_two_origins_the_first_is_meant(here: World) -> None:
    """As in the rule on writes by cookie."""
    two = [("Origin", "https://evil.example"), ("Origin", APP)]

    assert shared(await here.client.get(USER, headers=two)) == {"vary": "Origin"}


def test_an_entry_that_is_no_origin_lets_nobody_in() -> None:
    wrong = ["*", "null", "https://*.example", ".*", "app.example", "https://a.test/x", "", "//"]

    assert Lists.of(senders=wrong, frames=wrong, targets=wrong) == Lists()
