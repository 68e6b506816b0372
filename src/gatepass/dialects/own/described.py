"""What the OpenAPI document of our own API says of its operations."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gatepass.dialects.own.caller import CallerBody
from gatepass.dialects.own.sessions import SessionBody
from gatepass.http.described import Described


class Ended(msgspec.Struct, frozen=True):
    """How many sessions and tokens ended."""

    ended: int


class Whose(msgspec.Struct, frozen=True):
    """Whose sessions are asked for."""

    account: str | UnsetType = UNSET
    org: Annotated[int, Meta(gt=-(10**10), lt=10**11)] | UnsetType = UNSET


class Which(Whose, frozen=True):
    """Which sessions are to end: exactly one of these is to be given."""

    all: bool | UnsetType = UNSET


class ErrorBody(msgspec.Struct, frozen=True):
    """What was refused, and the incident id that the log has too."""

    code: str
    message: str
    incident_id: str


class RefusalBody(msgspec.Struct, frozen=True):
    """A refusal."""

    error: ErrorBody


DESCRIBED = {
    "describeCaller": Described(
        "Say who one is: account, Org, groups, privileges, and what limits the credential",
        reply=CallerBody,
    ),
    "listSessions": Described(
        "List one's own live sessions, or as an administrator others'",
        reply=list[SessionBody],
        query=Whose,
    ),
    "endSessions": Described(
        "End all sessions and tokens of an account, of an Org, or of everybody",
        reply=Ended,
        query=Which,
    ),
    "proveSession": Described(
        "Show the password again, to manage one's own sessions", example={"password": "…"}
    ),
    "endSession": Described("End one session, with what was bought with it", reply=Ended),
}
