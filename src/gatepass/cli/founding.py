"""Make a home with its first administrator."""

import asyncio
import os
import secrets
from pathlib import Path

import typer

from gatepass import app as application
from gatepass import settings as settings_module
from gatepass.core.records import Source

PASSWORD = "GATEPASS_ADMIN_PASSWORD"  # noqa: S105 - the name of a variable


def found_home(home: Path, email: str | None) -> None:
    """Make the home and print the first administrator's name, with a made-up password once."""
    found, _ = settings_module.read(home)
    application.prepare(home, found)
    given = os.environ.get(PASSWORD)
    password = given or secrets.token_urlsafe(15)

    async def work() -> None:
        core = application.open_core(home, found)
        try:
            await core.founding.found(Source(operation="cli init"), password=password, email=email)
        finally:
            await application.close_core(core)

    asyncio.run(work())
    typer.echo(f"home: {home}")
    typer.echo("administrator: tsadmin")
    typer.echo("password: as given" if given else f"password, shown this once: {password}")
