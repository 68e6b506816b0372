"""World files: TOML, or JSON of the same shape. All that is wrong with one is said at once."""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec.structs import replace

from gatepass.cli.exits import Refusal
from gatepass.core.names import name_key
from gatepass.core.world_words import (
    PRIMARY,
    TABLES,
    Place,
    Problem,
    SecurityEntry,
    World,
    key_in,
)

LONGEST = 20_000_000
"""Bytes of a file."""
_HEADER = re.compile(r"[ \t]*\[(\[)?[ \t]*([a-z_.]+)[ \t]*\]")
_CLEAR = "a password in clear has no place in a world: name an environment variable (password_env)"


class Format(StrEnum):
    """How a world is written."""

    TOML = "toml"
    JSON = "json"


class WorldFile:
    """What a file declares, what is wrong with its words, and where each entry stands."""

    def __init__(self, path: Path) -> None:
        """Read a file; ``-`` is standard input, in TOML.

        Raises:
            Refusal: it is no TOML or JSON, or too large.
            OSError: it cannot be read.
        """
        stream = sys.stdin.buffer if str(path) == "-" else None
        body = stream.read(LONGEST + 1) if stream is not None else _head(path)
        if len(body) > LONGEST:
            raise Refusal(f"{path}: has more than {LONGEST} bytes")
        is_json = path.suffix.lower() == ".json"
        text = "" if is_json else _decoded(path, body)
        self._said = _json(path, body) if is_json else _toml(path, text)
        self._lines = text.splitlines()
        self._headers = [
            (number, match[2])
            for number, line in enumerate(self._lines, 1)
            if (match := _HEADER.match(line))
        ]
        self.problems: list[Problem] = []
        self._kept: dict[str, list[int]] = {}
        """Which entries of the file those of the world are."""
        self._unread: list[tuple[str, str]] = []
        self.world = self._world()

    def placed(self, problem: Problem) -> Problem:
        """Return a problem of the world with its place in the file."""
        place = problem.place
        if place.table not in self._kept or place.index is None:
            return problem
        index = self._kept[place.table][place.index]
        return replace(problem, place=replace(place, index=index))

    def worded(self, problem: Problem) -> str:
        """Return a problem on one line, with the line of the file where that can be told."""
        place = problem.place
        line = self._line(place)
        where = "" if line is None else f"line {line}: "
        name = f" ({place.name})" if place.name else ""
        return f"{where}{place}{name}: {problem.reason}"

    def _world(self) -> World:
        tables: dict[str, Any] = {}
        for table, value in self._said.items():
            if table in TABLES:
                tables[table] = list(self._entries(table, value, TABLES[table]))
            elif table == "security":
                tables[table] = self._struct(SecurityEntry, value, Place(table=table))
            else:
                reason = f"no table is called so; there are {', '.join([*TABLES, 'security'])}"
                self._wrong(Place(table=table), reason)
        return World(**tables, unread=self._unread)

    def _entries(
        self, table: str, value: object, kind: type[msgspec.Struct]
    ) -> Iterator[msgspec.Struct]:
        if not isinstance(value, list):
            self._wrong(Place(table=table), f"write each entry as [[{table}]]")
            return
        for index, one in enumerate(value):
            found = self._struct(kind, one, Place(table=table, index=index, name=_name(one)))
            if found is not None:
                self._kept.setdefault(table, []).append(index)
                yield found
            elif isinstance(one, dict):
                self._unread.append((table, _key(table, one)))

    def _struct(
        self, kind: type[msgspec.Struct], value: object, at: Place
    ) -> msgspec.Struct | None:
        """Return an entry, None if anything is wrong with it; each field is looked at."""
        if not isinstance(value, dict):
            self._wrong(at, "must be a table of fields")
            return None
        before = len(self.problems)
        fields = {field.name: field for field in msgspec.structs.fields(kind)}
        given = {}
        for name, each in value.items():
            place = _inside(at, name)
            if name not in fields:
                known = f"no field is called so; there are {', '.join(fields)}"
                self._wrong(place, _CLEAR if name == "password" else known)
            else:
                given[name] = self._value(fields[name].type, each, place)
        for name, field in fields.items():
            if field.required and name not in value:
                self._wrong(_inside(at, name), "is missing")
        return kind(**given) if len(self.problems) == before else None

    def _value(self, kind: Any, value: object, at: Place) -> object:  # noqa: ANN401 - whatever a field is
        inner, many = _struct_in(kind)
        if inner is not None and many and isinstance(value, list):
            return [
                self._struct(inner, one, _numbered(at, index)) for index, one in enumerate(value)
            ]
        if inner is not None and not many:
            return self._struct(inner, value, at)
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            reason, _, path = str(error).partition(" - at `$")
            self._wrong(_inside(at, path.rstrip("`"), joint=""), reason)
            return None

    def _wrong(self, place: Place, reason: str) -> None:
        self.problems.append(Problem(place=place, reason=reason))

    def _line(self, place: Place) -> int | None:
        """Return the line of an entry, or of its field; None where headers cannot be counted."""
        own = [number for number, table in self._headers if table == place.table]
        if len(own) != self._count(place.table) or len(own) <= (place.index or 0):
            return None
        first = own[place.index or 0]
        rest = [number for number, _ in self._headers if number > first]
        field = re.split(r"[.\[]", place.field)[0]
        for number in range(first + 1, rest[0] if rest else len(self._lines) + 1):
            if field and re.match(rf"[ \t]*{re.escape(field)}[ \t]*=", self._lines[number - 1]):
                return number
        return first

    def _count(self, table: str) -> int:
        said: Any = self._said
        for name in table.split("."):
            said = said.get(name, {}) if isinstance(said, dict) else {}
        return len(said) if isinstance(said, list) else 1


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LONGEST + 1)


