"""The Roles endpoints of REST v2.0."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from gatepass.core.records import Undisclosed
from gatepass.core.role_rows import RoleView
from gatepass.core.roles import RoleSearch
from gatepass.dialects.v2_0.groups import references
from gatepass.dialects.v2_0.requests import Identifiers, Texts
from gatepass.dialects.v2_0.shapes import Reference, encode, millis
from gatepass.http.call import NO_CONTENT, Call, Reply
from gatepass.http.routing import Access, NoBody, Operation

MISSPELT = {"CAN_MODIFY_FOLDERS": "CAN_MODIDY_FOLDERS"}
"""How the vendor's search of roles, and nothing else, spells a privilege."""
_SPELT = {wrong: right for right, wrong in MISSPELT.items()}


class Search(Undisclosed, frozen=True):
    """The body of ``roles/search``; its deprecated filters ask nothing."""

    role_identifiers: Texts | None = None
    org_identifiers: Identifiers | None = None
    group_identifiers: Texts | None = None
    privileges: Texts | None = None


class Create(Undisclosed, frozen=True):
    """The body of ``roles/create``."""

    name: Annotated[str, Meta(min_length=1)]
    description: str = ""
    privileges: Texts = msgspec.field(default_factory=list)
    read_only: bool = False


class Update(Undisclosed, frozen=True):
    """The body of ``roles/{role_identifier}/update``."""

    name: Annotated[str, Meta(min_length=1)]
    description: str | None = None
    privileges: Texts | None = None


async def search(call: Call[Search]) -> Reply:
    """POST roles/search."""
    body = call.body
    words = body.privileges
    found = await call.core.roles.search(
        call.principal,
        RoleSearch(
            roles=body.role_identifiers,
            orgs=body.org_identifiers,
            groups=body.group_identifiers,
            privileges=None if words is None else [_SPELT.get(word, word) for word in words],
        ),
    )
    return Reply(
        200,
        encode(
            [
                role_body(view, [MISSPELT.get(word, word) for word in view.privileges])
                for view in found
            ]
        ),
    )


async def create(call: Call[Create]) -> Reply:
    """POST roles/create."""
    body = call.body
    view = await call.core.roles.create(
        call.principal,
        call.source,
        name=body.name,
        description=body.description,
        privileges=body.privileges,
        read_only=body.read_only,
    )
    return Reply(200, encode(role_body(view, view.privileges)))


async def update(call: Call[Update]) -> Reply:
    """POST roles/{role_identifier}/update."""
    body = call.body
    view = await call.core.roles.update(
        call.principal,
        call.source,
        call.path["role_identifier"],
        name=body.name,
        description=body.description,
        privileges=body.privileges,
    )
    return Reply(200, encode(role_body(view, view.privileges)))


async def delete(call: Call[None]) -> Reply:
    """POST roles/{role_identifier}/delete."""
    await call.core.roles.remove(call.principal, call.source, call.path["role_identifier"])
    return Reply(NO_CONTENT)


class RoleBody(msgspec.Struct, frozen=True):
    """The vendor's ``RoleResponse`` and ``SearchRoleResponse``."""

    id: str
    name: str
    description: str
    groups_assigned_count: int
    orgs: Sequence[Reference]
    groups: Sequence[Reference] | None
    privileges: Sequence[str]
    permission: Literal["READ_ONLY", "MODIFY"]
    author_id: str
    modifier_id: str
    creation_time_in_millis: int
    modification_time_in_millis: int
    deleted: bool = False
    deprecated: bool = False
    external: bool = False
    hidden: bool = False
    shared_via_connection: bool = False


def role_body(view: RoleView, privileges: Sequence[str]) -> RoleBody:
    """Return the answer that shows a role, with its privileges as they are spelt there."""
    role = view.role
    return RoleBody(
        id=role.id,
        name=role.name,
        description=role.description,
        groups_assigned_count=len(view.groups),
        orgs=[Reference(str(view.org.id), view.org.name)],
        groups=references(view.groups),
        privileges=privileges,
        permission="READ_ONLY" if role.read_only else "MODIFY",
        author_id=role.author_id,
        modifier_id=role.modifier_id,
        creation_time_in_millis=millis(role.created_at),
        modification_time_in_millis=millis(role.modified_at),
    )


_CALLER = Access.CALLER
OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("searchRoles", "POST", "roles/search", search, Search, _CALLER),
    Operation("createRole", "POST", "roles/create", create, Create, _CALLER),
    Operation("updateRole", "POST", "roles/{role_identifier}/update", update, Update, _CALLER),
    Operation("deleteRole", "POST", "roles/{role_identifier}/delete", delete, NoBody, _CALLER),
)
