"""gatepass keys: the keys that sign custom tokens."""

from typing import Annotated

import typer

from gatepass.cli import options, printing
from gatepass.cli.acting import act
from gatepass.core import Core
from gatepass.core.records import Principal, Source

app = options.group("The keys that sign custom tokens.")


@app.command("list")
def list_all(*, json: options.Json = False, home: options.Home = options.DEFAULT_HOME) -> None:
    """List the keys, newest first: next, current, previous, ended."""

    async def work(core: Core, by: Principal, _: Source) -> list[printing.Row]:
        return [
            {
                "id": key.id,
                "state": key.state.value,
                "created_at": key.created_at,
                "changed_at": key.changed_at,
            }
            for key in await core.keys.list_all(by)
        ]

    found = act(home, "keys list", work)
    printing.listing(found, ("id", "state", "created_at", "changed_at"), json=json)


@app.command("rotate")
def rotate(
    *,
    emergency: Annotated[
        bool,
        typer.Option("--emergency", help="End the old keys, and every token they signed, at once."),
    ] = False,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Let the next key sign; tokens signed before live to their end unless it is an emergency."""

    async def work(core: Core, by: Principal, source: Source) -> str:
        return await core.keys.rotate(by, source, emergency=emergency)

    printing.one({"current": act(home, "keys rotate", work)}, json=json)
