"""Orgs of the cluster, and a new one."""

from gatepass.core import orgs
from gatepass.http.call import Reply
from gatepass.pages.console.places import Act, Place
from gatepass.pages.console.sure import PAGE, following, offset
from gatepass.pages.console.visit import Visit

STATES = {"": None, "active": True, "inactive": False}


async def show(visit: Visit) -> Reply:
    """GET console/orgs?find=…&state=…&from=…: the Orgs, by name."""
    text = visit.query.get("find", "").strip()
    state = visit.query.get("state", "")
    lines = await visit.core.sights.orgs.page(
        visit.principal, text=text, active=STATES.get(state), offset=offset(visit), size=PAGE + 1
    )
    return await visit.page(
        "orgs.html",
        lines=lines[:PAGE],
        text=text,
        state=state,
        begins=offset(visit),
        following=following(visit, len(lines), find=text, state=state),
    )


async def show_new(visit: Visit) -> Reply:
    """GET console/orgs/new."""
    # Who may not make one is told so before the form is filled in.
    await visit.core.sights.orgs.page(visit.principal, size=1)
    return await visit.page("org_new.html", longest=orgs.LONGEST_NAME)


async def create(visit: Visit) -> Reply:
    """Make an Org with its groups All and Administrator, and nobody in it."""
    form = visit.form
    org = await visit.core.orgs.create(
        visit.principal, visit.source, name=form.get("name"), description=form.get("description")
    )
    return visit.to(f"orgs/{org.id}", "org-made")


PLACES = (
    Place("orgs", "orgs", show, said={"org-deleted": "The Org is deleted, with all in it."}),
    Place(
        "new-org",
        "orgs/new",
        show_new,
        {"create": Act(create)},
        {"org-made": "The Org is made. Nobody is in it yet; administrators of the cluster get in."},
    ),
)
