"""A PostgreSQL server for tests: Debian's, in a folder of its own, on a free loopback port.

Tests get databases of it as an ordinary role that owns them; only the fixtures are its superuser.
"""

import asyncio
import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from tests.tools import tool

T = TypeVar("T")

SYSTEM_USER = "postgres"
ROLE = "gatepass"
PASSWORD = "moor-lantern-51"
STARTS_WITHIN = 30.0


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run something on an event loop of its own, whether or not one runs here."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server(ABC):
    """A program in a folder that only its own system user may read."""

    def __init__(self, within: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gatepass-pg-", dir=within))
        self.port = free_port()
        self._as: Sequence[str] = ()
        if os.geteuid() == 0:
            # Neither program serves as root.
            user = pwd.getpwnam(SYSTEM_USER)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._as = ("runuser", "-u", SYSTEM_USER, "--")
        self.process: subprocess.Popen[bytes] | None = None

    def do(self, *words: object) -> None:
        """Run a command as the system user."""
        command = [*self._as, *map(str, words)]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder)

    def launch(self, *words: object) -> None:
        """Start the program and wait until it listens."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self._as, *map(str, words)], stdout=log, stderr=log, cwd=self.folder
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert time.monotonic() < deadline, self.log()
                assert self.process.poll() is None, self.log()
                time.sleep(0.02)
            else:
                return

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def end(self, number: int) -> None:
        """Send the program itself, not the one that changed users, a signal; wait for its end."""
        assert self.process is not None
        os.kill(self.number(), number)
        self.process.wait(timeout=30)
        self.process = None

    @abstractmethod
    def number(self) -> int:
        """Return the process id of the program itself."""

    def remove(self) -> None:
        """Stop the program and delete its folder."""
        if self.process is not None:
            self.end(signal.SIGINT)
        shutil.rmtree(self.folder)


class Cluster(Server):
    """One PostgreSQL server, on disk like a real one: with fsync, and a locale that sorts."""

    def __init__(self, within: Path | None = None) -> None:
        super().__init__(within)
        self._data = self.folder / "data"
        self.do(
            tool("postgres"),
            *("--pgdata", self._data, "--username", SYSTEM_USER, "--encoding", "UTF8"),
            *("--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en-US"),
            *("--auth-local", "trust", "--auth-host", "scram-sha-256", "--no-instructions"),
        )
        try:
            self.start()
            self.ask(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
        except BaseException:
            self.remove()
            raise

    def start(self) -> None:
        """Start the server, on the port that it had."""
        self.launch(
            tool("postgres").with_name("postgres"),
            *("-D", self._data, "-p", self.port, "-k", self.folder),
            *("-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"),
        )
        deadline = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                self.ask("SELECT 1")
            except (OSError, asyncpg.CannotConnectNowError):
                assert time.monotonic() < deadline, self.log()
                time.sleep(0.02)
            else:
                return

    def number(self) -> int:
        return int((self._data / "postmaster.pid").read_text().splitlines()[0])

    def stop(self, number: int = signal.SIGINT) -> None:
        """Stop the server: connections are cut, what was committed stays."""
        self.end(number)

    def has_ended(self) -> bool:
        """Say whether the server gave up by itself; it can be started again then."""
        assert self.process is not None
        if self.process.poll() is None:
            return False
        self.process = None
        return True

    @contextlib.contextmanager
    def held(self, statement: str, database: str) -> Iterator[None]:
        """Keep the locks of a statement, as another program would."""
        with asyncio.Runner() as runner:
            connection = runner.run(
                asyncpg.connect(
                    host=str(self.folder), port=self.port, user=SYSTEM_USER, database=database
                )
            )
            runner.run(connection.execute("BEGIN"))
            runner.run(connection.execute(statement))
            yield
            runner.run(connection.close())

    def ask(self, statement: str, database: str = "postgres") -> list[Any]:
        """Run a statement as the superuser and return its rows."""
        return run(self._ask(statement, database))

    async def _ask(self, statement: str, database: str) -> list[Any]:
        connection = await asyncpg.connect(
            host=str(self.folder), port=self.port, user=SYSTEM_USER, database=database
        )
        try:
            return list(await connection.fetch(statement))
        finally:
            await connection.close()

    def database(self, template: str | None = None) -> str:
        """Make a database that the role owns, a copy if a template is named; return its URL."""
        name = f"t_{secrets.token_hex(6)}"
        self.ask(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template or 'template0'}")
        return self.url(name)

    def url(self, database: str) -> str:
        return f"postgresql://{ROLE}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def drop(self, url: str) -> None:
        """Delete a database, whoever is still connected."""
        self.ask(f"DROP DATABASE {name_of(url)} WITH (FORCE)")


class Pooler(Server):
    """PgBouncer in transaction mode: each transaction may get another of a few connections."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__()
        settings = self.folder / "pgbouncer.ini"
        users = self.folder / "users.txt"
        users.write_text(f'"{ROLE}" "{PASSWORD}"\n')
        settings.write_text(
            "[databases]\n"
            f"* = host=127.0.0.1 port={cluster.port}\n"
            "[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
            f"auth_type = scram-sha-256\nauth_file = {users}\n"
            "pool_mode = transaction\ndefault_pool_size = 4\n"
            f"pidfile = {self.folder}/pid\n"
        )
        self.launch(tool("pgbouncer"), settings)

    def number(self) -> int:
        return int((self.folder / "pid").read_text())

    def url(self, url: str) -> str:
        """Return the way to the database of a URL that goes through here."""
        return f"postgresql://{ROLE}:{PASSWORD}@127.0.0.1:{self.port}/{name_of(url)}"


class Wire:
    """The way to a server, which a test can hold up: bytes wait, and nobody is told."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._open = threading.Event()
        self._open.set()
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._meet_all, daemon=True).start()

    def hold(self) -> None:
        self._open.clear()

    def let_go(self) -> None:
        self._open.set()

    def remove(self) -> None:
        self._open.set()
        for one in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def url(self, url: str) -> str:
        return f"postgresql://{ROLE}:{PASSWORD}@127.0.0.1:{self.port}/{name_of(url)}"

    def _meet_all(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._sockets += near, far
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._open.wait()
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)


def name_of(url: str) -> str:
    """Return the database that a URL names."""
    return url.rpartition("/")[2]
