"""Roles as frozen data, and the words that one may carry."""

from datetime import datetime

from gatepass.core.privileges import PRIVILEGES
from gatepass.core.records import Record

ROLE_ADMINISTRATION = "ROLE_ADMINISTRATION"

_BY_GROUP_ALONE = frozenset(
    {"ADMINISTRATION", "AUTHORING", "RANALYSIS", "EXPERIMENTALFEATUREPRIVILEGE", "USERMANAGEMENT"}
)
"""What is had by a group or not at all: everything, or what a finer word has replaced."""
_INTERNAL = frozenset(
    {
        "UNKNOWN",
        "SECURITYMANAGEMENT",
        "LOGICALMODELING",
        "SYSTEMMANAGEMENT",
        "BACKUP_ADMINISTRATION",
        "ENABLESPOTAPPCREATION",
        "CAN_CONFIGURE_CONNECTIONS",
    }
)
CARRIED = PRIVILEGES - _BY_GROUP_ALONE - _INTERNAL
"""Every word that a role may carry."""


class Role(Record, frozen=True):
    """Privileges of one Org together; groups have it, accounts never."""

    id: str
    org_id: int
    name: str
    description: str
    read_only: bool
    author_id: str
    modifier_id: str
    created_at: datetime
    modified_at: datetime
