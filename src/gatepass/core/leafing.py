"""Accounts as one leafs through them: what is asked, what is found, and where it goes on."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gatepass.core.records import Account, AccountStatus, Profile, Record
from gatepass.core.searches import NamePattern

_BETWEEN = "\n"
"""Stands in no key."""
LAST = "\U0010ffff"
"""Sorts behind whatever a name may hold."""


class ListedBy(StrEnum):
    """In which order accounts are listed, and what a text is looked for in."""

    NAME = "name"
    DISPLAY_NAME = "display_name"
    EMAIL = "email"


class Mark(Record, frozen=True):
    """A place in a list: the key that it is ordered by, and of equal ones the key of the name."""

    key: str
    name_key: str

    def text(self) -> str:
        """Return it as one text, for an address."""
        return f"{self.key}{_BETWEEN}{self.name_key}"

    @staticmethod
    def of(text: str) -> "Mark":
        """Return the place that a text is of; any text is of one."""
        key, _, name_key = text.partition(_BETWEEN)
        return Mark(key=key, name_key=name_key)


class Wanted(Record, frozen=True):
    """Accounts that fit all of this, None asks nothing; behind one place, up to a key.

    ``few``: the groups have so few members that these are read first.
    """

    now: datetime
    org_id: int | None
    by: ListedBy = ListedBy.NAME
    pattern: NamePattern | None = None
    status: AccountStatus | None = None
    groups: Sequence[str] | None = None
    few: bool = False
    after: Mark | None = None
    until: str | None = None


class Listed(Record, frozen=True):
    """Some of the accounts that fit, in their order; may be fewer than a page, with more behind.

    ``after`` is what to ask for the next page with, None if nothing is left. ``looked``: after how
    many that were looked at the page ended before it was full; 0 if it did not.
    """

    profiles: Sequence[Profile]
    after: str | None = None
    looked: int = 0


class LeafingDesk(Protocol):
    """Accounts in order, a bounded number of rows at a time."""

    async def key_at(self, what: Wanted, looked: int) -> str | None:
        """Return the key of the last of so many rows behind the place, None if none is behind it.

        Only the order and the beginning of the pattern count.
        """

    async def has_more(self, groups: Sequence[str], members: int) -> bool:
        """Say whether the groups have more memberships than so many."""

    async def page(self, what: Wanted, most: int) -> list[tuple[Account, Mark]]: ...
