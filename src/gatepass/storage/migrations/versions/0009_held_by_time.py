"""Sessions and tokens of an Org, and tokens of an account, in the order of time."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    for table in ("sessions", "tokens"):
        op.create_index(
            op.f(f"ix_{table}_org_id_revoked_at_id"), table, ["org_id", "revoked_at", "id"]
        )
        op.drop_index(op.f(f"ix_{table}_org_id_account_id"), table_name=table)
    op.create_index(
        op.f("ix_tokens_account_id_revoked_at_id_org_id"),
        "tokens",
        ["account_id", "revoked_at", "id", "org_id"],
    )
