"""Roles: found, made, changed, deleted; and what is said where there are none."""

import pytest

from gatepass.core.errors import NotFound
from gatepass.core.group_changes import GroupChange
from tests.adjusted import adjusted
from tests.console.visitor import Page, Visitor
from tests.world import HERE, PASSWORD, World

NASTY = '"><img src=x onerror=alert(1)>&<script>'


async def role(here: World, name: str, *privileges: str, read_only: bool = False) -> str:
    """Make a role and return its place."""
    made = await here.core.roles.create(
        here.by, HERE, name=name, privileges=privileges, read_only=read_only
    )
    return f"roles/{made.role.id}"


async def carried(here: World, path: str) -> set[str]:
    return set((await here.core.sights.roles.of(here.by, path.removeprefix("roles/"))).privileges)


async def test_roles_are_found_by_name(here: World, admin: Visitor) -> None:
    await role(here, "Fetchers", "DATADOWNLOADING")
    await role(here, "Stewards")

    page = await admin.open("roles?find=FETCH")

    assert "Fetchers" in page.text
    assert "DATADOWNLOADING" in page.text
    assert "Stewards" not in page.text
    part = await admin.get("roles?find=st", **{"HX-Request": "true", "HX-Target": "rows"})
    assert part.text.strip().startswith('<div id="rows">')
    assert "Stewards" in part.text
    assert "no roles yet" not in page.text
    assert "No role has" in (await admin.open("roles?find=nobody")).text


async def test_a_role_is_made_with_what_is_ticked(here: World, admin: Visitor) -> None:
    page = await admin.done(
        "roles/new",
        "create",
        name="Fetchers",
        description="They fetch",
        privilege=["DATADOWNLOADING", "DEVELOPER"],
    )

    assert "The role is made." in page.text
    (line,) = await here.core.sights.roles.page(here.by)
    assert (line.role.name, line.role.description) == ("Fetchers", "They fetch")
    assert set(line.privileges) == {"DATADOWNLOADING", "DEVELOPER"}


async def test_no_box_offers_what_a_role_may_not_carry(admin: Visitor) -> None:
    page = await admin.open("roles/new")

    assert 'value="DEVELOPER"' in page.html
    assert 'value="ADMINISTRATION"' not in page.html
    refused = await admin.refused("roles/new", "create", name="x", privilege=["ADMINISTRATION"])
    assert "no privilege" in refused.problem


async def test_a_taken_name_is_refused_and_all_stays_as_typed(here: World, admin: Visitor) -> None:
    await role(here, "Fetchers")

    page = await admin.refused("roles/new", "create", name="fetchers", privilege=["DEVELOPER"])

    assert page.status == 409
    assert 'aria-invalid="true"' in page.html
    assert {("name", "fetchers"), ("privilege", "DEVELOPER")} <= set(page.form("create"))


async def test_a_role_is_renamed_and_carries_what_it_did(here: World, admin: Visitor) -> None:
    path = await role(here, "Fetchers", "DATADOWNLOADING")

    page = await admin.done(path, "change", name="Readers", description="new")

    assert page.title == "Readers · Role · Gatepass"
    assert await carried(here, path) == {"DATADOWNLOADING"}


async def test_what_a_role_carries_changes_for_every_group_at_once(
    here: World, admin: Visitor
) -> None:
    path = await role(here, "Fetchers", "DATADOWNLOADING")
    await here.account("mira")
    await here.group("crew")
    await here.put_in("crew", "mira")
    given = GroupChange(roles=["Fetchers"])
    await here.core.group_changes.update(here.by, HERE, "crew", given)
    cookie = await here.login("mira")
    assert "crew" in (await admin.open(path)).text

    await admin.done(path, "carry", privilege=["DEVELOPER"])

    found = set((await here.whoami(cookie=cookie)).json()["privileges"])
    assert found == {"DEVELOPER", "AUTHORING"}


@pytest.mark.parametrize("act", ["carry", "delete"])
async def test_without_the_password_again_nothing_happens(
    here: World, admin: Visitor, act: str
) -> None:
    path = await role(here, "Fetchers", "DATADOWNLOADING")

    page = await admin.refused(path, act, proof="", privilege=[], typed="Fetchers")

    assert page.status == 403
    assert await carried(here, path) == {"DATADOWNLOADING"}


async def test_a_role_is_deleted_once_its_name_was_typed(here: World, admin: Visitor) -> None:
    path = await role(here, "Fetchers")

    assert "nothing was deleted" in (await admin.refused(path, "delete", typed="x")).problem
    page = await admin.done(path, "delete", typed="Fetchers")

    assert "The role is deleted." in page.text
    with pytest.raises(NotFound):
        await carried(here, path)
    await admin.open(path, status=404)


async def test_a_read_only_role_offers_no_change_and_takes_none(
    here: World, admin: Visitor
) -> None:
    path = await role(here, "Fixed", "DEVELOPER", read_only=True)

    page = await admin.open(path)

    assert not [act for act in ("change", "carry", "delete") if page.has_form(act)]
    token = dict(page.forms[0])["token"]
    fields = [("token", token), ("proof", admin.password), ("act", "carry")]
    answer = Page(await admin.post(path, fields))
    assert answer.status == 403
    assert "read-only" in answer.problem
    assert await carried(here, path) == {"DEVELOPER"}


@adjusted(rbac_enabled=False)
async def test_where_roles_are_off_the_pages_say_what_that_means(here: World) -> None:
    admin = await Visitor.signed_in(here)

    for path in ("roles", "roles/new", "roles/some"):
        page = await admin.open(path)
        assert "Roles are off on this server." in page.text
        assert not page.has_form("create")
    token = dict((await admin.open("roles/new")).form("sign-out"))["token"]
    fields = [("token", token), ("proof", admin.password), ("act", "create"), ("name", "x")]
    assert "Roles are off" in Page(await admin.post("roles/new", fields)).problem


async def test_a_member_sees_no_role(here: World) -> None:
    await here.account("mira")
    path = await role(here, "Fetchers")
    member = await Visitor.signed_in(here, "mira", PASSWORD)

    for one in ("roles", "roles/new", path):
        assert "ROLE_ADMINISTRATION" in (await member.open(one, status=403)).problem


async def test_who_administers_another_org_sees_its_roles_alone(here: World) -> None:
    north = await here.org("north")
    path = await role(here, "Fetchers")
    await here.account("mira", org="north")
    await here.put_in("Administrator", "mira", north.id)
    there = await Visitor.signed_in(here, "mira", PASSWORD)

    assert "Fetchers" not in (await there.open("roles")).text
    await there.open(path, status=404)
    token = dict((await there.open("roles")).form("sign-out"))["token"]
    fields = [("token", token), ("proof", PASSWORD), ("act", "delete"), ("typed", "Fetchers")]
    assert (await there.post(path, fields)).status_code == 404
    assert await carried(here, path) == set()


async def test_names_are_shown_as_text(here: World, admin: Visitor) -> None:
    path = await role(here, NASTY)

    for one in ("roles", path):
        page = await admin.open(one)
        assert NASTY in page.text
        assert "<img src=x" not in page.html
        assert "<script>" not in page.html
