"""The tables of groups and roles, and of what they grant."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from gatepass.storage.columns import metadata, of_org

groups = Table(
    "groups",
    metadata,
    Column("id", Text, primary_key=True),
    of_org(),
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
    of_org(),
    Index(None, "group_id"),
    Index(None, "org_id"),
)

group_links = Table(
    "group_links",
    metadata,
    Column("child_id", Text, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("parent_id", Text, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    of_org(),
    Index(None, "parent_id"),
    Index(None, "org_id"),
)

group_privileges = Table(
    "group_privileges",
    metadata,
    Column("group_id", Text, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("privilege", Text, primary_key=True),
    of_org(),
    Index(None, "org_id", "privilege"),
)

roles = Table(
    "roles",
    metadata,
    Column("id", Text, primary_key=True),
    of_org(),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("skeleton", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("read_only", Integer, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("modifier_id", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("modified_at", BigInteger, nullable=False),
    UniqueConstraint("org_id", "name_key"),
    Index(None, "org_id", "skeleton"),
)

role_privileges = Table(
    "role_privileges",
    metadata,
    Column("role_id", Text, ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True),
    Column("privilege", Text, primary_key=True),
    of_org(),
    Index(None, "org_id", "privilege"),
)

group_roles = Table(
    "group_roles",
    metadata,
    Column("group_id", Text, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", Text, ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True),
    of_org(),
    Index(None, "role_id"),
    Index(None, "org_id"),
)

group_liveboards = Table(
    "group_liveboards",
    metadata,
    Column("group_id", Text, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("liveboard_id", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    of_org(),
    Index(None, "org_id"),
)
