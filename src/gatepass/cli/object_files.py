"""Files of objects: CSV or JSON lines, read row by row; what is wrong is said of its line."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import msgspec

from gatepass.cli.exits import Refusal
from gatepass.core.object_importing import ObjectRow, RefusedRow

JSON_LINES = frozenset({".json", ".jsonl", ".ndjson"})
_COLUMNS = frozenset(ObjectRow.__struct_fields__) - {"line"}
_NEEDED = frozenset({"type", "name"})
_LONGEST = 1_000_000
"""Letters that a field of a CSV file may have."""


def read_rows(path: Path) -> Iterator[ObjectRow | RefusedRow]:
    """Return what each line says, or why it says nothing.

    Raises:
        Refusal: the file is no UTF-8, or its columns are not those of objects.
    """
    reads = _json_lines if path.suffix.lower() in JSON_LINES else _csv
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from reads(file)
    except UnicodeDecodeError as error:
        raise Refusal(f"{path} is not UTF-8: {error.reason} at byte {error.start}") from error


def _json_lines(file: TextIO) -> Iterator[ObjectRow | RefusedRow]:
    for line, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            said = msgspec.json.decode(text, type=dict[str, Any])
            unknown = sorted(said.keys() - _COLUMNS)
            if unknown:
                yield RefusedRow(line=line, reason=f"no column is called {', '.join(unknown)}")
                continue
            given = {name: one for name, one in said.items() if one is not None and one != ""}
            yield msgspec.convert({**given, "line": line}, ObjectRow)
        except (msgspec.DecodeError, RecursionError, TypeError) as error:
            yield RefusedRow(line=line, reason=f"cannot be read: {error}")


def _csv(file: TextIO) -> Iterator[ObjectRow | RefusedRow]:
    csv.field_size_limit(_LONGEST)
    rows = csv.reader(file, strict=True)
    try:
        columns = [name.strip().lower() for name in next(rows, [])]
    except csv.Error as error:
        raise Refusal(f"line 1 cannot be read: {error}") from error
    if not _NEEDED.issubset(columns) or not _COLUMNS.issuperset(columns):
        raise Refusal(
            f"line 1 must name the columns: type and name, and of the others "
            f"{', '.join(sorted(_COLUMNS - _NEEDED))}"
        )
    while True:
        line = rows.line_num + 1
        try:
            values = next(rows, None)
        except csv.Error as error:
            # Where a quote is wrong, nobody can say where the next row begins.
            yield RefusedRow(line=line, reason=f"cannot be read: {error}")
            return
        if values is None:
            return
        if not any(values):
            continue
        if len(values) != len(columns):
            yield RefusedRow(line=line, reason=f"has {len(values)} columns, not {len(columns)}")
            continue
        yield _row(line, dict(zip(columns, values, strict=True)))


def _row(line: int, said: dict[str, str]) -> ObjectRow | RefusedRow:
    given: dict[str, Any] = {name: value for name, value in said.items() if value}
    if "tags" in given:
        given["tags"] = [tag.strip() for tag in given["tags"].split(";") if tag.strip()]
    missing = sorted(_NEEDED - given.keys())
    if missing:
        return RefusedRow(line=line, reason=f"{' and '.join(missing)}: must not be empty")
    return ObjectRow(line=line, **given)
