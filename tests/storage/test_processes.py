"""A row for each process that serves: written over, taken away, pruned."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from gatepass.core.processes import Process
from gatepass.core.store import EVERYTHING, Store, Transaction
from tests.storage.engines import Engine
from tests.storage.rows import DAY, MINUTE, NOON, new_id

LOOKED = timedelta(seconds=1, microseconds=5)


def process(**facts: Any) -> Process:
    one = Process(
        id=new_id(),
        node="one.example",
        pid=2**22,
        version="0.1.0",
        started_at=NOON - DAY,
        seen_at=NOON,
        followed=2**40,
        looked=LOOKED,
    )
    return replace(one, **facts)


async def put(store: Store, *processes: Process) -> None:
    for one in processes:
        await store.write(lambda tx: tx.processes.put(one))  # noqa: B023 - at once


async def latest(store: Store, most: int = 100) -> list[Process]:
    return await store.read(lambda tx: tx.processes.latest(most))


async def test_a_process_is_read_as_it_was_written(store: Store) -> None:
    one, other = process(), process(looked=None, seen_at=NOON - MINUTE)
    await put(store, one, other)

    assert await latest(store) == [one, other]


async def test_what_is_told_later_replaces_what_was_told(store: Store) -> None:
    one, other = process(), process(seen_at=NOON - MINUTE)
    later = replace(one, seen_at=NOON + MINUTE, followed=one.followed + 3, looked=None)
    await put(store, one, other, later)

    assert await latest(store) == [later, other]


async def test_of_many_those_are_told_that_were_there_last(store: Store) -> None:
    processes = [process(seen_at=NOON + number * MINUTE) for number in range(5)]
    await put(store, *processes)

    assert await latest(store, 2) == [processes[4], processes[3]]


async def test_one_that_is_gone_has_no_row_and_others_keep_theirs(store: Store) -> None:
    one, other = process(), process()
    await put(store, one, other)

    for _ in range(2):
        await store.write(lambda tx: tx.processes.remove(one.id))

    assert await latest(store) == [other]


async def test_the_silent_are_pruned_some_at_once(store: Store) -> None:
    processes = [process(seen_at=NOON - number * MINUTE) for number in range(8)]
    await put(store, *processes)

    gone = [await store.write(lambda tx: tx.processes.prune(NOON, 5)) for _ in range(3)]

    assert gone == [5, 2, 0]
    assert await latest(store) == processes[:1]


async def test_no_other_process_hears_that_one_is_there(engine: Engine) -> None:
    """It is no move: what is remembered of credentials stays good."""
    store, other = engine.open(), engine.open()
    before = store.counts().moves

    await put(store, process())

    assert await engine.heard(other) == []
    assert store.counts().moves == before


@pytest.mark.parametrize("number", [1, 2])
async def test_a_position_is_the_same_for_all_that_have_heard(engine: Engine, number: int) -> None:
    store, other = engine.open(), engine.open()
    before = store.counts().moves

    async def work(tx: Transaction) -> None:
        tx.moved(EVERYTHING)

    for _ in range(number):
        await store.write(work)
    await engine.heard(other)

    assert store.counts().moves == other.counts().moves == before + number
    assert engine.open().counts().moves == before + number
