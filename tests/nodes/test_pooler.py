"""Behind PgBouncer in transaction mode, everything but the listener goes through it."""

import asyncio
from datetime import timedelta

import pytest

from tests.nodes.conftest import Nodes
from tests.nodes.waiting import seconds_until_refused
from tests.postgres import Pooler
from tests.world import World, headers

pytestmark = pytest.mark.needs("postgres", "pgbouncer")


async def behind(nodes: Nodes, pooler: Pooler, **changes: object) -> World:
    return await nodes.start(
        database_url=pooler.url(nodes.url),
        database_listen_url=nodes.url,
        database_statements="sent",
        **changes,
    )


async def test_checks_and_writes_at_once_all_get_through(nodes: Nodes, pooler: Pooler) -> None:
    pair = [await behind(nodes, pooler, cache_trust=timedelta()) for _ in range(2)]
    await pair[0].account()
    tokens = [await pair[0].token() for _ in range(10)]

    async def check(place: int) -> int:
        token = tokens[place % len(tokens)]
        return (await pair[place % 2].whoami(bearer=token)).status_code

    logins = [asyncio.create_task(pair[one % 2].login()) for one in range(20)]
    for _ in range(5):
        assert set(await asyncio.gather(*map(check, range(40)))) == {200}
    assert len(set(await asyncio.gather(*logins))) == 20


async def test_a_revocation_holds_on_the_other_node_within_a_second(
    nodes: Nodes, pooler: Pooler
) -> None:
    first, second = await behind(nodes, pooler), await behind(nodes, pooler)
    await first.account()
    cookie = await first.login()
    assert (await second.whoami(cookie=cookie)).status_code == 200

    assert (await first.post("auth/session/logout", headers=headers(cookie=cookie))).is_success

    assert await seconds_until_refused(second, cookie) < 1


async def test_listening_through_it_by_mistake_still_ends_within_two_seconds(
    nodes: Nodes, pooler: Pooler
) -> None:
    first = await behind(nodes, pooler)
    second = await nodes.start(database_url=pooler.url(nodes.url), database_statements="sent")
    await first.account()
    cookie = await first.login()
    assert (await second.whoami(cookie=cookie)).status_code == 200

    assert (await first.post("auth/session/logout", headers=headers(cookie=cookie))).is_success

    assert await seconds_until_refused(second, cookie) < 2


async def test_listings_go_through_it_too(nodes: Nodes, pooler: Pooler) -> None:
    node = await behind(nodes, pooler)
    await node.account("mira")

    found = await node.core.accounts.list_all(node.by)

    assert "mira" in {account.name for account in found}
