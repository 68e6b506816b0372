"""The audit trail on pages: sought, explained, taken along; by administrators of the cluster."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

import gatepass.core
from gatepass.pages.console import audit
from gatepass.pages.console.acts import KINDS, WORDS
from tests.console.visitor import Page, Visitor
from tests.world import ADMIN, NOON, PASSWORD, World

PLACES = ["audit", "audit/why", "audit/why?incident=x", "audit/export"]


async def refused(here: World, username: str = "mira") -> str:
    """Be refused a sign-in; return the incident id."""
    body = {"username": username, "password": "not-the-one-7"}
    reply = await here.post("auth/session/login", body)
    incident = reply.json()["error"]["message"]["incident_id_guid"]
    assert isinstance(incident, str)
    return incident


async def exported(admin: Visitor, query: str = "") -> list[dict[str, object]]:
    reply = await admin.get(f"audit/export{query}")
    assert reply.status_code == 200, reply.text
    return [json.loads(line) for line in reply.text.splitlines()]


async def events(admin: Visitor, query: str) -> list[str]:
    """Return the acts on a page, after seeing that its rows say the same alone."""
    page = await admin.open(f"audit?{query}")
    part = await admin.get(f"audit?{query}", **{"HX-Request": "true", "HX-Target": "rows"})
    assert part.text.strip().startswith('<div id="rows">')
    assert part.text in page.html
    return re.findall(r'<code class="faint nowrap">([a-z_.]+)</code>', page.html)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("person=mira", ["account.sign_in", "account.create"]),
        ("person=MIRA&act=account.create", ["account.create"]),
        ("act=group", ["group.create"]),
        ("result=refused", ["account.sign_in"]),
        ("result=done&act=account", ["account.create"]),
        ("org=north", ["group.create", "org.create"]),
        ("from=2026-06-01T13:00&until=2026-06-01T14:00", ["account.create"]),
        ("until=2026-06-01T12:00", []),
        ("act=no.such", []),
    ],
)
async def test_events_are_sought(here: World, admin: Visitor, query: str, found: list[str]) -> None:
    north = await here.org("north")
    here.clock.now = NOON + timedelta(hours=1)
    await here.account()
    here.clock.now = NOON + timedelta(hours=2)
    await here.group("analysts", org=north.id)
    await refused(here)

    assert await events(admin, query) == found


async def test_an_incident_finds_its_events(here: World, admin: Visitor) -> None:
    await here.account()
    incident = await refused(here)

    assert await events(admin, f"incident={incident}") == ["account.sign_in"]


async def test_an_event_says_who_what_about_whom_and_where_from(
    here: World, admin: Visitor
) -> None:
    mira = await here.account()

    page = await admin.open("audit?act=account.create")

    assert "Create an account account.create" in page.text
    assert "local operator as system" in page.text
    assert f"./accounts/{mira.id}" in page.links
    assert "127.0.0.1" in page.text
    assert '"weak_allowed": false' in page.text


async def test_older_events_are_pages_further_on(here: World, admin: Visitor) -> None:
    for number in range(120):
        await here.group(f"group {number}")

    query, found, pages = "audit?act=group", [], []
    while query:
        pages.append(await admin.open(query))
        found += re.findall(r"group (\d+)&#34;", pages[-1].html)
        further = [one for one in pages[-1].links if "before=" in one]
        query = further[0].removeprefix("./") if further else ""

    assert len(pages) == 3
    assert [int(one) for one in found] == list(reversed(range(120)))
    assert "./audit?act=group" in pages[-1].links


async def test_a_rare_thing_is_looked_for_step_by_step(
    here: World, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many events there are, a page looks at so many."""
    await here.org("north")
    for number in range(9):
        await here.group(f"group {number}")
    monkeypatch.setattr(audit, "MOST_LOOKED", 5)

    page = await admin.open("audit?act=org.create")
    assert "Nothing fits back to 01 Jun 2026, 12:00 UTC. There are older events." in page.text
    (further,) = [one for one in page.links if "before=" in one]
    page = await admin.open(further.removeprefix("./"))

    assert "org.create" in page.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("org=nowhere", "There is no Org named 'nowhere'."),
        ("from=yesterday", "“yesterday” is no time"),
        ("until=2026-06-01T12:00%2B99:00", "is no time"),
        ("before=1", "The link to this page is broken."),
        ("before=999999999999999999-1", "The link to this page is broken."),
        ("person=%00nobody", "No event fits."),
    ],
)
async def test_what_cannot_be_sought_is_said(admin: Visitor, query: str, said: str) -> None:
    page = await admin.open(f"audit?{query}")

    assert said in page.text


async def test_names_that_look_like_markup_are_text(here: World, admin: Visitor) -> None:
    evil = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    incident = await refused(here, evil)

    for path in ("audit", f"audit?person={evil}&act={evil}", f"audit/why?incident={incident}"):
        page = await admin.open(path)
        assert page.tags.count("img") == 1, path
        assert page.tags.count("script") == 2, path


