"""Every client and how its runner is started; the environment names plan and outcomes."""

from dataclasses import dataclass
from typing import Any

import pytest

BETA_B, BETA_A = "/tspublic/rest/v2", "/api/rest/v2"


@dataclass(frozen=True)
class Runner:
    """One way of running the scenarios."""

    sdk: str
    beta: str
    """Where its ``session`` face finds the betas."""
    needs: tuple[str, ...] = ()
    """Programs that a machine may lack, as ``tests/tools.py`` names them."""

    @property
    def marks(self) -> list[pytest.MarkDecorator]:
        return [pytest.mark.needs(*self.needs)] if self.needs else []


RUNNERS = [
    Runner("python", BETA_B),
    Runner("python-asyncio", BETA_B),
    Runner("typescript", BETA_A, needs=("typescript",)),
    Runner("csharp", BETA_A, ("mcs", "mono")),
    Runner("csharp-sync", BETA_A, ("mcs", "mono")),
]


def params(runners: list[Runner]) -> list[Any]:
    """Return the runners as parameters of a test, each with the marks that it needs."""
    return [pytest.param(one, id=one.sdk, marks=one.marks) for one in runners]
