"""What v1 is asked: the fields of its forms and queries."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from msgspec import UNSET, Meta, UnsetType

from gatepass.core.attributes import (
    Attributes,
    FilterRule,
    NamedValues,
    ObjectReference,
    Ordering,
)
from gatepass.core.errors import InvalidParameter
from gatepass.core.provisioning import JustInTime
from gatepass.core.records import Undisclosed
from gatepass.core.tokens import Wish
from gatepass.dialects.v1.bodies import Form

MOST_ENTRIES = 1000
LONGEST_ID = 256
Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Identifier = Annotated[str, Meta(max_length=LONGEST_ID)]
Texts = Annotated[list[str], Meta(max_length=MOST_ENTRIES)]


class Login(Form, frozen=True):
    """The form of ``session/login``."""

    FLAGS: ClassVar[frozenset[str]] = frozenset({"rememberme"})

    username: str | None = None
    password: str | None = None
    rememberme: bool = False


class TokenLogin(Form, frozen=True):
    """The form or query of ``session/login/token``."""

    FLAGS: ClassVar[frozenset[str]] = frozenset({"no_url_redirection"})

    auth_token: str | None = None
    username: str | None = None
    redirect_url: str = "/"
    no_url_redirection: bool = False

    def token(self) -> str:
        """Return the token; a ``+`` that was sent unencoded came as a blank.

        Raises:
            InvalidParameter: there is none.
        """
        found = (self.auth_token or "").strip().replace(" ", "+")
        if not found:
            raise InvalidParameter("auth_token", "is required")
        return found


class UserOptions(Undisclosed, frozen=True):
    """Entitlements that a token carries: maps of numbered names, and what they are for."""

    parameters: Annotated[Sequence[dict[str, Any]], Meta(max_length=MOST_ENTRIES)] = ()
    metadata: Annotated[Sequence[ObjectReference], Meta(max_length=MOST_ENTRIES)] = ()

    def attributes(self) -> Attributes | None:
        """Return what the token is to carry, None for nothing.

        Raises:
            InvalidParameter: an entry is none of the three kinds, or lacks a name or value.
        """
        rules: list[FilterRule] = []
        values: list[NamedValues] = []
        orders: list[Ordering] = []
        for entry in self.parameters:
            for kind, what in entry.items():
                if not isinstance(what, dict):
                    raise _unusable(kind)
                if kind == "runtime_filter":
                    rules += [
                        FilterRule(column_name=column, operator=operator, values=_texts(given))
                        for column, operator, given in _numbered(what, ("row", "col"), "op", "val")
                    ]
                elif kind == "runtime_param_override":
                    values += [
                        NamedValues(name=name, values=_texts(given))
                        for name, given in _numbered(what, ("param",), "paramVal")
                    ]
                elif kind == "runtime_sort":
                    orders += [
                        Ordering(column_name=column, ascending=_is_ascending(given))
                        for column, given in _numbered(what, ("sortCol",), "asc")
                    ]
                else:
                    raise _unusable(kind)
        found = Attributes(
            filter_rules=rules or None,
            parameter_values=values or None,
            orderings=orders or None,
            objects=list(self.metadata) or None,
        )
        return None if found == Attributes() else found


def _unusable(what: str) -> InvalidParameter:
    return InvalidParameter("jwt_user_options", f"unusable: {what[:64]!r}")


def _numbered(given: dict[str, Any], first: tuple[str, ...], *rest: str) -> list[tuple[Any, ...]]:
    """Return, by number, the values under names such as ``row1``, ``op1`` and ``val1``.

    Nothing may be left over: half a rule is no rule.
    """
    left = dict(given)
    found = []
    number = 1
    while left:
        names = next(([one + str(number)] for one in first if one + str(number) in left), [])
        names += [one + str(number) for one in rest]
        if len(names) != len(rest) + 1 or not all(name in left for name in names):
            raise _unusable(", ".join(left))
        values = tuple(left.pop(name) for name in names)
        if not all(isinstance(one, str) for one in values[:-1]):
            raise _unusable(names[0])
        found.append(values)
        number += 1
    return found


def _texts(given: object) -> list[str]:
    values = given if isinstance(given, list) else [given]
    if not all(isinstance(one, str | int | float) and not isinstance(one, bool) for one in values):
        raise _unusable("a value")
    return [str(one) for one in values]


def _is_ascending(given: object) -> bool:
    text = str(given).lower()
    if text not in {"true", "false"}:
        raise _unusable("asc")
    return text == "true"


class TokenRequest(Form, frozen=True):
    """The form of ``session/auth/token``."""

    FLAGS: ClassVar[frozenset[str]] = frozenset({"autocreate"})
    JSON: ClassVar[frozenset[str]] = frozenset({"groups", "jwt_user_options"})

    secret_key: str | None = None
    username: str | None = None
    access_level: Literal["FULL", "REPORT_BOOK_VIEW"] = "FULL"
    id: Identifier | None = None
    orgid: Int32 | None = None
    email: str | None = None
    display_name: str | None = None
    groups: Texts | None = None
    autocreate: bool = False
    jwt_user_options: UserOptions = UserOptions()

    def wish(self) -> Wish:
        """Return what is asked for, as the core knows it.

        Raises:
            InvalidParameter: the key or the object is missing, or an option unusable.
        """
        if self.secret_key is None:
            raise InvalidParameter("secret_key", "is required")
        limited = self.access_level != "FULL"
        if limited and self.id is None:
            raise InvalidParameter("id", "is required with REPORT_BOOK_VIEW")
        return Wish(
            username=self.username,
            secret_key=self.secret_key,
            org=self.orgid,
            object_id=self.id if limited else None,
            v1=True,
            just_in_time=(
                JustInTime(
                    email=self.email,
                    display_name=self.display_name,
                    groups=self.groups,
                    keeps_profile=True,
                )
                if self.autocreate
                else None
            ),
            attributes=self.jwt_user_options.attributes(),
        )


class Paging(Form, frozen=True):
    """The query of ``session/orgs``; -1 is all, and the beginning."""

    batchsize: Int32 = -1
    offset: Int32 = -1


class OrgSwitch(Form, frozen=True):
    """The form of PUT ``session/orgs``; an in-house client names it ``org``."""

    orgid: Int32 | None = None
    org: Int32 | None = None

    def wanted(self) -> int:
        """Return the Org.

        Raises:
            InvalidParameter: none is named.
        """
        found = self.org if self.orgid is None else self.orgid
        if found is None:
            raise InvalidParameter("orgid", "is required")
        return found


class HomePinboard(Form, frozen=True):
    """The fields of ``session/homepinboard``; without ``userid`` it is the caller's own."""

    id: Identifier | None = None
    userid: Identifier | None = None


class Invalidation(Form, frozen=True):
    """The form of ``user/session/invalidate``."""

    JSON: ClassVar[frozenset[str]] = frozenset({"username", "userid"})

    # Not null: that would be nobody named, and everybody meant.
    username: Texts | UnsetType = UNSET
    userid: Texts | UnsetType = UNSET

    def named(self) -> list[str] | None:
        """Return who is meant, None for everybody.

        Raises:
            InvalidParameter: a list is there with nobody in it; everybody takes no list at all.
        """
        lists = [one for one in (self.username, self.userid) if not isinstance(one, UnsetType)]
        if not lists:
            return None
        found = [name for one in lists for name in one]
        if not found:
            raise InvalidParameter("username", "names nobody")
        return found


class SignIn(Form, frozen=True):
    """The query of ``saml/login`` and ``oidc/login``."""

    targetURLPath: str = "/"  # noqa: N815 - the wire's name


class TokenFetch(Form, frozen=True):
    """The query of ``v2/auth/token/fetch``."""

    validity_time_in_sec: Int32 | None = None
    org_identifier: str | None = None
