"""The tables, declared once. Times are whole microseconds since 1970 UTC; lists and maps are JSON.

A column that a driver would hand back differently from how it was put in is kept out, so that a
statement may go to the driver directly as well as through SQLAlchemy.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _org() -> Column[int]:
    return Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), nullable=False)


def _account(*, nullable: bool = False) -> Column[str]:
    return Column(
        "account_id", Text, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=nullable
    )


orgs = Table(
    "orgs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("skeleton", Text, nullable=False, index=True),
    Column("description", Text, nullable=False),
    Column("active", Integer, nullable=False),
    Column("visible", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("skeleton", Text, nullable=False, index=True),
    Column("display_name", Text, nullable=False),
    Column("email", Text),
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("sharable", Integer, nullable=False),
    Column("system", Integer, nullable=False),
    Column("mfa_required", Integer, nullable=False),
    Column("password", Text),
    Column("author_id", Text, nullable=False),
    Column("modifier_id", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("modified_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("locked_until", BigInteger),
    Column("first_login_at", BigInteger),
    Column("last_org_id", Integer),
    Column("preferences", Text, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), primary_key=True),
    Column("joined_at", BigInteger, nullable=False),
    Index(None, "org_id"),
)

groups = Table(
    "groups",
    metadata,
    Column("id", Text, primary_key=True),
    _org(),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("skeleton", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("system", Integer, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("modified_at", BigInteger, nullable=False),
    UniqueConstraint("org_id", "name_key"),
    Index(None, "org_id", "skeleton"),
)

group_members = Table(
    "group_members",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("group_id", Text, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    _org(),
    Index(None, "group_id"),
    Index(None, "org_id"),
)

group_links = Table(
    "group_links",
    metadata,
    Column("child_id", Text, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("parent_id", Text, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    _org(),
    Index(None, "parent_id"),
)

group_privileges = Table(
    "group_privileges",
    metadata,
    Column("group_id", Text, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("privilege", Text, primary_key=True),
    _org(),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    _account(),
    _org(),
    Column("opened_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("remembered", Integer, nullable=False),
    Column("chain_started_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger, index=True),
    Column("parent_id", Text, index=True),
    Column("object_id", Text),
    Column("secret_id", Text, index=True),
    Column("actor", Text),
    Column("address", Text),
    Column("agent", Text),
    Column("proved_at", BigInteger),
    Index(None, "account_id", "opened_at"),
    Index(None, "org_id"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    _account(),
    _org(),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("chain_started_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger, index=True),
    Column("parent_id", Text, index=True),
    Column("object_id", Text),
    Column("secret_id", Text, index=True),
    Column("actor", Text),
    Index(None, "account_id"),
    Index(None, "org_id"),
)

secrets = Table(
    "secrets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE")),
    Column("label", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("last_used_at", BigInteger),
)

guesses = Table(
    "guesses",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("address", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("shut_until", BigInteger),
    Column("changed_at", BigInteger, nullable=False, index=True),
)

entitlements = Table(
    "entitlements",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), primary_key=True),
    Column("body", Text, nullable=False),
)

audit_events = Table(
    "audit_events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("act", Text, nullable=False),
    Column("refused", Text),
    Column("org_id", Integer, nullable=False),
    Column("by_account", Text),
    Column("actor", Text),
    Column("about", Text),
    Column("address", Text),
    Column("agent", Text),
    Column("operation", Text, nullable=False),
    Column("incident_id", Text, nullable=False, index=True),
    Column("data", Text, nullable=False),
)
