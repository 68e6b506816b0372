"""The Users endpoints of REST v2.0 that set passwords, and the links that do."""

from typing import Annotated, Any
from urllib.parse import urlencode

from msgspec import Meta

from gatepass.core.errors import InvalidParameter, WrongCredentials
from gatepass.core.records import Undisclosed
from gatepass.dialects.v2_0.shapes import encode, user_body
from gatepass.http.call import NO_CONTENT, Call, Reply
from gatepass.http.origins import own_origin, plain_origin
from gatepass.http.routing import Access, Operation

Given = Annotated[str, Meta(min_length=1)]
PAGE = "/activate"
"""Where a link leads: the page of ours where its holder chooses a password."""


class Change(Undisclosed, frozen=True):
    """The body of ``users/change-password``."""

    user_identifier: Given
    current_password: Given
    new_password: Given


class Reset(Undisclosed, frozen=True):
    """The body of ``users/reset-password``."""

    user_identifier: Given
    new_password: Given


class Deactivate(Undisclosed, frozen=True):
    """The body of ``users/deactivate``."""

    user_identifier: Given
    base_url: Given


class Activate(Undisclosed, frozen=True):
    """The body of ``users/activate``; its ``properties`` are of no use here."""

    user_identifier: Given
    auth_token: Given
    password: Given


class LinkBody(Undisclosed, frozen=True):
    """The vendor's ``ResponseActivationURL``."""

    activation_link: str


async def change(call: Call[Change]) -> Reply:
    """POST users/change-password."""
    body = call.body
    try:
        await call.core.accounts.change_password(
            call.principal,
            call.source,
            account=body.user_identifier,
            current=body.current_password,
            new=body.new_password,
        )
    except WrongCredentials as wrong:
        # Whoever calls is let in already: here it is a value that will not do.
        raise InvalidParameter("current_password", "is not right") from wrong
    return Reply(NO_CONTENT)


async def reset(call: Call[Reset]) -> Reply:
    """POST users/reset-password."""
    body = call.body
    await call.core.accounts.set_password(
        call.principal, call.source, body.user_identifier, body.new_password
    )
    return Reply(NO_CONTENT)


async def deactivate(call: Call[Deactivate]) -> Reply:
    """POST users/deactivate."""
    body = call.body
    base = plain_origin(body.base_url)
    if base is None or base != plain_origin(
        own_origin(call.headers.get(b"host"), https=call.https)
    ):
        raise InvalidParameter("base_url", "is not this server's own")
    account, secret = await call.core.activation.deactivate(
        call.principal, call.source, body.user_identifier
    )
    query = urlencode({"user": account.id, "auth_token": secret})
    return Reply(200, encode(LinkBody(f"{base}{PAGE}?{query}")))


async def activate(call: Call[Activate]) -> Reply:
    """POST users/activate."""
    body = call.body
    profile = await call.core.activation.activate(
        call.principal,
        call.source,
        body.user_identifier,
        secret=body.auth_token,
        password=body.password,
    )
    return Reply(200, encode(user_body(profile, call.core.means.clock())))


_CALLER = Access.CALLER
OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("changeUserPassword", "POST", "users/change-password", change, Change, _CALLER),
    Operation("resetUserPassword", "POST", "users/reset-password", reset, Reset, _CALLER),
    Operation("deactivateUser", "POST", "users/deactivate", deactivate, Deactivate, _CALLER),
    Operation("activateUser", "POST", "users/activate", activate, Activate, _CALLER),
)
