"""Rows to trusted secrets."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, insert, or_, select, update

from gatepass.core.records import TrustedSecret
from gatepass.storage.schema import secrets
from gatepass.storage.statements import (
    Link,
    Prepared,
    Row,
    opt_micros,
    opt_time,
    to_micros,
    to_time,
)

_LONG_AGO = 0
"""Before every clock's time. When that was is in the audit."""

COLUMNS = (
    secrets.c.id,
    secrets.c.org_id,
    secrets.c.label,
    secrets.c.created_at,
    secrets.c.revoked_at,
    secrets.c.last_used_at,
)

_BY_DIGEST = Prepared(select(*COLUMNS).where(secrets.c.digest == bindparam("key")), lasting=True)
_BY_ID = Prepared(select(*COLUMNS).where(secrets.c.id == bindparam("key")))
_LIVE = (
    select(*COLUMNS)
    .where(or_(secrets.c.revoked_at.is_(None), secrets.c.revoked_at > bindparam("at")))
    .order_by(secrets.c.created_at.desc(), secrets.c.id)
)
_LIVE_CLUSTER = Prepared(_LIVE.where(secrets.c.org_id.is_(None)))
_LIVE_ORG = Prepared(_LIVE.where(secrets.c.org_id == bindparam("org")))
_EVERYWHERE = Prepared(
    select(*COLUMNS)
    .where(or_(secrets.c.revoked_at.is_(None), secrets.c.revoked_at > bindparam("at")))
    .order_by(secrets.c.created_at, secrets.c.id)
    .limit(bindparam("most"))
)
_ENDED = select(*COLUMNS).where(secrets.c.revoked_at.is_not(None))
_ENDED_CLUSTER = Prepared(_ENDED.where(secrets.c.org_id.is_(None)))
_ENDED_ORG = Prepared(_ENDED.where(secrets.c.org_id == bindparam("org")))
_SEALED = Prepared(select(secrets.c.sealed).where(secrets.c.id == bindparam("key")))
_ADD = Prepared(insert(secrets))
_REVOKE = Prepared(
    update(secrets).where(secrets.c.id == bindparam("key")).values(revoked_at=bindparam("stamp"))
)
_TOUCH = Prepared(
    update(secrets)
    .where(
        secrets.c.id == bindparam("key"),
        or_(secrets.c.last_used_at.is_(None), secrets.c.last_used_at < bindparam("used")),
    )
    .values(last_used_at=bindparam("used"))
)


def _secret(row: Row) -> TrustedSecret:
    return TrustedSecret(
        id=row[0],
        org_id=row[1],
        label=row[2],
        created_at=to_time(row[3]),
        revoked_at=opt_time(row[4]),
        last_used_at=opt_time(row[5]),
    )


class Secrets:
    """The desk of trusted secrets."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def by_digest(self, digest: bytes) -> TrustedSecret | None:
        row = await self._link.one(_BY_DIGEST, key=digest)
        return None if row is None else _secret(row)

    async def by_id(self, secret_id: str) -> TrustedSecret | None:
        row = await self._link.one(_BY_ID, key=secret_id)
        return None if row is None else _secret(row)

    async def live(self, org_id: int | None, at: datetime) -> list[TrustedSecret]:
        """Return the secrets that count then, the newest first."""
        if org_id is None:
            return [_secret(row) for row in await self._link.all(_LIVE_CLUSTER, at=to_micros(at))]
        return [
            _secret(row) for row in await self._link.all(_LIVE_ORG, org=org_id, at=to_micros(at))
        ]

    async def everywhere(self, at: datetime, most: int) -> list[TrustedSecret]:
        """Return secrets that count then, of the cluster and of every Org, the oldest first."""
        rows = await self._link.all(_EVERYWHERE, at=to_micros(at), most=most)
        return [_secret(row) for row in rows]

    async def ended(self, org_id: int | None) -> list[TrustedSecret]:
        """Return the secrets that have ended, or have an end."""
        if org_id is None:
            return [_secret(row) for row in await self._link.all(_ENDED_CLUSTER)]
        return [_secret(row) for row in await self._link.all(_ENDED_ORG, org=org_id)]

    async def sealed(self, secret_id: str) -> bytes:
        row = await self._link.one(_SEALED, key=secret_id)
        return b"" if row is None else bytes(row[0])

    async def add(self, secret: TrustedSecret, *, digest: bytes, sealed: bytes) -> None:
        await self._link.run(
            _ADD,
            id=secret.id,
            digest=digest,
            sealed=sealed,
            org_id=secret.org_id,
            label=secret.label,
            created_at=to_micros(secret.created_at),
            revoked_at=opt_micros(secret.revoked_at),
            last_used_at=opt_micros(secret.last_used_at),
        )

    async def revoke(self, secret_id: str, at: datetime | None) -> None:
        """End it then; with None at once and for good.

        A time of its own would let it count again for a clock that is behind, here or elsewhere.
        """
        await self._link.run(
            _REVOKE, key=secret_id, stamp=_LONG_AGO if at is None else to_micros(at)
        )

    async def touch(self, used: Mapping[str, datetime]) -> None:
        """Move last-used times forward, never back."""
        await self._link.many(
            _TOUCH, [{"key": key, "used": to_micros(at)} for key, at in used.items()]
        )
