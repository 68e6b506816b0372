"""What v2.0 is asked: the bodies of requests, as liberal as real clients need."""

from datetime import timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatepass.core.errors import InvalidParameter
from gatepass.core.provisioning import JustInTime
from gatepass.core.records import Entitlements, Undisclosed
from gatepass.core.tokens import Wish
from gatepass.dialects.v2_0.bodies import Keeps

MOST_ENTRIES = 1000
LONGEST_ID = 256
Identifier = str | int
Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Texts = Annotated[list[str], Meta(max_length=MOST_ENTRIES)]
Identifiers = Annotated[list[Identifier], Meta(max_length=MOST_ENTRIES)]
Locale = Literal[
    "en-CA", "en-GB", "en-US", "de-DE", "ja-JP", "zh-CN", "pt-BR", "fr-FR", "fr-CA", "es-US",
    "da-DK", "es-ES", "fi-FI", "sv-SE", "nb-NO", "pt-PT", "nl-NL", "it-IT", "ru-RU", "en-IN",
    "de-CH", "en-NZ", "es-MX", "en-AU", "zh-Hant", "ko-KR", "en-DE",
]  # fmt: skip
Operator = Literal[
    "EQ", "NE", "LT", "LE", "GT", "GE", "IN", "NOT_IN", "LIKE", "CONTAINS", "BEGINS_WITH",
    "ENDS_WITH", "BW", "BW_INC", "BW_INC_MIN", "BW_INC_MAX",
]  # fmt: skip


class FavoriteInput(Undisclosed, frozen=True):
    """An object that a user keeps at hand."""

    identifier: str
    type: Literal["LIVEBOARD", "ANSWER"] = "LIVEBOARD"


Favorites = Annotated[list[FavoriteInput], Meta(max_length=MOST_ENTRIES)]


class Login(Undisclosed, frozen=True):
    """The body of ``auth/session/login``."""

    username: str | None = None
    password: str | None = None
    org_identifier: Identifier | None = None
    remember_me: bool = False


class DataObject(Undisclosed, frozen=True):
    """A data object that an entitlement is for."""

    identifier: str
    type: Literal["LOGICAL_TABLE"] | None = None


Objects = Annotated[list[DataObject], Meta(max_length=MOST_ENTRIES)]


class Filter(Undisclosed, frozen=True):
    """A runtime filter of ``user_parameters``."""

    column_name: str
    operator: Operator
    values: Texts
    persist: bool = False
    objects: Objects = msgspec.field(default_factory=list)


class Sort(Undisclosed, frozen=True):
    """A runtime sort of ``user_parameters``."""

    column_name: str | None = None
    order: Literal["ASC", "DESC"] | None = None
    persist: bool = False
    objects: Objects = msgspec.field(default_factory=list)


class Parameter(Undisclosed, frozen=True):
    """A parameter of ``user_parameters``."""

    name: str
    values: Texts
    persist: bool = False
    objects: Objects = msgspec.field(default_factory=list)


class UserParameters(Undisclosed, frozen=True):
    """Entitlements of a token request; a category that is None was not sent."""

    objects: Objects | None = None
    runtime_filters: Annotated[list[Filter], Meta(max_length=MOST_ENTRIES)] | None = None
    runtime_sorts: Annotated[list[Sort], Meta(max_length=MOST_ENTRIES)] | None = None
    parameters: Annotated[list[Parameter], Meta(max_length=MOST_ENTRIES)] | None = None

    def is_empty(self) -> bool:
        """Say whether nothing is asked for."""
        return not (self.runtime_filters or self.runtime_sorts or self.parameters)

    def kept(self) -> tuple[Entitlements, tuple[str, ...]]:
        """Return what is to be stored on the account, and which categories it replaces.

        A category counts when one of its entries is to persist, or when it was sent empty.
        """
        filters = [one for one in self.runtime_filters or () if one.persist]
        sorts = [one for one in self.runtime_sorts or () if one.persist]
        parameters = [one for one in self.parameters or () if one.persist]
        categories = []
        if filters or self.runtime_filters == []:
            categories.append("runtime_filters")
        if sorts or self.runtime_sorts == []:
            categories.append("runtime_sorts")
        if parameters or self.parameters == []:
            categories.append("parameters")
        what = Entitlements(
            runtime_filters=[
                {"columnName": one.column_name, "operator": one.operator, "values": one.values}
                for one in filters
            ],
            runtime_sorts=[{"columnName": one.column_name, "order": one.order} for one in sorts],
            parameters=[{"name": one.name, "values": one.values} for one in parameters],
        )
        return what, tuple(categories)


