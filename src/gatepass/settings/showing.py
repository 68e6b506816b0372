"""What a setting may be, and how it is shown."""

import re
import typing
from datetime import timedelta
from functools import cache
from typing import Any, Literal

from msgspec import Meta

from gatepass.settings.declared import LONGEST, Settings

_PASSWORD_IN_URL = re.compile(r"(://[^/@]*:)[^@]*(@)")


@cache
def hints() -> dict[str, tuple[Any, Meta]]:
    """Return every setting's type and help, in order."""
    hints = typing.get_type_hints(Settings, include_extras=True)
    return {name: typing.get_args(hints[name])[:2] for name in Settings.__struct_fields__}


def without_secrets(name: str, value: object) -> object:
    """Return a value that may be shown: a database's URL without its password."""
    if name in {"database_url", "database_listen_url"} and isinstance(value, str):
        return _PASSWORD_IN_URL.sub(r"\1***\2", value)
    return value


def describe() -> list[tuple[str, str, object, str]]:
    """Return name, type, default and help of every setting, in order."""
    defaults = Settings()
    return [
        (name, type_words(kind, meta), getattr(defaults, name), meta.description or "")
        for name, (kind, meta) in hints().items()
    ]


def show(value: object) -> str:
    """Return a setting's value as one would write it."""
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
            if seconds and seconds % size == 0:
                return f"{seconds // size}{unit}"
        return f"{seconds}s"
    if isinstance(value, list):
        return ",".join(str(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def type_words(kind: object, meta: Meta) -> str:
    if typing.get_origin(kind) is Literal:
        *others, last = (str(word) for word in typing.get_args(kind))
        return f"{', '.join(others)} or {last}"
    if typing.get_origin(kind) is list:
        return "a list, with commas between"
    if kind is int:
        upper = "up" if meta.le is None else f"to {meta.le}"
        return f"a number from {meta.ge} {upper}"
    if kind is timedelta:
        bounds = meta.extra or {}
        upper = "up" if bounds["most"] == LONGEST else f"to {show(bounds['most'])}"
        return f"a length of time from {show(bounds['least'])} {upper}"
    return "true or false" if kind is bool else "text"
