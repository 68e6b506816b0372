"""Memberships: who works in which Org."""

from datetime import datetime

from gatepass.core import orgs
from gatepass.core.account_rows import find_account, the_account
from gatepass.core.audit import record
from gatepass.core.entitlements import refuse_superior, require
from gatepass.core.errors import AlreadyExists, NotFound, NotPermitted
from gatepass.core.means import Means
from gatepass.core.privileges import USER_ADMINISTRATION
from gatepass.core.records import PRIMARY_ORG, Account, Principal, Source
from gatepass.core.standing import still
from gatepass.core.store import Scope, Transaction


class Memberships:
    """Acts on memberships."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def join(
        self, by: Principal, source: Source, account: str, org: str | int | None
    ) -> None:
        """Make an account a member of an Org, and of its group All.

        Raises:
            NotPermitted: the principal may not manage accounts.
            NotFound: there is no such account or Org.
            AlreadyExists: it is a member.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            org_id = await orgs.within_reach(tx, caller, org)
            found = await find_account(tx, account)
            if found is None or not caller.cluster_admin:
                raise NotFound("user", account)
            if await tx.orgs.is_member(found.id, org_id):
                raise AlreadyExists("membership", account)
            await orgs.join(tx, self._means, found.id, org_id)
            tx.moved(Scope.account(found.id))
            await record(
                tx,
                self._means,
                "membership.join",
                at=now,
                source=source,
                org_id=org_id,
                by=caller,
                about=found.id,
            )

        await self._means.store.write(work)

    async def leave(
        self, by: Principal, source: Source, account: str, org: str | int | None
    ) -> None:
        """End a membership, with the account's groups, sessions and tokens in that Org.

        Raises:
            NotPermitted: the principal may not manage accounts, or this one.
            NotFound: there is no such account or Org, or no membership.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            org_id = await orgs.within_reach(tx, caller, org)
            found = await the_account(tx, caller, account)
            await part(tx, caller, found, org_id, now)
            await record(
                tx,
                self._means,
                "membership.leave",
                at=now,
                source=source,
                org_id=org_id,
                by=caller,
                about=found.id,
            )

        await self._means.store.write(work)


async def part(
    tx: Transaction, by: Principal, account: Account, org_id: int, now: datetime
) -> None:
    """End a membership, with the account's groups, sessions and tokens in that Org.

    Raises:
        NotFound: the account is no member.
        NotPermitted: it is the principal's own, administers more than the principal does, or is
            one of the system's in Primary.
    """
    refuse_superior(by, await tx.groups.privileges(account.id))
    if not await tx.orgs.is_member(account.id, org_id):
        raise NotFound("user", account.name)
    if account.id == by.account_id or (account.system and org_id == PRIMARY_ORG):
        raise NotPermitted("another account than this one")
    await tx.revocations.of_member(account.id, org_id, now)
    await tx.orgs.leave(account.id, org_id)
    tx.moved(Scope.account(account.id))
