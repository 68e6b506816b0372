"""Alembic's environment: one connection, one transaction for all revisions."""

from alembic import context
from sqlalchemy import create_engine, pool

from gatepass.storage.schema import metadata


def run() -> None:
    """Apply the revisions that the store lacks."""
    url = context.config.get_main_option("sqlalchemy.url")
    engine = create_engine(url or "", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
