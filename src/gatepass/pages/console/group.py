"""One group: what it grants and from where, who is in it, what it is next to."""

from gatepass.core import orgs
from gatepass.core.errors import InvalidParameter
from gatepass.core.group_changes import GroupChange
from gatepass.core.group_sights import GroupSight
from gatepass.core.privileges import AUTHORING, PRIVILEGES, any_administrative
from gatepass.core.records import GroupType, ListChange
from gatepass.core.role_words import ROLE_ADMINISTRATION
from gatepass.http.call import Reply
from gatepass.pages.console.groups import TYPES
from gatepass.pages.console.offers import offered, offered_roles, wants_offers, wants_roles
from gatepass.pages.console.places import Act, Place
from gatepass.pages.console.privileges import sections
from gatepass.pages.console.sure import PAGE, require_typed
from gatepass.pages.console.visit import Visit

SHOWN = 100
"""Groups and roles beside this one that are shown; of more, the first."""


async def _sight(visit: Visit) -> GroupSight:
    return await visit.core.sights.groups.of(visit.principal, visit.named["group"])


async def administers(visit: Visit) -> bool:
    """Say whether who is in the group administers: then who comes and goes is no small matter."""
    return any_administrative((await _sight(visit)).effective())


async def show(visit: Visit) -> Reply:
    """GET console/groups/{group}?find=…&start=…: a group, and its members by page."""
    if wants_offers(visit):
        return await offered(visit, None)
    if wants_roles(visit):
        return await offered_roles(visit)
    sight = await _sight(visit)
    text = visit.query.get("find", "").strip()
    members = await visit.core.members.page(
        visit.principal,
        sight.group.id,
        begins=text,
        start=visit.query.get("start") or None,
        size=PAGE,
    )
    return await visit.page(
        "group.html",
        sight=sight,
        group=sight.group,
        is_all=orgs.is_all(sight.group),
        administers=any_administrative(sight.effective()),
        members=members,
        text=text,
        types=TYPES,
        boxes=sections(PRIVILEGES - {AUTHORING}),
        roles_shown=visit.core.rules.rbac_enabled and visit.may(ROLE_ADMINISTRATION),
        options=lambda some: [(one.id, one.name) for one in some[:SHOWN]],
        shown=SHOWN,
    )


async def _update(visit: Visit, what: GroupChange, said: str, group: str = "") -> Reply:
    own = (await _sight(visit)).group.id  # the address may have the name that is about to change
    await visit.core.group_changes.update(visit.principal, visit.source, group or own, what)
    return visit.to(f"groups/{own}", said)


async def change(visit: Visit) -> Reply:
    """Change what the group is called and how it is treated."""
    form = visit.form
    asked = form.all("asked")
    return await _update(
        visit,
        GroupChange(
            name=form.get("name") if "name" in form else None,
            display_name=form.get("display_name") if "display_name" in form else None,
            description=form.get("description") if "description" in form else None,
            type=GroupType(form.get("type")) if form.get("type") in set(GroupType) else None,
            sharable="sharable" in form if "sharable" in asked else None,
            joined_by_all="newcomers" in form if "newcomers" in asked else None,
        ),
        "group-changed",
    )


async def grant(visit: Visit) -> Reply:
    """Let the group itself grant what is ticked and nothing else."""
    return await _update(
        visit, GroupChange(privileges=visit.form.all("privilege")), "group-granted"
    )


async def add(visit: Visit) -> Reply:
    """Put accounts in, a name a line."""
    names = _named(visit.form.lines("users"), "users", "name at least one account, one a line")
    return await _update(visit, GroupChange(users=names, operation=ListChange.ADD), "group-added")


async def take_out(visit: Visit) -> Reply:
    """Take the ticked accounts out."""
    ids = _named(visit.form.all("user"), "user", "tick who is to leave")
    return await _update(visit, GroupChange(users=ids, operation=ListChange.REMOVE), "group-left")


async def nest(visit: Visit) -> Reply:
    """Put another group into this one."""
    (inner,) = _named([visit.form.get("group")], "group", "name a group")
    return await _nest(visit, visit.named["group"], inner)


async def join(visit: Visit) -> Reply:
    """Put this group into another one."""
    (outer,) = _named([visit.form.get("group")], "group", "name a group")
    return await _nest(visit, outer, visit.named["group"])


async def _nest(visit: Visit, outer: str, inner: str) -> Reply:
    what = GroupChange(inside=[inner], operation=ListChange.ADD)
    try:
        return await _update(visit, what, "group-nested", outer)
    except InvalidParameter as refusal:
        if refusal.field != "sub_group_identifiers":
            raise
        reason = "one of the two is in the other already, and a group cannot be inside itself"
        raise InvalidParameter("group", reason) from refusal


async def unnest(visit: Visit) -> Reply:
    """Take a group out of this one."""
    inner = _named([visit.form.get("inner")], "inner", "choose a group")
    what = GroupChange(inside=inner, operation=ListChange.REMOVE)
    return await _update(visit, what, "group-unnested")


async def leave(visit: Visit) -> Reply:
    """Take this group out of another one."""
    (outer,) = _named([visit.form.get("outer")], "outer", "choose a group")
    what = GroupChange(inside=[visit.named["group"]], operation=ListChange.REMOVE)
    return await _update(visit, what, "group-unnested", outer)


async def give(visit: Visit) -> Reply:
    """Give the group a role."""
    role = _named([visit.form.get("role")], "role", "name a role")
    return await _update(visit, GroupChange(roles=role, operation=ListChange.ADD), "group-role")


async def take(visit: Visit) -> Reply:
    """Take a role from the group."""
    role = _named([visit.form.get("role")], "role", "choose a role")
    what = GroupChange(roles=role, operation=ListChange.REMOVE)
    return await _update(visit, what, "group-role")


async def delete(visit: Visit) -> Reply:
    """Delete the group, once its name was typed."""
    sight = await _sight(visit)
    require_typed(visit, sight.group.name)
    await visit.core.group_changes.remove(visit.principal, visit.source, sight.group.id)
    return visit.to("groups", "group-deleted")


def _named(given: list[str], field: str, wanted: str) -> list[str]:
    """Return what was given.

    Raises:
        InvalidParameter: that is nothing.
    """
    if not any(given):
        raise InvalidParameter(field, wanted)
    return given


PLACES = (
    Place(
        "group",
        "groups/{group}",
        show,
        {
            "change": Act(change),
            "grant": Act(grant, dangerous=True),
            "add": Act(add, dangerous=administers),
            "take-out": Act(take_out, dangerous=administers),
            "nest": Act(nest, dangerous=True),
            "join": Act(join, dangerous=True),
            "unnest": Act(unnest, dangerous=True),
            "leave": Act(leave, dangerous=True),
            "give": Act(give, dangerous=True),
            "take": Act(take, dangerous=True),
            "delete": Act(delete, dangerous=True),
        },
        {
            "group-changed": "The group is changed.",
            "group-granted": "What the group grants is changed, for everyone in it, from now on.",
            "group-added": "They are in the group now.",
            "group-left": "They are not in the group any more.",
            "group-nested": "The groups are nested now.",
            "group-unnested": "The groups are not nested any more.",
            "group-role": "The roles of the group are changed.",
        },
    ),
)
