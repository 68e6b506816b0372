"""What groups grant: the one place where the rows that make up a privilege are joined.

A group grants what it carries itself and what its roles carry; an account has what is granted by
its groups and by all that those are nested in. Whoever asks, from whichever end, asks here.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import CTE, ColumnElement, CompoundSelect, Select, select, union_all

from gatepass.storage.columns import Unindexed
from gatepass.storage.schema import (
    group_links,
    group_members,
    group_privileges,
    group_roles,
    role_privileges,
)
from gatepass.storage.statements import Row

Fits = Callable[[ColumnElement[int], ColumnElement[str]], ColumnElement[bool]]
"""A condition on the Org and the word of a privilege."""


def reach(*within: ColumnElement[bool]) -> CTE:
    """Select the groups of the accounts within, and all that those are nested in."""
    own = (
        select(group_members.c.account_id, group_members.c.group_id)
        .where(*within)
        .cte("reach", recursive=True)
    )
    return own.union(
        select(own.c.account_id, group_links.c.parent_id).join(
            own, group_links.c.child_id == own.c.group_id
        )
    )


def granted_to(reached: CTE) -> CompoundSelect[tuple[str, int, str]]:
    """Select account, Org and word of what the groups within reach grant; words may come twice."""
    return union_all(
        select(reached.c.account_id, group_privileges.c.org_id, group_privileges.c.privilege).join(
            reached, reached.c.group_id == group_privileges.c.group_id
        ),
        select(reached.c.account_id, role_privileges.c.org_id, role_privileges.c.privilege)
        .join(group_roles, group_roles.c.role_id == role_privileges.c.role_id)
        .join(reached, reached.c.group_id == group_roles.c.group_id),
    )


def granted_by(group: ColumnElement[str], org: ColumnElement[int]) -> CompoundSelect[tuple[str]]:
    """Select the words that one group of an Org grants, without what it is nested in."""
    return union_all(
        select(group_privileges.c.privilege).where(
            group_privileges.c.org_id == org, group_privileges.c.group_id == group
        ),
        select(role_privileges.c.privilege)
        .join(group_roles, group_roles.c.role_id == role_privileges.c.role_id)
        .where(Unindexed(group_roles.c.org_id) == org, group_roles.c.group_id == group),
    )


def granting(fits: Fits) -> CTE:
    """Select the groups that grant what fits, and all that are nested in them."""
    own = select(group_privileges.c.group_id).where(
        fits(group_privileges.c.org_id, group_privileges.c.privilege)
    )
    by_role = (
        select(group_roles.c.group_id)
        .join(role_privileges, role_privileges.c.role_id == group_roles.c.role_id)
        .where(fits(role_privileges.c.org_id, role_privileges.c.privilege))
    )
    return _beneath(select(union_all(own, by_role).subquery().c.group_id))


def carrying(*roles: ColumnElement[bool]) -> CTE:
    """Select the groups that have such a role, and all that are nested in them."""
    return _beneath(select(group_roles.c.group_id).where(*roles))


def by_org(rows: Sequence[Row]) -> dict[int, frozenset[str]]:
    """Return privileges by Org, of rows that end with the two."""
    found: dict[int, set[str]] = {}
    for row in rows:
        found.setdefault(row[-2], set()).add(row[-1])
    return {org_id: frozenset(words) for org_id, words in found.items()}


def _beneath(groups: Select[tuple[str]]) -> CTE:
    top = groups.cte("granting", recursive=True)
    return top.union(
        select(group_links.c.child_id).join(top, group_links.c.parent_id == top.c.group_id)
    )
