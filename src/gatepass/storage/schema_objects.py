"""The tables of objects (headers only), of the tags on them, and of what is shared with whom.

An object's id is unique in its Org, not beyond: an id that is taken elsewhere tells nobody so.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from gatepass.storage.columns import metadata, of_org


def _of_object() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["org_id", "object_id"], ["objects.org_id", "objects.id"], ondelete="CASCADE"
    )


def _key(name: str, target: str | None = None) -> Column[str]:
    to = () if target is None else (ForeignKey(f"{target}.id", ondelete="CASCADE"),)
    return Column(name, Text, *to, primary_key=True)


def _org() -> Column[int]:
    return Column("org_id", Integer, primary_key=True, autoincrement=False)


objects = Table(
    "objects",
    metadata,
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), primary_key=True),
    _key("id"),
    Column("type", Text, nullable=False),
    Column("subtype", Text),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("custom_id", Text),
    Column("owner_id", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("modifier_id", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("modified_at", BigInteger, nullable=False),
    # Who asks for no more than a page in an order finds it in an index.
    Index(None, "org_id", "name_key", "id"),
    Index(None, "org_id", "type", "name_key", "id"),
    Index(None, "org_id", "created_at"),
    Index(None, "org_id", "modified_at"),
    Index(None, "org_id", "owner_id"),
    Index(None, "org_id", "author_id"),
    UniqueConstraint("org_id", "custom_id"),
)

account_shares = Table(
    "account_shares",
    metadata,
    _org(),
    _key("object_id"),
    _key("account_id", "accounts"),
    Column("mode", Text, nullable=False),
    _of_object(),
    Index(None, "account_id", "org_id", "object_id"),
)

group_shares = Table(
    "group_shares",
    metadata,
    _org(),
    _key("object_id"),
    _key("group_id", "groups"),
    Column("mode", Text, nullable=False),
    _of_object(),
    Index(None, "group_id", "org_id", "object_id"),
)

tags = Table(
    "tags",
    metadata,
    Column("id", Text, primary_key=True),
    of_org(),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("color", Text),
    Column("author_id", Text, nullable=False),
    Column("modifier_id", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("modified_at", BigInteger, nullable=False),
    UniqueConstraint("org_id", "name_key"),
)

object_tags = Table(
    "object_tags",
    metadata,
    _org(),
    _key("object_id"),
    _key("tag_id", "tags"),
    _of_object(),
    Index(None, "tag_id"),
)
