"""Roles and Orgs by page, bounded counts, members: the same on each engine, and by which index."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

from gatepass.core.listings import OrgFilter, OrgSizes, RoleFilter
from gatepass.core.names import name_key, skeleton
from gatepass.core.records import Account
from gatepass.core.role_words import Role
from gatepass.core.searches import NamePattern, Page
from gatepass.core.store import Store, Transaction
from gatepass.storage import listed
from gatepass.storage.searching import Asked
from gatepass.storage.sqlite import connect
from gatepass.storage.sqlite_link import DIALECT
from gatepass.storage.statements import Prepared
from tests.storage.engines import SqliteEngine
from tests.storage.rows import NOON, Holder, new_account, new_group, new_id, new_org, put

EVERYTHING = Page(size=None)


def new_role(org_id: int, name: str) -> Role:
    return Role(
        id=new_id(),
        org_id=org_id,
        name=name,
        description="",
        read_only=False,
        author_id=new_id(),
        modifier_id=new_id(),
        created_at=NOON,
        modified_at=NOON,
    )


async def test_roles_of_one_org_come_by_name_and_page(store: Store, mira: Holder) -> None:
    elsewhere = new_org()

    async def write(tx: Transaction) -> None:
        await put(tx, elsewhere)
        for org, name in [(mira.org, "b_1"), (mira.org, "A2"), (elsewhere, "a0"), (mira.org, "c%")]:
            role = new_role(org.id, name)
            await tx.roles.add(role, key=name_key(name), skeleton=skeleton(name))

    await store.write(write)

    async def read(text: str, page: Page = EVERYTHING) -> list[str]:
        name = NamePattern.of(text) if text else None
        what = RoleFilter(org_id=mira.org.id, name=name)
        return [one.name for one in await store.scan(lambda tx: tx.listings.roles(what, page))]

    assert await read("") == ["A2", "b_1", "c%"]
    assert await read("", Page(offset=1, size=1)) == ["b_1"]
    assert await read("_") == ["b_1"], "what stands for any letter in SQL is itself"
    assert await read("a%") == ["A2"]


async def test_orgs_are_found_by_name_and_state(store: Store) -> None:
    mark = new_id()[:8]
    some = [new_org(name=f"{mark}-{one}") for one in ("b", "A", "c")]

    async def write(tx: Transaction) -> None:
        await put(tx, *some)
        await tx.orgs.set_active(some[0].id, active=False)

    await store.write(write)

    async def read(active: bool | None, page: Page = EVERYTHING) -> list[str]:  # noqa: FBT001
        what = OrgFilter(name=NamePattern.of(mark), active=active)
        found = await store.scan(lambda tx: tx.listings.orgs(what, page))
        return [one.name.removeprefix(f"{mark}-") for one in found]

    assert await read(None) == ["A", "b", "c"]
    assert await read(None, Page(offset=1, size=1)) == ["b"]
    assert await read(active=True) == ["A", "c"]
    assert await read(active=False) == ["b"]


async def test_counts_stop_at_their_bound(store: Store, mira: Holder) -> None:
    groups = [new_group(mira.org), new_group(mira.org)]
    elsewhere = new_org()
    members: list[Account] = [new_account() for _ in range(3)]

    async def write(tx: Transaction) -> None:
        await put(tx, elsewhere, *groups, *members)
        for one in members:
            await tx.orgs.join(one.id, mira.org.id, NOON)
            await tx.groups.put_in(groups[0], one.id)
        role = new_role(mira.org.id, "steward")
        await tx.roles.add(role, key="steward", skeleton="steward")

    await store.write(write)
    ids = [group.id for group in groups]

    async def read(most: int) -> tuple[dict[str, int], dict[int, OrgSizes]]:
        async def work(tx: Transaction) -> tuple[dict[str, int], dict[int, OrgSizes]]:
            orgs = await tx.listings.sizes_of([mira.org.id, elsewhere.id], most)
            return await tx.listings.members_in(ids, most), orgs

        return await store.scan(work)

    own, empty = mira.org.id, OrgSizes(members=0, groups=0, roles=0)
    assert await read(9) == (
        {ids[0]: 3, ids[1]: 0},
        {own: OrgSizes(members=4, groups=2, roles=1), elsewhere.id: empty},
    )
    assert await read(2) == (
        {ids[0]: 2, ids[1]: 0},
        {own: OrgSizes(members=2, groups=2, roles=1), elsewhere.id: empty},
    )
    assert await store.scan(lambda tx: tx.listings.sizes_of([], 9)) == {}


async def test_members_of_an_org_come_by_name_from_a_key_on(store: Store, mira: Holder) -> None:
    org = new_org()
    mark = new_id()[:8]

    async def write(tx: Transaction) -> None:
        await put(tx, org)
        for name in ("Ben", "anna", "annabel", "zoe"):
            account = new_account(name=f"{mark}{name}")
            await put(tx, account)
            await tx.orgs.join(account.id, org.id, NOON)

    await store.write(write)

    async def read(begins: str, start: str | None, most: int = 9) -> list[str]:
        found = await store.scan(
            lambda tx: tx.listings.of_org(
                org.id, mark + begins, None if start is None else mark + start, most
            )
        )
        return [one.name.removeprefix(mark) for one in found]

    assert mira.org.id != org.id
    assert await read("", None) == ["anna", "annabel", "Ben", "zoe"]
    assert await read("", "annabel", most=2) == ["annabel", "Ben"]
    assert await read("ann", None) == ["anna", "annabel"]
    assert await read("b", "a") == ["Ben"], "a start before what is sought changes nothing"


async def test_of_some_accounts_those_in_a_group_are_told(store: Store, mira: Holder) -> None:
    group, other = new_group(mira.org), new_group(mira.org)
    inside, outside = new_account(), new_account()

    async def work(tx: Transaction) -> list[set[str]]:
        await put(tx, group, other, inside, outside)
        await tx.groups.put_in(group, inside.id)
        await tx.groups.put_in(other, outside.id)
        return [
            await tx.listings.members_among(group.id, [inside.id, outside.id]),
            await tx.listings.members_among(group.id, []),
        ]

    assert await store.write(work) == [{inside.id}, set()]


def steps(sqlite: SqliteEngine, statement: Prepared) -> list[str]:
    text, _ = statement.for_driver(DIALECT)
    with closing(connect(sqlite.path, writes=True)) as connection:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {text}", [None] * text.count("?"))
        return [row[3] for row in rows]


def asked(**values: Any) -> Any:
    search = Asked()
    for name, value in values.items():
        if isinstance(value, NamePattern):
            search.pattern(value)
        else:
            search.one(name, value)
    return search.page(Page())


def test_pages_and_counts_go_by_indexes_and_nothing_is_sorted(sqlite: SqliteEngine) -> None:
    """But the one table of Orgs, which is walked in the order of names."""
    prefix, anywhere = NamePattern.of("a%"), NamePattern.of("a")
    build: list[Callable[[], Prepared]] = [
        lambda: listed.role_statement(asked(org=7)),
        lambda: listed.role_statement(asked(org=7, name=prefix)),
        lambda: listed.role_statement(asked(org=7, name=anywhere)),
        lambda: listed.org_statement(asked(name=prefix)),
        lambda: listed.members_in(10),
        lambda: listed.sizes_of(10),
        lambda: listed.members_among(10),
    ]
    for each in build:
        plan = steps(sqlite, each())
        wrong = ("SCAN groups", "SCAN orgs", "SCAN roles", "SCAN accounts", "USE TEMP")
        assert not [one for one in plan if one.startswith(wrong)], plan
    assert any("(account_id=? AND group_id=?)" in one for one in steps(sqlite, build[-1]()))
    walked = steps(sqlite, listed.org_statement(asked(name=anywhere)))
    assert walked == ["SCAN orgs USING INDEX sqlite_autoindex_orgs_1"]
