"""What the console is handed by whoever puts the server together."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from gatepass.core.checkup import Finding
from gatepass.http.routing import Dialect


@dataclass(frozen=True, slots=True)
class FromFile:
    """What the settings file opens to other origins, whatever is changed while serving."""

    senders: Sequence[str] = ()
    frames: Sequence[str] = ()
    targets: Sequence[str] = ()
    partitioned: bool = False


@dataclass(frozen=True, slots=True)
class Handed:
    """What pages need beside the core."""

    dialects: Sequence[Dialect] = ()
    """Whose operations the playground tries."""
    patience: float = 20.0
    """Seconds that the playground waits for an answer."""
    from_file: FromFile = FromFile()
    doctor: Callable[[], Awaitable[list[Finding]]] | None = None
    """Examines the home that is served, as ``gatepass doctor`` does; None: nothing can."""
