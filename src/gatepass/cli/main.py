"""The command line, joined: homes and servers here, the rest by noun."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gatepass import settings
from gatepass.cli import (
    accounts,
    audit,
    backups,
    collector,
    config,
    doctor,
    exports,
    groups,
    imports,
    keys,
    objects,
    options,
    orgs,
    secrets,
    sessions,
    tokens,
    worlds,
)
from gatepass.cli.exits import CannotListen, Refusal, explain
from gatepass.core.errors import CoreError

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Gatepass: a self-hosted session and token server that speaks ThoughtSpot's APIs.",
)
Host = Annotated[str | None, typer.Option(help="Address to listen on; else the setting.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; else the setting.")]


@app.command()
def init(
    *,
    email: Annotated[str | None, typer.Option(help="The administrator's e-mail address.")] = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Make a home: settings, store, master key and the first administrator, tsadmin.

    The password is taken from GATEPASS_ADMIN_PASSWORD; without it a random one is printed once.
    """
    from gatepass.cli.founding import found_home

    found_home(home, email)


@app.command()
def migrate(
    *,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Copy the home's SQLite store to this empty PostgreSQL database."
        ),
    ] = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Bring the store's tables up to date, or copy the store to another database.

    Stop the server before you copy: what it writes afterwards stays behind.
    """
    from gatepass import app as joined

    found, _ = settings.read(home)
    if to is not None:
        copied = joined.copy_store(home, found, to)
        typer.echo(f"copied and compared: {sum(copied.values())} rows of {len(copied)} tables")
        typer.echo("to serve from there, set database_url to it")
        return
    done = joined.migrate(home, found)
    typer.echo("the tables are up to date now" if done else "the tables were up to date")


@app.command()
def serve(
    *,
    host: Host = None,
    port: Port = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes that serve; else the setting.")
    ] = None,
    tls_cert: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Certificate with its chain (PEM); else the setting."),
    ] = None,
    tls_key: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="The certificate's key (PEM); else the setting."),
    ] = None,
    world: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A world file to apply first (gatepass world apply)."),
    ] = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Serve a home until SIGTERM or Ctrl-C; calls in flight are finished first.

    With a certificate it serves https, and SIGHUP makes it read a renewed one. A world that cannot
    be applied keeps it from starting.
    """
    if world is not None:
        worlds.run(home, world, prune=False, keeps=True)
    with collector.resting():
        from gatepass.cli.serving import serve_home

    serve_home(home, host=host, port=port, workers=workers, tls_cert=tls_cert, tls_key=tls_key)


@app.command()
def demo(
    *,
    host: Host = None,
    port: Port = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Serve a home with demo data, made the first time, and print what to try."""
    from gatepass.cli.demo import serve_demo

    serve_demo(home, host=host, port=port)


app.command()(doctor.doctor)
app.command()(backups.backup)
app.command()(backups.restore)
app.command()(exports.export)
app.add_typer(accounts.app, name="account")
app.add_typer(orgs.app, name="org")
app.add_typer(groups.app, name="group")
app.add_typer(objects.app, name="object")
app.add_typer(secrets.app, name="secret")
app.add_typer(sessions.app, name="session")
app.add_typer(tokens.app, name="token")
app.add_typer(keys.app, name="keys")
app.add_typer(audit.app, name="audit")
app.add_typer(imports.app, name="import")
app.add_typer(worlds.app, name="world")
app.add_typer(config.app, name="config")


def run() -> None:
    """Run the command line; a refusal is one line and an exit code that says its kind."""
    try:
        app()
    except (CoreError, Refusal, settings.Misconfigured, CannotListen, OSError) as error:
        code, text = explain(error)
        sys.stderr.write(f"gatepass: {text}\n")
        sys.exit(code)
