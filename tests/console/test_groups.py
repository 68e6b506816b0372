"""Groups: found, made, changed, filled, nested, deleted; and who is shown what of it."""

import re

import pytest

from gatepass.core.errors import NotFound
from gatepass.core.group_changes import GroupChange
from gatepass.core.records import Group
from gatepass.pages.console.sure import PAGE
from tests.adjusted import adjusted
from tests.console.visitor import Page, Visitor
from tests.world import ADMIN, HERE, PASSWORD, World

NASTY = '"><img src=x onerror=alert(1)>&<script>'


async def privileges(here: World, cookie: str) -> set[str]:
    return set((await here.whoami(cookie=cookie)).json()["privileges"])


async def group(here: World, identifier: str) -> Group:
    return (await here.core.sights.groups.of(here.by, identifier)).group


async def at(here: World, identifier: str) -> str:
    return f"groups/{(await group(here, identifier)).id}"


async def members(here: World, identifier: str) -> list[str]:
    return [one.name for one in (await here.core.members.page(here.by, identifier)).members]


async def test_groups_are_found_by_name(here: World, admin: Visitor) -> None:
    await here.group("analysts", "DATADOWNLOADING")
    await here.group("stewards")

    page = await admin.open("groups?find=LYS")

    assert "analysts" in page.text
    assert "DATADOWNLOADING" in page.text
    assert "stewards" not in page.text
    assert "No group has" in (await admin.open("groups?find=nobody")).text


async def test_while_one_types_the_rows_alone_come(here: World, admin: Visitor) -> None:
    await here.group("analysts")

    part = await admin.get("groups?find=ana", **{"HX-Request": "true", "HX-Target": "rows"})

    assert part.text.strip().startswith('<div id="rows">')
    assert "<html" not in part.text
    assert "analysts" in part.text


async def test_many_groups_come_by_page(here: World, admin: Visitor) -> None:
    for number in range(PAGE + 1):
        await here.group(f"g{number:03}")

    first = await admin.open("groups?find=g0")
    (way,) = [link for link in first.links if "from=" in link]
    rest = await admin.open(way.removeprefix("./"))

    assert "g049" in first.text
    assert "g050" not in first.text
    assert "g050" in rest.text
    assert "g049" not in rest.text
    assert not [link for link in rest.links if "from=" in link]


@pytest.mark.parametrize("start", ["x", "-1", "9" * 30, "٣"])
async def test_what_is_no_number_of_a_line_is_the_first(admin: Visitor, start: str) -> None:
    assert "Administrator" in (await admin.open(f"groups?from={start}")).text


async def test_a_group_is_made_and_its_page_says_so(here: World, admin: Visitor) -> None:
    page = await admin.done(
        "groups/new",
        "create",
        name="analysts",
        display_name="The Analysts",
        description="They look at figures",
        type="TEAM_GROUP",
        newcomers="true",
    )

    assert "The group is made." in page.text
    assert page.title == "analysts · Group · Gatepass"
    made = await group(here, "analysts")
    assert (made.display_name, made.description) == ("The Analysts", "They look at figures")
    assert (made.type.value, made.joined_by_all) == ("TEAM_GROUP", True)


@pytest.mark.parametrize("name", ["all", "", "x" * 300, "a\u202eb"])
async def test_a_name_that_will_not_do_is_refused_above_the_form(admin: Visitor, name: str) -> None:
    page = await admin.refused("groups/new", "create", name=name, description="kept")

    assert page.status in {400, 409}
    assert 'aria-invalid="true"' in page.html
    assert ("description", "kept") in page.form("create")


async def test_a_group_is_renamed_and_described(here: World, admin: Visitor) -> None:
    path = await at(here, (await here.group("analysts")).id)

    page = await admin.done(
        path, "change", name="readers", display_name="Readers", description="new"
    )

    assert "The group is changed." in page.text
    found = await group(here, "readers")
    assert (found.display_name, found.description, found.sharable) == ("Readers", "new", True)
    page = await admin.refused(path, "change", name="Administrator")
    assert page.status == 409
    assert "is changed" in (await admin.done("groups/readers", "change", name="lookers")).text


async def test_boxes_are_off_once_they_are_not_ticked(here: World, admin: Visitor) -> None:
    await here.core.group_changes.create(here.by, HERE, "crew", GroupChange(joined_by_all=True))
    path = await at(here, "crew")

    await admin.done(path, "change", sharable=[], newcomers=[])

    found = await group(here, "crew")
    assert (found.sharable, found.joined_by_all) == (False, False)


