"""Groups: create, fill, nest, grant."""

from collections.abc import Sequence
from datetime import datetime

from gatepass.core import orgs
from gatepass.core.account_rows import the_account
from gatepass.core.audit import record
from gatepass.core.entitlements import require
from gatepass.core.errors import AlreadyExists, InvalidParameter, NotFound, NotPermitted
from gatepass.core.means import Means
from gatepass.core.names import check_name, name_key, skeleton
from gatepass.core.privileges import (
    GROUP_ADMINISTRATION,
    PRIVILEGES,
    any_administrative,
    is_administrative,
)
from gatepass.core.records import Account, Group, Principal, Source
from gatepass.core.searches import GroupFilter, Page
from gatepass.core.standing import again
from gatepass.core.store import EVERYTHING, Scope, Transaction


async def find_group(tx: Transaction, org_id: int, identifier: str) -> Group | None:
    """Return the Org's group with this id or name; the id is tried first."""
    found = await tx.groups.by_id(org_id, identifier.strip().lower())
    return found or await tx.groups.by_key(org_id, name_key(identifier))


async def group_ids(
    tx: Transaction, scope: Sequence[int] | None, identifiers: Sequence[str] | None
) -> list[str] | None:
    """Return the ids of the groups of these ids or names in some Orgs; an id is tried first."""
    if not identifiers:
        return None
    every = Page(size=None)
    ids: list[str] = []
    for identifier in identifiers:
        found = await tx.directory.groups(
            GroupFilter(orgs=scope, ids=[identifier.strip().lower()]), every
        ) or await tx.directory.groups(GroupFilter(orgs=scope, key=name_key(identifier)), every)
        ids += [group.id for group in found]
    return ids


async def add_group(
    tx: Transaction,
    means: Means,
    org_id: int,
    name: str,
    *,
    author_id: str,
    now: datetime,
    group_id: str | None = None,
) -> Group:
    """Add the row of a group without privileges; its display name is its name.

    Raises:
        InvalidParameter: the name will not do.
        AlreadyExists: the Org has a group of that name, or of one that can be mistaken for it; or
            the id is taken.
    """
    name = check_name("group", name)
    key = name_key(name)
    if await tx.groups.by_key(org_id, key) is not None:
        raise AlreadyExists("group", name)
    orgs.refuse_lookalike("group", name, await tx.groups.lookalikes(org_id, skeleton(name), key))
    if group_id is not None and not await is_free_id(tx, org_id, group_id):
        raise AlreadyExists("group", group_id)
    group = Group(
        id=group_id or means.random.id(),
        org_id=org_id,
        name=name,
        display_name=name,
        description="",
        system=False,
        author_id=author_id,
        modifier_id=author_id,
        created_at=now,
        modified_at=now,
    )
    await tx.groups.add(group, key=key, skeleton=skeleton(name))
    return group


async def is_free_id(tx: Transaction, org_id: int, group_id: str) -> bool:
    """Say whether a new group of the Org may have this id.

    An id is tried before a name: no group may be named like it either.
    """
    return not await tx.groups.has_id(group_id) and (
        await tx.groups.by_key(org_id, name_key(group_id)) is None
    )


def require_privileges(by: Principal, means: Means, words: Sequence[str]) -> None:
    """Ask whether the principal may hand out, or take away, these privileges.

    Raises:
        InvalidParameter: there is no such privilege.
        NotPermitted: it lacks an administrative one of them.
    """
    for word in words:
        if word not in PRIVILEGES:
            raise InvalidParameter("privileges", f"no privilege {word!r}")
        if is_administrative(word):
            try:
                require(by, means.rules, word)
            except NotPermitted as refusal:
                raise NotPermitted(word) from refusal


async def refuse_superior_group(tx: Transaction, means: Means, by: Principal, group: Group) -> None:
    """Refuse to change a group that grants what the principal may not hand out.

    Raises:
        NotPermitted: by itself or by nesting, it grants such a privilege.
    """
    require_privileges(by, means, sorted(await tx.groups.granted(group.org_id, [group.id])))


async def refuse_lockout(tx: Transaction, by: Principal, group: Group, account: Account) -> None:
    """Refuse to take the principal itself, or one of the system's, out of what administers.

    Raises:
        NotPermitted: it is such an account, and the group grants such a privilege.
    """
    if account.system or account.id == by.account_id:
        granted = await tx.groups.granted(group.org_id, [group.id])
        if any_administrative(granted):
            raise NotPermitted("another account than this one, to take it out")


