"""Dialects 2 and 3: the two generations of the beta of REST v2, one superset under two prefixes."""

from collections.abc import Mapping
from typing import Any

from gatepass.core import Core
from gatepass.core.errors import CoreError
from gatepass.dialects.beta import session
from gatepass.dialects.beta.bodies import decode
from gatepass.dialects.beta.described import DESCRIBED
from gatepass.dialects.beta.errors import EXCEPTIONS, STATUSES, WORDING, RefusalBody, word
from gatepass.dialects.beta.session import operations
from gatepass.dialects.beta.shapes import written
from gatepass.dialects.beta.unbuilt import UNBUILT
from gatepass.http.call import Reply
from gatepass.http.counts import NOWHERE
from gatepass.http.credentials import Cookies
from gatepass.http.described import Description
from gatepass.http.origins import Origins
from gatepass.http.refusals import ForeignOrigin
from gatepass.http.routing import Codec, Dialect, Operation, Table

PREFIX = "/tspublic/rest/v2"
"""The later generation's: the one that documents name."""
EARLIER = "/api/rest/v2"

_OWN_PAGES = {b"same-origin", b"none"}


class BetaCodec(Codec):
    """Bodies and refusals of the betas."""

    def decode(
        self,
        operation: Operation[Any],
        content_type: bytes | None,  # noqa: ARG002 - it is JSON whatever that says
        body: bytes,
        query: bytes,
    ) -> Any:
        """Return the body, or by GET the query, as the operation's struct."""
        return decode(operation, body, query)

    def guard(
        self,
        operation: Operation[Any],
        headers: Mapping[bytes, bytes],
        *,
        by_cookie: bool,  # noqa: ARG002 - nobody is let in by one there
    ) -> None:
        """Refuse a sign-in by GET that a page of another site set off: no origin comes with it."""
        site = headers.get(b"sec-fetch-site")
        if operation.method == "GET" and site is not None and site not in _OWN_PAGES:
            raise ForeignOrigin

    def word(self, error: CoreError, incident_id: str, operation: str = "") -> Reply:
        """Return the reply for a refusal."""
        named = None if operation in ("", NOWHERE[1]) else session.plain(operation)
        return word(error, incident_id, named)


def dialect(
    core: Core, cookies: Cookies, origins: Origins, *, created_time: str, get_login: bool
) -> Dialect:
    """Return the dialect, ready to be mounted at ``PREFIX`` and under ``EARLIER``."""
    return Dialect(
        name="beta",
        prefix=PREFIX,
        core=core,
        table=Table(
            operations(written(created_time), get_login=get_login), UNBUILT, folds_last=True
        ),
        codec=BetaCodec(),
        cookies=cookies,
        origins=origins,
        description=Description(
            title="Gatepass: the betas of REST v2",
            operations=DESCRIBED,
            statuses=STATUSES,
            refusal=RefusalBody,
            cookie=cookies.name(https=True),
        ),
        more_prefixes=(EARLIER,),
    )


__all__ = [
    "DESCRIBED",
    "EARLIER",
    "EXCEPTIONS",
    "PREFIX",
    "STATUSES",
    "WORDING",
    "dialect",
    "operations",
    "written",
]
