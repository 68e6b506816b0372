"""The command line: init, serve, migrate, demo; ``manage`` adds the rest."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from gatepass import app as application
from gatepass import settings as settings_module
from gatepass.cli.founding import found_home
from gatepass.cli.serving import serve_home

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    help="Gatepass: a self-hosted session and token server that speaks ThoughtSpot's APIs.",
)

Home = Annotated[
    Path,
    typer.Option("--home", envvar="GATEPASS_HOME", help="The folder of this installation."),
]
DEFAULT_HOME = Path("gatepass-home")


@app.command()
def init(home: Home = DEFAULT_HOME, email: str = "") -> None:
    """Make a home: store, master key and first administrator."""
    found_home(home, email or None)


@app.command()
def migrate(home: Home = DEFAULT_HOME) -> None:
    """Bring the store's tables up to date."""
    found, _ = settings_module.read(home)
    done = application.migrate(home, found)
    typer.echo("the tables are up to date" if done else "nothing to do")


@app.command()
def serve(
    home: Home = DEFAULT_HOME,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
) -> None:
    """Serve a home until SIGTERM or Ctrl-C."""
    serve_home(home, host=host, port=port, workers=workers)


def run() -> None:
    """Run the command line; a refusal is one line and exit code 1."""
    try:
        app()
    except (application.NotReady, settings_module.BadSetting) as error:
        sys.stderr.write(f"gatepass: {error}\n")
        sys.exit(os.EX_CONFIG)
