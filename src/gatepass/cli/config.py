"""gatepass config: the settings, and where each value comes from."""

import typer

from gatepass import settings
from gatepass.cli import options, printing

app = options.group("Settings.")


@app.command("show")
def show(*, json: options.Json = False, home: options.Home = options.DEFAULT_HOME) -> None:
    """Show every setting with its value and origin: default, file or environment."""
    found, origins = settings.read(home)
    printing.listing(
        [
            {
                "name": name,
                "value": settings.show(settings.without_secrets(name, getattr(found, name))),
                "origin": origins[name],
                "default": settings.show(default),
                "help": text,
            }
            for name, _, default, text in settings.describe()
        ],
        ("name", "value", "origin"),
        json=json,
    )
    if not json:
        typer.echo(f"\nTo change one: {home / settings.FILE}, or the environment: GATEPASS_NAME.")
