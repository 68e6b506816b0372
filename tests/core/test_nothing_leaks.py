"""Canaries through every route, then every sink is searched: files, logs, bodies, reprs."""

import asyncio
import contextlib
import inspect
import io
import json
import logging
import pkgutil
import sqlite3
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
import structlog
from rich.console import Console
from rich.pretty import pretty_repr
from rich.traceback import Traceback

import gatepass
from gatepass.app import NotReady, database
from gatepass.core.issuing import Issued
from gatepass.core.opening import Opened
from gatepass.core.records import Undisclosed
from gatepass.core.signing_in import Proof
from gatepass.core.tokens import Wish
from gatepass.core.trusted import Shown
from gatepass.dialects import beta
from gatepass.dialects.beta import requests as beta_requests
from gatepass.dialects.own import sessions as own_sessions
from gatepass.dialects.v1 import PREFIX as V1
from gatepass.dialects.v1 import requests as v1_requests
from gatepass.dialects.v2_0 import requests, shapes
from gatepass.http import log
from gatepass.http.credentials import Presented
from tests.world import (
    ADMIN,
    ADMIN_PASSWORD,
    HERE,
    OWN,
    V2,
    World,
    headers,
    session_cookie,
    settings,
    world,
)

CANARY = "Cän@ry-zw1tscher-77"
"""A password that nothing else contains, in any part."""

FAKE = "gpf_canaryCANARYcanaryCANARYcanaryCANARYcanary00"
OBJECT = "3f0c2c7e-5f0e-4d22-9f7e-7a4b0e6f1c11"


