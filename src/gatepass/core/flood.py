"""How many wrong passwords and secrets one address may send in a minute, in this process."""

from datetime import datetime, timedelta

from gatepass.core.clock import Clock
from gatepass.core.errors import TooManyGuesses

WINDOW = timedelta(minutes=1)
MOST_ADDRESSES = 10_000


class Flood:
    """Counts failures of each address in windows of a minute, on the clock it is handed."""

    def __init__(self, clock: Clock, limit: int) -> None:
        self._clock = clock
        self._limit = limit
        self._windows: dict[str, tuple[datetime, int]] = {}

    def check(self, address: str | None) -> None:
        """Refuse an address that has used up its failures.

        Raises:
            TooManyGuesses: more than the limit failed within this minute.
        """
        started, failures = self._windows.get(address or "", (None, 0))
        if started is None or failures <= self._limit:
            return
        left = started + WINDOW - self._clock()
        if timedelta() < left <= WINDOW:
            raise TooManyGuesses(max(1, round(left.total_seconds())))

    def count(self, address: str | None) -> None:
        """Count one failure."""
        now = self._clock()
        key = address or ""
        started, failures = self._windows.get(key, (now, 0))
        if not timedelta() <= now - started < WINDOW:
            started, failures = now, 0
        elif key not in self._windows and len(self._windows) >= MOST_ADDRESSES:
            self._windows.pop(next(iter(self._windows)))
        self._windows[key] = (started, failures + 1)
