"""What administration needs: keys to search by, kinds of groups, default Liveboards, favourites."""

import json
import unicodedata

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FLAGS = {
    "notify_on_share": 1,
    "show_onboarding_experience": 1,
    "onboarding_experience_completed": 0,
}


def upgrade() -> None:
    """Apply the revision."""
    op.add_column(
        "accounts", sa.Column("display_key", sa.Text(), nullable=False, server_default="")
    )
    op.add_column("accounts", sa.Column("email_key", sa.Text(), nullable=True))
    for name, default in _FLAGS.items():
        op.add_column(
            "accounts", sa.Column(name, sa.Integer(), nullable=False, server_default=str(default))
        )
    op.add_column(
        "memberships", sa.Column("name_key", sa.Text(), nullable=False, server_default="")
    )
    op.add_column("memberships", sa.Column("home_liveboard", sa.Text(), nullable=True))
    op.add_column("groups", sa.Column("modifier_id", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "groups", sa.Column("type", sa.Text(), nullable=False, server_default="LOCAL_GROUP")
    )
    op.add_column("groups", sa.Column("sharable", sa.Integer(), nullable=False, server_default="1"))
    op.add_column(
        "groups", sa.Column("joined_by_all", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("groups", sa.Column("display_key", sa.Text(), nullable=False, server_default=""))
    # Where the statements are only written out (PostgreSQL), the store is new and has no rows.
    if not context.is_offline_mode():
        _fill()
    op.create_index(op.f("ix_accounts_display_key"), "accounts", ["display_key"])
    op.create_index(op.f("ix_accounts_email_key"), "accounts", ["email_key"])
    op.drop_index(op.f("ix_memberships_org_id"), table_name="memberships")
    op.create_index(op.f("ix_memberships_org_id_name_key"), "memberships", ["org_id", "name_key"])
    op.create_index(
        op.f("ix_group_privileges_org_id_privilege"), "group_privileges", ["org_id", "privilege"]
    )
    op.create_table(
        "favorites",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_favorites_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_favorites_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "org_id", "object_id", name=op.f("pk_favorites")),
    )
    op.create_index(op.f("ix_favorites_org_id_object_id"), "favorites", ["org_id", "object_id"])
    op.create_table(
        "group_liveboards",
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("liveboard_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["groups.id"],
            name=op.f("fk_group_liveboards_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_group_liveboards_org_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "liveboard_id", name=op.f("pk_group_liveboards")),
    )
    # Deleting an Org asks each table what it has of it.
    for table in ("group_members", "group_links", "group_liveboards", "entitlements", "attributes"):
        op.create_index(op.f(f"ix_{table}_org_id"), table, ["org_id"])


def _fill() -> None:
    """Work out the new columns of the rows that are there."""
    store = op.get_bind()
    store.execute(
        sa.text(
            "UPDATE memberships SET name_key = (SELECT accounts.name_key FROM accounts"
            " WHERE accounts.id = memberships.account_id)"
        )
    )
    store.execute(sa.text("UPDATE groups SET modifier_id = author_id"))
    for row in store.execute(sa.text("SELECT id, display_name FROM groups")).all():
        store.execute(
            sa.text("UPDATE groups SET display_key = :display WHERE id = :id"),
            {"id": row[0], "display": _key(row[1])},
        )
    fill = sa.text(
        "UPDATE accounts SET display_key = :display, email_key = :email,"
        " notify_on_share = :notify_on_share,"
        " show_onboarding_experience = :show_onboarding_experience,"
        " onboarding_experience_completed = :onboarding_experience_completed WHERE id = :id"
    )
    accounts = sa.text("SELECT id, display_name, email, preferences FROM accounts")
    for row in store.execute(accounts).all():
        likes = json.loads(row[3])
        flags = {name: int(likes.get(name, default)) for name, default in _FLAGS.items()}
        email = None if row[2] is None else _key(row[2])
        store.execute(fill, {"id": row[0], "display": _key(row[1]), "email": email, **flags})


def _key(text: str) -> str:
    """Return the form in which names were compared when this revision was made."""
    key = unicodedata.normalize("NFD", text).casefold()
    for _ in range(2):
        key = unicodedata.normalize("NFKC", key).casefold()
    return " ".join(unicodedata.normalize("NFKC", key).split())
