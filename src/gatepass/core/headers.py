"""Headers: what is kept and told of an object, of whatever kind; tags; what a search asks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gatepass.core.records import Record
from gatepass.core.searches import Named, NamePattern, Page
from gatepass.core.shares import Party, PartyKind, ShareMode, Shares


class Kind(StrEnum):
    """What an object is."""

    LIVEBOARD = "LIVEBOARD"
    ANSWER = "ANSWER"
    LOGICAL_TABLE = "LOGICAL_TABLE"
    LOGICAL_COLUMN = "LOGICAL_COLUMN"
    CONNECTION = "CONNECTION"
    LOGICAL_RELATIONSHIP = "LOGICAL_RELATIONSHIP"
    INSIGHT_SPEC = "INSIGHT_SPEC"
    COLLECTION = "COLLECTION"
    TAG = "TAG"
    ACCOUNT = "USER"
    GROUP = "USER_GROUP"


STORED = frozenset(Kind) - {Kind.TAG, Kind.ACCOUNT, Kind.GROUP}
"""Kinds that are kept as headers and nothing else; the others are what they are elsewhere."""


class Header(Record, frozen=True):
    """All that is known of an object of one Org."""

    org_id: int
    id: str
    type: Kind
    name: str
    owner_id: str
    author_id: str
    modifier_id: str
    created_at: datetime
    modified_at: datetime
    description: str = ""
    display_name: str | None = None
    """Of accounts and groups alone."""
    subtype: str | None = None
    custom_id: str | None = None


class Tag(Record, frozen=True):
    """A word that objects of one Org are found by."""

    id: str
    org_id: int
    name: str
    color: str | None
    author_id: str
    modifier_id: str
    created_at: datetime
    modified_at: datetime


class Person(Record, frozen=True):
    """How an account of the Org is called."""

    name: str
    display_name: str


class Term(Record, frozen=True):
    """One wording of what is sought: all that is not None must fit."""

    type: Kind | None = None
    name: NamePattern | None = None
    subtypes: Sequence[str] | None = None


class HeaderFilter(Record, frozen=True):
    """Headers of one Org that fit all of this; None asks nothing, of a list one must fit.

    ``terms`` and ``ids`` are one list: what is named by either fits. ``ids`` are kind and id.
    """

    org_id: int
    terms: Sequence[Term] | None = None
    ids: Sequence[tuple[Kind, str]] | None = None
    but: Sequence[tuple[Kind, str]] = ()
    authors: Sequence[str] | None = None
    modifiers: Sequence[str] | None = None
    tags: Sequence[str] | None = None
    kept_by: Sequence[str] | None = None
    """Accounts of which one keeps it as a favourite."""
    permitted: Sequence[tuple[Party, ShareMode]] | None = None
    """Pairs of which one is so: this party may do exactly this."""
    readers: Sequence[Party] = ()
    """All of them may at least read it."""
    accounts_shown_to: str | None = None
    """Leaves out accounts that are not to be found by others, but for this one."""
    groups_shown_to: str | None = None
    only_id: str | None = None
    """Leaves out everything but this one object."""


class ObjectDesk(Protocol):
    """Objects of one Org, what is shared of them, and which tags they have."""

    async def search(self, what: HeaderFilter, page: Page) -> list[Header]: ...
    async def by_ids(self, org_id: int, ids: Sequence[str]) -> list[Header]: ...
    async def by_key(self, org_id: int, key: str, most: int) -> list[Header]: ...
    async def after(self, org_id: int, object_id: str, most: int) -> list[Header]: ...
    async def by_custom_id(self, org_id: int, custom_id: str) -> Header | None: ...
    async def add(self, headers: Sequence[Header]) -> None: ...
    async def put(self, headers: Sequence[Header]) -> None: ...
    async def remove(self, headers: Sequence[Header]) -> None: ...
    async def shares_of(self, org_id: int, ids: Sequence[str]) -> dict[str, Shares]: ...
    async def share(
        self, header: Header, kind: PartyKind, party_id: str, mode: ShareMode
    ) -> None: ...
    async def tags_of(self, org_id: int, ids: Sequence[str]) -> dict[str, list[Named]]: ...
    async def tag(self, header: Header, tag_id: str) -> None: ...
    async def untag(self, header: Header, tag_id: str) -> None: ...
    async def people(self, org_id: int, accounts: Sequence[str]) -> Mapping[str, Person]: ...


class TagDesk(Protocol):
    """Tags of one Org."""

    async def by_id(self, org_id: int, tag_id: str) -> Tag | None: ...
    async def by_key(self, org_id: int, key: str) -> Tag | None: ...
    async def all(self, org_id: int) -> list[Tag]: ...
    async def add(self, tag: Tag, *, key: str) -> None: ...
    async def put(self, tag: Tag, *, key: str) -> None: ...
    async def remove(self, tag: Tag) -> None: ...