def _decoded(path: Path, body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(f"{path} is not UTF-8: {error.reason} at byte {error.start}") from error


def _toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Refusal(f"{path} is no TOML: {error}") from error


def _json(path: Path, body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"), type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Refusal(f"{path} is no JSON object: {error}") from error


def _key(table: str, said: Mapping[str, Any]) -> str:
    """Return what an entry is named by elsewhere."""
    name = str(said.get("id" if table == "objects" else "name", ""))
    own = table in {"orgs", "users"}
    return name_key(name) if own else key_in(str(said.get("org", PRIMARY)), name)


def _name(value: object) -> str:
    name = value.get("name", value.get("org")) if isinstance(value, dict) else None
    return name if isinstance(name, str) else ""


def _inside(at: Place, name: str, joint: str = ".") -> Place:
    return replace(at, field=f"{at.field}{joint if at.field else ''}{name}")


def _numbered(at: Place, index: int) -> Place:
    """Return the place of one of several; those of Orgs' settings have a table of their own."""
    if at.table == "security" and at.field == "orgs":
        return Place(table="security.orgs", index=index)
    return _inside(at, f"[{index}]", joint="")


def _struct_in(kind: Any) -> tuple[type[msgspec.Struct] | None, bool]:  # noqa: ANN401 - whatever a field is
    """Return the struct that a field's type is of, if so, and whether it is a list of them."""
    for one in (kind, *get_args(kind)):
        if isinstance(one, type) and issubclass(one, msgspec.Struct):
            return one, False
        for inner in get_args(one):
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                return inner, True
    return None, False


def written(world: World, form: Format) -> str:
    """Return a world as a file has it."""
    said = _plain(world)
    del said["unread"]
    if form is Format.JSON:
        return msgspec.json.format(msgspec.json.encode(said), indent=2).decode() + "\n"
    empty = [f"{table} = []\n" for table, entries in said.items() if entries == []]
    parts = ["".join(empty)] if empty else []
    for table in TABLES:
        parts += [_table(f"[[{table}]]", one) for one in said.get(table, ())]
    if "security" in said:
        security = dict(said["security"])
        csp, of_orgs = security.pop("csp", None), security.pop("orgs", ())
        parts.append(_table("[security]", security))
        if csp is not None:
            parts.append(_table("[security.csp]", csp))
        parts += [_table("[[security.orgs]]", one) for one in of_orgs]
    return "\n".join(parts)


def _plain(value: Any) -> Any:  # noqa: ANN401 - a world, or any part of it
    """Return records as mappings, without what they say nothing of."""
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.asdict(value).items()
        return {name: _plain(one) for name, one in fields if one is not None}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _table(header: str, said: Mapping[str, Any]) -> str:
    return "\n".join([header, *(f"{name} = {_valued(one)}" for name, one in said.items()), ""])


def _valued(value: object) -> str:
    """Return a text, a boolean, a list or a table within a line, as TOML 1.0 has it.

    TOML writes texts as JSON does, but for DEL, which it does not take as it is.
    """
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_valued(one)}" for name, one in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        if any(isinstance(one, Mapping) for one in value):
            return "[\n" + "".join(f"  {_valued(one)},\n" for one in value) + "]"
        return "[" + ", ".join(_valued(one) for one in value) + "]"
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")
