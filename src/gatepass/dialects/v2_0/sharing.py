"""The Security endpoints of REST v2.0 that deal in sharing."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from gatepass.core.errors import InvalidParameter
from gatepass.core.headers import Header, Kind, Person
from gatepass.core.permissions import OfObject, OfParty, Permission, Who
from gatepass.core.records import Account, Undisclosed
from gatepass.core.searches import Page
from gatepass.core.shares import PartyKind, ShareMode
from gatepass.core.sharing import Grant
from gatepass.dialects.v2_0.bodies import Blanks
from gatepass.dialects.v2_0.objects import ObjectInput as Named
from gatepass.dialects.v2_0.objects import (
    Objects,
    PrincipalInput,
    Principals,
    StoredType,
    targets,
    wanted,
)
from gatepass.dialects.v2_0.paging import EVERYTHING, LARGEST
from gatepass.dialects.v2_0.requests import MOST_ENTRIES, Texts
from gatepass.dialects.v2_0.shapes import encode
from gatepass.http.call import NO_CONTENT, Call, Reply
from gatepass.http.routing import Access, Operation


class GrantInput(Undisclosed, frozen=True):
    """What a user or group is to be granted."""

    principal: PrincipalInput
    share_mode: ShareMode
    content_share_mode: Literal["READ_ONLY", "MODIFY"] | None = None


class Share(Blanks, frozen=True):
    """The body of ``security/metadata/share``; this server sends no mail."""

    BLANK = frozenset({"message"})

    permissions: Annotated[list[GrantInput], Meta(max_length=MOST_ENTRIES)]
    message: str
    metadata: Objects | None = None
    metadata_type: StoredType | None = None
    metadata_identifiers: Texts | None = None

    def named(self) -> list[Named]:
        """Return the objects, said in one of two ways.

        Raises:
            InvalidParameter: in both.
        """
        if not self.metadata_identifiers:
            return self.metadata or []
        if self.metadata:
            raise InvalidParameter("metadata", "name objects here or in metadata_identifiers")
        kind = self.metadata_type
        return [Named(identifier=one, type=kind) for one in self.metadata_identifiers]


class Asking(Undisclosed, frozen=True, kw_only=True):
    """Which part of the permissions is asked for."""

    record_offset: Annotated[int, Meta(ge=0, le=LARGEST)] = 0
    record_size: Annotated[int, Meta(ge=EVERYTHING, le=LARGEST)] = EVERYTHING

    def page(self) -> Page:
        """Return the part that is asked for."""
        size = None if self.record_size == EVERYTHING else self.record_size
        return Page(offset=self.record_offset, size=size)


class OfMetadata(Asking, frozen=True, kw_only=True):
    """The body of ``security/metadata/fetch-permissions``."""

    metadata: Objects
    principals: Principals | None = None
    permission_type: Literal["EFFECTIVE", "DEFINED"] = "EFFECTIVE"


class OfPrincipals(Asking, frozen=True, kw_only=True):
    """The body of ``security/principals/fetch-permissions``."""

    principals: Principals
    metadata: Objects | None = None
    default_metadata_type: StoredType | Literal["ALL"] = "ALL"


class Assign(Undisclosed, frozen=True):
    """The body of ``security/metadata/assign``."""

    metadata: Objects
    user_identifier: str
    current_owner_identifier: str | None = None


async def share(call: Call[Share]) -> Reply:
    """POST security/metadata/share."""
    body = call.body
    await call.core.sharing.share(
        call.principal,
        call.source,
        targets(body.named()),
        [
            Grant(identifier=one.principal.identifier, kind=one.principal.type, mode=one.share_mode)
            for one in body.permissions
        ],
    )
    return Reply(NO_CONTENT)


async def of_metadata(call: Call[OfMetadata]) -> Reply:
    """POST security/metadata/fetch-permissions."""
    body = call.body
    found = await call.core.permissions.of_objects(
        call.principal,
        targets(body.metadata),
        wanted(body.principals) if body.principals else None,
        body.page(),
        defined=body.permission_type == "DEFINED",
    )
    return Reply(200, encode({"metadata_permission_details": [_of_object(one) for one in found]}))


async def of_principals(call: Call[OfPrincipals]) -> Reply:
    """POST security/principals/fetch-permissions."""
    body = call.body
    kind = body.default_metadata_type
    found = await call.core.permissions.of_parties(
        call.principal,
        wanted(body.principals),
        targets(body.metadata) if body.metadata else None,
        body.page(),
        kind=None if kind == "ALL" else Kind(kind),
    )
    return Reply(200, encode({"principal_permission_details": [_of_party(one) for one in found]}))


async def assign(call: Call[Assign]) -> Reply:
    """POST security/metadata/assign."""
    body = call.body
    await call.core.sharing.assign(
        call.principal,
        call.source,
        targets(body.metadata),
        body.user_identifier,
        owned_by=body.current_owner_identifier,
    )
    return Reply(NO_CONTENT)


class Called(msgspec.Struct, frozen=True):
    """A user by id, and by name where it is of the Org."""

    id: str
    name: str | None


def _called(account_id: str, person: Person | None) -> Called:
    return Called(account_id, None if person is None else person.name)


def _told(permission: Permission) -> dict[str, Any]:
    """Return what one may do: in effect, by its own grant, by its groups'."""
    return {
        "permission": permission.effective,
        "shared_permission": permission.granted,
        "group_permission": [
            {"id": one.id, "name": one.name, "permission": one.mode} for one in permission.by_groups
        ],
    }


