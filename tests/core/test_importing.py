"""Accounts by the hundred, on both engines: whole batches, exact dry runs, nobody raised."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from gatepass.core.bulk_importing import Outcome
from gatepass.core.directory import AccountSearch
from gatepass.core.errors import NotPermitted
from gatepass.core.framing import GroupLine, OrgLine, RoleLine
from gatepass.core.import_lines import Fate, How, Result, Seen, UserLine
from gatepass.core.records import AccountStatus
from gatepass.core.searches import AccountFilter, Page
from tests.conftest import Ground
from tests.world import ADMIN_PASSWORD, HERE, PASSWORD, World, world

DRY = How(dry_run=True)
SKIP = How(skip_refused=True)


@pytest.fixture
async def here(ground: Ground, tmp_path: Path) -> AsyncIterator[World]:
    """A world on each engine in turn, with the Org north and a group in it."""
    async with world(ground.home, tmp_path / "home", **ground.changes) as one:
        await one.org("north")
        org = await one.core.orgs.find(one.by, "north")
        await one.group("analysts", "DATADOWNLOADING", org=org.id)
        yield one


def line(number: int = 1, name: str = "mira", **facts: Any) -> UserLine:
    return UserLine(number=number, name=name, **facts)


async def take(
    here: World, *lines: UserLine, how: How | None = None, seen: Seen | None = None
) -> Outcome:
    return await here.core.bulk_importing.users(here.by, HERE, lines, seen or Seen(), how or How())


def fates(outcome: Outcome) -> list[str]:
    return [one.fate.value for one in outcome.results]


def reasons(outcome: Outcome) -> dict[int, str]:
    return {one.number: one.reason for one in outcome.refused}


async def names(here: World) -> set[str]:
    return {one.name for one in await here.core.accounts.list_all(here.by) if not one.system}


async def test_a_line_makes_the_account_that_creating_one_makes(here: World) -> None:
    facts: dict[str, Any] = {"display_name": "Mira B", "email": "mira@example.com"}
    await here.account("twin", password=None, org="north", **facts)
    await here.core.groups.put_in(here.by, HERE, "analysts", "twin", "north")

    await take(here, line(orgs=["north"], groups=["analysts"], **facts))

    imported, made = [shape_of(await shown(here, one)) for one in ("mira", "twin")]
    assert imported == made


async def shown(here: World, name: str) -> Any:
    token = await here.token("tsadmin", password=ADMIN_PASSWORD)
    body = {"user_identifier": name, "org_identifiers": ["north"]}
    reply = await here.post("users/search", body, headers={"Authorization": f"Bearer {token}"})
    return reply.json()[0]


def shape_of(user: dict[str, Any]) -> dict[str, Any]:
    own = {"id", "name", "owner_id", "email"}
    return {field: value for field, value in user.items() if field not in own}


async def test_a_batch_is_taken_whole_or_not_at_all_and_says_what_is_wrong_with_it(
    here: World,
) -> None:
    before = await names(here)
    bad = [
        line(2, "a\x00b"),
        line(3, "sven", email="nowhere"),
        line(4, "lena", orgs=["nowhere"]),
        line(5, "olga", groups=["nowhere"]),
        line(6, "paul", groups=["north/analysts"]),
        line(7, "tsadmin", status=AccountStatus.INACTIVE),
        line(8, "rosa", id="x"),
        line(9, "nils", password="short"),
        line(10, "mira"),
    ]

    outcome = await take(here, line(1, "mira"), *bad)

    assert sorted(reasons(outcome)) == [one.number for one in bad]
    assert await names(here) == before
    assert reasons(outcome)[4] == "no Org named 'nowhere'"
    assert "not of that Org" in reasons(outcome)[6]


async def test_refused_lines_are_left_out_when_one_says_so(here: World) -> None:
    outcome = await take(here, line(1), line(2, "sven", email="nowhere"), line(3, "lena"), how=SKIP)

    assert fates(outcome) == ["created", "refused", "created"]
    assert {"mira", "lena"} <= await names(here)
    assert "sven" not in await names(here)


async def test_a_line_that_only_the_doing_refuses_takes_the_others_not_along(here: World) -> None:
    await here.account("sven", password=None)
    await here.account("lena", password=None)
    lines = [line(1, "sven", email="sven@example.com"), line(2, "lena", email="lena@example.com")]
    me = await here.core.accounts.find(here.by, "lena")
    by = replace(here.by, account_id=me.id)
    closing = [*lines[:1], line(2, "lena", status=AccountStatus.INACTIVE)]

    whole = await here.core.bulk_importing.users(by, HERE, closing, Seen(), How())
    assert reasons(whole).keys() == {2}, "nobody closes its own account"
    assert (await here.core.accounts.find(here.by, "sven")).email is None

    some = await here.core.bulk_importing.users(by, HERE, closing, Seen(), SKIP)
    assert sorted(fates(some)) == ["changed", "refused"]
    assert (await here.core.accounts.find(here.by, "sven")).email == "sven@example.com"
    assert (await here.core.accounts.find(here.by, "lena")).status is AccountStatus.ACTIVE


async def test_the_second_time_changes_nothing_and_says_so(here: World) -> None:
    lines = [
        line(1, "mira", display_name="Mira", orgs=["Primary", "north"], groups=["north/analysts"]),
        line(2, "sven", email="sven@example.com", password=PASSWORD),
    ]
    assert fates(await take(here, *lines)) == ["created", "created"]
    events = len((await here.core.auditing.search(here.by, most=1000)).events)

    assert fates(await take(here, *lines)) == ["same", "same"]

    assert len((await here.core.auditing.search(here.by, most=1000)).events) == events
    assert await here.login("sven")


async def test_an_account_that_is_there_gets_what_is_new_and_keeps_the_rest(here: World) -> None:
    await here.account("mira", email="old@example.com", display_name="Mira")
    cookie = await here.login("mira")

    outcome = await take(
        here, line(email="new@example.com", orgs=["north"], groups=["analysts"], password="x" * 9)
    )

    told = {one.field: (one.before, one.after) for one in outcome.results[0].differences}
    assert told == {
        "email": ("old@example.com", "new@example.com"),
        "orgs": ([], ["north"]),
        "groups": ([], ["north/analysts"]),
    }
    user = (await here.whoami(cookie=cookie)).json()
    assert (user["email"], user["display_name"]) == ("new@example.com", "Mira")
    assert {one["name"] for one in user["orgs"]} == {"Primary", "north"}
    assert await here.login("mira"), "the password that it has stays"


async def test_who_is_there_is_left_alone_when_one_says_so(here: World) -> None:
    await here.account("mira", email="old@example.com")

    outcome = await take(here, line(email="new@example.com"), how=How(leave=True))

    assert fates(outcome) == ["same"]
    assert (await here.core.accounts.find(here.by, "mira")).email == "old@example.com"


async def test_closing_an_account_by_a_line_ends_what_it_holds_at_once(here: World) -> None:
    """checklist 7: by import as by any other way."""
    await here.account("mira")
    token, cookie = await here.token("mira"), await here.login("mira")
    assert (await here.whoami(bearer=token)).status_code == 200

    await take(here, line(status=AccountStatus.INACTIVE))

    assert (await here.whoami(bearer=token)).status_code == 401
    assert (await here.whoami(cookie=cookie)).status_code == 401
    await take(here, line(status=AccountStatus.ACTIVE))
    assert (await here.whoami(bearer=token)).status_code == 401, "what has ended stays ended"


async def test_new_privileges_hold_on_the_next_call(here: World) -> None:
    await here.account("mira", org="north")
    org = await here.core.orgs.find(here.by, "north")
    token = await here.token("mira", org_id=org.id)
    assert "DATADOWNLOADING" not in (await here.whoami(bearer=token)).json()["privileges"]

    await take(here, line(groups=["north/analysts"]))

    assert "DATADOWNLOADING" in (await here.whoami(bearer=token)).json()["privileges"]


LINES = [
    line(1, "mira", orgs=["Primary", "north"], groups=["north/analysts"]),
    line(2, "sven", display_name="S", email="sven@example.com"),
    line(3, "MIRA"),
    line(4, "lena", orgs=["nowhere"]),
    line(5, "old", display_name="New"),
    line(6, "old2"),
    line(7, "m\u0456ra"),  # with a Cyrillic letter
    line(8, "rosa", id="11111111-2222-4333-8444-555555555555"),
    line(9, "11111111-2222-4333-8444-555555555555"),
]


@pytest.mark.parametrize("size", [1, 2, 9])
async def test_a_dry_run_says_exactly_what_the_run_does_and_does_nothing(
    here: World, size: int
) -> None:
    await here.account("old", password=None, display_name="Old")
    await here.account("old2", password=None)
    before = await state(here)

    async def run(how: How) -> list[Result]:
        seen = Seen()
        found: list[Result] = []
        for start in range(0, len(LINES), size):
            outcome = await take(here, *LINES[start : start + size], how=how, seen=seen)
            found += outcome.results
        return found

    told = await run(DRY)
    assert await state(here) == before
    done = await run(SKIP)

    assert [facts(one) for one in told] == [facts(one) for one in done]
    refused = [one.number for one in done if one.fate is Fate.REFUSED]
    assert refused == [3, 4, 7, 9]


def facts(one: Result) -> tuple[object, ...]:
    return one.number, one.name, one.fate, one.differences, one.fate is Fate.REFUSED


async def state(here: World) -> Any:
    every = Page(size=None)
    search = AccountFilter(now=here.clock(), orgs=None)

    async def read(tx: Any) -> Any:
        found = await tx.directory.accounts(search, every)
        ids = [one.id for one in found]
        return found, await tx.directory.orgs_of(ids), await tx.directory.groups_of(ids)

    return await here.core.means.store.scan(read)


async def test_no_line_takes_a_name_that_passes_for_another(here: World) -> None:
    """checklist 56: look-alikes within a batch, of one before, and of what is there."""
    await here.account("paypal", password=None)

    within = await take(here, line(1, "scope"), line(2, "\u0455\u0441\u043e\u0440\u0435"))
    with_one_there = await take(here, line(1, "p\u0430ypal"))
    by_id = await take(here, line(1, (await here.core.accounts.find(here.by, "paypal")).id))

    assert list(reasons(within)) == [2]
    assert list(reasons(with_one_there)) == [1]
    assert list(reasons(by_id)) == [1]


async def test_a_password_of_a_line_works_and_a_hash_of_another_home_too(here: World) -> None:
    await here.account("sven")
    pages = [page async for page in here.core.exporting.accounts(here.by, passwords=True)]
    hashed = next(one.password for page in pages for one in page if one.account.name == "sven")

    outcome = await take(
        here, line(1, "mira", password=PASSWORD), line(2, "lena", password_hash=hashed)
    )

    assert outcome.hashed == 1
    assert await here.login("mira")
    assert await here.login("lena")
    refused = await take(here, line(1, "olga", password_hash="$2b$12$abcdefghijklmnopqrstuv"))
    assert "must begin with $argon2id$" in reasons(refused)[1]


async def test_each_account_has_its_event_and_no_event_a_password(here: World) -> None:
    await take(here, line(7, "mira", password=PASSWORD), line(8, "sven"))

    found = (await here.core.auditing.search(here.by, most=2)).events

    assert [(one.event.act, one.event.data["line"]) for one in found] == [
        ("account.create", 8),
        ("account.create", 7),
    ]
    assert PASSWORD not in str([one.event.data for one in found])
    assert (await here.core.auditing.verify(here.by)).is_whole


async def test_only_an_administrator_of_the_cluster_imports_and_exports(here: World) -> None:
    north = await here.core.orgs.find(here.by, "north")
    await here.group("heads", "ADMINISTRATION", org=north.id)
    await here.account("head", org="north")
    await here.put_in("heads", "head", north.id)
    cookie = await here.login("head")
    by = await here.core.gate.principal(bearer=None, cookie=cookie)

    with pytest.raises(NotPermitted):
        await here.core.bulk_importing.users(by, HERE, [line()], Seen(), How())
    with pytest.raises(NotPermitted):
        await here.core.framing.org(by, HERE, OrgLine(number=1, name="south"), Seen(), How())
    with pytest.raises(NotPermitted):
        await here.core.exporting.orgs(by)


async def test_orgs_roles_and_groups_are_made_changed_and_left(here: World) -> None:
    framing = here.core.framing
    org = OrgLine(number=1, name="south", description="The South")
    role = RoleLine(number=2, org="south", name="readers", privileges=["DATADOWNLOADING"])
    inner = GroupLine(number=3, org="south", name="inner", roles=["readers"], display_name="In")
    outer = GroupLine(
        number=4, org="south", name="outer", privileges=["DATAMANAGEMENT"], inside=["inner"]
    )

    async def run(how: How) -> list[str]:
        seen = Seen()
        common = (seen, how)
        found = [
            await framing.org(here.by, HERE, org, *common),
            await framing.role(here.by, HERE, role, *common),
            await framing.group(here.by, HERE, inner, *common),
            await framing.group(here.by, HERE, outer, *common),
            await framing.nesting(here.by, HERE, outer, *common),
        ]
        assert [one.reason for one in found if one] == [""] * len([one for one in found if one])
        return [one.fate.value if one else "same" for one in found]

    made = ["created", "created", "created", "created", "changed"]
    assert await run(DRY) == made
    assert await run(How()) == made
    assert await run(How()) == ["same"] * 5
    await take(here, line(1, "mira", orgs=["south"], groups=["inner"]))
    user = (await here.core.directory.accounts(here.by, search_for("mira"), Page()))[0]
    assert set(user.profile.privileges) >= {"DATADOWNLOADING", "DATAMANAGEMENT"}


def search_for(name: str) -> Any:
    return AccountSearch(account=name, orgs=["south"])


CREW, CLERKS = "0c1d2e3f-4a5b-4c6d-8e7f-90a1b2c3d4e5", "7b3f1d9e-52c4-4a80-9c6e-2f1a0b9d8c77"


async def frame(here: World, *lines: GroupLine | RoleLine, how: How | None = None) -> list[Result]:
    seen, framing, done = Seen(), here.core.framing, []
    common = (seen, how or How())
    for one in lines:
        if isinstance(one, GroupLine):
            done.append(await framing.group(here.by, HERE, one, *common))
        else:
            done.append(await framing.role(here.by, HERE, one, *common))
    return done


async def ids(here: World) -> dict[str, str]:
    """Return ids of groups and roles by name, of those that a test made."""
    org = await here.core.orgs.find(here.by, "north")
    groups = await here.core.exporting.groups(here.by, org)
    roles = await here.core.exporting.roles(here.by)
    found = {view.group.name: view.group.id for view, _ in groups if not view.group.system}
    return found | {view.role.name: view.role.id for view in roles}


def told(results: list[Result]) -> list[Any]:
    return [[(d.before, d.after) for d in one.differences if d.field == "id"] for one in results]


async def test_a_new_group_or_role_keeps_a_free_id_and_the_dry_run_says_so(here: World) -> None:
    lines = (
        RoleLine(number=1, org="north", name="clerks", id=CLERKS),
        GroupLine(number=2, org="north", name="crew", id=CREW.upper(), roles=["clerks"]),
    )

    dry = await frame(here, *lines, how=DRY)
    assert told(dry) == [[(None, CLERKS)], [(None, CREW)]]
    assert set(await ids(here)) == {"analysts"}
    done = await frame(here, *lines)

    assert told(done) == told(dry)
    found = await ids(here)
    assert (found["crew"], found["clerks"]) == (CREW, CLERKS)
    again = await frame(here, *lines, GroupLine(number=3, org="north", name="crew", id=CLERKS))
    assert [one.fate for one in again] == [Fate.SAME] * 3
    assert await ids(here) == found, "what is there keeps its id"


@pytest.mark.parametrize("how", [DRY, How()], ids=["a dry run", "the import"])
async def test_an_id_that_is_taken_gives_way_to_a_new_one(here: World, how: How) -> None:
    """By a group of any Org, by a line before, and by a group that is named like it."""
    await here.core.framing.group(
        here.by, HERE, GroupLine(number=1, org="Primary", name="crew", id=CREW), Seen(), How()
    )
    await here.group(CLERKS, org=(await here.core.orgs.find(here.by, "north")).id)
    free = "aaaaaaaa-0000-4000-8000-000000000001"
    texts = [CREW, CLERKS, free, free]

    done = await frame(
        here,
        *(
            GroupLine(number=number, org="north", name=f"team{number}", id=text)
            for number, text in enumerate(texts)
        ),
        how=how,
    )

    new = "a new one: it is taken"
    assert told(done) == [[(CREW, new)], [(CLERKS, new)], [(None, free)], [(free, new)]]
    if not how.dry_run:
        found = await ids(here)
        assert found["team2"] == free
        assert {found[f"team{one}"] for one in (0, 1, 3)}.isdisjoint(texts)


async def test_an_id_that_is_none_is_refused(here: World) -> None:
    results = await frame(
        here,
        GroupLine(number=1, org="north", name="crew", id="crew"),
        RoleLine(number=1, org="north", name="clerks", id=""),
    )
    for result in results:
        assert (result.fate, result.reason) == (Fate.REFUSED, "id: must be a UUID")
