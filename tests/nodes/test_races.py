"""Acts that contradict each other, at the same moment on two nodes: one of them wins."""

import asyncio
from datetime import timedelta

import pytest

from gatepass.core.errors import AlreadyExists
from tests.nodes.conftest import Nodes
from tests.world import World, headers

pytestmark = pytest.mark.needs("postgres")

ROUNDS = 15


async def test_of_names_that_look_alike_only_one_is_taken(nodes: Nodes) -> None:
    pair = [await nodes.start(), await nodes.start()]

    async def create(node: World, name: str) -> bool:
        try:
            await node.account(name, password=None)
        except AlreadyExists:
            return False
        return True

    for number in range(ROUNDS):
        names = [f"paypal{number}", f"p\N{CYRILLIC SMALL LETTER A}ypal{number}"]
        made = await asyncio.gather(*map(create, pair, names))
        assert sum(made) == 1, number


async def test_of_one_name_many_times_only_one_is_taken(nodes: Nodes) -> None:
    pair = [await nodes.start(), await nodes.start()]

    async def create(place: int) -> bool:
        try:
            await pair[place % 2].account("Mira", password=None)
        except AlreadyExists:
            return False
        return True

    assert sum(await asyncio.gather(*map(create, range(30)))) == 1


async def test_what_is_bought_while_its_session_ends_has_ended_too(nodes: Nodes) -> None:
    """No token outlives the session that bought it, however close the race."""
    first = await nodes.start(cache_trust=timedelta())
    second = await nodes.start(cache_trust=timedelta())
    await first.account()
    cookies = [await first.login() for _ in range(ROUNDS)]

    async def buy(cookie: str) -> str | None:
        reply = await second.get("auth/session/token", headers=headers(cookie=cookie))
        assert reply.status_code in {200, 401}, reply.text
        return str(reply.json()["token"]) if reply.status_code == 200 else None

    async def end(cookie: str) -> None:
        reply = await first.post("auth/session/logout", headers=headers(cookie=cookie))
        assert reply.status_code == 204

    async def race(cookie: str) -> list[str]:
        bought = await asyncio.gather(buy(cookie), buy(cookie), end(cookie), buy(cookie))
        return [token for token in bought if token is not None]

    tokens = [token for found in await asyncio.gather(*map(race, cookies)) for token in found]

    for token in tokens:
        assert (await second.whoami(bearer=token)).status_code == 401
        assert (await first.whoami(bearer=token)).status_code == 401


async def test_many_sign_ins_at_once_all_get_through(nodes: Nodes) -> None:
    """What one of them reads another changes; none is refused for it."""
    pair = [await nodes.start(), await nodes.start()]
    await pair[0].account()

    cookies = await asyncio.gather(*(pair[one % 2].login() for one in range(40)))

    assert len(set(cookies)) == 40
    for cookie in cookies:
        assert (await pair[0].whoami(cookie=cookie)).status_code == 200
