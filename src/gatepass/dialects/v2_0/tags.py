"""The Tags endpoints of REST v2.0."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from gatepass.core.headers import Tag
from gatepass.core.records import Undisclosed
from gatepass.dialects.v2_0.objects import Objects, targets
from gatepass.dialects.v2_0.requests import Texts
from gatepass.dialects.v2_0.shapes import encode, millis
from gatepass.http.call import NO_CONTENT, Call, Reply
from gatepass.http.routing import Access, NoBody, Operation


class Search(Undisclosed, frozen=True):
    """The body of ``tags/search``."""

    tag_identifier: str | None = None
    name_pattern: str | None = None
    color: str | None = None


class Create(Undisclosed, frozen=True):
    """The body of ``tags/create``."""

    name: Annotated[str, Meta(min_length=1)]
    color: str | None = None


class Update(Undisclosed, frozen=True):
    """The body of ``tags/{tag_identifier}/update``."""

    name: str | None = None
    color: str | None = None


class Assign(Undisclosed, frozen=True):
    """The body of ``tags/assign`` and ``tags/unassign``."""

    metadata: Objects
    tag_identifiers: Texts


async def search(call: Call[Search]) -> Reply:
    """POST tags/search."""
    body = call.body
    found = await call.core.tags.search(
        call.principal,
        identifier=body.tag_identifier,
        pattern=body.name_pattern,
        color=body.color,
    )
    return Reply(200, encode([tag_body(tag) for tag in found]))


async def create(call: Call[Create]) -> Reply:
    """POST tags/create."""
    tag = await call.core.tags.create(
        call.principal, call.source, name=call.body.name, color=call.body.color
    )
    return Reply(200, encode(tag_body(tag)))


async def update(call: Call[Update]) -> Reply:
    """POST tags/{tag_identifier}/update."""
    await call.core.tags.update(
        call.principal,
        call.source,
        call.path["tag_identifier"],
        name=call.body.name,
        color=call.body.color,
    )
    return Reply(NO_CONTENT)


async def delete(call: Call[None]) -> Reply:
    """POST tags/{tag_identifier}/delete."""
    await call.core.tags.remove(call.principal, call.source, call.path["tag_identifier"])
    return Reply(NO_CONTENT)


async def assign(call: Call[Assign]) -> Reply:
    """POST tags/assign."""
    body = call.body
    await call.core.tags.assign(
        call.principal, call.source, targets(body.metadata), body.tag_identifiers
    )
    return Reply(NO_CONTENT)


async def unassign(call: Call[Assign]) -> Reply:
    """POST tags/unassign."""
    body = call.body
    await call.core.tags.assign(
        call.principal,
        call.source,
        targets(body.metadata),
        body.tag_identifiers,
        takes_off=True,
    )
    return Reply(NO_CONTENT)


class TagBody(msgspec.Struct, frozen=True):
    """The vendor's ``Tag``."""

    name: str
    id: str
    color: str | None
    deleted: bool
    hidden: bool
    external: bool
    deprecated: bool
    creation_time_in_millis: int
    modification_time_in_millis: int
    author_id: str
    modifier_id: str
    owner_id: str


def tag_body(tag: Tag) -> TagBody:
    """Return the ``Tag`` of a tag."""
    return TagBody(
        name=tag.name,
        id=tag.id,
        color=tag.color,
        deleted=False,
        hidden=False,
        external=False,
        deprecated=False,
        creation_time_in_millis=millis(tag.created_at),
        modification_time_in_millis=millis(tag.modified_at),
        author_id=tag.author_id,
        modifier_id=tag.modifier_id,
        owner_id=tag.author_id,
    )


_CALLER = Access.CALLER
OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("searchTags", "POST", "tags/search", search, Search, _CALLER),
    Operation("createTag", "POST", "tags/create", create, Create, _CALLER),
    Operation("updateTag", "POST", "tags/{tag_identifier}/update", update, Update, _CALLER),
    Operation("deleteTag", "POST", "tags/{tag_identifier}/delete", delete, NoBody, _CALLER),
    Operation("assignTag", "POST", "tags/assign", assign, Assign, _CALLER),
    Operation("unassignTag", "POST", "tags/unassign", unassign, Assign, _CALLER),
)
