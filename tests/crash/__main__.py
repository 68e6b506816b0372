"""``make crash``: many rounds on each engine, with a report. ARGS="--rounds 20 --seed 7"."""

import argparse
import secrets
import tempfile
import time
from pathlib import Path

from tests.crash.rounds import crash
from tests.postgres import Cluster
from tests.tools import TOOLS


def main() -> None:
    """Crash and tell."""
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="rounds in all")
    parser.add_argument("--engine", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    given = parser.parse_args()
    engines = ["sqlite", "postgres"] if given.engine == "both" else [given.engine]
    missing = TOOLS["postgres"].missing()
    if missing is not None and "postgres" in engines:
        print(f"left out: {missing}")
        engines.remove("postgres")
    for engine in engines:
        _engine(engine, given.rounds // len(engines), given.seed)


def _engine(engine: str, rounds: int, seed: int) -> None:
    began = time.monotonic()
    cluster = Cluster() if engine == "postgres" else None
    try:
        with tempfile.TemporaryDirectory(prefix="gatepass-crash-") as folder:
            trial = crash(Path(folder) / "home", rounds, seed, cluster)
    finally:
        if cluster is not None:
            cluster.remove()
    done = ", ".join(f"{count} {path}" for path, count in sorted(trial.acknowledged.items()))
    print(
        f"{engine}: {rounds} crashes in {time.monotonic() - began:.0f} s (seed {seed}); "
        f"acknowledged {trial.acknowledged.total()}: {done}; looked at {trial.looked}, "
        "none lost, none revived"
    )


if __name__ == "__main__":
    main()
