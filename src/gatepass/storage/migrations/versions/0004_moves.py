"""Moves of the epoch, where they are kept in the database."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    op.create_table(
        "moves",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("xact", sa.BigInteger(), nullable=False),
        sa.Column("scopes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_moves")),
    )
    op.create_index(op.f("ix_moves_xact"), "moves", ["xact"], unique=False)
