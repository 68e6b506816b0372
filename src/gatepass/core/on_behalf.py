"""A token for an account that showed no credential: the operator of the command line vouches."""

from datetime import timedelta

from gatepass.core import orgs
from gatepass.core.account_rows import the_account
from gatepass.core.entitlements import require
from gatepass.core.errors import AccountNotActive, InvalidParameter, NotPermitted
from gatepass.core.issuing import Issued, add_token
from gatepass.core.means import Means
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import PRIMARY_ORG, AccountStatus, Principal, Source
from gatepass.core.standing import still
from gatepass.core.store import Transaction


class OnBehalf:
    """Acts for an account that takes no part in them; the audit names who really acted."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def issue(
        self,
        by: Principal,
        source: Source,
        account: str,
        *,
        org: str | int | None = None,
        validity: timedelta | None = None,
        object_id: str | None = None,
    ) -> Issued:
        """Issue a full token, or one limited to an object, for an account.

        Raises:
            NotPermitted: the principal does not administer the cluster.
            NotFound: there is no such account.
            AccountNotActive: it may not sign in.
            OrgNotUsable: it may not work in that Org.
            InvalidParameter: the validity is no time at all, or the object is unnamed.
        """
        rules = self._means.rules
        require(by, rules)
        if not by.cluster_admin:
            raise NotPermitted(f"{ADMINISTRATION} in the Primary Org")
        if validity is not None and validity <= timedelta():
            raise InvalidParameter("validity", "must be longer than nothing")
        if object_id == "":
            raise InvalidParameter("object", "is empty")
        now = self._means.clock()

        async def work(tx: Transaction) -> Issued:
            caller = await still(tx, self._means, by, now)
            found = await the_account(tx, caller, account)
            standing = found.standing(now)
            if standing is not AccountStatus.ACTIVE:
                raise AccountNotActive(standing)
            chosen = await orgs.choose(
                tx, self._means, found, org, fallbacks=(PRIMARY_ORG, found.last_org_id)
            )
            return await add_token(
                tx,
                self._means,
                source,
                account=found,
                org=chosen,
                now=now,
                validity=min(validity or rules.default_token_validity, rules.max_token_validity),
                object_id=object_id,
                by=caller,
            )

        return await self._means.store.write(work)
