"""The command line as a user types it: processes of their own, on homes of their own.

Commands that end soon are forked from a process that has imported the command line before, which
saves most of a second for each; servers are started from nothing.
"""

import io
import json
import multiprocessing
import os
import pty
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import httpx2

from gatepass.cli.main import run

GATEPASS = Path(sys.executable).with_name("gatepass")
ADMIN_PASSWORD = "Kestrel-Under-41-Bridges"
PASSWORD = "Lantern-Over-77-Rivers"
READY_WITHIN = 30.0
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("GATEPASS_")}


_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["gatepass.app", "gatepass.cli.main", "alembic.command"])


class Files(NamedTuple):
    """What a command has as its standard input, output and error."""

    stdin: str
    stdout: str
    stderr: str


def type_in(words: Sequence[str], files: Files, environment: dict[str, str], folder: str) -> None:
    """Run the command line in this process, a new one that has imported it before."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(files):
        flags = os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY
        os.dup2(os.open(path, flags), number)
    sys.stdin = io.TextIOWrapper(io.FileIO(0))
    sys.argv = [str(GATEPASS), *words]
    run()


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
        with TemporaryDirectory() as folder:
            files = Files(*(str(Path(folder) / name) for name in ("stdin", "stdout", "stderr")))
            Path(files.stdin).write_bytes(stdin.encode())
            full = {**CLEAN, "GATEPASS_HOME": str(self.home), **environment}
            process = _FORKS.Process(
                target=type_in, args=(words, files, full, str(self.home.parent))
            )
            process.start()
            process.join(timeout=60)
            code = process.exitcode
            process.kill()
            out, err = Path(files.stdout).read_text(), Path(files.stderr).read_text()
        assert "Traceback" not in err, err
        assert code is not None, "the command does not end"
        return Done(code, out, err)

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


def wait_for(
    url: str, process: subprocess.Popen[bytes], log: Path, verify: Path | None = None
) -> None:
    """Wait until a server is ready; over https its certificate is to be this one."""
    trusted = ssl.create_default_context(cafile=str(verify)) if verify else True
    deadline = time.monotonic() + READY_WITHIN
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            if httpx2.get(f"{url}/readyz", verify=trusted).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.02)


def address(log: Path, process: subprocess.Popen[bytes]) -> str:
    """Return where a server with a free port listens, as its log says."""
    deadline = time.monotonic() + READY_WITHIN
    while True:
        for line in log.read_text().splitlines():
            if '"serving"' in line:
                said = json.loads(line)
                return f"{said['scheme']}://127.0.0.1:{said['port']}"
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)


def on_a_terminal(home: Path, *words: str, code: int = 0) -> str:
    """Run a command whose standard error is a terminal, and return all that it showed there."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [GATEPASS, *words, "--home", home],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**CLEAN, "TERM": "xterm", "COLUMNS": "120"},
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:
        pass  # the terminal ends with its last process
    os.close(ours)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == code, shown
    assert b"\x1b" not in out
    return shown.decode()
