"""Rows to roles: what they carry, and which groups have them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, select, update

from gatepass.core.records import Group
from gatepass.core.role_words import Role
from gatepass.core.searches import Named
from gatepass.storage.many import lists_of, to_named, to_text
from gatepass.storage.schema import group_roles, groups, role_privileges, roles
from gatepass.storage.searching import among
from gatepass.storage.statements import Link, Prepared, Row, to_micros, to_time

COLUMNS = (
    roles.c.id,
    roles.c.org_id,
    roles.c.name,
    roles.c.description,
    roles.c.read_only,
    roles.c.author_id,
    roles.c.modifier_id,
    roles.c.created_at,
    roles.c.modified_at,
)
_OF_ORG = roles.c.org_id == bindparam("org")
_BY_ID = Prepared(select(*COLUMNS).where(_OF_ORG, roles.c.id == bindparam("key")))
_HAS_ID = Prepared(select(roles.c.id).where(roles.c.id == bindparam("key")))
_BY_KEY = Prepared(select(*COLUMNS).where(_OF_ORG, roles.c.name_key == bindparam("key")))
_LOOKALIKES = Prepared(
    select(roles.c.name).where(
        _OF_ORG, roles.c.skeleton == bindparam("sought"), roles.c.name_key != bindparam("key")
    )
)
_ALL = Prepared(select(*COLUMNS).order_by(roles.c.name_key, roles.c.org_id))
_OF_ONE_ORG = Prepared(select(*COLUMNS).where(_OF_ORG).order_by(roles.c.name_key))
_ADD = Prepared(insert(roles))
_PUT = Prepared(
    update(roles)
    .where(roles.c.id == bindparam("key"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "name",
                "name_key",
                "skeleton",
                "description",
                "read_only",
                "modifier_id",
                "modified_at",
            )
        }
    )
)
_REMOVE = Prepared(delete(roles).where(roles.c.id == bindparam("key")))
_DROP = Prepared(delete(role_privileges).where(role_privileges.c.role_id == bindparam("of")))
_CARRY = Prepared(insert(role_privileges))
_GIVE = Prepared(insert(group_roles))
_TAKE = Prepared(
    delete(group_roles).where(
        group_roles.c.group_id == bindparam("of"), group_roles.c.role_id == bindparam("role")
    )
)


def _carried_by(size: int) -> Select[Any]:
    return (
        select(role_privileges.c.role_id, role_privileges.c.privilege)
        .where(among(role_privileges.c.role_id, "of", size))
        .order_by(role_privileges.c.privilege)
    )


def _of_groups(size: int) -> Select[Any]:
    return (
        select(group_roles.c.group_id, roles.c.id, roles.c.name)
        .join(roles, roles.c.id == group_roles.c.role_id)
        .where(among(group_roles.c.group_id, "of", size))
        .order_by(roles.c.name_key)
    )


def _groups_with(size: int) -> Select[Any]:
    return (
        select(group_roles.c.role_id, groups.c.id, groups.c.name)
        .join(groups, groups.c.id == group_roles.c.group_id)
        .where(among(group_roles.c.role_id, "of", size))
        .order_by(groups.c.name_key)
    )


def to_role(row: Row) -> Role:
    """Return the role of a row that selects ``COLUMNS``."""
    return Role(
        id=row[0],
        org_id=row[1],
        name=row[2],
        description=row[3],
        read_only=bool(row[4]),
        author_id=row[5],
        modifier_id=row[6],
        created_at=to_time(row[7]),
        modified_at=to_time(row[8]),
    )


def _values(role: Role, key: str, skeleton: str) -> dict[str, object]:
    return {
        "name": role.name,
        "name_key": key,
        "skeleton": skeleton,
        "description": role.description,
        "read_only": int(role.read_only),
        "modifier_id": role.modifier_id,
        "modified_at": to_micros(role.modified_at),
    }


class Roles:
    """The role desk."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def by_id(self, org_id: int, role_id: str) -> Role | None:
        row = await self._link.one(_BY_ID, org=org_id, key=role_id)
        return None if row is None else to_role(row)

    async def has_id(self, role_id: str) -> bool:
        """Say whether a role of any Org has this id."""
        return await self._link.one(_HAS_ID, key=role_id) is not None

    async def by_key(self, org_id: int, key: str) -> Role | None:
        row = await self._link.one(_BY_KEY, org=org_id, key=key)
        return None if row is None else to_role(row)

    async def lookalikes(self, org_id: int, skeleton: str, key: str) -> list[str]:
        rows = await self._link.all(_LOOKALIKES, org=org_id, sought=skeleton, key=key)
        return [row[0] for row in rows]

    async def add(self, role: Role, *, key: str, skeleton: str) -> None:
        await self._link.run(
            _ADD,
            id=role.id,
            org_id=role.org_id,
            author_id=role.author_id,
            created_at=to_micros(role.created_at),
            **_values(role, key, skeleton),
        )

    async def put(self, role: Role, *, key: str, skeleton: str) -> None:
        await self._link.run(_PUT, key=role.id, **_values(role, key, skeleton))

    async def remove(self, role: Role) -> None:
        await self._link.run(_REMOVE, key=role.id)

    async def all(self, org_ids: Sequence[int] | None) -> list[Role]:
        """Return the roles of these Orgs by name; None: of every Org."""
        if org_ids is None:
            return [to_role(row) for row in await self._link.all(_ALL)]
        found = []
        for org_id in org_ids:
            found += [to_role(row) for row in await self._link.all(_OF_ONE_ORG, org=org_id)]
        return found

    async def carry(self, role: Role, privileges: Sequence[str]) -> None:
        """Let the role carry these and no others."""
        await self._link.run(_DROP, of=role.id)
        await self._link.many(
            _CARRY,
            [
                {"role_id": role.id, "privilege": word, "org_id": role.org_id}
                for word in dict.fromkeys(privileges)
            ],
        )

    async def carried_by(self, roles: Sequence[str]) -> dict[str, list[str]]:
        return await lists_of(self._link, _carried_by, roles, to_text)

    async def give(self, group: Group, role_id: str) -> None:
        """Give a group a role of its Org; twice is as good as once."""
        await self.take(group, role_id)
        await self._link.run(_GIVE, group_id=group.id, role_id=role_id, org_id=group.org_id)

    async def take(self, group: Group, role_id: str) -> None:
        await self._link.run(_TAKE, of=group.id, role=role_id)

    async def of_groups(self, groups: Sequence[str]) -> dict[str, list[Named]]:
        """Return the roles that each group has itself."""
        return await lists_of(self._link, _of_groups, groups, to_named)

    async def groups_with(self, roles: Sequence[str]) -> dict[str, list[Named]]:
        """Return the groups that have each role themselves."""
        return await lists_of(self._link, _groups_with, roles, to_named)
