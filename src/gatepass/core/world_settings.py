"""Security settings as a world declares them."""

from collections.abc import Sequence
from typing import Any

from gatepass.core.import_lines import Difference
from gatepass.core.names import name_key
from gatepass.core.records import Org
from gatepass.core.searches import Named
from gatepass.core.security import Access, ClusterChange, OrgChange, OrgState
from gatepass.core.world_course import Course, difference, field
from gatepass.core.world_words import PRIMARY, Fate, OrgSecurityEntry, Place, SecurityEntry

CLUSTER = "cluster"


async def declare_security(course: Course) -> None:
    """Change the settings of the cluster, then those of Orgs."""
    one = course.world.security
    if one is None:
        return
    with course.entry(Place(table="security")):
        await _cluster(course, one)
    for index, of_org in enumerate(one.orgs or ()):
        place = Place(table="security.orgs", index=index, name=of_org.org)
        with course.entry(place, name_key(of_org.org)):
            await _of_org(course, of_org)


async def _cluster(course: Course, one: SecurityEntry) -> None:
    acts = course.acts
    state = await acts.security.look(course.by, cluster=True, org=False)
    kept = state.cluster
    if kept is None:
        return
    csp: dict[str, Any] = {
        name: value if isinstance(value, bool) else _once(value)
        for name in (one.csp.__struct_fields__ if one.csp is not None else ())
        if (value := getattr(one.csp, name)) is not None
    }
    groups = None
    if one.full_app_groups is not None:
        groups = await _groups(course, await course.org(PRIMARY), one.full_app_groups)
    cors = None if one.cors is None else _once(one.cors)
    redirects = None if one.redirects is None else _once(one.redirects)
    facts = [
        *_differing("cors", list(kept.cors), cors),
        *_differing("redirects", list(kept.redirects), redirects),
        *_differing("partitioned_cookies", kept.partitioned, one.partitioned_cookies),
        *_access_differences(kept.access, state.cluster_groups, one.block_full_app, groups),
    ]
    for name, value in csp.items():
        has = getattr(kept.csp, name)
        facts += difference(f"csp.{name}", has if isinstance(has, bool) else list(has), value)
    if facts:
        change = ClusterChange(
            partitioned=one.partitioned_cookies,
            cors=cors,
            csp=csp,
            redirects=redirects,
            blocked=one.block_full_app,
            groups=None if groups is None else list(groups),
        )
        await acts.security.configure(course.by, course.source, cluster=change)
    on = one.trusted_authentication
    if on is not None and on != state.cluster_trusted:
        await acts.trusted.configure(course.by, course.source, cluster=on)
        facts += difference("trusted_authentication", state.cluster_trusted, on)
    if facts:
        course.note("security", CLUSTER, Fate.CHANGED, facts)


async def _of_org(course: Course, one: OrgSecurityEntry) -> None:
    acts = course.acts
    with field("org"):
        org = await course.org(one.org)
    by = course.within_org(org.id)
    state = (await acts.security.look(by, cluster=False, org=True)).org
    if state is None:
        return
    groups = None
    if one.full_app_groups is not None:
        groups = await _groups(course, org, one.full_app_groups)
    cors = None if one.cors is None else _once(one.cors)
    facts = [
        *_differing("cors", None if state.kept.cors is None else list(state.kept.cors), cors),
        *_access_differences(state.kept.access, state.groups, one.block_full_app, groups),
    ]
    if facts:
        change = OrgChange(
            org=org.id,
            cors=cors,
            blocked=one.block_full_app,
            groups=None if groups is None else list(groups),
        )
        await acts.security.configure(by, course.source, of_orgs=[change])
    facts += await _trust(course, org, state, one.trusted_authentication)
    if facts:
        course.note("security", org.name, Fate.CHANGED, facts)


async def _groups(course: Course, org: Org, names: Sequence[str]) -> dict[str, str]:
    """Return groups of an Org as names by id."""
    with field("full_app_groups"):
        return {(await course.group(org, name)).id: name for name in names}


def _access_differences(
    access: Access,
    has: Sequence[Named],
    blocked: bool | None,  # noqa: FBT001 - what the world says of it
    groups: dict[str, str] | None,
) -> list[Difference]:
    facts = _differing("block_full_app", access.blocked, blocked)
    if groups is not None and groups.keys() != {group.id for group in has}:
        had = sorted(group.name for group in has)
        facts += difference("full_app_groups", had, sorted(groups.values()))
    return facts


async def _trust(course: Course, org: Org, state: OrgState, on: bool | None) -> list[Difference]:  # noqa: FBT001 - what the world says of it
    if on is None or on == state.trusted:
        return []
    await course.acts.trusted.configure(course.by, course.source, for_orgs=[(org.id, on)])
    return difference("trusted_authentication", state.trusted, on)


def _differing(name: str, before: object, after: object | None) -> list[Difference]:
    return [] if after is None else difference(name, before, after)


def _once(entries: Sequence[str]) -> list[str]:
    """Return entries as they are kept: each once, without blanks around it."""
    return list(dict.fromkeys(entry.strip() for entry in entries))
