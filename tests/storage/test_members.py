"""Who is in a group, by name: the same from either end, on each engine."""

import pytest

from gatepass.core.searches import MemberStretch
from gatepass.core.store import Store, Transaction
from tests.storage.rows import NOON, Holder, new_account, new_group, new_id, put, stored_holder

NAMES = ["anna", "annabel", "ben", "bo", "\u00e9mile", "zoe"]


@pytest.fixture
async def group(store: Store, mira: Holder) -> str:
    """Fill a group with every other name; the rest are in another, of the same Org."""
    groups = [new_group(mira.org), new_group(mira.org)]

    async def work(tx: Transaction) -> None:
        await put(tx, *groups)
        for place, name in enumerate(NAMES):
            account = new_account(name=name)
            await put(tx, account)
            await tx.orgs.join(account.id, mira.org.id, NOON)
            await tx.groups.put_in(groups[place % 2], account.id)

    await store.write(work)
    return groups[0].id


async def both(store: Store, what: MemberStretch, most: int = 9) -> list[str]:
    """Return the names that both ways find."""

    async def read(tx: Transaction) -> list[str]:
        few, many = await tx.members.of_few(what, most), await tx.members.of_many(what, most)
        assert few == many
        return [one.name for one in few]

    return await store.scan(read)


async def test_members_come_by_name_and_nobody_else_does(
    store: Store, mira: Holder, group: str
) -> None:
    elsewhere = await stored_holder(store)
    every = MemberStretch(org_id=mira.org.id, group_id=group, begins="")

    assert sorted(await both(store, every)) == sorted(["anna", "ben", "\u00e9mile"])
    assert await both(store, every, most=2) == ["anna", "ben"]
    within = MemberStretch(org_id=mira.org.id, group_id=group, begins="an")
    assert await both(store, within) == ["anna"]
    assert await both(store, MemberStretch(org_id=mira.org.id, group_id=group, begins="q")) == []
    there = MemberStretch(org_id=elsewhere.org.id, group_id=group, begins="")
    assert await store.scan(lambda tx: tx.members.of_many(there, 9)) == []


async def test_a_stretch_is_bounded_on_both_sides(store: Store, mira: Holder, group: str) -> None:
    def stretch(begins: str, start: str | None, end: str | None) -> MemberStretch:
        return MemberStretch(
            org_id=mira.org.id, group_id=group, begins=begins, start=start, end=end
        )

    assert await both(store, stretch("", "anna", "ben")) == ["anna"]
    assert await both(store, stretch("", "annb", "bo")) == ["ben"]
    assert await both(store, stretch("b", None, "bo")) == ["ben"]

    async def ends(tx: Transaction) -> list[str | None]:
        every, some = stretch("", "anna", None), stretch("b", None, None)
        return [
            await tx.members.end(every, 1),
            await tx.members.end(every, 2),
            await tx.members.end(every, 99),
            await tx.members.end(some, 1),
            await tx.members.end(some, 2),
        ]

    assert await store.scan(ends) == ["annabel", "ben", None, "bo", None]


async def test_members_are_counted_up_to_a_bound(store: Store, group: str) -> None:
    async def counts(tx: Transaction) -> list[int]:
        return [
            await tx.members.count(group, 2),
            await tx.members.count(group, 9),
            await tx.members.count(new_id(), 9),
        ]

    assert await store.scan(counts) == [2, 3, 0]
