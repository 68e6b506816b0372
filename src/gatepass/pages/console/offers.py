"""Groups and roles that a field offers while one types: a part of a page, for htmx alone."""

from gatepass.core.directory import GroupSearch
from gatepass.core.searches import Page
from gatepass.http.call import Reply
from gatepass.pages.console.visit import Visit

MOST = 20


def wants_offers(visit: Visit) -> bool:
    """Say whether only the offers are asked for."""
    return visit.headers.get(b"hx-target") == b"offered-groups"


async def offered(visit: Visit, org: str | int | None) -> Reply:
    """Return the groups of an Org whose names begin as what was typed."""
    groups = await visit.core.directory.groups(
        visit.principal,
        GroupSearch(
            pattern=visit.query.get("group", "").replace("%", "") + "%",
            orgs=None if org is None else [org],
        ),
        Page(size=MOST),
        users=False,
        inside=False,
    )
    return await visit.page("offers.html", groups=groups, lines=[])


def wants_roles(visit: Visit) -> bool:
    """Say whether only roles are asked for, as offers."""
    return visit.headers.get(b"hx-target") == b"offered-roles"


async def offered_roles(visit: Visit) -> Reply:
    """Return the roles of the visitor's Org whose names begin as what was typed."""
    lines = await visit.core.sights.roles.page(
        visit.principal, text=visit.query.get("role", "").replace("%", "") + "%", size=MOST
    )
    return await visit.page("offers.html", groups=[], lines=lines)
