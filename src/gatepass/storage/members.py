"""Who is in a group, by name: from its members where they are few, else from the Org's names.

The names of an Org lie in their order; whether each is in the group is one look-up. So a page of
a large group reads a stretch of names, whose end is found first, and no list of all members.
"""

from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select

from gatepass.core.searches import Member, MemberStretch
from gatepass.storage.schema import accounts, group_members, memberships
from gatepass.storage.searching import LAST
from gatepass.storage.statements import Link, Prepared, Row

_OF_GROUP = group_members.c.group_id == bindparam("of")
_COUNT = Prepared(
    select(func.count()).select_from(
        select(group_members.c.group_id).where(_OF_GROUP).limit(bindparam("most")).subquery()
    )
)
_FEW = Prepared(
    select(accounts.c.id, accounts.c.name, accounts.c.display_name, accounts.c.name_key)
    .select_from(group_members)
    .join(accounts, accounts.c.id == group_members.c.account_id)
    .where(
        _OF_GROUP,
        accounts.c.name_key >= bindparam("start"),
        accounts.c.name_key < bindparam("end"),
    )
    .order_by(accounts.c.name_key)
    .limit(bindparam("most"))
)


def _names(query: Select[Any]) -> Select[Any]:
    """Return the query for names of the Org, in their order."""
    return query.where(
        memberships.c.org_id == bindparam("org"),
        memberships.c.name_key >= bindparam("start"),
        memberships.c.name_key < bindparam("end"),
    ).order_by(memberships.c.name_key)


_END = Prepared(_names(select(memberships.c.name_key)).limit(1).offset(bindparam("looked")))
_MANY = Prepared(
    _names(
        select(accounts.c.id, accounts.c.name, accounts.c.display_name, memberships.c.name_key)
        .select_from(memberships)
        .join(accounts, accounts.c.id == memberships.c.account_id)
    )
    .where(exists().where(group_members.c.account_id == memberships.c.account_id, _OF_GROUP))
    .limit(bindparam("most"))
)


def _to_member(row: Row) -> Member:
    return Member(id=row[0], name=row[1], display_name=row[2], key=row[3])


class Members:
    """The desk of who is in a group."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def count(self, group_id: str, most: int) -> int:
        """Count the members, up to so many."""
        row = await self._link.one(_COUNT, of=group_id, most=most)
        return 0 if row is None else int(row[0])

    async def end(self, what: MemberStretch, looked: int) -> str | None:
        """Return the name behind so many of the Org, None if there is none."""
        row = await self._link.one(_END, org=what.org_id, looked=looked, **_bounds(what))
        return None if row is None else str(row[0])

    async def of_few(self, what: MemberStretch, most: int) -> list[Member]:
        """Return members by name, having read all of the group."""
        rows = await self._link.all(_FEW, of=what.group_id, most=most, **_bounds(what))
        return [_to_member(row) for row in rows]

    async def of_many(self, what: MemberStretch, most: int) -> list[Member]:
        """Return members by name, having read the names of a stretch."""
        rows = await self._link.all(
            _MANY, org=what.org_id, of=what.group_id, most=most, **_bounds(what)
        )
        return [_to_member(row) for row in rows]


def _bounds(what: MemberStretch) -> dict[str, str]:
    return {
        "start": what.begins if what.start is None else what.start,
        "end": what.begins + LAST if what.end is None else what.end,
    }
