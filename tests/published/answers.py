"""What the vendor publishes of its answers, as facts, and whether an answer keeps to them.

``v2_0.json`` has each operation's method, path and answers by status, and each shape's fields: what
a value is, whether it is required, may be null, or is one of a few words. ``object`` without a
shape is anything: the vendor writes so of numbers too.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
ANYTHING = {"object", "any"}
BEYOND: dict[str, set[str]] = {
    "User": {"access_control_properties", "user_parameters", "variable_values"},
}
"""Fields that newer answers have, and that the shape does not name."""


@cache
def facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("v2_0.json").read_text())
    return found


@cache
def _by_path() -> dict[tuple[str, int], list[tuple[list[str], str]]]:
    found: dict[tuple[str, int], list[tuple[list[str], str]]] = {}
    for name, what in facts()["operations"].items():
        parts = what["path"].split("/")
        found.setdefault((what["method"], len(parts)), []).append((parts, name))
    return found


def operation_at(method: str, path: str) -> str | None:
    """Return the operation of a path below the prefix; one without variables goes first."""
    parts = path.strip("/").split("/")
    fitting = [
        (sum(one.startswith("{") for one in wanted), name)
        for wanted, name in _by_path().get((method, len(parts)), ())
        if all(a == b or a.startswith("{") for a, b in zip(wanted, parts, strict=True))
    ]
    return min(fitting)[1] if fitting else None


def complaints(operation: str, status: int, body: bytes) -> list[str]:
    """Return what about a successful answer is not as it is published; nothing, as it should be."""
    answers = facts()["operations"][operation]["answers"]
    if str(status) not in answers:
        return [f"{operation}: status {status}, not one of {sorted(answers)}"]
    wanted = answers[str(status)]
    if wanted is None:
        return [] if body == b"" else [f"{operation}: a body where there is none"]
    return list(_fits(operation, wanted, json.loads(body)))


def _fits(where: str, wanted: dict[str, Any], value: Any) -> list[str]:
    if value is None:
        strict = wanted.get("required") and not wanted.get("nullable")
        return [f"{where}: null, and required"] if strict else []
    if "list" in wanted:
        if not isinstance(value, list):
            return [f"{where}: no list"]
        return [said for one in value for said in _fits(f"{where}[]", wanted["list"], one)]
    if wanted["is"] in facts()["shapes"]:
        return _fields(where, wanted["is"], value)
    return _plain(where, wanted, value)


def _plain(where: str, wanted: dict[str, Any], value: Any) -> list[str]:
    kind = wanted["is"]
    if kind in ANYTHING:
        return []
    if not isinstance(value, _TYPES[kind]) or (kind != "boolean" and isinstance(value, bool)):
        return [f"{where}: {type(value).__name__}, not {kind}"]
    if "of" in wanted and value not in wanted["of"]:
        return [f"{where}: {value!r} is none of the words"]
    return []


def _fields(where: str, shape: str, value: Any) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: no object"]
    fields = facts()["shapes"][shape]
    if not fields:
        return []
    said = [
        f"{where}.{name}: missing"
        for name in fields
        if fields[name].get("required") and name not in value
    ]
    unknown = value.keys() - fields.keys() - BEYOND.get(shape, set())
    said += [f"{where}.{name}: not published" for name in sorted(unknown)]
    for name, wanted in fields.items():
        if name in value:
            said += _fits(f"{where}.{name}", wanted, value[name])
    return said