async def test_what_is_ticked_is_granted_and_nothing_else(here: World, admin: Visitor) -> None:
    await here.account("mira")
    await here.group("analysts", "DATADOWNLOADING")
    await here.put_in("analysts", "mira")
    path, cookie = await at(here, "analysts"), await here.login("mira")
    assert ("privilege", "DATADOWNLOADING") in (await admin.open(path)).form("grant")

    page = await admin.done(path, "grant", privilege=["SHAREWITHALL", "DEVELOPER"])

    assert "is changed" in page.text
    assert await privileges(here, cookie) == {"SHAREWITHALL", "DEVELOPER", "AUTHORING"}


@pytest.mark.parametrize("act", ["grant", "nest", "join", "give", "delete"])
async def test_without_the_password_again_no_privilege_moves(
    here: World, admin: Visitor, act: str
) -> None:
    await here.group("analysts")
    path = await at(here, "analysts")

    page = await admin.refused(path, act, proof="")

    assert page.status == 403
    assert "own password" in page.problem
    assert not (await here.core.sights.groups.of(here.by, "analysts")).privileges


async def test_where_one_comes_to_administer_the_password_is_asked(
    here: World, admin: Visitor
) -> None:
    for name, words in {"chiefs": ["USER_ADMINISTRATION"], "crew": []}.items():
        await here.group(name, *words)
    await here.account("mira")

    page = await admin.refused(await at(here, "chiefs"), "add", users="mira", proof="")

    assert page.status == 403
    assert await members(here, "chiefs") == []
    assert "proof" not in dict((await admin.open(await at(here, "crew"))).form("add"))
    await admin.done(await at(here, "crew"), "add", users="mira")
    await admin.done(await at(here, "chiefs"), "add", users="mira")
    assert await members(here, "chiefs") == await members(here, "crew") == ["mira"]


async def test_by_nesting_too_one_comes_to_administer(here: World, admin: Visitor) -> None:
    await here.group("chiefs", "USER_ADMINISTRATION")
    await here.group("crew")
    await here.account("mira")
    nested = GroupChange(inside=["crew"])
    await here.core.group_changes.update(here.by, HERE, "chiefs", nested)

    page = await admin.refused(await at(here, "crew"), "add", users="mira", proof="wrong")

    assert page.problem.startswith("That is not your password.")
    assert await members(here, "crew") == []


async def test_members_are_put_in_by_name_and_taken_out(here: World, admin: Visitor) -> None:
    await here.group("crew")
    for name in ("anna", "ben"):
        await here.account(name)
    path = await at(here, "crew")

    page = await admin.done(path, "add", users="anna\n\n ben \n")

    assert "They are in the group now." in page.text
    assert await members(here, "crew") == ["anna", "ben"]
    anna = await here.core.accounts.find(here.by, "anna")
    await admin.done(path, "take-out", user=[anna.id])
    assert await members(here, "crew") == ["ben"]
    page = await admin.refused(path, "take-out", user=[])
    assert "tick who" in page.problem


async def test_of_names_of_which_one_is_wrong_nobody_is_put_in(here: World, admin: Visitor) -> None:
    await here.group("crew")
    await here.account("anna")
    path = await at(here, "crew")

    page = await admin.refused(path, "add", users="anna\nnobody")

    assert "nobody" in page.problem
    assert ("users", "anna\nnobody") in page.form("add"), "what was typed stands there"
    assert await members(here, "crew") == []
    assert "at least one" in (await admin.refused(path, "add", users=" \n")).problem


async def test_a_large_group_is_gone_through_by_page(here: World, admin: Visitor) -> None:
    await here.group("crew")
    names = [f"user{number:03}" for number in range(PAGE + 2)]
    for name in names:
        await here.account(name, password=None)
    change = GroupChange(users=names)
    await here.core.group_changes.update(here.by, HERE, "crew", change)
    path = await at(here, "crew")

    first = await admin.open(path)
    (way,) = [link for link in first.links if "start=" in link]
    rest = await admin.open(way.removeprefix("../"))

    assert [name for name in names if name in first.text] == names[:PAGE]
    assert [name for name in names if name in rest.text] == names[PAGE:]
    assert "user007" in (await admin.open(f"{path}?find=user007")).text
    part = await admin.get(f"{path}?find=q", **{"HX-Request": "true", "HX-Target": "members"})
    assert part.text.strip().startswith('<div id="members">')


