"""Roles and Orgs by page, and how many there are in what: what a page of a console shows of many.

All counts stop at a number that is handed in: nobody waits until a million have been counted.
"""

from collections.abc import Sequence
from typing import Protocol

from gatepass.core.records import Org, Record
from gatepass.core.role_words import Role
from gatepass.core.searches import Member, NamePattern, Page


class RoleFilter(Record, frozen=True):
    """Roles of one Org whose name fits."""

    org_id: int
    name: NamePattern | None = None


class OrgFilter(Record, frozen=True):
    """Orgs whose name fits; ``active`` None is either."""

    name: NamePattern | None = None
    active: bool | None = None


class OrgSizes(Record, frozen=True):
    """How many members, groups and roles an Org has, each up to the number asked for."""

    members: int
    groups: int
    roles: int


class ListingDesk(Protocol):
    """Some of many, by name, and bounded counts."""

    async def roles(self, what: RoleFilter, page: Page) -> list[Role]: ...
    async def orgs(self, what: OrgFilter, page: Page) -> list[Org]: ...
    async def members_in(self, groups: Sequence[str], most: int) -> dict[str, int]: ...
    async def sizes_of(self, orgs: Sequence[int], most: int) -> dict[int, OrgSizes]: ...
    async def members_among(self, group_id: str, accounts: Sequence[str]) -> set[str]: ...
    async def of_org(self, org_id: int, begins: str, start: str | None, most: int) -> list[Member]:
        """Return members of an Org by name, from the key ``start`` on."""
