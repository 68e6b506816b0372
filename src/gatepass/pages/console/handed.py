"""What the console is handed by whoever puts the server together."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from gatepass.core.checkup import Finding
from gatepass.http.routing import Dialect


@dataclass(frozen=True, slots=True)
class Handed:
    """What pages need beside the core."""

    dialects: Sequence[Dialect] = ()
    """Whose operations the playground tries."""
    doctor: Callable[[], Awaitable[list[Finding]]] | None = None
    """Examines the home that is served, as ``gatepass doctor`` does; None: nothing can."""
