"""What the tests of the command line get: a filled home, and servers on it."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.processes import (
    ADMIN_PASSWORD,
    CLEAN,
    GATEPASS,
    PASSWORD,
    Cli,
    Serve,
    Server,
    address,
    wait_for,
)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was made with the command line, with the Org north and mira in it."""
    home = tmp_path_factory.mktemp("filled") / "home"
    cli = Cli(home)
    cli("init", GATEPASS_ADMIN_PASSWORD=ADMIN_PASSWORD)
    cli("org", "create", "north")
    words = ("--password-stdin", "--org", "Primary", "--org", "north")
    cli("account", "create", "mira", *words, stdin=f"{PASSWORD}\n")
    return home


@pytest.fixture
def cli(filled: Path, tmp_path: Path) -> Cli:
    """The command line on a copy of that home."""
    shutil.copytree(filled, tmp_path / "home")
    return Cli(tmp_path / "home")


@pytest.fixture
def serve(cli: Cli, tmp_path: Path) -> Iterator[Serve]:
    """Start servers on the home of ``cli``; they are stopped at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str, verify: Path | None = None, **environment: str) -> Server:
        log = tmp_path / f"serve-{len(started)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [GATEPASS, "serve", "--port", "0", *words, "--home", cli.home],
                env={**CLEAN, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        started.append(process)
        url = address(log, process)
        wait_for(url, process, log, verify)
        return Server(process, url, log)

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
