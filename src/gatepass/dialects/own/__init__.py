"""Gatepass's own API under ``/api/gatepass/1``: what the vendor's has no operation for."""

from typing import Any

from gatepass.core import Core
from gatepass.core.errors import CoreError
from gatepass.dialects.own import caller, sessions
from gatepass.dialects.own.described import DESCRIBED, RefusalBody
from gatepass.dialects.own.errors import WORDING, word
from gatepass.dialects.own.sessions import decode
from gatepass.http.call import Reply
from gatepass.http.credentials import Cookies
from gatepass.http.described import Description
from gatepass.http.origins import Origins
from gatepass.http.routing import Codec, Dialect, Operation, Table

PREFIX = "/api/gatepass/1"
OPERATIONS: tuple[Operation[Any], ...] = (*caller.OPERATIONS, *sessions.OPERATIONS)


class OwnCodec(Codec):
    """Bodies and refusals of our own API."""

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
        return word(error, incident_id)


def dialect(core: Core, cookies: Cookies, origins: Origins) -> Dialect:
    """Return the dialect, ready to be mounted at ``PREFIX``."""
    return Dialect(
        name="own",
        prefix=PREFIX,
        core=core,
        table=Table(OPERATIONS),
        codec=OwnCodec(),
        cookies=cookies,
        origins=origins,
        description=Description(
            title="Gatepass: its own API",
            operations=DESCRIBED,
            statuses=WORDING,
            refusal=RefusalBody,
            cookie=cookies.name(https=True),
        ),
    )


__all__ = ["DESCRIBED", "OPERATIONS", "PREFIX", "WORDING", "dialect"]
