"""What becomes of a work whose database refused it: tried again, or its caller told."""

import asyncio
import random
import re
import time
from enum import Enum

import asyncpg

from gatepass.core.errors import Busy

FAILURES = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""All that the driver raises; the last where a connection is lost in the middle of a statement."""
_MOST_DOUBLINGS = 5
_SHORTEST = 0.004
_AWAY = 0.1
_MOST_CONTRADICTIONS = 3

_CLASHES = frozenset({"40001", "40P01", "25P03", "55P03"})
"""Another transaction was in the way, or this one stood still too long."""
_LOST = re.compile("clos(ed|ing)|released back to the pool")
"""What the driver says of a connection that is used after it was lost."""
_AWAY_CLASSES = frozenset({"08", "28", "3D", "53", "57"})
"""Connections, passwords, databases, room, an operator at work: nothing that a work can do."""
_REFUSALS = frozenset({"28", "3D"})
_READ_ONLY = "25006"
_CONTRADICTION = "23"


class Failing(Enum):
    """Why a try failed, as far as it matters to the next one."""

    CLASHED = "another transaction was in the way"
    CONTRADICTED = "a row would break a constraint: perhaps one added since the work looked"
    AWAY = "the server cannot be reached or cannot work now"
    WRONG = "the work's own doing"


def failing(error: BaseException) -> Failing:
    """Say why a try failed."""
    match error:
        case OSError() | asyncpg.InternalClientError():
            return Failing.AWAY
        case asyncpg.InterfaceError() if _LOST.search(str(error)):
            return Failing.AWAY
        case asyncpg.InvalidCachedStatementError():
            return Failing.CLASHED
        case asyncpg.PostgresError():
            return _by_state(error.sqlstate or "")
        case _:
            return Failing.WRONG


def _by_state(state: str) -> Failing:
    if state in _CLASHES:
        return Failing.CLASHED
    if state[:2] == _CONTRADICTION:
        return Failing.CONTRADICTED
    if state[:2] in _AWAY_CLASSES or state == _READ_ONLY:
        return Failing.AWAY
    return Failing.WRONG


def is_away(error: BaseException) -> bool:
    """Say whether a try failed for what may pass, not for a wrong password or database name."""
    state = getattr(error, "sqlstate", None) or ""
    return failing(error) is Failing.AWAY and state[:2] not in _REFUSALS


class Patience:
    """How long one call waits, over all its tries."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._tries = 0
        self._contradictions = 0

    async def after(self, error: BaseException) -> None:
        """Wait a little before the next try.

        Raises:
            Busy: the call has waited long enough.
            BaseException: the error itself, where another try would not help.
        """
        self._tries += 1
        why = failing(error)
        if why is Failing.WRONG:
            raise error
        if why is Failing.CONTRADICTED:
            self._contradictions += 1
            if self._contradictions == _MOST_CONTRADICTIONS:
                raise error
        if why is Failing.AWAY:
            pause = _AWAY
        else:
            # Those who clashed come back one after the other rather than all at once again.
            pause = random.random() * _SHORTEST * 2 ** min(self._tries, _MOST_DOUBLINGS)  # noqa: S311 - no secret
        if time.monotonic() + pause >= self._until:
            raise Busy("the store") from error
        await asyncio.sleep(pause)
