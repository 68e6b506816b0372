"""Deactivation, and the one-time link that lifts it: used once, for 14 days, kept as a digest."""

from datetime import datetime, timedelta

from gatepass.core.account_rows import (
    find_account,
    the_changeable,
    unlocked,
    with_password,
    with_status,
)
from gatepass.core.audit import record
from gatepass.core.crypto import ACTIVATION, digest, is_minted
from gatepass.core.entitlements import require
from gatepass.core.errors import InvalidParameter
from gatepass.core.means import Means
from gatepass.core.passwords import check_new_password, prepare_password
from gatepass.core.privileges import USER_ADMINISTRATION
from gatepass.core.records import (
    Account,
    AccountStatus,
    AccountType,
    Principal,
    Profile,
    Source,
)
from gatepass.core.standing import still
from gatepass.core.store import Transaction
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
        """Use a link: the account is active again, with this password. A second use is refused.

        Raises:
            NotPermitted: the principal may not manage accounts, or not this one.
            InvalidParameter: the link does not count for such an account; why is not told.
            WeakPassword: too short or too common; the link may be used again.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        account = await self._means.store.read(
            lambda tx: self._waiting(tx, by, identifier, secret, self._means.clock())
        )
        words = [word for word in (account.name, account.display_name, account.email) if word]
        check_new_password(password, words=words)
        encoded = await self._means.hasher.hash(prepare_password(password))
        now = self._means.clock()

        async def work(tx: Transaction) -> Profile:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            current = await self._waiting(tx, caller, account.id, secret, now)
            current = await with_password(tx, current, encoded, now, by=caller)
            current = await with_status(tx, current, AccountStatus.ACTIVE, caller, now)
            current = await unlocked(tx, current, caller, now)
            await record(
                tx,
                self._means,
                "account.activate",
                at=now,
                source=source,
                org_id=caller.org_id,
                by=caller,
                about=current.id,
                name=current.name,
            )
            visible = None if caller.cluster_admin else caller.org_id
            return (
                await profiles(tx, [current], first=caller.org_id, among=None, visible=visible)
            )[0]

        return await self._means.store.write(work)

    async def _waiting(
        self, tx: Transaction, by: Principal, identifier: str, secret: str, now: datetime
    ) -> Account:
        """Return the account that waits for this link."""
        account = await find_account(tx, identifier)
        if (
            account is None
            or not is_minted(secret, _KINDS)
            or not await tx.links.holds(account.id, digest(secret), now)
            or account.status not in _WAITING
            or account.type is not AccountType.LOCAL
        ):
            raise InvalidParameter("auth_token", "is no good for such a user")
        return await the_changeable(tx, by, account.id)
