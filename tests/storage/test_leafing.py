"""Lists of accounts, leafed through: on both engines, against what a plain sort would give."""

import random
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from gatepass.core.account_lists import leafed
from gatepass.core.leafing import ListedBy, Mark, Wanted
from gatepass.core.names import name_key
from gatepass.core.records import Account, AccountStatus, Org
from gatepass.core.searches import NamePattern
from gatepass.core.store import Store, Transaction
from gatepass.storage.leafing import key_statement, page_statement, shape_of
from gatepass.storage.sqlite import connect
from gatepass.storage.sqlite_link import DIALECT
from gatepass.storage.statements import Prepared
from tests.storage.engines import SqliteEngine
from tests.storage.rows import NOON, new_account, new_group, new_org, put

NUMBER = 60
SOUTH, NORTH = new_org(), new_org()
ANALYSTS = new_group(SOUTH, name="analysts")


def crowd() -> list[Account]:
    """Return accounts of which many share display names, and some have no address."""
    drawn = random.Random(7)  # noqa: S311 - the same crowd each time
    return [
        new_account(
            name=f"{drawn.choice('abÄ')}{number:03}",
            display_name=drawn.choice(["Mira Holt", "Anna", "Zoë", "100%_sure"]),
            email=None if number % 7 == 0 else f"{drawn.choice('xyz')}{number}@example.com",
            status=drawn.choice([AccountStatus.ACTIVE, AccountStatus.SUSPENDED]),
            expires_at=NOON - timedelta(days=1) if number % 9 == 0 else None,
        )
        for number in range(NUMBER)
    ]


CROWD = crowd()
IN_NORTH = {one.id for one in CROWD[::3]}
IN_GROUP = {one.id for one in CROWD[::4]}


@pytest.fixture
async def peopled(store: Store) -> Store:
    async def work(tx: Transaction) -> None:
        await put(tx, SOUTH, NORTH, ANALYSTS)
        for one in CROWD:
            await tx.accounts.add(
                one, key=name_key(one.name), skeleton=name_key(one.name), password=None
            )
            await tx.orgs.join(one.id, SOUTH.id, NOON)
            if one.id in IN_NORTH:
                await tx.orgs.join(one.id, NORTH.id, NOON)
            if one.id in IN_GROUP:
                await tx.groups.put_in(ANALYSTS, one.id)

    await store.write(work)
    return store


async def all_of(store: Store, wanted: Wanted, size: int, looked: int) -> list[Account]:
    """Leaf through to the end."""
    found: list[Account] = []
    for _ in range(3 * NUMBER):
        at = wanted
        stretch = await store.read(lambda tx, at=at: leafed(tx, at, size, looked))  # type: ignore[misc]
        assert len(stretch.accounts) <= size
        found += stretch.accounts
        if stretch.after is None:
            return found
        wanted = replace(wanted, after=Mark.of(stretch.after))
    raise AssertionError("no end")


FIELDS: dict[ListedBy, Callable[[Account], str | None]] = {
    ListedBy.NAME: lambda one: one.name,
    ListedBy.DISPLAY_NAME: lambda one: one.display_name,
    ListedBy.EMAIL: lambda one: one.email,
}


def sort(by: ListedBy, fits: Callable[[Account], bool]) -> list[str]:
    """Return the names as a plain sort of all that fits has them."""
    field = FIELDS[by]
    found = [one for one in CROWD if fits(one) and field(one) is not None]
    return [
        one.name
        for one in sorted(found, key=lambda one: (name_key(field(one) or ""), name_key(one.name)))
    ]


CASES: list[tuple[dict[str, Any], Callable[[Account], bool]]] = [
    ({}, lambda _: True),
    ({"org_id": NORTH.id}, lambda one: one.id in IN_NORTH),
    ({"org_id": NORTH.id + 1}, lambda _: False),
    (
        {"status": AccountStatus.SUSPENDED},
        lambda one: one.standing(NOON) is AccountStatus.SUSPENDED,
    ),
    (
        {"status": AccountStatus.EXPIRED, "org_id": SOUTH.id},
        lambda one: one.standing(NOON) is AccountStatus.EXPIRED,
    ),
    ({"groups": [ANALYSTS.id], "org_id": SOUTH.id}, lambda one: one.id in IN_GROUP),
    ({"groups": [ANALYSTS.id], "few": True}, lambda one: one.id in IN_GROUP),
    (
        {"groups": [ANALYSTS.id], "few": True, "org_id": NORTH.id},
        lambda one: one.id in IN_GROUP & IN_NORTH,
    ),
]


@pytest.mark.parametrize("by", ListedBy)
@pytest.mark.parametrize(("size", "looked"), [(7, 10), (1, 1)])
@pytest.mark.parametrize("case", range(len(CASES)))
async def test_pages_follow_each_other_through_all_that_fits(
    peopled: Store, by: ListedBy, size: int, looked: int, case: int
) -> None:
    what, fits = CASES[case]
    wanted = Wanted(**{"now": NOON, "org_id": None, "by": by, **what})

    found = await all_of(peopled, wanted, size, looked)

    assert [one.name for one in found] == sort(by, fits)


