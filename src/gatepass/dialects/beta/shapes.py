"""What the betas answer when somebody signs in or gets a token: five fields, all of them text."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from gatepass.core.issuing import Issued
from gatepass.core.opening import Opened
from gatepass.core.records import Undisclosed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TRUE = b"true"
"""The whole body of what has nothing to tell: clients compare it byte by byte."""

encode = msgspec.json.Encoder().encode
Written = Callable[[datetime], str]
"""How a time is written down."""


class SessionLoginResponse(Undisclosed, frozen=True, rename="camel"):
    """The answer of ``session/login`` and ``session/gettoken``.

    ``tokenExpiryDuration`` is in whole seconds; ``token`` is empty where the type is ``Cookie``.
    """

    user_name: str
    token: str
    token_created_time: str
    token_expiry_duration: str
    token_type: Literal["Bearer", "Cookie"]


def written(form: str) -> Written:
    """Return how times are written: ``millis`` since the epoch in digits, or ``iso8601``."""
    return _iso8601 if form == "iso8601" else _millis


def of_token(issued: Issued, written: Written) -> SessionLoginResponse:
    """Return the answer that hands out a token."""
    token = issued.token
    return SessionLoginResponse(
        user_name=issued.name,
        token=issued.secret,
        token_created_time=written(token.issued_at),
        token_expiry_duration=_seconds(token.expires_at - token.issued_at),
        token_type="Bearer",  # noqa: S106 - a kind, not a secret
    )


def of_session(opened: Opened, idle: timedelta, written: Written) -> SessionLoginResponse:
    """Return the answer beside a session's cookie: how long it lives unused."""
    session = opened.session
    life = session.expires_at - session.opened_at
    return SessionLoginResponse(
        user_name=opened.name,
        token="",
        token_created_time=written(session.opened_at),
        token_expiry_duration=_seconds(life if session.remembered else min(life, idle)),
        token_type="Cookie",  # noqa: S106 - a kind, not a secret
    )


def millis(at: datetime) -> int:
    """Return a time as on the wire."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def _millis(at: datetime) -> str:
    return str(millis(at))


def _iso8601(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _seconds(length: timedelta) -> str:
    return str(length // timedelta(seconds=1))
