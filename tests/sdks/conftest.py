"""The server that the client suites know, and a fresh environment with the built wheel in it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.clients.conftest import instance
from tests.sdks.csharp import csharp
from tests.sdks.misbehaving import Misbehaving
from tests.sdks.typescript import packed
from tests.tools import ROOT

__all__ = ["csharp", "instance", "packed"]

PYTHON_SDK = ROOT / "sdks" / "python"


@dataclass(frozen=True)
class Installed:
    """A Python in which the client is installed as its users install it."""

    python: Path
    wheel: Path
    sdist: Path

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python, *words],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build wheel and sdist, and install the wheel; nothing is asked of a registry.

    Of this environment it sees what the wheel says that it depends on, and nothing else.
    """
    folder = tmp_path_factory.mktemp("python-sdk")
    dist = folder / "dist"
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(dist)]
    run(build, cwd=PYTHON_SDK)
    (wheel,) = dist.glob("*.whl")
    (sdist,) = dist.glob("*.tar.gz")
    run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")])
    (site,) = (folder / "venv").glob("lib/python*/site-packages")
    install = [sys.executable, "-m", "pip", "install", "--no-index", "--no-deps", "-q"]
    run([*install, "--no-compile", "--target", str(site), str(wheel)])
    for name in needed("httpx2"):
        for file in metadata.distribution(name).files or ():
            top = file.parts[0]
            if top not in ("..", "__pycache__") and not (site / top).exists():
                (site / top).symlink_to(Path(str(file.locate())).parents[len(file.parts) - 1] / top)
    return Installed(folder / "venv" / "bin" / "python", wheel, sdist)


def needed(name: str) -> set[str]:
    """Return a package and all that it depends on here."""
    found = {name}
    for line in metadata.requires(name) or ():
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            found |= needed(wanted.name)
    return found


def run(command: list[str], cwd: Path | None = None) -> None:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def misbehaving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Misbehaving]:
    with Misbehaving(tmp_path_factory.mktemp("misbehaving")) as server:
        yield server
