"""Rows of roles: found, described, shown; what the acts of several desks share."""

from collections.abc import Sequence

from gatepass.core.errors import NotFound, NotPermitted
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.records import Org, Record
from gatepass.core.role_words import Role
from gatepass.core.searches import Named
from gatepass.core.store import Transaction


class RoleView(Record, frozen=True):
    """A role with what it carries and which groups have it."""

    role: Role
    org: Org
    privileges: Sequence[str]
    groups: Sequence[Named]


def require_roles(means: Means) -> None:
    """Refuse where roles are switched off.

    Raises:
        NotPermitted: they are.
    """
    if not means.rules.rbac_enabled:
        raise NotPermitted("rbac_enabled, for roles")


async def find_role(tx: Transaction, org_id: int, identifier: str) -> Role | None:
    """Return the Org's role with this id or name; the id is tried first."""
    found = await tx.roles.by_id(org_id, identifier.strip().lower())
    return found or await tx.roles.by_key(org_id, name_key(identifier))


async def is_free_id(tx: Transaction, org_id: int, role_id: str) -> bool:
    """Say whether a new role of the Org may have this id; none may be named like it either."""
    return not await tx.roles.has_id(role_id) and (
        await tx.roles.by_key(org_id, name_key(role_id)) is None
    )


async def the_role(tx: Transaction, org_id: int, identifier: str) -> Role:
    """Return the Org's role with this id or name.

    Raises:
        NotFound: it has none.
    """
    found = await find_role(tx, org_id, identifier)
    if found is None:
        raise NotFound("role", identifier)
    return found


async def role_views(tx: Transaction, roles: Sequence[Role]) -> list[RoleView]:
    """Return the roles with what belongs to them."""
    ids = [role.id for role in roles]
    carried = await tx.roles.carried_by(ids)
    groups = await tx.roles.groups_with(ids)
    orgs = {org_id: await tx.orgs.by_id(org_id) for org_id in {role.org_id for role in roles}}
    return [
        RoleView(
            role=role,
            org=org,
            privileges=carried.get(role.id, []),
            groups=groups.get(role.id, []),
        )
        for role in roles
        if (org := orgs[role.org_id]) is not None
    ]
