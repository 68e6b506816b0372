"""Token requests as the tests make them, and what they bring about."""

from typing import Any

import httpx2

from gatepass.core.records import Account
from tests.world import World

FULL, OBJECT = "auth/token/full", "auth/token/object"
LIVEBOARD = "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11"

FILTER = {"column_name": "region", "operator": "EQ", "values": ["north"], "persist": True}
SORT = {"column_name": "sales", "order": "DESC", "persist": True}
PARAMETER = {"name": "currency", "values": ["EUR"], "persist": True}
KEPT = {
    "runtimeFilters": [{"columnName": "region", "operator": "EQ", "values": ["north"]}],
    "runtimeSorts": [{"columnName": "sales", "order": "DESC"}],
    "parameters": [{"name": "currency", "values": ["EUR"]}],
}
ALL: dict[str, Any] = {
    "runtime_filters": [FILTER],
    "runtime_sorts": [SORT],
    "parameters": [PARAMETER],
}


async def ask(here: World, path: str = FULL, **body: Any) -> httpx2.Response:
    if path == OBJECT:
        body.setdefault("object_id", LIVEBOARD)
    return await here.post(path, body)


def span(reply: httpx2.Response) -> int:
    """Return the life of an answered token in milliseconds."""
    assert reply.status_code == 200, reply.text
    body = reply.json()
    return int(body["expiration_time_in_millis"] - body["creation_time_in_millis"])


async def org_of(reply: httpx2.Response) -> int:
    assert reply.status_code == 200, reply.text
    return int(reply.json()["scope"]["org_id"])


async def jit(here: World, name: str = "nova", path: str = FULL, **body: Any) -> httpx2.Response:
    body.setdefault("secret_key", await here.secret())
    body.setdefault("auto_create", True)
    if path == OBJECT:
        body.setdefault("object_id", "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11")
    return await here.post(path, {"username": name, **body})


async def who(here: World, reply: httpx2.Response) -> dict[str, Any]:
    """Return the user that a token is for."""
    assert reply.status_code == 200, reply.text
    user: dict[str, Any] = (await here.whoami(bearer=reply.json()["token"])).json()
    return user


async def groups(here: World, reply: httpx2.Response) -> set[str]:
    return {group["name"] for group in (await who(here, reply))["user_groups"]} - {"All"}


async def stored(here: World, name: str) -> Account | None:
    async def read(tx: Any) -> Any:
        return await tx.accounts.by_key(name)

    found: Account | None = await here.core.means.store.read(read)
    return found
