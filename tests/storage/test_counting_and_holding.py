"""What a store counts, and who holds a privilege."""

from datetime import timedelta

import pytest

from gatepass.core.store import Store, Transaction
from tests.storage.rows import (
    DAY,
    NOON,
    Holder,
    new_group,
    new_org,
    put,
    stored,
    stored_holder,
)

HOUR = timedelta(hours=1)


async def test_sessions_that_ended_or_went_idle_are_not_counted(store: Store, mira: Holder) -> None:
    ended = mira.session()
    await stored(
        store,
        mira.session(),
        mira.session(last_seen_at=NOON - 4 * HOUR),
        mira.session(last_seen_at=NOON - 4 * HOUR, remembered=True),
        mira.session(expires_at=NOON),
        ended,
        mira.token(),
    )
    await store.write(lambda tx: tx.revocations.ids([ended.id], NOON))

    async def count(most: int) -> int:
        return await store.scan(
            lambda tx: tx.sessions.count_live(NOON, seen_after=NOON - 3 * HOUR, most=most)
        )

    assert await count(1000) == 2
    assert await count(1) == 1


async def test_holders_are_found_through_nested_groups_and_in_one_org(
    store: Store, mira: Holder
) -> None:
    outer, inner, other = (new_group(mira.org) for _ in range(3))
    abroad = new_org()
    foreign = new_group(abroad)
    alan = await stored_holder(store, mira.org)
    nobody = await stored_holder(store, mira.org)

    async def work(tx: Transaction) -> None:
        await put(tx, outer, inner, other, abroad, foreign)
        await tx.groups.grant(outer, ["ADMINISTRATION"])
        await tx.groups.grant(foreign, ["ADMINISTRATION"])
        await tx.groups.nest(outer, inner)
        await tx.groups.nest(inner, outer)
        for group in (outer, inner):
            await tx.groups.put_in(group, mira.account.id)
        await tx.groups.put_in(inner, alan.account.id)
        await tx.groups.put_in(other, nobody.account.id)

    await store.write(work)

    found = await store.read(lambda tx: tx.groups.holders(mira.org.id, "ADMINISTRATION"))
    assert found == sorted([mira.account.id, alan.account.id])


async def test_a_store_counts_its_commits_and_those_that_came_to_nothing(
    store: Store, mira: Holder
) -> None:
    before = store.counts()
    commits = before.works.within()[-1][1]
    session = mira.session()
    await stored(store, session)
    with pytest.raises(Exception, match=r"(?i)unique|constraint"):
        await stored(store, session)
    await store.write(lambda tx: tx.revocations.ids([session.id], NOON + DAY))

    after = store.counts()
    assert after.works.within()[-1][1] >= commits + 2
    assert after.seconds.within()[-1][1] == after.works.within()[-1][1]


async def test_a_store_as_it_is_opened_leaves_no_doubt(store: Store) -> None:
    assert await store.doubts() == []
