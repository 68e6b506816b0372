"""The scenarios of sdks/scenarios: every client, the same cases, the same results."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.clients.conftest import Instance, until_expired
from tests.sdks.conftest import PYTHON_SDK, Installed
from tests.sdks.csharp import Built
from tests.sdks.judging import differences, misfits, told, unlike
from tests.sdks.misbehaving import Misbehaving, Seen
from tests.sdks.runners import RUNNERS, Runner, params
from tests.sdks.scenarios import Scenario, every_scenario, filled, read_outcomes
from tests.sdks.typescript import Packed

SCENARIOS = every_scenario()
Outcomes = dict[str, list[list[dict[str, Any]]]]
OBJECT = "061457a2-27bc-43a9-9754-0cd873691bf0"


@dataclass(frozen=True)
class Run:
    """All scenarios, run by one client: what it told, and what it sent where we could see it."""

    runner: Runner
    facts: dict[str, Any]
    outcomes: Outcomes
    seen: dict[str, list[Seen]]
    printed: str
    plan: dict[str, Any]


def facts_of(instance: Instance, expired: str, revoked: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "secret": instance.secret,
        "expired_token": expired,
        "revoked_token": revoked,
        "object_id": OBJECT,
    }
    for name in ("primary", "north", "south", "admin", "mira", "lena"):
        facts |= {f"{name}.{part}": one for part, one in asdict(getattr(instance, name)).items()}
    return facts


@pytest.fixture(scope="session")
def facts(instance: Instance) -> dict[str, Any]:
    with httpx2.Client(base_url=f"{instance.url}/api/rest/2.0/auth/token") as http:

        def issue(seconds: int) -> dict[str, Any]:
            wish = {"username": "mira", "secret_key": instance.secret}
            body: dict[str, Any] = http.post(
                "full", json=wish | {"validity_time_in_sec": seconds}
            ).json()
            return body

        expired, revoked = issue(1), issue(300)
        bearer = {"Authorization": f"Bearer {revoked['token']}"}
        assert http.post("revoke", headers=bearer).status_code == 204
        time.sleep(until_expired(expired["expiration_time_in_millis"]))
    return facts_of(instance, expired["token"], revoked["token"])


@dataclass(frozen=True)
class Stage:
    """Runs each client once, when the first test asks for it."""

    request: pytest.FixtureRequest
    instance: Instance
    misbehaving: Misbehaving
    facts: dict[str, Any]
    folder: Path
    runs: dict[str, Run] = field(default_factory=dict)

    def run(self, runner: Runner) -> Run:
        if runner.sdk not in self.runs:
            self.runs[runner.sdk] = self._played(runner)
        return self.runs[runner.sdk]

    def _played(self, runner: Runner) -> Run:
        facts = self.facts | {"run": runner.sdk}
        scenes = [one for one in SCENARIOS if one.is_for(runner.sdk)]
        plans = []
        for one in scenes:
            key = f"{runner.sdk}/{one.name}"
            self.misbehaving.scripts[key] = {
                what.replace("{beta}", runner.beta): answers
                for what, answers in one.answers.items()
            }
            here = one.server == "gatepass"
            url = self.instance.url if here else self.misbehaving.url(one.server, key)
            plans.append(one.plan(url, facts))
        plan = self.folder / f"{runner.sdk}-plan.json"
        outcomes = self.folder / f"{runner.sdk}-outcomes.json"
        plan.write_text(json.dumps({"scenarios": plans}))
        printed = STARTS[runner.sdk](self.request, plan, outcomes)
        seen = {one.name: self.misbehaving.seen[f"{runner.sdk}/{one.name}"] for one in scenes}
        told = {one["name"]: one for one in plans}
        return Run(runner, facts, read_outcomes(outcomes), seen, printed, told)


@pytest.fixture(scope="session")
def stage(
    request: pytest.FixtureRequest,
    instance: Instance,
    misbehaving: Misbehaving,
    facts: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Stage:
    return Stage(request, instance, misbehaving, facts, tmp_path_factory.mktemp("stage"))


@pytest.fixture(params=params(RUNNERS))
def run(request: pytest.FixtureRequest, stage: Stage) -> Run:
    runner: Runner = request.param
    return stage.run(runner)


def python(way: str) -> Callable[[pytest.FixtureRequest, Path, Path], str]:
    def start(request: pytest.FixtureRequest, plan: Path, outcomes: Path) -> str:
        installed: Installed = request.getfixturevalue("installed")
        done = installed.run(
            str(PYTHON_SDK / "run_scenarios.py"),
            way,
            GATEPASS_PLAN=str(plan),
            GATEPASS_OUTCOMES=str(outcomes),
            NO_PROXY="127.0.0.1",
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
        return done.stdout + done.stderr

    return start


def typescript(request: pytest.FixtureRequest, plan: Path, outcomes: Path) -> str:
    packed: Packed = request.getfixturevalue("packed")
    return packed.scenarios(plan, outcomes)


def csharp(way: str) -> Callable[[pytest.FixtureRequest, Path, Path], str]:
    def start(request: pytest.FixtureRequest, plan: Path, outcomes: Path) -> str:
        built: Built = request.getfixturevalue("csharp")
        runner = built.program("RunScenarios.cs")
        told = built.run(runner, way, GATEPASS_PLAN=str(plan), GATEPASS_OUTCOMES=str(outcomes))
        assert told.returncode == 0, (told.stdout + told.stderr)[-3000:]
        return told.stdout + told.stderr

    return start


STARTS: dict[str, Callable[[pytest.FixtureRequest, Path, Path], str]] = {
    "python": python("sync"),
    "python-asyncio": python("async"),
    "typescript": typescript,
    "csharp": csharp("async"),
    "csharp-sync": csharp("sync"),
}


def test_there_are_enough_scenarios_and_no_name_is_used_twice() -> None:
    names = [one.name for one in SCENARIOS]

    assert len(names) == len(set(names)) >= 40


@pytest.mark.parametrize(
    ("run", "scenario"),
    [
        pytest.param(runner, one, id=f"{runner.sdk}-{one.name}", marks=runner.marks)
        for runner in RUNNERS
        for one in SCENARIOS
        if one.is_for(runner.sdk)
    ],
    indirect=["run"],
)
def test_a_scenario_ends_as_it_should(run: Run, scenario: Scenario) -> None:
    steps = run.outcomes[scenario.name]
    wrong: list[str] = []
    for number, (step, outcomes) in enumerate(zip(scenario.steps, steps, strict=False), 1):
        if "call" in step:
            assert len(outcomes) == step.get("times", 1)
            expected = filled(step["expect"], run.facts)
            wrong += [
                f"step {number}: {one}"
                for outcome in outcomes
                for one in differences(expected, outcome)
            ]
    assert wrong == []
    assert len(steps) == len(scenario.steps)
    assert unasked(run, scenario) == []


@pytest.mark.parametrize("other", params(RUNNERS[1:]))
def test_the_same_cases_have_the_same_results(stage: Stage, other: Runner) -> None:
    first, second = stage.run(RUNNERS[0]), stage.run(other)
    common = first.outcomes.keys() & second.outcomes.keys()
    assert len(common) >= 40
    wrong: dict[str, list[Any]] = {}
    for name in common:
        calls = [[one for step in run.outcomes[name] for one in step] for run in (first, second)]
        for one, two in zip(*calls, strict=True):
            found = [] if told(one) == told(two) else [(told(one), told(two))]
            kinds = unlike(one.get("returned"), two.get("returned"))
            wrong.setdefault(name, []).extend([*found, *kinds])

    assert {name: found for name, found in wrong.items() if found} == {}


def unasked(run: Run, scenario: Scenario) -> list[str]:
    """Return how the requests differ from those that were to be sent, in this order."""
    expected: list[dict[str, Any]] = []
    if scenario.requests is None:
        return []
    for one in scenario.requests:
        wanted: dict[str, Any] = {"what": one} if isinstance(one, str) else dict(one)
        wanted["what"] = wanted["what"].replace("{beta}", run.runner.beta)
        expected += [wanted] * wanted.pop("times", 1)
    found = [
        {
            "what": f"{one.method} {one.path}",
            "body": one.body,
            "bearer": one.headers.get("authorization", "").removeprefix("Bearer ") or None,
        }
        for one in run.seen[scenario.name]
    ]
    wrong = misfits([one["what"] for one in expected], [one["what"] for one in found], "asked")
    if wrong:
        return wrong
    pairs = list(zip(expected, found, strict=True))
    return [
        f"{wanted['what']}: {part} is {one[part]!r}, not {wanted[part]!r}"
        for wanted, one in pairs
        for part in ("body", "bearer")
        if part in wanted and wanted[part] != one[part]
    ] + [
        f"{wanted['what']}: {wrong}"
        for wanted, one in pairs
        for wrong in misfits(wanted.get("body_has", {}), one["body"] or {}, "body")
    ]


def secrets_of(run: Run, name: str) -> set[str]:
    """Return every password, key and token that a scenario's client was told or told us."""
    kept = {"password", "secret_key", "secretKey", "token", "key", "access_token"}
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, dict):
            for part, one in value.items():
                if part in kept and isinstance(one, str) and len(one) > 3:
                    found.add(one)
                look(one)
        elif isinstance(value, list):
            for one in value:
                look(one)

    look(run.plan[name])
    for step in run.outcomes[name]:
        look([one.get("returned") for one in step])
    for asked in run.seen[name]:
        look(asked.body)
        found.add(asked.headers.get("authorization", "").removeprefix("Bearer ") or "no secret")
    return {one for one in found if not one.startswith("${")}


def test_no_secret_shows_in_a_text_of_the_client(run: Run) -> None:
    shown = {
        name: text
        for name, steps in run.outcomes.items()
        for step in steps
        for outcome in step
        for text in [*outcome["shown"], outcome.get("failed", {}).get("message", "")]
        if any(secret in text for secret in secrets_of(run, name))
    }

    assert shown == {}


def test_no_secret_is_printed_or_logged(run: Run) -> None:
    printed = {secret for name in run.outcomes for secret in secrets_of(run, name)}

    assert len(printed) > 20
    assert [secret for secret in printed if secret in run.printed] == []
    assert "JSESSIONID=" not in run.printed
