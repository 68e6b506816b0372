"""The Metadata endpoints of REST v2.0 that deal in headers: search, delete, import."""

from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gatepass.core.finding import Allowed, Found, ObjectSearch, Sought
from gatepass.core.headers import Kind
from gatepass.core.objects import Taken
from gatepass.core.records import Undisclosed
from gatepass.core.searches import PAGE, Page, SortBy
from gatepass.core.shares import ShareMode
from gatepass.dialects.v2_0.objects import Objects, PrincipalInput, targets
from gatepass.dialects.v2_0.paging import EVERYTHING, LARGEST
from gatepass.dialects.v2_0.requests import MOST_ENTRIES, Texts
from gatepass.dialects.v2_0.shapes import Reference, encode, millis
from gatepass.http.call import NO_CONTENT, Call, Reply
from gatepass.http.routing import Access, Operation


class SortField(StrEnum):
    """What headers may be sorted by; of the last three nothing is known, so names decide."""

    NAME = "NAME"
    DISPLAY_NAME = "DISPLAY_NAME"
    AUTHOR = "AUTHOR"
    CREATED = "CREATED"
    MODIFIED = "MODIFIED"
    VIEWS = "VIEWS"
    FAVORITES = "FAVORITES"
    LAST_ACCESSED = "LAST_ACCESSED"

    @property
    def known(self) -> SortBy:
        """What the core sorts by."""
        return SortBy.__members__.get(self.name, SortBy.NAME)


class SortOptions(Undisclosed, frozen=True):
    """By what headers are sorted."""

    field_name: SortField = SortField.NAME
    order: Literal["ASC", "DESC"] = "ASC"


class Item(Undisclosed, frozen=True):
    """One wording of what is sought."""

    identifier: str | None = None
    obj_identifier: str | None = None
    name_pattern: str | None = None
    type: Kind | None = None
    subtypes: Texts | None = None

    def sought(self) -> Sought:
        """Return it as the core knows it."""
        return Sought(
            identifier=self.identifier,
            custom_id=self.obj_identifier,
            pattern=self.name_pattern,
            type=self.type,
            subtypes=self.subtypes,
        )


class Excluded(Undisclosed, frozen=True):
    """An object that is left out."""

    identifier: str
    type: Kind | None = None


class PermissionInput(Undisclosed, frozen=True):
    """What a user or group may do, exactly."""

    principal: PrincipalInput
    share_mode: ShareMode


class Favorites(Undisclosed, frozen=True):
    """Whether only favourites are sought, and whose; with nobody named the caller's."""

    include: bool = False
    user_identifiers: Texts | None = None


class Search(Undisclosed, frozen=True):
    """The body of ``metadata/search``; what asks for more than headers is taken and ignored."""

    metadata: Annotated[list[Item], Meta(max_length=MOST_ENTRIES)] | None = None
    permissions: Annotated[list[PermissionInput], Meta(max_length=MOST_ENTRIES)] | None = None
    created_by_user_identifiers: Texts | None = None
    modified_by_user_identifiers: Texts | None = None
    exclude_objects: Annotated[list[Excluded], Meta(max_length=MOST_ENTRIES)] | None = None
    favorite_object_options: Favorites | None = None
    tag_identifiers: Texts | None = None
    include_headers: bool = True
    record_offset: Annotated[int, Meta(ge=0, le=LARGEST)] = 0
    record_size: Annotated[int, Meta(ge=EVERYTHING, le=LARGEST)] = PAGE
    sort_options: SortOptions = SortOptions()

    def page(self) -> Page:
        """Return the part that is asked for."""
        return Page(
            offset=self.record_offset,
            size=None if self.record_size == EVERYTHING else self.record_size,
            by=self.sort_options.field_name.known,
            descending=self.sort_options.order == "DESC",
        )

    def search(self) -> ObjectSearch:
        """Return what is asked as the core knows it."""
        favorites = self.favorite_object_options or Favorites()
        return ObjectSearch(
            among=[one.sought() for one in self.metadata or ()],
            but=[
                Sought(identifier=one.identifier, type=one.type)
                for one in self.exclude_objects or ()
            ],
            authors=self.created_by_user_identifiers,
            modifiers=self.modified_by_user_identifiers,
            tags=self.tag_identifiers,
            allowed=[
                Allowed(
                    identifier=one.principal.identifier,
                    kind=one.principal.type,
                    mode=one.share_mode,
                )
                for one in self.permissions or ()
            ],
            favorites=favorites.include,
            kept_by=favorites.user_identifiers,
        )


class Delete(Undisclosed, frozen=True):
    """The body of ``metadata/delete``."""

    metadata: Objects


