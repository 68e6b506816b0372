"""Searches as statements: one is compiled for each shape that is asked, whatever its values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam

from gatepass.core.searches import NamePattern, Page

Shape = tuple[tuple[str, int], ...]
"""What is asked: each name with how many values it takes."""
Condition = Callable[[Mapping[str, int]], ColumnElement[bool]]

SHAPES = 512
"""So many compiled statements of a kind are kept."""
BATCH = 1000
_SIZES = (1, 10, 100, BATCH)
LAST = "\U0010ffff"
"""Sorts behind whatever a name may hold."""


def room(values: Sequence[object]) -> int:
    """Return how many values a statement for so many takes: few sizes make few statements."""
    for size in _SIZES:
        if len(values) <= size:
            return size
    return len(values)


def among(column: ColumnElement[Any], name: str, size: int) -> ColumnElement[bool]:
    """Return that the column has one of ``size`` values, which ``spread`` hands in."""
    return column.in_([bindparam(f"{name}_{number}") for number in range(size)])


def spread(name: str, values: Sequence[object]) -> dict[str, object]:
    """Return the values for ``among``; the last one fills what is left."""
    size = room(values)
    filled = [*values, *[values[-1]] * (size - len(values))]
    return {f"{name}_{number}": value for number, value in enumerate(filled)}


def batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Return the values, as many at a time as a statement takes."""
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]


class Asked:
    """One search: its shape, the values that fill it, and whether anything can fit."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}
        self.values: dict[str, object] = {}
        self.hopeless = False

    @property
    def shape(self) -> Shape:
        """What the statement depends on."""
        return tuple(self._sizes.items())

    def one(self, name: str, value: object) -> None:
        """Ask for one value, unless it is None."""
        if value is not None:
            self._sizes[name] = 1
            self.values[name] = int(value) if isinstance(value, bool) else value

    def many(self, name: str, values: Sequence[object] | None) -> None:
        """Ask for one of these, unless they are None; of none of them nothing can fit."""
        if values is None:
            return
        if not values:
            self.hopeless = True
            return
        self._sizes[name] = room(values)
        self.values.update(spread(name, values))

    def pattern(self, pattern: NamePattern | None) -> None:
        """Ask for a pattern of names: a range where it begins with something."""
        if pattern is None:
            return
        if pattern.prefix:
            self.one("name_from", pattern.prefix)
            self.one("name_to", pattern.prefix + LAST)
        self.one("name_like", pattern.like)

    def page(self, page: Page) -> Shape:
        """Return the shape with the page's part of it, whose values join the others."""
        self.values["offset"] = page.offset
        self.values["size"] = page.size
        return (*self.shape, (f"by {page.by.value}", int(page.descending)), ("limited", 0))[
            : None if page.size is not None else -1
        ]


def named(key: ColumnElement[str]) -> dict[str, Condition]:
    """Return the conditions that a pattern makes on a column of keys."""
    return {
        "name_from": lambda _: key >= bindparam("name_from"),
        "name_to": lambda _: key < bindparam("name_to"),
        "name_like": lambda _: key.like(bindparam("name_like"), escape="\\"),
    }


def equal(**columns: ColumnElement[Any]) -> dict[str, Condition]:
    """Return the conditions that a column has the one value of its name."""

    def one(name: str, column: ColumnElement[Any]) -> Condition:
        return lambda _: column == bindparam(name)

    return {name: one(name, column) for name, column in columns.items()}


def fitting(
    query: Select[Any],
    shape: Shape,
    conditions: Mapping[str, Condition],
    orders: Mapping[str, Sequence[ColumnElement[Any]]],
) -> Select[Any]:
    """Return the query with every condition that is asked, in order, and its page."""
    sizes = dict(shape)
    query = query.where(*(conditions[name](sizes) for name in sizes if name in conditions))
    for name, columns in orders.items():
        if f"by {name}" in sizes:
            first, *rest = columns
            query = query.order_by(first.desc() if sizes[f"by {name}"] else first, *rest)
    if "limited" in sizes:
        query = query.limit(bindparam("size"))
    return query.offset(bindparam("offset"))
