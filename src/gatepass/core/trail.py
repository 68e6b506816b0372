"""The nouns of the audit trail: ends of its chains, what is sought in it, what is wrong."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from gatepass.core.records import AuditEvent, Record

LINK = "audit.link"
"""The act that writes down where other chains end."""
PRUNE = "audit.prune"
"""The act that writes down up to where chains were pruned."""


class Head(Record, frozen=True):
    """The last event of a chain."""

    chain: int
    sequence: int
    hash: bytes
    at: datetime
    act: str
    linked: int
    """Up to which event another chain attests this one."""

    @property
    def is_unlinked(self) -> bool:
        """Whether the chain has more than another one attests; links alone do not count."""
        return self.sequence > self.linked and self.act != LINK


class Kept(Record, frozen=True):
    """An event as it is kept: its place among all, and in its chain."""

    number: int
    chain: int | None
    sequence: int | None
    event: AuditEvent


class Sought(Record, frozen=True):
    """What events are asked for; None leaves a thing open."""

    account_id: str | None = None
    name: str | None = None
    """Goes with ``account_id``, or stands for it where there is no such account."""
    act: str | None = None
    """One act, or with ``session`` all of them that begin with ``session.``."""
    refused: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    incident_id: str | None = None
    org_id: int | None = None
    after: int | None = None
    """Only events behind this number, in the order in which they were written."""


class Mark(Record, frozen=True):
    """A place among all events by their times: before the one at ``at`` with this number."""

    at: datetime
    number: int


class Leaf(Record, frozen=True):
    """Some events that match, newest first, and where older ones begin."""

    events: list[Kept]
    before: Mark | None
    """Where the next leaf begins; None: nothing older is left to be looked at."""
    is_cut: bool = False
    """Whether it ends there because so many were looked at, not because it is full."""


class Anchor(Record, frozen=True):
    """The last event of a chain that was pruned; the chain goes on behind it, unless it is gone."""

    chain: int
    sequence: int
    hash: bytes
    gone: bool


class Broken(Record, frozen=True):
    """One thing that is wrong with the trail."""

    what: str
    chain: int | None = None
    sequence: int | None = None
    number: int | None = None
    event_id: str | None = None


class Verdict(Record, frozen=True):
    """What came of verifying the trail."""

    events: int
    chains: int
    links: int
    unchained: int
    """Events from before there were chains: nothing attests them."""
    broken: list[Broken]
    more: int = 0
    """How many more things are wrong than are listed."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.broken


class RefusedCall(Record, frozen=True):
    """One refusal, kept for a while outside the chain, for who asks why."""

    incident_id: str
    at: datetime
    """By the server's clock, the one that the check used."""
    code: str
    reason: str
    operation: str
    address: str | None = None
    org_id: int | None = None
    account_id: str | None = None
    actor: str | None = None
    credential_id: str | None = None
    values: dict[str, Any] = msgspec.field(default_factory=dict)
    """What the deciding check compared; never a secret."""


class AuditDesk(Protocol):
    """What happened, in chains that verify; only ever added to, and pruned at the old end."""

    async def add(self, event: AuditEvent) -> None: ...
    async def latest(self, most: int) -> list[AuditEvent]: ...
    async def search(self, sought: Sought, most: int) -> list[Kept]: ...
    async def leaf(self, sought: Sought, before: Mark | None, *, most: int, among: int) -> Leaf: ...
    async def refused(self, incident_id: str) -> list[RefusedCall]: ...
    async def heads(self) -> list[Head]: ...
    async def note_linked(self, heads: Sequence[Head]) -> None: ...
    async def unwatch(self, heads: Sequence[Head]) -> None: ...
    async def prune(self, before: datetime, most: int) -> list[Anchor]: ...
    async def verify(self) -> Verdict: ...


class RefusalDesk(Protocol):
    """Refused calls, kept for a while outside the chain."""

    async def add(self, refused: Sequence[RefusedCall]) -> None: ...
    async def of_incident(self, incident_id: str) -> list[RefusedCall]: ...
    async def prune(self, before: datetime, *, keep: int, most: int) -> int: ...
