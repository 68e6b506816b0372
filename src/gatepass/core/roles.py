"""Roles: privileges together, given to groups. Only where they are switched on."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from gatepass.core import orgs
from gatepass.core.audit import record
from gatepass.core.entitlements import require
from gatepass.core.errors import AlreadyExists, InvalidParameter, NotPermitted
from gatepass.core.groups import group_ids, require_privileges
from gatepass.core.means import Means
from gatepass.core.names import check_name, name_key, skeleton
from gatepass.core.records import Principal, Record, Source
from gatepass.core.role_rows import (
    RoleView,
    find_role,
    is_free_id,
    require_roles,
    role_views,
    the_role,
)
from gatepass.core.role_words import CARRIED, ROLE_ADMINISTRATION, Role
from gatepass.core.standing import still
from gatepass.core.store import EVERYTHING, Transaction

LONGEST_DESCRIPTION = 4096


class RoleSearch(Record, frozen=True):
    """What a role has to fit; None asks nothing. Roles, Orgs and groups by id or name."""

    roles: Sequence[str] | None = None
    orgs: Sequence[str | int] | None = None
    groups: Sequence[str] | None = None
    privileges: Sequence[str] | None = None


class Roles:
    """Acts on roles of the principal's Org."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def search(self, by: Principal, what: RoleSearch) -> list[RoleView]:
        """Return the roles that fit, by name; an administrator of the cluster names other Orgs.

        Raises:
            NotPermitted: the principal may not manage roles, or they are switched off.
        """
        self._require(by)

        async def work(tx: Transaction) -> list[RoleView]:
            scope = await orgs.searched(tx, by, what.orgs)
            found = await tx.roles.all(scope)
            if what.roles:
                ids = {one.strip().lower() for one in what.roles}
                keys = {name_key(one) for one in what.roles}
                found = [one for one in found if one.id in ids or name_key(one.name) in keys]
            views = await role_views(tx, found)
            if what.groups:
                named = set(await group_ids(tx, scope, what.groups) or ())
                views = [
                    view for view in views if not named.isdisjoint(one.id for one in view.groups)
                ]
            if what.privileges:
                words = set(what.privileges)
                views = [view for view in views if not words.isdisjoint(view.privileges)]
            return views

        return await self._means.store.scan(work)

    async def create(
        self,
        by: Principal,
        source: Source,
        *,
        name: str,
        description: str = "",
        privileges: Sequence[str] = (),
        read_only: bool = False,
        role_id: str | None = None,
    ) -> RoleView:
        """Create a role that no group has yet, with a new id unless one is given.

        Raises:
            NotPermitted: the principal may not manage roles, they are switched off, or it lacks
                an administrative privilege that the role would carry.
            InvalidParameter: a value will not do.
            AlreadyExists: the name is taken or confusable, or the id is taken.
        """
        self._require(by)
        now = self._means.clock()

        async def work(tx: Transaction) -> RoleView:
            caller = await still(tx, self._means, by, now, ROLE_ADMINISTRATION)
            if role_id is not None and not await is_free_id(tx, caller.org_id, role_id):
                raise AlreadyExists("role", role_id)
            role = Role(
                id=role_id or self._means.random.id(),
                org_id=caller.org_id,
                name=await _free_name(tx, caller.org_id, name),
                description=_checked(description),
                read_only=read_only,
                author_id=caller.account_id,
                modifier_id=caller.account_id,
                created_at=now,
                modified_at=now,
            )
            await tx.roles.add(role, key=name_key(role.name), skeleton=skeleton(role.name))
            await self._carry(tx, caller, role, privileges, before=())
            await self._record(
                tx, caller, source, role, act="role.create", now=now, privileges=privileges
            )
            return (await role_views(tx, [role]))[0]

        return await self._means.store.write(work)

    async def update(
        self,
        by: Principal,
        source: Source,
        identifier: str,
        *,
        name: str,
        description: str | None = None,
        privileges: Sequence[str] | None = None,
    ) -> RoleView:
        """Change a role; what is None stays, ``privileges`` replaces what it carries.

        Raises:
            NotPermitted: as for ``create``; or the role carries an administrative privilege that
                the principal lacks; or it is read-only.
            InvalidParameter, AlreadyExists: as for ``create``.
            NotFound: the Org has no such role.
        """
        self._require(by)
        now = self._means.clock()

        async def work(tx: Transaction) -> RoleView:
            caller = await still(tx, self._means, by, now, ROLE_ADMINISTRATION)
            role, before = await self._changeable(tx, caller, identifier)
            changed = replace(
                role,
                name=await _free_name(tx, role.org_id, name, role),
                description=role.description if description is None else _checked(description),
            )
            touched = changed != role
            if privileges is not None:
                touched |= await self._carry(tx, caller, role, privileges, before=before)
            if touched:
                changed = replace(changed, modifier_id=caller.account_id, modified_at=now)
                key = name_key(changed.name)
                await tx.roles.put(changed, key=key, skeleton=skeleton(changed.name))
            await self._record(
                tx, caller, source, changed, act="role.update", now=now, privileges=privileges
            )
            return (await role_views(tx, [changed]))[0]

        return await self._means.store.write(work)

    async def remove(self, by: Principal, source: Source, identifier: str) -> None:
        """Delete a role; groups that have it lose what it carries.

        Raises:
            NotPermitted, NotFound: as for ``update``.
        """
        self._require(by)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await still(tx, self._means, by, now, ROLE_ADMINISTRATION)
            role, _ = await self._changeable(tx, caller, identifier)
            await tx.roles.remove(role)
            tx.moved(EVERYTHING)
            await self._record(tx, caller, source, role, act="role.remove", now=now)

        await self._means.store.write(work)

    def _require(self, by: Principal) -> None:
        require(by, self._means.rules, ROLE_ADMINISTRATION)
        require_roles(self._means)

    async def _changeable(
        self, tx: Transaction, by: Principal, identifier: str
    ) -> tuple[Role, list[str]]:
        """Return a role that the principal may change, and what it carries."""
        role = await the_role(tx, by.org_id, identifier)
        if role.read_only:
            raise NotPermitted("another role than a read-only one")
        carried = (await tx.roles.carried_by([role.id])).get(role.id, [])
        require_privileges(by, self._means, carried)
        return role, carried

    async def _carry(
        self,
        tx: Transaction,
        by: Principal,
        role: Role,
        privileges: Sequence[str],
        *,
        before: Sequence[str],
    ) -> bool:
        for word in privileges:
            if word not in CARRIED:
                raise InvalidParameter("privileges", f"no privilege {word!r} for a role")
        require_privileges(by, self._means, privileges)
        if set(privileges) == set(before):
            return False
        await tx.roles.carry(role, privileges)
        tx.moved(EVERYTHING)
        return True

    async def _record(
        self,
        tx: Transaction,
        by: Principal,
        source: Source,
        role: Role,
        *,
        act: str,
        now: datetime,
        privileges: Sequence[str] | None = None,
    ) -> None:
        await record(
            tx,
            self._means,
            act,
            at=now,
            source=source,
            org_id=role.org_id,
            by=by,
            name=role.name,
            role=role.id,
            privileges=None if privileges is None else list(privileges),
        )


async def _free_name(tx: Transaction, org_id: int, name: str, own: Role | None = None) -> str:
    """Return a role's name, cleaned for keeping, if no other role of the Org has one like it."""
    name = check_name("name", name)
    key = name_key(name)
    if own is not None and key == name_key(own.name):
        return name
    # An id is tried before a name: what is named like another's id would pass for it.
    if await find_role(tx, org_id, name) is not None:
        raise AlreadyExists("role", name)
    similar = await tx.roles.lookalikes(org_id, skeleton(name), key)
    orgs.refuse_lookalike("role", name, [one for one in similar if own is None or one != own.name])
    return name


def _checked(description: str) -> str:
    if len(description) > LONGEST_DESCRIPTION:
        raise InvalidParameter("description", f"at most {LONGEST_DESCRIPTION} characters")
    return description
