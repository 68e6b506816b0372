"""The sign-in page: what it asks, whom it lets in, and where it sends them."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from urllib.parse import quote

import httpx2
import pytest
from structlog.testing import capture_logs

from gatepass.core.records import AccountStatus
from tests.adjusted import adjusted
from tests.pages.form import OWN_ORIGIN, Document, Page
from tests.world import HERE, PASSWORD, V2, World, session_cookie

BACK = "https://app.example/back?code=a%20b&auth_token=x.y#/viz/1?z=1"
LISTED = adjusted(
    redirect_origins=["https://app.example"], visual_embed_hosts=["https://e.example"]
)


def to(target: str) -> str:
    return f"?targetURLPath={quote(target, safe='')}"


def policy(reply: httpx2.Response) -> dict[str, str]:
    """Return the directives of a page's policy."""
    parts = reply.headers["content-security-policy"].split("; ")
    return {name: rest for name, _, rest in (part.partition(" ") for part in parts)}


async def test_who_signs_in_has_a_session_and_is_sent_home(here: World) -> None:
    """Once, by GET: nothing is sent again when the page behind is loaded anew."""
    await here.account()

    reply = await Page(here).send()

    assert (reply.status_code, reply.headers["location"]) == (303, "./")
    assert reply.content == b""
    who = await here.whoami(cookie=session_cookie(reply))
    assert who.json()["name"] == "mira"
    assert "no-store" in reply.headers["cache-control"]


@pytest.mark.parametrize(
    "target",
    ["/v2/#/embed/saml-complete", "/", BACK, "https://e.example/", "http://gatepass.test/x"],
)
@LISTED
async def test_afterwards_the_browser_goes_where_it_was_to_go_unchanged(
    here: World, target: str
) -> None:
    """Fragment, token and all (checklist 22)."""
    await here.account()

    reply = await Page(here, to(target)).send()

    assert (reply.status_code, reply.headers["location"]) == (303, target)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "https://app.example@evil.example",
        "https://app.example.evil.example",
        "javascript:alert(1)",
        "/x\r\nSet-Cookie: a=b",
        "evil",
    ],
)
@LISTED
async def test_nobody_is_sent_elsewhere_and_nobody_signs_in_on_the_way(
    here: World, target: str, method: str
) -> None:
    """Before a password is typed, and when a form is sent all the same (checklist 22)."""
    await here.account()
    page = Page(here)
    token = (await page.open()).inputs["token"]["value"]
    data = {"token": token, "username": "mira", "password": PASSWORD} if method == "POST" else None

    reply = await here.client.request(
        method, f"/login{to(target)}", data=data, headers={"Origin": "http://gatepass.test"}
    )

    assert reply.status_code == 400
    assert "set-cookie" not in reply.headers
    assert "location" not in reply.headers
    assert target not in reply.text
    assert "<form" not in reply.text


