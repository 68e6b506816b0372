"""Accounts: find them."""

from collections.abc import Sequence

from gatepass.core.account_lists import AccountList
from gatepass.core.errors import NotFound
from gatepass.core.leafing import Listed, ListedBy
from gatepass.core.records import AccountStatus, Org
from gatepass.http.call import Reply
from gatepass.pages.console.places import Place
from gatepass.pages.console.problems import problem_of
from gatepass.pages.console.visit import Visit

_BY = {one.value: one for one in ListedBy}
_STATUSES = {one.value: one for one in AccountStatus}
ORDERS = (
    (ListedBy.NAME, "Name"),
    (ListedBy.DISPLAY_NAME, "Display name"),
    (ListedBy.EMAIL, "E-mail address"),
)
MOST_ORGS = 50
"""More Orgs than these are named by typing, not chosen from a list."""


async def show(visit: Visit) -> Reply:
    """GET console/accounts: a page of accounts, as they are sought."""
    query = visit.query
    asked = AccountList(
        text=query.get("text", ""),
        by=_BY.get(query.get("by", ""), ListedBy.NAME),
        status=_STATUSES.get(query.get("status", "")),
        group=query.get("group") or None,
        org=(query.get("org") or None) if visit.principal.cluster_admin else None,
        after=query.get("after") or None,
    )
    unknown = ""
    try:
        listed = await visit.core.account_lists.page(visit.principal, asked)
    except NotFound as error:
        listed, unknown = Listed(profiles=()), problem_of(error).text
    more = {name: value for name, value in query.items() if name not in {"after", "said"}}
    return await visit.page(
        "accounts.html",
        asked=asked,
        found=listed.profiles,
        unknown=unknown,
        more=None if listed.after is None else {**more, "after": listed.after},
        looked=listed.looked,
        orders=ORDERS,
        statuses=list(AccountStatus),
        orgs=await orgs_to_choose(visit),
    )


async def orgs_to_choose(visit: Visit) -> Sequence[Org] | None:
    """Return the Orgs that a choice offers; none if there is none to make, None if too many."""
    return await visit.core.account_lists.orgs(visit.principal, MOST_ORGS)


PLACES = (Place("accounts", "accounts", show),)
