"""Live sessions and tokens by page: a stretch of an index, newest first, and what lives in it.

The end of the stretch is found first, in the index alone. So a page reads a bounded number of rows
however few of them live. ``revoked_at`` is part of an order here only because an index goes by it:
of rows that were not revoked it says nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, or_, select

from gatepass.core.held import Stretch
from gatepass.core.records import Session, Token, TokenKind
from gatepass.storage.columns import Unindexed
from gatepass.storage.schema import accounts, orgs, sessions, tokens
from gatepass.storage.searching import among
from gatepass.storage.sessions import SESSION_COLUMNS, TOKEN_COLUMNS, to_session, to_token
from gatepass.storage.statements import Link, Prepared, to_micros

_TOP = "g"
"""Sorts behind every id, in whatever order texts are compared."""
_TABLES = (sessions, tokens)
_COLUMNS = {sessions: SESSION_COLUMNS, tokens: TOKEN_COLUMNS}


def _within(query: Select[Any], table: Table, what: Stretch) -> Select[Any]:
    """Return the query for rows of the holder before an id, newest first."""
    query = query.where(table.c.id < bindparam("before"))
    if what.account_id is not None:
        query = query.where(table.c.account_id == bindparam("account"))
    if what.org_id is not None:
        one = table.c.org_id if what.account_id is None else Unindexed(table.c.org_id)
        query = query.where(one == bindparam("org"))
    if what.account_id is None and what.org_id is None:
        return query.order_by(table.c.id.desc())
    query = query.where(table.c.revoked_at.is_(None))
    return query.order_by(table.c.revoked_at.desc(), table.c.id.desc())


def _lives(table: Table) -> ColumnElement[bool]:
    return table.c.revoked_at.is_(None) & (table.c.expires_at > bindparam("at"))


@lru_cache
def floor_statement(table: Table, what: Stretch) -> Prepared:
    """Return the statement for the last id of a stretch of this shape."""
    query = _within(select(table.c.id), table, what)
    return Prepared(query.limit(2).offset(bindparam("looked")))


@lru_cache
def page_statement(table: Table, what: Stretch) -> Prepared:
    """Return the statement for what lives in a stretch of this shape."""
    query = (
        select(*_COLUMNS[table], accounts.c.name, orgs.c.name)
        .select_from(table)
        .join(accounts, accounts.c.id == table.c.account_id)
        .join(orgs, orgs.c.id == table.c.org_id)
        .where(_lives(table), table.c.id >= bindparam("floor"))
    )
    if table is sessions:
        used = table.c.last_seen_at > bindparam("seen_after")
        query = query.where(or_(table.c.remembered == 1, used))
    else:
        query = query.where(among(table.c.kind, "kinds", len(TokenKind)))
    return Prepared(_within(query, table, what).limit(bindparam("most")))


def shape(what: Stretch) -> Stretch:
    """Return what a statement depends on: of whom, not of which one."""
    return Stretch(
        account_id=None if what.account_id is None else "",
        org_id=None if what.org_id is None else 0,
        before=None,
    )


def _values(what: Stretch) -> dict[str, object]:
    values: dict[str, object] = {"before": what.before or _TOP}
    if what.account_id is not None:
        values["account"] = what.account_id
    if what.org_id is not None:
        values["org"] = what.org_id
    return values


class HeldRows:
    """The desk of what accounts hold."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def floor(self, what: Stretch, looked: int, *, tokens: bool) -> str | None:
        """Return the id of the last of so many rows, None if none is behind them."""
        statement = floor_statement(_TABLES[tokens], shape(what))
        rows = await self._link.all(statement, looked=looked - 1, **_values(what))
        return str(rows[0][0]) if len(rows) > 1 else None

    async def sessions(
        self, what: Stretch, at: datetime, *, seen_after: datetime, most: int
    ) -> list[tuple[Session, str, str]]:
        rows = await self._link.all(
            page_statement(sessions, shape(what)),
            at=to_micros(at),
            seen_after=to_micros(seen_after),
            floor=what.floor or "",
            most=most,
            **_values(what),
        )
        return [(to_session(row), row[-2], row[-1]) for row in rows]

    async def tokens(
        self, what: Stretch, at: datetime, *, kinds: Sequence[TokenKind], most: int
    ) -> list[tuple[Token, str, str]]:
        words = [kind.value for kind in kinds]
        filled = [*words, *[words[-1]] * (len(TokenKind) - len(words))]
        rows = await self._link.all(
            page_statement(tokens, shape(what)),
            at=to_micros(at),
            floor=what.floor or "",
            most=most,
            **{f"kinds_{place}": word for place, word in enumerate(filled)},
            **_values(what),
        )
        return [(to_token(row), row[-2], row[-1]) for row in rows]
