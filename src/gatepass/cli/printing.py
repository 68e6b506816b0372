"""What a command prints: JSON for programs, aligned columns or lines for people."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
import typer

Row = Mapping[str, object]


def as_json(value: object) -> None:
    """Print a value as JSON."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def as_line(value: object) -> None:
    """Print a value as JSON on one line, in which nothing steers a terminal."""
    text = msgspec.json.encode(value).decode()
    typer.echo("".join(one if one.isprintable() else _escaped(one) for one in text))


def _escaped(letter: str) -> str:
    units = letter.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def one(row: Row, *, json: bool) -> None:
    """Print one thing: JSON, or a line for each of its facts."""
    if json:
        as_json(row)
        return
    width = max(len(name) for name in row)
    for name, value in row.items():
        typer.echo(f"{name:<{width}}  {plain(value)}".rstrip())


def listing(rows: Sequence[Row], columns: Sequence[str], *, json: bool) -> None:
    """Print a listing: JSON with every fact, or a table of these columns."""
    if json:
        as_json(rows)
        return
    table = [[name.upper().replace("_", " ") for name in columns]]
    table += [[plain(row[name]) for name in columns] for row in rows]
    widths = [max(len(line[number]) for line in table) for number in range(len(columns))]
    for line in table:
        cells = (f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())


def plain(value: object) -> str:
    """Return a value on one line; what a terminal might obey is shown as '?'."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(plain(each) for each in value) or "-"
    return "".join(letter if letter.isprintable() else "?" for letter in str(value))
