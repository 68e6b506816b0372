"""Every client and how its runner is started; the environment names plan and outcomes."""

from dataclasses import dataclass

BETA_B, BETA_A = "/tspublic/rest/v2", "/api/rest/v2"


@dataclass(frozen=True)
class Runner:
    """One way of running the scenarios."""

    sdk: str
    beta: str
    """Where its ``session`` face finds the betas."""


RUNNERS = [Runner("python", BETA_B), Runner("python-asyncio", BETA_B)]
