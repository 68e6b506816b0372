"""Refusals on their way to the core, which writes them down, whichever application refused."""

from collections.abc import Mapping

from starlette.types import Scope

from gatepass.core import Core
from gatepass.core.errors import CoreError
from gatepass.core.records import Source
from gatepass.http.log import printable


def source_of(scope: Scope, operation: str, headers: Mapping[bytes, bytes]) -> Source:
    """Return where a request comes from, and for which operation, as ``v1 login``."""
    client = scope["client"]
    agent = headers.get(b"user-agent")
    return Source(
        address=client[0] if client else None,
        agent=None if agent is None else printable(agent[:256].decode("latin-1")),
        operation=operation,
        incident_id=scope["gatepass.incident"],
    )


async def note(core: Core, error: CoreError, source: Source, scope: Scope) -> None:
    """Have the core write down that an operation was refused, under the incident id.

    What goes wrong with that changes no answer: the caller is refused in any case.
    """
    try:
        await core.refusals.note(error, source, scope.get("gatepass.principal"))
    except Exception as fault:  # noqa: BLE001 - it is logged and counted as a fault
        scope["gatepass.fault"] = fault
