"""Security settings changed on one node hold on the other within a second, told of it or not."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from gatepass.storage.postgres import watch
from tests.nodes.conftest import Nodes
from tests.nodes.waiting import seconds_until
from tests.world import ADMIN, ADMIN_PASSWORD, PASSWORD, V2, World, headers

pytestmark = pytest.mark.needs("postgres")

APP, OWN, BACK, SHOP = (f"https://{one}.example.net" for one in ("app", "own", "back", "shop"))
NOWHERE = "postgresql://nobody:nothing@127.0.0.1:9/none"
CONFIGURE = "system/security-settings/configure"


async def cors(node: World, _: str) -> bool:
    sent = {"Origin": APP, "Access-Control-Request-Method": "POST"}
    reply = await node.client.options(f"{V2}/auth/session/login", headers=sent)
    return reply.headers.get("access-control-allow-origin") == APP


async def cors_of_org(node: World, token: str) -> bool:
    sent = {**headers(bearer=token), "Origin": OWN}
    reply = await node.get("auth/session/user", headers=sent)
    return reply.headers.get("access-control-allow-origin") == OWN


async def embed_hosts(node: World, _: str) -> bool:
    return SHOP in (await node.client.get("/login")).headers["content-security-policy"]


async def redirects(node: World, _: str) -> bool:
    reply = await node.client.get("/login", params={"targetURLPath": f"{BACK}/x"})
    return reply.status_code == 200


async def partitioned(node: World, _: str) -> bool:
    reply = await node.post("auth/session/login", {"username": "mira", "password": PASSWORD})
    return "Partitioned" in reply.headers["set-cookie"]


EFFECTS: list[Callable[[World, str], Awaitable[bool]]] = [
    cors,
    cors_of_org,
    embed_hosts,
    redirects,
    partitioned,
]


def settings_of(*, on: bool) -> dict[str, Any]:
    """Return a body that sets all of it, or takes all of it away."""

    def listed(entry: str) -> list[str]:
        return [entry] if on else []

    return {
        "cluster_preferences": {
            "enable_partitioned_cookies": on,
            "cors_whitelisted_urls": listed(APP),
            "csp_settings": {"visual_embed_hosts": listed(SHOP)},
            "saml_redirect_urls": listed(BACK),
        },
        "org_preferences": [{"org_identifier": 0, "cors_whitelisted_urls": listed(OWN)}],
    }


async def configure(node: World, token: str, *, on: bool) -> None:
    reply = await node.post(CONFIGURE, settings_of(on=on), headers=headers(bearer=token))
    assert reply.status_code == 204, reply.text


async def slowest(node: World, token: str, *, on: bool) -> float:
    """Return the seconds until each setting holds on a node, or none does any more."""

    def settled(effect: Callable[[World, str], Awaitable[bool]]) -> Callable[[], Awaitable[bool]]:
        async def settled() -> bool:
            return await effect(node, token) is on

        return settled

    # One after the other: a request that catches up must not do so for another's sake.
    began = asyncio.get_running_loop().time()
    for effect in EFFECTS:
        await seconds_until(settled(effect))
    return asyncio.get_running_loop().time() - began


@pytest.mark.parametrize("way", ["told", "the listener cut", "never told"])
async def test_what_is_set_on_one_node_holds_on_the_other_within_a_second(
    nodes: Nodes, way: str
) -> None:
    """CORS of the cluster and of an Org, frames, redirects, cookies (checklist 19, 22)."""
    more = {"database_listen_url": NOWHERE} if way == "never told" else {}
    first, second = await nodes.start(), await nodes.start(**more)
    await first.account()
    token = await first.token(ADMIN, password=ADMIN_PASSWORD)
    for node in (first, second):
        assert [await effect(node, token) for effect in EFFECTS] == [False] * len(EFFECTS)

    for on in (True, False):
        if way != "never told":
            await nodes.listening(2)
        else:
            await asyncio.sleep(watch.LOOK_EVERY_UNTOLD)
        if way == "the listener cut":
            nodes.cut()
        await configure(first, token, on=on)
        assert [await effect(first, token) for effect in EFFECTS] == [on] * len(EFFECTS)
        assert await slowest(second, token, on=on) < 1


async def test_a_node_that_hears_nothing_falls_back_to_its_settings_file(nodes: Nodes) -> None:
    """What was listed in the store may have been taken away meanwhile: in doubt less is allowed."""
    wire = nodes.wire()
    first = await nodes.start()
    second = await nodes.start(
        database_url=wire.url(nodes.url), database_patience=timedelta(seconds=1)
    )
    await first.account()
    token = await first.token(ADMIN, password=ADMIN_PASSWORD)
    await configure(first, token, on=True)
    assert await slowest(second, token, on=True) < 1

    wire.hold()
    await configure(first, token, on=False)
    await asyncio.sleep(watch.TRUSTED_FOR)

    assert not await cors(second, token)
    assert not await embed_hosts(second, token)
    assert not await redirects(second, token)
    wire.let_go()
    assert [await effect(second, token) for effect in EFFECTS] == [False] * len(EFFECTS)
