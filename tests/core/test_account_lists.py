"""Lists of accounts: who sees which, and what a text finds."""

import pytest

from gatepass.core.account_lists import AccountList
from gatepass.core.errors import NotFound, NotPermitted, ScopeTooSmall
from gatepass.core.leafing import ListedBy
from gatepass.core.records import AccountStatus, Principal
from tests.world import ADMIN, HERE, PASSWORD, World


async def signed_in(here: World, name: str, org: int = 0) -> Principal:
    opened = await here.core.sessions.open(HERE, username=name, password=PASSWORD, org=org)
    return await here.core.gate.principal(bearer=None, cookie=opened.secret)


async def names(here: World, by: Principal, /, **what: object) -> list[str]:
    asked = AccountList(**what)  # type: ignore[arg-type]
    listed = await here.core.account_lists.page(by, asked)
    assert listed.after is None
    return [one.account.name for one in listed.profiles]


async def test_an_administrator_of_the_cluster_lists_every_org_or_one(here: World) -> None:
    north = await here.org()
    await here.account("anna", org=north.id)

    assert await names(here, here.by) == ["anna", "su", "system", ADMIN]
    assert await names(here, here.by, org="north") == ["anna"]


async def test_an_administrator_of_one_org_lists_that_org(here: World) -> None:
    """Another Org is not there, by whatever it is asked for (checklist 52)."""
    north = await here.org()
    for name in ("nora", "both"):
        await here.account(name, org=north.id)
    await here.put_in("Administrator", "nora", north.id)
    mira = await here.account("mira")
    await here.join("both", 0)
    nora = await signed_in(here, "nora", north.id)

    assert await names(here, nora) == ["both", "nora"]
    assert await names(here, nora, text=mira.id) == []
    assert await names(here, nora, text="mira") == []
    with pytest.raises(NotFound):
        await names(here, nora, org=0)
    listed = await here.core.account_lists.page(nora, AccountList(text="both"))
    assert [org.id for org in listed.profiles[0].orgs] == [north.id]


async def test_a_group_of_another_org_lists_nobody(here: World) -> None:
    north = await here.org()
    await here.account("nora", org=north.id)
    await here.put_in("Administrator", "nora", north.id)
    group = await here.group("analysts")
    nora = await signed_in(here, "nora", north.id)

    assert await names(here, nora, group=group.id) == []
    assert await names(here, nora, group="analysts") == []
    assert await names(here, nora, group="Administrator") == ["nora"]


async def test_who_does_not_administer_accounts_lists_none(here: World) -> None:
    await here.account()
    mira = await signed_in(here, "mira")

    with pytest.raises(NotPermitted):
        await names(here, mira)


async def test_what_is_limited_to_one_object_lists_none(here: World) -> None:
    await here.account()
    await here.put_in("Administrator", "mira")
    token = await here.token(object_id="x", validity_time_in_sec=60)
    by = await here.core.gate.principal(bearer=token, cookie=None)

    with pytest.raises(ScopeTooSmall):
        await names(here, by)


async def test_a_text_is_what_comes_first_a_pattern_or_an_id(here: World) -> None:
    mira = await here.account("mira", display_name="Holt, Mira", email="m.holt@example.com")
    await here.account("amira")
    await here.account("mirb")

    assert await names(here, here.by, text=" MIRA ") == ["mira"]
    assert await names(here, here.by, text="%ira") == ["amira", "mira"]
    assert await names(here, here.by, text=mira.id) == ["mira"]
    assert await names(here, here.by, text=f"{mira.id[:-1]}%") == []
    assert await names(here, here.by, text="holt", by=ListedBy.DISPLAY_NAME) == ["mira"]
    assert await names(here, here.by, text="M.H", by=ListedBy.EMAIL) == ["mira"]
    assert await names(here, here.by, text="m_h", by=ListedBy.EMAIL) == []


async def test_a_status_and_a_group_narrow_the_list(here: World) -> None:
    for name in ("mira", "anna", "otto"):
        await here.account(name)
    await here.group("analysts")
    for name in ("mira", "anna"):
        await here.put_in("analysts", name)
    await here.core.accounts.set_status(here.by, HERE, "anna", AccountStatus.SUSPENDED)

    assert await names(here, here.by, group="analysts") == ["anna", "mira"]
    assert await names(here, here.by, group="analysts", status=AccountStatus.SUSPENDED, org=0) == [
        "anna"
    ]
    assert await names(here, here.by, group="nobody's") == []


async def test_a_long_list_goes_on_where_the_page_ended(here: World) -> None:
    for number in range(5):
        await here.account(f"mira{number}", password=None)
    found, after = [], None
    for _ in range(3):
        page = await here.core.account_lists.page(
            here.by, AccountList(text="mira", after=after), size=2
        )
        found += [one.account.name for one in page.profiles]
        after = page.after

    assert (found, after) == ([f"mira{number}" for number in range(5)], None)


async def test_who_administers_the_cluster_chooses_among_a_few_orgs(here: World) -> None:
    """An administrator of one Org among none (checklist 52)."""
    north = await here.org()
    closed = await here.org("closed")
    await here.core.org_states.deactivate(here.by, HERE, closed.id)
    await here.account("nora", org=north.id)
    await here.put_in("Administrator", "nora", north.id)
    nora = await signed_in(here, "nora", north.id)
    lists = here.core.account_lists

    assert [one.name for one in await lists.orgs(here.by, 2) or ()] == ["north", "Primary"]
    assert await lists.orgs(here.by, 1) is None
    assert await lists.orgs(nora, 2) == ()
