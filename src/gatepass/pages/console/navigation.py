"""What the menu of the console offers to whom."""

from collections.abc import Sequence
from typing import NamedTuple

from gatepass.core.privileges import (
    ADMINISTRATION,
    CONTROL_TRUSTED_AUTH,
    GROUP_ADMINISTRATION,
    ORG_ADMINISTRATION,
    USER_ADMINISTRATION,
)
from gatepass.pages.console.visit import Visit


class Item(NamedTuple):
    """One line of the menu: its words, where it leads, and who sees it."""

    text: str
    path: str
    privileges: tuple[str, ...] | None = ()
    """Any of these, or to administer; None: everybody."""
    cluster: bool = False
    """Whether one has to administer the cluster."""

    def is_for(self, visit: Visit) -> bool:
        """Say whether the visitor may use what it leads to."""
        if self.cluster and not visit.principal.cluster_admin:
            return False
        return self.privileges is None or visit.may(*self.privileges)

    def is_open(self, visit: Visit) -> bool:
        """Say whether the visitor is there, or below."""
        return visit.path == self.path or (
            bool(self.path) and visit.path.startswith(self.path + "/")
        )


class Section(NamedTuple):
    """Lines of the menu under one heading."""

    title: str
    items: Sequence[Item]


MENU = (
    Section("", (Item("Home", "", None),)),
    Section(
        "People",
        (
            Item("Accounts", "accounts", (USER_ADMINISTRATION,)),
            Item("Groups", "groups", (GROUP_ADMINISTRATION,)),
            Item("Roles", "roles", ("ROLE_ADMINISTRATION",)),
            Item("Orgs", "orgs", (ORG_ADMINISTRATION,), cluster=True),
        ),
    ),
    Section(
        "Access",
        (
            Item("Sessions and tokens", "sessions", (USER_ADMINISTRATION,)),
            Item("Your own", "own", None),
        ),
    ),
    Section(
        "Develop",
        (
            Item("Security settings", "develop/security", (CONTROL_TRUSTED_AUTH, "DEVELOPER")),
            Item("Playground", "develop/playground", None),
        ),
    ),
    Section("Look back", (Item("Audit", "audit", (ADMINISTRATION,), cluster=True),)),
)


def sections(visit: Visit) -> list[Section]:
    """Return what of the menu the visitor may use."""
    shown = [Section(one.title, [item for item in one.items if item.is_for(visit)]) for one in MENU]
    return [one for one in shown if one.items]
