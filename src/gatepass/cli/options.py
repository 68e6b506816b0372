"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_HOME = Path(".gatepass")

Home = Annotated[
    Path,
    typer.Option("--home", envvar="GATEPASS_HOME", help="The folder of this installation."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
InOrg = Annotated[
    str | None, typer.Option("--org", help="The Org, by id or name; else the Primary Org.")
]
AllowWeak = Annotated[
    bool,
    typer.Option("--allow-weak", help="Take a password that is short or well known, too."),
]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


def group(text: str) -> typer.Typer:
    """Return an empty group of commands."""
    return typer.Typer(help=text, no_args_is_help=True, rich_markup_mode=None, add_completion=False)