async def test_a_group_shows_where_its_privileges_are_from(here: World, admin: Visitor) -> None:
    await here.group("inner", "DATADOWNLOADING")
    await here.group("outer", "DEVELOPER")
    path = await at(here, "inner")

    page = await admin.done(path, "join", group="outer")

    assert "DEVELOPER group outer" in page.text
    assert "DATADOWNLOADING this group itself" in page.text
    outer = await group(here, "outer")
    page = await admin.done(path, "leave", outer=outer.id)
    assert "DEVELOPER group outer" not in page.text


async def test_groups_are_nested_and_never_in_a_circle(here: World, admin: Visitor) -> None:
    for name in ("inner", "middle", "outer"):
        await here.group(name)
    await admin.done(await at(here, "outer"), "nest", group="middle")
    await admin.done(await at(here, "middle"), "nest", group="inner")

    for path, act, fields in (
        (await at(here, "inner"), "nest", {"group": "outer"}),
        (await at(here, "outer"), "join", {"group": "inner"}),
        (await at(here, "outer"), "nest", {"group": "outer"}),
    ):
        page = await admin.refused(path, act, **fields)
        assert page.status == 400
        assert "cannot be inside itself" in page.problem
    middle = await group(here, "middle")
    page = await admin.done(await at(here, "outer"), "unnest", inner=middle.id)
    assert "not nested any more" in page.text
    page = await admin.refused(await at(here, "outer"), "nest", group="nowhere")
    assert page.status == 404


async def test_what_fits_is_offered_while_one_types(here: World, admin: Visitor) -> None:
    north = await here.org("north")
    for name, org in {"crew": 0, "crowd": 0, "chiefs": 0, "crews": north.id}.items():
        await here.group(name, org=org)
    await here.core.roles.create(here.by, HERE, name="Fetcher")
    path, asks = await at(here, "chiefs"), {"HX-Request": "true"}

    groups = await admin.get(f"{path}?group=cr", **asks, **{"HX-Target": "offered-groups"})
    there = await admin.get(f"orgs/{north.id}?group=cr", **asks, **{"HX-Target": "offered-groups"})
    roles = await admin.get(f"{path}?role=fe", **asks, **{"HX-Target": "offered-roles"})

    def options(text: str) -> list[str]:
        return re.findall('<option value="([^"]*)"', text)

    assert options(groups.text) == ["crew", "crowd"]
    assert options(there.text) == ["crews"]
    assert options(roles.text) == ["Fetcher"]


async def test_roles_are_given_and_taken(here: World, admin: Visitor) -> None:
    await here.core.roles.create(here.by, HERE, name="Fetcher", privileges=["DATADOWNLOADING"])
    await here.group("crew")
    path = await at(here, "crew")

    page = await admin.done(path, "give", role="fetcher")

    assert "DATADOWNLOADING role Fetcher" in page.text
    (role,) = (await here.core.sights.groups.of(here.by, "crew")).roles
    page = await admin.done(path, "take", role=role.id)
    assert "Nothing beyond what everybody may." in page.text


@adjusted(rbac_enabled=False)
async def test_where_roles_are_off_the_page_says_so(here: World) -> None:
    admin = await Visitor.signed_in(here)
    await here.group("crew")

    page = await admin.open(await at(here, "crew"))

    assert "Roles are off" in page.text
    assert not page.has_form("give")
    assert "only ADMINISTRATION counts" in page.text


@pytest.mark.parametrize("name", ["All", "Administrator"])
async def test_of_a_system_group_is_offered_what_may_be_done(
    here: World, admin: Visitor, name: str
) -> None:
    """And what is sent all the same is refused."""
    path = await at(here, name)

    page = await admin.open(path)

    assert not page.has_form("delete")
    assert "cannot be deleted" in page.text
    assert "name" not in dict(page.form("change"))
    token = dict(page.form("change"))["token"]
    for said, fields in {
        "A system group cannot be deleted": [("act", "delete"), ("typed", name)],
        "A system group keeps its name": [("act", "change"), ("name", "x")],
    }.items():
        proof = ("proof", admin.password)
        answer = Page(await admin.post(path, [("token", token), proof, *fields]))
        assert answer.status == 403
        assert answer.problem.startswith(said)
    assert (await group(here, name)).system


