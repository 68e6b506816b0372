"""What one node knows of the epoch in the database: told by NOTIFY, asked for by a poll.

The node trusts what it remembers for three seconds after its last good look at the database, no
longer. A look goes over the listener's connection while that is there, else over one of its own.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence

import asyncpg

from gatepass.core import processes
from gatepass.core.store import EVERYTHING, Scope
from gatepass.storage.postgres import moves
from gatepass.storage.postgres.link import NAME, Access, Connection, PostgresLink
from gatepass.storage.postgres.moves import Look, Move

LISTENER = f"{NAME} listener"
TRUSTED_FOR = processes.TRUSTED_FOR.total_seconds()
LOOK_EVERY = 1.0
LOOK_EVERY_UNTOLD = 0.5
"""Between two looks while no listener is there: a move must be heard of within a second."""
LOOK_WITHIN = 1.0
DROP_EVERY = 300.0
LONG = 60.0
"""After so long without a look, what was missed may have been deleted."""
MOST_PENDING = 10_000
_ALL = (EVERYTHING,)


async def first_look(access: Access) -> Look:
    """Return where the epoch stands."""
    connection = await access.connect()
    try:
        return await moves.look(PostgresLink(connection), None)
    finally:
        await connection.close()


class Watch:
    """One node's view of the epoch; nothing is heard before it runs."""

    def __init__(self, access: Access, start: Look) -> None:
        self._access = access
        self._table = start.table
        self._server = start.server
        self._horizon = start.horizon
        self._known = {move.number: move.xact for move in start.moves}
        self._followed = start.last
        self._pending: list[Scope] = []
        self._lost = False
        self._ear: Connection | None = None
        self._eye: Connection | None = None
        self._look_now = asyncio.Event()
        self._looking = asyncio.Lock()
        self._settled = start.horizon
        self._drop_at = time.monotonic() + DROP_EVERY
        self._trusted_until = time.monotonic() + TRUSTED_FOR

    async def run(self) -> None:
        """Listen and look until cancelled; then let go of the database."""
        tasks = [asyncio.create_task(one) for one in (self._listen(), self._look_often())]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for connection in (self._ear, self._eye):
                if connection is not None:
                    connection.terminate()

    @property
    def position(self) -> tuple[int, int]:
        """The number of the last move followed, and how many were not yet asked for."""
        return self._followed, len(self._pending)

    @property
    def unseen(self) -> float:
        """Seconds since the last good look began."""
        return time.monotonic() - (self._trusted_until - TRUSTED_FOR)

    def moves(self) -> Sequence[Scope]:
        """Return what has moved since the last call; everything, while that is not known."""
        if time.monotonic() > self._trusted_until:
            return _ALL
        if not self._pending:
            return ()
        moved, self._pending = self._pending, []
        return moved

    def hear(self, move: Move) -> None:
        """Note a move that was committed; the same one twice counts once."""
        if move.number not in self._known and move.xact >= self._horizon:
            self._known[move.number] = move.xact
            self.doubt(move.scopes)
            if time.monotonic() <= self._trusted_until:
                # Else those before it may have been missed, and the next look tells.
                self._followed = max(self._followed, move.number)

    def doubt(self, scopes: Sequence[Scope]) -> None:
        """Note what has moved, or may have."""
        self._pending += scopes
        if len(self._pending) > MOST_PENDING:
            self._pending = [EVERYTHING]

    async def look(self) -> None:
        """Ask the database what has moved."""
        async with self._looking:
            at = time.monotonic()
            connection = await self._connection()
            try:
                async with asyncio.timeout(LOOK_WITHIN), self._settled_on(connection) as link:
                    found = await moves.look(link, self._horizon)
                self._lost = self._lost or at - self._trusted_until > LONG
                self._take(found)
                self._trusted_until = at + TRUSTED_FOR
                if at >= self._drop_at:
                    await self._drop(connection, at)
            except BaseException:
                self._lose(connection)
                raise

    @contextlib.asynccontextmanager
    async def _settled_on(self, connection: Connection) -> AsyncIterator[PostgresLink]:
        """Keep to one server from preparing a statement to its end, also behind a pooler."""
        if self._access.keeps_statements or connection is self._ear:
            yield PostgresLink(connection)
        else:
            async with connection.transaction():
                yield PostgresLink(connection)

    def _take(self, found: Look) -> None:
        if self._lost or found.server != self._server or found.horizon < self._horizon:
            # The server may be another now, and may count its transactions otherwise.
            self._lost = False
            self._server = found.server
            self._known.clear()
            self.doubt(_ALL)
        self._table = found.table
        self._followed = max(self._followed, found.last)
        for move in found.moves:
            if move.number not in self._known:
                self._known[move.number] = move.xact
                self.doubt(move.scopes)
        self._horizon = found.horizon
        self._known = {one: xact for one, xact in self._known.items() if xact >= found.horizon}

    async def _connection(self) -> Connection:
        if self._ear is not None:
            return self._ear
        if self._eye is None or self._eye.is_closed():
            async with asyncio.timeout(LOOK_WITHIN):
                self._eye = await self._access.connect()
        return self._eye

    def _lose(self, connection: Connection) -> None:
        """Give a connection up; what came over it may have been lost with it."""
        self._lost = True
        if connection is self._ear:
            self._ear = None
        if connection is self._eye:
            self._eye = None
        connection.terminate()
        self._look_now.set()

    async def _drop(self, connection: Connection, at: float) -> None:
        """Delete moves that every node has heard of by now, or has long lost its trust."""
        before, self._settled = self._settled, self._horizon
        self._drop_at = at + DROP_EVERY
        async with self._settled_on(connection) as link:
            await moves.drop(link, before)

    async def _look_often(self) -> None:
        while True:
            self._look_now.clear()
            try:
                await self.look()
            except Exception:  # noqa: BLE001 - what went wrong shows: nothing is trusted any more
                await asyncio.sleep(LOOK_EVERY_UNTOLD / 2)
                continue
            pause = LOOK_EVERY if self._ear is not None else LOOK_EVERY_UNTOLD
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._look_now.wait()

    async def _listen(self) -> None:
        while True:
            # What goes wrong here costs time, not truth: meanwhile the looks come more often.
            with contextlib.suppress(Exception):
                await self._listen_once()
            await asyncio.sleep(LOOK_EVERY)

    async def _listen_once(self) -> None:
        url = self._access.listen_url or self._access.url
        named = {"server_settings": {"application_name": LISTENER}}
        ear: Connection = await asyncpg.connect(url, **{**self._access.driver, **named})
        gone = asyncio.Event()
        try:
            ear.add_termination_listener(lambda _: gone.set())
            await ear.add_listener(moves.CHANNEL, self._told)
            self._ear = ear
            # What moved before it listened is told by a look.
            self._look_now.set()
            await gone.wait()
        finally:
            self._lose(ear)

    def _told(self, _: object, __: int, ___: str, payload: object) -> None:
        try:
            table, move = moves.told(str(payload))
        except ValueError:
            self.doubt(_ALL)
            return
        if table == self._table:
            self.hear(move)
