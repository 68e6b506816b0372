"""Orgs, roles and groups as a world declares them."""

from collections.abc import Sequence
from typing import Any

from gatepass.core.errors import InvalidParameter
from gatepass.core.group_changes import GroupChange
from gatepass.core.import_lines import Difference
from gatepass.core.names import check_label, name_key
from gatepass.core.org_changes import OrgChange
from gatepass.core.privileges import AUTHORING
from gatepass.core.records import Group, ListChange, Org
from gatepass.core.role_rows import RoleView, role_views
from gatepass.core.views import GroupView, group_views
from gatepass.core.world_course import Course, difference, field, told
from gatepass.core.world_words import (
    Fate,
    GroupEntry,
    OrgEntry,
    Place,
    RoleEntry,
    key_in,
    sharable,
    visibility,
)


async def declare_orgs(course: Course) -> None:
    """Make and change Orgs."""
    for index, one in enumerate(course.world.orgs or ()):
        place = Place(table="orgs", index=index, name=one.name)
        with course.entry(place, name_key(one.name)):
            await _org(course, one)


async def _org(course: Course, one: OrgEntry) -> None:
    acts = course.acts
    found = await course.tx.orgs.by_key(name_key(one.name))
    if found is None:
        await acts.orgs.create(
            course.by, course.source, name=one.name, description=one.description or ""
        )
        course.note("orgs", one.name, Fate.ADDED, told(description=one.description or None))
        return
    if one.description not in {None, found.description}:
        change = OrgChange(description=one.description)
        await acts.org_changes.update(course.by, course.source, found.id, change)
        differing = difference("description", found.description, one.description)
        course.note("orgs", found.name, Fate.CHANGED, differing)


async def declare_roles(course: Course) -> None:
    """Make and change roles."""
    for index, one in enumerate(course.world.roles or ()):
        name = f"{one.org}/{one.name}"
        place = Place(table="roles", index=index, name=name)
        with course.entry(place, key_in(one.org, one.name)):
            await _role(course, one)


async def _role(course: Course, one: RoleEntry) -> None:
    with field("org"):
        org = await course.org(one.org)
    by = course.within_org(org.id)
    name = f"{org.name}/{one.name}"
    row = await course.tx.roles.by_key(org.id, name_key(one.name))
    if row is None:
        await course.acts.roles.create(
            by,
            course.source,
            name=one.name,
            description=one.description or "",
            privileges=one.privileges or (),
            read_only=one.read_only or False,
        )
        facts = told(
            description=one.description or None,
            read_only=one.read_only or None,
            privileges=sorted(set(one.privileges or ())),
        )
        course.note("roles", name, Fate.ADDED, facts)
        return
    view = (await role_views(course.tx, [row]))[0]
    differing = _role_differences(one, view)
    if differing:
        await course.acts.roles.update(
            by,
            course.source,
            row.id,
            name=row.name,
            description=one.description,
            privileges=one.privileges,
        )
        course.note("roles", name, Fate.CHANGED, differing)


def _role_differences(one: RoleEntry, view: RoleView) -> list[Difference]:
    found = []
    if one.description is not None:
        found += difference("description", view.role.description, one.description)
    if one.read_only not in {None, view.role.read_only}:
        raise InvalidParameter("read_only", "a role stays what it was made")
    if one.privileges is not None:
        found += difference("privileges", sorted(view.privileges), sorted(set(one.privileges)))
    return found


async def declare_groups(course: Course) -> None:
    """Make and change groups; then what is in them, once all are there."""
    for index, one in enumerate(course.world.groups or ()):
        place = Place(table="groups", index=index, name=f"{one.org}/{one.name}")
        with course.entry(place, key_in(one.org, one.name)):
            await _group(course, one)
    # What goes out does so everywhere first: two groups may change places.
    for operation in (ListChange.REMOVE, ListChange.ADD):
        for index, one in enumerate(course.world.groups or ()):
            name = f"{one.org}/{one.name}"
            place = Place(table="groups", index=index, field="inside", name=name)
            with course.entry(place, key_in(one.org, one.name)):
                await _nest(course, one, operation)


