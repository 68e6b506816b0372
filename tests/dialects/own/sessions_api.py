"""Calls of our own API on sessions, as its tests make them."""

from typing import Any

import httpx2

from tests.world import ADMIN, ADMIN_PASSWORD, OWN, PASSWORD, World, headers

Held = dict[str, str]


async def call(here: World, method: str, path: str, held: Held, **more: Any) -> httpx2.Response:
    here.client.cookies.clear()
    return await here.client.request(method, f"{OWN}/{path}", headers=headers(**held), **more)


async def prove(here: World, held: Held, password: str = PASSWORD) -> None:
    reply = await call(here, "POST", "sessions/prove", held, json={"password": password})
    assert reply.status_code == 204, reply.text
    assert reply.content == b""


async def listed(here: World, held: Held, query: str = "") -> list[dict[str, Any]]:
    reply = await call(here, "GET", f"sessions{query}", held)
    assert reply.status_code == 200, reply.text
    found: list[dict[str, Any]] = reply.json()
    return found


async def end(here: World, held: Held, what: str) -> int:
    reply = await call(here, "DELETE", f"sessions{what}", held)
    assert reply.status_code == 200, reply.text
    assert set(reply.json()) == {"ended"}
    return int(reply.json()["ended"])


def refused(reply: httpx2.Response) -> tuple[int, str]:
    body = reply.json()["error"]
    assert set(body) == {"code", "message", "incident_id"}
    assert reply.headers["content-type"] == "application/json"
    return reply.status_code, str(body["code"])


async def lives(here: World, held: Held) -> bool:
    return (await here.whoami(**held)).status_code == 200


async def signed_in(here: World, name: str = "mira", **body: Any) -> Held:
    here.clock.advance(seconds=1)
    password = ADMIN_PASSWORD if name == ADMIN else PASSWORD
    return {"cookie": await here.login(name, password, **body)}


async def proved(here: World, name: str = "mira", **body: Any) -> Held:
    held = await signed_in(here, name, **body)
    await prove(here, held, ADMIN_PASSWORD if name == ADMIN else PASSWORD)
    return held
