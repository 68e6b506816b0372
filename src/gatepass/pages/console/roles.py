"""Roles of the Org: all of them, a new one, and one with what it carries."""

from gatepass.core.role_words import CARRIED
from gatepass.http.call import Reply
from gatepass.pages.console.places import Act, Place
from gatepass.pages.console.privileges import sections
from gatepass.pages.console.sure import PAGE, following, offset, require_typed
from gatepass.pages.console.visit import Visit

SHOWN = 100
"""Groups that have a role which are shown; of more, the first."""
OFF = "roles_off.html"


async def show(visit: Visit) -> Reply:
    """GET console/roles?find=…&from=…: the roles of the Org, by name."""
    if not visit.core.rules.rbac_enabled:
        return await visit.page(OFF)
    text = visit.query.get("find", "").strip()
    lines = await visit.core.sights.roles.page(
        visit.principal, text=text, offset=offset(visit), size=PAGE + 1
    )
    return await visit.page(
        "roles.html",
        lines=lines[:PAGE],
        text=text,
        begins=offset(visit),
        following=following(visit, len(lines), find=text),
    )


async def show_new(visit: Visit) -> Reply:
    """GET console/roles/new."""
    if not visit.core.rules.rbac_enabled:
        return await visit.page(OFF)
    # Who may not make one is told so before the form is filled in.
    await visit.core.sights.roles.page(visit.principal, size=1)
    return await visit.page("role_new.html", boxes=sections(CARRIED))


async def show_one(visit: Visit) -> Reply:
    """GET console/roles/{role}."""
    if not visit.core.rules.rbac_enabled:
        return await visit.page(OFF)
    view = await visit.core.sights.roles.of(visit.principal, visit.named["role"])
    return await visit.page(
        "role.html", view=view, role=view.role, boxes=sections(CARRIED), shown=SHOWN
    )


async def create(visit: Visit) -> Reply:
    """Make a role that no group has yet."""
    form = visit.form
    made = await visit.core.roles.create(
        visit.principal,
        visit.source,
        name=form.get("name"),
        description=form.get("description"),
        privileges=form.all("privilege"),
        read_only="read_only" in form,
    )
    return visit.to(f"roles/{made.role.id}", "role-made")


async def change(visit: Visit) -> Reply:
    """Change what the role is called."""
    form = visit.form
    view = await visit.core.roles.update(
        visit.principal,
        visit.source,
        visit.named["role"],
        name=form.get("name"),
        description=form.get("description"),
    )
    return visit.to(f"roles/{view.role.id}", "role-changed")


async def carry(visit: Visit) -> Reply:
    """Let the role carry what is ticked and nothing else."""
    view = await visit.core.sights.roles.of(visit.principal, visit.named["role"])
    await visit.core.roles.update(
        visit.principal,
        visit.source,
        view.role.id,
        name=view.role.name,
        privileges=visit.form.all("privilege"),
    )
    return visit.to(f"roles/{view.role.id}", "role-carries")


async def delete(visit: Visit) -> Reply:
    """Delete the role, once its name was typed."""
    view = await visit.core.sights.roles.of(visit.principal, visit.named["role"])
    require_typed(visit, view.role.name)
    await visit.core.roles.remove(visit.principal, visit.source, view.role.id)
    return visit.to("roles", "role-deleted")


PLACES = (
    Place("roles", "roles", show, said={"role-deleted": "The role is deleted."}),
    Place(
        "new-role",
        "roles/new",
        show_new,
        {"create": Act(create, dangerous=True)},
        {"role-made": "The role is made. No group has it yet: it is given on a group's page."},
    ),
    Place(
        "role",
        "roles/{role}",
        show_one,
        {
            "change": Act(change),
            "carry": Act(carry, dangerous=True),
            "delete": Act(delete, dangerous=True),
        },
        {
            "role-changed": "The role is changed.",
            "role-carries": "What the role carries is changed, for every group that has it, "
            "from now on.",
        },
    ),
)