async def _group(course: Course, one: GroupEntry) -> None:
    with field("org"):
        org = await course.org(one.org)
    by = course.within_org(org.id)
    name = f"{org.name}/{one.name}"
    roles = None
    if one.roles is not None:
        with field("roles"):
            roles = {role: await course.role_id(org, role) for role in one.roles}
    row = await course.tx.groups.by_key(org.id, name_key(one.name))
    given: dict[str, Any] = {
        "display_name": one.display_name and check_label("display_name", one.display_name),
        "description": one.description,
        "type": one.type,
        "sharable": sharable(one.visibility),
        "privileges": None if one.privileges is None else _granted(one.privileges),
        "roles": None if roles is None else list(roles.values()),
    }
    if row is None:
        await course.acts.group_changes.create(by, course.source, one.name, GroupChange(**given))
        facts = told(
            **{
                **given,
                "sharable": None,
                "visibility": one.visibility,
                "description": one.description or None,
                "roles": sorted(roles or ()),
            }
        )
        course.note("groups", name, Fate.ADDED, facts)
        return
    view = (await group_views(course.tx, [row], users=False))[0]
    differing = _group_differences(given, view)
    if roles is not None and {one.id for one in view.roles or ()} == set(given["roles"]):
        given["roles"] = None
    elif roles is not None:
        had = sorted(one.name for one in view.roles or ())
        differing.append(Difference(field="roles", before=had, after=sorted(roles)))
    if differing:
        await course.acts.group_changes.update(by, course.source, row.id, GroupChange(**given))
        course.note("groups", f"{org.name}/{row.name}", Fate.CHANGED, differing)


def _granted(privileges: Sequence[str]) -> list[str]:
    # AUTHORING is everybody's by All, and nothing elsewhere.
    return sorted(set(privileges) - {AUTHORING})


def _group_differences(given: dict[str, Any], view: GroupView) -> list[Difference]:
    """Return the differences but for roles; what does not differ is not given any more."""
    has: dict[str, Any] = {
        "display_name": view.group.display_name,
        "description": view.group.description,
        "type": view.group.type,
        "sharable": view.group.sharable,
        "privileges": _granted(view.privileges or ()),
    }
    found = []
    for name, before in has.items():
        after = given[name]
        if after is None or after == before:
            given[name] = None
        elif name == "sharable":
            found += difference(
                "visibility", visibility(sharable=before), visibility(sharable=after)
            )
        else:
            found += difference(name, before, after)
    return found


async def _nest(course: Course, one: GroupEntry, operation: ListChange) -> None:
    if one.inside is None:
        return
    org = await course.org(one.org)
    group = await course.group(org, one.name)
    wanted = {(await course.group(org, name)).id: name for name in one.inside}
    has = await _inside(course, group)
    moving = has.keys() - wanted if operation is ListChange.REMOVE else wanted.keys() - has
    if not moving:
        return
    what = GroupChange(inside=sorted(moving), operation=operation)
    await course.acts.group_changes.update(course.within_org(org.id), course.source, group.id, what)
    after = await _inside(course, group)
    noted = Difference(field="inside", before=sorted(has.values()), after=sorted(after.values()))
    course.note("groups", f"{org.name}/{group.name}", Fate.CHANGED, [noted])


async def _inside(course: Course, group: Group) -> dict[str, str]:
    found = (await course.tx.directory.inside([group.id])).get(group.id, [])
    return {one.id: one.name for one in found}


async def declare_newcomers(course: Course) -> None:
    """Say which groups newcomers are put in: last, so that nobody whom the world names is one."""
    for index, one in enumerate(course.world.groups or ()):
        place = Place(table="groups", index=index, field="newcomers", name=f"{one.org}/{one.name}")
        with course.entry(place, key_in(one.org, one.name)):
            if one.newcomers is not None:
                org = await course.org(one.org)
                await _newcomers(course, org, await course.group(org, one.name), one.newcomers)


async def _newcomers(course: Course, org: Org, group: Group, wanted: bool) -> None:  # noqa: FBT001 - what the world says of it
    if group.joined_by_all == wanted:
        return
    operation = ListChange.ADD if wanted else ListChange.REMOVE
    change = OrgChange(groups=[group.id], operation=operation)
    await course.acts.org_changes.update(course.by, course.source, org.id, change)
    noted = difference("newcomers", group.joined_by_all, wanted)
    course.note("groups", f"{org.name}/{group.name}", Fate.CHANGED, noted)
