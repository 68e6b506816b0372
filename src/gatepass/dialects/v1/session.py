"""Sessions of REST v1: signing in and out, trusted tokens, who is calling."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from gatepass.core.errors import InvalidParameter, NoSession
from gatepass.core.opening import Opened
from gatepass.dialects.v1 import requests, shapes
from gatepass.http.call import NO_CONTENT, Call, Reply, redirect, text
from gatepass.http.origins import Origins
from gatepass.http.refusals import ForeignOrigin
from gatepass.http.routing import Access, NoBody, Operation

SIGN_IN_PAGE = "/login"
NAVIGATING = frozenset({b"empty", b"document", b"iframe", b"frame"})
"""What a browser fetches a sign-in for: a script's call, or a page. Never a picture or a style."""

Headers = list[tuple[bytes, bytes]]


async def login(call: Call[requests.Login]) -> Reply:
    """POST session/login: by name and password alone, whatever else is presented."""
    opened = await call.core.sessions.open(
        call.source,
        username=call.body.username,
        password=call.body.password,
        remember=call.body.rememberme,
    )
    return Reply(NO_CONTENT, headers=_cookies(call, opened))


def _cookies(call: Call[Any], opened: Opened) -> Headers:
    """Return the headers that hand a new session to its browser."""
    return call.cookies.written(
        opened.secret,
        call.client_id,
        https=call.https,
        remember=opened.session.remembered,
    )


def logout_or(without_session: str) -> Callable[[Call[None]], Awaitable[Reply]]:
    """Return the handler of POST session/logout by its setting."""

    async def logout(call: Call[None]) -> Reply:
        try:
            await call.core.exchange.log_out(call.source, bearer=call.bearer, cookie=call.cookie)
        except NoSession:
            if without_session != "ok":
                raise
        return Reply(NO_CONTENT, headers=call.cookies.cleared(https=call.https))

    return logout


async def trusted_token(call: Call[requests.TokenRequest]) -> Reply:
    """POST session/auth/token: the token is the whole answer."""
    issued = await call.core.tokens.issue(call.source, call.body.wish())
    return text(issued.secret)


def token_login_to(origins: Origins) -> Callable[[Call[requests.TokenLogin]], Awaitable[Reply]]:
    """Return the handler of session/login/token, which sends nobody to a foreign origin."""

    async def token_login(call: Call[requests.TokenLogin]) -> Reply:
        target = call.body.redirect_url
        _check_target(origins, call, "redirect_url", target)
        caller = await call.core.gate.principal(bearer=call.body.token(), cookie=None)
        opened = await call.core.exchange.open_session(
            caller, call.source, username=call.body.username
        )
        cookies = _cookies(call, opened)
        if call.body.no_url_redirection:
            return Reply(NO_CONTENT, headers=cookies)
        return redirect(target, cookies)

    return token_login


def token_login_by_get_to(
    origins: Origins,
) -> Callable[[Call[requests.TokenLogin]], Awaitable[Reply]]:
    """Return the same for GET: not for what a foreign page merely embeds."""
    by_post = token_login_to(origins)

    async def token_login(call: Call[requests.TokenLogin]) -> Reply:
        if call.headers.get(b"sec-fetch-dest", b"empty") not in NAVIGATING:
            raise ForeignOrigin
        return await by_post(call)

    return token_login


def sign_in_to(origins: Origins) -> Callable[[Call[requests.SignIn]], Awaitable[Reply]]:
    """Return the handler of saml/login and oidc/login: this server's own page signs in."""

    async def sign_in(call: Call[requests.SignIn]) -> Reply:
        target = call.body.targetURLPath
        _check_target(origins, call, "targetURLPath", target)
        return redirect(f"{SIGN_IN_PAGE}?{urlencode({'targetURLPath': target})}")

    return sign_in


def _check_target(origins: Origins, call: Call[Any], field: str, target: str) -> None:
    """Refuse to send a browser where it was not agreed to.

    Raises:
        InvalidParameter: the target's origin is neither this server's nor listed.
    """
    if not origins.may_redirect_to(target, call.headers.get(b"host"), https=call.https):
        raise InvalidParameter(field, "is neither of this server nor of a listed origin")


async def is_active(call: Call[None]) -> Reply:  # noqa: ARG001 - the gate has said so by now
    """GET session/isactive: whoever gets here is; a session is used by that."""
    return Reply(200, b"{}")


async def info(call: Call[None]) -> Reply:
    """GET session/info."""
    return Reply(200, await _info(call))


async def preauth_info(call: Call[None]) -> Reply:
    """GET /prism/preauth/info."""
    return Reply(200, b'{"info":%s}' % await _info(call))


async def _info(call: Call[None]) -> bytes:
    by = call.principal
    profile = await call.core.gate.profile(by)
    return shapes.info_json(by, profile, orgs_enabled=call.core.rules.orgs_enabled)


async def system_config(call: Call[None]) -> Reply:  # noqa: ARG001 - the same for everybody
    """GET system/config."""
    return Reply(200, shapes.SYSTEM_CONFIG)


async def fetch_token(call: Call[requests.TokenFetch]) -> Reply:
    """GET v2/auth/token/fetch: a token for the caller, no more than the caller is."""
    wanted = call.body.validity_time_in_sec
    if wanted is not None and wanted <= 0:
        raise InvalidParameter("validity_time_in_sec", "is to be positive")
    issued = await call.core.exchange.mint(
        call.principal,
        call.source,
        validity=None if wanted is None else timedelta(seconds=wanted),
        org=call.body.org_identifier,
    )
    return Reply(200, shapes.encode({"data": {"token": issued.secret}}))


def operations(
    origins: Origins, *, logout_without_session: str, get_login_token: bool
) -> tuple[Operation[Any], ...]:
    """Return the table of this part of the dialect."""
    free = Access.OPEN
    sign_in = sign_in_to(origins)
    by_get: tuple[Operation[Any], ...] = (
        Operation(
            "loginByTokenInUrl",
            "GET",
            "session/login/token",
            token_login_by_get_to(origins),
            requests.TokenLogin,
            free,
            sets_cookies=True,
        ),
    )
    return (
        Operation("login", "POST", "session/login", login, requests.Login, free, sets_cookies=True),
        Operation(
            "logout",
            "POST",
            "session/logout",
            logout_or(logout_without_session),
            NoBody,
            free,
            sets_cookies=True,
        ),
        Operation(
            "getTrustedToken",
            "POST",
            "session/auth/token",
            trusted_token,
            requests.TokenRequest,
            free,
            for_own_pages=True,
        ),
        Operation(
            "loginByToken",
            "POST",
            "session/login/token",
            token_login_to(origins),
            requests.TokenLogin,
            free,
            sets_cookies=True,
        ),
        *(by_get if get_login_token else ()),
        Operation("isActive", "GET", "session/isactive", is_active, NoBody),
        Operation("getSessionInfo", "GET", "session/info", info, NoBody),
        Operation("getPreauthInfo", "GET", "prism/preauth/info", preauth_info, NoBody),
        Operation("getSystemConfig", "GET", "system/config", system_config, NoBody, free),
        Operation("signInBySaml", "GET", "saml/login", sign_in, requests.SignIn, free),
        Operation("signInByOidc", "GET", "oidc/login", sign_in, requests.SignIn, free),
        Operation("fetchToken", "GET", "v2/auth/token/fetch", fetch_token, requests.TokenFetch),
    )
