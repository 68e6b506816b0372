"""Just-in-time accounts: made, or brought up to date, by a token request with a trusted secret."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from gatepass.core import orgs
from gatepass.core.account_rows import add_account
from gatepass.core.audit import record
from gatepass.core.errors import AlreadyExists, InvalidParameter, NotPermitted
from gatepass.core.groups import add_group, find_group
from gatepass.core.means import Means
from gatepass.core.names import check_email, check_label
from gatepass.core.privileges import any_administrative
from gatepass.core.records import (
    SYSTEM_ACCOUNT,
    Account,
    Group,
    Org,
    Record,
    Source,
    TrustedSecret,
)
from gatepass.core.store import Scope, Transaction


class JustInTime(Record, frozen=True):
    """What a token request says of the account it is for; ``groups`` None leaves them alone."""

    email: str | None = None
    display_name: str | None = None
    groups: Sequence[str] | None = None
    only_new: bool = False
    """Whether an account that exists stays as it is: profile, Org and groups."""
    keeps_profile: bool = False
    """Whether e-mail and display name are for a new account alone."""


class Provisioning:
    """Acts inside a token request's own transaction: all or nothing."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def provide(
        self,
        tx: Transaction,
        source: Source,
        *,
        username: str,
        account: Account | None,
        org: Org,
        secret: TrustedSecret,
        wish: JustInTime,
        now: datetime,
    ) -> Account:
        """Make the account, or bring it up to date, as a member of the Org.

        An account that administers, and a system account, stays as it is; the log says so. An
        Org's own secret does not change the profile of one that works in other Orgs too.

        Raises:
            NotPermitted: a wished group carries administration privileges.
            InvalidParameter: name, e-mail or profile will not do.
        """
        if account is not None:
            granted = await tx.groups.privileges(account.id)
            if account.system or any(any_administrative(words) for words in granted.values()):
                await self._record(
                    tx, source, account, org, secret=secret, now=now, act="jit.spare"
                )
                return account
        profile_missing = wish.email is None or wish.display_name is None
        if self._means.rules.jit_require_profile and account is None and profile_missing:
            raise InvalidParameter("email", "is required with display_name to create a user")
        made = account is None
        if account is None:
            try:
                account = await add_account(
                    tx,
                    self._means,
                    name=username,
                    author_id=SYSTEM_ACCOUNT,
                    now=now,
                    display_name=wish.display_name,
                    email=wish.email,
                )
            except AlreadyExists as taken:
                raise InvalidParameter("username", str(taken)) from taken
            changed = True
        elif wish.keeps_profile or await self._is_beyond(tx, account, secret):
            changed = False
        else:
            account, changed = await self._refresh(tx, account, wish, now)
        if not await tx.orgs.is_member(account.id, org.id):
            await orgs.join(tx, self._means, account.id, org.id)
            changed = True
        if wish.groups is not None:
            changed |= await self._regroup(tx, account, org, wish.groups, now)
        if changed:
            tx.moved(Scope.account(account.id))
            act = "jit.create" if made else "jit.update"
            await self._record(
                tx, source, account, org, secret=secret, now=now, act=act, groups=wish.groups
            )
        return account

    async def _is_beyond(self, tx: Transaction, account: Account, secret: TrustedSecret) -> bool:
        """Say whether an Org's secret names an account that is not that Org's alone."""
        if secret.org_id is None:
            return False
        return any(org.id != secret.org_id for org in await tx.orgs.of_account(account.id))

    async def leave_groups(
        self,
        tx: Transaction,
        source: Source,
        account: Account,
        org: Org,
        *,
        secret: TrustedSecret,
        now: datetime,
    ) -> None:
        """Take the account out of its groups in the Org; one that administers stays as it is."""
        granted = await tx.groups.privileges(account.id)
        if account.system or any(any_administrative(words) for words in granted.values()):
            return
        if await self._regroup(tx, account, org, (), now):
            tx.moved(Scope.account(account.id))
            await self._record(
                tx, source, account, org, secret=secret, now=now, act="jit.update", groups=()
            )

    async def _refresh(
        self, tx: Transaction, account: Account, wish: JustInTime, now: datetime
    ) -> tuple[Account, bool]:
        display_name = account.display_name
        if wish.display_name:
            display_name = check_label("display_name", wish.display_name)
        email = check_email(wish.email) if wish.email else account.email
        if (display_name, email) == (account.display_name, account.email):
            return account, False
        fresh = replace(
            account,
            display_name=display_name,
            email=email,
            modifier_id=SYSTEM_ACCOUNT,
            modified_at=now,
        )
        await tx.accounts.put(fresh)
        return fresh, True

    async def _regroup(
        self, tx: Transaction, account: Account, org: Org, wished: Sequence[str], now: datetime
    ) -> bool:
        """Make the account's groups in the Org the wished ones; All stays."""
        groups: dict[str, Group] = {}
        for name in wished:
            group = await find_group(tx, org.id, name)
            if group is None:
                try:
                    group = await add_group(
                        tx, self._means, org.id, name, author_id=SYSTEM_ACCOUNT, now=now
                    )
                except AlreadyExists as taken:
                    raise InvalidParameter("group_identifiers", str(taken)) from taken
            groups[group.id] = group
        raising = any_administrative(await tx.groups.granted(org.id, list(groups)))
        if raising and not self._means.rules.jit_allow_admin_groups:
            raise NotPermitted("jit_allow_admin_groups, to join a group that administers")
        direct, _ = await tx.groups.of_account(account.id, org.id)
        own = {group.id: group for group in direct if group.name != orgs.ALL_GROUP}
        for group_id, group in own.items():
            if group_id not in groups:
                await tx.groups.take_out(group, account.id)
        everyone = {group.id for group in direct} - set(own)
        for group_id, group in groups.items():
            if group_id not in own and group_id not in everyone:
                await tx.groups.put_in(group, account.id)
        return set(own) != set(groups) - everyone

    async def _record(
        self,
        tx: Transaction,
        source: Source,
        account: Account,
        org: Org,
        *,
        secret: TrustedSecret,
        now: datetime,
        act: str,
        groups: Sequence[str] | None = None,
    ) -> None:
        await record(
            tx,
            self._means,
            act,
            at=now,
            source=source,
            org_id=org.id,
            about=account.id,
            actor=secret.label,
            name=account.name,
            groups=None if groups is None else list(groups),
        )
