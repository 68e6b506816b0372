"""Accounts made and changed as a whole: what they are called, what they like, where they belong."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from gatepass.core import orgs
from gatepass.core.account_rows import add_account, the_account, the_changeable, with_status
from gatepass.core.audit import record
from gatepass.core.entitlements import refuse_superior, require
from gatepass.core.errors import AlreadyExists, InvalidParameter, NotFound, NotPermitted
from gatepass.core.groups import find_group, refuse_lockout, refuse_superior_group
from gatepass.core.means import Means
from gatepass.core.memberships import part
from gatepass.core.names import check_email, check_label, check_name, name_key, skeleton
from gatepass.core.object_names import name_kept
from gatepass.core.passwords import check_new_password, prepare_password
from gatepass.core.privileges import USER_ADMINISTRATION
from gatepass.core.records import (
    Account,
    AccountStatus,
    AccountType,
    Favorite,
    ListChange,
    Preferences,
    Principal,
    Profile,
    Record,
    Source,
)
from gatepass.core.searches import Tastes
from gatepass.core.standing import still
from gatepass.core.store import Scope, Transaction
from gatepass.core.views import profiles

_OF_ORG = frozenset({"home_liveboard", "favorites", "groups", "orgs"})
"""What a change says of one Org; all else is the account's wherever it works."""
_HOW = frozenset({"operation", "org"})


class AccountChange(Record, frozen=True):
    """What is to change of an account; None leaves it alone.

    ``groups``, ``home_liveboard`` and ``favorites`` are those in the principal's Org, or in the
    ``org`` that a cluster admin names; ``operation`` is for ``groups`` and ``orgs``.
    """

    name: str | None = None
    display_name: str | None = None
    email: str | None = None
    type: AccountType | None = None
    status: AccountStatus | None = None
    sharable: bool | None = None
    notify_on_share: bool | None = None
    show_onboarding_experience: bool | None = None
    onboarding_experience_completed: bool | None = None
    preferred_locale: str | None = None
    use_browser_language: bool | None = None
    extended_properties: Mapping[str, Any] | None = None
    extended_preferences: Mapping[str, Any] | None = None
    home_liveboard: str | None = None
    favorites: Sequence[Favorite] | None = None
    groups: Sequence[str] | None = None
    orgs: Sequence[str | int] | None = None
    operation: ListChange = ListChange.REPLACE
    org: str | int | None = None

    def fields(self) -> list[str]:
        """Return what it names."""
        return [
            field
            for field in self.__struct_fields__
            if field not in _HOW and getattr(self, field) is not None
        ]

    def likes(self, before: Preferences) -> Preferences:
        """Return the preferences after the change."""
        given = {
            field: value
            for field in before.__struct_fields__
            if (value := getattr(self, field, None)) is not None
        }
        after = replace(before, **given)
        # The browser's language counts instead of a locale.
        return replace(after, preferred_locale=None) if after.use_browser_language else after


