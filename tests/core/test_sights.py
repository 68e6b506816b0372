"""Groups, roles and Orgs as whoever manages them looks at them, and what only that may change."""

from collections.abc import Awaitable, Callable

import pytest

from gatepass.core import Core
from gatepass.core.errors import (
    InvalidParameter,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    OrgNotUsable,
)
from gatepass.core.group_changes import GroupChange
from gatepass.core.listings import OrgSizes
from gatepass.core.org_changes import OrgChange
from gatepass.core.records import ListChange, Principal
from tests.core.test_administering import principal
from tests.world import ADMIN, HERE, World

Act = Callable[[Core, Principal], Awaitable[object]]


async def granted_in(here: World, group: str) -> dict[str, list[tuple[str, str | None]]]:
    """Return each effective privilege with group and role of every grant."""
    sight = await here.core.sights.groups.of(here.by, group)
    return {
        word: [(one.group.name, one.role.name if one.role else None) for one in grants]
        for word, grants in sight.effective().items()
    }


async def test_a_group_tells_where_each_of_its_privileges_is_from(here: World) -> None:
    for name, words in {"inner": ["DATADOWNLOADING"], "middle": [], "outer": ["DEVELOPER"]}.items():
        await here.group(name, *words)
    add = ListChange.ADD
    for outer, inner in (("middle", "inner"), ("outer", "middle")):
        change = GroupChange(inside=[inner], operation=add)
        await here.core.group_changes.update(here.by, HERE, outer, change)
    await here.core.roles.create(here.by, HERE, name="Fetcher", privileges=["DATADOWNLOADING"])
    await here.core.group_changes.update(
        here.by, HERE, "outer", GroupChange(roles=["Fetcher"], operation=add)
    )

    assert await granted_in(here, "inner") == {
        "DATADOWNLOADING": [("inner", None), ("outer", "Fetcher")],
        "DEVELOPER": [("outer", None)],
    }
    assert await granted_in(here, "outer") == {
        "DATADOWNLOADING": [("outer", "Fetcher")],
        "DEVELOPER": [("outer", None)],
    }
    middle = await here.core.sights.groups.of(here.by, "middle")
    assert [one.name for one in middle.around] == ["outer"]
    assert [one.name for one in middle.inside] == ["inner"]


async def test_what_a_group_is_said_to_grant_is_what_its_members_get(here: World) -> None:
    await here.account("mira")
    await here.group("inner")
    await here.group("outer", "DEVELOPER", "SHAREWITHALL")
    await here.core.group_changes.update(here.by, HERE, "outer", GroupChange(inside=["inner"]))
    await here.put_in("inner", "mira")

    got = (await principal(here, "mira")).privileges

    assert set(await granted_in(here, "inner")) == got - {"AUTHORING"}


async def test_groups_come_by_page_with_their_sizes(here: World) -> None:
    for number in range(4):
        await here.group(f"g{number}")
    await here.account("mira")
    await here.put_in("g2", "mira")

    found = await here.core.sights.groups.page(here.by, text="g", offset=1, size=2)

    assert [(one.group.name, one.members) for one in found] == [("g1", 0), ("g2", 1)]
    for offset, size in ((-1, 1), (0, 0), (0, 101)):
        with pytest.raises(InvalidParameter):
            await here.core.sights.groups.page(here.by, offset=offset, size=size)


SHOWN: dict[str, Act] = {
    "group page": lambda core, by: core.sights.groups.page(by),
    "group": lambda core, by: core.sights.groups.of(by, "All"),
    "role page": lambda core, by: core.sights.roles.page(by),
    "role": lambda core, by: core.sights.roles.of(by, "Steward"),
    "Org page": lambda core, by: core.sights.orgs.page(by),
    "Org": lambda core, by: core.sights.orgs.of(by, 0),
    "Org's members": lambda core, by: core.sights.orgs.members(by, 0),
    "activate": lambda core, by: core.org_states.activate(by, HERE, 0),
}


@pytest.mark.parametrize("act", SHOWN.values(), ids=list(SHOWN))
async def test_a_member_is_shown_nothing_of_it(here: World, act: Act) -> None:
    await here.account("mira")

    with pytest.raises(NotPermitted):
        await act(here.core, await principal(here, "mira"))


@pytest.mark.parametrize("name", ["Org page", "Org", "Org's members", "activate"])
async def test_who_works_in_another_org_than_primary_manages_no_org(here: World, name: str) -> None:
    """Not even an administrator of the cluster (decision 5)."""
    north = await here.org("north")

    with pytest.raises(NotPermitted):
        await SHOWN[name](here.core, await principal(here, ADMIN, north.id))


async def test_groups_and_roles_of_another_org_are_not_there(here: World) -> None:
    north = await here.org("north")
    await here.account("mira", org="north")
    await here.put_in("Administrator", "mira", north.id)
    secret = await here.group("secret")
    role = await here.core.roles.create(here.by, HERE, name="Steward")
    by = await principal(here, "mira", north.id)

    for act in (
        here.core.sights.groups.of(by, secret.id),
        here.core.sights.groups.of(by, "secret"),
        here.core.sights.roles.of(by, role.role.id),
        here.core.members.page(by, secret.id),
    ):
        with pytest.raises(NotFound):
            await act
    assert [one.group.name for one in await here.core.sights.groups.page(by)] == [
        "Administrator",
        "All",
    ]
    assert await here.core.sights.roles.page(by) == []


