"""What v2.0 answers: the bodies of replies, as on the wire."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from gatepass.core.attributes import Stored
from gatepass.core.headers import Kind
from gatepass.core.issuing import Issued
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import (
    Account,
    AccountType,
    Entitlements,
    Group,
    Org,
    Profile,
    Token,
    Undisclosed,
)
from gatepass.core.trusted import Shown, TrustedState

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
TENANT = "982d6da9-9cd1-479e-b9a6-35aa05f9282a"
PLAIN_MASK, ADMIN_MASK = 4, 6

NOTHING = Entitlements()

encode = msgspec.json.Encoder().encode


def millis(at: datetime) -> int:
    """Return a time as on the wire."""
    return (at - EPOCH) // MILLISECOND


def opt_millis(at: datetime | None) -> int | None:
    """Return a time that may be missing as on the wire."""
    return None if at is None else millis(at)


class Reference(msgspec.Struct, frozen=True):
    """A thing by id and name."""

    id: str
    name: str


class OrgReference(msgspec.Struct, frozen=True):
    """An Org by id and name."""

    id: int
    name: str


class Scope(msgspec.Struct, frozen=True):
    """What a token is limited to."""

    access_type: str
    org_id: int
    metadata_id: str | None


class TokenBody(Undisclosed, frozen=True):
    """The answer of ``auth/token/full`` and ``auth/token/object``."""

    token: str
    creation_time_in_millis: int
    expiration_time_in_millis: int
    scope: Scope
    valid_for_user_id: str
    valid_for_username: str


class SessionTokenBody(Undisclosed, frozen=True):
    """The answer of ``auth/session/token``: no scope."""

    token: str
    creation_time_in_millis: int
    expiration_time_in_millis: int
    valid_for_user_id: str
    valid_for_username: str


class ValidationBody(msgspec.Struct, frozen=True):
    """The answer of ``auth/token/validate``."""

    creation_time_in_millis: int
    expiration_time_in_millis: int
    scope: Scope
    valid_for_user_id: str
    token_type: str


def scope_of(token: Token) -> Scope:
    """Return the scope of a token as v2.0 words it."""
    return Scope(
        access_type="FULL" if token.object_id is None else "REPORT_BOOK_VIEW",
        org_id=token.org_id,
        metadata_id=token.object_id,
    )


def token_body(issued: Issued) -> TokenBody:
    """Return the answer that hands out a token with its scope."""
    token = issued.token
    return TokenBody(
        token=issued.secret,
        creation_time_in_millis=millis(token.issued_at),
        expiration_time_in_millis=millis(token.expires_at),
        scope=scope_of(token),
        valid_for_user_id=token.account_id,
        valid_for_username=issued.name,
    )


def session_token_body(secret: str, token: Token, name: str) -> SessionTokenBody:
    """Return the answer that hands out a session's token."""
    return SessionTokenBody(
        token=secret,
        creation_time_in_millis=millis(token.issued_at),
        expiration_time_in_millis=millis(token.expires_at),
        valid_for_user_id=token.account_id,
        valid_for_username=name,
    )


def validation_body(token: Token, account: Account) -> ValidationBody:
    """Return the answer that describes a live token."""
    return ValidationBody(
        creation_time_in_millis=millis(token.issued_at),
        expiration_time_in_millis=millis(token.expires_at),
        scope=scope_of(token),
        valid_for_user_id=account.id,
        token_type="BEARER",  # noqa: S106 - the kind of token
    )


class FavoriteBody(msgspec.Struct, frozen=True):
    """An object that a user keeps at hand."""

    id: str
    name: str
    type: str


class KeyBody(Undisclosed, frozen=True):
    """The text of a trusted secret."""

    key: str


class PreferenceBody(msgspec.Struct, frozen=True):
    """The cluster's state of trusted authentication: no key, no ``access_tokens``."""

    auth_status: Literal["ENABLED", "DISABLED"]
    access_tokens: list[KeyBody] | UnsetType = UNSET


class OrgPreferenceBody(msgspec.Struct, frozen=True):
    """An Org's state of trusted authentication."""

    org: OrgReference
    auth_status: Literal["ENABLED", "DISABLED"]
    access_tokens: list[KeyBody] | UnsetType = UNSET


class AuthSettingsBody(msgspec.Struct, frozen=True):
    """The answer of ``auth/search``: the parts that were asked for and may be seen."""

    auth_type: str
    cluster_preferences: PreferenceBody | UnsetType = UNSET
    org_preferences: list[OrgPreferenceBody] | UnsetType = UNSET


def auth_settings_body(auth_type: str, state: TrustedState) -> AuthSettingsBody:
    """Return the answer that shows the state of trusted authentication."""
    cluster: PreferenceBody | UnsetType = UNSET
    orgs: list[OrgPreferenceBody] | UnsetType = UNSET
    if state.cluster is not None:
        cluster = PreferenceBody(*_preference(state.cluster))
    if state.org is not None:
        reference = org_reference(state.org)
        orgs = [OrgPreferenceBody(reference, *_preference(state.of_org))]
    return AuthSettingsBody(auth_type, cluster, orgs)


def _preference(
    secrets: list[Shown],
) -> tuple[Literal["ENABLED", "DISABLED"], list[KeyBody] | UnsetType]:
    if not secrets:
        return "DISABLED", UNSET
    return "ENABLED", [KeyBody(one.text) for one in secrets]