def _kinds(who: Who) -> tuple[str, str]:
    kind = PartyKind.ACCOUNT if isinstance(who, Account) else PartyKind.GROUP
    return kind.value, who.type.value


def _of_object(found: OfObject) -> dict[str, Any]:
    header = found.header
    by_kind: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for who, permission in found.parties:
        row = {"principal_id": who.id, "principal_name": who.name, **_told(permission)}
        by_kind.setdefault(_kinds(who), []).append(row)
    return {
        "metadata_id": header.id,
        "metadata_name": header.name,
        "metadata_type": header.type,
        "metadata_owner": _called(header.owner_id, found.owner),
        "metadata_author": _called(header.author_id, found.author),
        "principal_permission_info": [
            {"principal_type": kind, "principal_sub_type": sub, "principal_permissions": rows}
            for (kind, sub), rows in by_kind.items()
        ],
    }


def _of_party(found: OfParty) -> dict[str, Any]:
    who = found.who
    kind, sub = _kinds(who)
    by_type: dict[str, list[dict[str, Any]]] = {}
    for header, permission in found.objects:
        row = {**_named(header, found), **_told(permission)}
        by_type.setdefault(header.type, []).append(row)
    return {
        "principal_id": who.id,
        "principal_name": who.name,
        "principal_type": kind,
        "principal_sub_type": sub,
        "metadata_permission_info": [
            {"metadata_type": type_, "metadata_permissions": rows}
            for type_, rows in by_type.items()
        ],
    }


def _named(header: Header, found: OfParty) -> dict[str, Any]:
    return {
        "metadata_id": header.id,
        "metadata_name": header.name,
        "metadata_owner": _called(header.owner_id, found.people.get(header.owner_id)),
        "metadata_author": _called(header.author_id, found.people.get(header.author_id)),
    }


_CALLER = Access.CALLER
OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("shareMetadata", "POST", "security/metadata/share", share, Share, _CALLER),
    Operation(
        "fetchPermissionsOnMetadata",
        "POST",
        "security/metadata/fetch-permissions",
        of_metadata,
        OfMetadata,
        _CALLER,
    ),
    Operation(
        "fetchPermissionsOfPrincipals",
        "POST",
        "security/principals/fetch-permissions",
        of_principals,
        OfPrincipals,
        _CALLER,
    ),
    Operation("assignChangeAuthor", "POST", "security/metadata/assign", assign, Assign, _CALLER),
)
