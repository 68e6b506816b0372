"""What an overview asks of a store: bounded looks, quick however many rows there are."""

from datetime import datetime
from typing import Protocol

from gatepass.core.records import Record


class Counted(Record, frozen=True):
    """How many were found among the rows that were looked at."""

    number: int
    is_all: bool
    """Whether every row was looked at; else there may be more than ``number``."""


class UnderWay(Record, frozen=True):
    """Wrong passwords in a row for one account, from one address or from all together."""

    account_id: str
    name: str
    address: str | None
    """None stands for all addresses together."""
    failures: int
    """Since the last right password, or since the account was last shut."""
    shut_until: datetime | None
    """Until when no password is looked at, if it is so now."""
    last_at: datetime


class GlanceDesk(Protocol):
    """Bounded looks at sessions and guesses, of one Org or (None) of all."""

    async def sessions(
        self, org_id: int | None, at: datetime, *, seen_after: datetime, most: int
    ) -> Counted: ...
    async def guesses(
        self, org_id: int | None, at: datetime, *, since: datetime, most: int, among: int
    ) -> list[UnderWay]: ...
