"""A server to try things on: a home with demo data, made the first time, and what to do with it."""

import json
import shlex
import shutil
import socket
import sys
from datetime import timedelta
from pathlib import Path

import typer

from gatepass import settings
from gatepass.cli import founding, passwords
from gatepass.cli.acting import act
from gatepass.cli.serving import listen, serve_on
from gatepass.core import Core
from gatepass.core.errors import NotFound
from gatepass.core.founding import FIRST_ADMINISTRATOR
from gatepass.core.records import Principal, Source
from gatepass.core.tokens import Wish

ORG = "demo"
GROUP = "analysts"
USERS = ("anna", "ben")
A_DAY = timedelta(days=1)
JSON = "-H 'Content-Type: application/json'"
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - shown, not listened on


def serve_demo(home: Path, *, host: str | None = None, port: int | None = None) -> None:
    """Serve a home with demo data until SIGTERM or Ctrl-C; make both the first time.

    Raises:
        Misconfigured: the home or a setting cannot be used as it is.
        CannotListen: the address is taken or cannot be used.
    """
    found, _ = settings.read(home, host=host, port=port)
    bound = listen(found)
    password = None
    if not founding.is_founded(home, found):
        _step(f"making the home {home}: settings, master key, store")
        founding.prepare(home, found)
        _step(f"making the administrator {FIRST_ADMINISTRATOR}")
        password = passwords.made_up()
        founding.add_administrator(home, found, password, operation="cli demo")
    if not act(home, "demo", _is_filled):
        _step("switching trusted authentication on")
        act(home, "demo", lambda core, by, source: core.trusted.configure(by, source, cluster=True))
        _step(f"adding the Org {ORG} with the users {' and '.join(USERS)} and the group {GROUP}")
        act(home, "demo", _fill)
    key, token = act(home, "demo", _credentials)
    _explain(home, _url(bound), password, key, token)
    sys.stdout.flush()
    serve_on(bound, home, found)


async def _is_filled(core: Core, by: Principal, _: Source) -> bool:
    try:
        groups = await core.groups.list_all(by, ORG)
    except NotFound:
        return False
    return any(group.name == GROUP for group, _ in groups)


async def _fill(core: Core, by: Principal, source: Source) -> None:
    """Add what is missing of the demo data; the group comes last."""
    try:
        await core.orgs.find(by, ORG)
    except NotFound:
        await core.orgs.create(by, source, name=ORG, description="Demo data")
    for name in USERS:
        try:
            await core.accounts.find(by, name)
        except NotFound:
            email = f"{name}@example.com"
            await core.accounts.create(by, source, name=name, email=email, org=ORG)
    await core.groups.create(by, source, name=GROUP, org=ORG, privileges=("DATADOWNLOADING",))
    for name in USERS:
        await core.groups.put_in(by, source, GROUP, name, ORG)


async def _credentials(
    core: Core, by: Principal, source: Source
) -> tuple[str, str] | tuple[None, None]:
    """Return the secret key and a token bought with it, if trusted authentication is still on."""
    shown = await core.trusted.secrets_of(by, source, None)
    if not shown:
        return None, None
    wish = Wish(username=USERS[0], secret_key=shown[0].text, validity=A_DAY)
    return shown[0].text, (await core.tokens.issue(source, wish)).secret


def _explain(
    home: Path, url: str, password: str | None, key: str | None, token: str | None
) -> None:
    """Print where the server is, who may sign in, and lines that work when pasted into a shell."""
    rest = f"{url}/api/rest/2.0"
    reset = f"{_program()} account set-password {FIRST_ADMINISTRATOR} --generate --home {home}"
    facts = {
        "console": f"{url}/console/",
        "REST v2.0": rest,
        "own API": f"{url}/api/gatepass/1",
        "readiness": f"{url}/readyz",
        "home": str(home.resolve()),
        "administrator": FIRST_ADMINISTRATOR,
        "password": f"{password}  (shown this once)" if password else "as it was; a new one:",
    }
    typer.echo(f"\nGatepass is at {url} (stop it with Ctrl-C)\n")
    for name, fact in facts.items():
        typer.echo(f"  {name:<14} {fact}")
    if not password:
        typer.echo(f"  {'':<14} {reset}")
    people = f"{' and '.join(USERS)}, in the Org {ORG}, group {GROUP}; the secret key signs them in"
    typer.echo(f"  {'users':<14} {people}")
    lines = []
    if password:
        body = _body(username=FIRST_ADMINISTRATOR, password=password)
        login = f"curl -s -b '' {JSON} -d {body} {rest}/auth/session/login"
        title = "log in by password, then ask with the session cookie who you are"
        lines.append((title, f"{login} --next -s -b '' {rest}/auth/session/user"))
    if key and token:
        body = _body(username=USERS[0], secret_key=key)
        title = f"a token for {USERS[0]}, by the secret key"
        lines.append((title, f"curl -s {JSON} -d {body} {rest}/auth/token/full"))
        title = "who is it that a token speaks for? (this one lives for a day)"
        shown = f"curl -s -H 'Authorization: Bearer {token}' {rest}/auth/session/user"
        lines.append((title, shown))
    else:
        typer.echo(
            f"  {'secret key':<14} off; to switch it on: {_program()} secret enable --home {home}"
        )
    typer.echo("\nTo paste into another terminal:")
    for title, line in lines:
        typer.echo(f"\n  # {title}\n  {line}")
    typer.echo("")


def _step(text: str) -> None:
    typer.echo(f"== {text}")


def _body(**fields: str) -> str:
    return shlex.quote(json.dumps(fields))


def _url(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    host = EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _program() -> str:
    """Return how this program is called from here."""
    called = Path(sys.argv[0])
    on_path = shutil.which("gatepass")
    if on_path is not None and Path(on_path).resolve() == called.resolve():
        return "gatepass"
    return shlex.quote(str(called))
