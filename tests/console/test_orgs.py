"""Orgs: found, made, changed, filled, shut, deleted, worked in; by who manages all of them."""

import pytest

from gatepass.core.errors import NotFound, OrgNotUsable
from gatepass.core.org_changes import OrgChange
from gatepass.core.records import Org
from gatepass.pages.console.sure import PAGE
from tests.adjusted import adjusted
from tests.console.visitor import Page, Visitor
from tests.core.test_administering import principal
from tests.world import ADMIN, HERE, PASSWORD, World

NASTY = '"><img src=x onerror=alert(1)>&<script>'


async def the(here: World, identifier: str | int) -> Org:
    return (await here.core.sights.orgs.of(here.by, identifier)).org


async def members(here: World, identifier: str | int) -> list[str]:
    found = await here.core.sights.orgs.members(here.by, identifier)
    return [one.name for one in found.members]


async def test_orgs_are_found_by_name_and_state(here: World, admin: Visitor) -> None:
    await here.org("northern")
    shut = await here.org("northwest")
    await here.org("south")
    await here.core.org_states.deactivate(here.by, HERE, shut.id)

    page = await admin.open("orgs?find=NORTH")
    assert "northern" in page.text
    assert "northwest inactive" in page.text
    assert "south" not in page.text
    page = await admin.open("orgs?find=north&state=inactive")
    assert "northern" not in page.text
    assert "northwest" in page.text
    assert 'value="inactive" selected' in page.html
    part = await admin.get("orgs?find=sou", **{"HX-Request": "true", "HX-Target": "rows"})
    assert part.text.strip().startswith('<div id="rows">')
    assert "No Org fits." in (await admin.open("orgs?find=nobody")).text


async def test_many_orgs_come_by_page(here: World, admin: Visitor) -> None:
    names = [f"o{number:03}" for number in range(PAGE + 2)]
    for name in names:
        await here.org(name)

    first = await admin.open("orgs?find=o0&state=active")
    (way,) = [link for link in first.links if "from=" in link]
    rest = await admin.open(way.removeprefix("./"))

    assert [name for name in names if name in first.text] == names[:PAGE]
    assert [name for name in names if name in rest.text] == names[PAGE:]


async def test_an_org_is_made_and_its_page_says_so(here: World, admin: Visitor) -> None:
    page = await admin.done("orgs/new", "create", name="north", description="Up there")

    assert "The Org is made." in page.text
    assert page.title == "north · Org · Gatepass"
    assert (await the(here, "north")).description == "Up there"


@pytest.mark.parametrize("name", ["primary", "no blanks", "x" * 60])
async def test_a_name_that_will_not_do_is_refused_above_the_form(admin: Visitor, name: str) -> None:
    page = await admin.refused("orgs/new", "create", name=name, description="kept")

    assert page.status in {400, 409}
    assert 'aria-invalid="true"' in page.html
    assert ("description", "kept") in page.form("create")


async def test_an_org_is_renamed_and_described(here: World, admin: Visitor) -> None:
    north = await here.org("north")

    page = await admin.done(f"orgs/{north.id}", "change", name="arctic", description="new")

    assert "The Org is changed." in page.text
    found = await the(here, north.id)
    assert (found.name, found.description) == ("arctic", "new")


async def test_accounts_come_and_go_by_name(here: World, admin: Visitor) -> None:
    north = await here.org("north")
    for name in ("anna", "ben"):
        await here.account(name)
    path = f"orgs/{north.id}"

    assert (await admin.refused(path, "add", users="anna", proof="")).status == 403
    assert await members(here, north.id) == []
    page = await admin.done(path, "add", users="anna\nben")

    assert "They are in the Org now." in page.text
    assert await members(here, north.id) == ["anna", "ben"]
    cookie = await here.login("anna", org_identifier="north")
    anna = await here.core.accounts.find(here.by, "anna")
    admin = await Visitor.signed_in(here)
    assert (await admin.refused(path, "take-out", user=[anna.id], proof="")).status == 403
    await admin.done(path, "take-out", user=[anna.id])
    assert await members(here, north.id) == ["ben"]
    assert (await here.whoami(cookie=cookie)).status_code == 401
    page = await admin.refused(path, "add", users="ben\nnobody")
    assert "nobody" in page.problem
    assert ("users", "ben\nnobody") in page.form("add")
    for act in ("add", "take-out"):
        assert (await admin.refused(path, act, user=[], users="")).status == 400


