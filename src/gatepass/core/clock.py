"""Time, handed in: a clock is a function that says what time it is, aware and in UTC."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Say the wall-clock time of this machine."""
    return datetime.now(UTC)
