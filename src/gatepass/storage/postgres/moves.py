"""The epoch in the database: a row for each write that moves it, told to every node by NOTIFY.

A row bears the number of its transaction, so that a poll is exact though transactions commit in
another order than they began: all that is older than the oldest one running is settled (that is
the *horizon*), and what is younger is read again and told apart by the row's own number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import BigInteger, Text, bindparam, delete, func, insert, select
from sqlalchemy import cast as to
from sqlalchemy.dialects.postgresql import OID

from gatepass.core.store import EVERYTHING, Scope, ScopeKind
from gatepass.storage.schema import moves
from gatepass.storage.statements import Link, Prepared, Row

CHANNEL = "gatepass"
MOST_SCOPES = 64
"""A payload of NOTIFY has at most 8000 bytes; beyond this many, everything has moved."""
_SIZE = 17


def packed(scopes: Sequence[Scope]) -> bytes:
    """Return scopes as they are stored."""
    if len(scopes) > MOST_SCOPES:
        scopes = (EVERYTHING,)
    return b"".join(bytes((scope.kind,)) + scope.key for scope in scopes)


def unpacked(stored: bytes) -> list[Scope]:
    """Return stored scopes; what cannot be read is everything."""
    try:
        return [
            Scope(kind=ScopeKind(stored[place]), key=stored[place + 1 : place + _SIZE])
            for place in range(0, len(stored), _SIZE)
        ]
    except ValueError:
        return [EVERYTHING]


_ADDED = (
    insert(moves)
    .values(
        xact=to(to(func.pg_current_xact_id(), Text), BigInteger),
        scopes=bindparam("scopes"),
    )
    .returning(moves.c.number, moves.c.xact, moves.c.scopes)
    .cte("added")
)
_TABLE = to(to(func.to_regclass("moves"), OID), BigInteger)
_ADD = Prepared(
    select(
        _ADDED.c.number,
        _ADDED.c.xact,
        func.pg_notify(
            CHANNEL,
            func.concat_ws(
                to(" ", Text),
                _TABLE,
                _ADDED.c.number,
                _ADDED.c.xact,
                func.encode(_ADDED.c.scopes, "hex"),
            ),
        ),
    )
)
_NOW = select(
    to(to(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger).label("horizon"),
    _TABLE.label("table"),
    to(func.pg_postmaster_start_time(), Text).label("server"),
    func.coalesce(select(func.max(moves.c.number)).scalar_subquery(), 0).label("last"),
).subquery("now")
_LOOK = Prepared(
    select(*_NOW.columns, moves.c.number, moves.c.xact, moves.c.scopes)
    .select_from(
        _NOW.outerjoin(
            moves, moves.c.xact >= func.coalesce(to(bindparam("since"), BigInteger), _NOW.c.horizon)
        )
    )
    .order_by(moves.c.number)
)
_DROP = Prepared(
    delete(moves).where(
        moves.c.xact < bindparam("before"),
        # The last one tells a node that starts how far the others are.
        moves.c.number < select(func.max(moves.c.number)).scalar_subquery(),
    )
)


@dataclass(frozen=True)
class Move:
    """One write that moved the epoch: its row's number, its transaction's, and whom it concerns."""

    number: int
    xact: int
    scopes: Sequence[Scope]


@dataclass(frozen=True)
class Look:
    """What the database told about the epoch at one moment."""

    horizon: int
    table: int
    """Tells one installation's moves from another's in the same database."""
    server: str
    """Since when the server runs: another one may have lost what this one had."""
    last: int
    """The number of the last move of all; 0 before the first."""
    moves: Sequence[Move]


async def add(link: Link, scopes: Sequence[Scope]) -> Move:
    """Add a move to the transaction; with its commit it is told to every node."""
    stored = packed(scopes)
    row = cast("Row", await link.one(_ADD, scopes=stored))
    return Move(number=row[0], xact=row[1], scopes=unpacked(stored))


async def look(link: Link, since: int | None) -> Look:
    """Return the moves that are younger than this horizon, or than the present one."""
    rows = await link.all(_LOOK, since=since)
    horizon, table, server, last = rows[0][:4]
    return Look(
        horizon=horizon,
        table=table,
        server=server,
        last=last,
        moves=[
            Move(number=row[4], xact=row[5], scopes=unpacked(row[6]))
            for row in rows
            if row[4] is not None
        ],
    )


async def drop(link: Link, before: int) -> None:
    """Delete the moves older than a horizon, but the last of all."""
    await link.run(_DROP, before=before)


def told(payload: str) -> tuple[int, Move]:
    """Return the table and the move that a notification names.

    Raises:
        ValueError: it names none.
    """
    table, number, xact, scopes = payload.split(" ")
    move = Move(number=int(number), xact=int(xact), scopes=unpacked(bytes.fromhex(scopes)))
    return int(table), move
