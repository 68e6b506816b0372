"""Orgs as whoever manages all of them looks at them: by page, and one with who is in it."""

from collections.abc import Sequence

from gatepass.core import orgs
from gatepass.core.errors import NotFound
from gatepass.core.group_sights import COUNTED, MOST, checked_page
from gatepass.core.listings import OrgFilter, OrgSizes
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.records import Group, Org, Principal, Record
from gatepass.core.searches import Member, NamePattern
from gatepass.core.store import Transaction

_NOTHING = OrgSizes(members=0, groups=0, roles=0)


class OrgLine(Record, frozen=True):
    """An Org in a list; counts go up to ``COUNTED``."""

    org: Org
    sizes: OrgSizes


class OrgSight(Record, frozen=True):
    """An Org, with the groups that newcomers are put in besides All."""

    org: Org
    sizes: OrgSizes
    newcomers: Sequence[Group]


class OrgMembers(Record, frozen=True):
    """Some members of an Org by name; ``start`` is what the next page is asked with."""

    members: Sequence[Member]
    start: str | None


class OrgSights:
    """Acts that show Orgs to who manages them."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def page(
        self,
        by: Principal,
        *,
        text: str = "",
        active: bool | None = None,
        offset: int = 0,
        size: int = MOST,
    ) -> list[OrgLine]:
        """Return Orgs by name that have the text in it, from the one at ``offset`` on.

        Raises:
            InvalidParameter: size or offset will not do.
            ScopeTooSmall, NotPermitted: the principal may not manage Orgs.
        """
        orgs.require_orgs(by, self._means)
        page = checked_page(offset, size)

        async def work(tx: Transaction) -> list[OrgLine]:
            name = NamePattern.of(text) if text else None
            found = await tx.listings.orgs(OrgFilter(name=name, active=active), page)
            sizes = await tx.listings.sizes_of([org.id for org in found], COUNTED)
            return [OrgLine(org=org, sizes=sizes.get(org.id, _NOTHING)) for org in found]

        return await self._means.store.scan(work)

    async def of(self, by: Principal, identifier: str | int) -> OrgSight:
        """Return one Org.

        Raises:
            ScopeTooSmall, NotPermitted: as for ``page``.
            NotFound: there is no such Org.
        """
        orgs.require_orgs(by, self._means)

        async def work(tx: Transaction) -> OrgSight:
            org = await _the_org(tx, identifier)
            sizes = await tx.listings.sizes_of([org.id], COUNTED)
            return OrgSight(
                org=org,
                sizes=sizes.get(org.id, _NOTHING),
                newcomers=await tx.groups.for_newcomers(org.id),
            )

        return await self._means.store.scan(work)

    async def members(
        self,
        by: Principal,
        identifier: str | int,
        *,
        begins: str = "",
        start: str | None = None,
        size: int = MOST,
    ) -> OrgMembers:
        """Return the members of an Org whose name begins so, by name.

        Raises:
            InvalidParameter: size will not do.
            ScopeTooSmall, NotPermitted, NotFound: as for ``of``.
        """
        orgs.require_orgs(by, self._means)
        checked_page(0, size)

        async def work(tx: Transaction) -> OrgMembers:
            org = await _the_org(tx, identifier)
            found = await tx.listings.of_org(org.id, name_key(begins), start, size + 1)
            return OrgMembers(
                members=found[:size], start=found[size].key if len(found) > size else None
            )

        return await self._means.store.scan(work)


async def _the_org(tx: Transaction, identifier: str | int) -> Org:
    org = await orgs.find(tx, identifier)
    if org is None:
        raise NotFound("Org", str(identifier))
    return org
