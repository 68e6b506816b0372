"""Calls of v1 as its tests make them."""

import json
from typing import Any

import httpx2

from gatepass.dialects.v1 import PREFIX as V1
from tests.world import ADMIN, ADMIN_PASSWORD, PASSWORD, World, headers, session_cookie

LIVEBOARD = "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11"
BAD = (400, 10002)
UNAUTHORIZED = (401, 10003)
FORBIDDEN = (403, 10023)
UNKNOWN = (404, 13003)
FAILED = (500, 10000)
ASKED_BY = {"X-Requested-By": "a test"}


async def ask(
    here: World,
    method: str,
    path: str,
    form: dict[str, Any] | None = None,
    *,
    query: dict[str, Any] | None = None,
    more: dict[str, str] | None = None,
    prefix: str = V1,
    bearer: str | None = None,
    cookie: str | None = None,
) -> httpx2.Response:
    """Ask v1, with no cookie or bearer but those named; writes say who asked for them."""
    here.client.cookies.clear()
    sent = {**headers(bearer=bearer, cookie=cookie), **(more or {})}
    if method != "GET":
        sent = {**ASKED_BY, **sent}
    if form is None:
        return await here.client.request(method, f"{prefix}/{path}", params=query, headers=sent)
    return await here.client.request(
        method, f"{prefix}/{path}", params=query, data=form, headers=sent
    )


def refusal(reply: httpx2.Response) -> tuple[int, int]:
    """Return status and code of a refusal, whose whole shape is looked at."""
    body = reply.json()
    assert set(body) == {"code", "incident_id_guid", "trace_id_guid", "debug"}
    assert body["incident_id_guid"] == body["trace_id_guid"]
    assert isinstance(json.loads(body["debug"]), list)
    assert reply.headers["content-type"] == "application/json"
    return reply.status_code, body["code"]


def texts(reply: httpx2.Response) -> list[str]:
    """Return what a refusal says."""
    found: list[str] = json.loads(reply.json()["debug"])
    return found


async def log_in(here: World, username: str = "mira", password: str = PASSWORD, **form: str) -> str:
    """Log in by password and return the session cookie."""
    reply = await ask(
        here, "POST", "session/login", {"username": username, "password": password, **form}
    )
    assert reply.status_code == 204, reply.text
    return session_cookie(reply)


async def admin(here: World) -> str:
    """Return the session cookie of the cluster's administrator."""
    return await log_in(here, ADMIN, ADMIN_PASSWORD)


async def trusted(here: World, username: str = "mira", **form: str) -> httpx2.Response:
    """Ask for a trusted token by the cluster's secret, or the one that the form has."""
    if "secret_key" not in form:
        form["secret_key"] = await here.secret()
    return await ask(here, "POST", "session/auth/token", {"username": username, **form})


async def trusted_token(here: World, username: str = "mira", **form: str) -> str:
    """Return a trusted token."""
    reply = await trusted(here, username, **form)
    assert reply.status_code == 200, reply.text
    return reply.text


async def info(
    here: World, *, bearer: str | None = None, cookie: str | None = None
) -> dict[str, Any]:
    """Return what session/info says."""
    reply = await ask(here, "GET", "session/info", bearer=bearer, cookie=cookie)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def is_active(here: World, *, bearer: str | None = None, cookie: str | None = None) -> int:
    """Return the status of session/isactive."""
    return (await ask(here, "GET", "session/isactive", bearer=bearer, cookie=cookie)).status_code
