"""Whole exchanges, as data: what is sent, what is answered, and where that departs from the docs.

Each file is one conversation with a new world. ``documented`` is what the vendor's pages and schema
show for the same call; each field in which the answer differs is named under ``deviations`` with
the reason, and a field named there that does not differ is an error too.
"""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gatepass.dialects import beta, v1
from gatepass.dialects.v1 import PREFIX as V1
from gatepass.dialects.v2_0.auth import operations
from gatepass.http.origins import Allowlists, Origins
from tests.wire.matching import Bound, differences, filled, named
from tests.world import ADMIN_PASSWORD, PASSWORD, World, world

FILES = sorted(Path(__file__).parent.glob("*/*.json"))
ALWAYS = {
    "x-request-id": "<uuid:request>",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
"""Headers of every answer; the files name the others."""


async def cast(here: World) -> Bound:
    """Return who and what the conversations are about."""
    north = await here.org("north")
    mira = await here.account("mira", display_name="Mira", email="mira@example.com")
    await here.join("mira", north.id)
    return {
        "mira": mira.id,
        "north": north.id,
        "password": PASSWORD,
        "admin password": ADMIN_PASSWORD,
        "key": await here.secret(),
        "object": "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11",
    }


def answered(reply: httpx2.Response) -> dict[str, Any]:
    """Return an answer as the files write it."""
    headers: dict[str, Any] = {}
    for name in sorted(set(reply.headers) - {"content-length"}):
        values = reply.headers.get_list(name)
        headers[name] = values if name == "set-cookie" else values[0]
    return {
        "status": reply.status_code,
        "headers": headers,
        "body": _body(reply),
    }


def _body(reply: httpx2.Response) -> Any:
    if reply.headers.get("content-type") == "application/json":
        return reply.json()
    return reply.text or None


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_a_conversation_goes_as_written(path: Path, template: Path, tmp_path: Path) -> None:
    told = json.loads(path.read_text("utf-8"))
    assert set(told) == {"caption", "settings", "exchanges"}
    async with world(template, tmp_path / "home", **told["settings"]) as here:
        bound = await cast(here)
        for exchange in told["exchanges"]:
            await converse(here, exchange, bound)


async def converse(here: World, exchange: dict[str, Any], bound: Bound) -> None:
    unknown = set(exchange) - {"name", "later", "send", "answer", "documented", "deviations"}
    assert not unknown, unknown
    here.clock.advance(seconds=exchange.get("later", 0))
    here.client.cookies.clear()
    send = filled(exchange["send"], bound)
    body = {"json": send["body"]} if "body" in send else {}
    if "form" in send:
        body = {"data": send["form"]}
    reply = await here.client.request(
        send["method"], send["path"], headers=send.get("headers", {}), **body
    )
    got = answered(reply)
    wanted = {"headers": {}, "body": None, **exchange["answer"]}
    wanted["body"] = named(wanted["body"], bound)
    wanted["headers"] = {**ALWAYS, **wanted["headers"]}
    bound.pop("request", None)
    bound.pop("incident", None)
    assert list(differences(wanted, got, bound)) == [], (exchange["name"], got)
    documented = exchange.get("documented")
    if documented is None:
        assert "deviations" not in exchange, exchange["name"]
        return
    ours = {name: exchange["answer"].get(name) for name in documented}
    departs = set(differences(named(documented, bound), filled(ours, bound), dict(bound)))
    assert departs == set(exchange.get("deviations", {})), exchange["name"]
    assert all(exchange.get("deviations", {}).values())


def test_there_are_conversations_about_every_operation() -> None:

    sent = {
        (exchange["send"]["method"], exchange["send"]["path"])
        for path in FILES
        for exchange in json.loads(path.read_text("utf-8"))["exchanges"]
    }
    assert {(one.method, f"/api/rest/2.0/{one.path}") for one in operations("ok")} <= sent
    for one in beta.operations(beta.written("millis"), get_login=False):
        for prefix in (beta.PREFIX, beta.EARLIER):
            assert (one.method, f"{prefix}/{one.path}") in sent
    first = v1.operations(Origins(Allowlists()), logout_without_session="ok", get_login_token=True)
    paths = {(one.method, one.path.replace("{userid}", "<mira>")) for one in first}
    asked = {(method, path.removeprefix(V1).partition("?")[0].strip("/")) for method, path in sent}
    assert paths - asked == set()
