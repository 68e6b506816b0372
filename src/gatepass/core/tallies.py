"""How often what happened: by hour and Org, counted in memory from what was committed.

To count audit events by reading them takes seconds among millions, so each process counts its own
as they are committed, and a background task adds the sums to rows of a small table. A row says
``ALL_ORGS`` for the whole cluster. What is in memory when a process is killed is not counted, and
where a commit is in doubt sums may be added twice: they are for looking at, the trail is the truth.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from gatepass.core.records import ALL_ORGS, AuditEvent, Record, TokenKind

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEPT = 90 * DAY
"""How long rows are kept; older ones go with the sweep."""
AT_ONCE = 250
"""Rows that one transaction adds to: others wait for it."""
MOST = 100_000
"""Sums in memory; beyond them only the cluster's go on, until some are written."""
_Key = tuple[datetime, int, "What"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class What(StrEnum):
    """What is counted."""

    SIGN_IN = "sign_in"
    """A session was opened, by whatever credential."""
    SIGN_IN_REFUSED = "sign_in.refused"
    REFUSED = "refused"
    """Anything else was refused; credentials that the gate refused are counted, not listed."""
    TOKEN_FULL = "token.full"  # noqa: S105 - a word, as the next three
    TOKEN_OBJECT = "token.object"  # noqa: S105
    TOKEN_CUSTOM = "token.custom"  # noqa: S105
    TOKEN_V1 = "token.v1"  # noqa: S105


ISSUED = {kind: What(f"token.{kind.value}") for kind in TokenKind}
_BY_WORD = {kind.value: what for kind, what in ISSUED.items()}


class Tally(Record, frozen=True):
    """How often one thing happened in one Org, or in all, from a time on."""

    since: datetime
    """The beginning of an hour, or of a day of UTC."""
    org_id: int
    what: What
    times: int


class TallyDesk(Protocol):
    """Sums by hour, Org and kind; days are sums of hours."""

    async def add(self, tallies: Sequence[Tally]) -> None: ...
    async def hours(self, org_id: int, since: datetime, until: datetime) -> list[Tally]: ...
    async def days(self, org_id: int, since: datetime, until: datetime) -> list[Tally]: ...
    async def prune(self, before: datetime, most: int) -> int: ...


class Tallies:
    """What this process has counted and not yet written."""

    def __init__(self) -> None:
        self._times: dict[_Key, int] = {}
        self._begins = self._ends = _EPOCH
        """The hour of the last event: most come in the same one, and to find it takes a while."""

    def heard(self, events: Iterable[AuditEvent]) -> None:
        """Count events that were committed."""
        for event in events:
            what = _what(event)
            if what is None:
                continue
            at = event.at
            if not self._begins <= at < self._ends:
                self._begins = _EPOCH + (at - _EPOCH) // HOUR * HOUR
                self._ends = self._begins + HOUR
            begins = self._begins
            times = event.data.get("count", 1) if event.act == "gate.refuse" else 1
            self._add((begins, ALL_ORGS, what), times)
            if _is_of_org(event):
                self._add((begins, event.org_id, what), times)

    def take(self, most: int = AT_ONCE) -> list[Tally]:
        """Hand over some sums that are not yet written; none means that all are."""
        keys = [key for key, _ in zip(self._times, range(most), strict=False)]
        return [
            Tally(since=key[0], org_id=key[1], what=key[2], times=self._times.pop(key))
            for key in keys
        ]

    def put_back(self, taken: Iterable[Tally]) -> None:
        """Take back what could not be written."""
        for one in taken:
            self._add((one.since, one.org_id, one.what), one.times)

    def __len__(self) -> int:
        return len(self._times)

    def _add(self, key: _Key, times: int) -> None:
        before = self._times.get(key)
        if before is not None:
            self._times[key] = before + times
        elif len(self._times) < MOST or key[1] == ALL_ORGS:
            self._times[key] = times


def _what(event: AuditEvent) -> What | None:
    if event.refused is not None:
        return What.SIGN_IN_REFUSED if event.act == "account.sign_in" else What.REFUSED
    if event.act == "token.issue":
        return _BY_WORD.get(event.data.get("kind", ""))
    return What.SIGN_IN if event.act == "session.open" else None


def _is_of_org(event: AuditEvent) -> bool:
    """Say whether an event is an Org's; refused to nobody known, it was refused in no Org."""
    return event.refused is None or event.by_account is not None
