"""The sweep: all that is due goes, in batches that never keep another writer waiting."""

import asyncio
from datetime import timedelta
from itertools import count

import pytest

from gatepass.core.records import Guesses
from gatepass.core.store import Transaction
from gatepass.core.sweeping import AT_ONCE, FEWEST, FIRST, MOST, WORK, Sweep
from tests.storage.rows import Holder, new_session, put, stored_holder
from tests.world import NOON, World

LONG_AGO = NOON - timedelta(days=30)
LATELY = NOON - timedelta(days=1)


@pytest.fixture
async def mira(here: World) -> Holder:
    return await stored_holder(here.core.means.store)


async def fill(here: World, mira: Holder, number: int) -> None:
    """Add sessions that ended long ago."""

    async def work(tx: Transaction) -> None:
        ended = {"opened_at": LONG_AGO, "last_seen_at": LONG_AGO, "expires_at": LONG_AGO}
        await put(tx, *(mira.session(**ended) for _ in range(number)))

    await here.core.means.store.write(work)


def commits(here: World) -> int:
    return here.core.means.store.counts().works.within()[-1][1]


async def test_what_ended_long_ago_goes_and_the_rest_stays(here: World, mira: Holder) -> None:
    await fill(here, mira, 120)
    lately, alive = mira.session(expires_at=LATELY), mira.session()
    await here.core.means.store.write(lambda tx: put(tx, lately, alive))

    assert await Sweep(here.core.means).run() == 120
    assert await Sweep(here.core.means).run() == 0

    for one in (lately, alive):
        assert await here.core.means.store.read(lambda tx: tx.sessions.by_id(one.id))  # noqa: B023 - at once


async def test_a_chain_that_ended_goes_from_its_ends(here: World, mira: Holder) -> None:
    root = mira.session(expires_at=LONG_AGO)
    child = mira.token(expires_at=LONG_AGO, parent_id=root.id)
    grandchild = mira.session(expires_at=LONG_AGO, parent_id=child.id)
    await here.core.means.store.write(lambda tx: put(tx, root, child, grandchild))

    assert await Sweep(here.core.means).run() == 3


async def test_old_guesses_go_after_twice_the_time_for_which_they_shut(
    here: World, mira: Holder
) -> None:
    async def work(tx: Transaction) -> None:
        for number in range(35):
            guess = Guesses(account_id=mira.account.id, address=f"192.0.2.{number}", failures=1)
            await tx.guesses.put(guess, LONG_AGO if number else LATELY)

    await here.core.means.store.write(work)

    assert await Sweep(here.core.means).run() == 34


async def test_a_batch_stops_when_its_time_is_up(here: World, mira: Holder) -> None:
    """Each look at the time finds that half of what a batch may take has gone."""
    await fill(here, mira, 10 * AT_ONCE)
    looks = count()
    before = commits(here)

    swept = await Sweep(here.core.means, lambda: next(looks) * WORK / 2).run()

    assert swept == 10 * AT_ONCE
    # One step, a look, a second step, a look that says stop: twenty rows for each commit.
    assert commits(here) - before >= 10 * AT_ONCE / (2 * AT_ONCE)


async def test_slow_batches_make_for_smaller_ones(here: World, mira: Holder) -> None:
    await fill(here, mira, 200)
    looks = count()
    sweep = Sweep(here.core.means, lambda: next(looks) * 0.012)

    await sweep.run()

    assert sweep.batch == FEWEST < FIRST


async def test_quick_batches_make_for_larger_ones_up_to_a_bound(here: World, mira: Holder) -> None:
    await fill(here, mira, 1500)
    sweep = Sweep(here.core.means, lambda: 0.0)
    before = commits(here)

    assert await sweep.run() == 1500

    assert sweep.batch == MOST
    assert commits(here) - before < 15


async def test_who_writes_during_a_sweep_waits_for_one_batch_at_most(
    here: World, mira: Holder
) -> None:
    await fill(here, mira, 400)
    store = here.core.means.store
    looks = count()
    # At this pace a batch is neither quick nor slow: its size stays.
    sweep = asyncio.create_task(Sweep(here.core.means, lambda: next(looks) * 0.0022).run())
    left: list[int] = []
    while not sweep.done():
        await store.write(lambda tx: tx.secrets.touch({}))
        left.append(len(await store.read(lambda tx: tx.revocations.ended(NOON, 1000))))

    steps = [before - after for before, after in zip([400, *left], left, strict=False)]
    assert max(steps) <= 2 * FIRST, "a batch, and the one that was under way"
    assert left[-1] == 0


async def test_what_counts_again_when_its_turn_comes_stays(here: World, mira: Holder) -> None:
    ended = new_session(mira.account, mira.org, expires_at=LONG_AGO)
    await here.core.means.store.write(lambda tx: put(tx, ended))
    due = await here.core.means.store.scan(lambda tx: tx.revocations.ended(NOON, 10))
    bought = mira.token(parent_id=ended.id)
    await here.core.means.store.write(lambda tx: put(tx, bought))

    assert due == [ended.id]
    assert await here.core.means.store.write(lambda tx: tx.revocations.delete(due, NOON)) == 0
