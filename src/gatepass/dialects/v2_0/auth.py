"""The Authentication endpoints of REST v2.0."""

from collections.abc import Awaitable, Callable
from typing import Any

from gatepass.core.errors import NoSession
from gatepass.core.opening import Opened
from gatepass.core.records import CredentialKind
from gatepass.dialects.opening import opened
from gatepass.dialects.v2_0 import requests, shapes
from gatepass.http.call import NO_CONTENT, Call, Reply
from gatepass.http.routing import Access, NoBody, Operation


async def login(call: Call[requests.Login]) -> Reply:
    """POST auth/session/login: name and password beat the Authorization header."""
    body = call.body
    made = await opened(
        call,
        username=body.username,
        password=body.password,
        org=body.org_identifier,
        remember=body.remember_me,
    )
    return with_cookies(call, made)


def with_cookies(call: Call[Any], made: Opened) -> Reply:
    """Return the reply that hands a new session to its browser."""
    return Reply(
        NO_CONTENT,
        headers=call.cookies.written(
            made.secret,
            call.client_id,
            https=call.https,
            remember=made.session.remembered,
        ),
    )


def logout_or(status_without_session: str) -> Callable[[Call[None]], Awaitable[Reply]]:
    """Return the handler of POST auth/session/logout by its setting."""

    async def logout(call: Call[None]) -> Reply:
        try:
            await call.core.exchange.log_out(call.source, bearer=call.bearer, cookie=call.cookie)
        except NoSession:
            if status_without_session != "ok":
                raise
        return Reply(NO_CONTENT, headers=call.cookies.cleared(https=call.https))

    return logout


async def full_token(call: Call[requests.TokenRequest]) -> Reply:
    """POST auth/token/full."""
    return await _issue(call, for_object=False)


async def object_token(call: Call[requests.TokenRequest]) -> Reply:
    """POST auth/token/object."""
    return await _issue(call, for_object=True)


async def _issue(call: Call[requests.TokenRequest], *, for_object: bool) -> Reply:
    wish = call.body.wish(for_object=for_object, strict_org_id=call.core.rules.strict_org_id)
    issued = await call.core.tokens.issue(call.source, wish)
    return Reply(200, shapes.encode(shapes.token_body(issued)))


async def revoke(call: Call[requests.Revocation]) -> Reply:
    """POST auth/token/revoke."""
    await call.core.tokens.revoke(
        call.principal, call.source, user=call.body.user_identifier, token=call.body.token
    )
    return Reply(NO_CONTENT)


async def validate(call: Call[requests.Validation]) -> Reply:
    """POST auth/token/validate."""
    token, account = await call.core.tokens.introspect(call.body.token)
    return Reply(200, shapes.encode(shapes.validation_body(token, account)))


async def current_user(call: Call[None]) -> Reply:
    """GET auth/session/user."""
    profile = await call.core.gate.named_profile(call.principal)
    return Reply(200, shapes.user_json(profile, call.core.means.clock()))


async def current_token(call: Call[None]) -> Reply:
    """GET auth/session/token: a new token, or by setting a bearer caller's own."""
    by = call.principal
    own = call.core.rules.session_token_mode == "current"  # noqa: S105 - a setting's word
    if own and by.kind is CredentialKind.TOKEN and call.bearer is not None:
        token, account = await call.core.tokens.introspect(call.bearer)
        body = shapes.session_token_body(call.bearer, token, account.name)
    else:
        issued = await call.core.exchange.mint(by, call.source)
        body = shapes.session_token_body(issued.secret, issued.token, issued.name)
    return Reply(200, shapes.encode(body))


async def configure(call: Call[requests.Configuration]) -> Reply:
    """POST auth/configure."""
    body = call.body
    cluster = body.cluster_preferences
    await call.core.trusted.configure(
        call.principal,
        call.source,
        cluster=None if cluster is None else _is_on(cluster.auth_status),
        for_orgs=[
            (one.org_identifier, _is_on(one.auth_status)) for one in body.org_preferences or ()
        ],
    )
    return Reply(NO_CONTENT)


async def search(call: Call[requests.SettingsSearch]) -> Reply:
    """POST auth/search."""
    scope = call.body.scope
    state = await call.core.trusted.look(
        call.principal,
        call.source,
        cluster=None if scope is None else scope == "CLUSTER",
        org=None if scope is None else scope == "ORG",
    )
    return Reply(200, shapes.encode(shapes.auth_settings_body(call.body.auth_type, state)))


def _is_on(status: requests.AuthStatus | None) -> bool | None:
    return None if status is None else status.startswith("ENABLE")


def operations(logout_without_session: str) -> tuple[Operation[Any], ...]:
    """Return the table of this part of the dialect."""
    free, caller = Access.OPEN, Access.CALLER
    return (
        Operation("login", "POST", "auth/session/login", login, requests.Login, free, True),  # noqa: FBT003
        Operation(
            "logout",
            "POST",
            "auth/session/logout",
            logout_or(logout_without_session),
            NoBody,
            free,
            True,  # noqa: FBT003
        ),
        Operation(
            "getFullAccessToken", "POST", "auth/token/full", full_token, requests.TokenRequest, free
        ),
        Operation(
            "getObjectAccessToken",
            "POST",
            "auth/token/object",
            object_token,
            requests.TokenRequest,
            free,
        ),
        Operation("revokeToken", "POST", "auth/token/revoke", revoke, requests.Revocation, caller),
        Operation(
            "validateToken", "POST", "auth/token/validate", validate, requests.Validation, caller
        ),
        Operation("getCurrentUserInfo", "GET", "auth/session/user", current_user, NoBody, caller),
        Operation(
            "getCurrentUserToken", "GET", "auth/session/token", current_token, NoBody, caller
        ),
        Operation(
            "configureAuthSettings",
            "POST",
            "auth/configure",
            configure,
            requests.Configuration,
            caller,
        ),
        Operation(
            "searchAuthSettings", "POST", "auth/search", search, requests.SettingsSearch, caller
        ),
    )
