"""Dialect 4: REST v2.0, JSON in snake case under ``/api/rest/2.0``."""

from typing import Any

from gatepass.core import Core
from gatepass.core.errors import CoreError
from gatepass.dialects.v2_0 import auth, custom, groups, orgs, roles, users
from gatepass.dialects.v2_0.bodies import decode
from gatepass.dialects.v2_0.described import DESCRIBED
from gatepass.dialects.v2_0.errors import WORDING, Wording
from gatepass.dialects.v2_0.unbuilt import UNBUILT
from gatepass.http.call import Reply
from gatepass.http.credentials import Cookies
from gatepass.http.described import Description
from gatepass.http.origins import Origins
from gatepass.http.routing import Codec, Dialect, Operation, Table

PREFIX = "/api/rest/2.0"


class V2Codec(Codec):
    """Bodies and refusals of v2.0."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def decode(
        self,
        operation: Operation[Any],
        content_type: bytes | None,
        body: bytes,
        query: bytes,  # noqa: ARG002 - handlers read it where they need it
    ) -> Any:
        """Return the body as the operation's struct."""
        return decode(operation, content_type, body)

    def word(self, error: CoreError, incident_id: str, operation: str = "") -> Reply:  # noqa: ARG002 - the words are the same for all
        """Return the reply for a refusal."""
        return self._wording.word(error, incident_id)


def operations(logout_without_session: str) -> tuple[Operation[Any], ...]:
    """Return every operation of the dialect."""
    return (
        *auth.operations(logout_without_session),
        *custom.OPERATIONS,
        *users.OPERATIONS,
        *groups.OPERATIONS,
        *orgs.OPERATIONS,
        *roles.OPERATIONS,
    )


def dialect(
    core: Core,
    cookies: Cookies,
    origins: Origins,
    *,
    error_shape: str,
    wrong_credentials_status: int,
    logout_without_session: str,
) -> Dialect:
    """Return the dialect, ready to be mounted at ``PREFIX``."""
    wording = Wording(
        nested=error_shape == "nested", wrong_credentials_status=wrong_credentials_status
    )
    return Dialect(
        name="v2_0",
        prefix=PREFIX,
        core=core,
        table=Table(operations(logout_without_session), UNBUILT),
        codec=V2Codec(wording),
        cookies=cookies,
        origins=origins,
        description=Description(
            title="Gatepass: REST v2.0",
            operations=DESCRIBED,
            statuses=wording.statuses,
            refusal=wording.body,
            cookie=cookies.name(https=True),
        ),
    )


__all__ = ["DESCRIBED", "PREFIX", "WORDING", "dialect", "operations"]
