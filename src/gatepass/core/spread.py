"""How values spread over buckets: plain numbers that one thread adds to and any may read."""

from bisect import bisect_left
from collections.abc import Sequence


class Spread:
    """How many values came, and how many of them within each bound."""

    __slots__ = ("_bounds", "_counts", "total")

    def __init__(self, *bounds: float) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """Count one value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self.total += value

    def within(self) -> Sequence[tuple[float, int]]:
        """Return each bound, infinity last, with how many values were at most that."""
        found, so_far = [], 0
        for bound, count in zip((*self._bounds, float("inf")), self._counts, strict=True):
            so_far += count
            found.append((bound, so_far))
        return found
