"""One Org: who is in it, what newcomers get, and whether anybody may work there."""

from gatepass.core.errors import InvalidParameter
from gatepass.core.org_changes import OrgChange
from gatepass.core.org_sights import OrgSight
from gatepass.core.records import PRIMARY_ORG, ListChange
from gatepass.http.call import Reply
from gatepass.pages.console.offers import offered, wants_offers
from gatepass.pages.console.places import Act, Place
from gatepass.pages.console.sure import PAGE, require_typed
from gatepass.pages.console.visit import Visit

SHOWN = 100
"""Groups of newcomers that are shown; of more, the first."""


async def _sight(visit: Visit) -> OrgSight:
    return await visit.core.sights.orgs.of(visit.principal, visit.named["org"])


async def show(visit: Visit) -> Reply:
    """GET console/orgs/{org}?find=…&start=…: an Org, and its members by page."""
    sight = await _sight(visit)
    if wants_offers(visit):
        return await offered(visit, sight.org.id)
    text = visit.query.get("find", "").strip()
    members = await visit.core.sights.orgs.members(
        visit.principal,
        sight.org.id,
        begins=text,
        start=visit.query.get("start") or None,
        size=PAGE,
    )
    return await visit.page(
        "org.html",
        sight=sight,
        org=sight.org,
        is_primary=sight.org.id == PRIMARY_ORG,
        is_here=sight.org.id == visit.principal.org_id,
        members=members,
        text=text,
        options=[(group.id, group.name) for group in sight.newcomers[:SHOWN]],
        shown=SHOWN,
    )


async def _update(visit: Visit, what: OrgChange, said: str) -> Reply:
    org = await _sight(visit)
    await visit.core.org_changes.update(visit.principal, visit.source, org.org.id, what)
    return visit.to(f"orgs/{org.org.id}", said)


async def change(visit: Visit) -> Reply:
    """Change what the Org is called."""
    form = visit.form
    name = form.get("name") if "name" in form else None
    return await _update(
        visit, OrgChange(name=name, description=form.get("description")), "org-changed"
    )


async def add(visit: Visit) -> Reply:
    """Make accounts members, a name a line."""
    names = visit.form.lines("users")
    if not names:
        raise InvalidParameter("users", "name at least one account, one a line")
    return await _update(visit, OrgChange(users=names, operation=ListChange.ADD), "org-added")


async def take_out(visit: Visit) -> Reply:
    """End the memberships of the ticked accounts."""
    ids = visit.form.all("user")
    if not ids:
        raise InvalidParameter("user", "tick who is to leave")
    return await _update(visit, OrgChange(users=ids, operation=ListChange.REMOVE), "org-left")


async def welcome(visit: Visit) -> Reply:
    """Put newcomers into one more group."""
    what = OrgChange(groups=[visit.form.get("group")], operation=ListChange.ADD)
    return await _update(visit, what, "org-newcomers")


async def unwelcome(visit: Visit) -> Reply:
    """Put newcomers into a group no longer."""
    what = OrgChange(groups=[visit.form.get("group")], operation=ListChange.REMOVE)
    return await _update(visit, what, "org-newcomers")


async def activate(visit: Visit) -> Reply:
    """Let the Org be worked in again."""
    org = (await _sight(visit)).org
    await visit.core.org_states.activate(visit.principal, visit.source, org.id)
    return visit.to(f"orgs/{org.id}", "org-on")


async def deactivate(visit: Visit) -> Reply:
    """Let nobody work in the Org, and end what is held there."""
    org = (await _sight(visit)).org
    await visit.core.org_states.deactivate(visit.principal, visit.source, org.id)
    return visit.to(f"orgs/{org.id}", "org-off")


async def end_all(visit: Visit) -> Reply:
    """End every session and token of the Org; in the visitor's own, this one too."""
    org = (await _sight(visit)).org
    await visit.core.sessions.end_many(visit.principal, visit.source, org_id=org.id)
    return visit.to(f"orgs/{org.id}", "org-ended")


async def delete(visit: Visit) -> Reply:
    """Delete the Org, once its name was typed."""
    org = (await _sight(visit)).org
    require_typed(visit, org.name)
    await visit.core.org_changes.remove(visit.principal, visit.source, org.id)
    return visit.to("orgs", "org-deleted")


PLACES = (
    Place(
        "org",
        "orgs/{org}",
        show,
        {
            "change": Act(change),
            "add": Act(add, dangerous=True),
            "take-out": Act(take_out, dangerous=True),
            "welcome": Act(welcome),
            "unwelcome": Act(unwelcome),
            "activate": Act(activate),
            "deactivate": Act(deactivate, dangerous=True),
            "end-all": Act(end_all, dangerous=True),
            "delete": Act(delete, dangerous=True),
        },
        {
            "org-changed": "The Org is changed.",
            "org-added": "They are in the Org now.",
            "org-left": "They are not in the Org any more, and what they held there has ended.",
            "org-newcomers": "Where newcomers are put in is changed, for who joins from now on.",
            "org-on": "The Org is active: its members sign in again.",
            "org-off": "The Org is inactive: nobody gets in, and what was held there has ended.",
            "org-ended": "Every session and token of the Org has ended.",
        },
    ),
)
