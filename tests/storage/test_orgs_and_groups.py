"""The Org desk with memberships, and the group desk."""

from itertools import pairwise

from msgspec.structs import replace

from gatepass.core.records import Group
from gatepass.core.store import Store, Transaction
from tests.storage.rows import (
    NOON,
    Holder,
    new_account,
    new_group,
    new_id,
    new_org,
    put,
    stored,
    stored_holder,
)


async def test_an_org_comes_back_as_it_went_in(store: Store) -> None:
    org = replace(new_org(), description="die nördliche", active=False, visible=False)
    await stored(store, org)

    assert await store.read(lambda tx: tx.orgs.by_id(org.id)) == org
    assert await store.read(lambda tx: tx.orgs.by_key(org.name)) == org
    assert await store.read(lambda tx: tx.orgs.by_id(org.id + 1)) is None
    assert await store.read(lambda tx: tx.orgs.by_key("nowhere")) is None


async def test_the_primary_org_has_the_number_zero(store: Store) -> None:
    primary = new_org(id=0)
    await stored(store, primary)

    assert await store.read(lambda tx: tx.orgs.by_id(0)) == primary


async def test_orgs_are_listed_by_number(store: Store) -> None:
    orgs = [new_org(id=number) for number in (5, 0, 2**31 - 2)]
    await stored(store, *orgs)

    assert await store.read(lambda tx: tx.orgs.all()) == sorted(orgs, key=lambda org: org.id)


async def test_lookalikes_of_orgs_are_the_other_names_with_the_same_skeleton(store: Store) -> None:
    async def work(tx: Transaction) -> None:
        for name in ("north", "N0RTH"):
            await tx.orgs.add(new_org(name=name), key=name.lower(), skeleton="north")

    await store.write(work)

    assert await store.read(lambda tx: tx.orgs.lookalikes("north", "north")) == ["N0RTH"]
    assert await store.read(lambda tx: tx.orgs.lookalikes("south", "south")) == []


async def test_a_membership_joins_one_account_to_one_org(store: Store, mira: Holder) -> None:
    other = await stored_holder(store)

    async def members(tx: Transaction) -> list[bool]:
        return [
            await tx.orgs.is_member(one.account.id, org.id)
            for one in (mira, other)
            for org in (mira.org, other.org)
        ]

    assert await store.read(members) == [True, False, False, True]
    assert await store.read(lambda tx: tx.orgs.of_account(mira.account.id)) == [mira.org]


async def test_the_orgs_of_an_account_are_listed_by_number(store: Store) -> None:
    account, orgs = new_account(), [new_org(id=9), new_org(id=4)]
    await stored(store, account, *orgs)
    for org in orgs:
        await store.write(lambda tx, org=org: tx.orgs.join(account.id, org.id, NOON))  # type: ignore[misc]

    assert await store.read(lambda tx: tx.orgs.of_account(account.id)) == [orgs[1], orgs[0]]


async def test_who_leaves_an_org_leaves_its_groups_and_no_others(
    store: Store, mira: Holder
) -> None:
    org = new_org()
    left, kept = new_group(mira.org), new_group(org)

    async def work(tx: Transaction) -> None:
        await put(tx, org, left, kept)
        await tx.orgs.join(mira.account.id, org.id, NOON)
        for group in (left, kept):
            await tx.groups.grant(group, ["DEVELOPER"])
            await tx.groups.put_in(group, mira.account.id)

    await store.write(work)
    await store.write(lambda tx: tx.orgs.leave(mira.account.id, mira.org.id))

    assert await store.read(lambda tx: tx.orgs.of_account(mira.account.id)) == [org]
    granted = await store.read(lambda tx: tx.groups.privileges(mira.account.id))
    assert granted == {org.id: frozenset({"DEVELOPER"})}


async def test_a_group_comes_back_as_it_went_in_and_only_in_its_org(
    store: Store, mira: Holder
) -> None:
    group, elsewhere = new_group(mira.org, system=True), new_org()
    await stored(store, group, elsewhere)

    assert await store.read(lambda tx: tx.groups.by_id(mira.org.id, group.id)) == group
    assert await store.read(lambda tx: tx.groups.by_key(mira.org.id, group.name.lower())) == group
    assert await store.read(lambda tx: tx.groups.by_id(elsewhere.id, group.id)) is None
    assert await store.read(lambda tx: tx.groups.by_key(elsewhere.id, group.name.lower())) is None
    assert await store.read(lambda tx: tx.groups.by_id(mira.org.id, new_id())) is None


async def test_two_orgs_may_have_groups_of_one_name(store: Store) -> None:
    orgs = [new_org(), new_org()]
    groups = [new_group(org, name="Analysts") for org in orgs]
    await stored(store, *orgs, *groups)

    for org, group in zip(orgs, groups, strict=True):
        found = await store.read(lambda tx, org=org: tx.groups.by_key(org.id, "analysts"))  # type: ignore[misc]
        assert found == group


