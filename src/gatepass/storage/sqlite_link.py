"""One connection to SQLite, as the desks use it."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from gatepass.storage.statements import Prepared, Row

DIALECT = SQLiteDialect_pysqlite(paramstyle="qmark")


class SqliteLink:
    """One connection; what it returns is there at once, so its works never wait."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._executemany = connection.executemany

    def _go(self, statement: Prepared, values: Mapping[str, object]) -> sqlite3.Cursor:
        text, in_order = statement.for_driver(DIALECT)
        return self._execute(text, in_order(values))

    async def one(self, statement: Prepared, **values: object) -> Row | None:
        """Return the first row, if any."""
        return cast("Row | None", self._go(statement, values).fetchone())

    async def all(self, statement: Prepared, **values: object) -> Sequence[Row]:
        """Return every row."""
        return self._go(statement, values).fetchall()

    async def run(self, statement: Prepared, **values: object) -> int:
        """Change rows and return how many."""
        return self._go(statement, values).rowcount

    async def many(self, statement: Prepared, values: Sequence[Mapping[str, object]]) -> None:
        """Change rows once for each set of values."""
        if values:
            text, in_order = statement.for_driver(DIALECT)
            self._executemany(text, map(in_order, values))
