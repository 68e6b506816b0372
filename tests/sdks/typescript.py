"""The TypeScript client, packed and installed from its tarball as its users install it."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tools import ROOT, tool

TYPESCRIPT_SDK = ROOT / "sdks" / "typescript"
TSC = TYPESCRIPT_SDK / "node_modules" / ".bin" / "tsc"


@dataclass(frozen=True)
class Packed:
    """A folder of a user in which the client is installed, and the tarball that it came from."""

    folder: Path
    tarball: Path

    def node(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return done([tool("node"), *words], self.folder, environment)

    def scenarios(self, plan: Path, outcomes: Path) -> str:
        """Run a plan; return all that was printed, what Node.js itself logs included."""
        runner = shutil.copy(TYPESCRIPT_SDK / "run_scenarios.mjs", self.folder)
        told = self.node(
            str(runner),
            GATEPASS_PLAN=str(plan),
            GATEPASS_OUTCOMES=str(outcomes),
            NODE_DEBUG="fetch,undici,tls",
        )
        assert told.returncode == 0, (told.stdout + told.stderr)[-3000:]
        return told.stdout + told.stderr

    def compiled(self, program: Path, *options: str) -> subprocess.CompletedProcess[str]:
        """Compile a program beside the installed client, strictly."""
        strict = ["--strict", "--target", "es2022", "--module", "nodenext", "--types", ""]
        return done([TSC, "--pretty", "false", *strict, *options, program.name], program.parent)


def done(
    command: Iterable[str | Path], folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    """Build, pack and install; nothing is asked of a registry, and the checkout stays as it is."""
    folder = tmp_path_factory.mktemp("typescript-sdk")
    source, user = folder / "source", folder / "user"
    ignored = shutil.ignore_patterns("node_modules", "dist")
    shutil.copytree(TYPESCRIPT_SDK, source, ignore=ignored)
    (source / "node_modules").symlink_to(TYPESCRIPT_SDK / "node_modules")
    npm = tool("node").with_name("npm")
    made = done([npm, "pack", "--pack-destination", folder], source)
    assert made.returncode == 0, made.stdout + made.stderr
    (tarball,) = folder.glob("*.tgz")
    user.mkdir()
    (user / "package.json").write_text('{"private": true, "type": "module"}')
    made = done([npm, "install", "--offline", "--no-audit", "--no-fund", tarball], user)
    assert made.returncode == 0, made.stdout + made.stderr
    return Packed(user, tarball)
