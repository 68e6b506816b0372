"""Lists of accounts: a page at a time, in the order of a key, whatever else there is.

A page looks at a bounded number of rows: one of a million accounts that hardly any fits may come
short, or empty, and says where to go on.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from gatepass.core import orgs
from gatepass.core.account_rows import the_account
from gatepass.core.entitlements import require
from gatepass.core.errors import NotFound
from gatepass.core.groups import group_ids
from gatepass.core.leafing import LAST, Listed, ListedBy, Mark, Wanted
from gatepass.core.listings import OrgFilter
from gatepass.core.means import Means
from gatepass.core.privileges import USER_ADMINISTRATION
from gatepass.core.records import (
    Account,
    AccountStatus,
    Org,
    Principal,
    Profile,
    Record,
    Undisclosed,
)
from gatepass.core.searches import NamePattern, Page
from gatepass.core.store import Transaction
from gatepass.core.views import profiles

PAGE = 50
MOST_LOOKED = 50_000
"""So many rows are looked at for one page."""
MOST_APART = 20_000
"""So many where each is looked up apart: what one Org's memberships do not say of an account."""
FEW_MEMBERS = 1000
MOST_GROUPS = 100
_ANY = "%"
_ID_LENGTH = 36


class AccountList(Undisclosed, frozen=True, kw_only=True):
    """What is asked of a list; what is empty asks nothing.

    ``text`` is what the field of the order begins with, or a pattern where ``%`` is any run; an id
    finds its account. ``group`` by id or name, in the Orgs that are listed. ``after`` is what the
    page before answered.
    """

    text: str = ""
    by: ListedBy = ListedBy.NAME
    status: AccountStatus | None = None
    group: str | None = None
    org: str | int | None = None
    after: str | None = None


class AccountLists:
    """Acts that list accounts."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def page(self, by: Principal, what: AccountList, *, size: int = PAGE) -> Listed:
        """Return a page of the accounts of an Org, or of all for a cluster admin naming none.

        Raises:
            ScopeTooSmall, NotPermitted: the principal may not manage accounts.
            NotFound: there is no such Org within its reach.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        now = self._means.clock()

        async def work(tx: Transaction) -> Listed:
            everyone = what.org is None and by.cluster_admin
            org_id = None if everyone else await orgs.within_reach(tx, by, what.org)
            wanted = Wanted(
                now=now,
                org_id=org_id,
                by=what.by,
                pattern=_pattern(what.text),
                status=what.status,
                after=None if what.after is None else Mark.of(what.after),
            )
            scope = None if org_id is None else [org_id]
            found = await self._by_id(tx, by, what, wanted)
            if found is not None:
                return Listed(profiles=await _shown(tx, by, wanted, [found]))
            if what.group is not None:
                groups = (await group_ids(tx, scope, [what.group]) or [])[:MOST_GROUPS]
                if not groups:
                    return Listed(profiles=())
                few = not await tx.leafing.has_more(groups, FEW_MEMBERS)
                wanted = replace(wanted, groups=groups, few=few)
            stretch = await leafed(tx, wanted, size, _most_looked(wanted))
            return Listed(
                profiles=await _shown(tx, by, wanted, stretch.accounts),
                after=stretch.after,
                looked=stretch.looked,
            )

        return await self._means.store.scan(work)

    async def orgs(self, by: Principal, most: int) -> Sequence[Org] | None:
        """Return the active Orgs that the principal may name, by name; None if more than so many.

        For who does not administer the cluster there is no choice, and so there are none.
        """
        if not by.cluster_admin:
            return ()
        found = await self._means.store.scan(
            lambda tx: tx.listings.orgs(OrgFilter(active=True), Page(size=most + 1))
        )
        return found if len(found) <= most else None

    async def _by_id(
        self, tx: Transaction, by: Principal, what: AccountList, wanted: Wanted
    ) -> Account | None:
        """Return the account whose id the text is, if nothing else is asked."""
        text = what.text.strip().lower()
        if len(text) != _ID_LENGTH or what.group is not None or what.status is not None:
            return None
        try:
            found = await the_account(tx, by, text)
        except NotFound:
            return None
        is_listed = wanted.org_id is None or await tx.orgs.is_member(found.id, wanted.org_id)
        return found if found.id == text and is_listed else None


class Stretch(Record, frozen=True):
    """The accounts of one page, in order; the rest as ``Listed`` has it."""

    accounts: Sequence[Account]
    after: str | None = None
    looked: int = 0


async def leafed(tx: Transaction, wanted: Wanted, size: int, most_looked: int) -> Stretch:
    """Return the next so many accounts at most that fit, found among so many rows."""
    floor = None
    if not wanted.few and _is_sifted(wanted):
        floor = await tx.leafing.key_at(wanted, most_looked)
        wanted = replace(wanted, until=floor)
    rows = await tx.leafing.page(wanted, size + 1)
    found = [account for account, _ in rows[:size]]
    if len(rows) > size:
        return Stretch(accounts=found, after=rows[size - 1][1].text())
    if floor is not None:
        # Of equal keys all were looked at.
        after = Mark(key=floor, name_key=LAST).text()
        return Stretch(accounts=found, after=after, looked=most_looked)
    return Stretch(accounts=found)


def _pattern(text: str) -> NamePattern | None:
    """Return the pattern that a text stands for: without a ``%`` it is what comes first."""
    text = text.strip()
    if not text:
        return None
    return NamePattern.of(text if _ANY in text else text + _ANY)


def _most_looked(wanted: Wanted) -> int:
    """Return how many rows a page may cost."""
    along = wanted.org_id is not None and wanted.by is ListedBy.NAME
    apart = wanted.status is not None or wanted.groups is not None
    return MOST_APART if along and apart else MOST_LOOKED


def _is_sifted(wanted: Wanted) -> bool:
    """Say whether rows may be met that do not fit."""
    of_other_orgs = wanted.org_id is not None and wanted.by is not ListedBy.NAME
    like = wanted.pattern is not None and wanted.pattern.like is not None
    return of_other_orgs or like or wanted.status is not None or wanted.groups is not None


async def _shown(
    tx: Transaction, by: Principal, wanted: Wanted, accounts: Sequence[Account]
) -> Sequence[Profile]:
    scope = None if wanted.org_id is None else [wanted.org_id]
    visible = None if by.cluster_admin else by.org_id
    return await profiles(tx, accounts, first=by.org_id, among=scope, visible=visible)
