"""Groups as whoever manages them looks at them: by page, and one with where all it grants is from.

The cost of a page does not grow with members or groups: lists are read in parts and counts stop.
"""

from collections.abc import Sequence

from gatepass.core.entitlements import require
from gatepass.core.errors import InvalidParameter, NotFound
from gatepass.core.groups import find_group
from gatepass.core.means import Means
from gatepass.core.privileges import GROUP_ADMINISTRATION
from gatepass.core.records import Group, Org, Principal, Record
from gatepass.core.searches import GroupFilter, Named, NamePattern, Page
from gatepass.core.store import Transaction

MOST = 100
"""Groups that one page holds at most."""
COUNTED = 1001
"""Members are counted up to so many: more than a thousand is said as that."""
LARGEST_OFFSET = 10_000_000


class GroupLine(Record, frozen=True):
    """A group in a list; ``members`` are its own, and counted up to ``COUNTED``."""

    group: Group
    privileges: Sequence[str]
    roles: Sequence[Named]
    members: int


class Grant(Record, frozen=True):
    """What one group grants: itself where ``role`` is None, else by that role of its."""

    group: Named
    role: Named | None
    privileges: Sequence[str]


class GroupSight(Record, frozen=True):
    """A group with what it grants, itself and by what it is nested in, and what is next to it."""

    group: Group
    org: Org
    privileges: Sequence[str]
    roles: Sequence[Named]
    around: Sequence[Named]
    inside: Sequence[Named]
    liveboards: Sequence[str]
    grants: Sequence[Grant]
    """The group's own first, then those of the groups that it is nested in, near or far."""
    members: int

    def effective(self) -> dict[str, list[Grant]]:
        """Return every privilege that a member has by the group, by name, with its grants."""
        found: dict[str, list[Grant]] = {}
        for grant in self.grants:
            for word in grant.privileges:
                found.setdefault(word, []).append(grant)
        return dict(sorted(found.items()))


class GroupSights:
    """Acts that show the groups of the principal's Org."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def page(
        self, by: Principal, *, text: str = "", offset: int = 0, size: int = MOST
    ) -> list[GroupLine]:
        """Return groups by name that have the text in it, from the one at ``offset`` on.

        Raises:
            InvalidParameter: size or offset will not do.
            ScopeTooSmall, NotPermitted: the principal may not manage groups.
        """
        require(by, self._means.rules, GROUP_ADMINISTRATION)
        page = checked_page(offset, size)

        async def work(tx: Transaction) -> list[GroupLine]:
            name = NamePattern.of(text) if text else None
            found = await tx.directory.groups(GroupFilter(orgs=[by.org_id], name=name), page)
            ids = [group.id for group in found]
            granted = await tx.directory.granted_by(ids)
            roles = await tx.roles.of_groups(ids)
            members = await tx.listings.members_in(ids, COUNTED)
            return [
                GroupLine(
                    group=group,
                    privileges=granted.get(group.id, ()),
                    roles=roles.get(group.id, ()),
                    members=members.get(group.id, 0),
                )
                for group in found
            ]

        return await self._means.store.scan(work)

    async def of(self, by: Principal, identifier: str) -> GroupSight:
        """Return one group of the Org.

        Raises:
            ScopeTooSmall, NotPermitted: the principal may not manage groups.
            NotFound: the Org has no such group.
        """
        require(by, self._means.rules, GROUP_ADMINISTRATION)

        async def work(tx: Transaction) -> GroupSight:
            group = await find_group(tx, by.org_id, identifier)
            org = await tx.orgs.by_id(by.org_id)
            if group is None or org is None:
                raise NotFound("group", identifier)
            return await _sight(tx, group, org)

        return await self._means.store.scan(work)


def checked_page(offset: int, size: int) -> Page:
    """Return the page that begins at an offset.

    Raises:
        InvalidParameter: it has more than ``MOST``, or the numbers will not do.
    """
    if not 1 <= size <= MOST:
        raise InvalidParameter("size", f"is a number from 1 to {MOST}")
    if not 0 <= offset <= LARGEST_OFFSET:
        raise InvalidParameter("offset", f"is a number from 0 to {LARGEST_OFFSET}")
    return Page(offset=offset, size=size)


async def _sight(tx: Transaction, group: Group, org: Org) -> GroupSight:
    """Read a group: a few statements, and one for each group that it is nested in."""
    ids = await tx.groups.closure(org.id, [group.id])
    granted = await tx.directory.granted_by(ids)
    roles = await tx.roles.of_groups(ids)
    carriers = list(dict.fromkeys(role.id for some in roles.values() for role in some))
    carried = await tx.roles.carried_by(carriers)
    outer = await tx.directory.groups(GroupFilter(orgs=[org.id], ids=ids), Page(size=None))
    names = {one.id: Named(id=one.id, name=one.name) for one in outer}
    grants = []
    for one in [names[each] for each in ids if each in names]:
        if granted.get(one.id):
            grants.append(Grant(group=one, role=None, privileges=granted[one.id]))
        grants += [
            Grant(group=one, role=role, privileges=carried[role.id])
            for role in roles.get(one.id, ())
            if carried.get(role.id)
        ]
    own = [group.id]
    return GroupSight(
        group=group,
        org=org,
        privileges=granted.get(group.id, ()),
        roles=roles.get(group.id, ()),
        around=(await tx.directory.around(own)).get(group.id, ()),
        inside=(await tx.directory.inside(own)).get(group.id, ()),
        liveboards=(await tx.directory.liveboards_of(own)).get(group.id, ()),
        grants=grants,
        members=(await tx.listings.members_in(own, COUNTED)).get(group.id, 0),
    )
