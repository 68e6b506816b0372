"""What v1 answers: the bodies of replies, as on the wire."""

import msgspec

from gatepass.core.records import Principal, Profile
from gatepass.core.session_orgs import OrgView
from gatepass.dialects.session_info import MIXPANEL, RELEASE, told

encode = msgspec.json.Encoder().encode

SYSTEM_CONFIG = encode({"mixpanelConfig": MIXPANEL, "releaseVersion": RELEASE})


def info_json(by: Principal, profile: Profile, *, orgs_enabled: bool) -> bytes:
    """Return the encoded answer of ``session/info``, kept beside the verified principal."""
    key = (info_json, by.digest)
    encoded = profile.worded.get(key)
    if encoded is None:
        made = encode(told(by, profile, orgs_enabled=orgs_enabled))
        encoded = profile.worded[key] = made
    return encoded


class OrgBody(msgspec.Struct, frozen=True, rename="camel"):
    """An Org, as an Org of a session."""

    org_id: int
    org_name: str
    description: str
    all_user_group_id: str
    default_admin_user_group_id: str
    is_active: bool


class OrgsBody(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of ``session/orgs``."""

    orgs: list[OrgBody]
    can_administer_all_orgs: bool
    current_org_id: int


def orgs_body(views: list[OrgView], *, administers_all: bool, current: int) -> OrgsBody:
    """Return the Orgs of a session or user."""
    return OrgsBody(
        orgs=[
            OrgBody(
                org_id=one.org.id,
                org_name=one.org.name,
                description=one.org.description,
                all_user_group_id=one.all_group_id,
                default_admin_user_group_id=one.admin_group_id,
                is_active=one.org.active,
            )
            for one in views
        ],
        can_administer_all_orgs=administers_all,
        current_org_id=current,
    )
