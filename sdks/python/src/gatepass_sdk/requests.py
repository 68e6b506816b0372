"""What the ``auth`` face asks (REST v2.0). None is left out; secrets stay out of every ``repr``."""

from dataclasses import dataclass, field
from enum import StrEnum


class Operator(StrEnum):
    """How a filter rule compares."""

    EQ = "EQ"
    NE = "NE"
    LT = "LT"
    LE = "LE"
    GT = "GT"
    GE = "GE"
    IN = "IN"
    NOT_IN = "NOT_IN"
    LIKE = "LIKE"
    CONTAINS = "CONTAINS"
    BEGINS_WITH = "BEGINS_WITH"
    ENDS_WITH = "ENDS_WITH"
    BW = "BW"
    BW_INC = "BW_INC"
    BW_INC_MIN = "BW_INC_MIN"
    BW_INC_MAX = "BW_INC_MAX"


class PersistOption(StrEnum):
    """What of a custom token's attributes stays with the user."""

    REPLACE = "REPLACE"
    APPEND = "APPEND"
    NONE = "NONE"
    RESET = "RESET"


class ResetOption(StrEnum):
    """What ``PersistOption.RESET`` clears."""

    FILTER_RULES = "FILTER_RULES"
    PARAMETERS = "PARAMETERS"
    GROUPS = "GROUPS"


class AuthStatus(StrEnum):
    """Whether trusted authentication is on."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


class AuthScope(StrEnum):
    """Whose settings a search is for."""

    CLUSTER = "CLUSTER"
    ORG = "ORG"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRequest:
    """Who signs in. With neither name nor password, the client's token opens the session."""

    username: str | None = None
    password: str | None = field(default=None, repr=False)
    org_identifier: str | int | None = None
    remember_me: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataObject:
    """A data object that an entitlement is for."""

    identifier: str
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeFilter:
    """A runtime filter of ``UserParameters``."""

    column_name: str
    operator: Operator
    values: tuple[str, ...]
    persist: bool | None = None
    objects: tuple[DataObject, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeSort:
    """A runtime sort of ``UserParameters``: ``order`` is ASC or DESC."""

    column_name: str
    order: str
    persist: bool | None = None
    objects: tuple[DataObject, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeParameter:
    """A parameter of ``UserParameters``."""

    name: str
    values: tuple[str, ...]
    persist: bool | None = None
    objects: tuple[DataObject, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserParameters:
    """Entitlements of a full or object token; custom tokens have taken their place."""

    objects: tuple[DataObject, ...] | None = None
    runtime_filters: tuple[RuntimeFilter, ...] | None = None
    runtime_sorts: tuple[RuntimeSort, ...] | None = None
    parameters: tuple[RuntimeParameter, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FullTokenRequest:
    """A token for all that the user may do, by password or by trusted secret."""

    username: str
    password: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    validity_time_in_sec: int | None = None
    org_id: int | None = None
    email: str | None = None
    display_name: str | None = None
    auto_create: bool | None = None
    group_identifiers: tuple[str, ...] | None = None
    user_parameters: UserParameters | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectTokenRequest(FullTokenRequest):
    """A token for one object alone."""

    object_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRule:
    """Rows that the user sees: the column's value compared with these."""

    column_name: str
    operator: Operator
    values: tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedValues:
    """The values of a parameter, or of a formula variable."""

    name: str
    values: tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupIdentifier:
    """A group by id or name."""

    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomTokenRequest:
    """A signed token that carries the user's attributes."""

    username: str
    password: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    validity_time_in_sec: int | None = None
    org_identifier: str | int | None = None
    persist_option: PersistOption | None = None
    reset_option: tuple[ResetOption, ...] | None = None
    filter_rules: tuple[FilterRule, ...] | None = None
    parameter_values: tuple[NamedValues, ...] | None = None
    variable_values: tuple[NamedValues, ...] | None = None
    objects: tuple[DataObject, ...] | None = None
    email: str | None = None
    display_name: str | None = None
    groups: tuple[GroupIdentifier, ...] | None = None
    auto_create: bool | None = None


TokenRequest = FullTokenRequest | ObjectTokenRequest | CustomTokenRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeTokenRequest:
    """What ends: a token, a user's tokens, or with neither the caller's own token."""

    user_identifier: str | None = None
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateTokenRequest:
    """The token to look at."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPreferencesInput:
    """The cluster's trusted authentication."""

    auth_status: AuthStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgPreferencesInput:
    """An Org's trusted authentication."""

    org_identifier: str | int
    auth_status: AuthStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureAuthRequest:
    """Trusted authentication on or off; what is not named stays as it is."""

    auth_type: str = "TRUSTED_AUTH"
    cluster_preferences: ClusterPreferencesInput | None = None
    org_preferences: tuple[OrgPreferencesInput, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAuthRequest:
    """Whose state of trusted authentication to show; None: all that the caller may see."""

    auth_type: str = "TRUSTED_AUTH"
    scope: AuthScope | None = None