class UserBody(msgspec.Struct, frozen=True):
    """The vendor's ``User``: every field, in the order of the contract."""

    id: str
    name: str
    display_name: str
    visibility: str
    author_id: str
    can_change_password: bool
    complete_detail: bool
    creation_time_in_millis: int
    current_org: OrgReference | None
    deleted: bool
    deprecated: bool
    account_type: str
    account_status: str
    email: str | None
    expiration_time_in_millis: int | None
    external: bool
    favorite_metadata: list[FavoriteBody]
    first_login_time_in_millis: int | None
    group_mask: int
    hidden: bool
    home_liveboard: Reference | None
    incomplete_details: list[Any]
    is_first_login: bool
    modification_time_in_millis: int
    modifier_id: str
    notify_on_share: bool
    onboarding_experience_completed: bool
    orgs: list[OrgReference]
    owner_id: str
    parent_type: str
    privileges: list[str]
    show_onboarding_experience: bool
    super_user: bool
    system_user: bool
    tags: list[Reference]
    tenant_id: str
    user_groups: list[Reference]
    user_inherited_groups: list[Reference]
    welcome_email_sent: bool
    org_privileges: dict[str, list[str]] | None
    preferred_locale: str | None
    use_browser_language: bool | None
    extended_properties: dict[str, Any]
    extended_preferences: dict[str, Any]
    user_parameters: dict[str, Any]
    access_control_properties: dict[str, Any]
    variable_values: dict[str, Any]


def org_reference(org: Org) -> OrgReference:
    """Return an Org by id and name."""
    return OrgReference(org.id, org.name)


def _references(groups: list[Group]) -> list[Reference]:
    return [Reference(group.id, group.name) for group in groups]


def _parameters(stored: dict[int, Entitlements]) -> dict[str, Any]:
    return {
        str(org_id): {
            "runtimeFilters": what.runtime_filters,
            "runtimeSorts": what.runtime_sorts,
            "parameters": what.parameters,
        }
        for org_id, what in stored.items()
        if what != NOTHING
    }


def _access_control(stored: dict[int, dict[str, Stored]]) -> dict[str, Any]:
    by_org = {
        str(org_id): {
            scope: {"filter_rules": one.filter_rules, "parameter_values": one.parameter_values}
            for scope, one in scopes.items()
            if one.filter_rules or one.parameter_values
        }
        for org_id, scopes in stored.items()
    }
    return {org_id: scopes for org_id, scopes in by_org.items() if scopes}


def _variables(stored: dict[int, dict[str, Stored]]) -> dict[str, Any]:
    by_org = {
        str(org_id): {
            scope: {"variable_values": one.variable_values}
            for scope, one in scopes.items()
            if one.variable_values
        }
        for org_id, scopes in stored.items()
    }
    return {org_id: scopes for org_id, scopes in by_org.items() if scopes}


def user_body(profile: Profile, now: datetime) -> UserBody:
    """Return the ``User`` of a profile."""
    account = profile.account
    likes = account.preferences
    home, names = profile.home_liveboard, profile.object_names
    administers = ADMINISTRATION in profile.privileges
    return UserBody(
        id=account.id,
        name=account.name,
        display_name=account.display_name,
        visibility="SHARABLE" if account.sharable else "NON_SHARABLE",
        author_id=account.author_id,
        can_change_password=account.has_password and account.type is AccountType.LOCAL,
        complete_detail=True,
        creation_time_in_millis=millis(account.created_at),
        current_org=org_reference(profile.org),
        deleted=False,
        deprecated=False,
        account_type=account.type.value,
        account_status=account.standing(now).value,
        email=account.email,
        expiration_time_in_millis=opt_millis(account.expires_at),
        external=False,
        favorite_metadata=[
            FavoriteBody(one.id, names.get((one.type, one.id), one.id), one.type)
            for one in profile.favorites
        ],
        first_login_time_in_millis=opt_millis(account.first_login_at),
        group_mask=ADMIN_MASK if administers else PLAIN_MASK,
        hidden=False,
        # A Liveboard that is no object here, or none that the caller sees, is an identifier alone.
        home_liveboard=None
        if home is None
        else Reference(home, names.get((Kind.LIVEBOARD, home), home)),
        incomplete_details=[],
        is_first_login=account.first_login_at is None,
        modification_time_in_millis=millis(account.modified_at),
        modifier_id=account.modifier_id,
        notify_on_share=likes.notify_on_share,
        onboarding_experience_completed=likes.onboarding_experience_completed,
        orgs=[org_reference(org) for org in profile.orgs],
        owner_id=account.id,
        parent_type="USER",
        privileges=profile.privileges,
        show_onboarding_experience=likes.show_onboarding_experience,
        super_user=administers and profile.org.id == 0,
        system_user=account.system,
        tags=[],
        tenant_id=TENANT,
        user_groups=_references(profile.groups),
        user_inherited_groups=_references(profile.inherited_groups),
        welcome_email_sent=likes.welcome_email_sent,
        org_privileges={str(org): words for org, words in profile.org_privileges.items()},
        preferred_locale=likes.preferred_locale,
        use_browser_language=likes.use_browser_language,
        extended_properties=likes.extended_properties,
        extended_preferences=likes.extended_preferences,
        user_parameters=_parameters(profile.entitlements),
        access_control_properties=_access_control(profile.attributes),
        variable_values=_variables(profile.attributes),
    )


def user_json(profile: Profile, now: datetime) -> bytes:
    """Return the encoded ``User`` of a profile: status and names of objects move by themselves."""
    key = (user_json, profile.account.standing(now), *profile.object_names.items())
    encoded = profile.worded.get(key)
    if encoded is None:
        encoded = profile.worded[key] = encode(user_body(profile, now))
    return encoded
