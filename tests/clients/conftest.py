"""One real server for the client suites, set up and started through the CLI as a user would."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import msgspec
import pytest

GATEPASS = Path(sys.executable).with_name("gatepass")
SETTINGS = "GATEPASS_"
READY_WITHIN = 30.0  # seconds
TENANT = "982d6da9-9cd1-479e-b9a6-35aa05f9282a"


@dataclass(frozen=True)
class Org:
    id: int
    name: str


@dataclass(frozen=True)
class Administrator:
    name: str
    password: str


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    password: str
    display_name: str
    email: str


@dataclass(frozen=True)
class Instance:
    """A running server: where it is, its trusted secret, and who lives in it.

    ``mira`` is in the Primary Org, where the group analysts may download data, and in north;
    ``lena`` is in north only; nobody but the administrator may enter south.
    """

    url: str
    secret: str
    primary: Org
    north: Org
    south: Org
    admin: Administrator
    mira: Person
    lena: Person

    def profile(self, person: Person, *, current: Org, orgs: list[Org]) -> dict[str, Any]:
        """Every field of a plain member's `User` that neither a clock nor a group decides."""
        return {
            "id": person.id,
            "name": person.name,
            "display_name": person.display_name,
            "email": person.email,
            "visibility": "SHARABLE",
            "owner_id": person.id,
            "can_change_password": True,
            "complete_detail": True,
            "current_org": asdict(current),
            "orgs": [asdict(org) for org in orgs],
            "deleted": False,
            "deprecated": False,
            "external": False,
            "hidden": False,
            "account_type": "LOCAL_USER",
            "account_status": "ACTIVE",
            "favorite_metadata": [],
            "group_mask": 4,
            "incomplete_details": [],
            "notify_on_share": True,
            "onboarding_experience_completed": False,
            "show_onboarding_experience": True,
            "welcome_email_sent": False,
            "parent_type": "USER",
            "super_user": False,
            "system_user": False,
            "tags": [],
            "tenant_id": TENANT,
            "extended_properties": {},
            "extended_preferences": {},
            "access_control_properties": {},
            "variable_values": {},
        }


def environment() -> dict[str, str]:
    """Return the environment without anybody's settings in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}


class Home:
    """The CLI on one home directory: every call that the suites make on it is here."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(self, *words: str, stdin: str = "", **settings: str) -> str:
        done = subprocess.run(
            [GATEPASS, *words, "--home", self.path],
            input=stdin,
            env=environment() | settings,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, f"gatepass {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def init(self, password: str) -> Administrator:
        self.run("init", GATEPASS_ADMIN_PASSWORD=password)
        return Administrator("tsadmin", password)

    def org(self, name: str) -> Org:
        made = json.loads(self.run("org", "create", name, "--json"))
        return Org(id=made["id"], name=made["name"])

    def account(self, name: str, password: str, display_name: str, orgs: list[Org]) -> Person:
        email = f"{name}@example.com"
        words = ["account", "create", name, "--password-stdin", "--json"]
        words += ["--display-name", display_name, "--email", email]
        for org in orgs:
            words += ["--org", org.name]
        made = json.loads(self.run(*words, stdin=f"{password}\n"))
        return Person(made["id"], made["name"], password, display_name, email)

    def group(self, name: str, org: Org, privilege: str) -> None:
        self.run("group", "create", name, "--org", org.name, "--privilege", privilege)

    def member(self, group: str, org: Org, person: Person) -> None:
        self.run("group", "add", group, person.name, "--org", org.name)

    def secret(self) -> str:
        key: str = json.loads(self.run("secret", "enable", "--json"))["key"]
        return key


class Server:
    """`gatepass serve` on a port of the system's choice, which the log tells."""

    def __init__(self, home: Home) -> None:
        self._process = subprocess.Popen(
            [GATEPASS, "serve", "--home", home.path, "--port", "0"],
            stderr=subprocess.PIPE,
            env=environment(),
            text=True,
        )
        assert self._process.stderr is not None
        self._log = self._process.stderr
        self._lines: list[str] = []
        self.port = self._announced()
        # The pipe is read to its end: a full one would stop the server.
        self._reader = threading.Thread(target=self._lines.extend, args=[self._log])
        self._reader.start()

    def _announced(self) -> int:
        for line in self._log:
            self._lines.append(line)
            if line.startswith("{") and (said := json.loads(line))["event"] == "serving":
                port: int = said["port"]
                return port
        self._log.close()
        pytest.fail(f"the server ended with {self._process.wait()}: {''.join(self._lines)}")

    def is_ready(self) -> bool:
        """Ask once: the server listens before it says so, and answers when it has started."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=READY_WITHIN)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        finally:
            connection.close()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            self._reader.join()
            self._log.close()
        assert code == 0, "".join(self._lines)


def settle(home: Home) -> Instance:
    """Make a home and its people; what does not need one another is done at the same time."""
    admin = home.init("Kestrel-Under-41-Bridges")
    primary = Org(id=0, name="Primary")
    with ThreadPoolExecutor() as pool:
        orgs = [pool.submit(home.org, name) for name in ("north", "south")]
        secret = pool.submit(home.secret)
        group = pool.submit(home.group, "analysts", primary, "DATADOWNLOADING")
        north, south = (org.result() for org in orgs)
        lena = pool.submit(home.account, "lena", "Copper-Inside-19-Walls", "Lena Vogt", [north])
        mira = home.account("mira", "Lantern-Over-77-Rivers", "Mira Holt", [primary, north])
        group.result()
        home.member("analysts", primary, mira)
        return Instance(
            url="",
            secret=secret.result(),
            primary=primary,
            north=north,
            south=south,
            admin=admin,
            mira=mira,
            lena=lena.result(),
        )


def once(folder: Path, make: Callable[[Home], Instance]) -> Instance:
    """Make the home in a folder, or wait until another process of the tests has made it."""
    folder.mkdir(exist_ok=True)
    facts = folder / "instance.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not facts.exists():
            facts.write_bytes(msgspec.json.encode(make(Home(folder / "home"))))
    return msgspec.json.decode(facts.read_bytes(), type=Instance)


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Serve a home on a free port, and stop it at the end; each process has a copy of one home."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    settled = once(shared / "settled", settle)
    home = Home(tmp_path_factory.mktemp("instance") / "home")
    shutil.copytree(shared / "settled" / "home", home.path)
    server = Server(home)
    try:
        assert server.is_ready()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NO_PROXY", "127.0.0.1")
            yield replace(settled, url=f"http://127.0.0.1:{server.port}")
    finally:
        server.stop()


def until_expired(expiration_time_in_millis: float) -> float:
    """Return the seconds from now until a token has certainly run out."""
    return max(0.0, expiration_time_in_millis / 1000 - time.time()) + 0.01