class Import(Undisclosed, frozen=True):
    """The body of ``metadata/tml/import``."""

    metadata_tmls: Texts
    import_policy: Literal["PARTIAL", "ALL_OR_NONE", "VALIDATE_ONLY", "PARTIAL_OBJECT"] = "PARTIAL"
    create_new: bool = False


async def search(call: Call[Search]) -> Reply:
    """POST metadata/search."""
    body = call.body
    found = await call.core.finding.search(call.principal, body.search(), body.page())
    return Reply(200, encode([found_body(one, header=body.include_headers) for one in found]))


async def delete(call: Call[Delete]) -> Reply:
    """POST metadata/delete."""
    await call.core.objects.remove(call.principal, call.source, targets(call.body.metadata))
    return Reply(NO_CONTENT)


async def tml_import(call: Call[Import]) -> Reply:
    """POST metadata/tml/import."""
    body = call.body
    taken = await call.core.objects.take(
        call.principal,
        call.source,
        body.metadata_tmls,
        writes=body.import_policy != "VALIDATE_ONLY",
        all_or_none=body.import_policy == "ALL_OR_NONE",
        as_new=body.create_new,
    )
    return Reply(200, encode([taken_body(one, place) for place, one in enumerate(taken)]))


class HeaderBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is told of an object: of fields that this server has no facts for, the plain value."""

    id: str
    name: str
    display_name: str | UnsetType = UNSET
    description: str
    author: str
    author_name: str | None
    author_display_name: str | None
    created: int
    modified: int
    modified_by: str
    owner: str
    type: str | None
    tags: list[Reference]
    owner_org_id: int
    generation_num: int = 1
    index_version: int = 1
    is_deleted: bool = False
    is_hidden: bool = False
    is_external: bool = False
    is_deprecated: bool = False
    is_auto_created: bool = False
    is_auto_delete: bool = False
    resolved_objects: dict[str, Any] = {}


class FoundBody(msgspec.Struct, frozen=True):
    """The vendor's ``MetadataSearchResponse``."""

    metadata_id: str
    metadata_name: str
    metadata_type: str
    metadata_obj_id: str | None
    metadata_header: HeaderBody | None
    dependent_objects: None = None
    incomplete_objects: None = None
    metadata_detail: None = None
    visualization_headers: None = None
    stats: None = None


def found_body(found: Found, *, header: bool) -> FoundBody:
    """Return the ``MetadataSearchResponse`` of what was found."""
    return FoundBody(
        metadata_id=found.header.id,
        metadata_name=found.header.name,
        metadata_type=found.header.type.value,
        metadata_obj_id=found.header.custom_id,
        metadata_header=header_body(found) if header else None,
    )


def header_body(found: Found) -> HeaderBody:
    """Return the header of what was found."""
    one, author = found.header, found.author
    return HeaderBody(
        id=one.id,
        name=one.name,
        display_name=UNSET if one.display_name is None else one.display_name,
        description=one.description,
        author=one.author_id,
        author_name=None if author is None else author.name,
        author_display_name=None if author is None else author.display_name,
        created=millis(one.created_at),
        modified=millis(one.modified_at),
        modified_by=one.modifier_id,
        owner=one.owner_id,
        type=one.subtype,
        tags=[Reference(tag.id, tag.name) for tag in found.tags],
        owner_org_id=one.org_id,
    )


class ImportStatus(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one document fared."""

    status_code: str
    error_message: str | UnsetType = UNSET


class ImportHeader(msgspec.Struct, frozen=True):
    """The object of one document."""

    id_guid: str
    name: str
    metadata_type: str


class ImportResponse(msgspec.Struct, frozen=True):
    """What became of one document."""

    status: ImportStatus
    header: ImportHeader | UnsetType = UNSET


class ImportBody(msgspec.Struct, frozen=True):
    """One entry of the answer to ``metadata/tml/import``, at the place of its document."""

    response: ImportResponse
    request_index: int


def taken_body(taken: Taken, place: int) -> ImportBody:
    """Return the entry for one document."""
    if taken.header is None:
        refused = ImportStatus(status_code="ERROR", error_message=taken.reason)
        return ImportBody(ImportResponse(refused), place)
    one = taken.header
    header = ImportHeader(id_guid=one.id, name=one.name, metadata_type=one.type.value)
    return ImportBody(ImportResponse(ImportStatus(status_code="OK"), header), place)


_CALLER = Access.CALLER
OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("searchMetadata", "POST", "metadata/search", search, Search, _CALLER),
    Operation("deleteMetadata", "POST", "metadata/delete", delete, Delete, _CALLER),
    Operation("importMetadataTML", "POST", "metadata/tml/import", tml_import, Import, _CALLER),
)
