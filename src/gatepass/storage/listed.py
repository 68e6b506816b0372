"""Roles and Orgs by page, and counts that stop at a bound."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Table, bindparam, func, select

from gatepass.core.listings import OrgFilter, OrgSizes, RoleFilter
from gatepass.core.records import Org
from gatepass.core.role_words import Role
from gatepass.core.searches import Member, Page
from gatepass.storage.orgs import COLUMNS as ORG_COLUMNS
from gatepass.storage.orgs import to_org
from gatepass.storage.roles import COLUMNS as ROLE_COLUMNS
from gatepass.storage.roles import to_role
from gatepass.storage.schema import accounts, group_members, groups, memberships, orgs, roles
from gatepass.storage.searching import (
    LAST,
    SHAPES,
    Asked,
    Shape,
    among,
    batches,
    equal,
    fitting,
    named,
    room,
    spread,
)
from gatepass.storage.statements import Link, Prepared

_OF_ROLES = {
    **named(roles.c.name_key),
    **equal(org=roles.c.org_id),
}
_OF_ORGS = {
    **named(orgs.c.name_key),
    **equal(active=orgs.c.active),
}


@lru_cache(SHAPES)
def role_statement(shape: Shape) -> Prepared:
    """Return the statement for a page of roles."""
    order = {"NAME": (roles.c.name_key,)}
    return Prepared(fitting(select(*ROLE_COLUMNS), shape, _OF_ROLES, order))


@lru_cache(SHAPES)
def org_statement(shape: Shape) -> Prepared:
    """Return the statement for a page of Orgs."""
    order = {"NAME": (orgs.c.name_key,)}
    return Prepared(fitting(select(*ORG_COLUMNS), shape, _OF_ORGS, order))


@lru_cache
def members_in(size: int) -> Prepared:
    """Return what counts the members of each group up to a bound, in the index alone."""
    some = (
        select(group_members.c.group_id)
        .where(group_members.c.group_id == groups.c.id)
        .limit(bindparam("most"))
        .correlate(groups)
        .subquery()
    )
    counted = select(func.count()).select_from(some).scalar_subquery()
    return Prepared(select(groups.c.id, counted).where(among(groups.c.id, "of", size)))


@lru_cache
def sizes_of(size: int) -> Prepared:
    """Return what counts who and what is in each Org, up to a bound."""

    def counted(table: Table) -> Any:  # noqa: ANN401 - SQLAlchemy's own name for it is longer
        some = (
            select(table.c.org_id)
            .where(table.c.org_id == orgs.c.id)
            .limit(bindparam("most"))
            .correlate(orgs)
            .subquery()
        )
        return select(func.count()).select_from(some).scalar_subquery()

    columns = (orgs.c.id, counted(memberships), counted(groups), counted(roles))
    return Prepared(select(*columns).where(among(orgs.c.id, "of", size)))


@lru_cache
def members_among(size: int) -> Prepared:
    """Return what tells the members of a group among some accounts."""
    query: Select[Any] = select(group_members.c.account_id).where(
        group_members.c.group_id == bindparam("in_group"),
        among(group_members.c.account_id, "of", size),
    )
    return Prepared(query)


_OF_ORG = Prepared(
    select(accounts.c.id, accounts.c.name, accounts.c.display_name, memberships.c.name_key)
    .select_from(memberships)
    .join(accounts, accounts.c.id == memberships.c.account_id)
    .where(
        memberships.c.org_id == bindparam("org"),
        memberships.c.name_key >= bindparam("start"),
        memberships.c.name_key < bindparam("end"),
    )
    .order_by(memberships.c.name_key)
    .limit(bindparam("most"))
)


class Listings:
    """The desk of what is shown by page."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def roles(self, what: RoleFilter, page: Page) -> list[Role]:
        search = Asked()
        search.one("org", what.org_id)
        search.pattern(what.name)
        shape = search.page(page)
        return [
            to_role(row) for row in await self._link.all(role_statement(shape), **search.values)
        ]

    async def orgs(self, what: OrgFilter, page: Page) -> list[Org]:
        search = Asked()
        search.pattern(what.name)
        search.one("active", what.active)
        shape = search.page(page)
        return [to_org(row) for row in await self._link.all(org_statement(shape), **search.values)]

    async def members_in(self, groups: Sequence[str], most: int) -> dict[str, int]:
        """Return how many members each group has itself, up to so many."""
        found: dict[str, int] = {}
        for some in batches(groups):
            statement = members_in(room(some))
            rows = await self._link.all(statement, most=most, **spread("of", some))
            found |= {row[0]: row[1] for row in rows}
        return found

    async def sizes_of(self, orgs: Sequence[int], most: int) -> dict[int, OrgSizes]:
        """Return how many are in each Org, up to so many."""
        if not orgs:
            return {}
        rows = await self._link.all(sizes_of(room(orgs)), most=most, **spread("of", orgs))
        return {row[0]: OrgSizes(members=row[1], groups=row[2], roles=row[3]) for row in rows}

    async def members_among(self, group_id: str, accounts: Sequence[str]) -> set[str]:
        """Return which of these accounts are in a group itself."""
        found: set[str] = set()
        for some in batches(accounts):
            statement = members_among(room(some))
            rows = await self._link.all(statement, in_group=group_id, **spread("of", some))
            found.update(row[0] for row in rows)
        return found

    async def of_org(self, org_id: int, begins: str, start: str | None, most: int) -> list[Member]:
        rows = await self._link.all(
            _OF_ORG,
            org=org_id,
            start=begins if start is None else max(start, begins),
            end=begins + LAST,
            most=most,
        )
        return [Member(id=row[0], name=row[1], display_name=row[2], key=row[3]) for row in rows]