class AccountChanges:
    """Acts on accounts that say many things at once."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def create(
        self,
        by: Principal,
        source: Source,
        name: str,
        what: AccountChange,
        *,
        password: str | None = None,
        activates_later: bool = False,
    ) -> Profile:
        """Create an account as it is described, in the principal's Org or in those it names.

        A local one without a password is pending if it ``activates_later``.

        Raises:
            NotPermitted: the principal may not manage accounts, or hand out such a group.
            InvalidParameter, WeakPassword: a value will not do.
            AlreadyExists: the name is taken or confusable.
            NotFound: there is no such Org or group within reach.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        is_local = what.type in {None, AccountType.LOCAL}
        encoded = None
        if password is not None:
            if not is_local:
                raise InvalidParameter("password", "only a local user has one")
            words = [word for word in (name, what.display_name, what.email) if word]
            check_new_password(password, words=words)
            encoded = await self._means.hasher.hash(prepare_password(password))
        elif is_local and activates_later:
            what = replace(what, status=AccountStatus.PENDING)
        now = self._means.clock()

        async def work(tx: Transaction) -> Profile:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            account = await create_in(
                tx, self._means, caller, source, name=name, what=what, encoded=encoded, now=now
            )
            visible = None if caller.cluster_admin else caller.org_id
            found = await profiles(tx, [account], first=caller.org_id, among=None, visible=visible)
            return (await name_kept(tx, caller, found))[0]

        return await self._means.store.write(work)

    async def update(
        self, by: Principal, source: Source, identifier: str, what: AccountChange
    ) -> None:
        """Change an account: nothing, or all of it.

        Any status but ACTIVE ends all that it holds.

        Raises:
            NotPermitted: the principal may not manage accounts, this one, or such a group.
            InvalidParameter: a value will not do.
            AlreadyExists: the name is taken or confusable.
            NotFound: there is no such account, Org or group within reach.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            account = await the_account(tx, caller, identifier)
            await update_in(tx, self._means, caller, source, account=account, what=what, now=now)

        await self._means.store.write(work)


async def create_in(
    tx: Transaction,
    means: Means,
    by: Principal,
    source: Source,
    *,
    name: str,
    what: AccountChange,
    encoded: str | None,
    now: datetime,
) -> Account:
    """Create an account inside an act, and write that down; raises as ``create`` does."""
    account = await add_account(
        tx,
        means,
        name=name,
        author_id=by.account_id,
        now=now,
        display_name=what.display_name,
        email=what.email,
        encoded=encoded,
    )
    named = what.orgs or [by.org_id]
    org_ids = [await orgs.within_reach(tx, by, one) for one in named]
    for org_id in dict.fromkeys(org_ids):
        await orgs.join(tx, means, account.id, org_id)
    change = _Change(tx, means, by, now)
    account = await change.of(account, replace(what, name=None, orgs=None))
    await _record(
        tx,
        means,
        by,
        source,
        account=account,
        what=what,
        act="account.create",
        now=now,
        joined=org_ids,
    )
    return account


async def update_in(
    tx: Transaction,
    means: Means,
    by: Principal,
    source: Source,
    *,
    account: Account,
    what: AccountChange,
    now: datetime,
) -> None:
    """Change an account inside an act, and write that down; raises as ``update`` does."""
    if _OF_ORG.issuperset(what.fields()):
        refuse_superior(by, await tx.groups.privileges(account.id))
    else:
        account = await the_changeable(tx, by, account.id)
    account = await _Change(tx, means, by, now).of(account, what)
    await _record(tx, means, by, source, account=account, what=what, act="account.update", now=now)


async def _record(
    tx: Transaction,
    means: Means,
    by: Principal,
    source: Source,
    *,
    account: Account,
    what: AccountChange,
    act: str,
    now: datetime,
    joined: Sequence[int] | None = None,
) -> None:
    await record(
        tx,
        means,
        act,
        at=now,
        source=source,
        org_id=await orgs.within_reach(tx, by, what.org),
        by=by,
        about=account.id,
        name=account.name,
        fields=what.fields(),
        operation=what.operation.value,
        groups=what.groups,
        orgs=what.orgs if joined is None else joined,
    )


async def change_account(
    tx: Transaction,
    means: Means,
    by: Principal,
    now: datetime,
    *,
    account: Account,
    what: AccountChange,
) -> Account:
    """Change an account inside another act, which has asked whether it may and records it."""
    return await _Change(tx, means, by, now).of(account, what)


class _Change:
    """One change of an account, step by step, in one transaction."""

    def __init__(self, tx: Transaction, means: Means, by: Principal, now: datetime) -> None:
        self._tx = tx
        self._means = means
        self._by = by
        self._now = now
        self._org_id = by.org_id

    async def of(self, account: Account, what: AccountChange) -> Account:
        """Do all of it and return the account."""
        self._org_id = await orgs.within_reach(self._tx, self._by, what.org)
        changed = await self._described(account, what)
        if changed != account:
            changed = replace(changed, modifier_id=self._by.account_id, modified_at=self._now)
            await self._tx.accounts.put(changed)
        touched = changed != account
        if what.status is not None:
            changed = await with_status(self._tx, changed, what.status, self._by, self._now)
        if what.orgs is not None:
            touched |= await self._move(changed, what.orgs, what.operation)
        here = (what.groups, what.home_liveboard, what.favorites)
        if any(one is not None for one in here):
            if not await self._tx.orgs.is_member(changed.id, self._org_id):
                raise InvalidParameter("org_identifiers", "the user is not of this Org")
            touched |= await self._liked(changed, what)
        if what.groups is not None:
            touched |= await self._group(changed, what.groups, what.operation)
        if touched:
            self._tx.moved(Scope.account(changed.id))
        return changed

    async def _described(self, account: Account, what: AccountChange) -> Account:
        """Return the account with its new facts, if they will do; a new name is written."""
        name = account.name if what.name is None else check_name("name", what.name)
        kind = account.type if what.type is None else what.type
        if account.system and (name, kind) != (account.name, account.type):
            raise NotPermitted("another account than a system account")
        if name != account.name:
            await self._rename(account, name)
        display_name, email = account.display_name, account.email
        if what.display_name is not None:
            display_name = check_label("display_name", what.display_name)
        if what.email is not None:
            email = check_email(what.email)
        return replace(
            account,
            name=name,
            display_name=display_name,
            email=email,
            type=kind,
            sharable=account.sharable if what.sharable is None else what.sharable,
            preferences=what.likes(account.preferences),
        )

    async def _rename(self, account: Account, name: str) -> None:
        key = name_key(name)
        if key != name_key(account.name):
            taken = await self._tx.accounts.by_key(key) or await self._tx.accounts.by_id(key)
            if taken is not None:
                raise AlreadyExists("user", name)
            similar = await self._tx.accounts.lookalikes(skeleton(name), key)
            orgs.refuse_lookalike("user", name, [one for one in similar if one != account.name])
        await self._tx.accounts.rename(account.id, name, key=key, skeleton=skeleton(name))

    async def _move(
        self, account: Account, identifiers: Sequence[str | int], operation: ListChange
    ) -> bool:
        """Change which Orgs the account is in, as far as the principal reaches."""
        if not identifiers and operation is ListChange.REPLACE:
            raise InvalidParameter("org_identifiers", "a user is in at least one Org")
        named = {await orgs.within_reach(self._tx, self._by, one) for one in identifiers}
        before = {
            org.id
            for org in await self._tx.orgs.of_account(account.id)
            if self._by.cluster_admin or org.id == self._by.org_id
        }
        after = operation.of(before, named)
        for org_id in sorted(after - before):
            await orgs.join(self._tx, self._means, account.id, org_id)
        for org_id in sorted(before - after):
            await part(self._tx, self._by, account, org_id, self._now)
        return before != after

    async def _group(
        self, account: Account, identifiers: Sequence[str], operation: ListChange
    ) -> bool:
        """Change which groups of the principal's Org the account is in; All stays."""
        org_id = self._org_id
        direct, _ = await self._tx.groups.of_account(account.id, org_id)
        known = {group.id: group for group in direct}
        before = set(known)
        named = set()
        for identifier in identifiers:
            group = await find_group(self._tx, org_id, identifier)
            if group is None:
                raise NotFound("group", identifier)
            known[group.id] = group
            named.add(group.id)
        everyone = {key for key, group in known.items() if orgs.is_all(group)}
        if operation is ListChange.REMOVE and named & everyone:
            raise InvalidParameter("group_identifiers", "everyone of the Org is in All")
        after = operation.of(before, named) | everyone
        for group_id in sorted(before ^ after):
            group = known[group_id]
            await refuse_superior_group(self._tx, self._means, self._by, group)
            if group_id in after:
                await self._tx.groups.put_in(group, account.id)
            else:
                await refuse_lockout(self._tx, self._by, group, account)
                await self._tx.groups.take_out(group, account.id)
        return before != after

    async def _liked(self, account: Account, what: AccountChange) -> bool:
        """Change where the account begins in the principal's Org, and its favourites there."""
        of_org = (await self._tx.directory.tastes_of([account.id])).get(account.id, {})
        before = of_org.get(self._org_id, Tastes())
        after = before
        if what.home_liveboard is not None:
            after = replace(after, home_liveboard=what.home_liveboard)
        if what.favorites is not None:
            after = replace(after, favorites=list({one.id: one for one in what.favorites}.values()))
        if after == before:
            return False
        await self._tx.accounts.put_tastes(account.id, self._org_id, after)
        return True
