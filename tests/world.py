"""A world for tests: a real home on real SQLite, a held clock, an application and its clients."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from gatepass.app import close_core, create_app, open_core, prepare
from gatepass.core import Core
from gatepass.core.local import operator
from gatepass.core.records import Account, Group, Org, Principal, Source
from gatepass.settings import Settings
from tests.published import answers

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
ADMIN = "tsadmin"
ADMIN_PASSWORD = "Zx-correct-horse-9"
PASSWORD = "Qp-battery-staple-7"
V2 = "/api/rest/2.0"
OWN = "/api/gatepass/1"
HERE = Source(address="127.0.0.1", operation="test")
CHEAP: dict[str, Any] = {"hash_time": 1, "hash_memory": 64}
"""Argon2 parameters that keep the suite quick; what depends on the real ones sets them."""


@dataclass
class HeldClock:
    """Time that stands still until a test moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **length: float) -> None:
        """Move time on, or with negative lengths back."""
        self.now += timedelta(**length)


def settings(**changes: Any) -> Settings:
    """Return the defaults with cheap hashing and these changes."""
    return Settings(**{**CHEAP, **changes})


@dataclass
class World:
    """One server on one home, and what a test does with it."""

    core: Core
    clock: HeldClock
    client: httpx2.AsyncClient
    home: Path
    app: Any
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def by(self) -> Principal:
        """The operator of the command line, who may do everything."""
        return operator(self.clock())

    async def account(
        self, name: str = "mira", *, password: str | None = PASSWORD, **facts: Any
    ) -> Account:
        """Create an account, in the Primary Org unless ``org`` names another."""
        return await self.core.accounts.create(self.by, HERE, name=name, password=password, **facts)

    async def org(self, name: str = "north") -> Org:
        """Create an Org."""
        return await self.core.orgs.create(self.by, HERE, name=name)

    async def group(self, name: str, *privileges: str, org: int | None = None) -> Group:
        """Create a group that grants these privileges."""
        return await self.core.groups.create(
            self.by, HERE, name=name, privileges=privileges, org=org
        )

    async def put_in(self, group: str, account: str, org: int | None = None) -> None:
        """Put an account into a group."""
        await self.core.groups.put_in(self.by, HERE, group, account, org)

    async def join(self, account: str, org: int) -> None:
        """Make an account a member of one more Org."""
        await self.core.memberships.join(self.by, HERE, account, org)

    async def secret(self, org: int | None = None) -> str:
        """Switch trusted authentication on and return the key."""
        if org is None:
            await self.core.trusted.configure(self.by, HERE, cluster=True)
        else:
            await self.core.trusted.configure(self.by, HERE, for_orgs=[(org, True)])
        return (await self.core.trusted.secrets_of(self.by, HERE, org))[0].text

    async def post(self, path: str, body: Any = None, **more: Any) -> httpx2.Response:
        """POST a JSON body to v2.0, with no cookie but those in ``more``."""
        self.client.cookies.clear()
        sent = {} if body is None else body
        reply = await self.client.post(f"{V2}/{path}", json=sent, **more)
        return as_published("POST", path, reply)

    async def get(self, path: str, **more: Any) -> httpx2.Response:
        """GET from v2.0, with no cookie but those in ``more``."""
        self.client.cookies.clear()
        return as_published("GET", path, await self.client.get(f"{V2}/{path}", **more))

    async def token(self, username: str = "mira", **body: Any) -> str:
        """Get a full token by password, or as the body says."""
        if "secret_key" not in body:
            body.setdefault("password", PASSWORD)
        path = "auth/token/object" if "object_id" in body else "auth/token/full"
        reply = await self.post(path, {"username": username, **body})
        assert reply.status_code == 200, reply.text
        token = reply.json()["token"]
        assert isinstance(token, str)
        return token

    async def login(self, username: str = "mira", password: str = PASSWORD, **body: Any) -> str:
        """Log in by password and return the session cookie."""
        reply = await self.post(
            "auth/session/login", {"username": username, "password": password, **body}
        )
        assert reply.status_code == 204, reply.text
        return session_cookie(reply)

    async def whoami(self, **credential: str) -> httpx2.Response:
        """Ask who one is, with ``bearer=`` or ``cookie=``."""
        return await self.get("auth/session/user", headers=headers(**credential))


def as_published(method: str, path: str, reply: httpx2.Response) -> httpx2.Response:
    """Return a reply of v2.0, once its answer is found to be as the vendor publishes it."""
    operation = answers.operation_at(method, path.partition("?")[0])
    if operation is not None and reply.is_success:
        found = answers.complaints(operation, reply.status_code, reply.content)
        assert not found, found
    return reply


def session_cookie(reply: httpx2.Response) -> str:
    """Return the session cookie that a reply sets."""
    for line in reply.headers.get_list("set-cookie"):
        name, _, rest = line.partition("=")
        if name in {"JSESSIONID", "__Host-JSESSIONID"}:
            return str(rest.split(";")[0])
    raise AssertionError("no session cookie was set")


def headers(*, bearer: str | None = None, cookie: str | None = None) -> dict[str, str]:
    """Return the headers that present these credentials."""
    found = {}
    if bearer is not None:
        found["Authorization"] = f"Bearer {bearer}"
    if cookie is not None:
        found["Cookie"] = f"JSESSIONID={cookie}"
    return found


def refusal(reply: httpx2.Response) -> tuple[int, int]:
    """Return status and code of a v2.0 refusal in the flat shape."""
    message = reply.json()["error"]["message"]
    assert set(message) == {"code", "incident_id_guid", "trace_id_guid", "debug"}
    assert message["incident_id_guid"] == message["trace_id_guid"]
    assert reply.headers["content-type"] == "application/json"
    return reply.status_code, message["code"]


def founded(home: Path, **changes: Any) -> Path:
    """Make a home with its first administrator."""
    found = settings(**changes)
    prepare(home, found)

    async def work() -> None:
        core = open_core(home, found, HeldClock())
        await core.founding.found(HERE, password=ADMIN_PASSWORD)
        await close_core(core)

    asyncio.run(work())
    return home


@asynccontextmanager
async def world(
    template: Path, home: Path, *, scheme: str = "http", **changes: Any
) -> AsyncIterator[World]:
    """Open a world on a copy of a founded home."""
    if not home.exists():
        shutil.copytree(template, home)
    clock = HeldClock()
    found = settings(**changes)
    core = open_core(home, found, clock)
    app = create_app(core, found, home=home)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    try:
        async with httpx2.AsyncClient(
            transport=transport, base_url=f"{scheme}://gatepass.test"
        ) as client:
            yield World(core, clock, client, home, app)
    finally:
        await close_core(core)
