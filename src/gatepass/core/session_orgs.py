"""The Orgs of a session, and of an account, as they are shown."""

from collections.abc import Sequence

from gatepass.core import orgs
from gatepass.core.account_rows import the_account
from gatepass.core.entitlements import is_cluster_admin, require
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.orgs import ADMIN_GROUP, ALL_GROUP
from gatepass.core.privileges import USER_ADMINISTRATION
from gatepass.core.records import PRIMARY_ORG, Org, Principal, Record
from gatepass.core.store import Transaction


class OrgView(Record, frozen=True):
    """An Org, with the groups that everyone and its administrators are in."""

    org: Org
    all_group_id: str
    admin_group_id: str


class OrgsOfAccount(Record, frozen=True):
    """What an account may work in, as far as the principal may know."""

    orgs: list[OrgView]
    current: int
    administers_all: bool


class SessionOrgs:
    """Acts that show Orgs to who need not manage them."""

    def __init__(self, means: Means, desk: orgs.Orgs) -> None:
        self._means = means
        self._orgs = desk

    async def mine(self, by: Principal) -> list[OrgView]:
        """Return the active Orgs that the principal may work in, by number."""
        found = await self._orgs.mine(by)
        return await self._means.store.read(lambda tx: _views(tx, found))

    async def of_account(self, by: Principal, identifier: str) -> OrgsOfAccount:
        """Return the active Orgs of an account; who administers one Org sees no other.

        Raises:
            ScopeTooSmall, NotPermitted: the principal may not manage accounts.
            NotFound: there is no such account within its reach.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)

        async def work(tx: Transaction) -> OrgsOfAccount:
            account = await the_account(tx, by, identifier)
            all_of_them = is_cluster_admin(await tx.groups.privileges(account.id))
            if by.cluster_admin and all_of_them:
                found = await tx.orgs.all()
            else:
                found = await tx.orgs.of_account(account.id)
            found = [one for one in found if one.active]
            last = PRIMARY_ORG if account.last_org_id is None else account.last_org_id
            if not by.cluster_admin:
                found = [one for one in found if one.id == by.org_id]
                last = by.org_id
            return OrgsOfAccount(
                orgs=await _views(tx, found),
                current=last,
                administers_all=by.cluster_admin and all_of_them,
            )

        return await self._means.store.read(work)


async def _views(tx: Transaction, found: Sequence[Org]) -> list[OrgView]:
    views = []
    for org in sorted(found, key=lambda one: one.id):
        everyone = await tx.groups.by_key(org.id, name_key(ALL_GROUP))
        administrators = await tx.groups.by_key(org.id, name_key(ADMIN_GROUP))
        views.append(
            OrgView(
                org=org,
                all_group_id="" if everyone is None else everyone.id,
                admin_group_id="" if administrators is None else administrators.id,
            )
        )
    return views
