"""The object that says who is calling, which v1 and the betas tell alike: flat, in camel case."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import AccountType, Principal, Profile

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND, SECOND = timedelta(milliseconds=1), timedelta(seconds=1)
RELEASE = "26.8.0.cl"
"""The release whose API is spoken; the embed SDK looks for the ``.cl``."""
PLAIN_MASK, ADMIN_MASK = 4, 6
MIXPANEL: dict[str, object] = {"devSdkKey": "", "prodSdkKey": "", "production": False}


class Pattern(msgspec.Struct, frozen=True, rename="camel"):
    """How a time is written."""

    format_pattern: str


class SessionInfo(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is told of who is calling, and of the server that tells it."""

    user_name: str
    user_display_name: str
    user_email: str | UnsetType = UNSET
    user_guid: str = msgspec.field(name="userGUID")
    user_created_time: int
    user_expiration_time: int | UnsetType = UNSET
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


def told(by: Principal, profile: Profile, *, orgs_enabled: bool) -> SessionInfo:
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