class GroupReference(Undisclosed, frozen=True):
    """A group by id or name, in an object of its own."""

    identifier: str


class TokenRequest(Undisclosed, frozen=True):
    """The body of ``auth/token/full`` and ``auth/token/object``."""

    username: str | None = None
    password: str | None = None
    secret_key: str | None = None
    validity_time_in_sec: Int32 | None = None
    org_id: Identifier | None = None
    org_identifier: Identifier | None = None
    object_id: str | None = None
    email: str | None = None
    display_name: str | None = None
    auto_create: bool = False
    group_identifiers: Texts | None = None
    groups: Annotated[list[GroupReference | str], Meta(max_length=MOST_ENTRIES)] | None = None
    user_parameters: UserParameters | None = None
    jwt_user_options: UserParameters | None = None

    def wish(self, *, for_object: bool, strict_org_id: bool) -> Wish:
        """Return what is asked for, as the core knows it.

        Raises:
            InvalidParameter: the life is not positive, or the object is missing.
        """
        if for_object and self.object_id is None:
            raise InvalidParameter("object_id", "is required")
        if for_object and len(self.object_id or "") > LONGEST_ID:
            raise InvalidParameter("object_id", f"has at most {LONGEST_ID} characters")
        validity = self.validity_time_in_sec
        if validity is not None and validity <= 0:
            raise InvalidParameter("validity_time_in_sec", "is to be positive")
        groups = self.group_identifiers
        if groups is None and self.groups is not None:
            groups = [one if isinstance(one, str) else one.identifier for one in self.groups]
        parameters = self.user_parameters or self.jwt_user_options
        persist, persisted = (None, ()) if parameters is None else parameters.kept()
        return Wish(
            username=self.username,
            password=self.password,
            secret_key=self.secret_key,
            validity=None if validity is None else timedelta(seconds=validity),
            org=self._org(strict=strict_org_id),
            object_id=self.object_id if for_object else None,
            just_in_time=(
                JustInTime(email=self.email, display_name=self.display_name, groups=groups)
                if self.auto_create
                else None
            ),
            persist=persist,
            persisted=persisted,
            entitled=parameters is not None and not parameters.is_empty(),
        )

    def _org(self, *, strict: bool) -> Identifier | None:
        """Return the Org asked for: a name too, and in ``org_identifier``, unless strict."""
        if not strict:
            return self.org_identifier if self.org_id is None else self.org_id
        text = str(self.org_id)
        return self.org_id if text.isascii() and text.removeprefix("-").isdigit() else None


class Revocation(Keeps, frozen=True):
    """The body of ``auth/token/revoke``: an empty text is not an absent one."""

    user_identifier: str | None = None
    token: str | None = None


class Validation(Undisclosed, frozen=True):
    """The body of ``auth/token/validate``."""

    token: str | None = None


AuthType = Literal["TRUSTED_AUTH"]
AuthStatus = Literal["ENABLED", "DISABLED", "ENABLE", "DISABLE"]


class ClusterPreference(Undisclosed, frozen=True):
    """The cluster's part of ``auth/configure``."""

    auth_status: AuthStatus | None = None


class OrgPreference(Undisclosed, frozen=True):
    """An Org's part of ``auth/configure``."""

    org_identifier: Identifier
    auth_status: AuthStatus | None = None


class Configuration(Undisclosed, frozen=True):
    """The body of ``auth/configure``."""

    auth_type: AuthType
    cluster_preferences: ClusterPreference | None = None
    org_preferences: Annotated[list[OrgPreference], Meta(max_length=MOST_ENTRIES)] | None = None


class SettingsSearch(Undisclosed, frozen=True):
    """The body of ``auth/search``."""

    auth_type: AuthType
    scope: Literal["CLUSTER", "ORG"] | None = None
