"""How REST v2.0 and the betas choose what a session is opened with."""

from typing import Any

from gatepass.core.opening import Opened
from gatepass.http.call import Call


async def opened(
    call: Call[Any],
    *,
    username: str | None,
    password: str | None,
    org: str | int | None,
    remember: bool,
) -> Opened:
    """Open a session: name and password of the body beat the Authorization header."""
    if username is None and password is None and call.bearer is not None:
        caller = await call.core.gate.principal(bearer=call.bearer, cookie=None)
        return await call.core.exchange.open_session(
            caller, call.source, org=org, remember=remember
        )
    return await call.core.sessions.open(
        call.source, username=username, password=password, org=org, remember=remember
    )
