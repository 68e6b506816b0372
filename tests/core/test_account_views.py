"""One account as its administrator sees it: whole for whom, and what may be changed by whom."""

import pytest

from gatepass.core.account_changes import AccountChange
from gatepass.core.account_views import AccountView
from gatepass.core.errors import (
    InvalidParameter,
    NotFound,
    NotPermitted,
    WrongCredentials,
)
from gatepass.core.group_changes import GroupChange
from gatepass.core.records import ListChange, Principal
from tests.world import ADMIN, HERE, PASSWORD, World


async def signed_in(here: World, name: str, org: int = 0) -> Principal:
    opened = await here.core.sessions.open(HERE, username=name, password=PASSWORD, org=org)
    return await here.core.gate.principal(bearer=None, cookie=opened.secret)


async def view(here: World, name: str = "mira", org: int | str | None = None) -> AccountView:
    return await here.core.account_views.of(here.by, name, org=org)


async def test_an_account_is_shown_in_the_org_named_else_in_its_own(here: World) -> None:
    north = await here.org()
    await here.account("nora", org=north.id)
    await here.account("both")
    await here.join("both", north.id)

    assert (await view(here, "nora")).profile.org == north
    assert (await view(here, "both")).profile.org.id == 0
    assert (await view(here, "both", org="north")).profile.org == north
    elsewhere = await view(here, "nora", org=0)
    assert (elsewhere.profile.org.id, elsewhere.is_member) == (0, False)


async def test_groups_and_roles_are_those_of_the_org_shown(here: World) -> None:
    await here.account()
    north = await here.org()
    await here.join("mira", north.id)
    inner, outer = await here.group("inner"), await here.group("outer")
    await here.core.group_changes.update(
        here.by, HERE, "outer", GroupChange(inside=["inner"], operation=ListChange.ADD)
    )
    role = await here.core.roles.create(
        here.by, HERE, name="Looker", description="", privileges=["DATADOWNLOADING"]
    )
    for group in ("inner", "outer"):
        await here.core.group_changes.update(here.by, HERE, group, GroupChange(roles=["Looker"]))
    await here.put_in("inner", "mira")

    found = await view(here)

    assert [one.name for one in found.profile.groups] == ["All", "inner"]
    assert {one.id for one in found.profile.inherited_groups} >= {inner.id, outer.id}
    (held,) = found.roles
    assert held.role.id == role.role.id
    assert [one.name for one in held.groups] == ["inner", "outer"]
    assert (await view(here, org=north.id)).roles == []


async def test_an_inactive_org_is_listed_too(here: World) -> None:
    await here.account()
    north = await here.org()
    await here.join("mira", north.id)
    await here.core.org_states.deactivate(here.by, HERE, north.id)

    assert [(one.id, one.active) for one in (await view(here)).orgs] == [
        (0, True),
        (north.id, False),
    ]


async def test_of_another_org_an_administrator_of_one_sees_nothing(here: World) -> None:
    """Neither accounts, nor Orgs, nor who created or changed an account (checklist 52)."""
    north = await here.org()
    await here.account("mira")
    for name in ("nora", "both"):
        await here.account(name, org=north.id)
    await here.put_in("Administrator", "nora", north.id)
    await here.join("both", 0)
    nora = await signed_in(here, "nora", north.id)

    found = await here.core.account_views.of(nora, "both")

    assert [one.id for one in found.orgs] == [north.id]
    assert found.author is None
    assert found.hindrance == "an administrator of every Org, for this account"
    assert found.superior is None
    for name, org in (("mira", None), ("both", 0), (ADMIN, None)):
        with pytest.raises(NotFound):
            await here.core.account_views.of(nora, name, org=org)


async def test_what_the_principal_lacks_is_told(here: World) -> None:
    await here.account("mira")
    await here.account("anna")
    await here.group("keepers", "USER_ADMINISTRATION")
    await here.put_in("keepers", "mira")
    mira = await signed_in(here, "mira")

    boss = await here.core.account_views.of(mira, ADMIN)
    peer = await here.core.account_views.of(mira, "anna")

    assert boss.hindrance == boss.superior == "every administrative privilege of that account"
    assert (peer.hindrance, peer.superior) == (None, None)


async def test_wrong_passwords_are_counted_for_all_to_see_who_administer(here: World) -> None:
    await here.account()
    for _ in range(2):
        with pytest.raises(WrongCredentials):
            await here.core.sessions.open(HERE, username="mira", password="wrong")

    found = await view(here)

    assert (found.failures, found.shut_until) == (2, None)


async def test_who_does_not_administer_accounts_is_shown_none(here: World) -> None:
    await here.account()
    mira = await signed_in(here, "mira")

    with pytest.raises(NotPermitted):
        await here.core.account_views.of(mira, "mira")


async def test_groups_of_another_org_are_changed_by_who_administers_all(here: World) -> None:
    await here.account()
    north = await here.org()
    await here.join("mira", north.id)
    await here.group("analysts", org=north.id)
    there = AccountChange(groups=["analysts"], operation=ListChange.ADD, org="north")

    await here.core.account_changes.update(here.by, HERE, "mira", there)

    assert [one.name for one in (await view(here, org=north.id)).profile.groups] == [
        "All",
        "analysts",
    ]
    assert [one.name for one in (await view(here)).profile.groups] == ["All"]
    (kept,) = (await here.core.auditing.search(here.by, most=9, act="account.update")).events
    assert kept.event.org_id == north.id


async def test_groups_of_another_org_are_beyond_an_administrator_of_one(here: World) -> None:
    north = await here.org()
    await here.account("nora", org=north.id)
    await here.account("both", org=north.id)
    await here.join("both", 0)
    await here.put_in("Administrator", "nora", north.id)
    await here.group("analysts")
    nora = await signed_in(here, "nora", north.id)
    there = AccountChange(groups=["analysts"], operation=ListChange.ADD, org=0)

    with pytest.raises(NotFound, match="no Org"):
        await here.core.account_changes.update(nora, HERE, "both", there)
    with pytest.raises(InvalidParameter, match="not of this Org"):
        await here.core.account_changes.update(
            here.by, HERE, "nora", AccountChange(groups=["analysts"], org=0)
        )
