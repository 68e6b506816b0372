"""One account whole, for who administers it: what it is, and what may be changed."""

from collections.abc import Sequence
from datetime import datetime

from gatepass.core import orgs
from gatepass.core.account_rows import the_account, the_changeable
from gatepass.core.entitlements import refuse_superior, require
from gatepass.core.errors import NotFound, NotPermitted
from gatepass.core.guesses import FROM_ALL
from gatepass.core.means import Means
from gatepass.core.privileges import USER_ADMINISTRATION
from gatepass.core.records import Account, Org, Principal, Profile, Record
from gatepass.core.searches import Named
from gatepass.core.store import Transaction
from gatepass.core.views import profiles


class RoleHeld(Record, frozen=True):
    """A role that an account has, and the groups that have it."""

    role: Named
    groups: Sequence[Named]


class AccountView(Record, frozen=True):
    """An account as it is in one Org, and what its administrator wants to know besides."""

    profile: Profile
    orgs: Sequence[Org]
    """Those it is a member of as far as the principal may know, inactive ones too, by id."""
    is_member: bool
    """Whether it is a member of the Org that it is shown in."""
    roles: Sequence[RoleHeld]
    author: Named | None
    """Who created it, if that is known and within the principal's reach; so with ``modifier``."""
    modifier: Named | None
    failures: int
    """Wrong passwords in a row, from wherever."""
    shut_until: datetime | None
    """Until when no password is taken from anywhere."""
    hindrance: str | None
    """What the principal lacks to change the account; None: it may."""
    superior: str | None
    """What it lacks to change the account's groups in this Org."""


class AccountViews:
    """Acts that show one account."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def of(
        self, by: Principal, identifier: str, *, org: str | int | None = None
    ) -> AccountView:
        """Return an account as it is in the Org named, else in the principal's, else in its own.

        Raises:
            ScopeTooSmall, NotPermitted: the principal may not manage accounts.
            NotFound: there is no such account or Org within its reach.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)

        async def work(tx: Transaction) -> AccountView:
            account = await the_account(tx, by, identifier)
            found = (await tx.directory.orgs_of([account.id])).get(account.id, [])
            known = [one for one in found if by.cluster_admin or one.id == by.org_id]
            among = None
            first = by.org_id
            if org is not None:
                first = await orgs.within_reach(tx, by, org)
                among = [first]
            visible = None if by.cluster_admin else by.org_id
            profile = (await profiles(tx, [account], first=first, among=among, visible=visible))[0]
            return await self._viewed(tx, by, account, profile, known)

        return await self._means.store.scan(work)

    async def _viewed(
        self,
        tx: Transaction,
        by: Principal,
        account: Account,
        profile: Profile,
        known: Sequence[Org],
    ) -> AccountView:
        guesses = await tx.guesses.of(account.id, FROM_ALL)
        now = self._means.clock()
        until = None if guesses is None else guesses.shut_until
        return AccountView(
            profile=profile,
            orgs=known,
            is_member=any(one.id == profile.org.id for one in known),
            roles=await _roles(tx, profile),
            author=await _named(tx, by, account.author_id),
            modifier=await _named(tx, by, account.modifier_id),
            failures=0 if guesses is None else guesses.failures,
            shut_until=until if until is not None and now < until else None,
            hindrance=await _hindrance(tx, by, account),
            superior=await _superior(tx, by, account),
        )


async def _roles(tx: Transaction, profile: Profile) -> list[RoleHeld]:
    """Return the roles that the account's groups have, by name."""
    reached = {group.id: group for group in (*profile.groups, *profile.inherited_groups)}
    by_role: dict[str, tuple[Named, list[Named]]] = {}
    for group_id, roles in (await tx.roles.of_groups(list(reached))).items():
        group = reached[group_id]
        for role in roles:
            _, groups = by_role.setdefault(role.id, (role, []))
            groups.append(Named(id=group.id, name=group.name))
    return [
        RoleHeld(role=role, groups=sorted(groups, key=lambda one: one.name))
        for role, groups in sorted(by_role.values(), key=lambda one: one[0].name)
    ]


async def _named(tx: Transaction, by: Principal, account_id: str) -> Named | None:
    try:
        found = await the_account(tx, by, account_id)
    except NotFound:
        return None
    return Named(id=found.id, name=found.name)


async def _hindrance(tx: Transaction, by: Principal, account: Account) -> str | None:
    try:
        await the_changeable(tx, by, account.id)
    except NotPermitted as refusal:
        return refusal.needed
    return None


async def _superior(tx: Transaction, by: Principal, account: Account) -> str | None:
    try:
        refuse_superior(by, await tx.groups.privileges(account.id))
    except NotPermitted as refusal:
        return refusal.needed
    return None
