"""GET /metrics: what this process counted, in the words of Prometheus. No label carries a name."""

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from math import isinf
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from gatepass.core import Core
from gatepass.core.errors import Busy
from gatepass.core.spread import Spread
from gatepass.http.counts import Counts

if TYPE_CHECKING:
    from prometheus_client.metrics_core import HistogramMetricFamily, Metric

COUNTED_AGAIN = 15.0
"""Seconds for which a count of rows is good."""
COST = 20
"""How many times the seconds that a count took go by before the next one, at least."""
MOST_SESSIONS = 1_000_000

Sample = tuple[tuple[str, ...], float]


class Sometimes:
    """A count of rows, made anew only so often that it stays cheap however many there are."""

    def __init__(
        self, count: Callable[[], Awaitable[int]], timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._count = count
        self._timer = timer
        self._good_until = float("-inf")
        self.value: int | None = None

    async def look(self) -> None:
        """Count if the last count is old; a busy store leaves it as it was."""
        began = self._timer()
        if began < self._good_until:
            return
        # Whoever asks meanwhile is content with the old value.
        self._good_until = began + COUNTED_AGAIN
        try:
            self.value = await self._count()
        except Busy:
            return
        now = self._timer()
        self._good_until = now + max(COUNTED_AGAIN, COST * (now - began))


class Metrics:
    """The page of one worker, on a registry of its own that is made when it is first asked for."""

    def __init__(self, core: Core, counts: Counts, worker: str) -> None:
        self.worker = worker
        self._core = core
        self._counts = counts
        self._sessions = Sometimes(lambda: core.sessions.count(MOST_SESSIONS))

    async def page(self, request: Request) -> Response:
        """GET /metrics."""
        from prometheus_client.exposition import choose_encoder  # noqa: PLC0415 - 60 ms
        from prometheus_client.registry import CollectorRegistry  # noqa: PLC0415

        await self._sessions.look()
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), headers={"content-type": content_type})

    def collect(self) -> Iterable["Metric"]:
        """Return every number, as of now."""
        yield from self._requests()
        yield from self._gate_and_hasher()
        yield from self._store()

    def _requests(self) -> Iterator["Metric"]:
        counts = self._counts
        yield self._counter(
            "requests",
            "Requests, by operation and first digit of the status; 0xx: not answered.",
            ("dialect", "operation", "status"),
            (
                ((dialect, operation, f"{digit}xx"), count)
                for (dialect, operation, _), answered in counts.requests.items()
                for digit, count in enumerate(answered.by_class)
                if count
            ),
        )
        seconds = self._histogram(
            "request_seconds", "Seconds until a request was answered.", "dialect", "operation"
        )
        for (dialect, operation, _), answered in counts.requests.items():
            self._add(seconds, answered.seconds, dialect, operation)
        yield seconds
        yield self._counter(
            "refusals",
            "Refused requests, by the refusal's code.",
            ("code",),
            (((code,), count) for code, count in counts.refusals.items()),
        )
        yield self._counter("faults", "Requests that met a bug.", (), [((), counts.faults)])
        yield self._counter(
            "background_faults",
            "Faults of the works that nobody waits for.",
            ("work",),
            (((work,), count) for work, count in counts.background.items()),
        )

    def _gate_and_hasher(self) -> Iterator["Metric"]:
        gate, hasher = self._core.gate, self._core.means.hasher
        yield self._counter(
            "gate_lookups",
            "Credentials looked at, by whether this worker remembered them.",
            ("result",),
            [(("hit",), gate.hits), (("miss",), gate.misses)],
        )
        yield self._gauge("gate_remembered", "Verified principals in memory.", gate.remembered)
        yield self._counter("hashes", "Passwords hashed or compared.", (), [((), hasher.done)])
        yield self._gauge("hasher_waiting", "Passwords that wait to be hashed.", hasher.waiting)
        yield self._gauge(
            "hasher_waiting_limit", "Passwords that may wait to be hashed.", hasher.most_waiting
        )

    def _store(self) -> Iterator["Metric"]:
        store = self._core.means.store.counts()
        works = self._histogram("commit_works", "Works that shared a commit.")
        self._add(works, store.works)
        yield works
        seconds = self._histogram(
            "commit_seconds", "Seconds for which a commit kept other writers out."
        )
        self._add(seconds, store.seconds)
        yield seconds
        yield self._counter(
            "commits_failed", "Commits that came to nothing.", (), [((), store.failed)]
        )
        yield self._counter("epoch_moves", "Moves of the home's epoch.", (), [((), store.moves)])
        yield self._gauge(
            "epoch_lag", "Moves that this worker has not looked at since its last call.", store.lag
        )
        if self._sessions.value is not None:
            yield self._gauge("sessions_live", "Live sessions of the home.", self._sessions.value)

    def _counter(
        self, name: str, text: str, labels: tuple[str, ...], samples: Iterable[Sample]
    ) -> "Metric":
        from prometheus_client.metrics_core import CounterMetricFamily  # noqa: PLC0415

        family = CounterMetricFamily(f"gatepass_{name}", text, labels=("worker", *labels))
        for values, count in samples:
            family.add_metric((self.worker, *values), count)
        return family

    def _gauge(self, name: str, text: str, value: float) -> "Metric":
        from prometheus_client.metrics_core import GaugeMetricFamily  # noqa: PLC0415

        family = GaugeMetricFamily(f"gatepass_{name}", text, labels=("worker",))
        family.add_metric((self.worker,), value)
        return family

    def _histogram(self, name: str, text: str, *labels: str) -> "HistogramMetricFamily":
        from prometheus_client.metrics_core import HistogramMetricFamily  # noqa: PLC0415

        return HistogramMetricFamily(f"gatepass_{name}", text, labels=("worker", *labels))

    def _add(self, family: "HistogramMetricFamily", spread: Spread, *values: str) -> None:
        buckets = [
            ("+Inf" if isinf(bound) else str(float(bound)), count)
            for bound, count in spread.within()
        ]
        family.add_metric((self.worker, *values), buckets, spread.total)
