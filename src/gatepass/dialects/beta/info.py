"""What the betas tell of who is calling: typed to the letter, and what is not known left out."""

import hashlib
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import AccountType, CredentialKind, Principal, Profile
from gatepass.dialects.beta.shapes import encode, millis

PLAIN_MASK, ADMIN_MASK = 4, 6
PART = 8
"""Letters of the session's public id that are told."""


class FormatPattern(msgspec.Struct, frozen=True, rename="camel"):
    """How a date or a time is written."""

    format_pattern: str


class UserProperties(msgspec.Struct, frozen=True):
    """What is kept of the user besides."""

    persona: str | UnsetType = UNSET
    mail: str | UnsetType = UNSET


_NAMES = {"user_guid": "userGUID", "partial_jsession_guid": "partialJSessionGUID"}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return _NAMES.get(name) or first + "".join(part.capitalize() for part in others)


class SessionInfo(msgspec.Struct, frozen=True, kw_only=True, rename=_camel):
    """The answer of GET ``session``: times in milliseconds, ``expirationTime`` in seconds."""

    user_name: str
    user_display_name: str
    user_email: str | UnsetType
    user_guid: str
    user_created_time: int
    can_change_password: bool
    is_system_user: bool
    user_group_mask: int
    privileges: list[str]
    expiration_time: int
    auth_token: str
    locale: str
    timezone: str
    date_format: FormatPattern
    time_format: FormatPattern
    date_time_format: FormatPattern
    partial_jsession_guid: str
    is_first_login: bool
    first_login_date: int | UnsetType
    user_properties: UserProperties
    state: str


def of(profile: Profile, by: Principal, now: datetime) -> SessionInfo:
    """Return what is told of a profile to the credential that asks."""
    account = profile.account
    email = UNSET if account.email is None else account.email
    first = account.first_login_at
    by_cookie = by.kind is CredentialKind.SESSION
    return SessionInfo(
        user_name=account.name,
        user_display_name=account.display_name,
        user_email=email,
        user_guid=account.id,
        user_created_time=millis(account.created_at),
        can_change_password=account.has_password and account.type is AccountType.LOCAL,
        is_system_user=account.system,
        user_group_mask=ADMIN_MASK if ADMINISTRATION in profile.privileges else PLAIN_MASK,
        privileges=profile.privileges,
        expiration_time=int(by.expires_at.timestamp()),
        # Of no use as a credential anywhere, and nothing leads back to one from it.
        auth_token=hashlib.sha256(b"authToken" + by.digest).hexdigest()[:32],
        locale=(account.preferences.preferred_locale or "en-GB").replace("-", "_"),
        timezone="UTC",
        date_format=FormatPattern("yyyy-MM-dd"),
        time_format=FormatPattern("HH:mm:ss"),
        date_time_format=FormatPattern("yyyy-MM-dd HH:mm:ss"),
        partial_jsession_guid=by.credential_id[:PART] if by_cookie else "",
        is_first_login=first is None,
        first_login_date=UNSET if first is None else millis(first),
        user_properties=UserProperties(mail=email),
        state=account.standing(now).value,
    )


def told(profile: Profile, by: Principal, now: datetime) -> bytes:
    """Return it encoded; kept beside the verified principal, whose alone the profile is."""
    key = (told, profile.account.standing(now))
    encoded = profile.worded.get(key)
    if encoded is None:
        encoded = profile.worded[key] = encode(of(profile, by, now))
    return encoded
