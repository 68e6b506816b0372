"""Every refusal that a dialect may have to word."""

from gatepass.core.errors import CoreError
from gatepass.http import refusals

assert refusals.Broken in CoreError.__subclasses__()


def every_refusal() -> set[type[CoreError]]:
    """Return every class of the tree of refusals, its root apart."""
    found: set[type[CoreError]] = set()
    waiting = [CoreError]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            found.add(kind)
            waiting.append(kind)
    return found
