"""Dialect 1: REST v1, forms and cookies under three prefixes."""

from collections.abc import Mapping
from typing import Any

from gatepass.core import Core
from gatepass.core.errors import CoreError
from gatepass.dialects.v1 import orgs, session, users
from gatepass.dialects.v1.bodies import FORM, decode
from gatepass.dialects.v1.described import DESCRIBED
from gatepass.dialects.v1.errors import EXCEPTIONS, WORDING, Refused, word
from gatepass.dialects.v1.unbuilt import UNBUILT
from gatepass.http.call import Reply
from gatepass.http.credentials import Cookies
from gatepass.http.described import Description
from gatepass.http.origins import Origins
from gatepass.http.refusals import MissingHeader
from gatepass.http.routing import Codec, Dialect, Operation, Table

PREFIX = "/callosum/v1/tspublic/v1"
MORE_PREFIXES = ("/callosum/v1", "/tspublic/v1")
ROOTED = ("/prism/preauth/info",)
"""Paths that stand at the root, under no prefix."""

_ASKS_NO_HEADER = frozenset({"switchOrg"})
"""What clients send by cookie and without it; the rule on origins guards it."""


class V1Codec(Codec):
    """Forms and refusals of v1, and its rule against forged writes."""

    def __init__(self, require_requested_by: str) -> None:
        self._by_cookie = require_requested_by == "cookie_writes"
        self._always = require_requested_by == "all_writes"

    def decode(
        self, operation: Operation[Any], content_type: bytes | None, body: bytes, query: bytes
    ) -> Any:
        """Return the fields as the operation's struct."""
        return decode(operation, content_type, body, query)

    def guard(
        self, operation: Operation[Any], headers: Mapping[bytes, bytes], *, by_cookie: bool
    ) -> None:
        """Refuse a write by cookie without a header that a form of a foreign page cannot have.

        Its value is free (contract of v1, X-Requested-By; ASVS 3.5.2).

        Raises:
            MissingHeader: it is missing or empty.
        """
        if operation.method == "GET" or headers.get(b"x-requested-by", b"").strip():
            return
        asked = (
            self._by_cookie
            and by_cookie
            and b"authorization" not in headers
            and operation.name not in _ASKS_NO_HEADER
        )
        if asked or self._always:
            raise MissingHeader("X-Requested-By")

    def word(self, error: CoreError, incident_id: str, operation: str = "") -> Reply:
        """Return the reply for a refusal."""
        return word(error, incident_id, operation)


def operations(
    origins: Origins, *, logout_without_session: str, get_login_token: bool
) -> tuple[Operation[Any], ...]:
    """Return every operation of the dialect."""
    return (
        *session.operations(
            origins,
            logout_without_session=logout_without_session,
            get_login_token=get_login_token,
        ),
        *orgs.OPERATIONS,
        *users.OPERATIONS,
    )


def dialect(
    core: Core,
    cookies: Cookies,
    origins: Origins,
    *,
    require_requested_by: str,
    logout_without_session: str,
    get_login_token: bool,
) -> Dialect:
    """Return the dialect, ready to be mounted at ``PREFIX`` and under ``MORE_PREFIXES``."""
    table = operations(
        origins,
        logout_without_session=logout_without_session,
        get_login_token=get_login_token,
    )
    return Dialect(
        name="v1",
        prefix=PREFIX,
        core=core,
        table=Table(table, UNBUILT),
        codec=V1Codec(require_requested_by),
        cookies=cookies,
        origins=origins,
        description=Description(
            title="Gatepass: REST v1",
            operations=DESCRIBED,
            statuses={kind: status for kind, (status, _) in WORDING.items()},
            refusal=Refused,
            cookie=cookies.name(https=True),
            media=FORM,
        ),
        more_prefixes=MORE_PREFIXES,
        rooted=ROOTED,
    )


__all__ = [
    "DESCRIBED",
    "EXCEPTIONS",
    "MORE_PREFIXES",
    "PREFIX",
    "ROOTED",
    "WORDING",
    "dialect",
    "operations",
]
