"""The session operations of both betas, and the one that logs others out."""

import contextlib
from typing import Any

from gatepass.core.errors import NoSession
from gatepass.dialects.beta import info, requests, shapes
from gatepass.dialects.opening import opened
from gatepass.http.call import Call, Reply
from gatepass.http.routing import Access, NoBody, Operation

BY_QUERY = "ByQuery"
"""What ends the name of an operation's form by GET."""


class Signing:
    """Log in and get a token; they say when, in the form that the setting names."""

    def __init__(self, written: shapes.Written) -> None:
        self._written = written

    async def login(self, call: Call[requests.Login]) -> Reply:
        """POST session/login: name and password beat the Authorization header."""
        body = call.body
        made = await opened(
            call,
            username=body.user_name,
            password=body.password,
            org=body.org_id,
            remember=body.remember_me,
        )
        answer = shapes.of_session(made, call.core.rules.session_idle, self._written)
        return Reply(
            200,
            shapes.encode(answer),
            call.cookies.written(
                made.secret,
                call.client_id,
                https=call.https,
                remember=made.session.remembered,
            ),
        )

    async def get_token(self, call: Call[requests.TokenRequest]) -> Reply:
        """POST session/gettoken: no header counts, and no cookie is set."""
        issued = await call.core.tokens.issue(call.source, call.body.wish())
        return Reply(200, shapes.encode(shapes.of_token(issued, self._written)))


async def session_info(call: Call[None]) -> Reply:
    """GET session."""
    by, core = call.principal, call.core
    profile = await core.gate.profile(by)
    now, orgs_enabled = core.means.clock(), core.rules.orgs_enabled
    return Reply(200, info.encoded(by, profile, now, orgs_enabled=orgs_enabled))


async def logout(call: Call[None]) -> Reply:
    """POST session/logout: whatever was presented, dead or nothing, one is out afterwards."""
    with contextlib.suppress(NoSession):
        await call.core.exchange.log_out(call.source, bearer=call.bearer, cookie=call.cookie)
    return Reply(200, shapes.TRUE, call.cookies.cleared(https=call.https))


async def revoke_token(call: Call[None]) -> Reply:
    """POST session/revoketoken: the bearer token, or the cookie's session with its tokens."""
    await call.core.tokens.revoke(call.principal, call.source, user=None, token=None)
    return Reply(200, shapes.TRUE)


async def switch_org(call: Call[requests.SwitchOrg]) -> Reply:
    """PUT session/org: the cookie's session goes on in another Org."""
    await call.core.exchange.switch_org(call.principal, call.source, org=call.body.number)
    return Reply(200, shapes.TRUE)


async def force_logout(call: Call[requests.ForceLogout]) -> Reply:
    """POST admin/forcelogout."""
    await call.core.sessions.force_out(call.principal, call.source, call.body.identifiers)
    return Reply(200, shapes.TRUE)


def operations(written: shapes.Written, *, get_login: bool) -> tuple[Operation[Any], ...]:
    """Return the table; ``get_login`` adds the forms by GET."""
    free, caller, by_cookie = Access.OPEN, Access.CALLER, Access.SESSION
    signing = Signing(written)
    login, get_token = signing.login, signing.get_token
    query: tuple[Operation[Any], ...] = (
        Operation(
            f"login{BY_QUERY}",
            "GET",
            "session/login",
            login,
            requests.Login,
            free,
            sets_cookies=True,
        ),
        Operation(
            f"getToken{BY_QUERY}",
            "GET",
            "session/gettoken",
            get_token,
            requests.TokenRequest,
            free,
        ),
    )
    return (
        Operation("getSessionInfo", "GET", "session", session_info, NoBody, caller),
        Operation("login", "POST", "session/login", login, requests.Login, free, sets_cookies=True),
        Operation("getToken", "POST", "session/gettoken", get_token, requests.TokenRequest, free),
        Operation("logout", "POST", "session/logout", logout, NoBody, free, sets_cookies=True),
        Operation("revokeToken", "POST", "session/revoketoken", revoke_token, NoBody, caller),
        Operation("switchOrg", "PUT", "session/org", switch_org, requests.SwitchOrg, by_cookie),
        Operation(
            "forceLogoutUsers",
            "POST",
            "admin/forcelogout",
            force_logout,
            requests.ForceLogout,
            caller,
        ),
        *(query if get_login else ()),
    )


def plain(operation: str) -> str:
    """Return an operation's name, whatever form it came in."""
    return operation.removesuffix(BY_QUERY)
