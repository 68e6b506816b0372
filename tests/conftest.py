"""What every test gets: held randomness, and an honest account of the tests left out.

``@pytest.mark.needs("node")`` leaves a test out, with the reason, where Node.js is missing. With
GATEPASS_TEST_ALL=1 (CI) nothing may be left out: every skip, whatever made it, is a failure.
"""

import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings

from tests.postgres import Cluster, name_of
from tests.tools import TOOLS
from tests.world import World, founded, world

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

SHIFTING = re.compile(r"set\(\{|\bat 0x[0-9a-f]+")
"""A set shows its members in an order of the process, an object its address."""
RUN_ALL = os.environ.get("GATEPASS_TEST_ALL") == "1"

# No deadline: a loaded machine is not a bug. CI draws the same examples each time: what it refuses
# can be tried again.
settings.register_profile("gatepass", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("gatepass")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", f"needs(*tools): left out where a tool is missing ({', '.join(TOOLS)})"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse names that each process spells differently: then no two collect the same tests."""
    shifting = [item.nodeid for item in items if SHIFTING.search(item.nodeid)]
    if shifting:
        raise pytest.UsageError(f"a name that changes from process to process: {shifting[0]}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            if name not in TOOLS:
                pytest.fail(f"tests/tools.py knows no tool named {name!r}", pytrace=False)
            reason = TOOLS[name].missing()
            if reason is not None:
                pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _refuse_skip((yield))


def _refuse_skip(report: Report) -> Report:
    """Turn a skip into a failure where every test must run; an expected failure is no skip."""
    if RUN_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"left out, though GATEPASS_TEST_ALL=1: {_reason(report)}"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return str(report.longrepr)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = Counter(_reason(report) for report in terminalreporter.getreports("skipped"))
    if left_out:
        terminalreporter.section("left out on this machine")
        for reason, count in left_out.most_common():
            terminalreporter.line(f"{count} test{'s' * (count > 1)}: {reason}")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server; who asks for it is marked as needing ``postgres``."""
    one = Cluster()
    yield one
    one.remove()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded home, made once; worlds are copies of it."""
    return founded(tmp_path_factory.mktemp("template") / "home")


@pytest.fixture(scope="session")
def founded_home(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home whose database has its first administrator, and that database."""
    url = cluster.database()
    home = founded(tmp_path_factory.mktemp("nodes") / "home", database_url=url)
    return home, name_of(url)


@dataclass(frozen=True)
class Ground:
    """What a world is made on: a home to copy, and perhaps a database of its own."""

    home: Path
    changes: dict[str, Any]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def ground(request: pytest.FixtureRequest, template: Path) -> Iterator[Ground]:
    """A founded home on each engine in turn."""
    if request.param == "sqlite":
        yield Ground(template, {})
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    home, name = request.getfixturevalue("founded_home")
    url = cluster.database(name)
    yield Ground(home, {"database_url": url})
    cluster.drop(url)


@pytest.fixture
async def here(template: Path, tmp_path: Path) -> AsyncIterator[World]:
    """A world with the default settings."""
    async with world(template, tmp_path / "home") as one:
        yield one
