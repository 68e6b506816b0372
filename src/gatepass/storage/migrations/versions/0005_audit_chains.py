"""Audit events in chains; refusals kept for a while, for who asks why."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply the revision."""
    op.add_column("audit_events", sa.Column("chain", sa.BigInteger(), nullable=True))
    op.add_column("audit_events", sa.Column("sequence", sa.BigInteger(), nullable=True))
    op.add_column("audit_events", sa.Column("previous", sa.LargeBinary(), nullable=True))
    op.add_column("audit_events", sa.Column("hash", sa.LargeBinary(), nullable=True))
    op.create_index(
        op.f("ix_audit_events_chain_sequence"), "audit_events", ["chain", "sequence"], unique=True
    )
    op.create_index(
        op.f("ix_audit_events_incident_id"),
        "audit_events",
        ["incident_id"],
        unique=False,
        sqlite_where=sa.text("refused IS NOT NULL"),
        postgresql_where=sa.text("refused IS NOT NULL"),
    )
    op.create_table(
        "audit_chains",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("linked", sa.BigInteger(), nullable=False),
        sa.Column("pruned", sa.BigInteger(), nullable=False),
        sa.Column("pruned_hash", sa.LargeBinary(), nullable=True),
        sa.Column("watched", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_chains")),
        sqlite_autoincrement=True,
    )
    for name in ("pruned_hash", "watched"):
        op.create_index(
            op.f(f"ix_audit_chains_{name}"),
            "audit_chains",
            [name],
            unique=False,
            sqlite_where=sa.text(f"{name} IS NOT NULL"),
            postgresql_where=sa.text(f"{name} IS NOT NULL"),
        )
    op.create_table(
        "refusals",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("credential_id", sa.Text(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_refusals")),
    )
    op.create_index(op.f("ix_refusals_at"), "refusals", ["at"], unique=False)
    op.create_index(op.f("ix_refusals_incident_id"), "refusals", ["incident_id"], unique=False)
