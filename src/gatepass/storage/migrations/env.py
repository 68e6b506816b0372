"""Alembic's environment: one transaction for all revisions, done or, for asyncpg, written down."""

from alembic import context
from sqlalchemy import create_engine, pool

from gatepass.storage.schema import metadata


def write() -> None:
    """Write down the statements of the revisions; whoever runs them begins the transaction."""
    url = context.config.get_main_option("sqlalchemy.url")
    context.configure(url=url, target_metadata=metadata, literal_binds=True)
    context.run_migrations()


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


if context.is_offline_mode():
    write()
else:
    run()
