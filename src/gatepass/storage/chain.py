"""The chain of one writer: each event holds the hash of the one before.

A chain is held by one writer at a time, and so hands out its places without asking the store. What
is appended counts once its transaction is committed (``keep``); undone, it was never there.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, insert, null, select, update

from gatepass.core.records import AuditEvent
from gatepass.core.trail import Head
from gatepass.storage.schema import audit_chains, audit_events
from gatepass.storage.statements import Link, Prepared, to_time

FACTS = (
    *("id", "at", "act", "refused", "org_id", "by_account", "actor", "about"),
    *("address", "agent", "operation", "incident_id", "data"),
)
"""The columns that an event brings; a hash is over these, in this order, and its place."""
PLACE = ("chain", "sequence", "previous", "hash")
NO_CHAIN = -1
IDLE = 30 * 60 * 1_000_000
"""Microseconds after which the others may have stopped to look at where a chain ends."""

_encode = msgspec.json.Encoder().encode
_ADD = Prepared(insert(audit_events).values({name: bindparam(name) for name in (*FACTS, *PLACE)}))
_START = Prepared(
    insert(audit_chains)
    .values(
        started_at=bindparam("started_at"),
        heads=bindparam("heads"),
        linked=bindparam("linked"),
        pruned=bindparam("pruned"),
        watched=bindparam("watched"),
    )
    .returning(audit_chains.c.id)
)
_WATCH = Prepared(
    update(audit_chains).where(audit_chains.c.id == bindparam("chain")).values(watched=1)
)
_UNWATCH = Prepared(
    update(audit_chains).where(audit_chains.c.id == bindparam("chain")).values(watched=null())
)
_LINKED = Prepared(
    update(audit_chains)
    .where(audit_chains.c.id == bindparam("chain"))
    .values(linked=bindparam("sequence"))
)
_last = (
    select(audit_events.c.sequence)
    .where(audit_events.c.chain == audit_chains.c.id)
    .order_by(audit_events.c.sequence.desc())
    .limit(1)
    .correlate(audit_chains)
    .scalar_subquery()
)
_HEADS = Prepared(
    select(
        audit_chains.c.id,
        audit_events.c.sequence,
        audit_events.c.hash,
        audit_events.c.at,
        audit_events.c.act,
        audit_chains.c.linked,
    )
    .join(
        audit_events,
        (audit_events.c.chain == audit_chains.c.id) & (audit_events.c.sequence == _last),
    )
    .where(audit_chains.c.watched.is_not(None), audit_chains.c.id != bindparam("own"))
)


class Draft(NamedTuple):
    """An event ready to be appended: its columns, and what its hash is over."""

    facts: dict[str, Any]
    body: bytes
    event: AuditEvent


def draft(event: AuditEvent, *facts: Any) -> Draft:  # noqa: ANN401 - columns, as a driver takes them
    """Return the draft of an event, with its columns in the order of ``FACTS``."""
    body = _encode(facts)
    if rb"\u0000" in body:
        # One engine cannot keep this character, and the hash must hold on each.
        facts = tuple(
            one.replace("\0", "\N{SYMBOL FOR NULL}") if isinstance(one, str) else one
            for one in facts
        )
        body = _encode(facts)
    return Draft(dict(zip(FACTS, facts, strict=True)), body, event)


def hash_of(previous: bytes, chain: int, sequence: int, body: bytes) -> bytes:
    """Return the hash of an event at its place."""
    return sha256(b"%b%d %d %b" % (previous, chain, sequence, body)).digest()


def body_of(facts: Sequence[Any]) -> bytes:
    """Return what the hash of a kept event is over."""
    return _encode(facts)


def beginning(chain: int, started_at: int, heads: str) -> bytes:
    """Return what stands for the hash before a chain's first event."""
    return sha256(_encode((chain, started_at, heads))).digest()


def listed(heads: Sequence[Head]) -> list[tuple[int, int, str]]:
    """Return heads as a link or the beginning of a chain names them."""
    return [(one.chain, one.sequence, one.hash.hex()) for one in heads]


async def heads(link: Link, own: int | None) -> list[Head]:
    """Return where the other chains end, as far as they may have grown lately."""
    rows = await link.all(_HEADS, own=NO_CHAIN if own is None else own)
    return [
        Head(
            chain=row[0],
            sequence=row[1],
            hash=row[2],
            at=to_time(row[3]),
            act=row[4],
            linked=row[5],
        )
        for row in rows
    ]


async def note_linked(link: Link, named: Sequence[Head]) -> None:
    """Note up to where chains are attested now."""
    await link.many(_LINKED, [{"chain": one.chain, "sequence": one.sequence} for one in named])


async def unwatch(link: Link, named: Sequence[Head]) -> None:
    """Look no more at where these chains end."""
    await link.many(_UNWATCH, [{"chain": one.chain} for one in named])


class _End(NamedTuple):
    """Where a chain ends."""

    chain: int | None = None
    sequence: int = 0
    hash: bytes = b""
    at: int = 0


class Chain:
    """A chain and its end; it begins with the first event that it is given."""

    def __init__(self) -> None:
        self._end = self._kept = _End()

    @property
    def id(self) -> int | None:
        """Which chain it is, None before its first event."""
        return self._end.chain

    async def append(self, link: Link, drafts: Sequence[Draft]) -> None:
        """Write events behind the last one, in the transaction of this link."""
        if not drafts:
            return
        at = drafts[0].facts["at"]
        chain, sequence, previous, last_at = self._end
        if chain is not None and at - last_at > IDLE and not await link.run(_WATCH, chain=chain):
            chain, sequence = None, 0  # so old that it is pruned
        if chain is None:
            chain, previous = await _begin(link, at)
        rows = []
        for facts, body, _ in drafts:
            sequence += 1
            own = hash_of(previous, chain, sequence, body)
            facts.update(chain=chain, sequence=sequence, previous=previous, hash=own)
            rows.append(facts)
            previous = own
        await link.many(_ADD, rows)
        self._end = _End(chain, sequence, previous, at)

    async def begin(self, link: Link, drafts: Sequence[Draft]) -> None:
        """Begin it in a transaction of its own, for these events, which are appended later.

        Where several write at once: to begin a chain is to look at the others, which grow.
        """
        at = drafts[0].facts["at"]
        chain, previous = await _begin(link, at)
        self._end = _End(chain, 0, previous, at)

    def keep(self) -> None:
        """What was appended is committed."""
        self._kept = self._end

    def undo(self) -> None:
        """What was appended is rolled back."""
        self._end = self._kept

    def lose(self) -> None:
        """Nobody knows whether what was appended is committed: another chain begins."""
        if self._end is not self._kept:
            self._end = self._kept = _End()


async def _begin(link: Link, at: int) -> tuple[int, bytes]:
    """Begin a chain that attests where the others end; return it and what is before its first."""
    named = [one for one in await heads(link, None) if one.is_unlinked]
    text = _encode(listed(named)).decode()
    row = await link.one(_START, started_at=at, heads=text, linked=0, pruned=0, watched=1)
    if row is None:
        raise RuntimeError("the store gave the new chain no number")
    await note_linked(link, named)
    return row[0], beginning(row[0], at, text)
