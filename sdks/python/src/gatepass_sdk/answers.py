"""What the ``auth`` face answers (REST v2.0). Secrets stay out of every ``repr``.

Words that a newer server may add to, such as a status, are plain text. Numbers of milliseconds
count from 1970.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime


class Timed:
    """When something was made and when it runs out, as aware UTC beside the milliseconds."""

    __slots__ = ()
    creation_time_in_millis: int
    expiration_time_in_millis: int

    @property
    def created_at(self) -> datetime:
        """When it was made."""
        return datetime.fromtimestamp(self.creation_time_in_millis / 1000, UTC)

    @property
    def expires_at(self) -> datetime:
        """When it runs out."""
        return datetime.fromtimestamp(self.expiration_time_in_millis / 1000, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A user, group, tag or Liveboard by id and name."""

    id: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgReference:
    """An Org by id and name."""

    id: int
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a token is limited to: FULL, or REPORT_BOOK_VIEW and the object's id."""

    access_type: str
    org_id: int
    metadata_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token(Timed):
    """A full or object token."""

    token: str = field(repr=False)
    creation_time_in_millis: int
    expiration_time_in_millis: int
    scope: Scope
    valid_for_user_id: str
    valid_for_username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken(Timed):
    """A custom token."""

    token: str = field(repr=False)
    creation_time_in_millis: int
    expiration_time_in_millis: int
    org: OrgReference
    user: Reference
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionToken(Timed):
    """A token of the caller's session."""

    token: str = field(repr=False)
    creation_time_in_millis: int
    expiration_time_in_millis: int
    valid_for_user_id: str
    valid_for_username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenValidation(Timed):
    """What a live token is."""

    creation_time_in_millis: int
    expiration_time_in_millis: int
    scope: Scope
    valid_for_user_id: str
    token_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """A trusted secret, to be shown to administrators alone."""

    key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPreferences:
    """The cluster's trusted authentication."""

    auth_status: str
    access_tokens: tuple[TrustedKey, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgPreferences:
    """An Org's trusted authentication."""

    org: OrgReference
    auth_status: str
    access_tokens: tuple[TrustedKey, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthSettings:
    """The state of trusted authentication, as far as it was asked for and may be seen."""

    auth_type: str
    cluster_preferences: ClusterPreferences | None = None
    org_preferences: tuple[OrgPreferences, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FavoriteMetadata:
    """An object that a user keeps at hand."""

    id: str
    name: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who the caller is, in the Org of its session or token."""

    id: str
    name: str
    display_name: str
    visibility: str
    author_id: str | None = None
    can_change_password: bool | None = None
    complete_detail: bool | None = None
    creation_time_in_millis: int | None = None
    current_org: OrgReference | None = None
    deleted: bool | None = None
    deprecated: bool | None = None
    account_type: str | None = None
    account_status: str | None = None
    email: str | None = None
    expiration_time_in_millis: int | None = None
    external: bool | None = None
    favorite_metadata: tuple[FavoriteMetadata, ...] | None = None
    first_login_time_in_millis: int | None = None
    group_mask: int | None = None
    hidden: bool | None = None
    home_liveboard: Reference | None = None
    incomplete_details: object = None
    is_first_login: bool | None = None
    modification_time_in_millis: int | None = None
    modifier_id: str | None = None
    notify_on_share: bool | None = None
    onboarding_experience_completed: bool | None = None
    orgs: tuple[OrgReference, ...] | None = None
    owner_id: str | None = None
    parent_type: str | None = None
    privileges: tuple[str, ...] | None = None
    show_onboarding_experience: bool | None = None
    super_user: bool | None = None
    system_user: bool | None = None
    tags: tuple[Reference, ...] | None = None
    tenant_id: str | None = None
    user_groups: tuple[Reference, ...] | None = None
    user_inherited_groups: tuple[Reference, ...] | None = None
    welcome_email_sent: bool | None = None
    org_privileges: dict[str, tuple[str, ...]] | None = None
    preferred_locale: str | None = None
    use_browser_language: bool | None = None
    extended_properties: dict[str, object] | None = None
    extended_preferences: dict[str, object] | None = None
    user_parameters: dict[str, object] | None = None
    access_control_properties: dict[str, object] | None = None
    variable_values: dict[str, object] | None = None
