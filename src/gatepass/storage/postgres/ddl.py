"""PostgreSQL's column types with SQLite's manners, so that every statement means the same on both.

Text is compared and ordered by code points, whatever the database's locale; a whole number may
have 64 bits.
"""

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect, PGTypeCompiler

URL = "postgresql+gatepass://"


class Types(PGTypeCompiler):
    """Words for the types of columns."""

    def visit_TEXT(self, type_: Any, **more: Any) -> str:  # noqa: ANN401, N802 - SQLAlchemy's
        return f'{super().visit_TEXT(type_, **more)} COLLATE "C"'

    def visit_INTEGER(self, type_: Any, **more: Any) -> str:  # noqa: ANN401, ARG002, N802
        return "BIGINT"


class Tables(PGDialect):
    """The dialect in which revisions are written down."""

    driver = "gatepass"
    type_compiler_cls = Types
    supports_statement_cache = True


registry.register("postgresql.gatepass", __name__, "Tables")
