"""The Liveboard that an account starts from, one in each Org."""

from msgspec.structs import replace

from gatepass.core.account_rows import the_account
from gatepass.core.audit import record
from gatepass.core.entitlements import refuse_limited, require
from gatepass.core.errors import InvalidParameter, NotFound
from gatepass.core.means import Means
from gatepass.core.privileges import USER_ADMINISTRATION
from gatepass.core.records import Account, Principal, Source
from gatepass.core.searches import Tastes
from gatepass.core.standing import again
from gatepass.core.store import Scope, Transaction

LONGEST_ID = 256


class HomeLiveboards:
    """Acts on the home Liveboard in the principal's Org: one's own, or another's."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def find(self, by: Principal, *, account: str | None = None) -> str:
        """Return the Liveboard's identifier.

        Raises:
            ScopeTooSmall: the principal is limited to one object.
            NotPermitted: another's, without the privilege to manage accounts.
            NotFound: there is no such account, or it has none.
        """
        refuse_limited(by)

        async def work(tx: Transaction) -> str:
            whose = await self._whose(tx, by, account)
            found = (await _tastes(tx, whose, by.org_id)).home_liveboard
            if found is None:
                raise NotFound("home Liveboard of", whose.name)
            return found

        return await self._means.store.read(work)

    async def set(
        self, by: Principal, source: Source, liveboard: str | None, *, account: str | None = None
    ) -> None:
        """Set the Liveboard, None for none.

        Raises:
            ScopeTooSmall: the principal is limited to one object.
            NotPermitted: another's, without the privilege to manage accounts.
            NotFound: there is no such account.
            InvalidParameter: the identifier is too long.
        """
        refuse_limited(by)
        if liveboard is not None and len(liveboard) > LONGEST_ID:
            raise InvalidParameter("id", f"has at most {LONGEST_ID} characters")
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await again(tx, self._means, by, now)
            whose = await self._whose(tx, caller, account)
            before = await _tastes(tx, whose, caller.org_id)
            if before.home_liveboard == liveboard:
                return
            await tx.accounts.put_tastes(
                whose.id, caller.org_id, replace(before, home_liveboard=liveboard)
            )
            tx.moved(Scope.account(whose.id))
            await record(
                tx,
                self._means,
                "account.home_liveboard",
                at=now,
                source=source,
                org_id=caller.org_id,
                by=caller,
                about=whose.id,
                liveboard=liveboard,
            )

        await self._means.store.write(work)

    async def _whose(self, tx: Transaction, by: Principal, account: str | None) -> Account:
        """Return the caller's own account, or another that is of the caller's Org.

        Raises:
            NotPermitted: another's, without the privilege.
            NotFound: there is none.
        """
        if account is None or account.strip().lower() == by.account_id:
            own = await tx.accounts.by_id(by.account_id)
            if own is None:
                raise NotFound("user", by.name)
            return own
        require(by, self._means.rules, USER_ADMINISTRATION)
        found = await the_account(tx, by, account)
        if not await tx.orgs.is_member(found.id, by.org_id):
            raise NotFound("user", account)
        return found


async def _tastes(tx: Transaction, account: Account, org_id: int) -> Tastes:
    of_orgs = (await tx.directory.tastes_of([account.id])).get(account.id, {})
    return of_orgs.get(org_id, Tastes())
