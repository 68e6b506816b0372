"""Every refusal that a dialect may have to word."""

import inspect
from typing import Any

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


SAMPLES: dict[str, Any] = {"str": "some-text", "int": 7, "list": ["GET", "POST"]}


def sample(kind: type[CoreError]) -> CoreError:
    """Return a refusal of this kind, whatever facts it asks for."""
    if "__init__" not in vars(kind) and kind.__init__ is CoreError.__init__:
        return kind("some-text")
    parameters = list(inspect.signature(kind).parameters.values())
    wanted = [one for one in parameters if one.default is inspect.Parameter.empty]
    return kind(
        *[SAMPLES[str(getattr(one.annotation, "__name__", one.annotation))] for one in wanted]
    )
