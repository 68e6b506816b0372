"""Read the settings once: file, then environment, then options."""

import os
import re
import tomllib
import typing
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from gatepass.settings.declared import Settings
from gatepass.settings.showing import hints, type_words, without_secrets

FILE = "gatepass.toml"
PREFIX = "GATEPASS_"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LENGTH = re.compile(r"\s*([0-9]+)\s*([smhd]?)\s*")
_MOST_DIGITS = 9


class Misconfigured(Exception):
    """The home or a setting cannot be used as it is; the text says what to do."""


class BadSetting(Misconfigured):
    """A setting is unknown or has an unusable value; the text says which, where, and why."""


def read(
    home: Path, environment: Mapping[str, str] = os.environ, **options: object
) -> tuple[Settings, dict[str, str]]:
    """Return the settings of a home, and where each value comes from.

    Raises:
        BadSetting: a name is unknown or a value will not do.
    """
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.__struct_fields__, "default")
    for origin, found in (
        (str(home / FILE), _from_file(home / FILE)),
        ("environment", _from_environment(environment)),
        ("option", {name: value for name, value in options.items() if value is not None}),
    ):
        for name, value in found.items():
            if name not in origins:
                raise BadSetting(
                    f"{origin}: there is no setting {name!r}; see: gatepass config show"
                )
            values[name] = _value(name, value, origin)
            origins[name] = origin
    return Settings(**values), origins


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except NotADirectoryError as error:
        raise BadSetting(f"{path.parent}: is not a folder") from error
    except OSError as error:
        raise BadSetting(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSetting(f"{path}: is not TOML: {error}") from error


_NOT_SETTINGS = {
    "GATEPASS_HOME",
    "GATEPASS_ADMIN_PASSWORD",
    "GATEPASS_MASTER_KEY",
    "GATEPASS_INSTANCE_TOKEN",
    "GATEPASS_INSTANCE_PASSWORD",
    "GATEPASS_TEST_ALL",
}


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name not in _NOT_SETTINGS
    }


def length(text: str) -> timedelta:
    """Return the length of time that a text like ``90s``, ``5m``, ``3h`` or ``30d`` names.

    Raises:
        ValueError: it names none.
    """
    match = _LENGTH.fullmatch(text)
    if match is None or len(match[1]) > _MOST_DIGITS:
        raise ValueError("use a length like 90s, 5m, 3h or 30d")
    return timedelta(**{_UNITS[match[2] or "s"]: int(match[1])})


def _value(name: str, value: object, origin: str) -> object:
    """Return a value as the setting's type has it.

    Raises:
        BadSetting: it is not of that type or out of bounds.
    """
    kind, meta = hints()[name]
    try:
        if kind is timedelta:
            return _length(value, meta.extra or {})
        return msgspec.convert(_ready(kind, value), Annotated[kind, meta], strict=False)
    except (msgspec.ValidationError, ValueError) as error:
        shown = without_secrets(name, value)
        wanted = type_words(kind, meta)
        raise BadSetting(f"{origin}: {name} = {shown!r} will not do; it is {wanted}") from error


def _length(value: object, bounds: Mapping[str, timedelta]) -> timedelta:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(value, timedelta):
        found = value
    else:
        found = length(f"{value}" if whole or isinstance(value, str) else "")
    if not bounds["least"] <= found <= bounds["most"]:
        raise ValueError("out of bounds")
    return found


def _ready(kind: object, value: object) -> object:
    """Turn a text into what the type asks for, where msgspec would not."""
    if not isinstance(value, str):
        return value
    if typing.get_origin(kind) is list:
        return [part.strip() for part in value.split(",") if part.strip()]
    if kind is bool:
        return value.strip().lower()
    if typing.get_origin(kind) is Literal and isinstance(typing.get_args(kind)[0], int):
        return int(value) if value.strip().isdigit() else value
    return value
