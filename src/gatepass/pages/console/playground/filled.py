"""What stands in the form of an operation: the example at first, then what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, unquote, urlencode

import msgspec

from gatepass.core.errors import InvalidParameter
from gatepass.http.routing import Access
from gatepass.pages.console.playground.hiding import BLANK, is_secret, without_ours, without_typed
from gatepass.pages.console.playground.offers import Offer
from gatepass.pages.console.visit import Form, Visit

SESSION, TOKEN, NOBODY = "session", "token", "nobody"
"""As whom an operation is run."""

_ONESELF = {
    "v2_0": (
        "login",
        "getFullAccessToken",
        "getObjectAccessToken",
        "getCustomAccessToken",
        "fetchPermissionsOnMetadata",
        "fetchPermissionsOfPrincipals",
    ),
    "beta": ("login", "getToken"),
    "v1": ("login", "getTrustedToken", "loginByToken", "loginByTokenInUrl"),
}
"""Operations in whose examples the visitor may stand: nothing ends or changes for them by that."""

_SOMEBODY = "mira"
_OF_SOMEBODY = frozenset({"auto_create", "display_name", "email", "group_identifiers", "groups"})
"""Fields of an example that make or change its person; the visitor is there already."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, ready to be sent."""

    path: str
    """As in an address: what was filled in is percent-encoded."""
    skip: int
    query: str
    body: bytes
    media: str
    """The body's type; empty where there is none."""

    def __repr__(self) -> str:
        return "<Asked>"

    @property
    def plain_path(self) -> str:
        """The path as a server reads it."""
        return unquote(self.path)


@dataclass(frozen=True, slots=True)
class Filled:
    """Every field of the form by name; text, as it was typed."""

    address: str
    run_as: str
    parts: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    def __repr__(self) -> str:
        return "<Filled>"

    def shown(self) -> "Filled":
        """Return the same without secrets, as a page and code may show it."""
        return replace(
            self,
            parts={name: without_ours(value) for name, value in self.parts.items()},
            query=_shown(self.query),
            fields=_shown(self.fields),
            body=without_typed(self.body),
        )

    def asked(self, offer: Offer) -> Asked:
        """Return the request.

        Raises:
            InvalidParameter: a part of the path is missing.
        """
        path = self.address
        for name, value in self.parts.items():
            if not value:
                raise InvalidParameter(name, "is a part of the path, and cannot be empty")
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        body = self.body.strip().encode(errors="replace") if offer.takes_json else b""
        if offer.fields:
            body = urlencode(_given(self.fields)).encode()
        return Asked(
            path=path,
            skip=offer.addresses[self.address],
            query=urlencode(_given(self.query)),
            body=body,
            media=offer.media if body else "",
        )


def typed(offer: Offer, form: Form) -> Filled:
    """Return what was typed into a form; what the operation does not take is not read."""
    address = form.get("address")
    run_as = form.get("as")
    return Filled(
        address=address if address in offer.addresses else offer.address,
        run_as=run_as if run_as in {TOKEN, NOBODY} else SESSION,
        parts={name: form.get(f"part-{name}") for name in offer.parts},
        query={name: form.get(f"query-{name}") for name in offer.query},
        fields={name: form.secret(f"field-{name}") for name in offer.fields},
        body=form.get("body") if offer.takes_json else "",
    )


def example(offer: Offer, visit: Visit) -> Filled:
    """Return the example, with the visitor in it where that does no harm; never with a secret."""
    given, by = _example(offer, visit), visit.principal
    texts = {name: _text(value) for name, value in given.items()}
    opens = offer.operation.access is Access.OPEN and bool(given)
    return Filled(
        address=offer.address,
        run_as=NOBODY if opens else SESSION,
        parts={name: by.account_id if name == "userid" else "" for name in offer.parts},
        query={name: texts.get(name, "") for name in offer.query},
        fields={name: texts.get(name, "") for name in offer.fields},
        body=_laid_out(given) if offer.takes_json else "",
    )


def _example(offer: Offer, visit: Visit) -> dict[str, Any]:
    given = dict(offer.described.example or {})
    dialect, operation = offer.dialect.name, offer.operation.name
    by = visit.principal
    if operation in _ONESELF.get(dialect, ()):
        oneself: dict[str, Any] = _named(given, by.name)
        return {name: value for name, value in oneself.items() if name not in _OF_SOMEBODY}
    if operation == "switchOrg":
        return {
            name: str(by.org_id) if isinstance(value, str) else by.org_id
            for name, value in given.items()
        }
    if (dialect, operation) == ("v2_0", "searchOrgs"):
        return {"org_identifier": str(by.org_id)}
    return given


def _named(value: Any, name: str) -> Any:  # noqa: ANN401 - what JSON can hold
    if isinstance(value, Mapping):
        return {key: _named(one, name) for key, one in value.items()}
    if isinstance(value, list):
        return [_named(one, name) for one in value]
    return name if value == _SOMEBODY else value


def _shown(values: Mapping[str, str]) -> dict[str, str]:
    return {
        name: BLANK if value and BLANK not in value and is_secret(name) else without_ours(value)
        for name, value in values.items()
    }


def _given(values: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in values.items() if value]


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _laid_out(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
