"""The processes that serve from one store: what each writes of itself, and what that tells.

It is for looking at: nobody decides anything by it, and a clock that differs from the reader's by
more than ``SILENT_AFTER`` makes a process look silent.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from gatepass.core.records import Record

EVERY = timedelta(seconds=5)
"""How often a process writes that it is there."""
SILENT_AFTER = 3 * EVERY
"""After so long without a word, three of them are missing."""
KEPT = timedelta(days=1)
"""How long the row of a silent process is kept; after a clean close there is none."""
TRUSTED_FOR = timedelta(seconds=3)
"""How long a process trusts what it remembers after its last good look at the epoch."""
MOST = 1000
"""Processes that one look shows: those that were there last."""


class Itself(Record, frozen=True):
    """Where a process runs, under which number, and which version of the server it is."""

    node: str
    """The name of its host."""
    pid: int
    version: str


class Process(Record, frozen=True):
    """What a process wrote of itself when it was last there."""

    id: str
    node: str
    pid: int
    version: str
    started_at: datetime
    seen_at: datetime
    """By its own clock, as is the time of its start."""
    followed: int
    """How far it had followed the epoch: the number of a move."""
    looked: timedelta | None
    """How old its last good look at the epoch was; None: it needs none."""


class ProcessDesk(Protocol):
    """A row for each process."""

    async def put(self, process: Process) -> None: ...
    async def remove(self, process_id: str) -> None: ...
    async def latest(self, most: int) -> list[Process]: ...
    async def prune(self, before: datetime, most: int) -> int: ...


class Serving(Record, frozen=True):
    """How one process fares."""

    node: str
    pid: int
    version: str
    started_at: datetime
    seen: timedelta
    """How long ago it was last there."""
    lag: int
    """Moves of the epoch that it had not followed when it was last there, as far as others then
    had; of a silent one, as far as others have now."""
    looked: timedelta
    """How old its last good look at the epoch was when it was last there; of a silent one, is."""
    is_silent: bool
    """Whether it missed three times to write that it is there: it was killed, it is stopped, or it
    does not reach the store. One that was closed cleanly is not listed at all."""

    @property
    def is_behind(self) -> bool:
        """Say whether it is there, and looked at the epoch too long ago to trust its memory."""
        return not self.is_silent and self.looked > TRUSTED_FOR


def serving(processes: Sequence[Process], now: datetime) -> list[Serving]:
    """Return how each process fares at ``now``, by node and number.

    Each wrote at another moment, so one that is there is compared with those that wrote before it:
    what others followed since, it may have followed as well.
    """
    in_order = sorted(processes, key=lambda one: one.seen_at)
    newest = max((one.followed for one in in_order if not _is_silent(one, now)), default=0)
    before, found = 0, []
    for one in in_order:
        is_silent = _is_silent(one, now)
        if not is_silent:
            before = max(before, one.followed)
        seen = max(timedelta(), now - one.seen_at)
        found.append(
            Serving(
                node=one.node,
                pid=one.pid,
                version=one.version,
                started_at=one.started_at,
                seen=seen,
                lag=max(0, (newest if is_silent else before) - one.followed),
                looked=(one.looked or timedelta()) + (seen if is_silent else timedelta()),
                is_silent=is_silent,
            )
        )
    return sorted(found, key=lambda one: (one.node, one.pid, one.started_at))


def _is_silent(process: Process, now: datetime) -> bool:
    return now - process.seen_at > SILENT_AFTER
