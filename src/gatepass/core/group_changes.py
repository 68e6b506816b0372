"""Groups made and changed as a whole: what they are called, who is in them, what they grant."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from gatepass.core import orgs
from gatepass.core.account_rows import find_account
from gatepass.core.audit import record
from gatepass.core.entitlements import require
from gatepass.core.errors import AlreadyExists, InvalidParameter, NotFound, NotPermitted
from gatepass.core.groups import (
    add_group,
    find_group,
    refuse_lockout,
    refuse_superior_group,
    require_privileges,
)
from gatepass.core.means import Means
from gatepass.core.names import check_label, check_name, name_key, skeleton
from gatepass.core.object_names import name_pinned
from gatepass.core.privileges import (
    ADMINISTRATION,
    AUTHORING,
    GROUP_ADMINISTRATION,
    any_administrative,
)
from gatepass.core.records import (
    Account,
    Group,
    GroupType,
    ListChange,
    Principal,
    Record,
    Source,
)
from gatepass.core.role_rows import require_roles, the_role
from gatepass.core.standing import still
from gatepass.core.store import EVERYTHING, Scope, Transaction
from gatepass.core.views import GroupView, group_views

LONGEST_DESCRIPTION = 4096
FEW = 16
"""So many changed members are told apart in the epoch."""


class GroupChange(Record, frozen=True):
    """What is to change of a group; None leaves it alone. ``operation`` is for the lists."""

    name: str | None = None
    display_name: str | None = None
    description: str | None = None
    type: GroupType | None = None
    sharable: bool | None = None
    privileges: Sequence[str] | None = None
    inside: Sequence[str] | None = None
    users: Sequence[str] | None = None
    liveboards: Sequence[str] | None = None
    roles: Sequence[str] | None = None
    joined_by_all: bool | None = None
    operation: ListChange = ListChange.REPLACE


class GroupChanges:
    """Acts on groups of the principal's Org."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def create(
        self,
        by: Principal,
        source: Source,
        name: str,
        what: GroupChange,
        *,
        group_id: str | None = None,
    ) -> GroupView:
        """Create a group as it is described, with a new id unless one is given.

        Raises:
            NotPermitted: the principal may not manage groups, or lacks an administrative
                privilege that the group would grant.
            InvalidParameter: a value will not do.
            AlreadyExists: the name is taken or confusable, or the id is taken.
            NotFound: there is no such account, group or role in the Org.
        """
        require(by, self._means.rules, GROUP_ADMINISTRATION)
        now = self._means.clock()

        async def work(tx: Transaction) -> GroupView:
            caller = await still(tx, self._means, by, now, GROUP_ADMINISTRATION)
            group = await add_group(
                tx,
                self._means,
                caller.org_id,
                name,
                author_id=caller.account_id,
                now=now,
                group_id=group_id,
            )
            group = await change_in(
                tx, self._means, caller, source, group=group, what=what, act="group.create", now=now
            )
            return (await name_pinned(tx, caller, await group_views(tx, [group])))[0]

        return await self._means.store.write(work)

    async def update(
        self, by: Principal, source: Source, identifier: str, what: GroupChange
    ) -> None:
        """Change a group: nothing, or all of it; raises as ``create`` does.

        Raises:
            NotPermitted: also, it grants an administrative privilege that the principal lacks,
                or the change is not for a system group.
        """
        require(by, self._means.rules, GROUP_ADMINISTRATION)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await still(tx, self._means, by, now, GROUP_ADMINISTRATION)
            group = await self._the_group(tx, caller, identifier)
            await change_in(
                tx, self._means, caller, source, group=group, what=what, act="group.update", now=now
            )

        await self._means.store.write(work)

    async def remove(self, by: Principal, source: Source, identifier: str) -> None:
        """Delete a group; its members and the groups in it stay.

        Raises:
            NotPermitted: the principal may not manage groups or this one, or it is a system one.
            NotFound: the Org has no such group.
        """
        require(by, self._means.rules, GROUP_ADMINISTRATION)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await still(tx, self._means, by, now, GROUP_ADMINISTRATION)
            group = await self._the_group(tx, caller, identifier)
            await remove_in(tx, self._means, caller, source, group, now=now)

        await self._means.store.write(work)

    async def _the_group(self, tx: Transaction, by: Principal, identifier: str) -> Group:
        group = await find_group(tx, by.org_id, identifier)
        if group is None:
            raise NotFound("group", identifier)
        return group


