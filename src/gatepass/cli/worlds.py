"""gatepass world: what a server is to have, as one file."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gatepass.cli import options, printing
from gatepass.cli.acting import act
from gatepass.cli.exits import ExitCode, Refusal
from gatepass.cli.world_files import Format, WorldFile, written
from gatepass.core import Core
from gatepass.core.import_lines import Difference
from gatepass.core.records import Principal, Source
from gatepass.core.world_words import Fate, Outcome, Problem, Step, World

app = options.group("A world: Orgs, roles, groups, users, tags, objects and settings in one file.")

File = Annotated[
    Path, typer.Argument(help="TOML, or JSON of the same shape (.json); - is standard input.")
]
Prune = Annotated[
    bool,
    typer.Option("--prune", help="Remove what the file's tables do not name; system rows stay."),
]
MOST_SHOWN = 100
"""So many problems are printed."""
_SIGNS = {Fate.ADDED: "+", Fate.CHANGED: "~", Fate.REMOVED: "-"}


@app.command("plan")
def plan(
    file: File,
    *,
    prune: Prune = False,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Print every difference between a world file and the server; exit with 4 if there is one.

    All is done and then undone, so that every rule is asked: what is planned can be applied.
    """
    outcome = run(home, file, prune=prune, keeps=False, json=json)
    if outcome.steps:
        raise typer.Exit(ExitCode.DIFFERENT)


@app.command("apply")
def apply(
    file: File,
    *,
    prune: Prune = False,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Make the server what a world file says, also while it serves: all of it, or nothing.

    What an entry says is so afterwards, lists included; what it leaves out stays as it is. A
    second time changes nothing. Passwords of new users come from the environment variables that
    the file names.
    """
    run(home, file, prune=prune, keeps=True, json=json)


@app.command("export")
def export(
    file: Annotated[
        Path | None, typer.Argument(help="A new file; else standard output.", show_default=False)
    ] = None,
    *,
    form: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.TOML,
    with_password_hashes: Annotated[
        bool,
        typer.Option("--with-password-hashes", help="With the hashes: keep the file as a secret."),
    ] = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Write down the world as it is, for gatepass world apply.

    Without secrets: no trusted secret, no key, no session and no token, and no hash of a password
    unless one says so.
    """

    async def work(core: Core, by: Principal, source: Source) -> World:
        facts = {"world": True, "password_hashes": with_password_hashes}
        await core.auditing.note(by, source, "export", facts)
        return await core.worlds.describe(by, passwords=with_password_hashes)

    text = written(act(home, "world export", work), form).encode()
    if file is None:
        sys.stdout.buffer.write(text)
        return
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as output:
        output.write(text)


def run(home: Path, file: Path, *, prune: bool, keeps: bool, json: bool = False) -> Outcome:
    """Plan or apply a file, and say what that comes to.

    Raises:
        Refusal: there are problems, which were printed; nothing was changed.
    """
    read = WorldFile(file)
    passwords = {
        one.password_env: os.environ.get(one.password_env)
        for one in read.world.users or ()
        if one.password_env is not None
    }

    async def work(core: Core, by: Principal, source: Source) -> Outcome:
        worlds = core.worlds
        # A file with problems of its own is looked at all the same, to tell of the others too.
        does = worlds.apply if keeps and not read.problems else worlds.plan
        return await does(by, source, read.world, passwords, removes=prune and not read.problems)

    outcome = act(home, f"world {'apply' if keeps else 'plan'}", work)
    problems = [*read.problems, *map(read.placed, outcome.problems)]
    if json:
        printing.as_json({"steps": [] if problems else outcome.steps, "problems": problems})
    if problems:
        if not json:
            _complain(read, problems)
        count = "a problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise Refusal(f"{file}: {count}; nothing was changed")
    if not json:
        _show(outcome.steps, would=not keeps)
    return outcome


def _complain(read: WorldFile, problems: Sequence[Problem]) -> None:
    for one in problems[:MOST_SHOWN]:
        typer.echo(printing.plain(read.worded(one)), err=True)
    if len(problems) > MOST_SHOWN:
        typer.echo(f"and {len(problems) - MOST_SHOWN} more", err=True)


def _show(steps: Sequence[Step], *, would: bool) -> None:
    for one in steps:
        facts = "; ".join(_said(each) for each in one.differences)
        line = f"{_SIGNS[one.fate]} {one.table.removesuffix('s')} {one.name}"
        typer.echo(printing.plain(f"{line}: {facts}" if facts else line))
    counts = {fate: sum(one.fate is fate for one in steps) for fate in Fate}
    words = [f"{count} {fate.value}" for fate, count in counts.items() if count]
    typer.echo(
        f"{'would be ' if would else ''}{', '.join(words)}" if words else "all is so already"
    )


def _said(one: Difference) -> str:
    if one.before in (None, []):
        return f"{one.field} {printing.plain(one.after)}"
    return f"{one.field} {printing.plain(one.before)} -> {printing.plain(one.after)}"
