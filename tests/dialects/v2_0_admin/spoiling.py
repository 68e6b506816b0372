"""From a good call, every bad one that its shape allows: one thing is spoilt in each."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import msgspec

from gatepass.http.routing import MOST_BYTES, NoBody, Operation
from tests.adjusted import BAD, UNKNOWN_OBJECT
from tests.dialects.v2_0_admin.good_calls import Good

MANY = 100_000
PAGES = {"record_offset", "record_size"}
NOBODY = "nobody-there"
NO_ID = "11111111-2222-4333-8444-555555555555"
LARGE = (413, BAD[1])
Step = str | int

HOSTILE = [
    "a\u0000b",
    "line\nend",
    "\u202eturned",
    "zero\u200bwidth",
    "a\uffffb",
    "%",
    "_",
    "%mir_",
    "\\",
    'it\'s "quoted"',
    "'; DROP TABLE accounts; --",
    "m\N{CYRILLIC SMALL LETTER I}ra",
    "\N{FULLWIDTH LATIN SMALL LETTER M}ira",
    "x" * 5000,
    "e" + "\u0301" * 2000,
    "\U0001f3ab",
    "99999999999999999999",
]


@dataclass(frozen=True)
class Spoilt:
    """A bad call and what may come of it."""

    what: str
    target: str
    body: Any
    expected: frozenset[tuple[int, int]]


def leaves(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """Yield every value inside a body, lists and objects too, with where it stands."""
    if path:
        yield path, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))


def changed(body: dict[str, Any], path: tuple[Step, ...], value: Any) -> dict[str, Any]:
    """Return a body with one value of it replaced."""
    made = deepcopy(body)
    inside: Any = made
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return made


def field_of(path: tuple[Step, ...]) -> str:
    """Return the name of the field that a value belongs to."""
    return next(step for step in reversed(path) if isinstance(step, str))


def is_opaque(path: tuple[Step, ...]) -> bool:
    """Say whether a value is inside what is kept as it comes."""
    return path[0] == "configuration" or any(
        step in {"extended_properties", "extended_preferences"} for step in path[:-1]
    )


def ill_shaped(operation: Operation[Any], good: Good) -> Iterator[Spoilt]:
    """Yield calls of which one value is of another kind, missing, or far too long."""
    if operation.body is NoBody:
        return
    for field in msgspec.structs.fields(operation.body):
        if not field.required:
            continue
        without = {name: value for name, value in good.body.items() if name != field.name}
        yield _bad(f"no {field.name}", good, without)
        yield _bad(f"{field.name} null", good, {**good.body, field.name: None})
        blank = operation.name == "shareMetadata" and field.name == "message"
        if isinstance(good.body[field.name], str) and not blank:
            yield _bad(f"{field.name} empty", good, {**good.body, field.name: ""})
    for path, value in leaves(good.body):
        if is_opaque(path):
            continue
        for other in _others(path, value):
            yield _bad(f"{path} {str(other)[:40]!r}", good, changed(good.body, path, other))
        if isinstance(value, list):
            body = changed(good.body, path, value[:1] * MANY)
            long = len(json.dumps(body)) > MOST_BYTES
            yield Spoilt(
                f"{path} {MANY} times", good.target, body, frozenset({LARGE if long else BAD})
            )


def unknown(operation: Operation[Any], good: Good) -> Iterator[Spoilt]:
    """Yield calls of which one identifier is of nothing."""
    expected = frozenset({BAD if good.gone == "refused" else UNKNOWN_OBJECT})
    if "{" in operation.path:
        for name in (NOBODY, NO_ID, "-2", "2147483648"):
            yield Spoilt(f"target {name}", name, good.body, expected)
    for path, value in leaves(good.body):
        if isinstance(value, str) and is_identifier(path, good):
            for name in (NOBODY, NO_ID):
                yield Spoilt(
                    f"{path} {name}", good.target, changed(good.body, path, name), expected
                )


def is_identifier(path: tuple[Step, ...], good: Good) -> bool:
    """Say whether a text names something that must be there."""
    name = field_of(path)
    named = name.endswith(("identifier", "identifiers")) or name == "groups_identifiers_with_access"
    return named and name not in good.free and not good.free & set(path)


def hostile(operation: Operation[Any], good: Good) -> Iterator[Spoilt]:
    """Yield calls of which one text is another that means harm; some of them will do."""
    refused = frozenset({BAD, UNKNOWN_OBJECT})
    for text in HOSTILE:
        if "{" in operation.path:
            yield Spoilt(f"target {text[:20]!r}", text, good.body, refused)
        for path, value in leaves(good.body):
            if isinstance(value, str) and not is_opaque(path):
                body = changed(good.body, path, text)
                yield Spoilt(f"{path} {text[:20]!r}", good.target, body, refused)


def _bad(what: str, good: Good, body: Any) -> Spoilt:
    return Spoilt(what, good.target, body, frozenset({BAD}))


def _others(path: tuple[Step, ...], value: Any) -> list[Any]:
    """Return values of kinds that do not belong where this one stands."""
    if field_of(path) in PAGES:
        return [-2, 2**31, 2**63, 10**40, 0.5, "ten", "-2", [], {}]
    if isinstance(value, bool):
        return ["yes", 2, [], {}]
    if isinstance(value, int):
        return ["ten", [], {}, -1]
    if isinstance(value, str):
        return [True, 7.5, {}, {"a": 1}, [["x"]]]
    if isinstance(value, list):
        return ["x", 7, True, {"0": "x"}, [None], [[]], [True]]
    return ["x", 7, True, []]
