"""The ``session`` face: what the betas ask and answer, by the names of the vendor's client."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Self


class LoginRememberMeEnum(StrEnum):
    """Whether a session outlives the browser."""

    TRUE = "true"
    FALSE = "false"


class GetTokenAccessLevelEnum(StrEnum):
    """What a token is for: everything, or one object."""

    FULL = "FULL"
    REPORT_BOOK_VIEW = "REPORT_BOOK_VIEW"


AccessLevelEnum = GetTokenAccessLevelEnum


class Model:
    """Properties that have another name on the wire."""

    _names: ClassVar[dict[str, str]]

    @classmethod
    def from_dictionary(cls, dictionary: dict[str, object] | None) -> Self | None:
        """Return the model of a decoded body; None of None."""
        return None if dictionary is None else cls.of(dictionary)

    @classmethod
    def of(cls, dictionary: dict[str, object]) -> Self:
        """Return the model of a decoded body."""
        found = {one: dictionary[wire] for one, wire in cls._names.items() if wire in dictionary}
        return cls(**found)

    def to_dictionary(self) -> dict[str, object]:
        """Return the body, without what is None."""
        pairs = ((wire, getattr(self, one)) for one, wire in self._names.items())
        return {wire: value for wire, value in pairs if value is not None}


@dataclass
class TspublicRestV2SessionLoginRequest(Model):
    """Who signs in. With neither name nor password, the access token opens the session."""

    _names: ClassVar = {
        "user_name": "userName",
        "password": "password",
        "remember_me": "rememberMe",
    }

    user_name: str | None = None
    password: str | None = field(default=None, repr=False)
    remember_me: LoginRememberMeEnum | str | bool | None = None


@dataclass
class TspublicRestV2SessionGettokenRequest(Model):
    """Whom a token is for, by password or by trusted secret."""

    _names: ClassVar = {
        "user_name": "userName",
        "password": "password",
        "secret_key": "secretKey",
        "access_level": "accessLevel",
        "ts_object_id": "tsObjectId",
        "token_expiry_duration": "tokenExpiryDuration",
        "org_id": "orgId",
    }

    user_name: str | None = None
    password: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    access_level: GetTokenAccessLevelEnum | str | None = GetTokenAccessLevelEnum.FULL
    ts_object_id: str | None = None
    token_expiry_duration: str | None = None
    org_id: str | None = None


@dataclass
class SessionLoginResponse(Model):
    """A session (``token_type`` Cookie, ``token`` empty) or a token (Bearer)."""

    _names: ClassVar = {
        "user_name": "userName",
        "token": "token",
        "token_created_time": "tokenCreatedTime",
        "token_expiry_duration": "tokenExpiryDuration",
        "token_type": "tokenType",
    }

    user_name: str | None = None
    token: str | None = field(default=None, repr=False)
    token_created_time: str | None = None
    token_expiry_duration: str | None = None
    token_type: str | None = None
