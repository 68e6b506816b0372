"""The writer's own memory of rows: what nobody changed is not read again.

Only one connection writes at a time, and this one holds the lock while it uses what it knows: the
engine says whether another connection committed since, and its own writes pass here.
"""

import sqlite3
from collections.abc import Mapping, Sequence

from gatepass.storage.sqlite_link import SqliteLink
from gatepass.storage.statements import Prepared, Row

MOST_ROWS = 10_000


class KnowingLink(SqliteLink):
    """The link of the one connection that writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._known: dict[tuple[object, ...], Row] = {}
        self._version = -1
        self._trusts = False
        """Whether nothing in this transaction changed a table of the rows that are known."""

    def begun(self) -> None:
        """Forget everything if it may have changed; called once the transaction has its lock."""
        version: int = self._execute("PRAGMA data_version").fetchone()[0]
        if not self._trusts or version != self._version or len(self._known) > MOST_ROWS:
            self._known.clear()
        self._version = version
        self._trusts = True

    async def one(self, statement: Prepared, **values: object) -> Row | None:
        """Return the first row, if any; one that is known costs no statement."""
        if not (self._trusts and statement.lasting):
            self._note(statement)
            return await super().one(statement, **values)
        key = (statement, *values.items())
        row = self._known.get(key)
        if row is None:
            row = await super().one(statement, **values)
            if row is not None:
                self._known[key] = row
        return row

    async def all(self, statement: Prepared, **values: object) -> Sequence[Row]:
        """Return every row."""
        self._note(statement)
        return await super().all(statement, **values)

    async def run(self, statement: Prepared, **values: object) -> int:
        """Change rows and return how many."""
        self._note(statement)
        return await super().run(statement, **values)

    async def many(self, statement: Prepared, values: Sequence[Mapping[str, object]]) -> None:
        """Change rows once for each set of values."""
        self._note(statement)
        await super().many(statement, values)

    def _note(self, statement: Prepared) -> None:
        """Trust nothing any more in a transaction that changes more than credentials."""
        if statement.unsettles:
            self._trusts = False
            self._known.clear()
