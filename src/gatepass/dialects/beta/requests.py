"""What the betas are asked: the fields of both generations, taken on either prefix."""

from datetime import timedelta
from typing import Annotated, Literal

from msgspec import Meta

from gatepass.core.errors import InvalidParameter
from gatepass.core.records import Undisclosed
from gatepass.core.tokens import Wish

MOST_ENTRIES = 1000
LONGEST_ID = 256
_MOST_DIGITS = 18
_FOR_EVER = timedelta(days=36_500)
Number = str | int


class Login(Undisclosed, frozen=True, rename="camel"):
    """The body of ``session/login``; generation A sends a boolean, B a text for ``rememberMe``."""

    user_name: str | None = None
    password: str | None = None
    remember_me: bool = False
    org_id: Number | None = None


class TokenRequest(Undisclosed, frozen=True, rename="camel"):
    """The body of ``session/gettoken``; milliseconds are the first A's, a secret key is B's."""

    user_name: str | None = None
    password: str | None = None
    secret_key: str | None = None
    access_level: Literal["FULL", "REPORT_BOOK_VIEW"] = "FULL"
    ts_object_id: str | None = None
    token_expiry_duration: Number | None = None
    expiry_time_ms: Number | None = None
    org_id: Number | None = None

    def wish(self) -> Wish:
        """Return what is asked for, as the core knows it.

        A password alone decides where there is one, whatever ``credential_precedence`` says.

        Raises:
            InvalidParameter: the life is no positive number, or the object is missing.
        """
        for_object = self.access_level != "FULL"
        if for_object and self.ts_object_id is None:
            raise InvalidParameter("tsObjectId", "is required with REPORT_BOOK_VIEW")
        if for_object and len(self.ts_object_id or "") > LONGEST_ID:
            raise InvalidParameter("tsObjectId", f"has at most {LONGEST_ID} characters")
        return Wish(
            username=self.user_name,
            password=self.password,
            secret_key=None if self.password else self.secret_key,
            validity=self._life(),
            org=self.org_id,
            object_id=self.ts_object_id if for_object else None,
            prefers_last_org=True,
        )

    def _life(self) -> timedelta | None:
        if self.token_expiry_duration is not None:
            return timedelta(seconds=_positive("tokenExpiryDuration", self.token_expiry_duration))
        if self.expiry_time_ms is not None:
            # In whole seconds, as it is answered; a part of one counts as one.
            return timedelta(seconds=-(-_positive("expiryTimeMs", self.expiry_time_ms) // 1000))
        return None


class SwitchOrg(Undisclosed, frozen=True):
    """The body of ``session/org``."""

    id: Number | None = None

    @property
    def number(self) -> int:
        """The Org's number.

        Raises:
            InvalidParameter: there is none, or it is no number.
        """
        text = str(self.id if self.id is not None else "")
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > _MOST_DIGITS:
            raise InvalidParameter("id", "is the number of an Org")
        return int(text)


class UserReference(Undisclosed, frozen=True):
    """A user by id or by name; the id wins."""

    name: str | None = None
    id: str | None = None


class ForceLogout(Undisclosed, frozen=True):
    """The body of ``admin/forcelogout``: no list is everybody."""

    user: Annotated[list[UserReference], Meta(max_length=MOST_ENTRIES)] | None = None

    @property
    def identifiers(self) -> list[str] | None:
        """Who is meant, None for everybody.

        Raises:
            InvalidParameter: a list or an entry names nobody; that never means everybody.
        """
        if self.user is None:
            return None
        named = [one.id or one.name or "" for one in self.user]
        if not (named and all(named)):
            raise InvalidParameter("user", "names nobody")
        return named


def _positive(field: str, value: Number) -> int:
    """Return a positive whole number that may come as text; what is past all lives, as much."""
    text = str(value)
    if not (text.isascii() and text.isdigit()) or not text.strip("0"):
        raise InvalidParameter(field, "is a positive whole number")
    longest = int(_FOR_EVER.total_seconds()) * 1000
    return longest if len(text) > _MOST_DIGITS else min(int(text), longest)
