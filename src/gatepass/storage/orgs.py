"""Rows to Orgs: the Org desk and memberships."""

from datetime import datetime

from sqlalchemy import BigInteger, Integer, bindparam, delete, exists, insert, select, update

from gatepass.core.records import Org
from gatepass.storage.columns import Unindexed
from gatepass.storage.schema import (
    account_shares,
    accounts,
    favorites,
    group_members,
    memberships,
    orgs,
)
from gatepass.storage.statements import Link, Prepared, Row, to_micros, to_time

COLUMNS = (
    orgs.c.id,
    orgs.c.name,
    orgs.c.description,
    orgs.c.active,
    orgs.c.visible,
    orgs.c.created_at,
)


def to_org(row: Row) -> Org:
    """Return the Org of a row that selects ``COLUMNS``."""
    return Org(
        id=row[0],
        name=row[1],
        description=row[2],
        active=bool(row[3]),
        visible=bool(row[4]),
        created_at=to_time(row[5]),
    )


_BY_ID = Prepared(select(*COLUMNS).where(orgs.c.id == bindparam("key")), lasting=True)
_BY_KEY = Prepared(select(*COLUMNS).where(orgs.c.name_key == bindparam("key")))
_LOOKALIKES = Prepared(
    select(orgs.c.name).where(
        orgs.c.skeleton == bindparam("sought"), orgs.c.name_key != bindparam("key")
    )
)
_ADD = Prepared(insert(orgs))
_ALL = Prepared(select(*COLUMNS).order_by(orgs.c.id))
_OF_ACCOUNT = Prepared(
    select(*COLUMNS)
    .join(memberships, memberships.c.org_id == orgs.c.id)
    .where(memberships.c.account_id == bindparam("account"))
    .order_by(orgs.c.id)
)
_IS_MEMBER = Prepared(
    select(memberships.c.org_id).where(
        memberships.c.account_id == bindparam("account"), memberships.c.org_id == bindparam("org")
    ),
    lasting=True,
)
_JOIN = Prepared(
    insert(memberships).from_select(
        ["account_id", "org_id", "joined_at", "name_key"],
        select(
            accounts.c.id,
            bindparam("org", type_=Integer),
            bindparam("at", type_=BigInteger),
            accounts.c.name_key,
        ).where(accounts.c.id == bindparam("account")),
    )
)
_LEAVE = Prepared(
    delete(memberships).where(
        memberships.c.account_id == bindparam("account"), memberships.c.org_id == bindparam("org")
    )
)
_LEAVE_GROUPS = Prepared(
    delete(group_members).where(
        group_members.c.account_id == bindparam("account"),
        Unindexed(group_members.c.org_id) == bindparam("org"),
    )
)
_LEAVE_FAVORITES = Prepared(
    delete(favorites).where(
        favorites.c.account_id == bindparam("account"), favorites.c.org_id == bindparam("org")
    )
)
_LEAVE_SHARES = Prepared(
    delete(account_shares).where(
        account_shares.c.account_id == bindparam("account"),
        account_shares.c.org_id == bindparam("org"),
    )
)
_PUT = Prepared(
    update(orgs)
    .where(orgs.c.id == bindparam("key"))
    .values(
        name=bindparam("new"),
        name_key=bindparam("new_key"),
        skeleton=bindparam("new_skeleton"),
        description=bindparam("new_description"),
    )
)
_MEMBERS = Prepared(
    select(memberships.c.account_id)
    .where(memberships.c.org_id == bindparam("org"))
    .order_by(memberships.c.name_key)
)
_elsewhere = memberships.alias("elsewhere")
_REMOVE_MEMBERS = Prepared(
    delete(accounts).where(
        accounts.c.system == 0,
        accounts.c.id.in_(
            select(memberships.c.account_id).where(memberships.c.org_id == bindparam("org"))
        ),
        ~exists().where(
            _elsewhere.c.account_id == accounts.c.id, _elsewhere.c.org_id != bindparam("org")
        ),
    )
)
_REMOVE = Prepared(delete(orgs).where(orgs.c.id == bindparam("org")))


class Orgs:
    """The Org desk."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def by_id(self, org_id: int) -> Org | None:
        row = await self._link.one(_BY_ID, key=org_id)
        return None if row is None else to_org(row)

    async def by_key(self, key: str) -> Org | None:
        row = await self._link.one(_BY_KEY, key=key)
        return None if row is None else to_org(row)

    async def lookalikes(self, skeleton: str, key: str) -> list[str]:
        return [row[0] for row in await self._link.all(_LOOKALIKES, sought=skeleton, key=key)]

    async def add(self, org: Org, *, key: str, skeleton: str) -> None:
        await self._link.run(
            _ADD,
            id=org.id,
            name=org.name,
            name_key=key,
            skeleton=skeleton,
            description=org.description,
            active=int(org.active),
            visible=int(org.visible),
            created_at=to_micros(org.created_at),
        )

    async def put(self, org: Org, *, key: str, skeleton: str) -> None:
        await self._link.run(
            _PUT,
            key=org.id,
            new=org.name,
            new_key=key,
            new_skeleton=skeleton,
            new_description=org.description,
        )

    async def members(self, org_id: int) -> list[str]:
        return [row[0] for row in await self._link.all(_MEMBERS, org=org_id)]

    async def remove(self, org_id: int) -> int:
        """Delete an Org with all that is in it; return how many accounts only it had."""
        gone = await self._link.run(_REMOVE_MEMBERS, org=org_id)
        await self._link.run(_REMOVE, org=org_id)
        return gone

    async def all(self) -> list[Org]:
        return [to_org(row) for row in await self._link.all(_ALL)]

    async def of_account(self, account_id: str) -> list[Org]:
        return [to_org(row) for row in await self._link.all(_OF_ACCOUNT, account=account_id)]

    async def is_member(self, account_id: str, org_id: int) -> bool:
        return await self._link.one(_IS_MEMBER, account=account_id, org=org_id) is not None

    async def join(self, account_id: str, org_id: int, at: datetime) -> None:
        await self._link.run(_JOIN, account=account_id, org=org_id, at=to_micros(at))

    async def leave(self, account_id: str, org_id: int) -> None:
        await self._link.run(_LEAVE_GROUPS, account=account_id, org=org_id)
        await self._link.run(_LEAVE_FAVORITES, account=account_id, org=org_id)
        await self._link.run(_LEAVE_SHARES, account=account_id, org=org_id)
        await self._link.run(_LEAVE, account=account_id, org=org_id)
