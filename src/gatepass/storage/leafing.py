"""Accounts as one leafs through them: along an index, from one place to another.

Who is in an Org is read in the order of names beside the memberships. Members of groups that have
few are read first and sorted; of large groups, accounts are read in order and sifted.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, or_, select

from gatepass.core.leafing import ListedBy, Mark, Wanted
from gatepass.core.records import Account
from gatepass.storage.account_search import standing
from gatepass.storage.accounts import COLUMNS, to_account
from gatepass.storage.schema import accounts, group_members, memberships
from gatepass.storage.searching import LAST, among, named, room, spread
from gatepass.storage.statements import Link, Prepared, to_micros

Shape = tuple[ListedBy, frozenset[str], int]
"""The order, what is asked, and of how many groups."""

SHAPES = 256
_KEYS: dict[ListedBy, ColumnElement[Any]] = {
    ListedBy.NAME: accounts.c.name_key,
    ListedBy.DISPLAY_NAME: accounts.c.display_key,
    ListedBy.EMAIL: accounts.c.email_key,
}
_RANGE = ("name_from", "name_to")


def shape_of(what: Wanted) -> Shape:
    """Return what a statement depends on."""
    pattern = what.pattern
    asked = {
        "org": what.org_id is not None,
        "name_from": pattern is not None and bool(pattern.prefix),
        "name_to": pattern is not None and bool(pattern.prefix),
        "name_like": pattern is not None and pattern.like is not None,
        "status": what.status is not None,
        "few": what.few,
        "after": what.after is not None,
        "until": what.until is not None,
    }
    size = 0 if what.groups is None else room(what.groups)
    return what.by, frozenset(name for name, is_asked in asked.items() if is_asked), size


def _of_memberships(shape: Shape) -> bool:
    by, asked, _ = shape
    return by is ListedBy.NAME and "org" in asked and "few" not in asked


def _key(shape: Shape) -> ColumnElement[Any]:
    return memberships.c.name_key if _of_memberships(shape) else _KEYS[shape[0]]


def _stretch(query: Select[Any], shape: Shape, key: ColumnElement[Any]) -> Select[Any]:
    """Return the query for what lies behind the place, within the beginning of the pattern."""
    by, asked, _ = shape
    if _of_memberships(shape):
        query = query.where(memberships.c.org_id == bindparam("org"))
    for name in _RANGE:
        if name in asked:
            query = query.where(named(key)[name]({}))
    if "after" in asked:
        behind = key > bindparam("after")
        if by is not ListedBy.NAME:
            # The first part is for the index, the second for those of the same key.
            same = or_(behind, accounts.c.name_key > bindparam("after_name"))
            query = query.where(key >= bindparam("after"), same)
        else:
            query = query.where(behind)
    elif by is ListedBy.EMAIL:
        query = query.where(key.is_not(None))
    return query


@lru_cache(SHAPES)
def key_statement(shape: Shape) -> Prepared:
    """Return the statement for the key of the last of so many, read in the index alone."""
    by, asked, size = shape
    key = _key(shape)
    # Of equal keys the place among them does not matter here, but would need the rows.
    alone = (by, asked - {"after"}, size)
    query = _stretch(select(key), alone, key)
    if "after" in asked:
        query = query.where(key > bindparam("after"))
    return Prepared(query.order_by(key).limit(2).offset(bindparam("looked")))


@lru_cache(SHAPES)
def page_statement(shape: Shape) -> Prepared:
    """Return the statement for the accounts of a stretch."""
    by, asked, size = shape
    key = _key(shape)
    query = select(*COLUMNS, key.label("key"), accounts.c.name_key)
    if _of_memberships(shape):
        query = query.join(memberships, memberships.c.account_id == accounts.c.id)
    elif "org" in asked:
        query = query.where(
            exists().where(
                memberships.c.account_id == accounts.c.id,
                memberships.c.org_id == bindparam("org"),
            )
        )
    if size:
        within = among(group_members.c.group_id, "groups", size)
        own = exists().where(group_members.c.account_id == accounts.c.id, within)
        few = accounts.c.id.in_(select(group_members.c.account_id).where(within))
        query = query.where(few if "few" in asked else own)
    if "status" in asked:
        query = query.where(standing() == bindparam("status"))
    if "name_like" in asked:
        query = query.where(named(key)["name_like"]({}))
    if "until" in asked:
        query = query.where(key <= bindparam("until"))
    query = _stretch(query, shape, key)
    order = [key] if by is ListedBy.NAME else [key, accounts.c.name_key]
    return Prepared(query.order_by(*order).limit(bindparam("most")))


@lru_cache
def _members(size: int) -> Prepared:
    query = select(group_members.c.account_id).where(
        among(group_members.c.group_id, "groups", size)
    )
    return Prepared(query.limit(1).offset(bindparam("members")))


def _values(what: Wanted) -> dict[str, object]:
    """Return the values of all that may be asked."""
    pattern = what.pattern
    values: dict[str, object] = {"now": to_micros(what.now)}
    if what.org_id is not None:
        values["org"] = what.org_id
    if pattern is not None:
        values |= {
            "name_from": pattern.prefix,
            "name_to": pattern.prefix + LAST,
            "name_like": pattern.like,
        }
    if what.status is not None:
        values["status"] = what.status
    if what.groups is not None:
        values |= spread("groups", what.groups)
    if what.after is not None:
        values |= {"after": what.after.key, "after_name": what.after.name_key}
    return values


class Leafing:
    """The desk of lists of accounts."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def key_at(self, what: Wanted, looked: int) -> str | None:
        """Return the key of the last of so many rows, None if none is behind it."""
        statement = key_statement(shape_of(what))
        rows = await self._link.all(statement, looked=looked - 1, **_values(what))
        return str(rows[0][0]) if len(rows) > 1 else None

    async def has_more(self, groups: Sequence[str], members: int) -> bool:
        """Say whether the groups have more memberships than so many."""
        statement = _members(room(groups))
        return (
            await self._link.one(statement, members=members, **spread("groups", groups)) is not None
        )

    async def page(self, what: Wanted, most: int) -> list[tuple[Account, Mark]]:
        """Return accounts in order, each with its place."""
        statement = page_statement(shape_of(what))
        rows = await self._link.all(statement, most=most, until=what.until, **_values(what))
        return [(to_account(row), Mark(key=row[-2], name_key=row[-1])) for row in rows]
