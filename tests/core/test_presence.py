"""Processes write that they are there; who administers the cluster sees how each fares."""

import asyncio
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gatepass.core import Core
from gatepass.core.processes import EVERY, KEPT, SILENT_AFTER, Process, Serving, serving
from tests.conftest import Ground
from tests.world import HERE, NOON, World, world

BEAT = EVERY.total_seconds()


async def seen(here: World) -> list[Serving]:
    return (await here.core.overview.look(here.by)).processes or []


async def rows(here: World) -> list[Process]:
    return await here.core.means.store.scan(lambda tx: tx.processes.latest(100))


async def test_a_process_is_listed_while_it_is_there(ground: Ground, tmp_path: Path) -> None:
    async with world(ground.home, tmp_path / "home", **ground.changes) as here:
        assert await seen(here) == []

        async with here.core.presence.shown():
            here.clock.advance(seconds=2)
            (found,) = await seen(here)

        assert await seen(here) == []
        itself = here.core.means.itself
        assert (found.node, found.pid, found.version) == (itself.node, itself.pid, itself.version)
        assert (found.started_at, found.seen) == (NOON, timedelta(seconds=2))
        assert (found.lag, found.is_silent, found.is_behind) == (0, False, False)


async def test_a_process_that_missed_three_beats_is_silent_until_it_comes_back(
    here: World,
) -> None:
    await here.core.presence.beat()

    here.clock.advance(seconds=3 * BEAT)
    assert [one.is_silent for one in await seen(here)] == [False]
    here.clock.advance(microseconds=1)
    assert [(one.is_silent, one.looked > SILENT_AFTER) for one in await seen(here)] == [
        (True, True)
    ]

    await here.core.presence.beat()
    (found,) = await seen(here)
    assert (found.is_silent, found.seen, found.looked) == (False, timedelta(), timedelta())


async def test_a_silent_process_lags_by_what_others_have_followed_since(
    here: World, template: Path
) -> None:
    await here.account()
    async with world(template, here.home) as other:
        await here.core.presence.beat()
        await other.core.presence.beat()
        for _ in range(3):
            await here.core.sessions.end_many(here.by, HERE, account="mira")
        assert [one.lag for one in await seen(here)] == [0, 0]

        here.clock.advance(seconds=3 * BEAT + 1)
        await here.core.presence.beat()

        by_silence = {one.is_silent: one for one in await seen(here)}
        moved = here.core.means.store.counts().moves
        followed = {one.seen_at: one.followed for one in await rows(here)}[NOON]
        assert by_silence[True].lag == moved - followed > 0
        assert by_silence[False].lag == 0


async def test_a_clean_close_leaves_no_row_though_a_beat_was_under_way(
    ground: Ground, tmp_path: Path
) -> None:
    async with world(ground.home, tmp_path / "home", **ground.changes) as here:
        for _ in range(5):
            beat = asyncio.create_task(here.core.presence.beat())
            await asyncio.sleep(0)
            beat.cancel()
            await here.core.presence.leave()
            await asyncio.gather(beat, return_exceptions=True)

            assert await rows(here) == []


async def test_a_store_that_is_away_stops_nothing_and_is_told_the_next_time(
    here: World, tmp_path: Path
) -> None:
    store, elsewhere = here.home / "gatepass.db", tmp_path / "elsewhere.db"
    async with here.core.presence.shown():
        store.rename(elsewhere)
        here.clock.advance(seconds=1)
        await here.core.presence.beat()
        elsewhere.rename(store)
        assert [one.seen_at for one in await rows(here)] == [NOON]

        await here.core.presence.beat()

        assert [one.seen_at for one in await rows(here)] == [NOON + timedelta(seconds=1)]
        store.rename(elsewhere)
    elsewhere.rename(store)


