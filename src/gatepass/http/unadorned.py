"""structlog as it is where rich is not installed: a server has no use for rich, and pays for it.

structlog imports rich, and with it pygments, whenever they are there (as the command line has
them): 6 MB and a tenth of a start. What it would do with them is print the values of variables
beside a traceback, which may be secrets.
"""

import contextlib
import sys
from collections.abc import Iterator
from typing import cast


@contextlib.contextmanager
def _absent(name: str) -> Iterator[None]:
    """Let an import of this package fail inside the block, even if it is imported already."""
    modules = cast("dict[str, object]", sys.modules)
    before = modules.get(name)
    modules[name] = None
    try:
        yield
    finally:
        del modules[name]
        if before is not None:
            modules[name] = before


with _absent("rich"):
    import structlog as structlog  # noqa: PLC0414 - handed on to the modules that log
