"""What a world does not name, taken away: never what every home or Org has of itself."""

from collections.abc import Iterable

from gatepass.core.headers import STORED, Header, HeaderFilter, Term
from gatepass.core.import_lines import Difference
from gatepass.core.names import name_key
from gatepass.core.object_rows import Target
from gatepass.core.records import PRIMARY_ORG, Account, Org
from gatepass.core.searches import Page
from gatepass.core.world_course import AT_ONCE, Course, batches
from gatepass.core.world_words import Fate, Place, key_in


async def remove_the_rest(course: Course) -> None:
    """Take away what the tables do not name; a table that is not there takes nothing away.

    It goes before anything is made, so that what rests on it is told as a problem. Orgs only get
    marked here: who is in one may be in another one before it goes.
    """
    every = await course.tx.orgs.all()
    if course.world.orgs is not None:
        course.going = {org.id for org in _unnamed_orgs(course, every)}
    staying = [org for org in every if org.id not in course.going]
    await _objects(course, staying)
    await _tags(course, staying)
    await _users(course)
    await _groups(course, staying)
    await _roles(course, staying)


async def remove_orgs(course: Course) -> None:
    """Take away the Orgs that are marked, each with all that is in it."""
    for org in await course.tx.orgs.all():
        if org.id in course.going:
            with course.entry(Place(table="orgs", name=org.name)):
                told = await _inside(course, org)
                await _with_their_org(course, org)
                await course.acts.org_changes.remove(course.by, course.source, org.id)
                course.note("orgs", org.name, Fate.REMOVED, told)


def _unnamed_orgs(course: Course, every: Iterable[Org]) -> Iterable[Org]:
    named = {name_key(one.name) for one in course.world.orgs or ()}
    return (org for org in every if org.id != PRIMARY_ORG and name_key(org.name) not in named)


async def _objects(course: Course, orgs: Iterable[Org]) -> None:
    if course.world.objects is None:
        return
    named = {key_in(one.org, one.id) for one in course.world.objects}
    for org in orgs:
        rest = [
            one for one in await objects_of(course, org) if key_in(org.name, one.id) not in named
        ]
        for some in batches(rest):
            with course.entry(Place(table="objects", name=org.name)):
                targets = [Target(identifier=one.id) for one in some]
                await course.acts.objects.remove(course.within_org(org.id), course.source, targets)
                for one in some:
                    name = f"{org.name}/{one.id} ({one.name})"
                    course.note("objects", name, Fate.REMOVED)


async def objects_of(course: Course, org: Org) -> list[Header]:
    """Return the headers of an Org."""
    terms = [Term(type=kind) for kind in sorted(STORED)]
    return await course.tx.objects.search(HeaderFilter(org_id=org.id, terms=terms), Page(size=None))


async def _tags(course: Course, orgs: Iterable[Org]) -> None:
    if course.world.tags is None:
        return
    named = {key_in(one.org, one.name) for one in course.world.tags}
    # An object that has a tag names it, too.
    named |= {key_in(one.org, tag) for one in course.world.objects or () for tag in one.tags or ()}
    for org in orgs:
        for tag in await course.tx.tags.all(org.id):
            if key_in(org.name, tag.name) not in named:
                name = f"{org.name}/{tag.name}"
                with course.entry(Place(table="tags", name=name)):
                    await course.acts.tags.remove(course.within_org(org.id), course.source, tag.id)
                    course.note("tags", name, Fate.REMOVED)


async def _users(course: Course) -> None:
    if course.world.users is None:
        return
    named = {name_key(one.name) for one in course.world.users}
    after = ""
    while page := await course.tx.bulk.after(after, AT_ONCE):
        after = name_key(page[-1].name)
        orgs_of = await course.tx.directory.orgs_of([account.id for account in page])
        for account in page:
            # Who is in no Org at all cannot be named, so that nothing is meant by it.
            lost = not orgs_of.get(account.id)
            if not (account.system or lost or name_key(account.name) in named):
                with course.entry(Place(table="users", name=account.name)):
                    await course.acts.accounts.remove(course.by, course.source, account.id)
                    course.note("users", account.name, Fate.REMOVED)


async def _groups(course: Course, orgs: Iterable[Org]) -> None:
    if course.world.groups is None:
        return
    named = {key_in(one.org, one.name) for one in course.world.groups}
    for org in orgs:
        for group in await course.tx.groups.all(org.id):
            if not group.system and key_in(org.name, group.name) not in named:
                name = f"{org.name}/{group.name}"
                with course.entry(Place(table="groups", name=name)):
                    await course.acts.group_changes.remove(
                        course.within_org(org.id), course.source, group.id
                    )
                    course.note("groups", name, Fate.REMOVED)


async def _roles(course: Course, orgs: Iterable[Org]) -> None:
    if course.world.roles is None:
        return
    named = {key_in(one.org, one.name) for one in course.world.roles}
    for org in orgs:
        for role in await course.tx.roles.all([org.id]):
            if not role.read_only and key_in(org.name, role.name) not in named:
                name = f"{org.name}/{role.name}"
                with course.entry(Place(table="roles", name=name)):
                    await course.acts.roles.remove(
                        course.within_org(org.id), course.source, role.id
                    )
                    course.note("roles", name, Fate.REMOVED)


async def _inside(course: Course, org: Org) -> list[Difference]:
    """Return how much goes with an Org."""
    found = {
        "groups": sum(not group.system for group in await course.tx.groups.all(org.id)),
        "roles": len(await course.tx.roles.all([org.id])),
        "tags": len(await course.tx.tags.all(org.id)),
        "objects": len(await objects_of(course, org)),
    }
    return [
        Difference(field=name, before=count, after=None) for name, count in found.items() if count
    ]


async def _with_their_org(course: Course, org: Org) -> None:
    """Note who goes with an Org: an account is in one Org at least."""
    members = await course.tx.orgs.members(org.id)
    orgs_of = await course.tx.directory.orgs_of(members)
    named = {name_key(one.name): index for index, one in enumerate(course.world.users or ())}
    for account_id in members:
        if any(one.id not in course.going for one in orgs_of.get(account_id, ())):
            continue
        account = await course.tx.accounts.by_id(account_id)
        if account is None:
            continue
        index = named.get(name_key(account.name))
        if index is not None:
            _refuse(course, account, index)
        else:
            course.note("users", account.name, Fate.REMOVED)


def _refuse(course: Course, account: Account, index: int) -> None:
    place = Place(table="users", index=index, field="orgs", name=account.name)
    course.fail(place, "the user's only Org is to be removed: name another one")
