"""The page behind an activation link: who may choose a password there, and how often."""

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from structlog.testing import capture_logs

from gatepass.core.records import AccountStatus
from tests.adjusted import adjusted
from tests.dialects.v2_0_admin.administering import administrator
from tests.pages.form import NEW, OWN_ORIGIN, Document, Link, Page
from tests.pages.test_forged_forms import refused
from tests.pages.test_sign_in import policy
from tests.world import HERE, PASSWORD, World


async def signs_in(here: World, password: str, name: str = "mira") -> bool:
    here.client.cookies.clear()
    return (await Page(here).send(name, password)).status_code == 303


def secret_of(link: Link) -> str:
    return parse_qs(urlsplit(link.address).query)["auth_token"][0]


async def test_who_holds_the_link_chooses_a_password_and_is_active(here: World) -> None:
    """Once; what was held before the deactivation stays ended (checklist 7, checklist 49)."""
    mira = await here.account()
    held = [{"cookie": await here.login()}, {"bearer": await here.token()}]
    link = await Link.of(here)
    assert not await signs_in(here, PASSWORD)

    reply = await link.send()

    assert reply.status_code == 200
    assert Document(reply.text).title.startswith("Account active")
    assert "JSESSIONID" not in str(reply.headers)
    assert [(await here.whoami(**one)).status_code for one in held] == [401, 401]
    assert await signs_in(here, NEW)
    assert not await signs_in(here, PASSWORD)
    found = await here.core.auditing.search(here.by, most=1, act="account.activate")
    event = found.events[0].event
    assert (event.about, event.by_account, event.data["by_link"]) == (mira.id, None, True)


async def test_a_link_works_once_for_forms_that_are_open_already_too(here: World) -> None:
    """Sent at once or later: one of two forms wins (checklist 49)."""
    await here.account()
    link = await Link.of(here)
    token = (await link.open()).inputs["token"]["value"]
    passwords = [f"{NEW}-{number}" for number in range(4)]

    replies = await asyncio.gather(
        *(link.post({"token": token, "password": one, "again": one}) for one in passwords)
    )

    assert sorted(one.status_code for one in replies) == [200, 400, 400, 400]
    good = [one.status_code for one in replies].index(200)
    assert [await signs_in(here, one) for one in passwords].index(True) == good
    assert (await link.get()).status_code == 400


async def test_looking_at_the_page_uses_nothing_up(here: World) -> None:
    """Programs that open links in mail spoil none; nor does a weak password (checklist 49)."""
    await here.account()
    link = await Link.of(here)
    for _ in range(2):
        await link.open()
        assert (await here.client.head(link.address)).status_code == 200
    assert (await link.send("short")).status_code == 400

    assert (await link.send()).status_code == 200


async def void(here: World, _: Link) -> None:
    await here.core.accounts.set_status(here.by, HERE, "mira", AccountStatus.SUSPENDED)


async def out_of_date(here: World, _: Link) -> None:
    here.clock.advance(days=14)


async def used(_: World, link: Link) -> None:
    assert (await link.send()).status_code == 200


async def replaced(here: World, _: Link) -> None:
    await Link.of(here)


async def anothers(here: World, link: Link) -> None:
    sven = await here.account("sven")
    link.address = re.sub("user=[^&]*", f"user={sven.id}", link.address)


async def nobodys(_: World, link: Link) -> None:
    link.address = re.sub("user=[^&]*", "user=%00nobody%ff", link.address)


async def cut(_: World, link: Link) -> None:
    link.address = link.address[:-1]


async def of_another_kind(_: World, link: Link) -> None:
    link.address = link.address.replace("gpa_", "gpf_")


async def empty(_: World, link: Link) -> None:
    link.address = "/activate"


