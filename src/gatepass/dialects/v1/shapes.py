"""What v1 answers: the bodies of replies, as on the wire."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import AccountType, Principal, Profile
from gatepass.core.session_orgs import OrgView

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND, SECOND = timedelta(milliseconds=1), timedelta(seconds=1)
RELEASE = "26.8.0.cl"
"""The release whose API is spoken; the embed SDK looks for the ``.cl``."""
PLAIN_MASK, ADMIN_MASK = 4, 6

encode = msgspec.json.Encoder().encode

MIXPANEL: dict[str, object] = {"devSdkKey": "", "prodSdkKey": "", "production": False}
SYSTEM_CONFIG = encode({"mixpanelConfig": MIXPANEL, "releaseVersion": RELEASE})


class Pattern(msgspec.Struct, frozen=True, rename="camel"):
    """How a time is written."""

    format_pattern: str


class SessionInfo(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of ``session/info``: flat, in camel case."""

    user_name: str
    user_display_name: str
    user_email: str
    user_guid: str = msgspec.field(name="userGUID")
    user_created_time: int
    user_expiration_time: int
    api_version: str
    can_change_password: bool
    is_system_user: bool
    is_public_user: bool
    logical_model_version: int
    user_group_mask: int
    privileges: list[str]
    expiration_time: int
    auth_token: str
    locale: str
    timezone: str
    date_format: Pattern
    time_format: Pattern
    date_time_format: Pattern
    integer_format: dict[str, Any]
    decimal_format: dict[str, Any]
    client_state: dict[str, Any]
    release_version: str
    current_org_id: int
    config_info: dict[str, Any]


def session_info(by: Principal, profile: Profile, *, orgs_enabled: bool) -> SessionInfo:
    """Return who is calling, with the fields that the vendor's own pages read unguarded."""
    account = profile.account
    administers = ADMINISTRATION in profile.privileges
    return SessionInfo(
        user_name=account.name,
        user_display_name=account.display_name,
        user_email=account.email or "",
        user_guid=account.id,
        user_created_time=(account.created_at - EPOCH) // MILLISECOND,
        user_expiration_time=(
            0 if account.expires_at is None else (account.expires_at - EPOCH) // MILLISECOND
        ),
        api_version="v1",
        can_change_password=account.has_password and account.type is AccountType.LOCAL,
        is_system_user=account.system,
        is_public_user=False,
        logical_model_version=1,
        user_group_mask=ADMIN_MASK if administers else PLAIN_MASK,
        privileges=profile.privileges,
        expiration_time=(by.expires_at - EPOCH) // SECOND,
        auth_token=_opaque(by),
        locale=(account.preferences.preferred_locale or "en-GB").replace("-", "_"),
        timezone="UTC",
        date_format=Pattern("MM/dd/yyyy"),
        time_format=Pattern("HH:mm:ss"),
        date_time_format=Pattern("MM/dd/yyyy HH:mm:ss"),
        integer_format={},
        decimal_format={},
        client_state={"preferences": {}, "tips": {}},
        release_version=RELEASE,
        current_org_id=by.org_id,
        config_info={
            "mixpanelConfig": MIXPANEL,
            "isPublicUser": False,
            "selfClusterId": "gatepass",
            "selfClusterName": "gatepass",
            "orgsConfiguration": {"enabled": orgs_enabled},
            "enableSpotterDataSourceDiscovery": False,
            "showSpotterPastConversations": False,
        },
    )


def _opaque(by: Principal) -> str:
    """Return a text that stays the same for one credential and is good for nothing.

    A digest of the digest: whoever has it is no nearer to the secret, and no look-up takes it.
    """
    mixed = hashlib.sha256(b"v1 session info\0" + by.digest).digest()
    return base64.urlsafe_b64encode(mixed).rstrip(b"=").decode()


def info_json(by: Principal, profile: Profile, *, orgs_enabled: bool) -> bytes:
    """Return the encoded answer of ``session/info``, kept beside the verified principal."""
    key = (info_json, by.digest)
    encoded = profile.worded.get(key)
    if encoded is None:
        made = encode(session_info(by, profile, orgs_enabled=orgs_enabled))
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
