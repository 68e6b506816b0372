"""Audit events in rows: only ever added to, each behind the last one of this writer's chain."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from string import ascii_lowercase, ascii_uppercase

import msgspec
from sqlalchemy import ColumnElement, bindparam, func, or_, select

from gatepass.core.records import AuditEvent, Source
from gatepass.core.trail import LINK, Anchor, Head, Kept, RefusedCall, Sought, Verdict
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
    of_whom = [_conditions()[one] for one in ("account_id", "name") if one in given]
    where = [_conditions()[one] for one in sorted(given - {"account_id", "name"})]
    if of_whom:
        where.append(or_(*of_whom))
    if refused is not None:
        column = audit_events.c.refused
        where.append(column.is_not(None) if refused else column.is_(None))
    if "act" not in given:
        where.append(audit_events.c.act != LINK)
    number = audit_events.c.number
    order = number.asc() if "after" in given else number.desc()
    return Prepared(select(*_KEPT).where(*where).order_by(order).limit(bindparam("most")))


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
        values: dict[str, object] = {
            name: to_micros(value) if isinstance(value, datetime) else value
            for name in Sought.__struct_fields__
            if name != "refused" and (value := getattr(sought, name)) is not None
        }
        statement = _search(frozenset(values), refused=sought.refused)
        if sought.act is not None:
            values["acts"] = sought.act.translate(_ESCAPE) + ".%"
        if sought.name is not None:
            text = msgspec.json.encode(sought.name).decode()
            values["named"] = f'%"name":{text.translate(_ESCAPE).translate(_FOLD)}%'
        rows = await self._link.all(statement, most=most, **values)
        return [
            Kept(number=row[13], chain=row[14], sequence=row[15], event=_event(row)) for row in rows
        ]

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
