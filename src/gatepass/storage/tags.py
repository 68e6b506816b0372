"""Rows to tags."""

from sqlalchemy import bindparam, delete, insert, select, update

from gatepass.core.headers import Tag
from gatepass.storage.schema import tags
from gatepass.storage.statements import Link, Prepared, Row, to_micros, to_time

_COLUMNS = (
    tags.c.id,
    tags.c.org_id,
    tags.c.name,
    tags.c.color,
    tags.c.author_id,
    tags.c.modifier_id,
    tags.c.created_at,
    tags.c.modified_at,
)
_OF_ORG = tags.c.org_id == bindparam("org")
_BY_ID = Prepared(select(*_COLUMNS).where(_OF_ORG, tags.c.id == bindparam("key")))
_BY_KEY = Prepared(select(*_COLUMNS).where(_OF_ORG, tags.c.name_key == bindparam("key")))
_ALL = Prepared(select(*_COLUMNS).where(_OF_ORG).order_by(tags.c.name_key))
_ADD = Prepared(insert(tags))
_CHANGED = ("name", "name_key", "color", "modifier_id", "modified_at")
_PUT = Prepared(
    update(tags)
    .where(tags.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in _CHANGED})
)
_REMOVE = Prepared(delete(tags).where(tags.c.id == bindparam("key")))


def _tag(row: Row) -> Tag:
    return Tag(
        id=row[0],
        org_id=row[1],
        name=row[2],
        color=row[3],
        author_id=row[4],
        modifier_id=row[5],
        created_at=to_time(row[6]),
        modified_at=to_time(row[7]),
    )


def _values(tag: Tag, key: str) -> dict[str, object]:
    return {
        "name": tag.name,
        "name_key": key,
        "color": tag.color,
        "modifier_id": tag.modifier_id,
        "modified_at": to_micros(tag.modified_at),
    }


class Tags:
    """The tag desk."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def by_id(self, org_id: int, tag_id: str) -> Tag | None:
        row = await self._link.one(_BY_ID, org=org_id, key=tag_id)
        return None if row is None else _tag(row)

    async def by_key(self, org_id: int, key: str) -> Tag | None:
        row = await self._link.one(_BY_KEY, org=org_id, key=key)
        return None if row is None else _tag(row)

    async def all(self, org_id: int) -> list[Tag]:
        return [_tag(row) for row in await self._link.all(_ALL, org=org_id)]

    async def add(self, tag: Tag, *, key: str) -> None:
        await self._link.run(
            _ADD,
            id=tag.id,
            org_id=tag.org_id,
            author_id=tag.author_id,
            created_at=to_micros(tag.created_at),
            **_values(tag, key),
        )

    async def put(self, tag: Tag, *, key: str) -> None:
        await self._link.run(_PUT, key=tag.id, **_values(tag, key))

    async def remove(self, tag: Tag) -> None:
        await self._link.run(_REMOVE, key=tag.id)
