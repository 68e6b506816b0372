"""Two workers on one home, started as a user starts them, and each of them asked by name.

Which worker answers a connection is read from the kernel: the far end of the test's own socket is
among the open files of one of the server's processes.
"""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from gatepass.core import Core
from gatepass.core.clock import system_clock
from gatepass.core.local import operator
from gatepass.core.records import Org, Principal
from tests.world import HERE, PASSWORD, V2, headers

GATEPASS = Path(sys.executable).with_name("gatepass")
ADMIN_PASSWORD = "Kestrel-Under-41-Bridges"
READY_WITHIN = 30.0
MOST_CONNECTIONS = 400


@dataclass(frozen=True)
class Answer:
    """What a worker answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def cookie(self) -> str:
        """The session cookie that was set."""
        for line in self.headers.get_all("set-cookie", []):
            if line.startswith("JSESSIONID="):
                return str(line.partition("=")[2].partition(";")[0])
        raise AssertionError("no session cookie was set")


class Worker:
    """One process of the server, and a connection that it answers."""

    def __init__(self, pid: int, connection: http.client.HTTPConnection) -> None:
        self.pid = pid
        self._connection = connection

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        credential: Mapping[str, str] | None = None,
        form: Mapping[str, object] | None = None,
    ) -> Answer:
        fields = dict(credential or {})
        sent = None if body is None else json.dumps(body)
        if body is not None:
            fields["Content-Type"] = "application/json"
        if form is not None:
            sent = urlencode(form)
            fields["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, sent, headers=fields)
        reply = self._connection.getresponse()
        return Answer(reply.status, reply.headers, reply.read())

    def post(self, path: str, credential: Mapping[str, str] | None = None, **body: Any) -> Answer:
        return self.ask("POST", f"{V2}/{path}", body, credential)

    def whoami(self, credential: Mapping[str, str]) -> Answer:
        return self.ask("GET", f"{V2}/auth/session/user", credential=credential)

    def login(self, name: str, password: str = PASSWORD) -> dict[str, str]:
        reply = self.post("auth/session/login", username=name, password=password)
        assert reply.status == 204, reply.body
        return headers(cookie=reply.cookie)

    def token(self, name: str, kind: str = "full", **body: Any) -> dict[str, str]:
        if "secret_key" not in body:
            body.setdefault("password", PASSWORD)
        reply = self.post(f"auth/token/{kind}", username=name, **body)
        assert reply.status == 200, reply.body
        return headers(bearer=reply.json["token"])


@dataclass
class Cluster:
    """The server, started, stopped and started again on one home and port."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)
    connections: list[http.client.HTTPConnection] = field(default_factory=list)

    def start(self) -> None:
        words = ["serve", "--home", str(self.home), "--port", str(self.port), "--workers", "2"]
        with (self.home / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(GATEPASS), *words],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + READY_WITHIN
        while not self._is_ready():
            log_text = (self.home / "serve.log").read_text()
            assert self.process.poll() is None, f"the server ended: {log_text}"
            assert time.monotonic() < deadline, f"the server is not ready: {log_text}"
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
            self.process = None

    def workers(self) -> list[Worker]:
        """Return two workers, each with a connection of its own, in no particular order."""
        found: dict[int, Worker] = {}
        for _ in range(MOST_CONNECTIONS):
            worker = self._connect()
            found.setdefault(worker.pid, worker)
            if len(found) == 2:
                return list(found.values())
        raise AssertionError(f"only {list(found)} answered {MOST_CONNECTIONS} connections")

    def hang_up(self) -> None:
        """Close every connection."""
        while self.connections:
            self.connections.pop().close()

    def _connect(self) -> Worker:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.connections.append(connection)
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        assert connection.sock is not None
        return Worker(self._holder(connection.sock.getsockname()[1]), connection)

    def _holder(self, far_port: int) -> int:
        """Return the process that holds the server's end of a connection."""
        ours = f"0100007F:{self.port:04X}", f"0100007F:{far_port:04X}"
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            columns = line.split()
            if (columns[1], columns[2]) == ours:
                inode = f"socket:[{columns[9]}]"
                for pid in self._children():
                    if inode in _open_files(pid):
                        return pid
        raise AssertionError("no worker holds the connection")

    def _children(self) -> list[int]:
        assert self.process is not None
        parent = self.process.pid
        return [
            int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        ]

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def _open_files(pid: int) -> set[str]:
    found = set()
    for path in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.add(str(path.readlink()))
        except OSError:
            continue
    return found


def founded(home: Path) -> Cluster:
    """Make a home with the command line; cheap hashing keeps the suite quick."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GATEPASS_")}
    environment = {
        **clean,
        "GATEPASS_ADMIN_PASSWORD": ADMIN_PASSWORD,
        "GATEPASS_HASH_TIME": "1",
        "GATEPASS_HASH_MEMORY": "64",
        "GATEPASS_FLOOD_LIMIT": "10000",
    }
    subprocess.run(
        [str(GATEPASS), "init", "--home", str(home)],
        env=environment,
        check=True,
        capture_output=True,
        timeout=60,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return Cluster(home, port, environment=environment)


@dataclass(frozen=True)
class Operator:
    """A third process on the same home that changes things, as the command line does."""

    core: Core

    @property
    def by(self) -> Principal:
        return operator(system_clock())

    async def person(self, *, org: Org | None = None) -> str:
        """Create an account with the suite's password, and return its name."""
        name = f"mira-{secrets.token_hex(4)}"
        await self.core.accounts.create(
            self.by, HERE, name=name, password=PASSWORD, org=None if org is None else org.id
        )
        return name

    async def org(self) -> Org:
        return await self.core.orgs.create(self.by, HERE, name=f"org-{secrets.token_hex(4)}")

    async def group(self, *privileges: str) -> str:
        name = f"group-{secrets.token_hex(4)}"
        await self.core.groups.create(self.by, HERE, name=name, privileges=privileges)
        return name

    async def secret(self, org: Org | None = None) -> str:
        trusted = self.core.trusted
        if org is None:
            await trusted.configure(self.by, HERE, cluster=True)
        else:
            await trusted.configure(self.by, HERE, for_orgs=[(org.id, True)])
        return (await trusted.secrets_of(self.by, HERE, None if org is None else org.id))[0].text
