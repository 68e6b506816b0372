"""Alembic's environment: one connection, one transaction for all revisions."""

from alembic import context
from sqlalchemy import create_engine, pool

from gatepass.storage.schema import metadata


def run() -> None:
    """Apply the revisions that the store lacks."""
    url = context.config.get_main_option("sqlalchemy.url")
    engine = create_engine(url or "", poolclass=pool.NullPool)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # Its driver begins no transaction before DDL: stopped half-way, half the tables stay.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        context.configure(connection=connection, target_metadata=metadata)
        context.run_migrations()
    engine.dispose()


run()
