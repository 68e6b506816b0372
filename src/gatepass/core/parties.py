"""Parties: accounts and groups of one Org as sharing sees them, and who may name which."""

from collections.abc import Sequence

from gatepass.core.account_rows import find_member
from gatepass.core.entitlements import effective, may
from gatepass.core.errors import NotFound
from gatepass.core.groups import find_group
from gatepass.core.means import Means
from gatepass.core.privileges import (
    ADMINISTRATION,
    GROUP_ADMINISTRATION,
    USER_ADMINISTRATION,
)
from gatepass.core.records import Account, Group, Principal
from gatepass.core.shares import Party, PartyKind
from gatepass.core.store import Transaction


async def caller(tx: Transaction, by: Principal) -> Party:
    """Return the principal as a party in its Org."""
    _, reach = await tx.groups.of_account(by.account_id, by.org_id)
    return Party(
        id=by.account_id,
        kind=PartyKind.ACCOUNT,
        groups=frozenset(group.id for group in reach),
        administers=ADMINISTRATION in by.privileges,
    )


async def of_accounts(tx: Transaction, org_id: int, accounts: Sequence[str]) -> dict[str, Party]:
    """Return these accounts as parties in the Org."""
    reach = await tx.directory.reach_of(accounts)
    granted = await tx.directory.privileges_of(accounts)
    return {
        account: Party(
            id=account,
            kind=PartyKind.ACCOUNT,
            groups=frozenset(one.id for one in reach.get(account, ()) if one.org_id == org_id),
            administers=ADMINISTRATION in effective(granted.get(account, {}), org_id),
        )
        for account in accounts
    }


async def of_groups(tx: Transaction, org_id: int, groups: Sequence[str]) -> dict[str, Party]:
    """Return these groups of the Org as parties in it."""
    return {
        group: Party(
            id=group,
            kind=PartyKind.GROUP,
            groups=frozenset(await tx.groups.closure(org_id, [group])) | {group},
            administers=ADMINISTRATION in await tx.groups.granted(org_id, [group]),
        )
        for group in groups
    }


async def of(tx: Transaction, org_id: int, who: Account | Group) -> Party:
    """Return an account or a group of the Org as a party in it."""
    if isinstance(who, Group):
        return (await of_groups(tx, org_id, [who.id]))[who.id]
    return (await of_accounts(tx, org_id, [who.id]))[who.id]


class Named:
    """Accounts and groups of the principal's Org, found by whom it may know of."""

    def __init__(self, tx: Transaction, means: Means, by: Principal) -> None:
        self._tx = tx
        self._by = by
        self._all_accounts = may(by, means.rules, USER_ADMINISTRATION)
        self._all_groups = may(by, means.rules, GROUP_ADMINISTRATION)

    def shows_account(self, account: Account) -> bool:
        """Say whether the principal may know of this account of its Org."""
        return self._all_accounts or account.sharable or account.id == self._by.account_id

    def shows_group(self, group: Group, own: frozenset[str]) -> bool:
        """Say whether it may know of this group; ``own`` are the groups that it is in."""
        return self._all_groups or group.sharable or group.id in own

    async def find(
        self, identifier: str, kind: PartyKind | None, own: frozenset[str]
    ) -> Account | Group:
        """Return the account or group of this id or name; of no kind, an account first.

        Raises:
            NotFound: the Org has none that the principal may know of.
        """
        if kind is not PartyKind.GROUP:
            account = await find_member(self._tx, self._by.org_id, identifier)
            if account is not None and self.shows_account(account):
                return account
        if kind is not PartyKind.ACCOUNT:
            group = await find_group(self._tx, self._by.org_id, identifier)
            if group is not None and self.shows_group(group, own):
                return group
        raise NotFound("group" if kind is PartyKind.GROUP else "user", identifier)
