"""Revocation in rows: what ends, ends with everything that was bought with it, at any depth.

A revocation stamps its roots with its time and then walks down: whoever's parent bears the stamp
gets it too, past its end or not, since something live may hang below. Among the roots, rows long
past their end with nothing below them are left as they are, and only what was not past its end is
reported as ended.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    or_,
    select,
    union_all,
    update,
)

from gatepass.core.records import TokenKind
from gatepass.core.store import Revoked
from gatepass.storage.columns import among_few
from gatepass.storage.schema import sessions, tokens
from gatepass.storage.statements import Link, Prepared, to_micros

_BOTH = (sessions, tokens)
_AT: BindParameter[int] = bindparam("stamp")
_CLOCKS_MAY_STEP = timedelta(hours=1)
"""What ended by itself this lately is stamped too: a clock set back must not bring it to life."""


def _revoke(table: Table, *which: ColumnElement[bool]) -> Prepared:
    return Prepared(
        update(table)
        .where(table.c.revoked_at.is_(None), *which)
        .values(revoked_at=_AT)
        .returning(table.c.account_id, table.c.id, table.c.digest, table.c.expires_at)
    )


def _is_recent(table: Table) -> ColumnElement[bool]:
    return table.c.expires_at > bindparam("since")


def _below(table: Table) -> list[ColumnElement[bool]]:
    """Return, for sessions and for tokens, that one was bought with a row of this table."""
    children = [child.alias(f"{child.name}_below") for child in _BOTH]
    return [exists().where(child.c.parent_id == table.c.id) for child in children]


def _counts(table: Table) -> ColumnElement[bool]:
    return or_(_is_recent(table), *_below(table))


_STAMPED = union_all(
    *(select(table.c.id).where(table.c.revoked_at == _AT) for table in _BOTH)
).subquery()
_CHILDREN = [_revoke(table, table.c.parent_id.in_(select(_STAMPED.c.id))) for table in _BOTH]
_BY_ID = [_revoke(table, table.c.id == bindparam("key")) for table in _BOTH]


def _revoke_of_account(table: Table, counts: ColumnElement[bool]) -> Prepared:
    return _revoke(
        table, table.c.account_id == bindparam("account"), table.c.id != bindparam("but"), counts
    )


# What is bought with a credential is of the same account: nothing of it hides below an ended row.
_OF_ACCOUNT = [_revoke_of_account(table, _is_recent(table)) for table in _BOTH]
_TOKENS_OF_ACCOUNT = [_revoke_of_account(tokens, _counts(tokens))]
_OF_MEMBER = [
    _revoke(
        table,
        table.c.account_id == bindparam("account"),
        among_few(table.c.org_id, bindparam("org")),
        table.c.id != bindparam("but"),
        _counts(table),
    )
    for table in _BOTH
]
_OF_ORG = [_revoke(table, table.c.org_id == bindparam("org"), _counts(table)) for table in _BOTH]
_OF_SECRET = [
    _revoke(table, table.c.secret_id == bindparam("secret"), _counts(table)) for table in _BOTH
]
_OF_SECRET_V1 = [
    _revoke(
        tokens,
        tokens.c.secret_id == bindparam("secret"),
        tokens.c.kind == bindparam("word"),
        _counts(tokens),
    )
]
_OF_KIND = [_revoke(tokens, tokens.c.kind == bindparam("word"), _counts(tokens))]
_EVERYTHING = [_revoke(table, _is_recent(table)) for table in _BOTH]


def _has_ended(table: Table) -> ColumnElement[bool]:
    """Ask for rows that ended long ago and have nothing below them."""
    return and_(
        or_(table.c.expires_at < bindparam("before"), table.c.revoked_at < bindparam("before")),
        *(~one for one in _below(table)),
    )


_ENDED = [
    Prepared(select(table.c.id).where(_has_ended(table)).limit(bindparam("most")))
    for table in _BOTH
]
_DELETE = [
    Prepared(delete(table).where(table.c.id == bindparam("key"), _has_ended(table)))
    for table in _BOTH
]


class Revocations:
    """The revocation desk."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def _end(
        self, roots: Sequence[Prepared], at: datetime, **values: object
    ) -> list[Revoked]:
        stamp = to_micros(at)
        values["since"] = to_micros(at - _CLOCKS_MAY_STEP)
        ended: list[Revoked] = []
        statements, found = roots, True
        while found:
            found = False
            for statement in statements:
                for row in await self._link.all(statement, stamp=stamp, **values):
                    found = True
                    if row[3] > stamp:
                        ended.append(Revoked(account_id=row[0], id=row[1], digest=row[2]))
            statements = _CHILDREN
        return ended

    async def ids(self, ids: Sequence[str], at: datetime) -> list[Revoked]:
        """End these sessions and tokens, and what was bought with them."""
        ended: list[Revoked] = []
        for key in ids:
            ended += await self._end(_BY_ID, at, key=key)
        return ended

    async def of_account(
        self, account_id: str, at: datetime, *, but: str | None = None, tokens_only: bool = False
    ) -> list[Revoked]:
        """End what an account holds, but one session or token (not what was bought with that).

        That one ends too if something it was bought with, at any depth, ends now; a parent that
        ran out long ago ended nothing then and ends nothing now.
        """
        roots = _TOKENS_OF_ACCOUNT if tokens_only else _OF_ACCOUNT
        return await self._end(roots, at, account=account_id, but=but or "")

    async def of_member(
        self,
        account_id: str,
        org_id: int,
        at: datetime,
        *,
        but: str | None = None,
        tokens_only: bool = False,
    ) -> int:
        """End what an account holds in one Org, but one as above, and return how many ended."""
        roots = _OF_MEMBER[1:] if tokens_only else _OF_MEMBER
        return len(await self._end(roots, at, account=account_id, org=org_id, but=but or ""))

    async def of_org(self, org_id: int, at: datetime) -> int:
        """End everything in one Org and return how many ended."""
        return len(await self._end(_OF_ORG, at, org=org_id))

    async def of_secret(self, secret_id: str, at: datetime, *, v1_only: bool) -> int:
        """End what was bought with a trusted secret and return how many ended."""
        if v1_only:
            return len(await self._end(_OF_SECRET_V1, at, secret=secret_id, word="v1"))
        return len(await self._end(_OF_SECRET, at, secret=secret_id))

    async def of_kind(self, kind: TokenKind, at: datetime) -> int:
        """End every token of a kind and return how many ended, with what was bought with them."""
        return len(await self._end(_OF_KIND, at, word=kind.value))

    async def everything(self, at: datetime) -> int:
        """End every session and token of the cluster and return how many ended."""
        return len(await self._end(_EVERYTHING, at))

    async def ended(self, before: datetime, most: int) -> list[str]:
        """Return at most so many of each table that ended before then and have nothing below."""
        found: list[str] = []
        for statement in _ENDED:
            rows = await self._link.all(statement, before=to_micros(before), most=most)
            found += [row[0] for row in rows]
        return found

    async def delete(self, ids: Sequence[str], before: datetime) -> int:
        """Delete those of these that ended before then and have nothing below."""
        gone = 0
        for key in ids:
            for statement in _DELETE:
                gone += await self._link.run(statement, key=key, before=to_micros(before))
        return gone
