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
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


_NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""Counted up by the engine; in SQLite only INTEGER is."""


def _org() -> Column[int]:
    return Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), nullable=False)


def _account(*, nullable: bool = False) -> Column[str]:
    return Column(
        "account_id", Text, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=nullable
    )


def _where_set(column: str) -> Index:
    """Index a column where it has a value; rows without one, nearly all, cost nothing.

    (So in PostgreSQL: its revisions say so; to say it here would import its dialect at each start.)
    An index that held them too would be taken for "revoked_at IS NULL", and so walk all that live.
    """
    where = text(f"{column} IS NOT NULL")
    return Index(None, column, sqlite_where=where)


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
    # What a search compares: keys of names and addresses, and copies out of the preferences.
    Column("display_key", Text, nullable=False, index=True, server_default=""),
    Column("email_key", Text, index=True),
    Column("notify_on_share", Integer, nullable=False, server_default="1"),
    Column("show_onboarding_experience", Integer, nullable=False, server_default="1"),
    Column("onboarding_experience_completed", Integer, nullable=False, server_default="0"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), primary_key=True),
    Column("joined_at", BigInteger, nullable=False),
    # The account's own, once more: the accounts of one Org are read in this order.
    Column("name_key", Text, nullable=False, server_default=""),
    Column("home_liveboard", Text),
    Index(None, "org_id", "name_key"),
)

favorites = Table(
    "favorites",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), primary_key=True),
    Column("object_id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Index(None, "org_id", "object_id"),
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
    Column("modifier_id", Text, nullable=False, server_default=""),
    Column("type", Text, nullable=False, server_default="LOCAL_GROUP"),
    Column("sharable", Integer, nullable=False, server_default="1"),
    Column("joined_by_all", Integer, nullable=False, server_default="0"),
    Column("display_key", Text, nullable=False, server_default=""),
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
    Index(None, "org_id"),
)

group_privileges = Table(
    "group_privileges",
    metadata,
    Column("group_id", Text, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("privilege", Text, primary_key=True),
    _org(),
    Index(None, "org_id", "privilege"),
)

group_liveboards = Table(
    "group_liveboards",
    metadata,
    Column("group_id", Text, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("liveboard_id", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    _org(),
    Index(None, "org_id"),
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
    Column("revoked_at", BigInteger),
    Column("parent_id", Text),
    Column("object_id", Text),
    Column("secret_id", Text),
    Column("actor", Text),
    Column("address", Text),
    Column("agent", Text),
    Column("proved_at", BigInteger),
    Column("attributes", Text),
    Index(None, "account_id", "revoked_at", "opened_at"),
    Index(None, "org_id", "account_id"),
    _where_set("revoked_at"),
    _where_set("parent_id"),
    _where_set("secret_id"),
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
    Column("revoked_at", BigInteger),
    Column("parent_id", Text),
    Column("object_id", Text),
    Column("secret_id", Text),
    Column("actor", Text),
    Column("attributes", Text),
    Index(None, "account_id", "revoked_at", "expires_at"),
    Index(None, "org_id", "account_id"),
    _where_set("revoked_at"),
    _where_set("parent_id"),
    _where_set("secret_id"),
)

secrets = Table(
    "secrets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), index=True),
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
    Index(None, "org_id"),
)

attributes = Table(
    "attributes",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Index(None, "org_id"),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("public", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

audit_events = Table(
    "audit_events",
    metadata,
    Column("number", _NUMBER, primary_key=True),
    Column("id", Text, nullable=False),
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
    Column("incident_id", Text, nullable=False),
    Column("data", Text, nullable=False),
    # Its place in a chain; events from before there were chains have none.
    Column("chain", BigInteger),
    Column("sequence", BigInteger),
    Column("previous", LargeBinary),
    Column("hash", LargeBinary),
    Index(None, "chain", "sequence", unique=True),
    Index(
        None,
        "incident_id",
        # (So in PostgreSQL, as the other indexes of this kind.)
        sqlite_where=text("refused IS NOT NULL"),
    ),
)

audit_chains = Table(
    "audit_chains",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("started_at", BigInteger, nullable=False),
    Column("heads", Text, nullable=False),
    Column("linked", BigInteger, nullable=False),
    Column("pruned", BigInteger, nullable=False),
    Column("pruned_hash", LargeBinary),
    Column("watched", Integer),
    _where_set("pruned_hash"),
    _where_set("watched"),
    sqlite_autoincrement=True,
)

refusals = Table(
    "refusals",
    metadata,
    Column("number", _NUMBER, primary_key=True),
    Column("incident_id", Text, nullable=False, index=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("address", Text),
    Column("org_id", Integer),
    Column("account_id", Text),
    Column("actor", Text),
    Column("credential_id", Text),
    Column("data", Text, nullable=False),
)

moves = Table(
    "moves",
    metadata,
    Column("number", _NUMBER, primary_key=True),
    Column("xact", BigInteger, nullable=False, index=True),
    Column("scopes", LargeBinary, nullable=False),
)