async def test_a_server_starts_and_closes_though_it_cannot_say_so(
    here: World, tmp_path: Path
) -> None:
    store, elsewhere = here.home / "gatepass.db", tmp_path / "elsewhere.db"
    store.rename(elsewhere)
    async with here.core.presence.shown():
        pass
    elsewhere.rename(store)

    assert await rows(here) == []


async def test_who_is_silent_for_a_day_is_forgotten(here: World) -> None:
    await here.core.presence.beat()
    here.clock.advance(seconds=KEPT.total_seconds())
    await here.core.prune()
    assert len(await rows(here)) == 1

    here.clock.advance(microseconds=1)
    await here.core.prune()

    assert await rows(here) == []


async def test_no_call_and_no_commit_waits_for_it(here: World) -> None:
    """A call leaves the row as it was: only the task writes it."""
    await here.account()
    await here.core.presence.beat()
    before = await rows(here)
    here.clock.advance(seconds=1)

    await here.token()
    await here.login()

    assert await rows(here) == before


def test_processes_begin_at_moments_of_their_own(here: World) -> None:
    shifts = {Core(here.core.means).presence.shift for _ in range(50)}

    assert len(shifts) > 10
    assert min(shifts) >= timedelta()
    assert max(shifts) < EVERY


def process(number: int, **facts: object) -> Process:
    one = Process(
        id=f"{number}",
        node="one",
        pid=number,
        version="1",
        started_at=NOON,
        seen_at=NOON,
        followed=0,
        looked=None,
    )
    return replace(one, **facts)


def ago(seconds: float) -> dict[str, object]:
    return {"seen_at": NOON - timedelta(seconds=seconds)}


def test_what_was_followed_after_a_process_wrote_is_no_lag_of_it() -> None:
    early, late = process(1, followed=10, **ago(4)), process(2, followed=900, **ago(1))

    assert [one.lag for one in serving([late, early], NOON)] == [0, 0]


def test_what_was_followed_before_a_process_wrote_is_its_lag() -> None:
    early, late = process(1, followed=900, **ago(4)), process(2, followed=10, **ago(1))

    assert [one.lag for one in serving([early, late], NOON)] == [0, 890]


def test_a_silent_one_does_not_say_how_far_the_others_should_be() -> None:
    """Its count may be that of a ring that is no more."""
    silent, there = process(1, followed=900, **ago(60)), process(2, followed=10)

    found = serving([silent, there], NOON)

    assert [(one.lag, one.is_silent) for one in found] == [(0, True), (0, False)]


def test_a_look_grows_old_while_a_process_is_silent_and_else_is_as_it_was_told() -> None:
    looked = timedelta(seconds=1)
    silent, there = process(1, looked=looked, **ago(60)), process(2, looked=looked, **ago(9))

    assert [one.looked for one in serving([silent, there], NOON)] == [61 * looked, looked]


def test_a_clock_that_is_ahead_makes_nobody_come_from_the_future() -> None:
    (found,) = serving([process(1, **ago(-30))], NOON)

    assert (found.seen, found.is_silent) == (timedelta(), False)


PROCESSES = st.lists(
    st.builds(
        process,
        st.integers(1, 5),
        node=st.sampled_from("ab"),
        followed=st.integers(0, 50),
        seen_at=st.integers(-2, 40).map(lambda one: NOON - timedelta(seconds=one)),
        looked=st.none() | st.integers(0, 9).map(lambda one: timedelta(seconds=one)),
    ),
    max_size=6,
)


@given(PROCESSES)
def test_each_is_told_once_in_order_and_none_is_ahead_of_itself(processes: list[Process]) -> None:
    found = serving(processes, NOON)

    assert [(one.node, one.pid) for one in found] == sorted((p.node, p.pid) for p in processes)
    most = max((one.followed for one in processes), default=0)
    for one in found:
        assert 0 <= one.lag <= most
        assert one.is_silent == (one.seen > SILENT_AFTER)
        assert one.looked >= (one.seen if one.is_silent else timedelta())
