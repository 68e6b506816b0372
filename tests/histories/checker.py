"""Whether a concurrent history could have happened one call at a time (Wing and Gong, 1993).

A history is a set of calls, each with the time it was made and the time its answer came. It is
linearizable if the calls can be put into one order in which each has its effect at a moment
between the two, and each answer is right. What was tried once is not tried again (Lowe, 2017):
the same calls done, leading to the same state.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

State = TypeVar("State", bound=Hashable)


@dataclass(frozen=True)
class Call:
    """One call and its answer; times are of one clock that all clients share."""

    act: str
    given: Any
    answer: Any
    made: int
    answered: int


@dataclass(frozen=True)
class Model(Generic[State]):
    """What one object does, said one call at a time."""

    first: State
    step: Callable[[State, Call], State | None]
    """Return the state after a call, or None where this answer is wrong in this state."""


def is_linearizable(history: Iterable[Call], model: Model[Any]) -> bool:
    """Say whether there is an order of the calls that explains every answer."""
    calls = sorted(history, key=lambda call: call.made)
    everything = (1 << len(calls)) - 1
    tried: set[tuple[int, Any]] = set()
    waiting = [(0, model.first)]
    while waiting:
        done, state = waiting.pop()
        if done == everything:
            return True
        for place in _next(calls, done):
            after = model.step(state, calls[place])
            if after is None:
                continue
            found = done | 1 << place, after
            if found not in tried:
                tried.add(found)
                waiting.append(found)
    return False


def _next(calls: Sequence[Call], done: int) -> list[int]:
    """Return the calls that may come next: made before any other that is left was answered."""
    place = (~done & (done + 1)).bit_length() - 1
    found: list[int] = []
    soonest: int | None = None
    while place < len(calls) and (soonest is None or calls[place].made <= soonest):
        if not done >> place & 1:
            found.append(place)
            answered = calls[place].answered
            soonest = answered if soonest is None else min(soonest, answered)
        place += 1
    return [one for one in found if soonest is None or calls[one].made <= soonest]