@pytest.mark.parametrize(
    "spoil", [void, out_of_date, used, replaced, anothers, nobodys, cut, of_another_kind, empty]
)
async def test_every_bad_link_is_answered_alike(
    here: World, spoil: Callable[[World, Link], Awaitable[None]]
) -> None:
    """When it is opened, and when a form is sent that was open before (checklist 49)."""
    await here.account()
    link = await Link.of(here)
    token = (await link.open()).inputs["token"]["value"]
    never = Link(here, "/activate?user=mira&auth_token=gpa_" + "x" * 43)
    expected = _without_incident(await never.get())

    await spoil(here, link)
    form = {"token": token, "password": PASSWORD + "!", "again": PASSWORD + "!"}
    replies = [await link.get(), await link.post(form)]

    for reply in replies:
        assert reply.status_code == 400
        assert "<form" not in reply.text
        assert _without_incident(reply) == expected
    assert not await signs_in(here, PASSWORD + "!")


def _without_incident(reply: httpx2.Response) -> str:
    return reply.text.replace(Document(reply.text).incident, "INCIDENT")


async def test_a_bad_link_tells_an_incident_that_can_be_explained(here: World) -> None:
    """checklist 59."""
    reply = await here.client.get("/activate?user=mira&auth_token=gpa_" + "x" * 43)

    incident = Document(reply.text).incident
    assert incident == reply.headers["x-request-id"]
    await here.core.refusals.write()
    (why,) = await here.core.auditing.explain(here.by, incident)
    assert why.call.operation == "pages activate"


@pytest.mark.parametrize(
    ("password", "again", "at_fault"),
    [
        ("", "", {"password"}),
        ("short", "short", {"password", "again"}),
        ("password1", "password1", {"password", "again"}),
        ("mira2026", "mira2026", {"password", "again"}),
        ("x" * 1025, "x" * 1025, {"password", "again"}),
        (NEW, "", {"again"}),
        (NEW, None, {"again"}),
        (NEW, NEW.lower(), {"again"}),
    ],
)
async def test_a_password_that_will_not_do_is_said_at_its_fields(
    here: World, password: str, again: str | None, at_fault: set[str]
) -> None:
    """Nothing that was typed comes back (checklist 43)."""
    await here.account()
    link = await Link.of(here)

    reply = await link.send(password, again=again)
    page = Document(reply.text)

    assert reply.status_code == 400
    assert page.title.startswith("Not activated")
    assert page.ids["problem"]["role"] == "alert"
    assert page.problem
    marked = {name for name, one in page.inputs.items() if one.get("aria-invalid") == "true"}
    described = {n for n, one in page.inputs.items() if one.get("aria-describedby") == "problem"}
    assert marked == described == at_fault
    assert all("value" not in page.inputs[name] for name in ("password", "again"))
    assert (await link.send()).status_code == 200


async def test_the_page_needs_no_script_loads_nothing_and_is_in_no_frame(here: World) -> None:
    """Its address has a secret: told to no site, kept nowhere (checklist 21, checklist 23)."""
    await here.account()
    link = await Link.of(here)
    secret = secret_of(link)

    for reply in (await link.get(), await link.send("short"), await link.send(), await link.get()):
        page = Document(reply.text)
        assert "script" not in page.tags
        assert not re.search(r"\son\w+=|\sstyle=", reply.text)
        assert all(one.startswith("data:") or one == "login" for one in page.loads)
        found = policy(reply)
        assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", found.pop("style-src"))
        assert found == {
            "default-src": "'none'",
            "img-src": "data:",
            "form-action": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
        }
        assert reply.headers["referrer-policy"] == "same-origin"
        assert reply.headers["cache-control"] == "no-store"
        assert secret not in reply.text


@adjusted(visual_embed_hosts=["https://e.example"])
async def test_hosts_that_may_frame_other_pages_do_not_frame_this_one(here: World) -> None:
    """checklist 21."""
    await here.account()

    assert policy(await (await Link.of(here)).get())["frame-ancestors"] == "'none'"