@pytest.mark.parametrize("org", [None, SOUTH])
@pytest.mark.parametrize(
    ("by", "text", "fits"),
    [
        (ListedBy.NAME, "ä0%", lambda one: one.name.startswith("Ä0")),
        (ListedBy.NAME, "%5", lambda one: one.name.endswith("5")),
        (ListedBy.DISPLAY_NAME, "MIRA%", lambda one: one.display_name == "Mira Holt"),
        (ListedBy.DISPLAY_NAME, "%_s%", lambda one: one.display_name == "100%_sure"),
        (ListedBy.EMAIL, "y%", lambda one: (one.email or "").startswith("y")),
        (ListedBy.EMAIL, "%2@%", lambda one: "2@" in (one.email or "")),
    ],
)
async def test_a_pattern_is_looked_for_in_what_the_list_is_ordered_by(
    peopled: Store, by: ListedBy, text: str, fits: Callable[[Account], bool], org: Org | None
) -> None:
    org_id = None if org is None else org.id
    wanted = Wanted(now=NOON, org_id=org_id, by=by, pattern=NamePattern.of(text))

    found = await all_of(peopled, wanted, 3, 8)

    assert found
    assert [one.name for one in found] == sort(by, fits)


async def test_a_page_comes_short_rather_than_looking_at_more_rows(peopled: Store) -> None:
    wanted = Wanted(now=NOON, org_id=SOUTH.id, pattern=NamePattern.of("%nothing%"))

    stretch = await peopled.read(lambda tx: leafed(tx, wanted, 5, 10))

    assert (list(stretch.accounts), stretch.looked) == ([], 10)
    tenth = sorted(name_key(one.name) for one in CROWD)[9]
    assert Mark.of(stretch.after or "").key == tenth


@pytest.mark.parametrize(("members", "more"), [(14, True), (15, False)])
async def test_members_are_counted_no_further_than_asked(
    peopled: Store, members: int, *, more: bool
) -> None:
    assert len(IN_GROUP) == 15
    groups = [ANALYSTS.id, new_group(SOUTH).id]

    assert await peopled.read(lambda tx: tx.leafing.has_more(groups, members)) is more


def plan(sqlite: SqliteEngine, statement: Prepared) -> list[str]:
    text, _ = statement.for_driver(DIALECT)
    with closing(connect(sqlite.path, writes=True)) as connection:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {text}", [None] * text.count("?"))
        return [row[3] for row in rows]


SECOND = Mark(key="k", name_key="n")
WANTED = Wanted(now=NOON, org_id=None, after=SECOND)
OF_ORG, OF_ALL = "memberships USING INDEX ix_memberships_org_id_name_key", "accounts USING INDEX"
WALKS: list[tuple[dict[str, Any], str]] = [
    ({}, f"{OF_ALL} sqlite_autoindex_accounts_2 (name_key>?)"),
    ({"org_id": 7}, f"{OF_ORG} (org_id=? AND name_key>?)"),
    ({"org_id": 7, "groups": ["x"]}, f"{OF_ORG} (org_id=? AND name_key>?)"),
    ({"by": ListedBy.EMAIL}, f"{OF_ALL} ix_accounts_email_key (email_key>?)"),
    ({"by": ListedBy.DISPLAY_NAME}, f"{OF_ALL} ix_accounts_display_key (display_key>?)"),
    (
        {"by": ListedBy.EMAIL, "org_id": 7, "groups": ["x"]},
        f"{OF_ALL} ix_accounts_email_key (email_key>?)",
    ),
]


@pytest.mark.parametrize(("what", "first"), WALKS, ids=str)
def test_a_page_goes_along_the_index_of_its_order(
    sqlite: SqliteEngine, what: dict[str, Any], first: str
) -> None:
    """And sorts nothing but those of one display name or address."""
    shape = shape_of(replace(WANTED, **what))

    steps = plan(sqlite, page_statement(shape))

    assert steps[0] == f"SEARCH {first}"
    assert not [step for step in steps if step == "USE TEMP B-TREE FOR ORDER BY"]


@pytest.mark.parametrize(("what", "first"), WALKS, ids=str)
def test_how_far_a_page_looks_is_read_in_the_index_alone(
    sqlite: SqliteEngine, what: dict[str, Any], first: str
) -> None:
    steps = plan(sqlite, key_statement(shape_of(replace(WANTED, **what))))

    assert steps == [f"SEARCH {first.replace('INDEX', 'COVERING INDEX')}"]


def test_members_of_small_groups_are_read_first(sqlite: SqliteEngine) -> None:
    for what in ({}, {"org_id": 7}, {"by": ListedBy.EMAIL}):
        wanted = replace(WANTED, groups=["x"], few=True, **what)

        steps = plan(sqlite, page_statement(shape_of(wanted)))

        assert steps[0] == "SEARCH accounts USING INDEX sqlite_autoindex_accounts_1 (id=?)", steps
        assert "SEARCH group_members USING INDEX ix_group_members_group_id (group_id=?)" in steps