async def change_in(
    tx: Transaction,
    means: Means,
    by: Principal,
    source: Source,
    *,
    group: Group,
    what: GroupChange,
    act: str,
    now: datetime,
) -> Group:
    """Change a group inside an act, and write that down; raises as ``update`` does."""
    group = await _Change(tx, means, by, now).of(group, what)
    await _record(tx, means, by, source, group=group, what=what, act=act, now=now)
    return group


async def remove_in(
    tx: Transaction, means: Means, by: Principal, source: Source, group: Group, *, now: datetime
) -> None:
    """Delete a group inside an act, and write that down; raises as ``remove`` does."""
    if group.system:
        raise NotPermitted("another group than a system group")
    await refuse_superior_group(tx, means, by, group)
    await tx.groups.remove(group)
    tx.moved(EVERYTHING)
    await _record(
        tx, means, by, source, group=group, what=GroupChange(), act="group.remove", now=now
    )


async def _record(
    tx: Transaction,
    means: Means,
    by: Principal,
    source: Source,
    *,
    group: Group,
    what: GroupChange,
    act: str,
    now: datetime,
) -> None:
    named = {
        field: value
        for field in ("privileges", "inside", "users", "liveboards", "roles", "joined_by_all")
        if (value := getattr(what, field)) is not None
    }
    await record(
        tx,
        means,
        act,
        at=now,
        source=source,
        org_id=group.org_id,
        by=by,
        name=group.name,
        group=group.id,
        operation=what.operation.value,
        **named,
    )


