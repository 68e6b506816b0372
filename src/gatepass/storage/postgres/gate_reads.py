"""The gate's own read for many at once: what is asked in one turn of the loop is one question."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from sqlalchemy import Table, bindparam, func

from gatepass.core.errors import Busy
from gatepass.core.store import Presented
from gatepass.storage.desks import account_place, presented_rows, to_presented
from gatepass.storage.granting import by_org, granted_to, reach
from gatepass.storage.schema import group_members, sessions, tokens
from gatepass.storage.statements import Link, Prepared, Row

MOST_AT_ONCE = 500


_BY_DIGESTS = {
    table: Prepared(
        presented_rows(table)
        .add_columns(table.c.digest)
        .where(table.c.digest == func.any(bindparam("keys")))
    )
    for table in (sessions, tokens)
}
_REACH = reach(group_members.c.account_id == func.any(bindparam("accounts")))
_PRIVILEGES = Prepared(granted_to(_REACH))

Asking = Callable[[Callable[[Link], Awaitable["Found"]]], Awaitable["Found"]]
Found = dict[bytes, Presented]


async def presented(table: Table, digests: Sequence[bytes], link: Link) -> Found:
    """Return what stands behind each of these digests; unknown ones are left out."""
    rows = await link.all(_BY_DIGESTS[table], keys=list(set(digests)))
    if not rows:
        return {}
    place = account_place(table)
    of_account: dict[str, list[Row]] = {row[place]: [] for row in rows}
    for row in await link.all(_PRIVILEGES, accounts=list(of_account)):
        of_account[row[0]].append(row)
    granted = {account: by_org(found) for account, found in of_account.items()}
    return {row[-1]: to_presented(table, row, granted[row[place]]) for row in rows}


class Together:
    """Look-ups in one table; while one question is out, those that come wait for the next."""

    def __init__(self, table: Table, ask: Asking) -> None:
        self._table = table
        self._ask = ask
        self._waiting: list[tuple[bytes, asyncio.Future[Presented | None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def presented(self, digest: bytes) -> Presented | None:
        """Return what stands behind a digest.

        Raises:
            Busy: the store cannot be read now.
        """
        future: asyncio.Future[Presented | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((digest, future))
        if self._task is None:
            # It starts with the next turn: whoever asks in this one comes along.
            self._task = asyncio.create_task(self._answer_all())
        return await future

    async def _answer_all(self) -> None:
        while self._waiting:
            asked = self._waiting[:MOST_AT_ONCE]
            del self._waiting[:MOST_AT_ONCE]
            digests = [digest for digest, _ in asked]
            try:
                found = await self._ask(partial(presented, self._table, digests))
            except BaseException as error:  # noqa: BLE001 - every waiting caller must be answered
                for _, future in asked:
                    if not future.done():
                        future.set_exception(_own(error))
            else:
                for digest, future in asked:
                    if not future.done():
                        future.set_result(found.get(digest))
        self._task = None


def _own(error: BaseException) -> BaseException:
    """Return an error for one of many callers, since each adds its own traceback."""
    if isinstance(error, asyncio.CancelledError):
        return Busy("the store")
    found = Busy("the store") if isinstance(error, Busy) else RuntimeError("the look-up failed")
    found.__cause__ = error
    return found
