"""Bounded looks at many rows: an index leads to the first so many, and no look goes beyond them."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from gatepass.core.glances import Counted, UnderWay
from gatepass.storage.schema import accounts, guesses, memberships, sessions
from gatepass.storage.statements import Link, Prepared, to_micros, to_time

_S, _G = sessions.c, guesses.c


def _counting(within: ColumnElement[bool]) -> Prepared:
    """Count the live ones of the first so many rows, and those rows."""
    rows = (
        select(_S.revoked_at, _S.expires_at, _S.remembered, _S.last_seen_at)
        .where(within)
        .limit(bindparam("most"))
        .subquery("looked")
    )
    live = and_(
        rows.c.revoked_at.is_(None),
        rows.c.expires_at > bindparam("at"),
        or_(rows.c.remembered == 1, rows.c.last_seen_at > bindparam("seen_after")),
    )
    return Prepared(select(func.count().filter(live), func.count()).select_from(rows))


_SESSIONS = _counting(_S.expires_at > bindparam("at"))
_SESSIONS_OF_ORG = _counting(and_(_S.org_id == bindparam("org"), _S.revoked_at.is_(None)))

_newest = (
    select(_G.account_id, _G.address, _G.failures, _G.shut_until, _G.changed_at)
    .where(_G.changed_at > bindparam("since"))
    .order_by(_G.changed_at.desc())
    .limit(bindparam("among"))
    .subquery("newest")
)


def _under_way() -> Select[tuple[str, str, str, int, int | None, int]]:
    n = _newest.c
    return (
        select(n.account_id, accounts.c.name, n.address, n.failures, n.shut_until, n.changed_at)
        .select_from(_newest)
        .join(accounts, accounts.c.id == n.account_id)
        .where(or_(n.failures > 0, n.shut_until > bindparam("at")))
        .order_by(n.changed_at.desc(), n.account_id, n.address)
        .limit(bindparam("most"))
    )


_GUESSES = Prepared(_under_way())
# A value asked of each, not a condition to join by: engines would begin with all of its members.
_GUESSES_OF_ORG = Prepared(
    _under_way().where(
        select(memberships.c.org_id)
        .where(
            memberships.c.account_id == _newest.c.account_id,
            memberships.c.org_id == bindparam("org"),
        )
        .scalar_subquery()
        .is_not(None)
    )
)


class Glanced:
    """The desk of bounded looks."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def sessions(
        self, org_id: int | None, at: datetime, *, seen_after: datetime, most: int
    ) -> Counted:
        """Count the live sessions among the first so many that may be."""
        values = {"at": to_micros(at), "seen_after": to_micros(seen_after), "most": most}
        if org_id is None:
            row = await self._link.one(_SESSIONS, **values)
        else:
            row = await self._link.one(_SESSIONS_OF_ORG, org=org_id, **values)
        live, looked = (0, 0) if row is None else (row[0], row[1])
        return Counted(number=live, is_all=looked < most)

    async def guesses(
        self, org_id: int | None, at: datetime, *, since: datetime, most: int, among: int
    ) -> list[UnderWay]:
        """Return accounts with failures or shut, the newest first, of the ``among`` newest rows.

        An Org's are those of its members.
        """
        now = to_micros(at)
        values = {"at": now, "since": to_micros(since), "most": most, "among": among}
        if org_id is None:
            rows = await self._link.all(_GUESSES, **values)
        else:
            rows = await self._link.all(_GUESSES_OF_ORG, org=org_id, **values)
        return [
            UnderWay(
                account_id=row[0],
                name=row[1],
                address=row[2] or None,
                failures=row[3],
                shut_until=to_time(row[4]) if row[4] is not None and row[4] > now else None,
                last_at=to_time(row[5]),
            )
            for row in rows
        ]