async def test_the_administrators_keep_their_privileges_and_one_of_them(
    here: World, admin: Visitor
) -> None:
    path = await at(here, "Administrator")
    own = await here.core.accounts.find(here.by, ADMIN)

    page = await admin.open(path)

    assert "keeps its privileges" in page.text
    assert not page.has_form("grant")
    token = ("token", dict(page.form("change"))["token"])
    fields = [token, ("act", "grant"), ("proof", admin.password), ("privilege", "DEVELOPER")]
    assert "keeps its privileges" in Page(await admin.post(path, fields)).problem
    page = await admin.refused(path, "take-out", user=[own.id])
    assert page.status == 403
    assert "so somebody can always get in" in page.problem
    assert ADMIN in await members(here, "Administrator")


async def test_everyone_is_in_all_and_nobody_is_put_in(here: World, admin: Visitor) -> None:
    page = await admin.open(await at(here, "All"))

    assert "Everyone of the Org is in All" in page.text
    assert not page.has_form("add")
    assert ADMIN in page.text


async def test_a_group_that_administers_takes_no_newcomers(here: World, admin: Visitor) -> None:
    await here.group("chiefs", "USER_ADMINISTRATION")

    page = await admin.refused(await at(here, "chiefs"), "change", newcomers="true")

    assert "administer by joining alone" in page.problem


async def test_a_group_is_deleted_once_its_name_was_typed(here: World, admin: Visitor) -> None:
    made = await here.group("crew")
    path = f"groups/{made.id}"

    page = await admin.refused(path, "delete", typed="cre")
    assert "nothing was deleted" in page.problem
    page = await admin.done(path, "delete", typed="crew")

    assert "The group is deleted." in page.text
    with pytest.raises(NotFound):
        await group(here, "crew")
    assert (await admin.open(path, status=404)).problem.startswith("There is no group")


async def test_a_member_sees_no_group(here: World) -> None:
    await here.account("mira")
    member = await Visitor.signed_in(here, "mira", PASSWORD)

    for path in ("groups", "groups/new", await at(here, "All")):
        page = await member.open(path, status=403)
        assert "GROUP_ADMINISTRATION" in page.problem


async def test_who_administers_another_org_sees_its_groups_alone(here: World) -> None:
    north = await here.org("north")
    await here.group("secret", "DEVELOPER")
    await here.group("northern", org=north.id)
    await here.account("mira", org="north")
    await here.put_in("Administrator", "mira", north.id)
    there = await Visitor.signed_in(here, "mira", PASSWORD)

    page = await there.open("groups")

    assert "northern" in page.text
    assert "secret" not in page.text
    hidden = await at(here, "secret")
    assert "secret" not in (await there.open(hidden, status=404)).text.replace(hidden, "")
    fields = (await there.open("groups/new")).form("create")
    forged = [(name, "delete" if name == "act" else value) for name, value in fields]
    proof = ("proof", PASSWORD)
    reply = await there.post(hidden, [*forged, ("typed", "secret"), proof])
    assert reply.status_code == 404
    assert (await group(here, "secret")).name == "secret"


async def test_who_may_not_hand_out_a_privilege_is_told_so(here: World) -> None:
    await here.account("mira")
    await here.group("stewards", "GROUP_ADMINISTRATION")
    await here.group("crew")
    await here.put_in("stewards", "mira")
    steward = await Visitor.signed_in(here, "mira", PASSWORD)

    page = await steward.refused(await at(here, "crew"), "grant", privilege=["ADMINISTRATION"])

    assert page.status == 403
    assert "ADMINISTRATION" in page.problem
    assert ("privilege", "ADMINISTRATION") in page.form("grant"), "what was ticked stays so"
    assert not (await here.core.sights.groups.of(here.by, "crew")).privileges


async def test_names_are_shown_as_text(here: World, admin: Visitor) -> None:
    for name in (NASTY, f"{NASTY}2"):
        await here.group(name)
    await here.account("x<b>y", display_name=NASTY)
    what = GroupChange(users=["x<b>y"], inside=[f"{NASTY}2"], description=NASTY)
    await here.core.group_changes.update(here.by, HERE, NASTY, what)

    for path in ("groups", "groups?find=%22%3E%3Cimg", await at(here, NASTY)):
        page = await admin.open(path)
        assert NASTY in page.text
        assert "<img src=x" not in page.html
        assert "<script>" not in page.html
        assert "<b>" not in page.html
    page = await admin.refused(await at(here, NASTY), "add", users=NASTY)
    assert "<img src=x" not in page.html