async def test_many_members_come_by_page(here: World, admin: Visitor) -> None:
    north = await here.org("north")
    names = [f"user{number:03}" for number in range(PAGE + 2)]
    for name in names:
        await here.account(name, password=None, org="north")
    path = f"orgs/{north.id}"

    first = await admin.open(path)
    (way,) = [link for link in first.links if "start=" in link]
    rest = await admin.open(way.removeprefix("../"))

    assert [name for name in names if name in first.text] == names[:PAGE]
    assert [name for name in names if name in rest.text] == names[PAGE:]
    assert "user007" in (await admin.open(f"{path}?find=user007")).text
    assert "Nobody whose name" in (await admin.open(f"{path}?find=q")).text


async def test_newcomers_are_put_in_the_groups_that_are_chosen(here: World, admin: Visitor) -> None:
    north = await here.org("north")
    crew = await here.group("crew", org=north.id)
    path = f"orgs/{north.id}"

    page = await admin.done(path, "welcome", group="crew")

    assert "into crew" in page.text
    assert "Not into this one" in page.text
    page = await admin.done(path, "unwelcome", group=crew.id)
    assert "into crew" not in page.text
    assert (await admin.refused(path, "welcome", group="nowhere")).status == 404


async def test_an_org_is_shut_and_opened_again(here: World, admin: Visitor) -> None:
    north = await here.org("north")
    await here.account("mira", org="north")
    cookie = await here.login("mira", org_identifier="north")
    path = f"orgs/{north.id}"
    assert (await admin.refused(path, "deactivate", proof="wrong")).status == 403
    assert (await here.whoami(cookie=cookie)).status_code == 200

    page = await admin.done(path, "deactivate")

    assert "nobody gets in" in page.text
    assert not page.has_form("deactivate")
    assert [one for one in page.forms if ("act", "switch-org") in one] == []
    assert (await here.whoami(cookie=cookie)).status_code == 401
    with pytest.raises(OrgNotUsable):
        await principal(here, "mira", north.id)
    page = await admin.done(path, "activate")
    assert "its members sign in again" in page.text
    await principal(here, "mira", north.id)


async def test_all_that_is_held_in_an_org_is_ended_and_nothing_elsewhere(
    here: World, admin: Visitor
) -> None:
    north = await here.org("north")
    await here.account("mira")
    await here.join("mira", north.id)
    there = await here.login("mira", org_identifier="north")
    elsewhere = await here.login("mira", org_identifier="Primary")

    page = await admin.done(f"orgs/{north.id}", "end-all")

    assert "has ended" in page.text
    assert (await here.whoami(cookie=there)).status_code == 401
    assert (await here.whoami(cookie=elsewhere)).status_code == 200


async def test_who_ends_all_in_the_own_org_is_out_as_the_page_says(
    here: World, admin: Visitor
) -> None:
    assert "You are signed out, too." in (await admin.open("orgs/0")).text

    reply = await admin.send("orgs/0", "end-all")

    assert reply.status_code == 303
    assert (await admin.get("orgs/0")).headers["location"].startswith("../sign-in")
    await Visitor.signed_in(here)


async def test_an_org_is_deleted_once_its_name_was_typed(here: World, admin: Visitor) -> None:
    north = await here.org("north")
    await here.account("mira", org="north")
    path = f"orgs/{north.id}"

    page = await admin.refused(path, "delete", typed="nort")
    assert "nothing was deleted" in page.problem
    page = await admin.done(path, "delete", typed="north")

    assert "The Org is deleted" in page.text
    with pytest.raises(NotFound):
        await the(here, north.id)
    with pytest.raises(NotFound):
        await here.core.accounts.find(here.by, "mira")
    await admin.open(path, status=404)