async def test_the_page_needs_no_script_and_loads_nothing(here: World) -> None:
    """A strict policy; no other origin shows it in a frame (checklist 21)."""
    reply = await here.client.get("/login")
    page = Document(reply.text)

    assert "script" not in page.tags
    assert not re.search(r"\son\w+=|\sstyle=", reply.text)
    assert all(one.startswith("data:") for one in page.loads)
    found = policy(reply)
    digest = found.pop("style-src")
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", digest)
    assert found == {
        "default-src": "'none'",
        "img-src": "data:",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert reply.headers["referrer-policy"] == "same-origin"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in reply.headers["cache-control"]
    assert "cross-origin-opener-policy" not in reply.headers


@LISTED
async def test_listed_hosts_frame_it_and_its_form_ends_where_it_leads(here: World) -> None:
    """Browsers hold the redirect behind a form to its policy (checklist 21)."""
    plain, back = [await here.client.get(f"/login{one}") for one in ("", to(BACK))]

    assert policy(plain)["frame-ancestors"] == policy(back)["frame-ancestors"]
    assert policy(plain)["frame-ancestors"] == "https://e.example"
    assert policy(plain)["form-action"] == "'self'"
    assert policy(back)["form-action"] == "'self' https://app.example"
    assert "https://app.example" in Document(back.text).text


async def test_every_field_has_its_label_and_is_known_to_password_managers(here: World) -> None:
    page = await Page(here).open()

    assert page.title.startswith("Sign in")
    visible = {name for name, one in page.inputs.items() if one.get("type") != "hidden"}
    assert visible == {"username", "password", "remember"}
    assert {page.inputs[name]["id"] for name in visible} == set(page.labels)
    assert page.inputs["username"]["autocomplete"] == "username"
    assert page.inputs["password"]["autocomplete"] == "current-password"
    assert [name for name, one in page.inputs.items() if "autofocus" in one] == ["username"]


@pytest.mark.parametrize(
    ("username", "password", "status", "at_fault"),
    [
        ("", PASSWORD, 400, {"username"}),
        ("mira", "", 400, {"password"}),
        ("mira", "not this", 401, {"username", "password"}),
        ("m" * 5000, "x", 400, {"username", "password"}),
    ],
)
async def test_an_error_is_said_at_once_and_tied_to_its_fields(
    here: World, username: str, password: str, status: int, at_fault: set[str]
) -> None:
    await here.account()

    reply = await Page(here).send(username, password)
    page = Document(reply.text)

    assert reply.status_code == status
    assert page.title.startswith("Not signed in")
    assert page.ids["problem"]["role"] == "alert"
    assert page.problem
    marked = {name for name, one in page.inputs.items() if one.get("aria-invalid") == "true"}
    described = {n for n, one in page.inputs.items() if one.get("aria-describedby") == "problem"}
    assert marked == described == at_fault
    assert page.inputs["username"]["value"] == username
    assert "value" not in page.inputs["password"]
    assert "location" not in reply.headers


async def test_every_wrong_pair_sounds_alike(here: World) -> None:
    """No such account, wrong password, no password, closed, locked (checklist 42)."""
    for name in ("mira", "closed", "locked"):
        await here.account(name)
    await here.account("keyless", password=None)
    await here.core.accounts.set_status(here.by, HERE, "closed", AccountStatus.INACTIVE)
    for _ in range(4):
        await Page(here).send("locked", "wrong")

    said = set()
    for name, password in (
        ("mira", "wrong"),
        ("nobody", PASSWORD),
        ("keyless", PASSWORD),
        ("closed", PASSWORD),
        ("locked", PASSWORD),
    ):
        reply = await Page(here).send(name, password)
        text = reply.text.replace(name, "NAME").replace(Document(reply.text).incident, "INCIDENT")
        said.add((reply.status_code, text, "session" in str(reply.headers).lower()))

    assert len(said) == 1
    assert said.pop()[0] == 401


async def test_a_name_is_shown_as_text_whatever_is_in_it(here: World) -> None:
    name = '"><script>alert(1)</script>{{ 7*7 }}'

    reply = await Page(here).send(name, "x")

    assert "script" not in Document(reply.text).tags
    assert Document(reply.text).inputs["username"]["value"] == name


async def test_with_a_second_factor_a_password_alone_does_not_do(here: World) -> None:
    """And it says why, once the password was right (checklist 48)."""
    await here.account(mfa_required=True)

    reply = await Page(here).send()

    assert reply.status_code == 403
    assert "second factor" in Document(reply.text).problem
    assert "JSESSIONID" not in str(reply.headers)
    assert "second factor" not in (await Page(here).send(password="wrong")).text


@adjusted(flood_limit=3, lockout_threshold=100)
async def test_guesses_count_as_in_every_dialect(here: World) -> None:
    """Against the account and against the address (checklist 44)."""
    await here.account()
    for _ in range(4):
        assert (await Page(here).send(password="wrong")).status_code == 401

    reply = await Page(here).send()

    assert (reply.status_code, reply.headers["retry-after"]) == (429, "60")
    assert (
        await here.post("auth/session/login", {"username": "mira", "password": PASSWORD})
    ).status_code == 429
    here.clock.advance(minutes=1)
    assert (await Page(here).send()).status_code == 303


@adjusted(session_remember=timedelta(days=7))
async def test_who_wants_to_be_remembered_is(here: World) -> None:
    await here.account()

    short, long = [await Page(here).send(remember=one) for one in (None, "true")]

    assert "for 7 days" in (await here.client.get("/login")).text
    for reply, age in ((short, None), (long, "Max-Age=604800")):
        for line in reply.headers.get_list("set-cookie"):
            if line.startswith("JSESSIONID="):
                assert ("Max-Age" in line) is (age is not None)
                assert age is None or age in line


async def test_nothing_that_was_typed_reaches_the_log(here: World) -> None:
    """Nor does the target, which may hold a token (checklist 58)."""
    await here.account()
    with capture_logs() as logs:
        reply = await Page(here, to("/v2/?auth_token=canary-in-target")).send()
        await Page(here).send(password="canary-in-form")

    assert [line["status"] for line in logs] == [200, 303, 200, 401]
    assert {line["path"] for line in logs} == {"/login"}
    assert logs[-1]["refusal"] == "wrong_credentials"
    for secret in ("canary", PASSWORD, session_cookie(reply)):
        assert secret not in str(logs)


async def test_only_methods_of_a_form_are_served(here: World) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        reply = await here.client.request(method, "/login")
        assert (reply.status_code, reply.headers["allow"]) == (405, "GET, HEAD, POST")
    assert (await here.client.head("/login")).status_code == 200


@pytest.mark.parametrize(
    ("username", "sent", "origin", "query", "check"),
    [
        ("mira", "wrong", OWN_ORIGIN, "", "not that of mira"),
        ("nobody", "wrong", OWN_ORIGIN, "", "no account has the name"),
        ("mira", PASSWORD, "https://evil.example", "", "origin"),
        ("mira", PASSWORD, OWN_ORIGIN, to("https://evil.example"), "unlisted origin"),
    ],
)
async def test_a_refusal_tells_an_incident_that_can_be_explained(  # noqa: PLR0917 - a case
    here: World, username: str, sent: str, origin: str, query: str, check: str
) -> None:
    """As one by a dialect does: whoever runs the server is asked by it (checklist 59)."""
    await here.account()
    page = Page(here, origin=origin)
    token = (await page.open()).inputs["token"]["value"]

    reply = await here.client.post(
        f"/login{query}",
        data={"token": token, "username": username, "password": sent},
        headers={"Origin": origin},
    )

    incident = Document(reply.text).incident
    assert incident == reply.headers["x-request-id"]
    await here.core.refusals.write()
    (why,) = await here.core.auditing.explain(here.by, incident)
    assert check in why.checks[-1]
    assert why.call.operation == "pages signIn"
    assert why.call.address == "127.0.0.1"


async def test_a_page_that_refuses_nothing_tells_no_incident(here: World) -> None:
    assert not (await Page(here).open()).incident


async def test_a_busy_server_says_so_and_when_to_come_back(here: World) -> None:
    await here.account()
    with closing(sqlite3.connect(here.home / "gatepass.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        reply = await Page(here).send()

    assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
    assert "busy" in Document(reply.text).problem


@adjusted(mode="hardened")
async def test_in_hardened_mode_the_page_is_for_https_beyond_this_machine(here: World) -> None:
    away = httpx2.ASGITransport(app=here.app, client=("192.0.2.7", 1))
    async with httpx2.AsyncClient(transport=away) as client:
        assert (await client.get("http://gatepass.test/login")).status_code == 403
        assert (await client.get("https://gatepass.test/login")).status_code == 200
    assert (await here.client.get(f"{V2}/auth/session/user")).status_code == 401
