"""The Orgs endpoints of REST v2.0."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from gatepass.core.org_changes import OrgChange, OrgSearch
from gatepass.core.records import ListChange, Org, Undisclosed
from gatepass.dialects.v2_0.requests import Identifier, Texts
from gatepass.dialects.v2_0.shapes import encode
from gatepass.http.call import NO_CONTENT, Call, Reply
from gatepass.http.routing import Access, NoBody, Operation


class Search(Undisclosed, frozen=True):
    """The body of ``orgs/search``."""

    org_identifier: Identifier | None = None
    description: str | None = None
    visibility: Literal["SHOW", "HIDDEN"] | None = None
    status: Literal["ACTIVE", "IN_ACTIVE"] | None = None
    user_identifiers: Texts | None = None


class Create(Undisclosed, frozen=True):
    """The body of ``orgs/create``."""

    name: Annotated[str, Meta(min_length=1)]
    description: str = ""


class Update(Undisclosed, frozen=True):
    """The body of ``orgs/{org_identifier}/update``."""

    name: str | None = None
    description: str | None = None
    user_identifiers: Texts | None = None
    group_identifiers: Texts | None = None
    operation: ListChange = ListChange.ADD


async def search(call: Call[Search]) -> Reply:
    """POST orgs/search."""
    body = call.body
    found = await call.core.org_changes.search(
        call.principal,
        OrgSearch(
            org=body.org_identifier,
            description=body.description,
            visible=None if body.visibility is None else body.visibility == "SHOW",
            active=None if body.status is None else body.status == "ACTIVE",
            users=body.user_identifiers or None,
        ),
    )
    return Reply(200, encode([org_body(org) for org in found]))


async def create(call: Call[Create]) -> Reply:
    """POST orgs/create."""
    org = await call.core.orgs.create(
        call.principal, call.source, name=call.body.name, description=call.body.description
    )
    return Reply(200, encode(org_body(org)))


async def update(call: Call[Update]) -> Reply:
    """POST orgs/{org_identifier}/update."""
    body = call.body
    change = OrgChange(
        name=body.name,
        description=body.description,
        users=body.user_identifiers,
        groups=body.group_identifiers,
        operation=body.operation,
    )
    await call.core.org_changes.update(
        call.principal, call.source, call.path["org_identifier"], change
    )
    return Reply(NO_CONTENT)


async def delete(call: Call[None]) -> Reply:
    """POST orgs/{org_identifier}/delete."""
    await call.core.org_changes.remove(call.principal, call.source, call.path["org_identifier"])
    return Reply(NO_CONTENT)


class OrgBody(msgspec.Struct, frozen=True):
    """The vendor's ``OrgResponse``."""

    id: int
    name: str
    status: str
    description: str
    visibility: str


def org_body(org: Org) -> OrgBody:
    """Return the ``OrgResponse`` of an Org."""
    return OrgBody(
        id=org.id,
        name=org.name,
        status="ACTIVE" if org.active else "IN_ACTIVE",
        description=org.description,
        visibility="SHOW" if org.visible else "HIDDEN",
    )


_CALLER = Access.CALLER
OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("searchOrgs", "POST", "orgs/search", search, Search, _CALLER),
    Operation("createOrg", "POST", "orgs/create", create, Create, _CALLER),
    Operation("updateOrg", "POST", "orgs/{org_identifier}/update", update, Update, _CALLER),
    Operation("deleteOrg", "POST", "orgs/{org_identifier}/delete", delete, NoBody, _CALLER),
)
