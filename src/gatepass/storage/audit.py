"""Audit events in rows: only ever added to, each behind the last one of this writer's chain."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from string import ascii_lowercase, ascii_uppercase

import msgspec
from msgspec.structs import replace
from sqlalchemy import ColumnElement, bindparam, func, or_, select

from gatepass.core.records import AuditEvent, Source
from gatepass.core.trail import (
    LINK,
    Anchor,
    Head,
    Kept,
    Leaf,
    Mark,
    RefusedCall,
    Sought,
    Verdict,
)
from gatepass.storage import chain as chains
from gatepass.storage import pruning, verifying
from gatepass.storage.chain import FACTS, Chain, Draft, draft
from gatepass.storage.schema import audit_events
from gatepass.storage.statements import Link, Prepared, Row, to_micros, to_time

_FACTS = tuple(audit_events.c[name] for name in FACTS)
_KEPT = (*_FACTS, audit_events.c.number, audit_events.c.chain, audit_events.c.sequence)
_LATEST = Prepared(
    select(*_FACTS)
    .where(audit_events.c.act != LINK)
    .order_by(audit_events.c.number.desc())
    .limit(bindparam("most"))
)
_REFUSED = Prepared(
    select(*_FACTS)
    .where(
        audit_events.c.incident_id == bindparam("incident_id"),
        audit_events.c.refused.is_not(None),
    )
    .order_by(audit_events.c.number)
)
_BEFORE = (
    audit_events.c.at <= bindparam("before_at"),
    or_(
        audit_events.c.at < bindparam("before_at"),
        audit_events.c.number < bindparam("before_number"),
    ),
)
_FROM = (
    audit_events.c.at >= bindparam("from_at"),
    or_(
        audit_events.c.at > bindparam("from_at"),
        audit_events.c.number >= bindparam("from_number"),
    ),
)
_BY_TIME = (audit_events.c.at.desc(), audit_events.c.number.desc())
LAST_LOOKED_AT = Prepared(
    select(audit_events.c.at, audit_events.c.number)
    .where(*_BEFORE, audit_events.c.at >= bindparam("since"))
    .order_by(*_BY_TIME)
    .limit(1)
    .offset(bindparam("others"))
)
_EVER = 1 << 62
"""A time after all times in microseconds, and a number after all numbers."""
_ESCAPE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
_FOLD = str.maketrans(ascii_uppercase, ascii_lowercase)
"""What ``lower`` does to a text on both engines."""
_FOLDED = func.lower(audit_events.c.data)


def _event(row: Row) -> AuditEvent:
    return AuditEvent(
        id=row[0],
        at=to_time(row[1]),
        act=row[2],
        refused=row[3],
        org_id=row[4],
        by_account=row[5],
        actor=row[6],
        about=row[7],
        source=Source(address=row[8], agent=row[9], operation=row[10], incident_id=row[11]),
        data=msgspec.json.decode(row[12]),
    )


def _conditions() -> dict[str, ColumnElement[bool]]:
    """Return what each thing that may be sought asks of a row."""
    c = audit_events.c
    return {
        "account_id": or_(
            c.by_account == bindparam("account_id"), c.about == bindparam("account_id")
        ),
        "name": or_(c.actor == bindparam("name"), _FOLDED.like(bindparam("named"), escape="\\")),
        "act": or_(c.act == bindparam("act"), c.act.like(bindparam("acts"), escape="\\")),
        "since": c.at >= bindparam("since"),
        "until": c.at < bindparam("until"),
        "incident_id": c.incident_id == bindparam("incident_id"),
        "org_id": c.org_id == bindparam("org_id"),
        "after": c.number > bindparam("after"),
    }


@cache
def _search(given: frozenset[str], *, refused: bool | None) -> Prepared:
    """Return the statement for a search by just these things."""
    number = audit_events.c.number
    order = number.asc() if "after" in given else number.desc()
    where = _where(given, refused=refused)
    return Prepared(select(*_KEPT).where(*where).order_by(order).limit(bindparam("most")))


@cache
def leaf_of(given: frozenset[str], *, refused: bool | None) -> Prepared:
    """Return the statement for a leaf of what matches these things, between two places."""
    where = (*_BEFORE, *_FROM, *_where(given, refused=refused))
    return Prepared(select(*_KEPT).where(*where).order_by(*_BY_TIME).limit(bindparam("most")))


def _where(given: frozenset[str], *, refused: bool | None) -> list[ColumnElement[bool]]:
    of_whom = [_conditions()[one] for one in ("account_id", "name") if one in given]
    where = [_conditions()[one] for one in sorted(given - {"account_id", "name"})]
    if of_whom:
        where.append(or_(*of_whom))
    if refused is not None:
        column = audit_events.c.refused
        where.append(column.is_not(None) if refused else column.is_(None))
    if "act" not in given:
        where.append(audit_events.c.act != LINK)
    return where


def _values(sought: Sought) -> tuple[frozenset[str], dict[str, object]]:
    """Return what is sought by, and the values of a statement for that."""
    values: dict[str, object] = {
        name: to_micros(value) if isinstance(value, datetime) else value
        for name in Sought.__struct_fields__
        if name != "refused" and (value := getattr(sought, name)) is not None
    }
    given = frozenset(values)
    if sought.act is not None:
        values["acts"] = sought.act.translate(_ESCAPE) + ".%"
    if sought.name is not None:
        text = msgspec.json.encode(sought.name).decode()
        values["named"] = f'%"name":{text.translate(_ESCAPE).translate(_FOLD)}%'
    return given, values


def _kept(row: Row) -> Kept:
    return Kept(number=row[13], chain=row[14], sequence=row[15], event=_event(row))


class Audit:
    """The audit desk; what is added is written, chained, when its transaction ends."""

    def __init__(self, link: Link, chain: Chain | None) -> None:
        self._link = link
        self._chain = chain
        self.drafts: list[Draft] = []

    async def add(self, event: AuditEvent) -> None:
        """Write an event behind the last one.

        Raises:
            RuntimeError: this is no writing transaction.
        """
        if self._chain is None:
            raise RuntimeError("an event needs a writing transaction")
        source = event.source
        self.drafts.append(
            draft(
                event,
                event.id,
                to_micros(event.at),
                event.act,
                event.refused,
                event.org_id,
                event.by_account,
                event.actor,
                event.about,
                source.address,
                source.agent,
                source.operation,
                source.incident_id,
                msgspec.json.encode(event.data).decode(),
            )
        )

    async def latest(self, most: int) -> list[AuditEvent]:
        """Return events, the last written first."""
        return [_event(row) for row in await self._link.all(_LATEST, most=most)]

    async def search(self, sought: Sought, most: int) -> list[Kept]:
        """Return events that match, the last written first; ``after`` turns the order round."""
        given, values = _values(sought)
        statement = _search(given, refused=sought.refused)
        return [_kept(row) for row in await self._link.all(statement, most=most, **values)]

    async def leaf(self, sought: Sought, before: Mark | None, *, most: int, among: int) -> Leaf:
        """Return events that match, newest first, of no more than so many that are looked at.

        ``before`` is where the leaf before this one said that the next begins.
        """
        since = -_EVER if sought.since is None else to_micros(sought.since)
        if before is not None:
            at, number = to_micros(before.at), before.number
        else:
            at, number = (_EVER if sought.until is None else to_micros(sought.until)), 0
        begin: dict[str, object] = {"before_at": at, "before_number": number}
        last = await self._link.one(LAST_LOOKED_AT, since=since, others=among - 1, **begin)
        end = {"from_at": since, "from_number": -_EVER}
        if last is not None:
            end = {"from_at": last[0], "from_number": last[1]}
        given, values = _values(replace(sought, since=None, until=None, after=None))
        statement = leaf_of(given, refused=sought.refused)
        rows = await self._link.all(statement, most=most + 1, **begin, **end, **values)
        events = [_kept(row) for row in rows[:most]]
        if len(rows) > most:
            full = Mark(at=events[-1].event.at, number=events[-1].number)
            return Leaf(events=events, before=full)
        if last is None:
            return Leaf(events=events, before=None)
        return Leaf(events=events, before=Mark(at=to_time(last[0]), number=last[1]), is_cut=True)

    async def refused(self, incident_id: str) -> list[RefusedCall]:
        """Return what was refused under an incident id, as the events say it."""
        found = [_event(row) for row in await self._link.all(_REFUSED, incident_id=incident_id)]
        return [
            RefusedCall(
                incident_id=incident_id,
                at=one.at,
                code=one.data.get("code", one.act),
                reason=one.refused or "",
                operation=one.source.operation,
                address=one.source.address,
                org_id=one.org_id,
                account_id=one.by_account or one.about,
                actor=one.actor,
                values={"account": one.data.get("name"), **one.data.get("values", {})},
            )
            for one in found
        ]

    async def heads(self) -> list[Head]:
        """Return where other chains end that have grown lately."""
        return await chains.heads(self._link, None if self._chain is None else self._chain.id)

    async def note_linked(self, heads: Sequence[Head]) -> None:
        """Note that an event of this transaction names these heads."""
        await chains.note_linked(self._link, heads)

    async def unwatch(self, heads: Sequence[Head]) -> None:
        """Look no more at where these chains end, until they grow again."""
        await chains.unwatch(self._link, heads)

    async def prune(self, before: datetime, most: int) -> list[Anchor]:
        """Delete events from the old ends of chains; return where the pruned ones go on."""
        own = None if self._chain is None else self._chain.id
        return await pruning.prune(self._link, to_micros(before), most, own=own)

    async def verify(self) -> Verdict:
        """Walk all chains and say what is wrong with them."""
        return await verifying.verify(self._link)
