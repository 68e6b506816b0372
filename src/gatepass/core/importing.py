"""Many accounts or groups brought to what a list says of them, in one act: all of it or nothing.

A dry run is the same work, undone at its end: what it says would happen is what happened.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from gatepass.core.account_changes import AccountChange, create_in, update_in
from gatepass.core.account_rows import delete_account, find_account, the_account, the_changeable
from gatepass.core.audit import record
from gatepass.core.entitlements import require
from gatepass.core.errors import Busy, InvalidParameter
from gatepass.core.group_changes import GroupChange, change_in, remove_in
from gatepass.core.groups import add_group, find_group
from gatepass.core.means import Means
from gatepass.core.memberships import part
from gatepass.core.names import name_key
from gatepass.core.passwords import check_new_password, prepare_password
from gatepass.core.privileges import GROUP_ADMINISTRATION, USER_ADMINISTRATION
from gatepass.core.records import (
    Account,
    AccountType,
    Group,
    Principal,
    Record,
    Source,
    Undisclosed,
)
from gatepass.core.searches import AccountFilter, Named, Page
from gatepass.core.standing import still
from gatepass.core.store import Transaction

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


class Imported(Record, frozen=True):
    """What a list brings about; in a dry run what is added has no id."""

    added: Sequence[Named]
    updated: Sequence[Named]
    deleted: Sequence[Named]


class _Undone(Exception):
    """The end of a dry run; nothing of it stays."""

    def __init__(self, imported: Imported) -> None:
        super().__init__("dry run")
        self.imported = imported


class Importing:
    """Acts on lists, in the principal's Org."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def accounts(
        self,
        by: Principal,
        source: Source,
        entries: Sequence[AccountEntry],
        *,
        default_password: str | None = None,
        delete_others: bool = False,
        dry: bool = True,
    ) -> Imported:
        """Create who is missing and update who is there; with ``delete_others`` no one else stays.

        Who is there keeps the password. Of the others, those who are in another Org too leave this
        one, and the rest are deleted; the system's accounts, ``guest`` and the caller stay.

        Raises:
            NotPermitted: the principal may not manage accounts, or one of these.
            InvalidParameter, WeakPassword: a value will not do, or one account comes twice.
            AlreadyExists: a name is taken or confusable.
            NotFound: there is no such Org or group within reach.
            Busy: too many passwords wait to be hashed, or accounts went meanwhile.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        if delete_others and not entries:
            raise InvalidParameter("users", "name who is to stay")
        encoded = await self._encoded(entries, default_password, dry=dry)
        now = self._means.clock()

        async def work(tx: Transaction) -> Imported:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            added, updated = [], []
            for entry in entries:
                account = await find_account(tx, entry.account)
                if account is None:
                    if entry.account not in encoded:
                        raise Busy("the directory")
                    account = await create_in(
                        tx,
                        self._means,
                        caller,
                        source,
                        name=entry.account,
                        what=entry.what,
                        encoded=encoded[entry.account],
                        now=now,
                    )
                    added.append(account)
                else:
                    account = await the_account(tx, caller, account.id)
                    await update_in(
                        tx, self._means, caller, source, account=account, what=entry.what, now=now
                    )
                    updated.append(account)
            named = [account.id for account in (*added, *updated)]
            _refuse_twice("users", named)
            deleted = []
            if delete_others:
                deleted = await self._delete_others(tx, caller, source, set(named), now)
            return _imported(added, updated, deleted, dry=dry)

        return await self._run(work, dry=dry)

    async def groups(
        self,
        by: Principal,
        source: Source,
        entries: Sequence[GroupEntry],
        *,
        delete_others: bool = False,
        dry: bool = True,
    ) -> Imported:
        """Create what is missing and update what is there; with ``delete_others`` no other stays.

        Entries may name one another, in any order. System groups stay.

        Raises:
            NotPermitted: the principal may not manage groups, or one of these.
            InvalidParameter: a value will not do, or one group comes twice.
            AlreadyExists: a name is taken or confusable.
            NotFound: there is no such account, group or role in the Org.
        """
        require(by, self._means.rules, GROUP_ADMINISTRATION)
        if delete_others and not entries:
            raise InvalidParameter("groups", "name what is to stay")
        now = self._means.clock()

        async def work(tx: Transaction) -> Imported:
            caller = await still(tx, self._means, by, now, GROUP_ADMINISTRATION)
            added, updated, all_of = [], [], []
            for entry in entries:
                group = await find_group(tx, caller.org_id, entry.group)
                if group is None:
                    group = await add_group(
                        tx,
                        self._means,
                        caller.org_id,
                        entry.group,
                        author_id=caller.account_id,
                        now=now,
                    )
                    added.append(group)
                else:
                    updated.append(group)
                all_of.append(group)
            named = [group.id for group in all_of]
            _refuse_twice("groups", named)
            new = {group.id for group in added}
            for group, entry in zip(all_of, entries, strict=True):
                act = "group.create" if group.id in new else "group.update"
                await change_in(
                    tx, self._means, caller, source, group=group, what=entry.what, act=act, now=now
                )
            deleted = []
            for group in await tx.groups.all(caller.org_id) if delete_others else ():
                if group.id not in named and not group.system:
                    await remove_in(tx, self._means, caller, source, group, now=now)
                    deleted.append(group)
            return _imported(added, updated, deleted, dry=dry)

        return await self._run(work, dry=dry)

    async def _run(
        self, work: Callable[[Transaction], Awaitable[Imported]], *, dry: bool
    ) -> Imported:
        if not dry:
            return await self._means.store.write(work)

        async def undone(tx: Transaction) -> Imported:
            raise _Undone(await work(tx))

        try:
            return await self._means.store.write(undone)
        except _Undone as end:
            return end.imported

    async def _encoded(
        self, entries: Sequence[AccountEntry], default: str | None, *, dry: bool
    ) -> dict[str, str | None]:
        """Return the hashes of new accounts' passwords, one after the other: others hash too."""

        async def missing(tx: Transaction) -> list[AccountEntry]:
            return [one for one in entries if await find_account(tx, one.account) is None]

        encoded: dict[str, str | None] = {}
        for entry in await self._means.store.read(missing):
            is_local = entry.what.type in {None, AccountType.LOCAL}
            if entry.password is not None and not is_local:
                raise InvalidParameter("password", "only a local user has one")
            password = entry.password or (default if is_local else None)
            encoded[entry.account] = None
            if password is not None:
                facts = (entry.account, entry.what.display_name, entry.what.email)
                check_new_password(password, words=[word for word in facts if word])
                if not dry:
                    encoded[entry.account] = await self._means.hasher.hash(
                        prepare_password(password)
                    )
        return encoded

    async def _delete_others(
        self, tx: Transaction, by: Principal, source: Source, kept: set[str], now: datetime
    ) -> list[Account]:
        gone = []
        everyone = AccountFilter(now=now, orgs=[by.org_id])
        for account in await tx.directory.accounts(everyone, Page(size=None)):
            spared = account.system or name_key(account.name) in SPARED
            if account.id in kept or spared or account.id == by.account_id:
                continue
            if any(org.id != by.org_id for org in await tx.orgs.of_account(account.id)):
                await part(tx, by, account, by.org_id, now)
                await record(
                    tx,
                    self._means,
                    "membership.leave",
                    at=now,
                    source=source,
                    org_id=by.org_id,
                    by=by,
                    about=account.id,
                )
            else:
                await the_changeable(tx, by, account.id)
                await delete_account(tx, self._means, by, source, account, now=now)
            gone.append(account)
        return gone


def _refuse_twice(field: str, ids: Sequence[str]) -> None:
    if len(set(ids)) < len(ids):
        raise InvalidParameter(field, "one of them comes twice")


def _imported(
    added: Sequence[Account] | Sequence[Group],
    updated: Sequence[Account] | Sequence[Group],
    deleted: Sequence[Account] | Sequence[Group],
    *,
    dry: bool,
) -> Imported:
    return Imported(
        added=[Named(id="" if dry else one.id, name=one.name) for one in added],
        updated=[Named(id=one.id, name=one.name) for one in updated],
        deleted=[Named(id=one.id, name=one.name) for one in deleted],
    )
