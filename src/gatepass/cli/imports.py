"""gatepass import: users and what they belong to, from files and from other servers."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from gatepass.cli import options
from gatepass.cli.acting import act
from gatepass.cli.exits import ExitCode
from gatepass.cli.importing import Lines, Report, Taking, counted
from gatepass.cli.pace import Bar
from gatepass.cli.rows import KINDS, Format, lines
from gatepass.core import Core
from gatepass.core.bulk_importing import AT_ONCE
from gatepass.core.import_lines import How
from gatepass.core.records import Principal, Source

app = options.group("Import users, and what they belong to, batch by batch.")

File = Annotated[str, typer.Argument(help="The file; - is standard input.")]
As = Annotated[
    Format | None, typer.Option("--format", help="How it is written; else its name says it.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print every difference that it would make; make none.")
]
Leave = Annotated[
    bool, typer.Option("--leave-existing", help="Change nothing about what is there already.")
]
Skip = Annotated[
    bool,
    typer.Option("--skip-refused", help="Leave out refused lines, instead of stopping there."),
]
Batch = Annotated[
    int, typer.Option("--batch", min=1, max=1000, help="Lines that are taken together or not.")
]


def _run(
    home: Path,
    operation: str,
    source_of: Callable[[], Lines],
    how: How,
    *,
    json: bool,
    batch: int,
    counts: bool,
) -> None:
    report = Report(dry_run=how.dry_run, json=json)
    with Bar(operation) as bar:
        pace = counted(source_of) if counts and bar.shown else None

        async def work(core: Core, by: Principal, source: Source) -> int:
            taking = Taking(core, by, source, how, report, batch=batch, pace=pace)
            await taking.all(source_of(), bar)
            return taking.stopped_at

        stopped_at = act(home, operation, work)
    report.close()
    if stopped_at and not json:
        typer.echo(
            f"stopped: nothing from line {stopped_at} on was taken; what was before stays. "
            "Mend the lines and do the same again: what is there already is left as it is.",
            err=True,
        )
    if report.refused:
        raise typer.Exit(ExitCode.REFUSED)


@app.command("users")
def users(
    file: File,
    *,
    form: As = None,
    dry_run: DryRun = False,
    leave_existing: Leave = False,
    skip_refused: Skip = False,
    allow_weak: options.AllowWeak = False,
    batch: Batch = AT_ONCE,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Make or change the users that a file lists, also beside a server.

    CSV has a header; JSON lines have an object each. Fields: name, id, display_name, email,
    account_type, account_status, visibility, orgs, groups, password, password_hash. In CSV, lists
    are separated by ';'. A group is ORG/GROUP, or GROUP in the first of the orgs (default: the
    Primary Org). Who is there already gets what the line says otherwise; Orgs and groups are only
    added to, and the password stays. Stopped in the middle, the same again goes on.
    """
    how = How(
        dry_run=dry_run, leave=leave_existing, skip_refused=skip_refused, allow_weak=allow_weak
    )
    _run(
        home,
        "import users",
        lambda: lines(file, form, frozenset({"user"})),
        how,
        json=json,
        batch=batch,
        counts=file != "-",
    )


@app.command("directory")
def directory(
    file: File,
    *,
    dry_run: DryRun = False,
    leave_existing: Leave = False,
    skip_refused: Skip = False,
    allow_weak: options.AllowWeak = False,
    batch: Batch = AT_ONCE,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Make or change Orgs, roles, groups and users, as gatepass export writes them (JSON lines).

    A line has a kind: org, role, group or user. Each but users is an act of its own.
    """
    how = How(
        dry_run=dry_run, leave=leave_existing, skip_refused=skip_refused, allow_weak=allow_weak
    )
    _run(
        home,
        "import directory",
        lambda: lines(file, Format.JSONL, frozenset(KINDS)),
        how,
        json=json,
        batch=batch,
        counts=file != "-",
    )


@app.command("from-instance")
def from_instance(
    url: Annotated[str, typer.Argument(help="The server: https://HOST[:PORT].")],
    *,
    username: Annotated[
        str | None,
        typer.Option(help="An administrator there, whose password is asked for; else a token is."),
    ] = None,
    dry_run: DryRun = False,
    leave_existing: Leave = False,
    skip_refused: Skip = False,
    batch: Batch = AT_ONCE,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Make or change what a running server has: its Orgs, roles, groups and users (REST v2.0).

    The token is taken from GATEPASS_INSTANCE_TOKEN, the password from GATEPASS_INSTANCE_PASSWORD,
    or either from the keyboard. Users keep their ids, and so do groups and roles whose id is free.
    Passwords stay where they are.
    """
    from gatepass.cli.instance import Instance

    instance = Instance.of(url, username)
    how = How(dry_run=dry_run, leave=leave_existing, skip_refused=skip_refused)
    try:
        _run(
            home,
            "import from-instance",
            instance.lines,
            how,
            json=json,
            batch=batch,
            counts=False,
        )
    finally:
        instance.close()
