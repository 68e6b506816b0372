"""Who is in a group, by page: as quick in a group of a million as in one of three."""

from msgspec.structs import replace

from gatepass.core import orgs
from gatepass.core.entitlements import require
from gatepass.core.errors import InvalidParameter, NotFound
from gatepass.core.groups import find_group
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.privileges import GROUP_ADMINISTRATION
from gatepass.core.records import Group, Principal, Record
from gatepass.core.searches import Member, MemberStretch
from gatepass.core.store import Transaction

PAGE = 50
MOST = 100
"""Members that one page holds at most."""
FEW = 2000
"""Members of a group that are read and sorted; of more, names of the Org are looked through."""
LOOKED = 10_000
"""Names of the Org that one page looks through at most."""


class MemberPage(Record, frozen=True):
    """Some of a group's own members by name; may hold few, or none, with more behind.

    ``start`` is what to ask for the next page with, None if nobody is left. ``total`` is None
    where there are more than ``FEW``.
    """

    group: Group
    members: list[Member]
    start: str | None
    total: int | None


class Members:
    """Acts that show who is in a group."""

    def __init__(self, means: Means, *, few: int = FEW, looked: int = LOOKED) -> None:
        self._means = means
        self._few = few
        self._looked = looked

    async def page(
        self,
        by: Principal,
        identifier: str,
        *,
        org: str | int | None = None,
        begins: str = "",
        size: int = PAGE,
        start: str | None = None,
    ) -> MemberPage:
        """Return who is in a group itself, not by nesting, and whose name begins so, by name.

        Raises:
            InvalidParameter: size will not do.
            ScopeTooSmall, NotPermitted: the principal may not see groups whole.
            NotFound: no such Org or group within its reach.
        """
        require(by, self._means.rules, GROUP_ADMINISTRATION)
        if not 1 <= size <= MOST:
            raise InvalidParameter("size", f"is a number from 1 to {MOST}")

        async def work(tx: Transaction) -> MemberPage:
            group = await find_group(tx, await orgs.within_reach(tx, by, org), identifier)
            if group is None:
                raise NotFound("group", identifier)
            what = MemberStretch(
                org_id=group.org_id, group_id=group.id, begins=name_key(begins), start=start
            )
            number = await tx.members.count(group.id, self._few + 1)
            if number <= self._few:
                found = await tx.members.of_few(what, size + 1)
            else:
                what = replace(what, end=await tx.members.end(what, self._looked))
                found = await tx.members.of_many(what, size + 1)
            return MemberPage(
                group=group,
                members=found[:size],
                start=found[size].key if len(found) > size else what.end,
                total=number if number <= self._few else None,
            )

        return await self._means.store.scan(work)
