"""One server under a mixed load for as long as is asked, watched, and looked over at the end."""

import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.crash.rounds import CLIENTS, Trial
from tests.crash.victim import Victim
from tests.postgres import Cluster
from tests.soak.acting import Soaker
from tests.soak.watching import LAG, Bounds, Sample, judge, used
from tests.workers.cluster import ADMIN_PASSWORD
from tests.world import ADMIN

PROBED_EVERY = 0.02
MOST_SAMPLES = 2000
SETTINGS = {
    # Small enough to be full soon: what is bounded by count must not look like a leak.
    "GATEPASS_CACHE_SIZE": "500",
    # Sweeps are part of the load.
    "GATEPASS_SWEEP_INTERVAL": "5s",
    "GATEPASS_DEAD_RETENTION": "1m",
}


@dataclass(frozen=True)
class Plan:
    """How long, how much, on what."""

    seconds: float
    pace: float = 0.04
    """Seconds between two acts of each of the clients."""
    workers: int = 1
    seed: int = 1
    cluster: Cluster | None = None
    bounds: Bounds = field(default_factory=Bounds)
    meanwhile: Callable[[Victim], None] | None = None
    """Done at each sample; the tests do harm with it."""


@dataclass
class Report:
    """What was seen."""

    samples: list[Sample]
    acknowledged: Counter[str]
    complaints: list[str]


class Prober(threading.Thread):
    """Asks who it is again and again, and keeps how long that took."""

    def __init__(self, victim: Victim, admin: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self._worker = victim.client()
        self._admin = admin
        self._ended = threading.Event()
        self._took: list[float] = []
        self.failed: str = ""

    def run(self) -> None:
        while not self._ended.wait(PROBED_EVERY):
            began = time.perf_counter()
            try:
                status = self._worker.whoami(self._admin).status
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told at the end
                self.failed = repr(error)
                return
            self._took.append((time.perf_counter() - began) * 1e3)
            if status != 200:
                self.failed = f"the prober was answered {status}"
                return

    def taken(self) -> float:
        """Return the p99 in ms since the last call."""
        taken, self._took = self._took, []
        return statistics.quantiles(taken, n=100)[98] if len(taken) > 1 else 0.0

    def end(self) -> None:
        self._ended.set()
        self.join()


def soak(home: Path, plan: Plan, tell: Callable[[Sample], None] | None = None) -> Report:
    """Load a new server as planned, and judge what was seen.

    What clients were told is compared with what the server knows at the end, as after a crash.

    Raises:
        AssertionError: an answer was wrong, or something acknowledged was lost or revived.
        Lost: a call was not answered.
    """
    url = "" if plan.cluster is None else plan.cluster.database()
    trial = Trial(home, Random(plan.seed), plan.cluster, url)  # noqa: S311 - what to try next
    trial.victim.settings.update(SETTINGS)
    try:
        trial.found()
        if plan.workers > 1:
            trial.victim.hang_up()
            trial.victim.stop()
            trial.victim.start(plan.workers)
        trial.clients = [Soaker.of(client, plan.pace) for client in trial.clients]
        samples = _load(trial, plan, tell or (lambda _: None))
        acknowledged = trial.acknowledged
        trial.check()
        trial.finish()
    finally:
        trial.victim.hang_up()
        trial.victim.kill()
    return Report(samples, acknowledged, judge(samples, plan.bounds))


def _load(trial: Trial, plan: Plan, tell: Callable[[Sample], None]) -> list[Sample]:
    victim, samples = trial.victim, list[Sample]()
    prober = Prober(victim, victim.client().token(ADMIN, password=ADMIN_PASSWORD))
    stop = threading.Event()
    every = max(plan.seconds / MOST_SAMPLES, 0.5)
    began = time.monotonic()
    prober.start()
    with ThreadPoolExecutor(CLIENTS) as pool:
        acting = [pool.submit(client.until, stop) for client in trial.clients]
        try:
            while time.monotonic() - began < plan.seconds and not _over(acting, prober):
                stop.wait(every)
                if plan.meanwhile is not None:
                    plan.meanwhile(victim)
                samples.append(_look(trial, prober, time.monotonic() - began))
                tell(samples[-1])
        finally:
            stop.set()
            prober.end()
    for one in acting:
        one.result()
    assert not prober.failed, prober.failed
    return samples


def _over(acting: Sequence[Future[None]], prober: Prober) -> bool:
    return any(one.done() for one in acting) or bool(prober.failed)


def _look(trial: Trial, prober: Prober, at: float) -> Sample:
    victim = trial.victim
    assert victim.process is not None
    memory, descriptors = used(victim.process.pid)
    log = victim.home / "gatepass.db-wal"
    # A connection of its own, or each sample would leave one behind.
    page = victim.page("/metrics")
    lag = LAG.search(page)
    assert lag is not None, page[:300]
    return Sample(
        at=at,
        memory_mb=memory,
        descriptors=descriptors,
        log_mb=log.stat().st_size / 1e6 if log.exists() else 0.0,
        lag=float(lag.group(1)),
        p99_ms=prober.taken(),
    )