async def test_groups_of_an_org_are_listed_by_name(store: Store, mira: Holder) -> None:
    zebra, apes = new_group(mira.org, name="Zebra"), new_group(mira.org, name="apes")
    other = new_org()
    await stored(store, zebra, apes, other, new_group(other))

    assert await store.scan(lambda tx: tx.groups.all(mira.org.id)) == [apes, zebra]


async def test_lookalikes_of_groups_are_looked_for_in_one_org(store: Store, mira: Holder) -> None:
    other = new_org()

    async def work(tx: Transaction) -> None:
        await put(tx, other)
        for org, name in ((mira.org, "ops"), (mira.org, "0ps"), (other, "OPS")):
            await tx.groups.add(new_group(org, name=name), key=name, skeleton="ops")

    await store.write(work)

    assert await store.read(lambda tx: tx.groups.lookalikes(mira.org.id, "ops", "ops")) == ["0ps"]


async def nested(tx: Transaction, mira: Holder, *, depth: int) -> list[Group]:
    """Put Mira into the first of a chain of groups, each inside the next, each granting one."""
    chain = [new_group(mira.org, name=f"Level {place}") for place in range(depth)]
    await put(tx, *chain)
    for place, group in enumerate(chain):
        await tx.groups.grant(group, [f"P{place}"])
    for inner, outer in pairwise(chain):
        await tx.groups.nest(outer, inner)
    await tx.groups.put_in(chain[0], mira.account.id)
    return chain


async def test_privileges_come_from_own_groups_and_all_they_are_nested_in(
    store: Store, mira: Holder
) -> None:
    chain = await store.write(lambda tx: nested(tx, mira, depth=6))

    granted = await store.read(lambda tx: tx.groups.privileges(mira.account.id))
    own, inherited = await store.read(lambda tx: tx.groups.of_account(mira.account.id, mira.org.id))
    third = await store.read(lambda tx: tx.groups.granted(mira.org.id, [chain[3].id]))

    assert granted == {mira.org.id: frozenset(f"P{place}" for place in range(6))}
    assert own == chain[:1]
    assert inherited == chain
    assert third == {"P3", "P4", "P5"}


async def test_groups_nested_in_a_circle_are_each_met_once(store: Store, mira: Holder) -> None:
    async def work(tx: Transaction) -> list[Group]:
        chain = await nested(tx, mira, depth=3)
        await tx.groups.nest(chain[0], chain[2])
        await tx.groups.nest(chain[1], chain[1])
        return chain

    chain = await store.write(work)
    ids = [group.id for group in chain]

    closure = await store.read(lambda tx: tx.groups.closure(mira.org.id, [ids[1], ids[1]]))
    granted = await store.read(lambda tx: tx.groups.privileges(mira.account.id))
    _, inherited = await store.read(lambda tx: tx.groups.of_account(mira.account.id, mira.org.id))

    assert sorted(closure) == sorted(ids)
    assert granted == {mira.org.id: frozenset({"P0", "P1", "P2"})}
    assert inherited == chain


async def test_groups_of_an_account_are_those_of_the_org_asked_for(
    store: Store, mira: Holder
) -> None:
    other = new_org()
    here, there = new_group(mira.org), new_group(other)

    async def work(tx: Transaction) -> None:
        await put(tx, other, here, there)
        for group in (here, there):
            await tx.groups.grant(group, ["A"])
            await tx.groups.put_in(group, mira.account.id)

    await store.write(work)

    for org, group in ((mira.org, here), (other, there)):
        found = await store.read(
            lambda tx, org=org: tx.groups.of_account(mira.account.id, org.id)  # type: ignore[misc]
        )
        assert found == ([group], [group])
    granted = await store.read(lambda tx: tx.groups.privileges(mira.account.id))
    assert granted == {mira.org.id: {"A"}, other.id: {"A"}}


async def test_granting_nesting_and_putting_in_twice_is_as_good_as_once(
    store: Store, mira: Holder
) -> None:
    group, outer = new_group(mira.org), new_group(mira.org)

    async def work(tx: Transaction) -> None:
        await put(tx, group, outer)
        for _ in range(2):
            await tx.groups.grant(group, ["A", "B", "A"])
            await tx.groups.nest(outer, group)
            await tx.groups.put_in(group, mira.account.id)

    await store.write(work)

    granted = await store.read(lambda tx: tx.groups.privileges(mira.account.id))
    assert granted == {mira.org.id: {"A", "B"}}


async def test_what_is_withdrawn_or_taken_out_of_is_granted_no_more(
    store: Store, mira: Holder
) -> None:
    group = new_group(mira.org)

    async def work(tx: Transaction) -> None:
        await put(tx, group)
        await tx.groups.grant(group, ["A", "B"])
        await tx.groups.put_in(group, mira.account.id)

    async def privileges() -> dict[int, frozenset[str]]:
        return await store.read(lambda tx: tx.groups.privileges(mira.account.id))

    await store.write(work)
    await store.write(lambda tx: tx.groups.withdraw(group, ["A", "C"]))
    assert await privileges() == {mira.org.id: {"B"}}

    await store.write(lambda tx: tx.groups.take_out(group, mira.account.id))
    assert await privileges() == {}
