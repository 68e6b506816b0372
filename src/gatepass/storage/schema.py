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
    Table,
    Text,
    text,
)

from gatepass.storage.columns import NUMBER, metadata, of_account, of_org, where_set
from gatepass.storage.schema_groups import (
    group_links,
    group_liveboards,
    group_members,
    group_privileges,
    group_roles,
    groups,
    role_privileges,
    roles,
)
from gatepass.storage.schema_objects import (
    account_shares,
    group_shares,
    object_tags,
    objects,
    tags,
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

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    of_account(),
    of_org(),
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
    Index(None, "org_id", "revoked_at", "id"),
    where_set("revoked_at"),
    where_set("parent_id"),
    where_set("secret_id"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    of_account(),
    of_org(),
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
    Index(None, "account_id", "revoked_at", "id", "org_id"),
    Index(None, "org_id", "revoked_at", "id"),
    where_set("revoked_at"),
    where_set("parent_id"),
    where_set("secret_id"),
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

links = Table(
    "links",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column(
        "account_id",
        Text,
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("expires_at", BigInteger, nullable=False, index=True),
)

cluster_settings = Table(
    "cluster_settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

org_settings = Table(
    "org_settings",
    metadata,
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("body", Text, nullable=False),
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
    Column("number", NUMBER, primary_key=True),
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
    Column("id", NUMBER, primary_key=True),
    Column("started_at", BigInteger, nullable=False),
    Column("heads", Text, nullable=False),
    Column("linked", BigInteger, nullable=False),
    Column("pruned", BigInteger, nullable=False),
    Column("pruned_hash", LargeBinary),
    Column("watched", Integer),
    where_set("pruned_hash"),
    where_set("watched"),
    sqlite_autoincrement=True,
)

refusals = Table(
    "refusals",
    metadata,
    Column("number", NUMBER, primary_key=True),
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

tallies = Table(
    "tallies",
    metadata,
    # No foreign key: -1 stands for all Orgs, and what an Org did outlives it, as in the audit.
    Column("org_id", Integer, primary_key=True, autoincrement=False),
    Column("hour", BigInteger, primary_key=True, autoincrement=False, index=True),
    Column("what", Text, primary_key=True),
    Column("times", BigInteger, nullable=False),
)

processes = Table(
    "processes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("node", Text, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("version", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("followed", BigInteger, nullable=False),
    Column("looked", BigInteger),
)
"""About what runs, not about what is kept: a copy of the store is made without its rows."""

moves = Table(
    "moves",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("xact", BigInteger, nullable=False, index=True),
    Column("scopes", LargeBinary, nullable=False),
)

__all__ = [
    "account_shares",
    "accounts",
    "attributes",
    "audit_chains",
    "audit_events",
    "cluster_settings",
    "entitlements",
    "favorites",
    "group_links",
    "group_liveboards",
    "group_members",
    "group_privileges",
    "group_roles",
    "group_shares",
    "groups",
    "guesses",
    "links",
    "memberships",
    "metadata",
    "moves",
    "object_tags",
    "objects",
    "org_settings",
    "orgs",
    "processes",
    "refusals",
    "role_privileges",
    "roles",
    "secrets",
    "sessions",
    "signing_keys",
    "tags",
    "tallies",
    "tokens",
]
