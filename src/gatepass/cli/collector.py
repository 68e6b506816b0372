"""The garbage collector while modules are imported."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def resting() -> Iterator[None]:
    """Let the collector rest inside the block, and leave alone afterwards what it made.

    What is imported stays; to look at all of it again and again is a fifth of a start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
