"""Orgs of a session, and the switch to another."""

from typing import Any

from gatepass.dialects.v1 import requests, shapes
from gatepass.http.call import NO_CONTENT, Call, Reply
from gatepass.http.routing import NoBody, Operation


async def mine(call: Call[requests.Paging]) -> Reply:
    """GET session/orgs: those that the caller may work in."""
    by = call.principal
    found = await call.core.session_orgs.mine(by)
    first = max(call.body.offset, 0)
    size = call.body.batchsize
    page = found[first:] if size < 0 else found[first : first + size]
    return Reply(
        200,
        shapes.encode(shapes.orgs_body(page, administers_all=by.cluster_admin, current=by.org_id)),
    )


async def switch(call: Call[requests.OrgSwitch]) -> Reply:
    """PUT session/orgs: the same session, in another Org."""
    await call.core.exchange.switch_org(call.principal, call.source, org=call.body.wanted())
    return Reply(NO_CONTENT)


async def of_user(call: Call[None]) -> Reply:
    """GET session/orgs/users/{userid}."""
    found = await call.core.session_orgs.of_account(call.principal, call.path["userid"])
    return Reply(
        200,
        shapes.encode(
            shapes.orgs_body(
                found.orgs, administers_all=found.administers_all, current=found.current
            )
        ),
    )


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("getSessionOrgs", "GET", "session/orgs", mine, requests.Paging),
    Operation("switchOrg", "PUT", "session/orgs", switch, requests.OrgSwitch),
    Operation("orgsOfUser", "GET", "session/orgs/users/{userid}", of_user, NoBody),
)
