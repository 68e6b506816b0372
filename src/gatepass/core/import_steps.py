"""The steps that bring accounts or groups to what a list says, in one transaction or several."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from gatepass.core import orgs
from gatepass.core.account_changes import AccountChange, create_in, update_in
from gatepass.core.account_rows import delete_account, find_account, the_account, the_changeable
from gatepass.core.audit import record
from gatepass.core.errors import Busy, InvalidParameter
from gatepass.core.group_changes import GroupChange, change_in, remove_in
from gatepass.core.groups import add_group, find_group
from gatepass.core.means import Means
from gatepass.core.memberships import part
from gatepass.core.names import name_key, skeleton
from gatepass.core.privileges import GROUP_ADMINISTRATION, USER_ADMINISTRATION
from gatepass.core.records import Account, Group, Principal, Record, Source, Undisclosed
from gatepass.core.searches import AccountFilter, Page
from gatepass.core.standing import still
from gatepass.core.store import Transaction

E_contra = TypeVar("E_contra", contravariant=True)
R = TypeVar("R", bound=Account | Group)
SPARED = frozenset({"tsadmin", "guest", "system", "su"})
"""Accounts that no list deletes by leaving them out."""


class AccountEntry(Undisclosed, frozen=True, kw_only=True):
    """What a list says of one account, by id or name; ``password`` is for a new one."""

    account: str
    what: AccountChange
    password: str | None = None


class GroupEntry(Record, frozen=True):
    """What a list says of one group, by id or name."""

    group: str
    what: GroupChange


class Planned:
    """Names that earlier parts of a dry run would have taken; a part sees its own in the store."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._names: dict[str, list[str]] = {}

    def add(self, names: Sequence[str]) -> None:
        """Remember names of a part that is over."""
        for name in names:
            self._names.setdefault(skeleton(name), []).append(name)

    def refuse(self, name: str) -> None:
        """Refuse a new name as an earlier one would have it refused.

        Raises:
            AlreadyExists: it can be mistaken for one of them.
        """
        similar = self._names.get(skeleton(name), []) if self._names else []
        orgs.refuse_lookalike(self._kind, name, similar)


class Steps(Protocol[E_contra, R]):
    """What is done for a list of one kind."""

    kind: str

    async def take(
        self, tx: Transaction, some: Sequence[E_contra], planned: Planned | None = None
    ) -> tuple[list[R], list[R]]:
        """Create what is missing and update what is there; return both."""

    async def others(self, tx: Transaction, kept: set[str]) -> list[R]:
        """Return what else the Org has that a list may delete."""

    async def drop(self, tx: Transaction, some: Sequence[R]) -> list[R]:
        """Delete these and return them."""


class AccountSteps:
    """What is done for a list of accounts."""

    kind = "user"

    def __init__(
        self,
        means: Means,
        by: Principal,
        source: Source,
        *,
        encoded: dict[str, str | None],
        now: datetime,
    ) -> None:
        self._means = means
        self._by = by
        self._source = source
        self._encoded = encoded
        self._now = now

    async def take(
        self, tx: Transaction, some: Sequence[AccountEntry], planned: Planned | None = None
    ) -> tuple[list[Account], list[Account]]:
        """Create who is missing and update who is there; return both."""
        means, source, now = self._means, self._source, self._now
        caller = await self._caller(tx)
        added, updated = [], []
        for entry in some:
            account = await find_account(tx, entry.account)
            if account is None:
                if entry.account not in self._encoded:
                    raise Busy("the directory")
                if planned is not None:
                    planned.refuse(entry.account)
                account = await create_in(
                    tx,
                    means,
                    caller,
                    source,
                    name=entry.account,
                    what=entry.what,
                    encoded=self._encoded[entry.account],
                    now=now,
                )
                added.append(account)
            else:
                account = await the_account(tx, caller, account.id)
                await update_in(
                    tx, means, caller, source, account=account, what=entry.what, now=now
                )
                updated.append(account)
        return added, updated

    async def others(self, tx: Transaction, kept: set[str]) -> list[Account]:
        """Return who of the Org is not kept."""
        everyone = AccountFilter(now=self._now, orgs=[self._by.org_id])
        return [
            account
            for account in await tx.directory.accounts(everyone, Page(size=None))
            if account.id not in kept
            and not (account.system or name_key(account.name) in SPARED)
            and account.id != self._by.account_id
        ]

    async def drop(self, tx: Transaction, some: Sequence[Account]) -> list[Account]:
        """Delete these, or take who is in another Org too out of this one."""
        caller = await self._caller(tx)
        for account in some:
            if any(org.id != caller.org_id for org in await tx.orgs.of_account(account.id)):
                await part(tx, caller, account, caller.org_id, self._now)
                await record(
                    tx,
                    self._means,
                    "membership.leave",
                    at=self._now,
                    source=self._source,
                    org_id=caller.org_id,
                    by=caller,
                    about=account.id,
                )
            else:
                await the_changeable(tx, caller, account.id)
                await delete_account(tx, self._means, caller, self._source, account, now=self._now)
        return list(some)

    async def _caller(self, tx: Transaction) -> Principal:
        return await still(tx, self._means, self._by, self._now, USER_ADMINISTRATION)


class GroupSteps:
    """What is done for a list of groups."""

    kind = "group"

    def __init__(self, means: Means, by: Principal, source: Source, *, now: datetime) -> None:
        self._means = means
        self._by = by
        self._source = source
        self._now = now

    async def take(
        self, tx: Transaction, some: Sequence[GroupEntry], planned: Planned | None = None
    ) -> tuple[list[Group], list[Group]]:
        """Create what is missing, then bring all to what is said of them; return both."""
        means, now = self._means, self._now
        caller = await self._caller(tx)
        added, updated, all_of = [], [], []
        for entry in some:
            group = await find_group(tx, caller.org_id, entry.group)
            if group is None:
                if planned is not None:
                    planned.refuse(entry.group)
                group = await add_group(
                    tx, means, caller.org_id, entry.group, author_id=caller.account_id, now=now
                )
                added.append(group)
            else:
                updated.append(group)
            all_of.append(group)
        refuse_twice("groups", [group.id for group in all_of])
        new = {group.id for group in added}
        for group, entry in zip(all_of, some, strict=True):
            act = "group.create" if group.id in new else "group.update"
            await change_in(
                tx, means, caller, self._source, group=group, what=entry.what, act=act, now=now
            )
        return added, updated

    async def others(self, tx: Transaction, kept: set[str]) -> list[Group]:
        """Return the groups of the Org that are not kept."""
        every = await tx.groups.all(self._by.org_id)
        return [group for group in every if group.id not in kept and not group.system]

    async def drop(self, tx: Transaction, some: Sequence[Group]) -> list[Group]:
        """Delete these."""
        caller = await self._caller(tx)
        for group in some:
            await remove_in(tx, self._means, caller, self._source, group, now=self._now)
        return list(some)

    async def _caller(self, tx: Transaction) -> Principal:
        return await still(tx, self._means, self._by, self._now, GROUP_ADMINISTRATION)


def refuse_twice(field: str, ids: Sequence[str]) -> None:
    """Refuse a list that says two things of one.

    Raises:
        InvalidParameter: it does.
    """
    if len(set(ids)) < len(ids):
        raise InvalidParameter(field, "one of them comes twice")
