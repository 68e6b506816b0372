"""gatepass object: bring objects in from a file, list them, and write them down."""

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from gatepass.cli import options, printing
from gatepass.cli.acting import act
from gatepass.cli.exits import Refusal
from gatepass.cli.exports import in_order, opened
from gatepass.cli.importing import encoded
from gatepass.cli.object_files import read_rows
from gatepass.cli.pace import Bar, Pace, said
from gatepass.core import Core
from gatepass.core.exporting import ExportedObject
from gatepass.core.headers import Kind
from gatepass.core.object_importing import BroughtIn, ObjectRow, RefusedRow
from gatepass.core.objects import Listed
from gatepass.core.records import Org, Principal, Source

app = options.group("Objects: what tokens can be limited to, and users share. Headers only.")

AT_ONCE = 500
MOST_SHOWN = 100
"""So many refused lines are printed."""


def row(listed: Listed) -> printing.Row:
    """Return an object as it is printed."""
    header = listed.header
    return {
        "id": header.id,
        "type": header.type.value,
        "name": header.name,
        "owner": header.owner_id if listed.owner is None else listed.owner.name,
        "author_id": header.author_id,
        "org_id": header.org_id,
        "description": header.description,
        "subtype": header.subtype,
        "custom_id": header.custom_id,
        "tags": [tag.name for tag in listed.tags],
        "created_at": header.created_at,
        "modified_at": header.modified_at,
    }


@app.command("import")
def bring_in(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV with a line of column names, or JSON lines (.json, .jsonl, .ndjson).",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ],
    *,
    org: options.InOrg = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Add objects from a file, or change those that are there by their ids.

    Columns: type and name; id (a GUID, else a new one), owner, author, org, description, subtype,
    custom_id and tags (separated by ';') if wished. Lines are written in batches of 500, each
    whole or not at all; the first batch with a line that cannot be taken ends the import, and the
    same file may be imported again when that is mended.
    """
    with Bar("object import") as bar:
        pace = Pace(sum(1 for _ in read_rows(file)), passwords=0) if bar.shown else None
        done = act(
            home,
            "object import",
            lambda core, by, source: _import(
                core, by, source, _shown(read_rows(file), bar, pace), org, dry_run=dry_run
            ),
        )
    if done.refused:
        for one in done.refused[:MOST_SHOWN]:
            typer.echo(f"line {one.line}: {one.reason}", err=True)
        written = "" if dry_run else f"; {done.added} added and {done.changed} changed before"
        raise Refusal(f"{len(done.refused)} lines of {file} cannot be taken{written}")
    printing.one(
        {"added": done.added, "changed": done.changed, "same": done.same, "dry_run": dry_run},
        json=json,
    )


@app.command("list")
def list_all(
    *,
    org: options.InOrg = None,
    kind: Annotated[Kind | None, typer.Option("--type", help="Of this type alone.")] = None,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List the objects of an Org, by name."""
    found = act(home, "object list", lambda core, by, _: core.objects.list_all(by, org, kind))
    printing.listing(
        [row(one) for one in found], ("id", "type", "name", "owner", "tags"), json=json
    )


@app.command("export")
def export(
    file: Annotated[
        Path | None, typer.Argument(help="A new file; else standard output.", show_default=False)
    ] = None,
    *,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Write down the objects of every Org with their tags, for gatepass object import (JSON lines).

    Owner and author are named if they are of the Org; else whoever imports stands for them.
    """

    async def work(core: Core, by: Principal, source: Source) -> None:
        await core.auditing.note(by, source, "object.export", {})
        done = 0
        with opened(file) as output, Bar("object export", beside_output=file is None) as bar:
            for org in in_order(await core.exporting.orgs(by)):
                async for page in core.exporting.objects(by, org):
                    output.writelines(f"{encoded(_line(one, org))}\n" for one in page)
                    done += len(page)
                    bar.show(done, None, "")

    act(home, "object export", work)


def _line(one: ExportedObject, org: Org) -> dict[str, object]:
    """Return an object as a line of a file, under the names of ``ObjectRow``."""
    header = one.header
    line = {
        "org": org.name,
        "id": header.id,
        "type": header.type.value,
        "name": header.name,
        "owner": one.owner,
        "author": one.author,
        "description": header.description or None,
        "subtype": header.subtype,
        "custom_id": header.custom_id,
        "tags": list(one.tags),
    }
    return {name: value for name, value in line.items() if value is not None}


async def _import(
    core: Core,
    by: Principal,
    source: Source,
    batches: Iterable[list[ObjectRow | RefusedRow]],
    org: str | None,
    *,
    dry_run: bool,
) -> BroughtIn:
    """Bring the rows in, batch by batch; a dry run looks at all of them, whatever it finds."""
    added = changed = same = 0
    refused: list[RefusedRow] = []
    unique = _Unique()
    for batch in batches:
        good = [one for one in batch if isinstance(one, ObjectRow) and unique.takes(one)]
        bad = [one for one in batch if isinstance(one, RefusedRow)] + unique.taken()
        done = await core.object_importing.bring_in(
            by, source, good, org=org, dry_run=dry_run or bool(bad)
        )
        refused += sorted((*bad, *done.refused), key=lambda one: one.line)
        if refused and not dry_run:
            break
        added, changed, same = added + done.added, changed + done.changed, same + done.same
    return BroughtIn(added=added, changed=changed, same=same, refused=refused)


def _shown(
    rows: Iterator[ObjectRow | RefusedRow], bar: Bar, pace: Pace | None
) -> Iterator[list[ObjectRow | RefusedRow]]:
    """Return the rows in batches; when one is asked for, that before it was taken."""
    done = 0
    while batch := list(islice(rows, AT_ONCE)):
        began = time.perf_counter()
        yield batch
        done += len(batch)
        if pace is not None:
            took = time.perf_counter() - began
            pace.add(lines=len(batch), seconds=took, hashed=0, hash_seconds=0.0)
            bar.show(done, pace.lines, said(pace.rest))


class _Unique:
    """Which ids a file has had so far: a later line of the same id is a slip."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], int] = {}
        self._refused: list[RefusedRow] = []

    def takes(self, one: ObjectRow) -> bool:
        """Say whether no line before has its id."""
        if one.id is None:
            return True
        line = self._lines.setdefault((str(one.org), one.id.strip().lower()), one.line)
        if line != one.line:
            self._refused.append(RefusedRow(line=one.line, reason=f"id: line {line} has it too"))
        return line == one.line

    def taken(self) -> list[RefusedRow]:
        """Return the lines that were refused since the last time."""
        found, self._refused = self._refused, []
        return found
