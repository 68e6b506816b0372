"""What v1 does to users in passing: the home Liveboard, and ending sessions."""

from typing import Any

from gatepass.core.errors import InvalidParameter
from gatepass.dialects.v1 import requests, shapes
from gatepass.http.call import NO_CONTENT, Call, Reply, text
from gatepass.http.routing import Operation


async def set_home(call: Call[requests.HomePinboard]) -> Reply:
    """POST session/homepinboard."""
    if call.body.id is None:
        raise InvalidParameter("id", "is required")
    await call.core.home_liveboards.set(
        call.principal, call.source, call.body.id, account=call.body.userid
    )
    return Reply(NO_CONTENT)


async def home(call: Call[requests.HomePinboard]) -> Reply:
    """GET session/homepinboard: a text, or the same as JSON to who asks for JSON."""
    found = await call.core.home_liveboards.find(call.principal, account=call.body.userid)
    if b"application/json" in call.headers.get(b"accept", b""):
        return Reply(200, shapes.encode(found))
    return text(found)


async def remove_home(call: Call[requests.HomePinboard]) -> Reply:
    """DELETE session/homepinboard."""
    await call.core.home_liveboards.set(call.principal, call.source, None, account=call.body.userid)
    return Reply(200, b"{}")


async def invalidate(call: Call[requests.Invalidation]) -> Reply:
    """POST user/session/invalidate: with no list at all, everybody."""
    await call.core.sessions.force_out(call.principal, call.source, call.body.named())
    return Reply(NO_CONTENT)


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("setHomePinboard", "POST", "session/homepinboard", set_home, requests.HomePinboard),
    Operation("getHomePinboard", "GET", "session/homepinboard", home, requests.HomePinboard),
    Operation(
        "removeHomePinboard",
        "DELETE",
        "session/homepinboard",
        remove_home,
        requests.HomePinboard,
    ),
    Operation(
        "invalidateSessions",
        "POST",
        "user/session/invalidate",
        invalidate,
        requests.Invalidation,
    ),
)
