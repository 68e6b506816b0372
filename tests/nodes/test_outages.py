"""The server restarts under load: good calls wait or get 503, and none gets a wrong answer."""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from gatepass.core.crypto import FULL_TOKEN, SystemRandomness
from gatepass.core.errors import Busy
from tests.nodes.conftest import Nodes
from tests.world import PASSWORD, headers

pytestmark = pytest.mark.needs("postgres")

FAKE = SystemRandomness().secret(FULL_TOKEN)


async def again_and_again(stop: asyncio.Event, ask: Callable[[], object]) -> Counter[object]:
    found: Counter[object] = Counter()
    while not stop.is_set():
        found[await ask()] += 1  # type: ignore[misc]
        await asyncio.sleep(0.005)
    return found


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["orderly", "a crash"])
async def test_a_restart_under_load_gives_no_wrong_answer(
    nodes: Nodes, how: signal.Signals
) -> None:
    node = await nodes.start(cache_trust=timedelta(), database_patience=timedelta(seconds=1))
    await node.account()
    good = await node.token()
    ended = await node.token()
    assert (await node.post("auth/token/revoke", {"token": ended}, headers=bearer(good))).is_success
    issued: list[str] = []

    async def status(token: str) -> int:
        return (await node.whoami(bearer=token)).status_code

    async def issue() -> int:
        reply = await node.post("auth/token/full", {"username": "mira", "password": PASSWORD})
        if reply.status_code == 200:
            issued.append(reply.json()["token"])
        return reply.status_code

    stop = asyncio.Event()
    asking = asyncio.gather(
        again_and_again(stop, lambda: status(good)),
        again_and_again(stop, lambda: status(FAKE)),
        again_and_again(stop, lambda: status(ended)),
        again_and_again(stop, issue),
    )
    await asyncio.sleep(0.5)
    await asyncio.to_thread(nodes.cluster.stop, how)
    await asyncio.sleep(2)
    await asyncio.to_thread(nodes.cluster.start)
    await asyncio.sleep(1)
    stop.set()
    of_good, of_fake, of_ended, of_issue = await asyncio.wait_for(asking, 20)

    assert set(of_good) == {200, 503}
    assert set(of_fake) == {401, 503} or set(of_fake) == {401}
    assert set(of_ended) == {401, 503}
    assert set(of_issue) == {200, 503}
    assert await status(good) == 200
    for token in issued:
        assert await status(token) == 200


async def test_a_call_waits_for_a_server_that_comes_back_soon(nodes: Nodes) -> None:
    node = await nodes.start(cache_trust=timedelta(), database_patience=timedelta(seconds=20))
    await node.account()
    token = await node.token()

    nodes.cluster.stop()
    calls = [asyncio.create_task(node.whoami(bearer=token)) for _ in range(20)]
    logins = [asyncio.create_task(node.login()) for _ in range(3)]
    await asyncio.sleep(0.5)
    await asyncio.to_thread(nodes.cluster.start)

    assert {reply.status_code for reply in await asyncio.gather(*calls)} == {200}
    assert len(set(await asyncio.gather(*logins))) == 3


async def test_a_node_does_not_start_while_the_server_is_away(nodes: Nodes) -> None:
    nodes.cluster.stop()
    try:
        with pytest.raises(Busy):
            await nodes.start(database_patience=timedelta(seconds=1))
    finally:
        nodes.cluster.start()


async def test_it_is_not_ready_while_the_server_is_away_and_lives(nodes: Nodes) -> None:
    node = await nodes.start(database_patience=timedelta(seconds=1))
    assert (await node.client.get("/readyz")).status_code == 200

    nodes.cluster.stop()
    try:
        assert (await node.client.get("/readyz")).status_code == 503
        assert (await node.client.get("/healthz")).status_code == 200
    finally:
        nodes.cluster.start()
    assert (await node.client.get("/readyz")).status_code == 200


async def test_it_says_that_it_lives_without_waiting_for_the_server(nodes: Nodes) -> None:
    node = await nodes.start(database_patience=timedelta(minutes=5))

    nodes.cluster.stop()
    try:
        reply = await asyncio.wait_for(node.client.get("/healthz"), timeout=30)
    finally:
        nodes.cluster.start()

    assert reply.status_code == 200


def bearer(token: str) -> dict[str, str]:
    return headers(bearer=token)
