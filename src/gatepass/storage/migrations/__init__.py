"""Alembic revisions: forward only, an applied one is frozen."""
