"""Rows to groups: members, nested groups and the privileges they grant."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, insert, select, update

from gatepass.core.names import name_key
from gatepass.core.records import Group, GroupType
from gatepass.storage.columns import Unindexed
from gatepass.storage.granting import by_org, granted_by, granted_to, granting, reach
from gatepass.storage.schema import (
    group_links,
    group_liveboards,
    group_members,
    group_privileges,
    groups,
)
from gatepass.storage.statements import Link, Prepared, Row, to_micros, to_time

COLUMNS = (
    groups.c.id,
    groups.c.org_id,
    groups.c.name,
    groups.c.display_name,
    groups.c.description,
    groups.c.system,
    groups.c.author_id,
    groups.c.modifier_id,
    groups.c.created_at,
    groups.c.modified_at,
    groups.c.type,
    groups.c.sharable,
    groups.c.joined_by_all,
)


def to_group(row: Row) -> Group:
    """Return the group of a row that selects ``COLUMNS``."""
    return Group(
        id=row[0],
        org_id=row[1],
        name=row[2],
        display_name=row[3],
        description=row[4],
        system=bool(row[5]),
        author_id=row[6],
        modifier_id=row[7],
        created_at=to_time(row[8]),
        modified_at=to_time(row[9]),
        type=GroupType(row[10]),
        sharable=bool(row[11]),
        joined_by_all=bool(row[12]),
    )


def _values(group: Group, key: str, skeleton: str) -> dict[str, object]:
    return {
        "name": group.name,
        "name_key": key,
        "skeleton": skeleton,
        "display_name": group.display_name,
        "display_key": name_key(group.display_name),
        "description": group.description,
        "modifier_id": group.modifier_id,
        "modified_at": to_micros(group.modified_at),
        "type": group.type.value,
        "sharable": int(group.sharable),
        "joined_by_all": int(group.joined_by_all),
    }


# The Org is asked of the membership, not of the group: that way in, the engine meets the account's
# few groups and not all of the Org's. (SQLite would take the Org's members all the same.)
_IN_ORG = Unindexed(group_members.c.org_id) == bindparam("org")
_OF_ACCOUNT = group_members.c.account_id == bindparam("account")
_REACH = reach(_OF_ACCOUNT)
_REACH_IN_ORG = reach(_OF_ACCOUNT, _IN_ORG)

_PRIVILEGES = Prepared(granted_to(_REACH))

_GRANTING = granting(lambda org, word: (org == bindparam("org")) & (word == bindparam("word")))
_HOLDERS = Prepared(
    select(group_members.c.account_id)
    # Not joined: the engine would rather walk all members and look each one's group up.
    .where(group_members.c.group_id.in_(select(_GRANTING.c.group_id)))
    .distinct()
    .order_by(group_members.c.account_id)
)

_SIZE = Prepared(
    select(func.count())
    .select_from(group_members)
    .where(group_members.c.group_id == bindparam("of"))
)

_BY_ID = Prepared(
    select(*COLUMNS).where(groups.c.org_id == bindparam("org"), groups.c.id == bindparam("key"))
)
_BY_KEY = Prepared(
    select(*COLUMNS).where(
        groups.c.org_id == bindparam("org"), groups.c.name_key == bindparam("key")
    )
)
_LOOKALIKES = Prepared(
    select(groups.c.name).where(
        groups.c.org_id == bindparam("org"),
        groups.c.skeleton == bindparam("sought"),
        groups.c.name_key != bindparam("key"),
    )
)
_ADD = Prepared(insert(groups))
_PUT = Prepared(
    update(groups)
    .where(groups.c.id == bindparam("key"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "name",
                "name_key",
                "skeleton",
                "display_name",
                "display_key",
                "description",
                "modifier_id",
                "modified_at",
                "type",
                "sharable",
                "joined_by_all",
            )
        }
    )
)
_REMOVE = Prepared(delete(groups).where(groups.c.id == bindparam("key")))
_DROP_LIVEBOARDS = Prepared(
    delete(group_liveboards).where(group_liveboards.c.group_id == bindparam("of"))
)
_ADD_LIVEBOARDS = Prepared(insert(group_liveboards))
_ALL = Prepared(
    select(*COLUMNS).where(groups.c.org_id == bindparam("org")).order_by(groups.c.name_key)
)
_FOR_NEWCOMERS = Prepared(
    select(*COLUMNS).where(groups.c.org_id == bindparam("org"), groups.c.joined_by_all == 1)
)
_GRANT = Prepared(insert(group_privileges))
_WITHDRAW = Prepared(
    delete(group_privileges).where(
        group_privileges.c.group_id == bindparam("of"),
        group_privileges.c.privilege == bindparam("word"),
    )
)
_GRANTED = Prepared(granted_by(bindparam("of"), bindparam("org")))
_PUT_IN = Prepared(insert(group_members))
_TAKE_OUT = Prepared(
    delete(group_members).where(
        group_members.c.account_id == bindparam("account"),
        group_members.c.group_id == bindparam("of"),
    )
)
_NEST = Prepared(insert(group_links))
_UNNEST = Prepared(
    delete(group_links).where(
        group_links.c.child_id == bindparam("child"), group_links.c.parent_id == bindparam("parent")
    )
)
_PARENTS = Prepared(
    select(group_links.c.parent_id).where(
        Unindexed(group_links.c.org_id) == bindparam("org"),
        group_links.c.child_id == bindparam("of"),
    )
)
_DIRECT = Prepared(
    select(*COLUMNS)
    .join(group_members, group_members.c.group_id == groups.c.id)
    .where(_OF_ACCOUNT, _IN_ORG)
    .order_by(groups.c.name_key)
)
_INHERITED = Prepared(
    select(*COLUMNS)
    .join(_REACH_IN_ORG, _REACH_IN_ORG.c.group_id == groups.c.id)
    .order_by(groups.c.name_key)
)


class Groups:
    """The group desk."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def by_id(self, org_id: int, group_id: str) -> Group | None:
        row = await self._link.one(_BY_ID, org=org_id, key=group_id)
        return None if row is None else to_group(row)

    async def by_key(self, org_id: int, key: str) -> Group | None:
        row = await self._link.one(_BY_KEY, org=org_id, key=key)
        return None if row is None else to_group(row)

    async def lookalikes(self, org_id: int, skeleton: str, key: str) -> list[str]:
        rows = await self._link.all(_LOOKALIKES, org=org_id, sought=skeleton, key=key)
        return [row[0] for row in rows]

    async def add(self, group: Group, *, key: str, skeleton: str) -> None:
        await self._link.run(
            _ADD,
            id=group.id,
            org_id=group.org_id,
            system=int(group.system),
            author_id=group.author_id,
            created_at=to_micros(group.created_at),
            **_values(group, key, skeleton),
        )

    async def put(self, group: Group, *, key: str, skeleton: str) -> None:
        await self._link.run(_PUT, key=group.id, **_values(group, key, skeleton))

    async def put_liveboards(self, group: Group, liveboards: Sequence[str]) -> None:
        await self._link.run(_DROP_LIVEBOARDS, of=group.id)
        await self._link.many(
            _ADD_LIVEBOARDS,
            [
                {"group_id": group.id, "liveboard_id": one, "org_id": group.org_id, "place": place}
                for place, one in enumerate(liveboards)
            ],
        )

    async def remove(self, group: Group) -> None:
        await self._link.run(_REMOVE, key=group.id)

    async def all(self, org_id: int) -> list[Group]:
        return [to_group(row) for row in await self._link.all(_ALL, org=org_id)]

    async def for_newcomers(self, org_id: int) -> list[Group]:
        return [to_group(row) for row in await self._link.all(_FOR_NEWCOMERS, org=org_id)]

    async def grant(self, group: Group, privileges: Sequence[str]) -> None:
        """Let the group grant these; what it grants already stays as it is."""
        await self.withdraw(group, privileges)
        await self._link.many(
            _GRANT,
            [
                {"group_id": group.id, "privilege": word, "org_id": group.org_id}
                for word in dict.fromkeys(privileges)
            ],
        )

    async def withdraw(self, group: Group, privileges: Sequence[str]) -> None:
        await self._link.many(_WITHDRAW, [{"of": group.id, "word": word} for word in privileges])

    async def granted(self, org_id: int, group_ids: Sequence[str]) -> frozenset[str]:
        words: set[str] = set()
        for group_id in await self.closure(org_id, group_ids):
            rows = await self._link.all(_GRANTED, org=org_id, of=group_id)
            words.update(row[0] for row in rows)
        return frozenset(words)

    async def put_in(self, group: Group, account_id: str) -> None:
        """Put an account in; twice is as good as once."""
        await self.take_out(group, account_id)
        await self._link.run(_PUT_IN, account_id=account_id, group_id=group.id, org_id=group.org_id)

    async def take_out(self, group: Group, account_id: str) -> None:
        await self._link.run(_TAKE_OUT, account=account_id, of=group.id)

    async def nest(self, parent: Group, child: Group) -> None:
        """Put a group inside another of its Org; twice is as good as once."""
        await self.unnest(parent, child)
        await self._link.run(_NEST, child_id=child.id, parent_id=parent.id, org_id=parent.org_id)

    async def unnest(self, parent: Group, child: Group) -> None:
        await self._link.run(_UNNEST, child=child.id, parent=parent.id)

    async def closure(self, org_id: int, group_ids: Sequence[str]) -> list[str]:
        """Return the groups and all that they are nested in, each once."""
        reached = list(dict.fromkeys(group_ids))
        for group_id in reached:
            for row in await self._link.all(_PARENTS, org=org_id, of=group_id):
                if row[0] not in reached:
                    reached.append(row[0])
        return reached

    async def of_account(self, account_id: str, org_id: int) -> tuple[list[Group], list[Group]]:
        """Return the account's own groups, and those with all that they are nested in."""
        direct = await self._link.all(_DIRECT, account=account_id, org=org_id)
        inherited = await self._link.all(_INHERITED, account=account_id, org=org_id)
        return [to_group(row) for row in direct], [to_group(row) for row in inherited]

    async def privileges(self, account_id: str) -> dict[int, frozenset[str]]:
        """Return what the account's groups grant, by Org."""
        return by_org(await self._link.all(_PRIVILEGES, account=account_id))

    async def holders(self, org_id: int, privilege: str) -> list[str]:
        """Return the accounts that hold a privilege in an Org, by nesting too."""
        return [row[0] for row in await self._link.all(_HOLDERS, org=org_id, word=privilege)]

    async def size(self, group_id: str) -> int:
        """Return how many accounts are in the group itself."""
        row = await self._link.one(_SIZE, of=group_id)
        return 0 if row is None else int(row[0])
