"""A real ``gatepass serve``, to be killed: started on one home and port again and again."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.workers.cluster import Worker

GATEPASS = Path(sys.executable).with_name("gatepass")
READY_WITHIN = 30.0
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("GATEPASS_")}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Victim:
    """The server of one home. It has a process group of its own, so that all of it can be ended."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    connections: list[http.client.HTTPConnection] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {**CLEAN, **self.settings}

    @property
    def log(self) -> str:
        return (self.home / "serve.log").read_text(errors="replace")

    def command(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command of gatepass on the same home."""
        return subprocess.run(
            [str(GATEPASS), *words, "--home", str(self.home)],
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, workers: int = 1) -> None:
        """Start it and wait until it is ready."""
        words = ("serve", "--home", self.home, "--port", self.port, "--workers", workers)
        with (self.home / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(GATEPASS), *map(str, words)],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.ready()

    def ready(self) -> None:
        """Wait until it says that it is ready."""
        deadline = time.monotonic() + READY_WITHIN
        while self.status("/readyz") != 200:
            assert self.process is not None
            assert self.process.poll() is None, f"the server ended: {self.log[-3000:]}"
            assert time.monotonic() < deadline, f"the server is not ready: {self.log[-3000:]}"
            time.sleep(0.02)

    def status(self, path: str) -> int | None:
        """Return the status of a page, None if nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def page(self, path: str) -> bytes:
        """Return a page, over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().read()
        finally:
            connection.close()

    def client(self) -> Worker:
        """Return one connection; which worker answers it is not asked."""
        self.connections.append(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30))
        return Worker(0, self.connections[-1])

    def hang_up(self) -> None:
        """Close every connection; nobody may be using one."""
        while self.connections:
            self.connections.pop().close()

    def kill(self) -> None:
        """End all of its processes at once, with SIGKILL."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Let it end in order."""
        self._end(signal.SIGTERM)

    def _end(self, number: int) -> None:
        if self.process is not None:
            if self.process.poll() is None:
                os.killpg(self.process.pid, number)
            self.process.wait(timeout=30)
            self.process = None
