"""Make a home with its first administrator; stopped half-way, the same again completes it."""

import asyncio
import os
import secrets
from datetime import timedelta
from pathlib import Path

import msgspec
import typer

from gatepass import app, settings
from gatepass.cli import passwords
from gatepass.cli.exits import Refusal
from gatepass.core.founding import FIRST_ADMINISTRATOR
from gatepass.core.records import Source
from gatepass.settings import Settings

PASSWORD = "GATEPASS_ADMIN_PASSWORD"  # noqa: S105 - the name of a variable


def found_home(home: Path, email: str | None) -> None:
    """Make the home and print the first administrator's name, with a made-up password once.

    Raises:
        Refusal: the home has its first administrator.
    """
    found, _ = settings.read(home)
    if is_founded(home, found):
        raise Refusal(
            f"{home}: this home is in use already; to set its administrator's password: "
            f"gatepass account set-password {FIRST_ADMINISTRATOR} --generate --home {home}"
        )
    prepare(home, found)
    given = os.environ.get(PASSWORD)
    password = given or passwords.made_up()
    add_administrator(home, found, password, operation="cli init", email=email)
    typer.echo(f"home: {home}")
    typer.echo(f"administrator: {FIRST_ADMINISTRATOR}")
    typer.echo("password: as given" if given else f"password, shown this once: {password}")
    typer.echo(f"to serve it: gatepass serve --home {home}")


def is_founded(home: Path, found: Settings) -> bool:
    """Say whether the home has its first administrator.

    Raises:
        Misconfigured: there is a store, and it cannot be used.
    """
    try:
        app.check(home, found)
    except app.NoStore:
        return False

    async def work() -> bool:
        core = app.open_core(home, found)
        try:
            return await core.founding.is_founded()
        finally:
            await app.close_core(core)

    return asyncio.run(work())


def prepare(home: Path, found: Settings) -> None:
    """Make what the home lacks: folder, settings file, master key, tables."""
    app.prepare(home, found)
    path = home / settings.FILE
    if not path.exists():
        # Complete or not there at all, also when interrupted here.
        draft = home / f".{settings.FILE}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(template(), "utf-8")
        draft.rename(path)


def add_administrator(
    home: Path, found: Settings, password: str, *, operation: str, email: str | None = None
) -> None:
    """Add the first rows of the store, with the first administrator."""

    async def work() -> None:
        core = app.open_core(home, found)
        try:
            await core.founding.found(
                Source(operation=operation), password=password, email=email or None
            )
        finally:
            await app.close_core(core)

    asyncio.run(work())


def template() -> str:
    """Return a settings file that sets nothing and shows everything."""
    lines = [
        "# The settings of this home. Each is shown with its default; take away the '#' to set it.",
        "# The environment (GATEPASS_ and the name in capitals) outranks this file, and options of",
        "# the command line outrank both. See what holds, and why: gatepass config show",
    ]
    for name, words, default, text in settings.describe():
        lines += ["", f"# {text}", f"# It is {words}.", f"#{name} = {_toml(default)}"]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    shown = settings.show(value) if isinstance(value, timedelta) else value
    return msgspec.json.encode(shown).decode()
