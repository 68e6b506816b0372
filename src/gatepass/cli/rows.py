"""Lines of a file as what they describe: CSV with a header, or a JSON object a line."""

import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Literal

import msgspec

from gatepass.cli.exits import Refusal
from gatepass.core.framing import GroupLine, OrgLine, RoleLine
from gatepass.core.import_lines import Fate, Result, UserLine
from gatepass.core.records import AccountStatus, AccountType, GroupType, Undisclosed

LONGEST = 1_000_000
"""Characters of one line."""
_LISTS = frozenset({"orgs", "groups"})
Line = OrgLine | RoleLine | GroupLine | UserLine
Visibility = Literal["SHARABLE", "NON_SHARABLE"]


class Format(StrEnum):
    """How the lines of a file are written."""

    CSV = "csv"
    JSONL = "jsonl"


class User(Undisclosed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of kind ``user``, as a file has it."""

    name: str
    id: str | None = None
    display_name: str | None = None
    email: str | None = None
    account_type: AccountType | None = None
    account_status: AccountStatus | None = None
    visibility: Visibility | None = None
    orgs: list[str | int] | None = None
    groups: list[str] | None = None
    password: str | None = None
    password_hash: str | None = None

    def line(self, number: int) -> UserLine:
        """Return it as the core takes it."""
        return UserLine(
            number=number,
            name=self.name,
            id=self.id,
            display_name=self.display_name,
            email=self.email,
            type=self.account_type,
            status=self.account_status,
            sharable=sharable(self.visibility),
            orgs=self.orgs,
            groups=self.groups,
            password=self.password,
            password_hash=self.password_hash,
        )


class Org(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of kind ``org``."""

    name: str
    description: str | None = None

    def line(self, number: int) -> OrgLine:
        """Return it as the core takes it."""
        return OrgLine(number=number, name=self.name, description=self.description)


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of kind ``role``."""

    org: str | int
    name: str
    id: str | None = None
    description: str | None = None
    privileges: list[str] | None = None

    def line(self, number: int) -> RoleLine:
        """Return it as the core takes it."""
        return RoleLine(number=number, **msgspec.structs.asdict(self))


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of kind ``group``."""

    org: str | int
    name: str
    id: str | None = None
    display_name: str | None = None
    description: str | None = None
    type: GroupType | None = None
    visibility: Visibility | None = None
    privileges: list[str] | None = None
    roles: list[str] | None = None
    inside: list[str] | None = None

    def line(self, number: int) -> GroupLine:
        """Return it as the core takes it."""
        facts = msgspec.structs.asdict(self)
        return GroupLine(number=number, sharable=sharable(facts.pop("visibility")), **facts)


KINDS: dict[str, type[User] | type[Org] | type[Role] | type[Group]] = {
    "user": User,
    "org": Org,
    "role": Role,
    "group": Group,
}


def sharable(visibility: str | None) -> bool | None:
    """Return what a visibility says, None if it says nothing."""
    return None if visibility is None else visibility == "SHARABLE"


def format_of(path: str, given: Format | None) -> Format:
    """Return how a file is written: as is said, or as its name says.

    Raises:
        Refusal: neither says it.
    """
    if given is not None:
        return given
    suffix = Path(path).suffix.lower()
    if suffix == ".csv":
        return Format.CSV
    if suffix in {".jsonl", ".ndjson"}:
        return Format.JSONL
    raise Refusal(f"{path}: say how it is written: --format csv or --format jsonl")


def lines(path: str, given: Format | None, kinds: frozenset[str]) -> Iterator[Line | Result]:
    """Return what the lines of a file describe; one that cannot be read comes as its refusal.

    ``-`` is standard input. The file is read as it is asked for, never as a whole.

    Raises:
        Refusal: the file as a whole will not do.
        OSError: it cannot be read.
    """
    form = format_of(path, given)
    with _opened(path) as file:
        yield from _of_csv(file, kinds) if form is Format.CSV else _of_json(file, kinds)


@contextmanager
def _opened(path: str) -> Iterator[IO[str]]:
    if path == "-":
        yield io.TextIOWrapper(sys.stdin.buffer, "utf-8-sig", errors="surrogateescape", newline="")
        return
    with Path(path).open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        yield file


def _of_csv(file: IO[str], kinds: frozenset[str]) -> Iterator[Line | Result]:
    csv.field_size_limit(LONGEST)
    reader = csv.reader(file, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise Refusal(f"line 1: {error}") from error
    known = {"kind", *User.__struct_fields__}
    if "name" not in header or len(set(header)) != len(header) or not known.issuperset(header):
        words = ", ".join(User.__struct_fields__)
        raise Refusal(f"line 1: a CSV file begins with names of columns, of these: {words}")
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            # Where a quote is open there is no telling where the next line begins.
            yield _unread(number, str(error))
            return
        if cells is None:
            return
        if not cells:
            continue
        if len(cells) != len(header):
            yield _unread(number, f"has {len(cells)} cells, not {len(header)}")
            continue
        given = {name: cell for name, cell in zip(header, cells, strict=True) if cell != ""}
        row: dict[str, Any] = {
            name: [one.strip() for one in cell.split(";") if one.strip()]
            if name in _LISTS
            else cell
            for name, cell in given.items()
        }
        yield _described(number, row, kinds)


def _of_json(file: IO[str], kinds: frozenset[str]) -> Iterator[Line | Result]:
    number = 0
    while text := file.readline(LONGEST + 1):
        number += 1
        if len(text) > LONGEST:
            yield _unread(number, f"has more than {LONGEST} characters")
            return
        if not text.strip():
            continue
        try:
            row = msgspec.json.decode(text, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeEncodeError) as error:
            yield _unread(number, f"is no JSON object: {error}")
            continue
        yield _described(number, row, kinds)


def _described(number: int, row: dict[str, Any], kinds: frozenset[str]) -> Line | Result:
    kind = row.pop("kind", "user")
    if kind not in kinds:
        return _unread(number, f"is of kind {kind!r}; expected {', '.join(sorted(kinds))}")
    try:
        "".join(str(one) for one in row.values()).encode()
        return msgspec.convert(row, KINDS[kind], strict=True).line(number)
    except UnicodeEncodeError:
        return _unread(number, "is not UTF-8")
    except msgspec.ValidationError as error:
        return _unread(number, str(error))


def _unread(number: int, reason: str) -> Result:
    return Result(number=number, name="", kind="line", fate=Fate.REFUSED, reason=reason)
