"""Nodes see one another: who lags, who is silent, and who is fine again."""

import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from gatepass.core.clock import system_clock
from gatepass.core.processes import EVERY, SILENT_AFTER, TRUSTED_FOR, Serving
from tests.nodes.conftest import Nodes, Servers
from tests.nodes.waiting import seconds_until
from tests.postgres import PASSWORD, name_of
from tests.world import HERE, World

pytestmark = pytest.mark.needs("postgres")

MOVES = 3
LOOKED_BY = "FUNCTION pg_postmaster_start_time()"
"""What each look at the moves asks for, and nothing else does."""


async def beat(*nodes: World) -> None:
    for one in nodes:
        await one.core.presence.beat()


async def seen(node: World) -> list[Serving]:
    """How all fare, as this node shows it."""
    return (await node.core.overview.look(node.by)).processes or []


async def move(node: World) -> None:
    for _ in range(MOVES):
        await node.core.sessions.end_many(node.by, HERE, account="mira")


async def move_and_follow(node: World) -> None:
    """Move, and wait until the node itself has heard of it: it is told like any other."""
    ahead = node.core.means.store.counts().moves + MOVES
    await move(node)

    async def followed() -> bool:
        return node.core.means.store.counts().moves >= ahead

    await seconds_until(followed)


@pytest.fixture
def second_role(nodes: Nodes) -> Iterator[str]:
    """The way to the database as one more role that may do all in it, and can be told less."""
    database = name_of(nodes.url)

    def ask(*statements: str) -> None:
        for one in statements:
            nodes.cluster.ask(one, database)

    ask(
        f"CREATE ROLE second LOGIN PASSWORD '{PASSWORD}'",
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO second",
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO second",
        f"REVOKE EXECUTE ON {LOOKED_BY} FROM PUBLIC",
        f"GRANT EXECUTE ON {LOOKED_BY} TO gatepass, second",
    )
    yield nodes.url.replace("//gatepass:", "//second:")
    ask("DROP OWNED BY second", "DROP ROLE second")


@asynccontextmanager
async def untold(nodes: Nodes) -> AsyncIterator[None]:
    """Cut the looks of the second role, and with them its listener, which they go over."""
    database = name_of(nodes.url)
    nodes.cluster.ask(f"REVOKE EXECUTE ON {LOOKED_BY} FROM second", database)
    try:
        yield
    finally:
        nodes.cluster.ask(f"GRANT EXECUTE ON {LOOKED_BY} TO second", database)


async def trusts_nothing(node: World) -> bool:
    looked = node.core.means.store.counts().looked
    return looked is not None and looked > TRUSTED_FOR.total_seconds()


async def test_a_node_whose_listener_and_poll_are_cut_is_seen_to_lag(
    nodes: Nodes, second_role: str
) -> None:
    first, second = await nodes.start(), await nodes.start(database_url=second_role)
    await first.account()

    async def fine() -> bool:
        await beat(first, second)
        return [(one.lag, one.is_behind) for one in await seen(first)] == [(0, False)] * 2

    await seconds_until(fine)
    async with untold(nodes):
        await seconds_until(lambda: trusts_nothing(second))
        await move_and_follow(first)
        second.clock.advance(seconds=1)  # it writes after the first, and not at the same moment
        await beat(first, second)
        ahead, behind = sorted(await seen(first), key=lambda one: one.is_behind)
        assert (ahead.lag, ahead.is_behind) == (0, False)
        assert (behind.lag, behind.is_behind, behind.is_silent) == (MOVES, True, False)
        assert behind.looked > TRUSTED_FOR
    await seconds_until(fine)


async def test_its_own_moves_do_not_hide_that_a_node_misses_those_of_others(
    nodes: Nodes, second_role: str
) -> None:
    first, second = await nodes.start(), await nodes.start(database_url=second_role)
    await first.account()

    async with untold(nodes):
        await seconds_until(lambda: trusts_nothing(second))
        followed = second.core.means.store.counts().moves
        await move(first)
        await move(second)

        assert second.core.means.store.counts().moves == followed

    async def caught_up() -> bool:
        counts = [one.core.means.store.counts().moves for one in (first, second)]
        return counts == [followed + 2 * MOVES] * 2

    await seconds_until(caught_up)


async def test_a_node_that_does_not_reach_the_database_falls_silent_and_comes_back(
    nodes: Nodes,
) -> None:
    wire = nodes.wire()
    first = await nodes.start()
    second = await nodes.start(
        database_url=wire.url(nodes.url), database_patience=timedelta(seconds=1)
    )
    await first.account()
    await beat(first, second)

    wire.hold()
    await beat(second)
    await move_and_follow(first)
    first.clock.advance(seconds=SILENT_AFTER.total_seconds() + 1)
    await beat(first)
    (silent,) = [one for one in await seen(first) if one.is_silent]
    assert silent.lag == MOVES
    assert silent.looked > SILENT_AFTER

    wire.let_go()
    second.clock.now = first.clock.now

    async def fine_again() -> bool:
        await beat(second)
        return [(one.lag, one.is_silent) for one in await seen(first)] == [(0, False)] * 2

    await seconds_until(fine_again)


async def test_a_node_that_starts_when_nothing_has_moved_for_long_lags_nobody(
    nodes: Nodes,
) -> None:
    first = await nodes.start()
    await first.account()
    await move(first)
    await beat(first)

    second = await nodes.start()
    await beat(second)

    assert [one.lag for one in await seen(second)] == [0, 0]
    assert second.core.means.store.counts().moves >= MOVES


async def test_a_stopped_process_is_silent_until_it_goes_on(
    nodes: Nodes, founded_home: tuple[Path, str], servers: Servers, tmp_path: Path
) -> None:
    """Real processes by the real clock: the task writes by itself, at start, and to the end."""
    home = tmp_path / "served"
    shutil.copytree(founded_home[0], home)
    (home / "gatepass.toml").write_text(f'database_url = "{nodes.url}"\n')
    stopped, other = servers.start(home), servers.start(home)
    node = await nodes.start()
    await node.account()

    async def fare() -> dict[int, Serving]:
        node.clock.now = system_clock()
        return {one.pid: one for one in await seen(node)}

    assert set(await fare()) == {stopped.process.pid, other.process.pid}

    stopped.process.send_signal(signal.SIGSTOP)
    try:
        await move(node)

        async def is_silent() -> bool:
            return (await fare())[stopped.process.pid].is_silent

        await seconds_until(is_silent, most=SILENT_AFTER.total_seconds() + 10, pause=0.5)
        found = await fare()
        assert found[stopped.process.pid].lag == MOVES
        assert found[stopped.process.pid].looked > SILENT_AFTER
        assert not found[other.process.pid].is_silent
        assert found[other.process.pid].lag == 0
    finally:
        stopped.process.send_signal(signal.SIGCONT)

    async def is_fine() -> bool:
        one = (await fare())[stopped.process.pid]
        return not one.is_silent and not one.is_behind and one.lag == 0

    await seconds_until(is_fine, most=2 * EVERY.total_seconds() + 5, pause=0.5)
    assert [stopped.stop(), other.stop()] == [0, 0]
    assert await fare() == {}
