"""Groups, roles and Orgs as whoever manages them looks at them."""

from gatepass.core.group_sights import GroupSights
from gatepass.core.means import Means
from gatepass.core.org_sights import OrgSights
from gatepass.core.role_sights import RoleSights


class Sights:
    """The acts that show them by page, and each with what belongs to it."""

    def __init__(self, means: Means) -> None:
        self.groups = GroupSights(means)
        self.roles = RoleSights(means)
        self.orgs = OrgSights(means)
