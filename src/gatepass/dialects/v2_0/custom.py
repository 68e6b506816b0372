"""``auth/token/custom``: a signed token that carries the user's entitlements."""

from datetime import timedelta
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from gatepass.core.attributes import (
    Attributes,
    FilterRule,
    NamedValues,
    ObjectReference,
    PersistOption,
    ResetOption,
)
from gatepass.core.custom import Custom
from gatepass.core.errors import InvalidParameter
from gatepass.core.issuing import Issued
from gatepass.core.provisioning import JustInTime
from gatepass.core.records import Undisclosed
from gatepass.core.tokens import Wish
from gatepass.dialects.v2_0 import shapes
from gatepass.dialects.v2_0.requests import MOST_ENTRIES, GroupReference, Identifier, Int32
from gatepass.http.call import Call, Reply
from gatepass.http.routing import Access, Operation

Value = str | int | float | bool
Values = Annotated[list[Value], Meta(max_length=MOST_ENTRIES)]
Resets = Literal["FILTER_RULES", "PARAMETERS", "GROUPS"]


class FilterRuleBody(Undisclosed, frozen=True):
    """A filter rule as sent."""

    column_name: str
    operator: str
    values: Values | Value


class NamedValueBody(Undisclosed, frozen=True):
    """A parameter or variable as sent; ``value`` is an older spelling of ``values``."""

    name: str
    values: Values | Value | None = None
    value: Values | Value | None = None


class ObjectBody(Undisclosed, frozen=True):
    """An object as sent."""

    identifier: str
    type: str | None = None


class CustomRequest(Undisclosed, frozen=True):
    """The body of ``auth/token/custom``, in both spellings of each field that has two."""

    username: str | None = None
    password: str | None = None
    secret_key: str | None = None
    validity_time_in_sec: Int32 | None = None
    org_identifier: Identifier | None = None
    org_id: Identifier | None = None
    persist_option: PersistOption = PersistOption.APPEND
    filter_rules: Annotated[list[FilterRuleBody], Meta(max_length=MOST_ENTRIES)] | None = None
    parameter_values: Annotated[list[NamedValueBody], Meta(max_length=MOST_ENTRIES)] | None = None
    variable_values: Annotated[list[NamedValueBody], Meta(max_length=MOST_ENTRIES)] | None = None
    objects: Annotated[list[ObjectBody | str], Meta(max_length=MOST_ENTRIES)] | None = None
    email: str | None = None
    display_name: str | None = None
    auto_create: bool = True
    groups: Annotated[list[GroupReference | str], Meta(max_length=MOST_ENTRIES)] | None = None
    group_identifiers: (
        Annotated[list[GroupReference | str], Meta(max_length=MOST_ENTRIES)] | None
    ) = None
    reset_option: list[Resets] | Resets | None = None

    def wish(self) -> Wish:
        """Return what is asked for, as the core knows it.

        Raises:
            InvalidParameter: the life is not positive.
        """
        validity = self.validity_time_in_sec
        if validity is not None and validity <= 0:
            raise InvalidParameter("validity_time_in_sec", "is to be positive")
        groups = self.groups if self.groups is not None else self.group_identifiers
        resets = [self.reset_option] if isinstance(self.reset_option, str) else self.reset_option
        names = None
        if groups is not None:
            names = [one if isinstance(one, str) else one.identifier for one in groups]
        return Wish(
            username=self.username,
            password=self.password,
            secret_key=self.secret_key,
            validity=None if validity is None else timedelta(seconds=validity),
            org=self.org_id if self.org_identifier is None else self.org_identifier,
            just_in_time=(
                JustInTime(
                    email=self.email,
                    display_name=self.display_name,
                    groups=names,
                    only_new=True,
                )
                if self.auto_create
                else None
            ),
            custom=Custom(
                attributes=self._attributes(),
                option=self.persist_option,
                resets=None if resets is None else [ResetOption(one) for one in resets],
            ),
        )

    def _attributes(self) -> Attributes:
        return Attributes(
            filter_rules=None
            if self.filter_rules is None
            else [
                FilterRule(
                    column_name=one.column_name, operator=one.operator, values=_texts(one.values)
                )
                for one in self.filter_rules
            ],
            parameter_values=_named(self.parameter_values),
            variable_values=_named(self.variable_values),
            objects=None
            if self.objects is None
            else [
                ObjectReference(identifier=one)
                if isinstance(one, str)
                else ObjectReference(identifier=one.identifier, type=one.type)
                for one in self.objects
            ],
        )


def _named(sent: list[NamedValueBody] | None) -> list[NamedValues] | None:
    if sent is None:
        return None
    return [
        NamedValues(name=one.name, values=_texts(one.value if one.values is None else one.values))
        for one in sent
    ]


def _texts(values: list[Value] | Value | None) -> list[str]:
    if values is None:
        return []
    found = values if isinstance(values, list) else [values]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in found]


class AccessToken(msgspec.Struct, frozen=True):
    """The answer of ``auth/token/custom``."""

    id: str
    token: str
    org: shapes.OrgReference
    user: shapes.Reference
    creation_time_in_millis: int
    expiration_time_in_millis: int


def access_token(issued: Issued) -> AccessToken:
    """Return the answer that hands out a custom token."""
    token = issued.token
    return AccessToken(
        id=token.id,
        token=issued.secret,
        org=shapes.OrgReference(token.org_id, issued.org_name),
        user=shapes.Reference(token.account_id, issued.name),
        creation_time_in_millis=shapes.millis(token.issued_at),
        expiration_time_in_millis=shapes.millis(token.expires_at),
    )


async def custom_token(call: Call[CustomRequest]) -> Reply:
    """POST auth/token/custom."""
    issued = await call.core.tokens.issue(call.source, call.body.wish())
    return Reply(200, shapes.encode(access_token(issued)))


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        "getCustomAccessToken",
        "POST",
        "auth/token/custom",
        custom_token,
        CustomRequest,
        Access.OPEN,
    ),
)
