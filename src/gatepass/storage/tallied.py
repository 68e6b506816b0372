"""Rows to tallies: how often what happened, by hour and Org."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Integer,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal_column,
    select,
    tuple_,
    update,
)

from gatepass.core.tallies import Tally, What
from gatepass.storage.schema import tallies
from gatepass.storage.statements import Link, Prepared, Row, to_micros, to_time

_DAY = literal_column("86400000000", BigInteger)
"""Microseconds, written out: as a value it would be another one each time that it stands here."""
_WHATS = {what.value: what for what in What}
_KEY = (
    (tallies.c.org_id == bindparam("org", type_=Integer))
    & (tallies.c.hour == bindparam("hour", type_=BigInteger))
    & (tallies.c.what == bindparam("what", type_=Text))
)
_OF = (
    tallies.c.org_id == bindparam("org"),
    tallies.c.hour >= bindparam("since"),
    tallies.c.hour < bindparam("until"),
)
_BEGIN = Prepared(
    insert(tallies).from_select(
        ["org_id", "hour", "what", "times"],
        select(
            cast(bindparam("org"), Integer),
            cast(bindparam("hour"), BigInteger),
            cast(bindparam("what"), Text),
            literal_column("0", Integer),
        ).where(~select(tallies.c.times).where(_KEY).exists()),
    )
)
_ADD = Prepared(
    update(tallies).where(_KEY).values(times=tallies.c.times + bindparam("more", type_=BigInteger))
)
_HOURS = Prepared(
    select(tallies.c.hour, tallies.c.what, tallies.c.times)
    .where(*_OF)
    .order_by(tallies.c.hour, tallies.c.what)
)
_day = (tallies.c.hour // _DAY).label("day")
_DAYS = Prepared(
    select(_day * _DAY, tallies.c.what, cast(func.sum(tallies.c.times), BigInteger))
    .where(*_OF)
    .group_by(_day, tallies.c.what)
    .order_by(_day, tallies.c.what)
)
_PRUNE = Prepared(
    delete(tallies).where(
        tuple_(tallies.c.org_id, tallies.c.hour, tallies.c.what).in_(
            select(tallies.c.org_id, tallies.c.hour, tallies.c.what)
            .where(tallies.c.hour < bindparam("before"))
            .limit(bindparam("most"))
        )
    )
)


class Tallied:
    """The desk of tallies."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(self, tallies: Sequence[Tally]) -> None:
        """Add to rows; those that are not there yet begin at nothing."""
        keys = [
            {"org": one.org_id, "hour": to_micros(one.since), "what": one.what.value}
            for one in tallies
        ]
        await self._link.many(_BEGIN, keys)
        added = [{**key, "more": one.times} for key, one in zip(keys, tallies, strict=True)]
        await self._link.many(_ADD, added)

    async def hours(self, org_id: int, since: datetime, until: datetime) -> list[Tally]:
        """Return the sums of hours that began since one time and before another, in order."""
        return await self._all(_HOURS, org_id, since, until)

    async def days(self, org_id: int, since: datetime, until: datetime) -> list[Tally]:
        """Return the same by days of UTC."""
        return await self._all(_DAYS, org_id, since, until)

    async def prune(self, before: datetime, most: int) -> int:
        """Delete at most so many of hours that began before then."""
        return await self._link.run(_PRUNE, before=to_micros(before), most=most)

    async def _all(
        self, statement: Prepared, org_id: int, since: datetime, until: datetime
    ) -> list[Tally]:
        def tally(row: Row) -> Tally:
            return Tally(since=to_time(row[0]), org_id=org_id, what=_WHATS[row[1]], times=row[2])

        rows = await self._link.all(
            statement, org=org_id, since=to_micros(since), until=to_micros(until)
        )
        return [tally(row) for row in rows]
