"""Accounts by the hundred: looked up together, added together, read on in the order of names."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, insert, select

from gatepass.core.bulk import NewAccount
from gatepass.core.records import Account, Group
from gatepass.storage.accounts import COLUMNS, new_values, to_account
from gatepass.storage.many import lists_of, rows_of, to_text
from gatepass.storage.schema import accounts, group_members, memberships
from gatepass.storage.searching import among
from gatepass.storage.statements import Link, Prepared, to_micros


def _named(size: int) -> Select[Any]:
    return select(accounts.c.name_key, *COLUMNS).where(among(accounts.c.name_key, "of", size))


def _ids(size: int) -> Select[Any]:
    return select(accounts.c.id).where(among(accounts.c.id, "of", size))


def _alike(size: int) -> Select[Any]:
    return select(accounts.c.skeleton, accounts.c.name).where(
        among(accounts.c.skeleton, "of", size)
    )


def _passwords(size: int) -> Select[Any]:
    return select(accounts.c.id, accounts.c.password).where(
        among(accounts.c.id, "of", size), accounts.c.password.is_not(None)
    )


_ADD = Prepared(insert(accounts))
_JOIN = Prepared(
    insert(memberships).values(
        {name: bindparam(name) for name in ("account_id", "org_id", "joined_at", "name_key")}
    )
)
_PUT_IN = Prepared(insert(group_members))
_AFTER = Prepared(
    select(*COLUMNS)
    .where(accounts.c.name_key > bindparam("after"))
    .order_by(accounts.c.name_key)
    .limit(bindparam("most"))
)


class Bulk:
    """The desk of accounts by the hundred."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def named(self, keys: Sequence[str]) -> dict[str, Account]:
        """Return the accounts that have one of these keys, by key."""
        rows = await rows_of(self._link, _named, keys)
        return {row[0]: to_account(row[1:]) for row in rows}

    async def ids_among(self, ids: Sequence[str]) -> set[str]:
        """Return which of these are ids of accounts."""
        return {row[0] for row in await rows_of(self._link, _ids, ids)}

    async def alike(self, skeletons: Sequence[str]) -> dict[str, list[str]]:
        """Return the names of accounts that have one of these skeletons, by skeleton."""
        return await lists_of(self._link, _alike, skeletons, to_text)

    async def passwords(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the encoded hashes of those of these accounts that have a password."""
        return {row[0]: row[1] for row in await rows_of(self._link, _passwords, ids)}

    async def after(self, key: str, most: int) -> list[Account]:
        """Return accounts in the order of their keys, from behind this one on."""
        rows = await self._link.all(_AFTER, after=key, most=most)
        return [to_account(row) for row in rows]

    async def add(self, new: Sequence[NewAccount], at: datetime) -> None:
        """Add accounts with their memberships and groups; none of them is there yet."""
        joined_at = to_micros(at)
        await self._link.many(
            _ADD,
            [
                new_values(one.account, key=one.key, skeleton=one.skeleton, password=one.password)
                for one in new
            ],
        )
        await self._link.many(
            _JOIN,
            [
                {
                    "account_id": one.account.id,
                    "org_id": org_id,
                    "joined_at": joined_at,
                    "name_key": one.key,
                }
                for one in new
                for org_id in one.org_ids
            ],
        )
        await self._link.many(
            _PUT_IN,
            [
                _member(one.account.id, group)
                for one in new
                for group in {group.id: group for group in one.groups}.values()
            ],
        )


def _member(account_id: str, group: Group) -> dict[str, object]:
    return {"account_id": account_id, "group_id": group.id, "org_id": group.org_id}
