"""What an account may do in an Org, and whether a principal may do this."""

from collections.abc import Mapping

from gatepass.core.errors import NotPermitted, ScopeTooSmall
from gatepass.core.privileges import ADMINISTRATION, is_administrative
from gatepass.core.records import PRIMARY_ORG, Principal
from gatepass.core.rules import Rules

_NOTHING: frozenset[str] = frozenset()
_ADMINISTRATION = frozenset({ADMINISTRATION})


def is_cluster_admin(granted: Mapping[int, frozenset[str]]) -> bool:
    """Say whether these grants, by Org, make an administrator of every Org."""
    return ADMINISTRATION in granted.get(PRIMARY_ORG, _NOTHING)


def effective(granted: Mapping[int, frozenset[str]], org_id: int) -> frozenset[str]:
    """Return all that an account may do in one Org, from what its groups grant by Org.

    The grants count groups and all that they are nested in. An administrator of the cluster keeps
    ``ADMINISTRATION`` in every Org.
    """
    own = granted.get(org_id, _NOTHING)
    return own | _ADMINISTRATION if is_cluster_admin(granted) else own


def refuse_limited(by: Principal) -> None:
    """Refuse a principal that is limited to one object.

    Raises:
        ScopeTooSmall: it is.
    """
    if by.object_id is not None:
        raise ScopeTooSmall


def may(by: Principal, rules: Rules, *finer: str) -> bool:
    """Say whether the principal administers, or holds a finer privilege where roles are on."""
    if by.object_id is not None:
        return False
    if ADMINISTRATION in by.privileges:
        return True
    return rules.rbac_enabled and not by.privileges.isdisjoint(finer)


def require(by: Principal, rules: Rules, *finer: str) -> None:
    """Ask whether the principal may administer what the finer privileges cover.

    Raises:
        ScopeTooSmall: the principal is limited to one object.
        NotPermitted: it holds neither ADMINISTRATION nor, with roles on, a finer privilege.
    """
    refuse_limited(by)
    if not may(by, rules, *finer):
        raise NotPermitted(" or ".join((ADMINISTRATION, *finer)))


def refuse_superior(by: Principal, granted: Mapping[int, frozenset[str]]) -> None:
    """Refuse to change an account that administers more than the principal does.

    Raises:
        NotPermitted: the account's grants, by Org, hold an administrative privilege that the
            principal lacks there.
    """
    if by.cluster_admin:
        return
    for org_id, words in granted.items():
        theirs = {word for word in words if is_administrative(word)}
        mine = by.privileges if org_id == by.org_id else _NOTHING
        if theirs and ADMINISTRATION not in mine and not theirs <= mine:
            raise NotPermitted("every administrative privilege of that account")
