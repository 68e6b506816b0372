"""The Groups endpoints of REST v2.0."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from gatepass.core.directory import GroupSearch
from gatepass.core.group_changes import GroupChange
from gatepass.core.headers import Kind
from gatepass.core.records import Group, GroupType, ListChange, Undisclosed
from gatepass.core.searches import Named
from gatepass.core.views import GroupView
from gatepass.dialects.v2_0.paging import Paged
from gatepass.dialects.v2_0.requests import Identifiers, Texts
from gatepass.dialects.v2_0.shapes import Reference, encode, millis
from gatepass.http.call import NO_CONTENT, Call, Reply
from gatepass.http.routing import Access, NoBody, Operation

Visibility = Literal["SHARABLE", "NON_SHARABLE"]


class Search(Paged, frozen=True):
    """The body of ``groups/search``."""

    group_identifier: str | None = None
    name_pattern: str | None = None
    display_name: str | None = None
    description: str | None = None
    default_liveboard_identifiers: Texts | None = None
    org_identifiers: Identifiers | None = None
    privileges: Texts | None = None
    sub_group_identifiers: Texts | None = None
    type: GroupType | None = None
    user_identifiers: Texts | None = None
    visibility: Visibility | None = None
    role_identifiers: Texts | None = None
    include_users: bool = True
    include_sub_groups: bool = True


class Facts(Undisclosed, frozen=True, kw_only=True):
    """What may be said of a group, new or not."""

    name: str | None = None
    display_name: str | None = None
    default_liveboard_identifiers: Texts | None = None
    description: str | None = None
    privileges: Texts | None = None
    sub_group_identifiers: Texts | None = None
    type: GroupType | None = None
    user_identifiers: Texts | None = None
    visibility: Visibility | None = None
    role_identifiers: Texts | None = None

    def change(self, operation: ListChange) -> GroupChange:
        """Return it as the core knows it."""
        return GroupChange(
            name=self.name,
            display_name=self.display_name,
            description=self.description,
            type=self.type,
            sharable=is_sharable(self.visibility),
            privileges=self.privileges,
            inside=self.sub_group_identifiers,
            users=self.user_identifiers,
            liveboards=self.default_liveboard_identifiers,
            roles=self.role_identifiers,
            operation=operation,
        )


class Create(Facts, frozen=True, kw_only=True):
    """The body of ``groups/create``."""

    name: str
    display_name: str


class Update(Facts, frozen=True, kw_only=True):
    """The body of ``groups/{group_identifier}/update``."""

    operation: ListChange = ListChange.REPLACE


def is_sharable(visibility: Visibility | None) -> bool | None:
    """Say whether a visibility means to be found by others."""
    return None if visibility is None else visibility == "SHARABLE"


async def search(call: Call[Search]) -> Reply:
    """POST groups/search."""
    body = call.body
    found = await call.core.directory.groups(
        call.principal,
        GroupSearch(
            group=body.group_identifier,
            pattern=body.name_pattern,
            display_name=body.display_name,
            description=body.description,
            sharable=is_sharable(body.visibility),
            type=body.type,
            privileges=body.privileges,
            inside=body.sub_group_identifiers,
            users=body.user_identifiers,
            liveboards=body.default_liveboard_identifiers,
            roles=body.role_identifiers,
            orgs=body.org_identifiers,
        ),
        body.page(),
        users=body.include_users,
        inside=body.include_sub_groups,
    )
    return Reply(200, encode([group_body(view) for view in found]))


async def create(call: Call[Create]) -> Reply:
    """POST groups/create."""
    body = call.body
    view = await call.core.group_changes.create(
        call.principal, call.source, body.name, body.change(ListChange.REPLACE)
    )
    return Reply(200, encode(group_body(view)))


async def update(call: Call[Update]) -> Reply:
    """POST groups/{group_identifier}/update."""
    body = call.body
    await call.core.group_changes.update(
        call.principal, call.source, call.path["group_identifier"], body.change(body.operation)
    )
    return Reply(NO_CONTENT)


async def delete(call: Call[None]) -> Reply:
    """POST groups/{group_identifier}/delete."""
    await call.core.group_changes.remove(call.principal, call.source, call.path["group_identifier"])
    return Reply(NO_CONTENT)


class GroupBody(msgspec.Struct, frozen=True):
    """The vendor's ``UserGroupResponse``: every field, in the order of the contract."""

    author_id: str
    complete_detail: bool
    content: dict[str, Any]
    creation_time_in_millis: int
    default_liveboards: Sequence[Reference] | None
    deleted: bool
    deprecated: bool
    description: str
    display_name: str
    external: bool
    generation_number: int
    hidden: bool
    id: str
    index: int
    index_version: int
    metadata_version: int
    modification_time_in_millis: int
    modifier_id: str
    name: str
    orgs: Sequence[Reference]
    owner_id: str
    parent_type: str
    privileges: Sequence[str] | None
    sub_groups: Sequence[Reference] | None
    system_group: bool
    tags: Sequence[Reference]
    type: str
    users: Sequence[Reference] | None
    visibility: str
    roles: Sequence[Reference] | None


def group_body(view: GroupView) -> GroupBody:
    """Return the ``UserGroupResponse`` of a group."""
    group: Group = view.group
    return GroupBody(
        author_id=group.author_id,
        complete_detail=True,
        content={},
        creation_time_in_millis=millis(group.created_at),
        default_liveboards=(
            # One that is no object here, or none that the caller sees, is an identifier alone.
            None
            if view.liveboards is None
            else [
                Reference(one, view.object_names.get((Kind.LIVEBOARD, one), one))
                for one in view.liveboards
            ]
        ),
        deleted=False,
        deprecated=False,
        description=group.description,
        display_name=group.display_name,
        external=False,
        generation_number=1,
        hidden=False,
        id=group.id,
        index=0,
        index_version=1,
        metadata_version=1,
        modification_time_in_millis=millis(group.modified_at),
        modifier_id=group.modifier_id,
        name=group.name,
        orgs=[Reference(str(view.org.id), view.org.name)],
        owner_id=group.id,
        parent_type="GROUP",
        privileges=view.privileges,
        sub_groups=references(view.inside),
        system_group=group.system,
        tags=[],
        type=group.type.value,
        users=references(view.users),
        visibility="SHARABLE" if group.sharable else "NON_SHARABLE",
        roles=references(view.roles),
    )


def references(named: Sequence[Named] | None) -> list[Reference] | None:
    """Return things by id and name; None stays None."""
    return None if named is None else [Reference(one.id, one.name) for one in named]


_CALLER = Access.CALLER
OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("searchUserGroups", "POST", "groups/search", search, Search, _CALLER),
    Operation("createUserGroup", "POST", "groups/create", create, Create, _CALLER),
    Operation(
        "updateUserGroup", "POST", "groups/{group_identifier}/update", update, Update, _CALLER
    ),
    Operation(
        "deleteUserGroup", "POST", "groups/{group_identifier}/delete", delete, NoBody, _CALLER
    ),
)
