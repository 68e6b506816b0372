"""Whether an account may come in: unlock it, ask a second factor of it."""

from msgspec.structs import replace

from gatepass.core.account_rows import the_changeable, unlocked
from gatepass.core.audit import record
from gatepass.core.entitlements import require
from gatepass.core.means import Means
from gatepass.core.privileges import USER_ADMINISTRATION
from gatepass.core.records import Account, Principal, Source
from gatepass.core.standing import still
from gatepass.core.store import Scope, Transaction


class Admission:
    """Acts on what stands between an account and its sign-in."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def unlock(self, by: Principal, source: Source, identifier: str) -> Account:
        """Forget the wrong guesses at an account and lift the lock that they brought.

        Another status stays: a deactivated account is not activated by the way.

        Raises:
            NotPermitted, NotFound: no such account for this principal.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        now = self._means.clock()

        async def work(tx: Transaction) -> Account:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            before = await the_changeable(tx, caller, identifier)
            account = await unlocked(tx, before, caller, now)
            if account is not before:
                tx.moved(Scope.account(account.id))
            await record(
                tx,
                self._means,
                "account.unlock",
                at=now,
                source=source,
                org_id=caller.org_id,
                by=caller,
                about=account.id,
                before=before.status.value,
            )
            return account

        return await self._means.store.write(work)

    async def require_second_factor(
        self, by: Principal, source: Source, identifier: str, *, required: bool
    ) -> Account:
        """Refuse a password alone from now on, or take it again; a change ends what is open.

        Raises:
            NotPermitted, NotFound: no such account for this principal.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        now = self._means.clock()

        async def work(tx: Transaction) -> Account:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            account = before = await the_changeable(tx, caller, identifier)
            if required != before.mfa_required:
                account = replace(
                    before, mfa_required=required, modifier_id=caller.account_id, modified_at=now
                )
                await tx.accounts.put(account)
                await tx.revocations.of_account(account.id, now)
                tx.moved(Scope.account(account.id))
            await record(
                tx,
                self._means,
                "account.require_second_factor",
                at=now,
                source=source,
                org_id=caller.org_id,
                by=caller,
                about=account.id,
                required=required,
                before=before.mfa_required,
            )
            return account

        return await self._means.store.write(work)
