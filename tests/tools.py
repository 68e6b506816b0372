"""The programs some tests need: where each is looked for, and what to say when it is missing."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Tool:
    """A program that a machine may lack."""

    program: str
    #: What provides it, in words that end "...is not on this machine: install ...".
    install: str
    #: Folders beside PATH where it may be, as glob patterns (Debian keeps servers off PATH).
    folders: tuple[str, ...] = ()
    #: Paths in the checkout that must exist too, and what makes them.
    needs: tuple[str, ...] = ()

    def find(self) -> Path | None:
        """Return the program's path, if the machine has it."""
        extra = [str(p) for pattern in self.folders for p in sorted(Path("/").glob(pattern))]
        places = os.pathsep.join([os.environ.get("PATH", os.defpath), *extra])
        found = shutil.which(self.program, path=places)
        return Path(found) if found else None

    def missing(self) -> str | None:
        """Say why a test that needs the tool cannot run, or None if it can."""
        if self.find() is None:
            return f"{self.program} is not on this machine: install {self.install}"
        for need in self.needs:
            if not (ROOT / need).exists():
                return f"{need} is not there: `make test` installs it"
        return None


CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""For Debian's Chromium as whoever runs the tests, root included; it asks the world for nothing."""

TOOLS = {
    "curl": Tool("curl", "Debian's curl"),
    "git": Tool("git", "Debian's git"),
    "make": Tool("make", "Debian's make"),
    "node": Tool("node", "Node.js 20 or newer", needs=("tests/clients/js/node_modules",)),
    "typescript": Tool(
        "node", "Node.js 20 or newer, with npm", needs=("sdks/typescript/node_modules",)
    ),
    "mcs": Tool("mcs", "Debian's mono-mcs"),
    "mono": Tool("mono", "Debian's mono-mcs and libmono-system-net-http4.0-cil"),
    "chromium": Tool("chromium", "Debian's chromium"),
    "postgres": Tool("initdb", "Debian's postgresql", folders=("usr/lib/postgresql/*/bin",)),
    "pgbouncer": Tool("pgbouncer", "Debian's pgbouncer", folders=("usr/sbin",)),
}


def tool(name: str) -> Path:
    """Return the path of a tool that the test is marked as needing."""
    found = TOOLS[name].find()
    assert found is not None, f"mark the test with @pytest.mark.needs({name!r})"
    return found
