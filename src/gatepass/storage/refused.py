"""Refused calls in rows: outside the chain, bounded, for who asks why."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, delete, func, insert, or_, select

from gatepass.core.trail import RefusedCall
from gatepass.storage.schema import refusals
from gatepass.storage.statements import Link, Prepared, to_micros, to_time

_COLUMNS = tuple(column for column in refusals.c if column.name != "number")
_ADD = Prepared(insert(refusals).values({one: bindparam(one.name) for one in _COLUMNS}))
_OF_INCIDENT = Prepared(
    select(*_COLUMNS)
    .where(refusals.c.incident_id == bindparam("incident_id"))
    .order_by(refusals.c.number)
)
_LAST = Prepared(select(func.max(refusals.c.number)))
_old = select(refusals.c.number).where(refusals.c.at < bindparam("before"))
_PRUNE = Prepared(
    delete(refusals).where(
        or_(
            refusals.c.number.in_(_old.limit(bindparam("most"))),
            refusals.c.number.in_(
                select(refusals.c.number)
                .where(refusals.c.number <= bindparam("upto"))
                .limit(bindparam("most"))
            ),
        )
    )
)


class Refusals:
    """The desk of refused calls."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(self, refused: Sequence[RefusedCall]) -> None:
        """Write them down."""
        await self._link.many(
            _ADD,
            [
                {
                    "incident_id": one.incident_id,
                    "at": to_micros(one.at),
                    "code": one.code,
                    "reason": one.reason,
                    "operation": one.operation,
                    "address": one.address,
                    "org_id": one.org_id,
                    "account_id": one.account_id,
                    "actor": one.actor,
                    "credential_id": one.credential_id,
                    "data": msgspec.json.encode(one.values).decode(),
                }
                for one in refused
            ],
        )

    async def of_incident(self, incident_id: str) -> list[RefusedCall]:
        """Return what was refused under an incident id."""
        return [
            RefusedCall(
                incident_id=row[0],
                at=to_time(row[1]),
                code=row[2],
                reason=row[3],
                operation=row[4],
                address=row[5],
                org_id=row[6],
                account_id=row[7],
                actor=row[8],
                credential_id=row[9],
                values=msgspec.json.decode(row[10]),
            )
            for row in await self._link.all(_OF_INCIDENT, incident_id=incident_id)
        ]

    async def prune(self, before: datetime, *, keep: int, most: int) -> int:
        """Delete some that are too old, or more than are kept; return how many."""
        row = await self._link.one(_LAST)
        upto = 0 if row is None or row[0] is None else row[0] - keep
        return await self._link.run(_PRUNE, before=to_micros(before), upto=upto, most=most)
