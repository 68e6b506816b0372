"""Groups of the Org, and a new one."""

from gatepass.core.group_changes import GroupChange
from gatepass.core.records import GroupType
from gatepass.http.call import Reply
from gatepass.pages.console.places import Act, Place
from gatepass.pages.console.sure import PAGE, following, offset
from gatepass.pages.console.visit import Visit

TYPES = (
    (GroupType.LOCAL, "Local: made here"),
    (GroupType.LDAP, "LDAP: mirrors a directory's"),
    (GroupType.TEAM, "Team"),
    (GroupType.TENANT, "Tenant"),
)


async def show(visit: Visit) -> Reply:
    """GET console/groups?find=…&from=…: the groups of the Org, by name."""
    text = visit.query.get("find", "").strip()
    lines = await visit.core.sights.groups.page(
        visit.principal, text=text, offset=offset(visit), size=PAGE + 1
    )
    return await visit.page(
        "groups.html",
        lines=lines[:PAGE],
        text=text,
        begins=offset(visit),
        following=following(visit, len(lines), find=text),
    )


async def show_new(visit: Visit) -> Reply:
    """GET console/groups/new."""
    # Who may not make one is told so before the form is filled in.
    await visit.core.sights.groups.page(visit.principal, size=1)
    return await visit.page("group_new.html", types=TYPES)


async def create(visit: Visit) -> Reply:
    """Make a group that grants nothing, with nobody in it."""
    form = visit.form
    made = await visit.core.group_changes.create(
        visit.principal,
        visit.source,
        form.get("name"),
        GroupChange(
            display_name=form.optional("display_name"),
            description=form.get("description"),
            type=GroupType(form.get("type")) if form.get("type") in set(GroupType) else None,
            joined_by_all="newcomers" in form,
        ),
    )
    return visit.to(f"groups/{made.group.id}", "group-made")


PLACES = (
    Place("groups", "groups", show, said={"group-deleted": "The group is deleted."}),
    Place(
        "new-group",
        "groups/new",
        show_new,
        {"create": Act(create)},
        {"group-made": "The group is made. Nobody is in it yet, and it grants nothing."},
    ),
)
