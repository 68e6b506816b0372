"""Rows to signing keys."""

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, insert, select, update

from gatepass.core.records import KeyState, SigningKey
from gatepass.storage.schema import signing_keys
from gatepass.storage.statements import Link, Prepared, Row, to_micros, to_time

COLUMNS = (
    signing_keys.c.id,
    signing_keys.c.state,
    signing_keys.c.public,
    signing_keys.c.created_at,
    signing_keys.c.changed_at,
)

_NEWEST_FIRST = select(*COLUMNS).order_by(signing_keys.c.created_at.desc(), signing_keys.c.id)
_ALL = Prepared(_NEWEST_FIRST)
_IN_STATE = Prepared(
    _NEWEST_FIRST.where(signing_keys.c.state == bindparam("word")).limit(1), lasting=True
)
_SEALED = Prepared(select(signing_keys.c.sealed).where(signing_keys.c.id == bindparam("key")))
_ADD = Prepared(insert(signing_keys))
_PUT_STATE = Prepared(
    update(signing_keys)
    .where(signing_keys.c.id == bindparam("key"))
    .values(state=bindparam("word"), changed_at=bindparam("stamp"))
)


def _key(row: Row) -> SigningKey:
    return SigningKey(
        id=row[0],
        state=KeyState(row[1]),
        public=msgspec.json.decode(row[2]),
        created_at=to_time(row[3]),
        changed_at=to_time(row[4]),
    )


class KeyRows:
    """The desk of signing keys."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def all(self) -> list[SigningKey]:
        return [_key(row) for row in await self._link.all(_ALL)]

    async def in_state(self, state: KeyState) -> SigningKey | None:
        row = await self._link.one(_IN_STATE, word=state.value)
        return None if row is None else _key(row)

    async def sealed(self, key_id: str) -> bytes:
        row = await self._link.one(_SEALED, key=key_id)
        return b"" if row is None else bytes(row[0])

    async def add(self, key: SigningKey, sealed: bytes) -> None:
        await self._link.run(
            _ADD,
            id=key.id,
            state=key.state.value,
            public=msgspec.json.encode(key.public).decode(),
            sealed=sealed,
            created_at=to_micros(key.created_at),
            changed_at=to_micros(key.changed_at),
        )

    async def put_state(self, key_id: str, state: KeyState, at: datetime) -> None:
        await self._link.run(_PUT_STATE, key=key_id, word=state.value, stamp=to_micros(at))
