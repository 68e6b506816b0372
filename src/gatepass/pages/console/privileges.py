"""Privileges as boxes to tick: what goes together, and what those that administer let one do."""

from collections.abc import Container, Sequence
from typing import NamedTuple

ADMINISTRATIVE = {
    "ADMINISTRATION": "Everything in this Org; in the Primary Org everything in every Org.",
    "USER_ADMINISTRATION": "Make, change and delete accounts, set their passwords, "
    "end their sessions and tokens.",
    "GROUP_ADMINISTRATION": "Make, fill, nest and delete groups.",
    "ROLE_ADMINISTRATION": "Make, change and delete roles.",
    "ORG_ADMINISTRATION": "In the Primary Org: make, change, switch off and delete Orgs.",
    "CONTROL_TRUSTED_AUTH": "Switch trusted authentication on and off, and see the keys that "
    "sign in as anybody.",
    "APPLICATION_ADMINISTRATION": "Change the configuration of the system.",
    "SYSTEM_INFO_ADMINISTRATION": "See the system's facts and configuration, and its audit trail.",
    "AUTHENTICATION_ADMINISTRATION": "Counts as administrative; nothing here asks for it.",
    "BILLING_INFO_ADMINISTRATION": "Counts as administrative; nothing here asks for it.",
    "BACKUP_ADMINISTRATION": "Counts as administrative; nothing here asks for it.",
    "USERMANAGEMENT": "An older word; counts as administrative, and nothing here asks for it.",
}
"""What each administrative privilege lets its holder do."""

_OTHERS = {
    "Data": """
        USERDATAUPLOADING DATADOWNLOADING CAN_DOWNLOAD_VISUALS CAN_DOWNLOAD_DETAILED_DATA
        DATAMANAGEMENT CAN_MANAGE_WORKSHEET_VIEWS_TABLES CAN_CREATE_OR_EDIT_CONNECTIONS
        CAN_CONFIGURE_CONNECTIONS BYPASSRLS CAN_MANAGE_VARIABLES SYNCMANAGEMENT
        CAN_CREATE_CATALOG CAN_MANAGE_CUSTOM_CALENDAR LOGICALMODELING""",
    "Content": """
        SHAREWITHALL TAGMANAGEMENT JOBSCHEDULING LIVEBOARD_VERIFIER CAN_VIEW_FOLDERS
        CAN_MODIFY_FOLDERS DISABLE_PINBOARD_CREATION""",
    "Analysis": """
        A3ANALYSIS RANALYSIS THIRDPARTY_ANALYSIS CAN_USE_SPOTTER CAN_MANAGE_SPOTTER
        CAN_ACCESS_AGENTSPOT CAN_MANAGE_AGENTSPOT CAN_ACCESS_ANALYST_STUDIO
        CAN_MANAGE_ANALYST_STUDIO PREVIEW_THOUGHTSPOT_SAGE PREVIEW_DOCUMENT_SEARCH
        EXPERIMENTALFEATUREPRIVILEGE""",
    "Development": """
        DEVELOPER CAN_SETUP_VERSION_CONTROL CAN_MANAGE_VERSION_CONTROL CAN_MANAGE_WEBHOOKS
        ALLOW_NON_EMBED_FULL_APP_ACCESS ENABLESPOTAPPCREATION""",
    "Older words": "SECURITYMANAGEMENT SYSTEMMANAGEMENT UNKNOWN",
}


class Box(NamedTuple):
    """A privilege to tick, and what it lets one do if that is to be said."""

    word: str
    text: str = ""


class Boxes(NamedTuple):
    """Privileges under one heading; ``grave``: they administer."""

    title: str
    boxes: Sequence[Box]
    grave: bool = False


SECTIONS = (
    Boxes("Administrative", [Box(*one) for one in ADMINISTRATIVE.items()], grave=True),
    *(Boxes(title, [Box(word) for word in words.split()]) for title, words in _OTHERS.items()),
)


def sections(offered: Container[str]) -> list[Boxes]:
    """Return the sections with what is offered of each, without those that are empty then."""
    some = [
        one._replace(boxes=[box for box in one.boxes if box.word in offered]) for one in SECTIONS
    ]
    return [one for one in some if one.boxes]
