"""Reads sdks/scenarios: every case as one plan for a runner, and what is expected of it.

The format is told in sdks/scenarios/README.md.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.tools import ROOT

FOLDER = ROOT / "sdks" / "scenarios"
FACT = re.compile(r"\$\{([a-z0-9_.]+)\}")
FIRST_PAUSE = 0.01  # seconds; a shorter one than users have


@dataclass(frozen=True)
class Scenario:
    """One case: its data as in the file, each answer written out."""

    name: str
    server: str
    clients: dict[str, dict[str, Any]]
    steps: list[dict[str, Any]]
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    requests: list[Any] | None = None
    only: tuple[str, ...] = ()

    def is_for(self, sdk: str) -> bool:
        return not self.only or sdk in self.only

    def plan(self, base_url: str, facts: dict[str, Any]) -> dict[str, Any]:
        """Return what the runner is told: addresses and facts filled in, nothing expected."""
        clients = {
            name: {"base_url": base_url, "first_pause_seconds": FIRST_PAUSE, **client}
            for name, client in self.clients.items()
        }
        steps = [
            {
                "client": "main",
                "with": None,
                "times": 1,
                **{part: told for part, told in step.items() if part != "expect"},
            }
            for step in self.steps
        ]
        plan: dict[str, Any] = filled(
            {"name": self.name, "clients": clients, "steps": steps}, facts
        )
        return plan


def filled(value: Any, facts: dict[str, Any]) -> Any:
    """Return data with its facts in it; ``${saved...}`` is the runner's."""
    if isinstance(value, dict):
        return {name: filled(part, facts) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, facts) for part in value]
    if not isinstance(value, str):
        return value
    whole = FACT.fullmatch(value)
    if whole and not whole[1].startswith("saved."):
        return facts[whole[1]]
    return FACT.sub(
        lambda one: one[0] if one[1].startswith("saved.") else str(facts[one[1]]), value
    )


def every_scenario() -> list[Scenario]:
    """Read all files, in the order of their names."""
    named = json.loads((FOLDER / "answers.json").read_text())
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        if path.name != "answers.json":
            data = json.loads(path.read_text())
            found += [_scenario(one, named) for one in data.get("scenarios", [])]
            found += [
                _crossed(operation, failure, named)
                for failure in data.get("failures", [])
                for operation in data["operations"]
                if operation["name"] not in failure.get("but", [])
            ]
    return found


def _scenario(data: dict[str, Any], named: dict[str, Any]) -> Scenario:
    data = dict(data)
    data["answers"] = {
        what: [named[one] if isinstance(one, str) else one for one in listed]
        for what, listed in data.get("answers", {}).items()
    }
    data.setdefault("server", "gatepass")
    data.setdefault("clients", {"main": {}})
    data["only"] = tuple(data.get("only", ()))
    data.pop("says", None)
    return Scenario(**data)


def _crossed(operation: dict[str, Any], failure: dict[str, Any], named: dict[str, Any]) -> Scenario:
    """Return the scenario of one operation that meets one failure."""
    sends = operation["sends"]
    tries = failure.get("tries", {})
    count = tries.get(operation["kind"], 1)
    step = {"call": operation["call"], "with": operation.get("with"), "expect": failure["expect"]}
    answers = {sends: [failure["answer"]]} if "answer" in failure else {}
    return _scenario(
        {
            "name": f"{operation['name']}-{failure['name']}",
            "server": failure.get("server", "misbehaving"),
            "clients": {"main": {"access_token": "a-token-of-tests", **failure.get("client", {})}},
            "steps": [step],
            "answers": answers,
            "requests": [sends] * count if answers else [],
        },
        named,
    )


def path_of(what: str, sdk_prefix: str) -> str:
    """Return a request with the SDK's own prefix of the betas in it."""
    return what.replace("{beta}", sdk_prefix)


def read_outcomes(path: Path) -> dict[str, list[list[dict[str, Any]]]]:
    """Return what a runner wrote: by scenario, by step, each of its calls."""
    outcomes: dict[str, list[list[dict[str, Any]]]] = json.loads(path.read_text())
    return outcomes
