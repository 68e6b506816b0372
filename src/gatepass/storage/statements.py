"""Statements of SQLAlchemy Core, compiled once for an engine, and rows that become records."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any, Protocol, cast

from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import CompilerElement
from sqlalchemy.sql.selectable import SelectBase

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Row = Sequence[Any]
CREDENTIAL_TABLES = frozenset(
    {"sessions", "tokens", "audit_events", "audit_chains", "refusals", "tallies", "processes"}
)
"""Tables that change all the time, the record's among them; no other table changes with them."""
InOrder = Callable[[Mapping[str, object]], Sequence[object]]


def to_micros(at: datetime) -> int:
    """Return a time as stored."""
    return (at - EPOCH) // MICROSECOND


def opt_micros(at: datetime | None) -> int | None:
    """Return a time that may be missing as stored."""
    return None if at is None else (at - EPOCH) // MICROSECOND


def to_time(micros: int) -> datetime:
    """Return a stored time."""
    return EPOCH + timedelta(0, 0, micros)


def opt_time(micros: int | None) -> datetime | None:
    """Return a stored time that may be missing."""
    return None if micros is None else EPOCH + timedelta(0, 0, micros)


class Prepared:
    """One statement of fixed shape, compiled at its first use and then given to the driver."""

    __slots__ = ("_compiled", "lasting", "statement", "unsettles")

    def __init__(self, statement: CompilerElement, *, lasting: bool = False) -> None:
        self.statement = statement
        self.lasting = lasting
        """Whether it reads one row, of tables that change seldom and only by ``unsettles``."""
        changed = getattr(getattr(statement, "table", None), "name", None)
        self.unsettles = not isinstance(statement, SelectBase) and changed not in CREDENTIAL_TABLES
        """Whether it changes more than credentials and the record of what happened."""
        self._compiled: dict[str, tuple[str, InOrder]] = {}

    def for_driver(self, dialect: Dialect) -> tuple[str, InOrder]:
        """Return the text for this engine, and what puts named values in its order."""
        try:
            return self._compiled[dialect.name]
        except KeyError:
            compiled = cast("SQLCompiler", self.statement.compile(dialect=dialect))
            order = _in_order(compiled.positiontup or (), compiled.params)
            found = self._compiled[dialect.name] = (str(compiled), order)
            return found


def _in_order(names: Sequence[str], params: Mapping[str, Any]) -> InOrder:
    """Return what picks the values for these places; some stand in the statement itself."""
    fixed = {name: value for name, value in params.items() if value is not None}
    if fixed:
        return lambda values: [values[name] if name in values else fixed[name] for name in names]
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


class Link(Protocol):
    """One connection inside a transaction, as an engine gives it to the desks."""

    async def one(self, statement: Prepared, **values: object) -> Row | None:
        """Return the first row, if any."""

    async def all(self, statement: Prepared, **values: object) -> Sequence[Row]:
        """Return every row."""

    async def run(self, statement: Prepared, **values: object) -> int:
        """Change rows and return how many."""

    async def many(self, statement: Prepared, values: Sequence[Mapping[str, object]]) -> None:
        """Change rows once for each set of values."""