@pytest.mark.parametrize("path", PLACES)
async def test_only_who_administers_the_cluster_sees_it(here: World, path: str) -> None:
    """checklist 52: not a member, not an administrator of one Org."""
    north = await here.org("north")
    await here.account("ada", org=north.id)
    await here.put_in("Administrator", "ada", north.id)
    await here.account("mira")
    for name in ("ada", "mira"):
        visitor = await Visitor.signed_in(here, name, PASSWORD)
        assert "./audit" not in (await visitor.open()).links
        page = await visitor.open(path, status=403)
        assert page.problem.startswith("You may not do this here: it takes ADMINISTRATION")
        assert "table" not in page.tags


async def test_a_refusal_is_explained(here: World, admin: Visitor) -> None:
    await here.account()
    incident = await refused(here)

    page = await admin.open(f"audit/why?incident={incident}")

    assert "the password is not that of mira" in page.text
    assert "gatepass account set-password mira" in page.text
    assert "01 Jun 2026, 12:00:00.000000 UTC" in page.text
    assert "status ACTIVE" in page.text


@pytest.mark.parametrize("write", [0, 1])
async def test_a_refusal_is_explained_at_once_and_later(
    here: World, admin: Visitor, write: int
) -> None:
    """Refused credentials are written down in batches: what waits is known as well."""
    reply = await here.whoami(bearer="gp_at_unknown")
    incident = reply.json()["error"]["message"]["incident_id_guid"]
    for _ in range(write):
        await here.core.refusals.write()

    page = await admin.open(f"audit/why?incident={incident}")

    assert "has not the look of a session or token" in page.text


async def test_a_refusal_on_a_page_leads_to_why(admin: Visitor) -> None:
    page = await admin.open("nowhere", status=404)
    (why,) = [one for one in page.links if "audit/why" in one]

    page = await admin.open(why.removeprefix("./"))

    assert "console nowhere was refused" in page.text


async def test_of_an_unknown_incident_it_is_said_how_long_one_is_known(admin: Visitor) -> None:
    page = await admin.open("audit/why?incident=%3Cb%3Ex", status=404)

    assert "No refusal is known under <b>x" in page.text
    assert "400 days" in page.text


async def test_what_was_sought_is_taken_along_as_json_lines(here: World, admin: Visitor) -> None:
    await here.account()
    incident = await refused(here)

    reply = await admin.get("audit/export?person=mira&result=refused")
    (only,) = await exported(admin, "?person=mira&result=refused")

    assert reply.headers["content-disposition"] == (
        'attachment; filename="gatepass-audit-20260601T120000Z.jsonl"'
    )
    assert reply.headers["content-type"] == "application/jsonl; charset=utf-8"
    assert reply.headers["cache-control"] == "no-store"
    assert (only["act"], only["about"], only["incident_id"]) == (
        "account.sign_in",
        "mira",
        incident,
    )


async def test_a_download_that_does_not_hold_all_says_so_and_where_the_rest_is(
    here: World, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "MOST_EXPORTED", 2)
    for number in range(5):
        await here.group(f"group {number}")

    query, found, parts = "?act=group", [], 0
    while query:
        reply = await admin.get(f"audit/export{query}")
        lines = await exported(admin, query)
        cut = lines[-1].get("incomplete", False)
        assert ("-part.jsonl" in reply.headers["content-disposition"]) == cut
        query = str(lines.pop()["rest"]) if cut else ""
        found += lines
        parts += 1

    assert parts == 3
    assert [one["act"] for one in found] == ["group.create"] * 5
    assert len({one["number"] for one in found}) == 5


async def test_no_secret_is_on_a_page_or_in_a_download(here: World, admin: Visitor) -> None:
    await here.account()
    secrets = [await here.secret(), await here.token(), await here.login(), PASSWORD]
    secrets += [*admin.cookies.values(), admin.password]

    told = (await admin.open("audit")).html + (await admin.get("audit/export")).text

    assert "token.issue" in told
    assert not [one for one in secrets if one in told]


def test_every_act_that_the_core_writes_down_has_words() -> None:
    kinds = "|".join(kind.word for kind in KINDS)
    written = set()
    for module in Path(str(gatepass.core.__file__)).parent.glob("*.py"):
        # These have words of their own: for what is counted, and for the tables of a world file.
        if module.name != "tallies.py" and not module.name.startswith("world"):
            written |= set(re.findall(rf'"((?:{kinds})\.[a-z_]+)"', module.read_text("utf-8")))

    assert len(written) > 60
    assert written <= set(WORDS)


async def test_every_event_of_a_busy_day_has_words(here: World, admin: Visitor) -> None:
    await here.account()
    await here.secret()
    await here.token()
    await here.join(ADMIN, (await here.org()).id)
    assert Page(await admin.get("audit")).status == 200

    assert {str(one["act"]) for one in await exported(admin)} <= set(WORDS)
