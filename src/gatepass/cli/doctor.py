"""gatepass doctor: what is wrong with a home, and what to do about it."""

import asyncio
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatepass import settings
from gatepass.cli import options, printing
from gatepass.cli.exits import ExitCode

if TYPE_CHECKING:
    from gatepass.core.checkup import Vitals
    from gatepass.doctor import Patient


def doctor(
    *,
    secret_days: Annotated[
        int, typer.Option(min=1, help="From how many days on a trusted secret is old.")
    ] = 180,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Examine a home: each symptom by name, with advice. Changes nothing but what a start makes.

    Ends with code 1 if one of them is red. It may run beside a server.
    """
    found, _ = settings.read(home)
    from gatepass.core.checkup import Gravity
    from gatepass.doctor import examine

    findings = examine(_patient(home, found, secret_days))
    rows = [
        {"name": one.name, "state": one.state.value, "found": one.found, "advice": one.advice}
        for one in findings
    ]
    healthy = all(one.state is not Gravity.RED for one in findings)
    if json:
        printing.as_json({"healthy": healthy, "findings": rows})
    else:
        printing.listing(rows, ("name", "state", "found"), json=False)
        for one in findings:
            if one.advice:
                typer.echo(f"\n{one.name}: {one.found}\n  {one.advice}")
    if not healthy:
        raise typer.Exit(ExitCode.REFUSED)


def _patient(home: Path, found: settings.Settings, secret_days: int) -> "Patient":
    """Look at everything, whatever is missing.

    Raises:
        Misconfigured: the store is of a kind that this command cannot look at.
    """
    from gatepass import app
    from gatepass.core.clock import system_clock
    from gatepass.core.errors import CoreError

    vitals = problem = None
    try:
        app.check_store(home, found)
        if app.key_problem(home) is None:
            vitals = asyncio.run(_vitals(home, found))
    except (settings.Misconfigured, CoreError, OSError, sqlite3.Error) as error:
        problem = str(error)
    return app.patient(
        home,
        found,
        now=system_clock(),
        vitals=vitals,
        store_problem=problem,
        secret_days=secret_days,
    )


async def _vitals(home: Path, found: settings.Settings) -> "Vitals":
    from gatepass import app

    core = app.open_core(home, found)
    try:
        return await core.checkup.vitals()
    finally:
        await app.close_core(core)
