"""What ends on one node ends on the other: pushed, polled, or not trusted at all."""

import asyncio
from datetime import timedelta

import pytest

from gatepass.storage.postgres import watch
from tests.nodes.conftest import Nodes
from tests.nodes.waiting import seconds_until_refused
from tests.world import World, headers

pytestmark = pytest.mark.needs("postgres")


async def signed_in(first: World, second: World) -> str:
    """Log in on one node and show the session on both, so that both remember it."""
    await first.account()
    cookie = await first.login()
    for node in (first, second):
        assert (await node.whoami(cookie=cookie)).status_code == 200
    return cookie


async def log_out(node: World, cookie: str) -> None:
    reply = await node.post("auth/session/logout", headers=headers(cookie=cookie))
    assert reply.status_code == 204


async def test_what_ends_here_has_ended_at_once(nodes: Nodes) -> None:
    first, second = await nodes.start(), await nodes.start()
    cookie = await signed_in(first, second)

    await log_out(first, cookie)

    assert (await first.whoami(cookie=cookie)).status_code == 401


async def test_what_ends_on_one_node_ends_on_the_other_within_a_second(nodes: Nodes) -> None:
    first, second = await nodes.start(), await nodes.start()
    cookie = await signed_in(first, second)

    await log_out(first, cookie)

    assert await seconds_until_refused(second, cookie) < 1


async def test_it_is_pushed_without_any_poll(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "TRUSTED_FOR", 600.0)
    first, second = await nodes.start(), await nodes.start()
    cookie = await signed_in(first, second)
    await nodes.listening(2)
    await asyncio.sleep(1.5)
    monkeypatch.setattr(watch, "LOOK_EVERY", 600.0)
    await asyncio.sleep(1.5)

    await log_out(first, cookie)

    assert await seconds_until_refused(second, cookie) < 0.5


async def test_with_the_listener_cut_it_still_ends_within_a_second(nodes: Nodes) -> None:
    first, second = await nodes.start(), await nodes.start()
    cookie = await signed_in(first, second)
    await nodes.listening(2)

    nodes.cut()
    await log_out(first, cookie)

    assert await seconds_until_refused(second, cookie) < 1


async def test_with_a_listener_that_never_was_it_still_ends_within_a_second(nodes: Nodes) -> None:
    nowhere = "postgresql://nobody:nothing@127.0.0.1:9/none"
    first, second = await nodes.start(), await nodes.start(database_listen_url=nowhere)
    cookie = await signed_in(first, second)
    await asyncio.sleep(0.7)

    await log_out(first, cookie)

    assert await seconds_until_refused(second, cookie) < 1


async def test_a_cut_listener_comes_back(nodes: Nodes) -> None:
    await (await nodes.start()).account()
    await nodes.listening(1)

    nodes.cut()

    await nodes.listening(0)
    await nodes.listening(1)


async def test_a_node_that_hears_nothing_trusts_nothing_after_three_seconds(nodes: Nodes) -> None:
    wire = nodes.wire()
    first = await nodes.start()
    second = await nodes.start(
        database_url=wire.url(nodes.url), database_patience=timedelta(seconds=1)
    )
    cookie = await signed_in(first, second)

    wire.hold()
    await log_out(first, cookie)
    await asyncio.sleep(watch.TRUSTED_FOR)

    reply = await second.whoami(cookie=cookie)
    assert reply.status_code == 503

    wire.let_go()
    await seconds_until_refused(second, cookie)


async def test_a_setting_makes_every_check_ask_the_database(nodes: Nodes) -> None:
    first = await nodes.start(cache_trust=timedelta(seconds=0))
    await first.account()
    cookie = await first.login()
    before = first.core.gate.misses

    for _ in range(5):
        assert (await first.whoami(cookie=cookie)).status_code == 200

    assert (first.core.gate.hits, first.core.gate.misses) == (0, before + 5)
