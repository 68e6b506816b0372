"""Rows of one-time links: only their digests are kept."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from gatepass.storage.schema import links
from gatepass.storage.statements import Link, Prepared, to_micros

_ADD = Prepared(insert(links))
_HOLDS = Prepared(
    select(links.c.account_id).where(
        links.c.digest == bindparam("key"), links.c.expires_at > bindparam("now")
    )
)
_DROP = Prepared(delete(links).where(links.c.account_id == bindparam("account")))
_PRUNE = Prepared(
    delete(links).where(
        links.c.digest.in_(
            select(links.c.digest)
            .where(links.c.expires_at < bindparam("before"))
            .limit(bindparam("most"))
        )
    )
)


class LinkRows:
    """The link desk."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(self, account_id: str, *, digest: bytes, expires_at: datetime) -> None:
        await self._link.run(
            _ADD, account_id=account_id, digest=digest, expires_at=to_micros(expires_at)
        )

    async def holds(self, account_id: str, digest: bytes, at: datetime) -> bool:
        """Say whether the account has a link of this digest that still counts."""
        row = await self._link.one(_HOLDS, key=digest, now=to_micros(at))
        return row is not None and row[0] == account_id

    async def drop(self, account_id: str) -> int:
        """Delete all links of the account and return how many it had."""
        return await self._link.run(_DROP, account=account_id)

    async def prune(self, before: datetime, most: int) -> int:
        """Delete some of those that ran out before then and return how many."""
        return await self._link.run(_PRUNE, before=to_micros(before), most=most)