@pytest.fixture
def logged(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Set the logs up as a server does, into a buffer; put the old set-up back."""
    out = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    log.configure(getattr(request, "param", "json"), "info", out)
    chatty = logging.getLogger("httpx2")  # the client's own log is no sink of the server
    was, chatty.level = chatty.level, logging.WARNING
    yield out
    chatty.level = was
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


class Canaries:
    """Sends secrets everywhere, and keeps them and what error bodies said."""

    def __init__(self, here: World) -> None:
        self.here = here
        self.secrets = {CANARY, FAKE, f"{CANARY}-wrong", ADMIN_PASSWORD}
        self.refused: list[str] = []

    async def call(self, method: str, path: str, body: Any = None, **credential: str) -> str:
        """Send one request and return the secret that it answers with, if any."""
        return await self.send(method, path, credential, json=body)

    async def form(self, path: str, fields: dict[str, str], **credential: str) -> str:
        """Send a form of v1, and the same as a query: by GET, and where none is looked for."""
        got = await self.send("POST", f"{V1}/{path}", credential, data=fields)
        await self.send("GET", f"{V1}/{path}", credential, params=fields)
        await self.send("POST", f"{V1}/{path}", credential, params=fields)
        return got

    async def send(self, method: str, path: str, credential: dict[str, str], **sent: Any) -> str:
        """Send one request and return the secret that it answers with, if any."""
        self.here.client.cookies.clear()
        reply = await self.here.client.request(method, path, headers=headers(**credential), **sent)
        got = ""
        if reply.status_code >= 400:
            self.refused.append(reply.text + str(reply.headers))
        elif "JSESSIONID=gps_" in str(reply.headers):
            got = session_cookie(reply)
        elif reply.headers.get("content-type", "").startswith("text/plain"):
            got = reply.text
        elif reply.status_code == 200 and isinstance(reply.json(), dict):
            got = reply.json().get("token", "")
        self.secrets |= {got} - {""}
        return got

    async def sign_in_everywhere(self, key: str) -> None:
        right, wrong = {"password": CANARY}, {"password": f"{CANARY}-wrong"}
        by_key, by_fake = {"secret_key": key}, {"secret_key": FAKE}
        for path in ("auth/session/login", "auth/token/full", "auth/token/object"):
            for more in (right, wrong, by_key, by_fake, {**wrong, **by_key}):
                for name in ("mira", "nobody"):
                    body = {"username": name, "object_id": OBJECT, **more}
                    await self.call("POST", f"{V2}/{path}", body)
                    await self.call("POST", f"{V2}/{path}", {**body, "org_id": 4711})
                    await self.call("POST", f"{V2}/{path}", {**body, "validity_time_in_sec": -1})

    async def sign_in_by_the_betas(self, key: str) -> None:
        for prefix in (beta.PREFIX, beta.EARLIER):
            for path in ("session/login", "session/gettoken"):
                for more in (
                    {"password": CANARY},
                    {"password": f"{CANARY}-wrong", "secretKey": key},
                    {"secretKey": key},
                    {"secretKey": FAKE, "rememberMe": CANARY, "tokenExpiryDuration": CANARY},
                ):
                    body = {"userName": "mira", **more}
                    await self.call("POST", f"{prefix}/{path}", body, bearer=FAKE)
                    query = urlencode(body)
                    await self.call("GET", f"{prefix}/{path}?{query}", bearer=FAKE)

    async def speak_v1(self, key: str) -> str:
        for password in (CANARY, f"{CANARY}-wrong"):
            await self.form("session/login", {"username": "mira", "password": password})
        for secret in (key, FAKE):
            form = {"username": "mira", "secret_key": secret, "groups": f'["{CANARY}"'}
            await self.form("session/auth/token", form)
        trusted = await self.form("session/auth/token", {"username": "mira", "secret_key": key})
        for auth_token in (trusted, FAKE):
            for more in ({}, {"username": "nobody"}, {"redirect_url": "//evil.example"}):
                await self.form("session/login/token", {"auth_token": auth_token, **more})
        for path in ("saml/login", "session/info", "session/isactive", "nothing", "user/list"):
            await self.form(path, {"targetURLPath": "/", "auth_token": trusted})
            await self.form(path, {"auth_token": trusted}, bearer=trusted)
        return trusted

    async def use(self, token: str, **credential: str) -> None:
        calls: tuple[tuple[str, str, Any], ...] = (
            ("GET", "auth/session/user", None),
            ("GET", "auth/session/token", None),
            ("POST", "auth/token/validate", {"token": token}),
            ("POST", "auth/token/validate", {"token": FAKE}),
            ("POST", "auth/token/validate", {"token": [CANARY]}),
            ("POST", "auth/token/revoke", {"token": FAKE}),
            ("POST", "auth/configure", {"auth_type": "TRUSTED_AUTH"}),
            ("POST", "auth/search", {"auth_type": "TRUSTED_AUTH"}),
            ("POST", "auth/search", {"auth_type": FAKE}),
        )
        for method, path, body in calls:
            await self.call(method, f"{V2}/{path}", body, **credential)
        for prefix in (beta.PREFIX, beta.EARLIER):
            await self.call("GET", f"{prefix}/session?token={FAKE}", **credential)
            await self.call("PUT", f"{prefix}/session/org", {"id": FAKE}, **credential)
            await self.call("POST", f"{prefix}/admin/forcelogout", [{"user": FAKE}], **credential)
        await self.call("GET", f"{OWN}/sessions?token={FAKE}", **credential)
        await self.call("POST", f"{OWN}/sessions/prove", {"password": CANARY}, **credential)
        await self.call("POST", f"{OWN}/sessions/prove", {"password": f"{CANARY}-wrong"})
        await self.call("DELETE", f"{OWN}/sessions/{OBJECT}", **credential)

    async def everywhere(self) -> None:
        await self.here.account("mira", password=CANARY)
        key = await self.here.secret()
        self.secrets.add(key)
        pair = {"username": "mira", "password": CANARY}
        token = await self.call("POST", f"{V2}/auth/token/full", pair)
        cookie = await self.call("POST", f"{V2}/auth/session/login", pair)
        await self.sign_in_everywhere(key)
        await self.sign_in_by_the_betas(key)
        await self.use(token, bearer=await self.speak_v1(key))
        await self.use(token)
        await self.use(token, bearer=token)
        await self.use(token, cookie=cookie)
        await self.use(token, bearer=FAKE)
        await self.use(token, cookie=FAKE)
        await self.use(token, bearer=CANARY.replace("ä", "a"))
        pair = {"username": ADMIN, "password": ADMIN_PASSWORD}
        admin = await self.call("POST", f"{V2}/auth/session/login", pair)
        await self.use(token, cookie=admin)
        await self.call("POST", f"{V2}/auth/session/logout", bearer=token, cookie=cookie)


def forms(secret: str) -> list[bytes]:
    """Return how a secret might lie somewhere: as it is, and as JSON writes it."""
    return [secret.encode(), json.dumps(secret)[1:-1].encode(), secret.encode("utf-16-le")]


@pytest.mark.parametrize("logged", ["json", "pretty"], indirect=True)
async def test_no_canary_reaches_a_file_a_log_or_an_error_body(
    template: Path, tmp_path: Path, logged: io.StringIO
) -> None:
    """Digests and sealed values alone are at rest, the WAL included (checklist 3, 58).

    A query of v1 or of the betas with a secret in it is no exception (checklist 36).
    """
    async with world(template, tmp_path / "home", beta_get_login=True) as here:
        canaries = Canaries(here)
        await canaries.everywhere()
        secrets, refused = canaries.secrets, canaries.refused
        await here.core.write_activity()
        await asyncio.sleep(0)
        assert len(secrets) > 15
        assert len(refused) > 50
        files = [one for one in here.home.rglob("*") if one.is_file()]
        assert any(one.name.endswith("-wal") and one.stat().st_size for one in files)
        sinks = {str(one): one.read_bytes() for one in files}
    sinks |= {str(one): one.read_bytes() for one in here.home.rglob("*") if one.is_file()}
    sinks["log"] = logged.getvalue().encode()
    sinks["error bodies"] = "\n".join(refused).encode()
    assert b"auth/session/login" in sinks["log"]

    for name, held in sinks.items():
        for secret in secrets:
            assert not any(form in held for form in forms(secret)), (name, secret)


@pytest.mark.parametrize("logged", ["json", "pretty"], indirect=True)
async def test_a_fault_is_logged_without_what_the_variables_held(
    template: Path, tmp_path: Path, logged: io.StringIO
) -> None:
    """Ours and a library's traceback alike: lines of code, no values (checklist 58, 61)."""
    async with world(template, tmp_path / "home") as here:
        await here.core.means.store.write(_drop_guesses)
        reply = await here.post("auth/session/login", {"username": ADMIN, "password": CANARY})
        assert reply.status_code in {500, 503}
        with contextlib.suppress(ZeroDivisionError):
            _holds(CANARY)
    text = logged.getvalue()

    assert reply.json()["error"]["message"]["incident_id_guid"] in text
    assert "ZeroDivisionError" in text
    assert "Logging error" not in text
    assert CANARY not in text
    assert json.dumps(CANARY)[1:-1] not in text


def _holds(password: str) -> None:
    try:
        assert len(password) / 0
    except ZeroDivisionError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
        structlog.get_logger().warning("background", exc_info=True)
        raise


async def _drop_guesses(tx: Any) -> None:
    tx._link._execute("DROP TABLE guesses")  # noqa: SLF001 - a store broken under the server


def structs() -> list[type[msgspec.Struct]]:
    """Return every struct that the product declares."""
    found: list[type[msgspec.Struct]] = []
    for module in pkgutil.walk_packages(gatepass.__path__, "gatepass."):
        if module.name.endswith(("__main__", "env")) or ".versions" in module.name:
            continue
        for _, one in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(one, msgspec.Struct) and one.__module__ == module.name:
                found.append(one)
    return found


SECRET_FIELDS = {"password", "secret", "secret_key", "token", "text", "encoded", "bearer", "cookie"}


def test_every_struct_with_a_secret_in_it_shows_nothing() -> None:
    """The mechanism is one base; who declares a secret field has it (checklist 58)."""
    bare = [
        one.__qualname__
        for one in structs()
        if not SECRET_FIELDS.isdisjoint(one.__struct_fields__) and not issubclass(one, Undisclosed)
    ]
    # The token's record, never its text.
    assert bare == []


def test_every_body_that_is_taken_shows_nothing() -> None:
    """Also fields that are thought of later (checklist 58)."""
    for module in (requests, beta_requests, own_sessions, v1_requests):
        for _, one in inspect.getmembers(module, inspect.isclass):
            if issubclass(one, msgspec.Struct) and one.__module__ == module.__name__:
                assert issubclass(one, Undisclosed) or one is own_sessions.SessionBody


async def test_neither_repr_nor_rich_shows_a_secret(here: World) -> None:
    """Records, requests, desks, calls and settings, and their tracebacks (checklist 58)."""
    await here.account("mira", password=CANARY)
    key = await here.secret()
    opened = await here.core.sessions.open(HERE, username="mira", password=CANARY)
    issued = await here.core.tokens.issue(HERE, Wish(username="mira", secret_key=key))
    account = await here.core.accounts.find(here.by, "mira")
    shown = (await here.core.trusted.secrets_of(here.by, HERE, None))[0]
    encoded = await here.core.means.store.read(lambda tx: tx.accounts.password(account.id)) or ""
    held: list[object] = [
        opened,
        issued,
        shown,
        Proof(account=account, encoded=encoded),
        Wish(username="mira", password=CANARY, secret_key=key),
        requests.Login(username="mira", password=CANARY),
        requests.TokenRequest(username="mira", password=CANARY, secret_key=key),
        beta_requests.Login(user_name="mira", password=CANARY),
        beta_requests.TokenRequest(user_name="mira", password=CANARY, secret_key=key),
        beta.shapes.of_token(issued, beta.written("millis")),
        requests.Validation(token=issued.secret),
        v1_requests.TokenLogin(auth_token=issued.secret),
        v1_requests.TokenRequest(secret_key=key),
        v1_requests.Login(password=CANARY),
        requests.Revocation(token=issued.secret),
        own_sessions.Proof(password=CANARY),
        shapes.token_body(issued),
        Presented(bearer=issued.secret, cookie=opened.secret, client_id=None),
        here.core,
        here.core.means,
        here.core.means.sealer,
        here.core.means.remembered,
        settings(database_url=f"postgresql://gatepass:{CANARY}@db/gatepass"),
        await here.core.gate.principal(bearer=issued.secret, cookie=None),
        account,
    ]
    secrets = {CANARY, key, opened.secret, issued.secret, encoded}
    assert isinstance(opened, Opened)
    assert isinstance(issued, Issued)
    assert isinstance(shown, Shown)

    for one in held:
        for text in (repr(one), str(one), pretty_repr(one), f"{[one]!r}"):
            assert not any(secret in text for secret in secrets), type(one)


@pytest.mark.parametrize("scheme", ["oracle", "p", "mysql"])
def test_a_store_that_is_not_served_from_is_named_without_its_password(scheme: str) -> None:
    """A wrong database_url is shown as its scheme (checklist 58)."""
    with pytest.raises(NotReady) as refused:
        database(Path(), settings(database_url=f"{scheme}://u:{CANARY}@db/gatepass"))

    assert CANARY[:3] not in str(refused.value)


async def test_no_refusal_carries_a_secret(here: World) -> None:
    """Neither its text nor its repr nor a traceback with locals (checklist 58)."""
    await here.account("mira", password=CANARY)
    for wish in (
        Wish(username="mira", password=f"{CANARY}-wrong"),
        Wish(username="mira", secret_key=FAKE),
        Wish(username="mira", password=CANARY, org="nowhere"),
    ):
        with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is
            await here.core.tokens.issue(HERE, wish)
        told = str(caught.value) + repr(caught.value) + repr(vars(caught.value))
        told += "".join(traceback.format_exception(caught.value))
        assert CANARY not in told
        assert FAKE not in told


def test_a_rich_traceback_of_a_handler_shows_no_body() -> None:
    """Even a tool that prints every variable gets a name and no value (checklist 58)."""
    body = requests.Login(username="mira", password=CANARY)
    out = io.StringIO()
    try:
        _fail_with(body)
    except ZeroDivisionError as fault:
        trace = Traceback.from_exception(
            type(fault), fault, fault.__traceback__, show_locals=True, suppress=[pytest]
        )
        trace.trace.stacks[0].frames = trace.trace.stacks[0].frames[-1:]
        Console(file=out, width=200).print(trace)

    assert "Login" in out.getvalue()
    assert CANARY not in out.getvalue()


def _fail_with(body: requests.Login) -> float:
    return 1 / (body is None)


NASTY = (
    "\n2026-06-01 [info] forged",
    "\r\nforged",
    "\x1b[2J\x1b[1;31mforged",
    "\u2028forged",
    "\u0085forged",
    "\x9bforged",
    "\x00forged",
    '","event":"forged","x":"',
    "\u202eforged",
    "%0aforged",
    "{0.__class__}",
    "\x7f\x08\x08forged",
)


@pytest.mark.parametrize("logged", ["json", "pretty"], indirect=True)
async def test_no_name_path_or_header_can_forge_a_log_line(
    template: Path, tmp_path: Path, logged: io.StringIO, request: pytest.FixtureRequest
) -> None:
    """One line a request, and nothing in it steers a terminal (checklist 60)."""
    async with world(template, tmp_path / "home") as here:
        sent = 0
        for nasty in NASTY:
            for method, path, body in (
                ("POST", f"{V2}/auth/session/login", {"username": nasty, "password": "x"}),
                ("POST", f"{V2}/auth/token/full", {"username": nasty, "secret_key": nasty}),
                ("GET", f"{V2}/" + "".join(f"%{byte:02x}" for byte in nasty.encode()), None),
                ("GET", f"{OWN}/sessions?account={'%0a'}forged", None),
            ):
                await here.client.request(
                    method,
                    path,
                    json=body,
                    headers={"X-Request-Id": "a b\tc", "User-Agent": "\x7f"},
                )
                sent += 1
        structlog.get_logger().info("request", path=NASTY[0])
        logging.getLogger("library").warning("%s", NASTY[2])
        await asyncio.sleep(0)
    lines = logged.getvalue().split("\n")

    assert len(lines) == sent + 3  # one each, ours, the library's, and what follows the last
    for line in lines[:-1]:
        assert line.isprintable(), line
        assert not line.startswith("forged")
        if request.node.callspec.params["logged"] == "json":
            event = json.loads(line)
            assert event["event"] in {"request", *map(log.printable, NASTY)}
    audit = await _nasty_names(here)
    assert not any("\n" in one for one in audit)


async def _nasty_names(here: World) -> list[str]:
    """Return the raw rows of the log that lasts: JSON, which escapes what it holds."""
    database = here.home / "gatepass.db"
    connection = sqlite3.connect(database)
    try:
        return [row[0] for row in connection.execute("SELECT data FROM audit_events")]
    finally:
        connection.close()
