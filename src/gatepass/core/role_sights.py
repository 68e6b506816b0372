"""Roles as whoever manages them looks at them: by page, and one with the groups that have it."""

from collections.abc import Sequence

from gatepass.core.entitlements import require
from gatepass.core.group_sights import MOST, checked_page
from gatepass.core.listings import RoleFilter
from gatepass.core.means import Means
from gatepass.core.records import Principal, Record
from gatepass.core.role_rows import RoleView, require_roles, role_views, the_role
from gatepass.core.role_words import ROLE_ADMINISTRATION, Role
from gatepass.core.searches import NamePattern
from gatepass.core.store import Transaction


class RoleLine(Record, frozen=True):
    """A role in a list."""

    role: Role
    privileges: Sequence[str]


class RoleSights:
    """Acts that show the roles of the principal's Org."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def page(
        self, by: Principal, *, text: str = "", offset: int = 0, size: int = MOST
    ) -> list[RoleLine]:
        """Return roles by name that have the text in it, from the one at ``offset`` on.

        Raises:
            InvalidParameter: size or offset will not do.
            ScopeTooSmall, NotPermitted: the principal may not manage roles, or they are off.
        """
        self._require(by)
        page = checked_page(offset, size)

        async def work(tx: Transaction) -> list[RoleLine]:
            name = NamePattern.of(text) if text else None
            found = await tx.listings.roles(RoleFilter(org_id=by.org_id, name=name), page)
            carried = await tx.roles.carried_by([role.id for role in found])
            return [RoleLine(role=role, privileges=carried.get(role.id, ())) for role in found]

        return await self._means.store.scan(work)

    async def of(self, by: Principal, identifier: str) -> RoleView:
        """Return one role of the Org.

        Raises:
            ScopeTooSmall, NotPermitted: as for ``page``.
            NotFound: the Org has no such role.
        """
        self._require(by)

        async def work(tx: Transaction) -> RoleView:
            return (await role_views(tx, [await the_role(tx, by.org_id, identifier)]))[0]

        return await self._means.store.scan(work)

    def _require(self, by: Principal) -> None:
        require(by, self._means.rules, ROLE_ADMINISTRATION)
        require_roles(self._means)
