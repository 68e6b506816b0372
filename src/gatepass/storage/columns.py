"""What every table of the schema is made with: names of indexes, columns that many have."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""Counted up by the engine; in SQLite only INTEGER is."""


def of_org() -> Column[int]:
    """Return the column that says whose a row is."""
    return Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), nullable=False)


def among_few(column: ColumnElement[int], org: ColumnElement[int]) -> ColumnElement[bool]:
    """Return that rows are of an Org, where another condition leaves few of them.

    SQLite, which does not count rows, would else take the Org's index for as good as the other's,
    and walk all that the Org has.
    """
    return Unindexed(column) == org


def of_account(*, nullable: bool = False) -> Column[str]:
    """Return the column that says which account's a row is."""
    return Column(
        "account_id", Text, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=nullable
    )


def where_set(column: str) -> Index:
    """Index a column where it has a value; rows without one, nearly all, cost nothing.

    (So in PostgreSQL: its revisions say so; to say it here would import its dialect at each start.)
    An index that held them too would be taken for "revoked_at IS NULL", and so walk all that live.
    """
    where = text(f"{column} IS NOT NULL")
    return Index(None, column, sqlite_where=where)


class Unindexed(ColumnElement[int]):
    """A column that SQLite takes no index for, where another one leads to fewer rows.

    (It keeps no statistics by which to see that; PostgreSQL does, and is left to choose.)
    """

    inherit_cache = False

    def __init__(self, column: ColumnElement[int]) -> None:
        self.column = column
        self.type = column.type


@compiles(Unindexed)
def _plain(element: Unindexed, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 - its own
    return compiler.process(element.column, **how)


@compiles(Unindexed, "sqlite")
def _hidden(element: Unindexed, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 - its own
    return f"+{compiler.process(element.column, **how)}"
