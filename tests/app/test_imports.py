"""What a start imports, for every module costs each worker time and memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gatepass import app
from gatepass.settings import Settings

# As `gatepass serve` does: the command line, then what serves, then the application's own start.
START = """
import asyncio, os, sys
import gatepass.cli.main, gatepass.cli.serving
from gatepass.http.protocol import GuardedProtocol
from gatepass import app

async def start(worker):
    words = iter(["startup", "shutdown"])
    async def receive():
        return {"type": f"lifespan.{next(words)}"}
    async def send(message):
        if message["type"] == "lifespan.startup.complete":
            print(*sorted(sys.modules), sep="\\n")
        else:
            assert message["type"] == "lifespan.shutdown.complete", message
    await worker({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)

asyncio.run(start(app.worker()))
"""
NEEDED = {"gatepass.storage.sqlite", "sqlalchemy", "structlog", "typer", "uvicorn"}
UNNEEDED = {
    "alembic": "applies revisions; a start compares one number",
    "asyncpg": "PostgreSQL's driver",
    "gatepass.http.traces": "behind a setting",
    "gatepass.storage.postgres": "the other store",
    "joserfc": "signs custom tokens, from the first one on",
    "opentelemetry": "behind a setting",
    "prometheus_client": "words a page of metrics when it is asked for",
    "pydantic": "typer checks parameters with it",
    "pygments": "colours what rich prints",
    "rich": "prints what no server prints; structlog would import it",
    "sqlalchemy.dialects.postgresql": "SQLAlchemy imports it for a table that names it",
    "sqlalchemy.orm": "there is no ORM here",
}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the modules that a new process has when it is ready to serve an SQLite home."""
    home = tmp_path_factory.mktemp("imports") / "home"
    app.prepare(home, Settings())
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GATEPASS_")}
    started = subprocess.run(
        [sys.executable, "-c", START],
        env=clean | {app.HOME: str(home)},
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 0, started.stderr
    return set(started.stdout.splitlines())


def test_a_start_imports_what_it_needs(imported: set[str]) -> None:
    assert imported >= NEEDED


@pytest.mark.parametrize("name", UNNEEDED, ids=str)
def test_a_start_on_sqlite_does_without(imported: set[str], name: str) -> None:
    found = {one for one in imported if one == name or one.startswith(f"{name}.")}

    assert not found, UNNEEDED[name]
