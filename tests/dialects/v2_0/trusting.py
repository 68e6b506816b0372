"""Calls of auth/configure and auth/search as their tests make them."""

from typing import Any

import httpx2

from gatepass.core.records import Org
from tests.world import ADMIN, ADMIN_PASSWORD, World, headers

TRUSTED = {"auth_type": "TRUSTED_AUTH"}
LIVEBOARD = "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11"
Caller = dict[str, str]


async def admin(here: World, **body: Any) -> Caller:
    return headers(bearer=await here.token(ADMIN, password=ADMIN_PASSWORD, **body))


async def holder(
    here: World, *privileges: str, org: Org | None = None, name: str = "kim"
) -> Caller:
    """Return the credential of an account whose group grants these privileges in an Org."""
    org_id = None if org is None else org.id
    await here.account(name, org=org_id)
    if privileges:
        await here.group(f"{name}s", *privileges, org=org_id)
        await here.put_in(f"{name}s", name, org_id)
    return headers(bearer=await here.token(name))


async def configure(here: World, by: Caller, **body: Any) -> httpx2.Response:
    return await here.post("auth/configure", {**TRUSTED, **body}, headers=by)


async def search(here: World, by: Caller, **body: Any) -> httpx2.Response:
    return await here.post("auth/search", {**TRUSTED, **body}, headers=by)


def of_org(org: Org | int | str, status: Any = "ENABLED") -> list[dict[str, Any]]:
    return [{"org_identifier": org.id if isinstance(org, Org) else org, "auth_status": status}]


async def key(here: World, by: Caller) -> str | None:
    """Return the cluster's key as shown, None without one."""
    part = (await search(here, by, scope="CLUSTER")).json()["cluster_preferences"]
    assert ("access_tokens" in part) is (part["auth_status"] == "ENABLED")
    shown = part.get("access_tokens", [{"key": None}])
    assert len(shown) == 1
    found: str | None = shown[0]["key"]
    return found


async def shown_of_org(here: World, org: Org) -> str:
    (part,) = (await search(here, await admin(here, org_id=org.id))).json()["org_preferences"]
    return str(part["auth_status"])
