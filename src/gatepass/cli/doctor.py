"""gatepass doctor: what is wrong with a home, and what to do about it."""

from typing import Annotated

import typer

from gatepass import settings
from gatepass.cli import options, printing
from gatepass.cli.exits import ExitCode


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
    from gatepass.cli.patient import State, gather
    from gatepass.cli.symptoms import SYMPTOMS

    patient = gather(home, found, secret_days=secret_days)
    findings = [(one.__name__, one(patient)) for one in SYMPTOMS]
    rows = [
        {"name": name, "state": one.state.value, "found": one.found, "advice": one.advice}
        for name, one in findings
    ]
    healthy = all(one.state is not State.RED for _, one in findings)
    if json:
        printing.as_json({"healthy": healthy, "findings": rows})
    else:
        printing.listing(rows, ("name", "state", "found"), json=False)
        for name, one in findings:
            if one.advice:
                typer.echo(f"\n{name}: {one.found}\n  {one.advice}")
    if not healthy:
        raise typer.Exit(ExitCode.REFUSED)