class Groups:
    """Acts on groups."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def create(
        self,
        by: Principal,
        source: Source,
        *,
        name: str,
        org: str | int | None = None,
        privileges: Sequence[str] = (),
        parents: Sequence[str] = (),
    ) -> Group:
        """Create a group that grants privileges, inside other groups if so wished.

        Raises:
            NotPermitted: the principal may not manage groups, or lacks an administrative
                privilege that the group would grant.
            InvalidParameter: a privilege is unknown or the name will not do.
            AlreadyExists: the name is taken or confusable.
            NotFound: the Org or a parent group does not exist.
        """
        self._require(by, privileges)
        now = self._means.clock()

        async def work(tx: Transaction) -> Group:
            caller = await again(tx, self._means, by, now)
            self._require(caller, privileges)
            org_id = await orgs.within_reach(tx, caller, org)
            group = await add_group(
                tx, self._means, org_id, name, author_id=caller.account_id, now=now
            )
            await tx.groups.grant(group, list(privileges))
            for parent in parents:
                outer = await self._the_group(tx, org_id, parent)
                self._require(caller, sorted(await tx.groups.granted(org_id, [outer.id])))
                await tx.groups.nest(outer, group)
            await record(
                tx,
                self._means,
                "group.create",
                at=now,
                source=source,
                org_id=org_id,
                by=caller,
                name=group.name,
                privileges=list(privileges),
            )
            return group

        return await self._means.store.write(work)

    async def list_all(
        self, by: Principal, org: str | int | None = None
    ) -> list[tuple[Group, frozenset[str]]]:
        """Return the groups of one Org with what each grants by itself or by nesting."""
        require(by, self._means.rules, GROUP_ADMINISTRATION)

        async def work(tx: Transaction) -> list[tuple[Group, frozenset[str]]]:
            org_id = await orgs.within_reach(tx, by, org)
            return [
                (group, await tx.groups.granted(org_id, [group.id]))
                for group in await tx.groups.all(org_id)
            ]

        return await self._means.store.scan(work)

    async def put_in(
        self, by: Principal, source: Source, group: str, account: str, org: str | int | None = None
    ) -> None:
        """Put an account into a group of one of its Orgs.

        Raises:
            NotPermitted: as for ``create``.
            NotFound: no such Org, group or account; or the account is not of the Org.
        """
        await self._move(by, source, group, account, org, enters=True)

    async def take_out(
        self, by: Principal, source: Source, group: str, account: str, org: str | int | None = None
    ) -> None:
        """Take an account out of a group; raises as ``put_in`` does."""
        await self._move(by, source, group, account, org, enters=False)

    async def grant(
        self,
        by: Principal,
        source: Source,
        group: str,
        privileges: Sequence[str],
        org: str | int | None = None,
        *,
        withdraw: bool = False,
    ) -> None:
        """Let a group grant privileges, or no longer; raises as ``create`` does."""
        self._require(by, privileges)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await again(tx, self._means, by, now)
            self._require(caller, privileges)
            found = await self._the_group(tx, await orgs.within_reach(tx, caller, org), group)
            before = await tx.groups.granted(found.org_id, [found.id])
            if withdraw:
                await tx.groups.withdraw(found, list(privileges))
            else:
                await tx.groups.grant(found, list(privileges))
            # What groups inside this one inherit changes if, and only if, this does.
            if await tx.groups.granted(found.org_id, [found.id]) != before:
                tx.moved(EVERYTHING)
            await record(
                tx,
                self._means,
                "group.withdraw" if withdraw else "group.grant",
                at=now,
                source=source,
                org_id=found.org_id,
                by=caller,
                name=found.name,
                privileges=list(privileges),
            )

        await self._means.store.write(work)

    async def _move(
        self,
        by: Principal,
        source: Source,
        group: str,
        account: str,
        org: str | int | None,
        *,
        enters: bool,
    ) -> None:
        require(by, self._means.rules, GROUP_ADMINISTRATION)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await again(tx, self._means, by, now)
            org_id = await orgs.within_reach(tx, caller, org)
            found = await self._the_group(tx, org_id, group)
            self._require(caller, sorted(await tx.groups.granted(org_id, [found.id])))
            member = await the_account(tx, caller, account)
            if not await tx.orgs.is_member(member.id, org_id):
                raise NotFound("user", account)
            if not enters and orgs.is_all(found):
                raise InvalidParameter("group", "everyone of the Org is in All")
            direct, _ = await tx.groups.of_account(member.id, org_id)
            if enters != any(one.id == found.id for one in direct):
                change = tx.groups.put_in if enters else tx.groups.take_out
                await change(found, member.id)
                tx.moved(Scope.account(member.id))
            await record(
                tx,
                self._means,
                "group.put_in" if enters else "group.take_out",
                at=now,
                source=source,
                org_id=org_id,
                by=caller,
                about=member.id,
                name=found.name,
            )

        await self._means.store.write(work)

    def _require(self, by: Principal, privileges: Sequence[str]) -> None:
        """Ask whether the principal may deal in groups, and in these privileges."""
        require(by, self._means.rules, GROUP_ADMINISTRATION)
        require_privileges(by, self._means, privileges)

    async def _the_group(self, tx: Transaction, org_id: int, identifier: str) -> Group:
        found = await find_group(tx, org_id, identifier)
        if found is None:
            raise NotFound("group", identifier)
        return found
