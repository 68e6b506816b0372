"""Leaves of the audit trail: by time, newest first, and of bounded effort."""

from datetime import datetime
from functools import partial
from itertools import pairwise

import pytest

from gatepass.core.records import AuditEvent
from gatepass.core.store import Store, Transaction
from gatepass.core.trail import Kept, Leaf, Mark, Sought
from gatepass.storage import audit
from tests.storage.engines import SqliteEngine
from tests.storage.rows import MINUTE, NOON, new_event
from tests.storage.test_header_plans import steps

EVERYTHING = Sought()


async def written(store: Store, *events: AuditEvent) -> list[AuditEvent]:
    for event in events:
        await store.write(partial(_add, event))
    return list(events)


async def _add(event: AuditEvent, tx: Transaction) -> None:
    await tx.audit.add(event)


async def leaf(
    store: Store,
    sought: Sought = EVERYTHING,
    before: Mark | None = None,
    *,
    most: int = 3,
    among: int = 100,
) -> Leaf:
    return await store.scan(lambda tx: tx.audit.leaf(sought, before, most=most, among=among))


async def walked(store: Store, sought: Sought, *, most: int, among: int) -> list[Kept]:
    """Read leaf by leaf to the end."""
    found, before = [], None
    for _ in range(100):
        one = await leaf(store, sought, before, most=most, among=among)
        assert len(one.events) <= most
        found += one.events
        before = one.before
        if before is None:
            return found
    raise AssertionError("there is no end")


def minutes(*numbers: int, act: str = "token.issue") -> list[AuditEvent]:
    return [new_event(act, at=NOON + number * MINUTE) for number in numbers]


async def test_a_leaf_has_the_newest_and_says_where_to_go_on(store: Store) -> None:
    events = await written(store, *minutes(0, 1, 2, 3, 4))

    first = await leaf(store)
    second = await leaf(store, before=first.before)

    assert [one.event for one in first.events] == events[:1:-1]
    assert [one.event for one in second.events] == events[1::-1]
    assert (second.before, first.is_cut, second.is_cut) == (None, False, False)


@pytest.mark.parametrize(("most", "among"), [(1, 100), (2, 2), (3, 4), (50, 1), (50, 100)])
async def test_leaf_by_leaf_each_event_comes_once_by_its_time(
    store: Store, most: int, among: int
) -> None:
    """Also where the clock went back, and where several happened in the same moment."""
    events = await written(store, *minutes(5, 5, 5, 2, 9, 2, 5, 0, 7))

    found = await walked(store, EVERYTHING, most=most, among=among)

    assert sorted(one.event.id for one in found) == sorted(one.id for one in events)
    assert all(
        (one.event.at, one.number) > (other.event.at, other.number)
        for one, other in pairwise(found)
    )


@pytest.mark.parametrize("among", [1, 2, 3, 100])
async def test_what_is_rare_is_found_further_back(store: Store, among: int) -> None:
    rare = minutes(0, 4, act="org.create")
    await written(store, rare[0], *minutes(1, 2, 3), rare[1], *minutes(5, 6))

    found = await walked(store, Sought(act="org"), most=5, among=among)

    assert [one.event for one in found] == rare[::-1]


async def test_a_leaf_that_looked_at_enough_says_so(store: Store) -> None:
    events = await written(store, *minutes(0, 1, 2, 3))

    cut = await leaf(store, Sought(act="org"), among=2)
    end = await leaf(store, Sought(act="org"), before=cut.before)

    assert (cut.events, cut.is_cut) == ([], True)
    assert cut.before is not None
    assert cut.before.at == events[2].at
    assert (end.events, end.is_cut, end.before) == ([], False, None)


@pytest.mark.parametrize(
    ("since", "until", "places"),
    [
        (None, NOON + 2 * MINUTE, [1, 0]),
        (NOON + 2 * MINUTE, None, [3, 2]),
        (NOON + MINUTE, NOON + 3 * MINUTE, [2, 1]),
        (NOON + 9 * MINUTE, None, []),
    ],
)
async def test_a_span_begins_with_its_beginning_and_ends_before_its_end(
    store: Store, since: datetime | None, until: datetime | None, places: list[int]
) -> None:
    events = await written(store, *minutes(0, 1, 2, 3))

    found = await walked(store, Sought(since=since, until=until), most=1, among=3)

    assert [one.event for one in found] == [events[place] for place in places]


@pytest.mark.parametrize("given", [set(), {"act"}, {"account_id", "name"}, {"incident_id"}])
def test_a_leaf_walks_no_table_and_sorts_nothing(sqlite: SqliteEngine, given: set[str]) -> None:
    for statement in (audit.LAST_LOOKED_AT, audit.leaf_of(frozenset(given), refused=None)):
        (step,) = steps(sqlite, statement)
        assert "ix_audit_events_at (at>? AND at<?)" in step