async def test_primary_keeps_its_name_and_stays(here: World, admin: Visitor) -> None:
    page = await admin.open("orgs/0")

    assert "cannot be deleted" in page.text
    assert not [act for act in ("delete", "deactivate", "activate") if page.has_form(act)]
    assert "name" not in dict(page.form("change"))
    token, proof = ("token", dict(page.forms[0])["token"]), ("proof", admin.password)
    for said, fields in {
        "Primary cannot be deleted": [("act", "delete"), ("typed", "Primary")],
        "Primary is always active": [("act", "deactivate")],
        "Primary keeps its name": [("act", "change"), ("name", "x"), ("description", "")],
    }.items():
        answer = Page(await admin.post("orgs/0", [token, proof, *fields]))
        assert answer.status == 403
        assert answer.problem.startswith(said)
    found = await the(here, 0)
    assert (found.name, found.active) == ("Primary", True)


async def test_one_works_in_an_org_and_comes_back(here: World, admin: Visitor) -> None:
    """Without being a member there."""
    north = await here.org("north")
    await here.group("northern", org=north.id)

    page = await admin.done(f"orgs/{north.id}", "switch-org")

    assert page.html.count("<h1>north</h1>") == 1
    assert "northern" in (await admin.open("groups")).text
    await admin.open("orgs", status=403)
    page = await admin.done("", "switch-org", org="0")
    assert "<h1>Primary</h1>" in page.html
    assert "northern" not in (await admin.open("groups")).text


async def test_who_does_not_manage_orgs_sees_none(here: World) -> None:
    north = await here.org("north")
    await here.account("mira", org="north")
    await here.put_in("Administrator", "mira", north.id)
    await here.account("ben")
    for name in ("mira", "ben"):
        visitor = await Visitor.signed_in(here, name, PASSWORD)
        page = await visitor.open()
        assert "orgs" not in " ".join(page.links)
        for path in ("orgs", "orgs/new", f"orgs/{north.id}", "orgs/0"):
            page = await visitor.open(path, status=403)
            assert "it takes" in page.problem
        token = dict(page.form("sign-out"))["token"]
        for act in ("delete", "deactivate", "end-all", "add"):
            fields = [("token", token), ("proof", PASSWORD), ("act", act), ("typed", "north")]
            reply = await visitor.post(f"orgs/{north.id}", [*fields, ("users", ADMIN)])
            assert reply.status_code == 403, act
    assert (await the(here, north.id)).active
    assert await members(here, north.id) == ["mira"]


@adjusted(orgs_enabled=False)
async def test_where_orgs_are_off_the_pages_say_so(here: World) -> None:
    admin = await Visitor.signed_in(here)

    for path in ("orgs", "orgs/new", "orgs/0"):
        page = await admin.open(path)
        assert "Orgs are off on this server" in page.text
        assert not [act for act in ("create", "change", "add") if page.has_form(act)]
    shown = await admin.open("orgs")
    token, proof = ("token", dict(shown.form("sign-out"))["token"]), ("proof", admin.password)
    for path, act in (("orgs/new", "create"), ("orgs/0", "change")):
        sent = [token, proof, ("act", act), ("name", "x"), ("description", "")]
        assert "Orgs are off" in Page(await admin.post(path, sent)).problem


@pytest.mark.parametrize("name", ["nowhere", "77", "-1", "9" * 30, "%00", "٣"])
async def test_what_is_no_org_is_not_there(admin: Visitor, name: str) -> None:
    page = await admin.open(f"orgs/{name}", status=404)

    assert page.problem.startswith("There is no Org")


async def test_what_is_written_is_shown_as_text(here: World, admin: Visitor) -> None:
    north = await here.org("north")
    what = OrgChange(description=NASTY)
    await here.core.org_changes.update(here.by, HERE, north.id, what)

    for path in ("orgs", f"orgs/{north.id}"):
        page = await admin.open(path)
        assert NASTY in page.text
        assert "<img src=x" not in page.html
        assert "<script>" not in page.html
