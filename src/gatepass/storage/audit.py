"""Audit events in rows: only ever added to."""

import msgspec
from sqlalchemy import bindparam, insert, select

from gatepass.core.records import AuditEvent, Source
from gatepass.storage.schema import audit_events
from gatepass.storage.statements import Link, Prepared, Row, to_micros, to_time

_COLUMNS = tuple(column for column in audit_events.c if column.name != "number")
_ADD = Prepared(insert(audit_events).values({one: bindparam(one.name) for one in _COLUMNS}))
_LATEST = Prepared(
    select(*_COLUMNS).order_by(audit_events.c.number.desc()).limit(bindparam("most"))
)


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


class Audit:
    """The audit desk."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(self, event: AuditEvent) -> None:
        await self._link.run(
            _ADD,
            id=event.id,
            at=to_micros(event.at),
            act=event.act,
            refused=event.refused,
            org_id=event.org_id,
            by_account=event.by_account,
            actor=event.actor,
            about=event.about,
            address=event.source.address,
            agent=event.source.agent,
            operation=event.source.operation,
            incident_id=event.source.incident_id,
            data=msgspec.json.encode(event.data).decode(),
        )

    async def latest(self, most: int) -> list[AuditEvent]:
        """Return events, the last written first."""
        return [_event(row) for row in await self._link.all(_LATEST, most=most)]
