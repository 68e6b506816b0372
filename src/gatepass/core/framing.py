"""What imported accounts are put into: Orgs, roles and groups, made or changed line by line."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal

from msgspec.structs import replace

from gatepass.core import orgs
from gatepass.core.errors import CoreError, NotFound, NotPermitted
from gatepass.core.group_changes import GroupChange, GroupChanges
from gatepass.core.groups import find_group
from gatepass.core.groups import is_free_id as is_free_group_id
from gatepass.core.import_lines import Difference, Fate, How, Result, Seen, checked_id
from gatepass.core.means import Means
from gatepass.core.names import check_name, name_key
from gatepass.core.org_changes import OrgChange, OrgChanges
from gatepass.core.orgs import Orgs, checked_description, checked_name
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import PRIMARY_ORG, GroupType, ListChange, Org, Principal, Record, Source
from gatepass.core.role_rows import RoleView, find_role, role_views
from gatepass.core.role_rows import is_free_id as is_free_role_id
from gatepass.core.roles import Roles
from gatepass.core.searches import Named
from gatepass.core.store import Transaction
from gatepass.core.views import GroupView, group_views


class OrgLine(Record, frozen=True):
    """An Org as a line describes it; of what is None it says nothing."""

    number: int
    name: str
    description: str | None = None


class RoleLine(Record, frozen=True):
    """A role of one Org as a line describes it."""

    number: int
    org: str | int
    name: str
    id: str | None = None
    description: str | None = None
    privileges: Sequence[str] | None = None


class GroupLine(Record, frozen=True):
    """A group of one Org as a line describes it; ``inside`` names the groups that are in it."""

    number: int
    org: str | int
    name: str
    id: str | None = None
    display_name: str | None = None
    description: str | None = None
    type: GroupType | None = None
    sharable: bool | None = None
    privileges: Sequence[str] | None = None
    roles: Sequence[str] | None = None
    inside: Sequence[str] | None = None


class Framing:
    """Acts that make what accounts are put into; each line is an act of its own.

    Facts are set to what the line says; privileges, roles and nested groups are only added. What is
    new gets the id of its line, which clients may know it by, unless that is taken here.
    """

    def __init__(self, means: Means, making: Orgs) -> None:
        self._means = means
        self._making = making
        self._org_changes = OrgChanges(means)
        self._roles = Roles(means)
        self._group_changes = GroupChanges(means)

    async def org(
        self, by: Principal, source: Source, line: OrgLine, seen: Seen, how: How
    ) -> Result:
        """Make or change an Org."""
        _require(by)

        async def do() -> Result:
            name = checked_name(line.name)
            if line.description is not None:
                checked_description(line.description)
            found = await self._means.store.read(lambda tx: orgs.find(tx, name))
            if found is None:
                key = name_key(name)
                seen.orgs.add(key)
                seen.groups |= {(key, name_key(one)) for one in (orgs.ALL_GROUP, orgs.ADMIN_GROUP)}
                if not how.dry_run:
                    await self._making.create(
                        by, source, name=name, description=line.description or ""
                    )
                return _created("org", line, {"description": line.description or None})
            told = _differing({"description": line.description}, found.description)
            if told and not how.dry_run and not how.leave:
                change = OrgChange(description=line.description)
                await self._org_changes.update(by, source, str(found.id), change)
            return _changed("org", line, told, how)

        return await _result("org", line, do)

    async def role(
        self, by: Principal, source: Source, line: RoleLine, seen: Seen, how: How
    ) -> Result:
        """Make or change a role of an Org."""
        _require(by)

        async def do() -> Result:
            check_name("name", line.name)
            org = await self._org(line.org, seen)
            found = None if org is None else await self._means.store.read(_role_of(org, line.name))
            privileges = line.privileges or ()
            if found is None:
                kept, told = await self._new_id("role", org, line.id, seen)
                if not how.dry_run and org is not None:
                    await self._roles.create(
                        replace(by, org_id=org.id),
                        source,
                        name=line.name,
                        description=line.description or "",
                        privileges=privileges,
                        role_id=kept,
                    )
                return _created("role", line, {"privileges": list(privileges)}, told)
            told = _differing({"description": line.description}, found.role.description)
            lacks = sorted(set(privileges) - set(found.privileges))
            told += [Difference(field="privileges", before=[], after=lacks)] if lacks else []
            if told and not how.dry_run and not how.leave:
                await self._roles.update(
                    replace(by, org_id=found.org.id),
                    source,
                    found.role.id,
                    name=found.role.name,
                    description=line.description,
                    privileges=sorted({*found.privileges, *privileges}),
                )
            return _changed("role", line, told, how)

        return await _result("role", line, do)

    async def group(
        self, by: Principal, source: Source, line: GroupLine, seen: Seen, how: How
    ) -> Result:
        """Make or change a group, without what is nested in it: that may come in a later line."""
        _require(by)

        async def do() -> Result:
            check_name("group", line.name)
            org = await self._org(line.org, seen)
            found = None if org is None else await self._group(org, line.name)
            facts = {
                "display_name": line.display_name,
                "description": line.description,
                "type": line.type,
                "sharable": line.sharable,
            }
            wanted = {"privileges": line.privileges, "roles": line.roles}
            if found is None:
                seen.groups.add((name_key(str(line.org)), name_key(line.name)))
                kept, told = await self._new_id("group", org, line.id, seen)
                if not how.dry_run and org is not None:
                    what = GroupChange(**facts, **wanted)  # type: ignore[arg-type]
                    await self._group_changes.create(
                        replace(by, org_id=org.id), source, line.name, what, group_id=kept
                    )
                lists = {name: list(words) for name, words in wanted.items() if words}
                return _created("group", line, lists, told)
            view, roles = found
            told = [
                Difference(field=name, before=getattr(view.group, name), after=value)
                for name, value in facts.items()
                if value is not None and value != getattr(view.group, name)
            ]
            has = {"privileges": set(view.privileges or ()), "roles": {one.name for one in roles}}
            lacks = {name: sorted(set(words or ()) - has[name]) for name, words in wanted.items()}
            told += [Difference(field=n, before=[], after=w) for n, w in lacks.items() if w]
            if told and not how.dry_run and not how.leave:
                given: dict[str, Any] = {one.field: one.after for one in told}
                what = GroupChange(**given, operation=ListChange.ADD)
                await self._group_changes.update(
                    replace(by, org_id=view.org.id), source, view.group.id, what
                )
            return _changed("group", line, told, how)

        return await _result("group", line, do)

    async def nesting(
        self, by: Principal, source: Source, line: GroupLine, seen: Seen, how: How
    ) -> Result | None:
        """Put groups into a group; None where nothing is to be done."""
        _require(by)

        async def do() -> Result:
            org = await self._org(line.org, seen)
            found = None if org is None else await self._group(org, line.name)
            inside = set() if found is None else {one.name for one in found[0].inside or ()}
            lacks = [one for one in line.inside or () if one not in inside]
            for name in lacks:
                planned = (name_key(str(line.org)), name_key(name)) in seen.groups
                if not planned and (org is None or await self._group(org, name) is None):
                    raise NotFound("group", name)
            if lacks and found is not None and not how.dry_run and not how.leave:
                view = found[0]
                what = GroupChange(inside=lacks, operation=ListChange.ADD)
                await self._group_changes.update(
                    replace(by, org_id=view.org.id), source, view.group.id, what
                )
            told = [Difference(field="inside", before=[], after=lacks)] if lacks else []
            return _changed("group", line, told, how)

        result = await _result("group", line, do) if line.inside else None
        return None if result is None or result.fate is Fate.SAME else result

    async def _org(self, identifier: str | int, seen: Seen) -> Org | None:
        """Return the Org; None if a dry run has only read of it."""
        found = await self._means.store.read(lambda tx: orgs.find(tx, identifier))
        if found is None and name_key(str(identifier)) not in seen.orgs:
            raise NotFound("Org", str(identifier))
        return found

    async def _new_id(
        self, kind: Literal["group", "role"], org: Org | None, wanted: str | None, seen: Seen
    ) -> tuple[str | None, list[Difference]]:
        """Return the id that a new group or role keeps, None for a new one, and what that differs.

        Raises:
            InvalidParameter: it is no UUID.
        """
        if wanted is None:
            return None, []
        found = checked_id(wanted)
        free = is_free_group_id if kind == "group" else is_free_role_id
        # Of an Org that a dry run has only read of, nothing but its name is known.
        org_id = PRIMARY_ORG if org is None else org.id
        taken = (kind, found) in seen.ids or not await self._means.store.read(
            lambda tx: free(tx, org_id, found)
        )
        if taken:
            return None, [Difference(field="id", before=found, after="a new one: it is taken")]
        seen.ids.add((kind, found))
        return found, [Difference(field="id", before=None, after=found)]

    async def _group(self, org: Org, name: str) -> tuple[GroupView, Sequence[Named]] | None:
        async def work(tx: Transaction) -> tuple[GroupView, Sequence[Named]] | None:
            group = await find_group(tx, org.id, name)
            if group is None:
                return None
            roles = (await tx.roles.of_groups([group.id])).get(group.id, [])
            return (await group_views(tx, [group], users=False))[0], roles

        return await self._means.store.scan(work)


def _require(by: Principal) -> None:
    if not by.cluster_admin:
        raise NotPermitted(f"{ADMINISTRATION} in the Primary Org")


def _role_of(org: Org, name: str) -> Callable[[Transaction], Awaitable[RoleView | None]]:
    async def work(tx: Transaction) -> RoleView | None:
        role = await find_role(tx, org.id, name)
        return None if role is None else (await role_views(tx, [role]))[0]

    return work


def _differing(facts: Mapping[str, str | None], before: str) -> list[Difference]:
    return [
        Difference(field=name, before=before, after=value)
        for name, value in facts.items()
        if value is not None and value != before
    ]


def _created(
    kind: str,
    line: OrgLine | RoleLine | GroupLine,
    facts: Mapping[str, Any],
    told_before: Sequence[Difference] = (),
) -> Result:
    told = [Difference(field=name, before=None, after=value) for name, value in facts.items()]
    return Result(
        number=line.number,
        name=_name(line),
        kind=kind,
        fate=Fate.CREATED,
        differences=[*told_before, *(one for one in told if one.after)],
    )


def _changed(
    kind: str, line: OrgLine | RoleLine | GroupLine, told: Sequence[Difference], how: How
) -> Result:
    changes = bool(told) and not how.leave
    return Result(
        number=line.number,
        name=_name(line),
        kind=kind,
        fate=Fate.CHANGED if changes else Fate.SAME,
        differences=told if changes else (),
    )


def _name(line: OrgLine | RoleLine | GroupLine) -> str:
    return line.name if isinstance(line, OrgLine) else f"{line.org}/{line.name}"


async def _result(
    kind: str, line: OrgLine | RoleLine | GroupLine, do: Callable[[], Awaitable[Result]]
) -> Result:
    """Do it, and turn a refusal into the line's result."""
    try:
        return await do()
    except CoreError as error:
        return Result(
            number=line.number, name=_name(line), kind=kind, fate=Fate.REFUSED, reason=str(error)
        )
