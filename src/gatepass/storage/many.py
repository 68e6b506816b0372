"""What belongs to many, read in one statement for up to a thousand of them."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import SelectBase

from gatepass.core.searches import Named
from gatepass.storage.searching import batches, room, spread
from gatepass.storage.statements import Link, Prepared, Row

Build = Callable[[int], SelectBase]
T = TypeVar("T")


@lru_cache
def _prepared(build: Build, size: int) -> Prepared:
    return Prepared(build(size))


async def rows_of(link: Link, build: Build, of: Sequence[str]) -> list[Row]:
    """Return the rows of what ``build`` selects for a number of them, whatever theirs is."""
    found: list[Row] = []
    for some in batches(of):
        found += await link.all(_prepared(build, room(some)), **spread("of", some))
    return found


async def lists_of(
    link: Link, build: Build, of: Sequence[str], to: Callable[[Row], T]
) -> dict[str, list[T]]:
    """Return lists by what each row begins with; of what has no row there is none."""
    found: dict[str, list[T]] = {}
    for row in await rows_of(link, build, of):
        found.setdefault(row[0], []).append(to(row[1:]))
    return found


def to_named(row: Row) -> Named:
    """Return a thing of a row of id and name."""
    return Named(id=row[0], name=row[1])


def to_text(row: Row) -> str:
    """Return the text of a row that has nothing else."""
    return str(row[0])
