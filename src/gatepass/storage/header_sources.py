"""What headers are made of: objects, and accounts, groups and tags seen as objects."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, cast, literal_column, null, select

from gatepass.core.headers import Kind
from gatepass.core.searches import SortBy
from gatepass.storage.schema import accounts, groups, memberships, objects, tags

_NO_TEXT = cast(null(), Text)
_maker = accounts.alias("maker")


def _word(kind: Kind) -> ColumnElement[str]:
    return cast(literal_column(f"'{kind.value}'"), Text)


@dataclass(frozen=True)
class Source:
    """A table of what may be found, as rows of headers."""

    table: FromClause
    columns: tuple[ColumnElement[Any], ...]
    id: ColumnElement[str]
    key: ColumnElement[str]
    display_key: ColumnElement[str]
    author: ColumnElement[str]
    modifier: ColumnElement[str]
    created: ColumnElement[int]
    modified: ColumnElement[int]
    org: ColumnElement[int]
    kind: Kind | None = None

    def sorted_by(self, by: SortBy) -> tuple[ColumnElement[Any], ...]:
        """Return what puts its rows in that order, each with a place of its own."""
        author = select(_maker.c.name_key).where(_maker.c.id == self.author).scalar_subquery()
        first: dict[SortBy, tuple[ColumnElement[Any], ...]] = {
            SortBy.NAME: (),
            SortBy.DISPLAY_NAME: (self.display_key,),
            SortBy.AUTHOR: (author,),
            SortBy.CREATED: (self.created,),
            SortBy.MODIFIED: (self.modified,),
        }
        return (*first[by], self.key, self.id)


OBJECT_COLUMNS = (
    objects.c.org_id,
    objects.c.type,
    objects.c.id,
    objects.c.name,
    _NO_TEXT.label("display_name"),
    objects.c.description,
    objects.c.subtype,
    objects.c.custom_id,
    objects.c.owner_id,
    objects.c.author_id,
    objects.c.modifier_id,
    objects.c.created_at,
    objects.c.modified_at,
)


def _real(kind: Kind, table: FromClause, org: ColumnElement[int]) -> tuple[ColumnElement[Any], ...]:
    """Return the columns of what is no header only: it belongs to itself, or to who made it."""
    column = table.c
    described = column.description if "description" in column else literal_column("''", Text)
    return (
        org,
        _word(kind),
        column.id,
        column.name,
        column.display_name if "display_name" in column else _NO_TEXT,
        described,
        _NO_TEXT,
        _NO_TEXT,
        column.author_id if kind is Kind.TAG else column.id,
        column.author_id,
        column.modifier_id,
        column.created_at,
        column.modified_at,
    )


SOURCES = {
    "objects": Source(
        table=objects,
        columns=OBJECT_COLUMNS,
        id=objects.c.id,
        key=objects.c.name_key,
        display_key=objects.c.name_key,
        author=objects.c.author_id,
        modifier=objects.c.modifier_id,
        created=objects.c.created_at,
        modified=objects.c.modified_at,
        org=objects.c.org_id,
    ),
    "accounts": Source(
        table=memberships.join(accounts, accounts.c.id == memberships.c.account_id),
        columns=_real(Kind.ACCOUNT, accounts, memberships.c.org_id),
        id=accounts.c.id,
        key=memberships.c.name_key,
        display_key=accounts.c.display_key,
        author=accounts.c.author_id,
        modifier=accounts.c.modifier_id,
        created=accounts.c.created_at,
        modified=accounts.c.modified_at,
        org=memberships.c.org_id,
        kind=Kind.ACCOUNT,
    ),
    "groups": Source(
        table=groups,
        columns=_real(Kind.GROUP, groups, groups.c.org_id),
        id=groups.c.id,
        key=groups.c.name_key,
        display_key=groups.c.display_key,
        author=groups.c.author_id,
        modifier=groups.c.modifier_id,
        created=groups.c.created_at,
        modified=groups.c.modified_at,
        org=groups.c.org_id,
        kind=Kind.GROUP,
    ),
    "tags": Source(
        table=tags,
        columns=_real(Kind.TAG, tags, tags.c.org_id),
        id=tags.c.id,
        key=tags.c.name_key,
        display_key=tags.c.name_key,
        author=tags.c.author_id,
        modifier=tags.c.modifier_id,
        created=tags.c.created_at,
        modified=tags.c.modified_at,
        org=tags.c.org_id,
        kind=Kind.TAG,
    ),
}
