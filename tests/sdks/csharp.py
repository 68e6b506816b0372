"""The C# client: compiled with Mono's compiler as a library, and what is compiled against it."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.tools import ROOT, tool

CSHARP_SDK = ROOT / "sdks" / "csharp"
LIBRARY = "Gatepass.Sdk.dll"


@dataclass(frozen=True)
class Built:
    """The library in a folder; programs are put beside it, and see of it what users see."""

    folder: Path
    programs: dict[str, Path] = field(default_factory=dict)

    def program(self, *names: str, text: str | None = None, options: tuple[str, ...] = ()) -> Path:
        """Compile files of sdks/csharp/tests, or one with the given text, if that is yet to be."""
        if names[0] not in self.programs:
            sources = [CSHARP_SDK / "tests" / name for name in names]
            if text is not None:
                sources = [self.folder / names[0]]
                sources[0].write_text(text)
            self.programs[names[0]] = self.folder / f"{sources[0].stem}.exe"
            library = f"-r:{self.folder / LIBRARY}"
            compile_to(self.programs[names[0]], sources, library, *options)
        return self.programs[names[0]]

    def run(
        self, program: Path, *words: str, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [tool("mono"), "--debug", program, *words],
            env=os.environ | environment | {"NO_PROXY": "127.0.0.1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=200,
        )


def compile_to(target: Path, sources: list[Path], *options: str) -> None:
    """Compile what C# 7 allows; a warning is an error."""
    kind = "library" if target.suffix == ".dll" else "exe"
    always = ["-langversion:7", "-warnaserror", "-debug", f"-target:{kind}", f"-out:{target}"]
    done = subprocess.run(
        [tool("mcs"), *always, "-r:System.Net.Http.dll", *options, *sources],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def csharp(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Compile the client, its documentation too: what that refers to must exist."""
    folder = tmp_path_factory.mktemp("csharp-sdk")
    described = [f"-doc:{folder / 'Gatepass.Sdk.xml'}", "-nowarn:1591"]
    compile_to(folder / LIBRARY, sorted((CSHARP_SDK / "src").glob("*.cs")), *described)
    return Built(folder)
