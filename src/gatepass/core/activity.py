"""When sessions were last used, as far as this process has seen; written down in batches."""

from collections.abc import Mapping
from datetime import datetime

MOST_SESSIONS = 200_000


class Activity:
    """Last-seen times in memory, so that a use costs no write."""

    def __init__(self) -> None:
        self._seen: dict[str, datetime] = {}
        self._unwritten: dict[str, datetime] = {}

    def note(self, session_id: str, now: datetime) -> None:
        """Note a use."""
        self._unwritten[session_id] = now

    def last(self, session_id: str) -> datetime | None:
        """Return the last use that this process knows of."""
        return self._unwritten.get(session_id) or self._seen.get(session_id)

    def take(self) -> Mapping[str, datetime]:
        """Hand over the uses not yet written down."""
        taken, self._unwritten = self._unwritten, {}
        self._seen.update(taken)
        while len(self._seen) > MOST_SESSIONS:
            self._seen.pop(next(iter(self._seen)))
        return taken

    def put_back(self, taken: Mapping[str, datetime]) -> None:
        """Take back what could not be written."""
        self._unwritten = {**taken, **self._unwritten}
