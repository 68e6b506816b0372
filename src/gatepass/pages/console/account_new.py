"""A new account: who it is, how it comes in, where it works."""

from collections.abc import Sequence

from gatepass.core.account_changes import AccountChange
from gatepass.core.directory import GroupSearch
from gatepass.core.entitlements import require
from gatepass.core.errors import InvalidParameter
from gatepass.core.orgs import is_all
from gatepass.core.privileges import USER_ADMINISTRATION
from gatepass.core.records import Group
from gatepass.core.searches import Page
from gatepass.http.call import Reply
from gatepass.pages.console.account_links import with_link
from gatepass.pages.console.accounts import orgs_to_choose
from gatepass.pages.console.places import Act, Place
from gatepass.pages.console.visit import Visit

MOST_BOXES = 40
"""More groups than these are named by typing, too."""
PASSWORD, LINK, NOTHING = "password", "link", "nothing"
WAYS = (
    (PASSWORD, "With a password that you set", ""),
    (
        LINK,
        "With a password that it chooses itself",
        "You are shown an activation link, once. It may not sign in before it is used.",
    ),
    (NOTHING, "Without one", "By a trusted secret or a token alone."),
)


async def show(visit: Visit) -> Reply:
    """GET console/accounts/new: in the Org that the query names, else in one's own."""
    require(visit.principal, visit.core.rules, USER_ADMINISTRATION)
    org = await _org(visit)
    orgs = await orgs_to_choose(visit)
    groups = await _groups(visit, org)
    name = visit.profile.org.name
    if visit.principal.cluster_admin:
        name = (await visit.core.orgs.find(visit.principal, org)).name
    return await visit.page(
        "account_new.html",
        org=org,
        org_name=name,
        orgs=orgs,
        groups=groups[:MOST_BOXES],
        more_groups=len(groups) > MOST_BOXES,
        ways=WAYS,
    )


async def create(visit: Visit) -> Reply:
    """Create it; who chooses its own password gets a link, which is shown here and never again."""
    form, core = visit.form, visit.core
    org = await _org(visit)
    way = form.get("way")
    if way not in {PASSWORD, LINK, NOTHING}:
        raise InvalidParameter("way", "choose one")
    if way == PASSWORD and not form.secret("password"):
        raise InvalidParameter("password", "must not be empty")
    groups = [*form.all("group"), *form.lines("groups")]
    made = await core.account_changes.create(
        visit.principal,
        visit.source,
        form.get("username"),
        AccountChange(
            display_name=form.optional("display_name"),
            email=form.optional("email"),
            groups=groups or None,
            org=org,
            orgs=[org, *(form.lines("orgs") if visit.principal.cluster_admin else ())],
        ),
        password=form.secret("password") if way == PASSWORD else None,
        activates_later=way == LINK,
    )
    if way != LINK:
        shown_in = org if visit.principal.cluster_admin else None
        return visit.to(f"accounts/{made.account.id}", "account-made", org=shown_in)
    account, secret = await core.activation.deactivate(
        visit.principal, visit.source, made.account.id
    )
    return await with_link(visit, account, secret)


async def _org(visit: Visit) -> int:
    """Return the id of the Org to create it in."""
    named = visit.query.get("org")
    if not named or not visit.principal.cluster_admin:
        return visit.principal.org_id
    return (await visit.core.orgs.find(visit.principal, named)).id


async def _groups(visit: Visit, org: int) -> Sequence[Group]:
    """Return the Org's first groups but the one that everyone is in, one more than boxes."""
    found = await visit.core.directory.groups(
        visit.principal,
        GroupSearch(orgs=[org]),
        Page(size=MOST_BOXES + 2),
        users=False,
        inside=False,
    )
    return [one.group for one in found if not is_all(one.group)]


PLACES = (Place("account-new", "accounts/new", show, acts={"create": Act(create, dangerous=True)}),)
