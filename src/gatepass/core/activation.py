"""Deactivation, and the one-time link that lifts it: used once, for 14 days, kept as a digest."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from gatepass.core import guesses
from gatepass.core.account_rows import find_account, the_changeable, with_status
from gatepass.core.audit import record
from gatepass.core.crypto import ACTIVATION, digest, is_minted
from gatepass.core.entitlements import require
from gatepass.core.errors import InvalidParameter
from gatepass.core.means import Means
from gatepass.core.object_names import name_kept
from gatepass.core.passwords import check_new_password, prepare_password
from gatepass.core.privileges import USER_ADMINISTRATION
from gatepass.core.records import (
    PRIMARY_ORG,
    Account,
    AccountStatus,
    AccountType,
    Principal,
    Profile,
    Source,
)
from gatepass.core.standing import still
from gatepass.core.store import Scope, Transaction
from gatepass.core.views import profiles

LINK_LIFE = timedelta(days=14)
_WAITING = frozenset({AccountStatus.INACTIVE, AccountStatus.PENDING})
_KINDS = frozenset({ACTIVATION})


class Activation:
    """Acts that shut accounts until their holders choose a new password."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def deactivate(
        self, by: Principal, source: Source, identifier: str
    ) -> tuple[Account, str]:
        """Deactivate an account and return it with the secret of a link; earlier links are void.

        Raises:
            NotPermitted: the principal may not, or it is its own account or a system one.
            NotFound: there is no such account.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        now = self._means.clock()
        secret = self._means.random.secret(ACTIVATION)

        async def work(tx: Transaction) -> Account:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            account = await the_changeable(tx, caller, identifier)
            account = await with_status(tx, account, AccountStatus.INACTIVE, caller, now)
            until = now + LINK_LIFE
            await tx.links.add(account.id, digest=digest(secret), expires_at=until)
            await record(
                tx,
                self._means,
                "account.deactivate",
                at=now,
                source=source,
                org_id=caller.org_id,
                by=caller,
                about=account.id,
                name=account.name,
                link_until=until,
            )
            return account

        return await self._means.store.write(work), secret

    async def activate(
        self, by: Principal, source: Source, identifier: str, *, secret: str, password: str
    ) -> Profile:
        """Use a link for somebody: the account is active again, with this password.

        Raises:
            NotPermitted: the principal may not manage accounts, or not this one.
            InvalidParameter: the link does not count for such an account; why is not told.
            WeakPassword: too short or too common; the link may be used again.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        now = self._means.clock()

        async def waiting(tx: Transaction) -> Account:
            account = await _holder(tx, identifier, secret, now)
            return await the_changeable(tx, by, account.id)

        account = await self._means.store.read(waiting)
        encoded = await self._encoded(account, password)
        now = self._means.clock()

        async def work(tx: Transaction) -> Profile:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            current = await _holder(tx, account.id, secret, now)
            await the_changeable(tx, caller, current.id)
            current = await self._lift(tx, source, current, encoded=encoded, now=now, by=caller)
            visible = None if caller.cluster_admin else caller.org_id
            found = await profiles(tx, [current], first=caller.org_id, among=None, visible=visible)
            return (await name_kept(tx, caller, found))[0]

        return await self._means.store.write(work)

    async def holder(self, identifier: str, *, secret: str) -> Account:
        """Return the account that a link would activate, and leave the link unused.

        Raises:
            InvalidParameter: the link does not count for such an account; why is not told.
        """
        now = self._means.clock()
        return await self._means.store.read(lambda tx: _holder(tx, identifier, secret, now))

    async def redeem(
        self, source: Source, identifier: str, *, secret: str, password: str
    ) -> Account:
        """Use a link as whoever was given it: what proves that is the link, and nothing else.

        An administrator who might do it gave the link away. It opens no session.

        Raises:
            InvalidParameter: the link does not count for such an account; why is not told.
            WeakPassword: too short or too common; the link may be used again.
            Busy: too many passwords wait to be hashed.
        """
        account = await self.holder(identifier, secret=secret)
        encoded = await self._encoded(account, password)
        now = self._means.clock()

        async def work(tx: Transaction) -> Account:
            current = await _holder(tx, account.id, secret, now)
            return await self._lift(tx, source, current, encoded=encoded, now=now)

        return await self._means.store.write(work)

    async def _encoded(self, account: Account, password: str) -> str:
        words = [word for word in (account.name, account.display_name, account.email) if word]
        check_new_password(password, words=words)
        return await self._means.hasher.hash(prepare_password(password))

    async def _lift(
        self,
        tx: Transaction,
        source: Source,
        account: Account,
        *,
        encoded: str,
        now: datetime,
        by: Principal | None = None,
    ) -> Account:
        """Make the account active, with this password; its links are used up."""
        await tx.accounts.set_password(account.id, encoded)
        account = replace(
            account,
            has_password=True,
            status=AccountStatus.ACTIVE,
            locked_until=None,
            modifier_id=account.id if by is None else by.account_id,
            modified_at=now,
        )
        await tx.accounts.put(account)
        await tx.links.drop(account.id)
        await tx.revocations.of_account(account.id, now)
        await guesses.forget(tx, account.id)
        tx.moved(Scope.account(account.id))
        await record(
            tx,
            self._means,
            "account.activate",
            at=now,
            source=source,
            org_id=PRIMARY_ORG if by is None else by.org_id,
            by=by,
            about=account.id,
            name=account.name,
            by_link=by is None,
        )
        return account


async def _holder(tx: Transaction, identifier: str, secret: str, now: datetime) -> Account:
    """Return the account that waits for this link."""
    account = await find_account(tx, identifier) if is_minted(secret, _KINDS) else None
    if (
        account is None
        or not await tx.links.holds(account.id, digest(secret), now)
        or account.status not in _WAITING
        or account.type is not AccountType.LOCAL
    ):
        raise InvalidParameter("auth_token", "is no good for such a user")
    return account
