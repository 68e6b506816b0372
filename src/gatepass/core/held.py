"""Sessions and access tokens side by side, as they are shown: what is asked, and what is found."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gatepass.core.records import Record, Session, Token, TokenKind


class HeldKind(StrEnum):
    """What an account may hold: a session, or a token of one of the kinds."""

    SESSION = "session"
    FULL = "full"
    OBJECT = "object"
    CUSTOM = "custom"
    V1 = "v1"


class Held(Record, frozen=True):
    """A live session or token, of whom, where and within which limits; never what it is shown by.

    Tokens know neither when they were last used nor from where they were asked for.
    """

    id: str
    kind: HeldKind
    account_id: str
    account_name: str
    org_id: int
    org_name: str
    since: datetime
    expires_at: datetime
    remembered: bool
    last_seen_at: datetime | None
    address: str | None
    agent: str | None
    actor: str | None
    """The label of the trusted secret that bought it, or the like."""
    secret_id: str | None
    object_id: str | None
    has_attributes: bool
    """Whether attributes limit it."""
    parent_id: str | None
    """The session or token that it was bought with."""


class HeldPage(Record, frozen=True):
    """Some of what is held, newest first; may hold less than a page, or nothing, with more behind.

    ``before`` is what to ask for the next page with, None if nothing is left.
    """

    held: Sequence[Held]
    before: str | None


class Stretch(Record, frozen=True):
    """What is looked through for one page: rows of a holder, from one id down to another.

    Ids of sessions and tokens begin with their time, so their order is that of time. ``floor`` is
    the last id within, None if nothing is behind it.
    """

    account_id: str | None
    org_id: int | None
    before: str | None
    floor: str | None = None


class HeldDesk(Protocol):
    """Live sessions and tokens of an account, an Org or all, with the names of account and Org.

    Newest first, and no further down than the floor of a stretch.
    """

    async def floor(self, what: Stretch, looked: int, *, tokens: bool) -> str | None: ...
    async def sessions(
        self, what: Stretch, at: datetime, *, seen_after: datetime, most: int
    ) -> list[tuple[Session, str, str]]: ...
    async def tokens(
        self, what: Stretch, at: datetime, *, kinds: Sequence[TokenKind], most: int
    ) -> list[tuple[Token, str, str]]: ...
