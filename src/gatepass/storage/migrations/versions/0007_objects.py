"""Objects as headers, tags on them, and what is shared with whom."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )


def _to_object(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["org_id", "object_id"],
        ["objects.org_id", "objects.id"],
        name=op.f(f"fk_{table}_org_id_object_id"),
        ondelete="CASCADE",
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _shares(table: str, holder: str, target: str) -> None:
    op.create_table(
        table,
        sa.Column("org_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column(holder, sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        _to(table, holder, target),
        _to_object(table),
        sa.PrimaryKeyConstraint("org_id", "object_id", holder, name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    """Apply the revision."""
    op.create_table(
        "objects",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subtype", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("custom_id", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("modifier_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        _to("objects", "org_id", "orgs"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_objects")),
        sa.UniqueConstraint("org_id", "custom_id", name=op.f("uq_objects_org_id_custom_id")),
    )
    _index("objects", "org_id", "name_key", "id")
    _index("objects", "org_id", "type", "name_key", "id")
    for column in ("created_at", "modified_at", "owner_id", "author_id"):
        _index("objects", "org_id", column)
    _shares("account_shares", "account_id", "accounts")
    _index("account_shares", "account_id", "org_id", "object_id")
    _shares("group_shares", "group_id", "groups")
    _index("group_shares", "group_id", "org_id", "object_id")
    op.create_table(
        "tags",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("color", sa.Text(), nullable=True),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("modifier_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        _to("tags", "org_id", "orgs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.UniqueConstraint("org_id", "name_key", name=op.f("uq_tags_org_id_name_key")),
    )
    op.create_table(
        "object_tags",
        sa.Column("org_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("tag_id", sa.Text(), nullable=False),
        _to("object_tags", "tag_id", "tags"),
        _to_object("object_tags"),
        sa.PrimaryKeyConstraint("org_id", "object_id", "tag_id", name=op.f("pk_object_tags")),
    )
    _index("object_tags", "tag_id")
