"""gatepass backup and restore: a home as one file, and the way back."""

from pathlib import Path
from typing import Annotated

import typer

from gatepass.cli import options, printing
from gatepass.cli.exits import Refusal


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    *,
    with_master_key: Annotated[
        bool,
        typer.Option(
            "--with-master-key",
            help="Put the master key in too: the file then opens every secret. Keep it as safe.",
        ),
    ] = False,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Back up a home on SQLite to one file, also while it is served.

    In it: the store at one moment and the settings. Trusted secrets and signing keys stay sealed.
    """
    from gatepass import backups

    try:
        made = backups.make(home, file, with_key=with_master_key)
    except backups.Unfit as error:
        raise Refusal(str(error)) from error
    if json:
        printing.as_json({"file": str(file), "made_at": made.made_at, "bytes": made.size})
        return
    typer.echo(f"{file}: {made.size} bytes, readable by you alone")
    if not with_master_key:
        typer.echo("without the master key: keep a copy of it in another place")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that gatepass backup wrote.")],
    *,
    end_sessions: Annotated[
        bool,
        typer.Option(
            "--end-sessions",
            help="End every session and token: some may have been revoked after the backup.",
        ),
    ] = False,
    allow_broken_audit: Annotated[
        bool,
        typer.Option(
            "--allow-broken-audit", help="Restore although the audit trail does not verify."
        ),
    ] = False,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Make a home of a backup; it must be new, or have no store any more.

    Everything is examined first, and an older store is brought up to date. The master key is taken
    from the home, from GATEPASS_MASTER_KEY or from the backup. Stop servers of that home before.
    """
    from gatepass import backups

    try:
        done = backups.restore(file, home, end_all=end_sessions, despite_audit=allow_broken_audit)
    except backups.Unfit as error:
        raise Refusal(str(error)) from error
    events = 0 if done.audit is None else done.audit.events
    if json:
        facts = {"made_at": done.made_at, "upgraded": done.upgraded, "ended": done.ended}
        printing.as_json({"home": str(home), **facts, "audit_events": events})
        return
    typer.echo(f"{home}: as it was at {done.made_at}; {events} audit events verify")
    if done.upgraded:
        typer.echo(f"the tables were of revision {done.revision} and are up to date now")
    if end_sessions:
        typer.echo(f"ended: {done.ended} sessions and tokens")
    else:
        typer.echo("what was revoked after that counts again: --end-sessions ends everything")
