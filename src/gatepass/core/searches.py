"""What a search asks of the store, and what is read for a whole page at once."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gatepass.core.attributes import Stored
from gatepass.core.names import name_key
from gatepass.core.records import (
    Account,
    AccountStatus,
    AccountType,
    Entitlements,
    Favorite,
    Group,
    GroupType,
    Org,
    Record,
)

PAGE = 10
_ANY = "%"


class SortBy(StrEnum):
    """What a search may be sorted by."""

    NAME = "NAME"
    DISPLAY_NAME = "DISPLAY_NAME"
    AUTHOR = "AUTHOR"
    CREATED = "CREATED"
    MODIFIED = "MODIFIED"


class Page(Record, frozen=True):
    """Which part of what was found, in which order; ``size`` None is all of it."""

    offset: int = 0
    size: int | None = PAGE
    by: SortBy = SortBy.NAME
    descending: bool = False


class NamePattern(Record, frozen=True):
    """A pattern on keys of names: what they begin with, and the rest as SQL's LIKE has it."""

    prefix: str
    like: str | None

    @staticmethod
    def of(text: str) -> "NamePattern":
        """Return the pattern of a text: ``%`` is any run; without one, the text is anywhere."""
        pieces = [_piece(piece) for piece in text.split(_ANY)]
        if len(pieces) == 1:
            pieces = ["", *pieces, ""]
        prefix, *rest = pieces
        if rest == [""]:
            return NamePattern(prefix=prefix, like=None)
        return NamePattern(prefix=prefix, like=_ANY.join(_literal(piece) for piece in pieces))


def matches(pattern: str, name: str) -> bool:
    """Say whether a name fits a pattern, for the few that are not looked up in a store."""
    first, *rest = [_piece(piece) for piece in pattern.split(_ANY)]
    key = name_key(name)
    if not rest:
        return first in key
    *middle, last = rest
    end = len(key) - len(last)
    at = len(first)
    if at > end or not (key.startswith(first) and key.endswith(last)):
        return False
    for piece in middle:
        at = key.find(piece, at, end) + len(piece)
        if at < len(piece):
            return False
    return True


def _piece(text: str) -> str:
    """Return a part of a pattern as keys have it; a blank at its edge still counts."""
    key = name_key(text)
    if not key:
        return " " if text else ""
    before = " " if text[0].isspace() else ""
    return f"{before}{key}{' ' if text[-1].isspace() else ''}"


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("_", "\\_")


class AccountFilter(Record, frozen=True):
    """Accounts that fit all of this; None asks nothing, of a list one must fit.

    ``groups``, ``roles``, ``ids`` and ``orgs`` are ids; ``shown_to`` leaves out who is not to be
    found by others, but for the account that asks.
    """

    now: datetime
    orgs: Sequence[int] | None
    ids: Sequence[str] | None = None
    name: NamePattern | None = None
    display_name: str | None = None
    email: str | None = None
    sharable: bool | None = None
    type: AccountType | None = None
    status: AccountStatus | None = None
    groups: Sequence[str] | None = None
    privileges: Sequence[str] | None = None
    notify_on_share: bool | None = None
    show_onboarding_experience: bool | None = None
    onboarding_experience_completed: bool | None = None
    home_liveboard: str | None = None
    favorites: Sequence[str] | None = None
    roles: Sequence[str] | None = None
    shown_to: str | None = None


class GroupFilter(Record, frozen=True):
    """Groups that fit all of this; ``holding`` and ``members`` are ids of what is in them."""

    orgs: Sequence[int] | None
    ids: Sequence[str] | None = None
    key: str | None = None
    name: NamePattern | None = None
    display_name: str | None = None
    description: str | None = None
    sharable: bool | None = None
    type: GroupType | None = None
    privileges: Sequence[str] | None = None
    holding: Sequence[str] | None = None
    members: Sequence[str] | None = None
    liveboards: Sequence[str] | None = None
    roles: Sequence[str] | None = None
    shown_to: str | None = None


class Named(Record, frozen=True):
    """A thing by id and name."""

    id: str
    name: str


class Tastes(Record, frozen=True):
    """Where an account begins in one Org, and what it keeps at hand there."""

    home_liveboard: str | None = None
    favorites: Sequence[Favorite] = ()


class DirectoryDesk(Protocol):
    """Searches, and what belongs to many accounts or groups, read in a few statements."""

    async def accounts(self, what: AccountFilter, page: Page) -> list[Account]: ...
    async def groups(self, what: GroupFilter, page: Page) -> list[Group]: ...
    async def orgs_of(self, accounts: Sequence[str]) -> dict[str, list[Org]]: ...
    async def groups_of(self, accounts: Sequence[str]) -> dict[str, list[Group]]: ...
    async def reach_of(self, accounts: Sequence[str]) -> dict[str, list[Group]]: ...
    async def privileges_of(
        self, accounts: Sequence[str]
    ) -> dict[str, dict[int, frozenset[str]]]: ...
    async def entitlements_of(
        self, accounts: Sequence[str]
    ) -> dict[str, dict[int, Entitlements]]: ...
    async def attributes_of(
        self, accounts: Sequence[str]
    ) -> dict[str, dict[int, dict[str, Stored]]]: ...
    async def tastes_of(self, accounts: Sequence[str]) -> dict[str, dict[int, Tastes]]: ...
    async def members_of(self, groups: Sequence[str]) -> dict[str, list[Named]]: ...
    async def inside(self, groups: Sequence[str]) -> dict[str, list[Named]]: ...
    async def around(self, groups: Sequence[str]) -> dict[str, list[Named]]: ...
    async def granted_by(self, groups: Sequence[str]) -> dict[str, list[str]]: ...
    async def liveboards_of(self, groups: Sequence[str]) -> dict[str, list[str]]: ...


class MemberStretch(Record, frozen=True):
    """Names of one Org that are looked through for members of a group: from one to before another.

    All are keys of names; ``begins`` is what they begin with, "" if with anything.
    """

    org_id: int
    group_id: str
    begins: str
    start: str | None = None
    end: str | None = None


class Member(Record, frozen=True):
    """An account in a group; ``key`` is that of its name."""

    id: str
    name: str
    display_name: str
    key: str


class MemberDesk(Protocol):
    """Who is in a group itself, by name, a stretch at a time."""

    async def count(self, group_id: str, most: int) -> int: ...
    async def end(self, what: MemberStretch, looked: int) -> str | None: ...
    async def of_few(self, what: MemberStretch, most: int) -> list[Member]: ...
    async def of_many(self, what: MemberStretch, most: int) -> list[Member]: ...
