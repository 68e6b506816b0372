"""What this process counts of its requests: plain numbers, put into words when somebody asks."""

from collections import Counter

from starlette.types import Scope

from gatepass.core.errors import CoreError
from gatepass.core.spread import Spread

Route = tuple[str, str, str]
"""Dialect, operation, and the path's template; never the path that was asked for."""

ROUTE = "gatepass.route"
NOWHERE: Route = ("none", "none", "")
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Answered:
    """How the requests of one operation were answered."""

    __slots__ = ("by_class", "seconds")

    def __init__(self) -> None:
        self.by_class = [0] * 6
        """By the first digit of the status; 0: no answer was begun."""
        self.seconds = Spread(*SECONDS)


class Counts:
    """Requests by operation, refusals by code, and faults."""

    def __init__(self) -> None:
        self.requests: dict[Route, Answered] = {}
        self.refusals: Counter[str] = Counter()
        self.background: Counter[str] = Counter()
        """Faults of the works that nobody waits for, by work."""
        self.faults = 0

    def request(self, scope: Scope, status: int, seconds: float, refusal: CoreError | None) -> None:
        """Count one request."""
        route: Route = scope.get(ROUTE, NOWHERE)
        answered = self.requests.get(route)
        if answered is None:
            answered = self.requests[route] = Answered()
        answered.by_class[status // 100] += 1
        answered.seconds.add(seconds)
        if refusal is not None:
            self.refusals[refusal.code] += 1
