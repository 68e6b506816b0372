"""Who is in a group, by page: who may ask, and that nobody is missed or shown twice."""

import pytest

from gatepass.core.errors import InvalidParameter, NotFound, NotPermitted, ScopeTooSmall
from gatepass.core.members import MOST, Members
from tests.core.test_administering import principal
from tests.world import ADMIN, ADMIN_PASSWORD, HERE, World


async def crew(here: World, number: int, org: int = 0) -> list[str]:
    """Make a group crew with every third of so many accounts in it; return their names."""
    group = await here.group("crew", org=org)
    names = []
    for place in range(number):
        name = f"user{place:03}"
        await here.account(name, password=None)
        if org:
            await here.join(name, org)
        if place % 3 == 0:
            names.append(name)
            await here.core.groups.put_in(here.by, HERE, group.id, name, org)
    return names


async def all_of(here: World, size: int, begins: str = "") -> tuple[list[str], int]:
    """Go through every page; return the names and how many pages there were."""
    names: list[str] = []
    pages, start = 0, None
    while not pages or start is not None:
        page = await here.core.members.page(here.by, "crew", size=size, begins=begins, start=start)
        assert len(page.members) <= size
        names += [one.name for one in page.members]
        pages, start = pages + 1, page.start
    return names, pages


@pytest.mark.parametrize("few", [0, 2000], ids=["as if many", "few"])
@pytest.mark.parametrize("size", [1, 4, MOST])
async def test_pages_hold_everybody_once_by_name(here: World, few: int, size: int) -> None:
    names = await crew(here, 40)
    here.core.members = Members(here.core.means, few=few, looked=11)

    assert (await all_of(here, size))[0] == names
    assert (await all_of(here, size, "USER03"))[0] == ["user030", "user033", "user036", "user039"]
    assert (await all_of(here, size, "nobody"))[0] == []
    page = await here.core.members.page(here.by, "crew", size=size)
    assert page.total == (len(names) if few else None)


async def test_a_page_of_a_large_group_looks_through_a_bounded_number_of_names(
    here: World,
) -> None:
    await crew(here, 40)
    here.core.members = Members(here.core.means, few=0, looked=11)

    _, pages = await all_of(here, MOST)

    # Besides the forty there are the home's own.
    assert pages == 42 // 11 + 1


async def test_an_orgs_administrator_sees_that_orgs_groups_alone(here: World) -> None:
    north = (await here.org("north")).id
    names = await crew(here, 7, north)
    hidden = await here.group("hidden")
    await here.account("nora")
    await here.join("nora", north)
    await here.group("wardens", "ADMINISTRATION", org=north)
    await here.put_in("wardens", "nora", north)
    nora = await principal(here, "nora", north)
    reader = await principal(here, "nora", 0)

    found = await here.core.members.page(nora, "crew")
    assert [one.name for one in found.members] == names
    with pytest.raises(NotFound):
        await here.core.members.page(nora, hidden.id)
    with pytest.raises(NotFound):
        await here.core.members.page(nora, "hidden", org=0)
    with pytest.raises(NotPermitted):
        await here.core.members.page(reader, "hidden")
    admin = await principal(here, ADMIN)
    assert (await here.core.members.page(admin, "crew", org="north")).total == len(names)


async def test_an_administrators_limited_token_sees_nobody(here: World) -> None:
    """(checklist 29)."""
    text = await here.token(ADMIN, password=ADMIN_PASSWORD, object_id="sales")
    by = await here.core.gate.principal(bearer=text, cookie=None)

    with pytest.raises(ScopeTooSmall):
        await here.core.members.page(by, "All")


@pytest.mark.parametrize("size", [0, MOST + 1])
async def test_a_page_has_a_size_within_bounds(here: World, size: int) -> None:
    with pytest.raises(InvalidParameter):
        await here.core.members.page(here.by, "All", size=size)


async def test_whatever_a_page_is_asked_to_begin_with_it_shows_members_alone(here: World) -> None:
    names = await crew(here, 7)
    odd = ("", "\0", "' OR 1=1 --", "\U0010ffff")
    for few in (0, 2000):
        here.core.members = Members(here.core.means, few=few)
        for start in odd:
            page = await here.core.members.page(here.by, "crew", start=start)
            assert {one.name for one in page.members} <= set(names)
