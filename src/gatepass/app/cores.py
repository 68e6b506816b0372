"""How many cores this process may use."""

import os
import sys


def cores() -> int:
    """Return how many cores this process may use, which may be fewer than the machine has.

    More hashing threads than cores would keep one another from running while one holds the
    interpreter's lock, and with it everybody else.
    """
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