async def test_every_field_has_its_label_and_is_known_to_password_managers(here: World) -> None:
    await here.account()
    page = await (await Link.of(here)).open()

    visible = {name for name, one in page.inputs.items() if one.get("type") != "hidden"}
    assert visible == {"username", "password", "again"}
    assert {page.inputs[name]["id"] for name in visible} == set(page.labels)
    assert [page.inputs[one]["autocomplete"] for one in ("username", "password", "again")] == [
        "username",
        "new-password",
        "new-password",
    ]
    assert (page.inputs["username"]["value"], "readonly" in page.inputs["username"]) == (
        "mira",
        True,
    )
    assert [name for name, one in page.inputs.items() if "autofocus" in one] == ["password"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "https://gatepass.test"])
async def test_a_form_from_another_origin_is_refused(here: World, origin: str) -> None:
    """Even with the right token and cookie, and the link (checklist 13)."""
    await here.account()
    link = await Link.of(here)
    link.origin = origin

    assert refused(await link.send(), "gatepass-activate")
    assert not await signs_in(here, NEW)


@pytest.mark.parametrize("token", [None, "", "x", "0" * 64])
async def test_a_form_without_the_token_of_its_cookie_is_refused(
    here: World, token: str | None
) -> None:
    """checklist 13."""
    await here.account()
    link = await Link.of(here)

    assert refused(await link.send(token=token), "gatepass-activate")
    assert (await link.send()).status_code == 200


async def test_the_token_of_another_page_or_browser_does_not_do(here: World) -> None:
    """Nor does one of the sign-in form, whose cookie is another (checklist 13)."""
    await here.account()
    link = await Link.of(here)
    theirs = (await link.open()).inputs["token"]["value"]
    here.client.cookies.clear()
    other = (await Page(here).open()).inputs["token"]["value"]

    for token in (theirs, other):
        assert refused(await link.send(token=token), "gatepass-activate")


async def test_what_is_typed_is_taken_from_the_form_alone(here: World) -> None:
    """A password in the address is none (checklist 58)."""
    await here.account()
    link = await Link.of(here)
    link.address += f"&password={NEW}&again={NEW}&token=x"

    assert (await link.send(password="")).status_code == 400
    assert not await signs_in(here, NEW)


async def test_neither_link_nor_password_reaches_the_log(here: World) -> None:
    """checklist 58."""
    await here.account()
    link = await Link.of(here)
    with capture_logs() as logs:
        await link.send("short")
        await link.send()
        await link.get()

    assert [line["status"] for line in logs] == [200, 400, 200, 200, 400]
    assert {line["path"] for line in logs} == {"/activate"}
    for secret in (secret_of(link), NEW):
        assert secret not in str(logs)


async def test_a_busy_server_says_so_and_the_link_stays_good(here: World) -> None:
    await here.account()
    link = await Link.of(here)
    with closing(sqlite3.connect(here.home / "gatepass.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        reply = await link.send()

    assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
    assert "busy" in Document(reply.text).problem
    assert (await link.send()).status_code == 200


async def test_an_administrator_may_use_the_link_by_the_api_as_before(here: World) -> None:
    """One or the other: it works once (checklist 49)."""
    mira = await here.account()
    link = await Link.of(here)
    admin = await administrator(here)
    body = {"user_identifier": mira.id, "auth_token": secret_of(link), "password": NEW}

    await admin.make("users/activate", **body)

    here.client.cookies.clear()
    assert (await link.get()).status_code == 400


async def test_only_methods_of_a_form_are_served(here: World) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        reply = await here.client.request(method, "/activate")
        assert (reply.status_code, reply.headers["allow"]) == (405, "GET, HEAD, POST")


@adjusted(mode="hardened")
async def test_in_hardened_mode_the_page_is_for_https_beyond_this_machine(here: World) -> None:
    away = httpx2.ASGITransport(app=here.app, client=("192.0.2.7", 1))
    async with httpx2.AsyncClient(transport=away) as client:
        assert (await client.get(f"{OWN_ORIGIN}/activate")).status_code == 403
        assert (await client.get("https://gatepass.test/activate")).status_code == 400
