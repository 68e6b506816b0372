"""Bring a PostgreSQL database's tables up to date: what Alembic writes down, asyncpg runs.

So no second driver is needed. A revision therefore asks the database nothing: it is written before
it is run.
"""

import io

from gatepass.storage import migrating
from gatepass.storage.postgres import ddl
from gatepass.storage.postgres.link import Access, Connection, at_once

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('gatepass migrate ' || current_schema()))"
_HAS_REVISIONS = "SELECT to_regclass('alembic_version') IS NOT NULL"
_REVISION = "SELECT version_num FROM alembic_version"
_LEAST = 15


def revision(access: Access) -> str | None:
    """Return the revision of the tables, None if there are none yet.

    Raises:
        ValueError: the database cannot be used.
        Busy: it cannot be reached now.
    """

    async def ask() -> str | None:
        connection = await access.connect()
        try:
            return await _revision(connection)
        finally:
            await connection.close()

    return at_once(ask())


def upgrade(access: Access) -> None:
    """Apply every revision that the tables lack, all or none.

    Raises:
        ValueError: the database cannot be used, or its server is too old.
        Busy: it cannot be reached now.
    """

    async def apply() -> None:
        connection = await access.connect()
        try:
            if connection.get_server_version().major < _LEAST:
                raise ValueError(f"PostgreSQL {_LEAST} or newer is needed")
            async with connection.transaction():
                await connection.execute(_ONE_AT_A_TIME)
                found = await _revision(connection)
                if found != migrating.HEAD:
                    await connection.execute(statements(found), timeout=None)
        finally:
            await connection.close()

    at_once(apply())


def statements(found: str | None) -> str:
    """Return the text of all statements from a revision to the newest."""
    from alembic import command  # noqa: PLC0415 - 150 ms that a start does without

    written = io.StringIO()
    config = migrating.config(ddl.URL, written)
    command.upgrade(config, f"{found or 'base'}:head", sql=True)
    return written.getvalue()


async def _revision(connection: Connection) -> str | None:
    if not await connection.fetchval(_HAS_REVISIONS):
        return None
    found: str | None = await connection.fetchval(_REVISION)
    return found
