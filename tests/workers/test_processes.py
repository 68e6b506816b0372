"""Each worker is listed by a row of its own: a killed one stays listed, one that ended does not."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

import gatepass
from gatepass.app import close_core, open_core
from gatepass.core import Core
from gatepass.core.clock import system_clock
from gatepass.core.processes import SILENT_AFTER, Serving
from tests.workers.cluster import Cluster, Operator, founded
from tests.world import HERE, HeldClock, settings


@pytest.fixture
def own_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server whose workers a test may kill."""
    one = founded(tmp_path_factory.mktemp("processes") / "home")
    one.start()
    yield one
    one.hang_up()
    one.stop()


async def seen(core: Core) -> dict[int, Serving]:
    """How all fare, by their numbers, as a third process sees it that is not listed itself."""
    by = Operator(core).by
    return {one.pid: one for one in (await core.overview.look(by)).processes or []}


async def seen_once(core: Core, holds: Callable[[dict[int, Serving]], bool]) -> dict[int, Serving]:
    deadline = time.monotonic() + 30
    while not holds(found := await seen(core)):
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.1)
    return found


async def test_each_worker_is_listed_and_a_killed_one_falls_silent(own_cluster: Cluster) -> None:
    clock = HeldClock(system_clock())
    core = open_core(own_cluster.home, settings(workers=2), clock)
    workers = {one.pid for one in own_cluster.workers()}

    found = await seen(core)
    assert set(found) == workers
    assert {(one.version, one.lag, one.is_silent) for one in found.values()} == {
        (gatepass.__version__, 0, False)
    }
    assert len({one.node for one in found.values()}) == 1

    killed = min(workers)
    os.kill(killed, signal.SIGKILL)
    # The server starts another in its place.
    await seen_once(core, lambda now: len(now) == 3)
    own_cluster.hang_up()
    own_cluster.stop()

    assert set(await seen(core)) == {killed}
    clock.now = system_clock() + SILENT_AFTER
    assert (await seen(core))[killed].is_silent
    findings = (await core.checkup.vitals()).processes
    assert [(one.pid, one.is_silent) for one in findings] == [(killed, True)]
    await close_core(core)


async def test_workers_follow_one_count_whoever_makes_the_moves(own_cluster: Cluster) -> None:
    """Each writes again by itself, though no request comes."""
    core = open_core(own_cluster.home, settings(workers=2))
    lead = Operator(core)
    name = await lead.person()
    for _ in range(3):
        await core.sessions.end_many(lead.by, HERE, account=name)
    moves = core.means.store.counts().moves

    async def followed() -> list[int]:
        rows = await core.means.store.scan(lambda tx: tx.processes.latest(10))
        return [one.followed for one in rows]

    deadline = time.monotonic() + 20
    while await followed() != [moves, moves]:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)
    assert [one.lag for one in (await seen(core)).values()] == [0, 0]
    await close_core(core)