class _Change:
    """One change of a group, step by step, in one transaction."""

    def __init__(self, tx: Transaction, means: Means, by: Principal, now: datetime) -> None:
        self._tx = tx
        self._means = means
        self._by = by
        self._now = now

    async def of(self, group: Group, what: GroupChange) -> Group:
        """Do all of it and return the group."""
        await refuse_superior_group(self._tx, self._means, self._by, group)
        changed = await self._described(group, what)
        touched = changed != group
        if what.privileges is not None:
            touched |= await self._grant(changed, what.privileges, what.operation)
        if what.inside is not None:
            touched |= await self._nest(changed, what.inside, what.operation)
        if what.roles is not None:
            touched |= await self._give(changed, what.roles, what.operation)
        if what.joined_by_all is not None:
            await self._refuse_newcomers(changed)
        if touched:
            self._tx.moved(EVERYTHING)
        if what.users is not None:
            touched |= await self._fill(changed, what.users, what.operation)
        if what.liveboards is not None:
            touched |= await self._pin(changed, what.liveboards, what.operation)
        if touched:
            changed = replace(changed, modifier_id=self._by.account_id, modified_at=self._now)
            key = name_key(changed.name)
            await self._tx.groups.put(changed, key=key, skeleton=skeleton(changed.name))
        return changed

    async def _described(self, group: Group, what: GroupChange) -> Group:
        """Return the group with its new names and kind, if they will do."""
        name = group.name if what.name is None else check_name("name", what.name)
        kind = group.type if what.type is None else what.type
        if group.system and (name, kind) != (group.name, group.type):
            raise NotPermitted("another group than a system group, to rename it")
        key = name_key(name)
        if key != name_key(group.name):
            if await self._tx.groups.by_key(group.org_id, key) is not None:
                raise AlreadyExists("group", name)
            similar = await self._tx.groups.lookalikes(group.org_id, skeleton(name), key)
            orgs.refuse_lookalike("group", name, [one for one in similar if one != group.name])
        description = group.description if what.description is None else what.description
        if len(description) > LONGEST_DESCRIPTION:
            raise InvalidParameter("description", f"at most {LONGEST_DESCRIPTION} characters")
        display_name = group.display_name
        if what.display_name is not None:
            display_name = check_label("display_name", what.display_name)
        return replace(
            group,
            name=name,
            display_name=display_name,
            description=description,
            type=kind,
            sharable=group.sharable if what.sharable is None else what.sharable,
            joined_by_all=group.joined_by_all if what.joined_by_all is None else what.joined_by_all,
        )

    async def _refuse_newcomers(self, group: Group) -> None:
        """Refuse to put newcomers where joining alone would let them administer.

        Raises:
            InvalidParameter: the group grants an administrative privilege, or is All.
        """
        if orgs.is_all(group):
            raise InvalidParameter("newcomers", "everyone of the Org is in All")
        granted = await self._tx.groups.granted(group.org_id, [group.id])
        if group.joined_by_all and any_administrative(granted):
            raise InvalidParameter("newcomers", "nobody is to administer by joining alone")

    async def _grant(self, group: Group, privileges: Sequence[str], operation: ListChange) -> bool:
        """Change what the group grants; AUTHORING is everybody's by All, and nothing elsewhere."""
        require_privileges(self._by, self._means, privileges)
        own = await self._tx.directory.granted_by([group.id])
        before = set(own.get(group.id, [])) - {AUTHORING}
        after = operation.of(before, set(privileges) - {AUTHORING})
        if after == before:
            return False
        if group.system and ADMINISTRATION in before:
            raise NotPermitted("another group than the administrators', to change its privileges")
        require_privileges(self._by, self._means, sorted(before ^ after))
        await self._tx.groups.withdraw(group, sorted(before - after))
        await self._tx.groups.grant(group, sorted(after - before))
        return True

    async def _give(self, group: Group, identifiers: Sequence[str], operation: ListChange) -> bool:
        """Change which roles the group has, and so what it grants."""
        if identifiers:
            require_roles(self._means)
        named = [await the_role(self._tx, group.org_id, one) for one in identifiers]
        has = (await self._tx.roles.of_groups([group.id])).get(group.id, [])
        before = {role.id for role in has}
        after = operation.of(before, {role.id for role in named})
        carried = await self._tx.roles.carried_by(sorted(before ^ after))
        words = {word for privileges in carried.values() for word in privileges}
        require_privileges(self._by, self._means, sorted(words))
        for role_id in sorted(after - before):
            await self._tx.roles.give(group, role_id)
        for role_id in sorted(before - after):
            await self._tx.roles.take(group, role_id)
        return before != after

    async def _nest(self, group: Group, identifiers: Sequence[str], operation: ListChange) -> bool:
        """Change which groups are in the group, and so hold what it grants."""
        named = {}
        for identifier in identifiers:
            inner = await find_group(self._tx, group.org_id, identifier)
            if inner is None:
                raise NotFound("group", identifier)
            named[inner.id] = inner
        nested = (await self._tx.directory.inside([group.id])).get(group.id, [])
        before = {one.id for one in nested}
        after = operation.of(before, named.keys())
        around = set(await self._tx.groups.closure(group.org_id, [group.id]))
        for inner_id in sorted(after - before):
            if inner_id in around:
                raise InvalidParameter("sub_group_identifiers", "a group cannot be inside itself")
            await self._tx.groups.nest(group, named[inner_id])
        for inner_id in sorted(before - after):
            gone = await self._tx.groups.by_id(group.org_id, inner_id)
            if gone is not None:
                await self._tx.groups.unnest(group, gone)
        return before != after

    async def _fill(self, group: Group, identifiers: Sequence[str], operation: ListChange) -> bool:
        """Change which accounts are in the group."""
        named = [await self._the_member(group, identifier) for identifier in identifiers]
        if orgs.is_all(group):
            if operation is not ListChange.ADD:
                raise InvalidParameter("user_identifiers", "everyone of the Org is in All")
            return False
        ids = {account.id for account in named}
        if operation is ListChange.REPLACE:
            members = (await self._tx.directory.members_of([group.id])).get(group.id, [])
            before = {one.id for one in members}
        else:
            # Of a million members only those count that are named.
            before = await self._tx.listings.members_among(group.id, sorted(ids))
        after = operation.of(before, ids)
        for account_id in sorted(after - before):
            await self._tx.groups.put_in(group, account_id)
        for account_id in sorted(before - after):
            account = await self._tx.accounts.by_id(account_id)
            if account is not None:
                await refuse_lockout(self._tx, self._by, group, account)
            await self._tx.groups.take_out(group, account_id)
        changed = before ^ after
        for account_id in sorted(changed) if len(changed) <= FEW else ():
            self._tx.moved(Scope.account(account_id))
        if len(changed) > FEW:
            self._tx.moved(EVERYTHING)
        return bool(changed)

    async def _pin(self, group: Group, liveboards: Sequence[str], operation: ListChange) -> bool:
        """Change the Liveboards that members begin with; they keep their order."""
        pinned = (await self._tx.directory.liveboards_of([group.id])).get(group.id, [])
        kept = operation.of(set(pinned), set(liveboards))
        order = liveboards if operation is ListChange.REPLACE else [*pinned, *liveboards]
        after = [one for one in dict.fromkeys(order) if one in kept]
        if after == pinned:
            return False
        await self._tx.groups.put_liveboards(group, after)
        return True

    async def _the_member(self, group: Group, identifier: str) -> Account:
        account = await find_account(self._tx, identifier)
        if account is None or not await self._tx.orgs.is_member(account.id, group.org_id):
            raise NotFound("user", identifier)
        return account
