"""What the betas tell of who is calling: typed to the letter, and what is not known left out."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from gatepass.core.records import CredentialKind, Principal, Profile
from gatepass.dialects import session_info
from gatepass.dialects.beta.shapes import encode, millis

PART = 8
"""Letters of the session's public id that are told."""


class UserProperties(msgspec.Struct, frozen=True):
    """What is kept of the user besides."""

    mail: str | UnsetType = UNSET


class SessionInfo(session_info.SessionInfo, frozen=True, kw_only=True, rename="camel"):
    """The answer of GET ``session``: times in milliseconds, ``expirationTime`` in seconds."""

    partial_jsession_guid: str = msgspec.field(name="partialJSessionGUID")
    is_first_login: bool
    first_login_date: int | UnsetType = UNSET
    user_properties: UserProperties
    state: str


def of(by: Principal, profile: Profile, now: datetime, *, orgs_enabled: bool) -> SessionInfo:
    """Return what is told of a profile to the credential that asks."""
    account = profile.account
    first, ends = account.first_login_at, account.expires_at
    email = UNSET if account.email is None else account.email
    shared = session_info.told(by, profile, orgs_enabled=orgs_enabled)
    fields = {name: getattr(shared, name) for name in shared.__struct_fields__}
    fields["user_email"] = email
    fields["user_expiration_time"] = UNSET if ends is None else millis(ends)
    return SessionInfo(
        **fields,
        partial_jsession_guid=(
            by.credential_id[:PART] if by.kind is CredentialKind.SESSION else ""
        ),
        is_first_login=first is None,
        first_login_date=UNSET if first is None else millis(first),
        user_properties=UserProperties(email),
        state=account.standing(now).value,
    )


def encoded(by: Principal, profile: Profile, now: datetime, *, orgs_enabled: bool) -> bytes:
    """Return it encoded; kept beside the verified principal, whose alone the profile is."""
    key = (encoded, profile.account.standing(now))
    body = profile.worded.get(key)
    if body is None:
        body = profile.worded[key] = encode(of(by, profile, now, orgs_enabled=orgs_enabled))
    return body
