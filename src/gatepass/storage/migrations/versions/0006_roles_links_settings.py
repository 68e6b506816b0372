"""Roles, one-time links of accounts, and settings that are changed while serving."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )


def upgrade() -> None:
    """Apply the revision."""
    op.create_table(
        "roles",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("skeleton", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("read_only", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("modifier_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        _to("roles", "org_id", "orgs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("org_id", "name_key", name=op.f("uq_roles_org_id_name_key")),
    )
    op.create_index(op.f("ix_roles_org_id_skeleton"), "roles", ["org_id", "skeleton"])
    op.create_table(
        "role_privileges",
        sa.Column("role_id", sa.Text(), nullable=False),
        sa.Column("privilege", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        _to("role_privileges", "role_id", "roles"),
        _to("role_privileges", "org_id", "orgs"),
        sa.PrimaryKeyConstraint("role_id", "privilege", name=op.f("pk_role_privileges")),
    )
    op.create_index(
        op.f("ix_role_privileges_org_id_privilege"), "role_privileges", ["org_id", "privilege"]
    )
    op.create_table(
        "group_roles",
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("role_id", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        _to("group_roles", "group_id", "groups"),
        _to("group_roles", "role_id", "roles"),
        _to("group_roles", "org_id", "orgs"),
        sa.PrimaryKeyConstraint("group_id", "role_id", name=op.f("pk_group_roles")),
    )
    op.create_index(op.f("ix_group_roles_role_id"), "group_roles", ["role_id"])
    op.create_index(op.f("ix_group_roles_org_id"), "group_roles", ["org_id"])
    op.create_table(
        "links",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        _to("links", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_account_id"), "links", ["account_id"])
    op.create_index(op.f("ix_links_expires_at"), "links", ["expires_at"])
    op.create_table(
        "cluster_settings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cluster_settings")),
    )
    op.create_table(
        "org_settings",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _to("org_settings", "org_id", "orgs"),
        sa.PrimaryKeyConstraint("org_id", "name", name=op.f("pk_org_settings")),
    )
