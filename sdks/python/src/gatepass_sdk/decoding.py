"""JSON into dataclasses and back: types are checked, unknown fields pass, missing ones are None."""

import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")
Reader = Callable[[object], object]


class Misfit(Exception):
    """A value is not of the type it should have; the text names the place, never the value."""

    def __init__(self, wanted: str, place: str = "") -> None:
        super().__init__(wanted, place)
        self.wanted = wanted
        self.place = place

    def __str__(self) -> str:
        return f"{self.place or 'it'} is not {self.wanted}"

    def within(self, name: str) -> "Misfit":
        """Return the same of the thing around it."""
        return Misfit(self.wanted, f"{name}.{self.place}" if self.place else name)


def read(kind: type[T], value: object) -> T:
    """Return a value of JSON as a dataclass (or a plain type).

    Raises:
        Misfit: it does not fit.
    """
    return cast("T", _reader(cast("Any", kind))(value))


def plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can say
    """Return a dataclass as JSON has it, without what is None."""
    if is_dataclass(value):
        pairs = ((one.name, getattr(value, one.name)) for one in fields(value))
        return {name: plain(part) for name, part in pairs if part is not None}
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


@cache
def _reader(kind: Any) -> Reader:  # noqa: ANN401 - any annotation
    inner = typing.get_args(kind)
    if inner:
        return _GENERIC[typing.get_origin(kind)](inner)
    if kind in _PLAIN:
        return lambda value: _exactly(kind, value)
    if is_dataclass(kind) and isinstance(kind, type):
        return _of_dataclass(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _of_words(kind)
    return lambda value: value


def _exactly(kind: type, value: object) -> object:
    # In Python, True is an int too.
    if type(value) is not kind:
        raise Misfit(_PLAIN[kind])
    return value


def _of_union(kinds: tuple[Any, ...]) -> Reader:
    readers = [_reader(kind) for kind in kinds if kind is not types.NoneType]

    def reads(value: object) -> object:
        if value is None:
            if len(readers) == len(kinds):
                raise Misfit("there")
            return None
        for reader in readers[:-1]:
            try:
                return reader(value)
            except Misfit:
                continue
        return readers[-1](value)

    return reads


def _of_list(kinds: tuple[Any, ...]) -> Reader:
    item = _reader(kinds[0])

    def reads(value: object) -> object:
        if not isinstance(value, list | tuple):
            raise Misfit("a list")
        return tuple(item(one) for one in value)

    return reads


def _of_dict(kinds: tuple[Any, ...]) -> Reader:
    item = _reader(kinds[1])

    def reads(value: object) -> object:
        if not isinstance(value, dict):
            raise Misfit("an object")
        return {name: item(one) for name, one in value.items()}

    return reads


def _of_words(kind: type[Enum]) -> Reader:
    def reads(value: object) -> object:
        try:
            return kind(value)
        except ValueError:
            raise Misfit(f"one of {', '.join(str(word.value) for word in kind)}") from None

    return reads


def _of_dataclass(kind: type[Any]) -> Reader:
    hints = typing.get_type_hints(kind)
    readers = {one.name: (_reader(hints[one.name]), _has_default(one)) for one in fields(kind)}

    def reads(value: object) -> object:
        if not isinstance(value, dict):
            raise Misfit("an object")
        found = {}
        for name, (reader, optional) in readers.items():
            if name not in value and optional:
                continue
            try:
                found[name] = reader(value.get(name))
            except Misfit as misfit:
                raise misfit.within(name) from None
        return kind(**found)

    return reads


def _has_default(one: "Field[Any]") -> bool:
    return one.default is not MISSING or one.default_factory is not MISSING


_PLAIN = {str: "a text", int: "a whole number", bool: "true or false"}
_GENERIC: dict[Any, Callable[[tuple[Any, ...]], Reader]] = {
    types.UnionType: _of_union,
    typing.Union: _of_union,
    tuple: _of_list,
    dict: _of_dict,
}
