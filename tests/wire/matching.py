"""Exchanges as data: placeholders filled when sending, bound when an answer is compared.

``<secret:cookie>`` and ``<uuid:incident>`` match what a server makes up and bind it to a name;
where the name is bound already the same value must come. ``<millis:300>`` is the held clock's time
so many seconds on, ``<seconds:300>`` the same in seconds, ``<digits:300>`` in a text. Plain names
such as ``<mira>`` are values of the cast.
"""

import re
from collections.abc import Iterator
from typing import Any

from tests.world import NOON

_PLACE = re.compile(r"<(?:(\w+):)?(-?[\w. ]+)>")
_SHAPES = {
    "secret": r"gp[sfovk]_[A-Za-z0-9_-]{43}",
    "uuid": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "opaque": r"[A-Za-z0-9_-]{43}",
    "part": r"[0-9a-f]{8}",
}
Bound = dict[str, Any]


def millis(seconds: str) -> int:
    """Return the wire's time so many seconds after the clock's noon."""
    return int((NOON.timestamp() + float(seconds)) * 1000)


def seconds(length: str) -> int:
    """Return the same in seconds."""
    return millis(length) // 1000


_TIMES = {"millis": millis, "seconds": seconds}


def filled(value: Any, bound: Bound) -> Any:
    """Return a value with every placeholder replaced by what is bound to it."""
    if isinstance(value, dict):
        return {str(filled(name, bound)): filled(one, bound) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, bound) for one in value]
    if not isinstance(value, str):
        return value
    whole = _PLACE.fullmatch(value)
    if whole is not None:
        told = _TIMES.get(whole[1])
        return bound[whole[2]] if told is None else told(whole[2])
    return _PLACE.sub(lambda found: str(bound[found[2]]), value)


def named(value: Any, bound: Bound) -> Any:
    """Return a value whose fields' names hold no placeholders any more."""
    if isinstance(value, dict):
        return {str(filled(name, bound)): named(one, bound) for name, one in value.items()}
    return [named(one, bound) for one in value] if isinstance(value, list) else value


def differences(wanted: Any, got: Any, bound: Bound, path: str = "") -> Iterator[str]:
    """Yield the path of each place where an answer is not as wanted."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        for name in wanted.keys() | got.keys():
            below = f"{path}.{name}" if path else name
            if name not in wanted or name not in got:
                yield below
            else:
                yield from differences(wanted[name], got[name], bound, below)
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for index, (one, other) in enumerate(zip(wanted, got, strict=True)):
            yield from differences(one, other, bound, f"{path}.{index}")
    elif not _is_alike(wanted, got, bound):
        yield path


def _is_alike(wanted: Any, got: Any, bound: Bound) -> bool:
    if not isinstance(wanted, str):
        return type(wanted) is type(got) and bool(wanted == got)
    if isinstance(got, int) and not isinstance(got, bool):
        whole = _PLACE.fullmatch(wanted)
        known = whole is not None and whole[1] in {*_TIMES, None}
        return known and filled(wanted, bound) == got
    if not isinstance(got, str):
        return False
    names: list[str] = []
    pattern = ""
    end = 0
    for found in _PLACE.finditer(wanted):
        pattern += re.escape(wanted[end : found.start()])
        end = found.end()
        kind, name = found.groups()
        if kind == "digits":
            pattern += str(millis(name))
        elif name in bound:
            pattern += re.escape(str(bound[name]))
        else:
            pattern += f"({_SHAPES[kind]})"
            names.append(name)
    matched = re.fullmatch(pattern + re.escape(wanted[end:]), got)
    if matched is None:
        return False
    bound.update(zip(names, matched.groups(), strict=True))
    return True
