"""PostgreSQL, by asyncpg: imported only where a database is of that kind."""
