"""Sums of what happened, by hour and Org, and who is told what was committed."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest

from gatepass.core.records import ALL_ORGS, AuditEvent
from gatepass.core.store import Store, Transaction
from gatepass.core.tallies import Tally, What
from tests.storage.rows import DAY, NOON, new_event, new_org, put

HOUR = timedelta(hours=1)
NIGHT = NOON - timedelta(hours=12)


def tally(times: int = 1, **facts: object) -> Tally:
    said = {"since": NOON, "org_id": 7, "what": What.SIGN_IN, **facts}
    return Tally(times=times, **said)  # type: ignore[arg-type]


async def add(store: Store, *tallies: Tally) -> None:
    await store.write(lambda tx: tx.tallies.add(tallies))


async def hours(store: Store, org_id: int = 7) -> list[Tally]:
    return await store.read(lambda tx: tx.tallies.hours(org_id, NOON - DAY, NOON + DAY))


async def test_what_is_added_adds_up(store: Store) -> None:
    await add(store, tally(2), tally(5, since=NOON + HOUR), tally(1, what=What.TOKEN_V1))
    await add(store, tally(3))

    assert await hours(store) == [
        tally(5),
        tally(1, what=What.TOKEN_V1),
        tally(5, since=NOON + HOUR),
    ]


async def test_one_batch_may_add_to_one_row_twice(store: Store) -> None:
    await add(store, tally(2), tally(3))

    assert await hours(store) == [tally(5)]


async def test_each_org_has_its_own_sums_and_all_have_theirs(store: Store) -> None:
    await add(store, tally(1), tally(2, org_id=8), tally(3, org_id=ALL_ORGS))

    assert [one.times for one in await hours(store)] == [1]
    assert [one.times for one in await hours(store, 8)] == [2]
    assert [one.times for one in await hours(store, ALL_ORGS)] == [3]


async def test_a_span_has_its_beginning_and_not_its_end(store: Store) -> None:
    await add(store, tally(1), tally(2, since=NOON + HOUR), tally(4, since=NOON - HOUR))

    found = await store.read(lambda tx: tx.tallies.hours(7, NOON, NOON + HOUR))

    assert found == [tally(1)]


async def test_days_are_days_of_utc(store: Store) -> None:
    await add(
        store,
        tally(1, since=NIGHT - HOUR),
        tally(2, since=NIGHT),
        tally(4, since=NIGHT + 23 * HOUR),
        tally(8, since=NIGHT + 23 * HOUR, what=What.REFUSED),
        tally(16, since=NIGHT + DAY),
        tally(32, org_id=8),
    )

    found = await store.read(lambda tx: tx.tallies.days(7, NIGHT - DAY, NIGHT + 2 * DAY))

    assert found == [
        tally(1, since=NIGHT - DAY),
        tally(8, since=NIGHT, what=What.REFUSED),
        tally(6, since=NIGHT),
        tally(16, since=NIGHT + DAY),
    ]


async def test_sums_outgrow_what_four_bytes_hold(store: Store) -> None:
    await add(store, tally(2**31))
    await add(store, tally(2**31))

    assert await hours(store) == [tally(2**32)]
    days = await store.read(lambda tx: tx.tallies.days(7, NIGHT, NOON + DAY))
    assert [one.times for one in days] == [2**32]


async def test_old_sums_are_pruned_some_at_once(store: Store) -> None:
    await add(store, *(tally(1, since=NOON - number * HOUR) for number in range(10)))

    async def prune(tx: Transaction) -> int:
        return await tx.tallies.prune(NOON - HOUR, 5)

    assert [await store.write(prune) for _ in range(3)] == [5, 3, 0]
    assert [one.since for one in await hours(store)] == [NOON - HOUR, NOON]


class Told:
    """Everything that a store told."""

    def __init__(self, store: Store) -> None:
        self.acts: Counter[str] = Counter()
        store.tell(self.hear)

    def hear(self, events: Sequence[AuditEvent]) -> None:
        self.acts.update(one.act for one in events)


async def test_what_is_committed_is_told_before_the_writer_goes_on(store: Store) -> None:
    told = Told(store)

    await store.write(lambda tx: put(tx, new_event("a"), new_event("b")))

    assert told.acts == {"a": 1, "b": 1}


async def test_what_a_work_wrote_in_vain_is_not_told(store: Store) -> None:
    told = Told(store)

    async def fails(tx: Transaction) -> None:
        await put(tx, new_event("vain"))
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(fails)
    await store.write(lambda tx: put(tx, new_event("after")))

    assert told.acts == {"after": 1}


async def test_a_work_that_ran_twice_is_told_once(store: Store) -> None:
    """One engine begins a chain and runs it again; the other one does so when a neighbour fails."""
    told = Told(store)
    runs = done = 0

    async def writes(tx: Transaction) -> None:
        nonlocal runs
        runs += 1
        await put(tx, new_event("done"))

    async def fails(tx: Transaction) -> None:
        await put(tx, new_org())
        await put(tx, new_event("vain"))
        raise LookupError

    while runs == done:
        works = (writes, fails, writes)
        await asyncio.gather(*map(store.write, works), return_exceptions=True)
        done += 2

    assert told.acts == {"done": done}


async def test_a_work_that_reads_tells_nothing(store: Store) -> None:
    told = Told(store)

    await store.write(lambda tx: tx.tallies.prune(NOON, 5))

    assert not told.acts
