"""Rows to headers: objects, what is shared of them, and which tags they have."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, select, update

from gatepass.core.headers import Header, HeaderFilter, Kind, Person
from gatepass.core.names import name_key
from gatepass.core.searches import Named, Page
from gatepass.core.shares import PartyKind, ShareMode, Shares
from gatepass.storage import header_search
from gatepass.storage.header_sources import OBJECT_COLUMNS
from gatepass.storage.schema import (
    account_shares,
    accounts,
    group_shares,
    memberships,
    object_tags,
    objects,
    tags,
)
from gatepass.storage.searching import among, batches, room, spread
from gatepass.storage.statements import Link, Prepared, Row, to_micros, to_time

Build = Callable[[int], Select[Any]]

_COLUMNS = OBJECT_COLUMNS
_OF_ORG = objects.c.org_id == bindparam("org")


def _by_ids(size: int) -> Select[Any]:
    return select(*_COLUMNS).where(_OF_ORG, among(objects.c.id, "of", size))


def _tags_of(size: int) -> Select[Any]:
    return (
        select(object_tags.c.object_id, tags.c.id, tags.c.name)
        .join(tags, tags.c.id == object_tags.c.tag_id)
        .where(object_tags.c.org_id == bindparam("org"), among(object_tags.c.object_id, "of", size))
        .order_by(tags.c.name_key)
    )


def _account_shares_of(size: int) -> Select[Any]:
    return select(
        account_shares.c.object_id, account_shares.c.account_id, account_shares.c.mode
    ).where(
        account_shares.c.org_id == bindparam("org"), among(account_shares.c.object_id, "of", size)
    )


def _group_shares_of(size: int) -> Select[Any]:
    return select(group_shares.c.object_id, group_shares.c.group_id, group_shares.c.mode).where(
        group_shares.c.org_id == bindparam("org"), among(group_shares.c.object_id, "of", size)
    )


def _people(size: int) -> Select[Any]:
    return (
        select(accounts.c.id, accounts.c.name, accounts.c.display_name)
        .join(memberships, memberships.c.account_id == accounts.c.id)
        .where(memberships.c.org_id == bindparam("org"), among(accounts.c.id, "of", size))
    )


@lru_cache
def _prepared(build: Build, size: int) -> Prepared:
    return Prepared(build(size))


_BY_KEY = Prepared(
    select(*_COLUMNS)
    .where(_OF_ORG, objects.c.name_key == bindparam("key"))
    .order_by(objects.c.id)
    .limit(bindparam("most"))
)
_AFTER = Prepared(
    select(*_COLUMNS)
    .where(_OF_ORG, objects.c.id > bindparam("after"))
    .order_by(objects.c.id)
    .limit(bindparam("most"))
)
_BY_CUSTOM_ID = Prepared(
    select(*_COLUMNS).where(_OF_ORG, objects.c.custom_id == bindparam("custom"))
)
_ONE = (_OF_ORG, objects.c.id == bindparam("key"))
_ADD = Prepared(insert(objects))
_CHANGED = (
    *("type", "subtype", "name", "name_key", "description", "custom_id"),
    *("owner_id", "author_id", "modifier_id", "modified_at"),
)
_PUT = Prepared(update(objects).where(*_ONE).values({name: bindparam(name) for name in _CHANGED}))
_REMOVE = Prepared(delete(objects).where(*_ONE))
_SHARE = {
    PartyKind.ACCOUNT: Prepared(insert(account_shares)),
    PartyKind.GROUP: Prepared(insert(group_shares)),
}
_UNSHARE = {
    kind: Prepared(
        delete(table).where(
            table.c.org_id == bindparam("org"),
            table.c.object_id == bindparam("object"),
            holder == bindparam("party"),
        )
    )
    for kind, table, holder in (
        (PartyKind.ACCOUNT, account_shares, account_shares.c.account_id),
        (PartyKind.GROUP, group_shares, group_shares.c.group_id),
    )
}
_TAG = Prepared(insert(object_tags))
_UNTAG = Prepared(
    delete(object_tags).where(
        object_tags.c.org_id == bindparam("org"),
        object_tags.c.object_id == bindparam("object"),
        object_tags.c.tag_id == bindparam("tag"),
    )
)


def _header(row: Row) -> Header:
    return Header(
        org_id=row[0],
        type=Kind(row[1]),
        id=row[2],
        name=row[3],
        display_name=row[4],
        description=row[5],
        subtype=row[6],
        custom_id=row[7],
        owner_id=row[8],
        author_id=row[9],
        modifier_id=row[10],
        created_at=to_time(row[11]),
        modified_at=to_time(row[12]),
    )


def _values(header: Header) -> dict[str, object]:
    return {
        "type": header.type.value,
        "subtype": header.subtype,
        "name": header.name,
        "name_key": name_key(header.name),
        "description": header.description,
        "custom_id": header.custom_id,
        "owner_id": header.owner_id,
        "author_id": header.author_id,
        "modifier_id": header.modifier_id,
        "modified_at": to_micros(header.modified_at),
    }


class Objects:
    """The object desk."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def search(self, what: HeaderFilter, page: Page) -> list[Header]:
        found = header_search.asked(what, page)
        if found is None:
            return []
        shape, values = found
        rows = await self._link.all(header_search.statement(shape), **values)
        return [_header(row) for row in rows]

    async def by_ids(self, org_id: int, ids: Sequence[str]) -> list[Header]:
        return [_header(row) for row in await self._rows(_by_ids, org_id, ids)]

    async def by_key(self, org_id: int, key: str, most: int) -> list[Header]:
        rows = await self._link.all(_BY_KEY, org=org_id, key=key, most=most)
        return [_header(row) for row in rows]

    async def after(self, org_id: int, object_id: str, most: int) -> list[Header]:
        """Return the objects that come next by id."""
        rows = await self._link.all(_AFTER, org=org_id, after=object_id, most=most)
        return [_header(row) for row in rows]

    async def by_custom_id(self, org_id: int, custom_id: str) -> Header | None:
        row = await self._link.one(_BY_CUSTOM_ID, org=org_id, custom=custom_id)
        return None if row is None else _header(row)

    async def add(self, headers: Sequence[Header]) -> None:
        rows = [
            {
                "id": one.id,
                "org_id": one.org_id,
                "created_at": to_micros(one.created_at),
                **_values(one),
            }
            for one in headers
        ]
        await self._link.many(_ADD, rows)

    async def put(self, headers: Sequence[Header]) -> None:
        rows = [{"org": one.org_id, "key": one.id, **_values(one)} for one in headers]
        await self._link.many(_PUT, rows)

    async def remove(self, headers: Sequence[Header]) -> None:
        await self._link.many(_REMOVE, [{"org": one.org_id, "key": one.id} for one in headers])

    async def shares_of(self, org_id: int, ids: Sequence[str]) -> dict[str, Shares]:
        """Return the grants on each; of one without any there is none."""
        by_account: dict[str, dict[str, ShareMode]] = {}
        by_group: dict[str, dict[str, ShareMode]] = {}
        for build, found in ((_account_shares_of, by_account), (_group_shares_of, by_group)):
            for one, party, mode in await self._rows(build, org_id, ids):
                found.setdefault(one, {})[party] = ShareMode(mode)
        return {
            one: Shares(accounts=by_account.get(one, {}), groups=by_group.get(one, {}))
            for one in by_account.keys() | by_group.keys()
        }

    async def share(self, header: Header, kind: PartyKind, party_id: str, mode: ShareMode) -> None:
        """Grant this and no more; NO_ACCESS takes the grant away."""
        org, one = header.org_id, header.id
        await self._link.run(_UNSHARE[kind], org=org, object=one, party=party_id)
        if mode is ShareMode.NO_ACCESS:
            return
        holder = "account_id" if kind is PartyKind.ACCOUNT else "group_id"
        await self._link.run(
            _SHARE[kind], org_id=org, object_id=one, mode=mode.value, **{holder: party_id}
        )

    async def tags_of(self, org_id: int, ids: Sequence[str]) -> dict[str, list[Named]]:
        found: dict[str, list[Named]] = {}
        for one, tag, name in await self._rows(_tags_of, org_id, ids):
            found.setdefault(one, []).append(Named(id=tag, name=name))
        return found

    async def tag(self, header: Header, tag_id: str) -> None:
        """Put a tag on an object; twice is as good as once."""
        await self.untag(header, tag_id)
        await self._link.run(_TAG, org_id=header.org_id, object_id=header.id, tag_id=tag_id)

    async def untag(self, header: Header, tag_id: str) -> None:
        await self._link.run(_UNTAG, org=header.org_id, object=header.id, tag=tag_id)

    async def people(self, org_id: int, accounts: Sequence[str]) -> dict[str, Person]:
        """Return how those of the accounts are called that are of the Org."""
        rows = await self._rows(_people, org_id, accounts)
        return {row[0]: Person(name=row[1], display_name=row[2]) for row in rows}

    async def _rows(self, build: Build, org_id: int, of: Sequence[str]) -> list[Row]:
        found: list[Row] = []
        for some in batches(of):
            statement = _prepared(build, room(some))
            found += await self._link.all(statement, org=org_id, **spread("of", some))
        return found
