"""Objects among many accounts: one is made and shared by the core, the others are copies of it.

Ten in a row are a decade: they begin with the same letters and have a tag of their own. Of ten
decades one is shared with a group, and one with the member who searches; that member owns none.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bench.crowds import FIRST, SETTINGS, Change, copy_rows
from bench.homes import HERE
from gatepass.app import close_core, database_path, open_core
from gatepass.core import Core
from gatepass.core.crypto import SystemRandomness
from gatepass.core.headers import Kind
from gatepass.core.local import operator
from gatepass.core.names import name_key
from gatepass.core.object_importing import ObjectRow
from gatepass.core.object_rows import Target
from gatepass.core.records import Principal
from gatepass.core.shares import PartyKind, ShareMode
from gatepass.core.sharing import Grant
from gatepass.core.tokens import Wish

BOARD, TAG = "board", "tag"
DECADE, SHARED_EVERY = 10, 100
LEAST = 100
"""Fewer objects would have no shared decade of each kind."""


def count(accounts: int) -> int:
    """Return how many objects there are among so many accounts."""
    return max(LEAST, accounts // 10)


def beginning(number: int) -> str:
    """Return the pattern that the decade of an object fits."""
    return f"{BOARD}{number // DECADE:06}%"


def tag(number: int) -> str:
    """Return the tag of the decade of an object."""
    return f"{TAG}{number // DECADE:06}"


def readable(accounts: int) -> Sequence[int]:
    """Return the numbers of the objects that the member may read, among so many accounts."""
    return [one for one in range(count(accounts)) if one % SHARED_EVERY < 2 * DECADE]


async def member(core: Core) -> Principal:
    """Return the member with shares, by a token."""
    who = operator(core.means.clock())
    secret = (await core.trusted.secrets_of(who, HERE, None))[0].text
    issued = await core.tokens.issue(HERE, Wish(username=FIRST, secret_key=secret))
    return await core.gate.principal(bearer=issued.secret, cookie=None)


def lay_out(path: Path, accounts: int) -> None:
    """Put the objects into a home with so many accounts."""
    asyncio.run(_first(path))
    file = database_path(path, SETTINGS)
    with closing(sqlite3.connect(str(file), isolation_level=None)) as rows:
        rows.execute("PRAGMA synchronous=OFF")
        _multiply(rows, count(accounts))
        rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def _first(path: Path) -> None:
    """Make the object that the others are copies of, with a tag and both kinds of grants."""
    core = open_core(path, SETTINGS)
    who = operator(core.means.clock())
    try:
        row = ObjectRow(line=1, type="LIVEBOARD", name=BOARD, tags=[TAG])
        done = await core.object_importing.bring_in(who, HERE, [row])
        if done.refused:
            raise AssertionError(done.refused)
        grants = [
            Grant(identifier="analysts", kind=PartyKind.GROUP, mode=ShareMode.READ_ONLY),
            Grant(identifier=FIRST, kind=PartyKind.ACCOUNT, mode=ShareMode.READ_ONLY),
        ]
        target = Target(identifier=BOARD, type=Kind.LIVEBOARD)
        await core.sharing.share(who, HERE, [target], grants)
    finally:
        await close_core(core)


def _multiply(rows: sqlite3.Connection, times: int) -> None:
    made = SystemRandomness()
    objects = [made.id() for _ in range(times)]
    tags = [made.id() for _ in range(times // DECADE)]

    def board(number: int) -> Change:
        name = f"{BOARD}{number:07}"
        return {"id": objects[number], "name": name, "name_key": name_key(name)}

    def of_decade(number: int) -> Change:
        name = f"{TAG}{number:06}"
        return {"id": tags[number], "name": name, "name_key": name_key(name)}

    def tagged(number: int) -> Change:
        return {"object_id": objects[number], "tag_id": tags[number // DECADE]}

    def shared_from(first: int) -> tuple[int, list[int]]:
        numbers = [one for one in range(times) if first <= one % SHARED_EVERY < first + DECADE]
        return len(numbers), numbers

    with_group, with_member = shared_from(0), shared_from(DECADE)
    for table, many, change in (
        ("objects", times, board),
        ("tags", len(tags), of_decade),
        ("object_tags", times, tagged),
        ("group_shares", with_group[0], lambda place: {"object_id": objects[with_group[1][place]]}),
        (
            "account_shares",
            with_member[0],
            lambda place: {"object_id": objects[with_member[1][place]]},
        ),
    ):
        (first,) = _read(rows, table)
        copy_rows(rows, table, first, many, change)
    # The member is to find what is shared in the copies, and the first page is of these.
    rows.execute("DELETE FROM objects WHERE name = ?", (BOARD,))


def _read(rows: sqlite3.Connection, table: str) -> list[dict[str, object]]:
    found = rows.execute(f"SELECT * FROM {table}")  # noqa: S608 - our names
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