async def test_members_are_named_to_come_and_go_and_the_others_stay(here: World) -> None:
    await here.group("crew")
    for name in ("anna", "ben", "zoe"):
        await here.account(name)
    change = here.core.group_changes.update

    async def crew() -> list[str]:
        return [one.name for one in (await here.core.members.page(here.by, "crew")).members]

    add, remove = ListChange.ADD, ListChange.REMOVE
    await change(here.by, HERE, "crew", GroupChange(users=["anna", "ben"], operation=add))
    await change(here.by, HERE, "crew", GroupChange(users=["ben", "zoe"], operation=add))
    assert await crew() == ["anna", "ben", "zoe"]
    await change(here.by, HERE, "crew", GroupChange(users=["zoe", "anna"], operation=remove))
    await change(here.by, HERE, "crew", GroupChange(users=["zoe"], operation=remove))
    assert await crew() == ["ben"]


async def test_newcomers_are_put_in_groups_that_do_not_administer(here: World) -> None:
    await here.group("crew")
    await here.group("chiefs", "USER_ADMINISTRATION")
    change = here.core.group_changes.update
    on = GroupChange(joined_by_all=True)

    await change(here.by, HERE, "crew", on)
    await here.account("mira")
    assert (await here.core.members.page(here.by, "crew")).total == 1
    for name in ("chiefs", "All"):
        with pytest.raises(InvalidParameter, match="newcomers"):
            await change(here.by, HERE, name, on)
    more = GroupChange(privileges=["USER_ADMINISTRATION"], joined_by_all=True)
    with pytest.raises(InvalidParameter, match="newcomers"):
        await change(here.by, HERE, "crew", more)
    await change(here.by, HERE, "crew", GroupChange(joined_by_all=False))
    await here.account("ben")
    assert (await here.core.members.page(here.by, "crew")).total == 1


async def test_orgs_come_by_page_and_one_with_its_members(here: World) -> None:
    north = await here.org("north")
    for name in ("anna", "ben", "zoe"):
        await here.account(name, org="north")
    sights = here.core.sights.orgs

    (line,) = await sights.page(here.by, text="nor")
    first = await sights.members(here.by, "north", size=2)
    rest = await sights.members(here.by, north.id, size=2, start=first.start)

    assert line.sizes == OrgSizes(members=3, groups=2, roles=0)
    assert [one.name for one in first.members] == ["anna", "ben"]
    assert ([one.name for one in rest.members], rest.start) == (["zoe"], None)
    named = await sights.members(here.by, "north", begins="BE")
    assert [one.name for one in named.members] == ["ben"]
    for act in (sights.of(here.by, "nowhere"), sights.members(here.by, 77)):
        with pytest.raises(NotFound):
            await act


async def test_members_of_an_org_are_named_to_come_and_go(here: World) -> None:
    await here.org("north")
    for name in ("anna", "ben"):
        await here.account(name)
    change, add, remove = here.core.org_changes.update, ListChange.ADD, ListChange.REMOVE

    async def north() -> list[str]:
        return [one.name for one in (await here.core.sights.orgs.members(here.by, "north")).members]

    await change(here.by, HERE, "north", OrgChange(users=["anna", "ben"], operation=add))
    await change(here.by, HERE, "north", OrgChange(users=["anna"], operation=add))
    assert await north() == ["anna", "ben"]
    await change(here.by, HERE, "north", OrgChange(users=["anna"], operation=remove))
    await change(here.by, HERE, "north", OrgChange(users=["anna"], operation=remove))
    assert await north() == ["ben"]


async def test_an_org_switched_off_lets_nobody_in_and_what_was_held_has_ended(here: World) -> None:
    north = await here.org("north")
    await here.account("mira", org="north")
    cookie = await here.login("mira", org_identifier="north")
    held = [{"cookie": cookie}, {"bearer": await here.token("mira", org_id=north.id)}]

    ended = await here.core.org_states.deactivate(here.by, HERE, "north")

    assert ended == len(held)
    assert {(await here.whoami(**one)).status_code for one in held} == {401}
    with pytest.raises(OrgNotUsable):
        await principal(here, "mira", north.id)
    await here.core.org_states.activate(here.by, HERE, north.id)
    assert {(await here.whoami(**one)).status_code for one in held} == {401}, "ended is ended"
    assert (await principal(here, "mira", north.id)).org_id == north.id


async def test_primary_is_always_active_and_what_is_not_there_is_not_switched(here: World) -> None:
    with pytest.raises(NotPermitted, match="Primary"):
        await here.core.org_states.deactivate(here.by, HERE, 0)
    await here.core.org_states.activate(here.by, HERE, 0)
    with pytest.raises(NotFound):
        await here.core.org_states.deactivate(here.by, HERE, "nowhere")


async def test_who_was_shut_out_meanwhile_switches_nothing_off(here: World) -> None:
    north = await here.org("north")
    by = await principal(here, ADMIN)
    await here.core.sessions.end_many(here.by, HERE, account=ADMIN)

    with pytest.raises(NotAuthenticated):
        await here.core.org_states.deactivate(by, HERE, north.id)
    assert (await here.core.sights.orgs.of(here.by, north.id)).org.active
