"""Orgs by what is sought in them; renamed, filled, deleted."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from gatepass.core import orgs
from gatepass.core.account_rows import find_account
from gatepass.core.audit import record
from gatepass.core.errors import AlreadyExists, NotFound, NotPermitted
from gatepass.core.groups import find_group
from gatepass.core.means import Means
from gatepass.core.memberships import part
from gatepass.core.names import name_key, skeleton
from gatepass.core.records import (
    PRIMARY_ORG,
    Account,
    ListChange,
    Org,
    Principal,
    Record,
    Source,
)
from gatepass.core.standing import again
from gatepass.core.store import EVERYTHING, Scope, Transaction


class OrgSearch(Record, frozen=True):
    """What an Org has to fit; None asks nothing. ``users`` are ids or names: one is a member."""

    org: str | int | None = None
    description: str | None = None
    visible: bool | None = None
    active: bool | None = None
    users: Sequence[str] | None = None

    def fits(self, org: Org) -> bool:
        """Say whether an Org has the description, visibility and status."""
        return (
            self.description in {None, org.description}
            and self.visible in {None, org.visible}
            and self.active in {None, org.active}
        )


class OrgChange(Record, frozen=True):
    """What is to change of an Org; None leaves it alone.

    ``users`` are its members, ``groups`` those of its groups that newcomers are put in.
    """

    name: str | None = None
    description: str | None = None
    users: Sequence[str] | None = None
    groups: Sequence[str] | None = None
    operation: ListChange = ListChange.ADD


class OrgChanges:
    """Acts on Orgs that are there."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def search(self, by: Principal, what: OrgSearch) -> list[Org]:
        """Return the Orgs that fit, by id.

        Raises:
            NotPermitted: the principal may not manage Orgs.
        """
        self._require(by)

        async def work(tx: Transaction) -> list[Org]:
            if what.org is None:
                found = await tx.orgs.all()
            else:
                one = await orgs.find(tx, what.org)
                found = [] if one is None else [one]
            if what.users is not None:
                accounts = [await find_account(tx, user) for user in what.users]
                of = await tx.directory.orgs_of([one.id for one in accounts if one is not None])
                ids = {org.id for some in of.values() for org in some}
                found = [org for org in found if org.id in ids]
            return [org for org in found if what.fits(org)]

        return await self._means.store.scan(work)

    async def update(
        self, by: Principal, source: Source, identifier: str | int, what: OrgChange
    ) -> None:
        """Change an Org: nothing, or all of it.

        Raises:
            NotPermitted: the principal may not manage Orgs, or would lock somebody out who is
                not to be; Primary keeps its name.
            NotFound: there is no such Org, account or group.
            InvalidParameter, AlreadyExists: the name or the description will not do.
        """
        self._require(by)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await self._still(tx, by, now)
            org = await self._the_org(tx, identifier)
            changed = await self._described(tx, org, what)
            if what.users is not None:
                users = [await self._the_account(tx, user) for user in what.users]
                await self._fill(tx, caller, org, users, operation=what.operation, now=now)
            if what.groups is not None:
                await self._default(tx, caller, org, what.groups, operation=what.operation, now=now)
            await record(
                tx,
                self._means,
                "org.update",
                at=now,
                source=source,
                org_id=org.id,
                by=caller,
                name=changed.name,
                before=org.name,
                users=what.users,
                groups=what.groups,
                operation=what.operation.value,
            )

        await self._means.store.write(work)

    async def remove(self, by: Principal, source: Source, identifier: str | int) -> None:
        """Delete an Org with all that is in it, accounts that are in no other Org included.

        Raises:
            NotPermitted: the principal may not manage Orgs, or it is Primary.
            NotFound: there is no such Org.
        """
        self._require(by)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await self._still(tx, by, now)
            org = await self._the_org(tx, identifier)
            if org.id == PRIMARY_ORG:
                raise NotPermitted("another Org than Primary, which always exists")
            ended = await tx.revocations.of_org(org.id, now)
            accounts = await tx.orgs.remove(org.id)
            tx.moved(EVERYTHING)
            await record(
                tx,
                self._means,
                "org.remove",
                at=now,
                source=source,
                org_id=org.id,
                by=caller,
                name=org.name,
                ended=ended,
                accounts=accounts,
            )

        await self._means.store.write(work)

    async def _described(self, tx: Transaction, org: Org, what: OrgChange) -> Org:
        """Change name and description."""
        name, description = org.name, org.description
        if what.name is not None:
            name = orgs.checked_name(what.name)
        if what.description is not None:
            description = orgs.checked_description(what.description)
        if (name, description) == (org.name, org.description):
            return org
        if name != org.name and org.id == PRIMARY_ORG:
            raise NotPermitted("another Org than Primary, which keeps its name")
        key = name_key(name)
        taken = await tx.orgs.by_key(key)
        if taken is not None and taken.id != org.id:
            raise AlreadyExists("Org", name)
        if key != name_key(org.name):
            similar = await tx.orgs.lookalikes(skeleton(name), key)
            orgs.refuse_lookalike("Org", name, [one for one in similar if one != org.name])
        changed = replace(org, name=name, description=description)
        await tx.orgs.put(changed, key=key, skeleton=skeleton(name))
        tx.moved(EVERYTHING)
        return changed

    async def _fill(
        self,
        tx: Transaction,
        caller: Principal,
        org: Org,
        users: Sequence[Account],
        *,
        operation: ListChange,
        now: datetime,
    ) -> None:
        """Make these accounts members, or all the members, or no longer members."""
        named = {account.id: account for account in users}
        if operation is ListChange.REPLACE:
            members = set(await tx.orgs.members(org.id))
        else:
            # Of a million members only those count that are named.
            members = {one for one in named if await tx.orgs.is_member(one, org.id)}
        target = operation.of(members, named.keys())
        for account_id in sorted(target - members):
            await orgs.join(tx, self._means, account_id, org.id)
            tx.moved(Scope.account(account_id))
        for account_id in sorted(members - target):
            account = named.get(account_id) or await tx.accounts.by_id(account_id)
            # The system's own stay in Primary; a list of all the others does not mean them.
            stays = operation is ListChange.REPLACE and org.id == PRIMARY_ORG
            if account is not None and not (stays and account.system):
                await part(tx, caller, account, org.id, now)

    async def _default(
        self,
        tx: Transaction,
        caller: Principal,
        org: Org,
        identifiers: Sequence[str],
        *,
        operation: ListChange,
        now: datetime,
    ) -> None:
        """Choose the groups that newcomers are put in."""
        named = {}
        for identifier in identifiers:
            group = await find_group(tx, org.id, identifier)
            if group is None:
                raise NotFound("group", identifier)
            named[group.id] = group
        chosen = {group.id: group for group in await tx.groups.for_newcomers(org.id)}
        target = operation.of(chosen.keys(), named.keys())
        for group in (chosen | named).values():
            wanted = group.id in target
            if wanted != group.joined_by_all:
                changed = replace(
                    group, joined_by_all=wanted, modifier_id=caller.account_id, modified_at=now
                )
                key = name_key(group.name)
                await tx.groups.put(changed, key=key, skeleton=skeleton(group.name))

    async def _the_org(self, tx: Transaction, identifier: str | int) -> Org:
        org = await orgs.find(tx, identifier)
        if org is None:
            raise NotFound("Org", str(identifier))
        return org

    async def _the_account(self, tx: Transaction, identifier: str) -> Account:
        account = await find_account(tx, identifier)
        if account is None:
            raise NotFound("user", identifier)
        return account

    async def _still(self, tx: Transaction, by: Principal, now: datetime) -> Principal:
        caller = await again(tx, self._means, by, now)
        self._require(caller)
        return caller

    def _require(self, by: Principal) -> None:
        orgs.require_orgs(by, self._means)
        if not self._means.rules.orgs_enabled:
            raise NotPermitted("orgs_enabled: Orgs are switched off")
