"""The command line as a user types it: real processes on homes of their own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

GATEPASS = Path(sys.executable).with_name("gatepass")
ADMIN_PASSWORD = "Kestrel-Under-41-Bridges"
PASSWORD = "Lantern-Over-77-Rivers"
READY_WITHIN = 30.0
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("GATEPASS_")}


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Cli:
    """The command line on one home."""

    home: Path

    def attempt(self, *words: str, stdin: str = "", **environment: str) -> Done:
        """Run a command that may be refused."""
        done = subprocess.run(
            [GATEPASS, *words],
            input=stdin,
            env={**CLEAN, "GATEPASS_HOME": str(self.home), **environment},
            cwd=self.home.parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def __call__(self, *words: str, stdin: str = "", **environment: str) -> Done:
        """Run a command that must succeed, and say nothing on standard error."""
        done = self.attempt(*words, stdin=stdin, **environment)
        assert (done.code, done.err) == (0, ""), done
        return done

    def refused(self, code: int, *words: str, stdin: str = "", **environment: str) -> str:
        """Run a command that must end with this code, and return the one line that it says."""
        done = self.attempt(*words, stdin=stdin, **environment)
        assert done.code == code, done
        assert done.err.startswith("gatepass: "), done
        assert done.err.count("\n") == 1, done
        assert done.out == ""
        return done.err.removeprefix("gatepass: ").strip()

    def misused(self, *words: str, stdin: str = "") -> str:
        """Run a command that must not be understood, and return the last line that it says."""
        done = self.attempt(*words, stdin=stdin)
        assert done.code == 2, done
        return done.err.strip().splitlines()[-1]


@dataclass(frozen=True)
class Server:
    """A running server, and its log."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def get(self, path: str, **more: Any) -> httpx2.Response:
        return httpx2.get(f"{self.url}/api/rest/2.0/{path}", **more)

    def post(self, path: str, **body: Any) -> httpx2.Response:
        return httpx2.post(f"{self.url}/api/rest/2.0/{path}", json=body)

    def whoami(self, token: str) -> int:
        """Return the status of asking who one is."""
        reply = self.get("auth/session/user", headers={"Authorization": f"Bearer {token}"})
        return reply.status_code

    def whose_session(self, cookie: str) -> int:
        """Return the status of asking who one is, with a session cookie."""
        reply = self.get("auth/session/user", headers={"Cookie": f"JSESSIONID={cookie}"})
        return reply.status_code

    def login(self, username: str, password: str) -> str:
        """Log in and return the session cookie."""
        reply = self.post("auth/session/login", username=username, password=password)
        assert reply.status_code == 204, reply.text
        return str(reply.cookies["JSESSIONID"])

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=20)


Serve = Callable[..., Server]


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server is ready."""
    deadline = time.monotonic() + READY_WITHIN
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            if httpx2.get(f"{url}/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.02)


def address(log: Path, process: subprocess.Popen[bytes]) -> str:
    """Return where a server with a free port listens, as its log says."""
    deadline = time.monotonic() + READY_WITHIN
    while True:
        for line in log.read_text().splitlines():
            if '"serving"' in line:
                return f"http://127.0.0.1:{json.loads(line)['port']}"
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)


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

    def start(*words: str, **environment: str) -> Server:
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
        wait_for(url, process, log)
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
