"""Compares what came with what was expected of it: only what is named is compared."""

from typing import Any
from uuid import UUID


def misfits(expected: Any, found: Any, place: str = "it") -> list[str]:
    """Return what does not fit; ``{"$is": kind}`` stands for any value of a kind."""
    if isinstance(expected, dict) and "$is" in expected:
        kind = expected["$is"]
        return [] if _is(kind, found) else [f"{place} is {found!r}, not a {kind}"]
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            return [f"{place} is {found!r}, not an object"]
        return [
            one
            for name, part in expected.items()
            for one in misfits(part, found.get(name), f"{place}.{name}")
        ]
    if isinstance(expected, list):
        if not isinstance(found, list) or len(found) != len(expected):
            return [f"{place} is {found!r}, not {expected!r}"]
        return [
            one
            for number, (wanted, part) in enumerate(zip(expected, found, strict=True))
            for one in misfits(wanted, part, f"{place}[{number}]")
        ]
    same = type(expected) is type(found) and expected == found
    return [] if same else [f"{place} is {found!r}, not {expected!r}"]


def _is(kind: str, found: Any) -> bool:
    match kind:
        case "text":
            return isinstance(found, str) and found != ""
        case "digits":
            return isinstance(found, str) and found.isdecimal()
        case "number":
            return type(found) is int
        case "list":
            return isinstance(found, list)
        case "secret":
            return isinstance(found, str) and len(found) >= 43
        case "uuid":
            return isinstance(found, str) and str(UUID(found)) == found
    raise AssertionError(f"no kind is called {kind}")


def unlike(one: Any, other: Any, place: str = "it") -> list[str]:
    """Return where two clients' results are of different kinds: ids, names and times may differ.

    What one of them leaves out, or has as null, is not compared: a newer field, for one.
    """
    if one is None or other is None:
        return []
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            wrong
            for name in one.keys() & other.keys()
            for wrong in unlike(one[name], other[name], f"{place}.{name}")
        ]
    return [] if type(one) is type(other) else [f"{place} is {one!r} and {other!r}"]


def told(outcome: dict[str, Any]) -> tuple[Any, ...]:
    """Return what two clients are to say alike of one call, word for word."""
    failed = outcome.get("failed", {})
    return ("failed" in outcome, *(failed.get(part) for part in ("kind", "status", "code")))


def differences(expected: dict[str, Any], outcome: dict[str, Any]) -> list[str]:
    """Return how an outcome of a call differs from what was expected."""
    if "fails" in expected:
        if "failed" not in outcome:
            return [f"it returned {outcome.get('returned')!r} instead of failing"]
        return misfits(expected["fails"], outcome["failed"])
    if "returned" not in outcome:
        return [f"it failed: {outcome['failed']!r}"]
    return misfits(expected["returns"], outcome["returned"])
