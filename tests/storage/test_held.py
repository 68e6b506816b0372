"""What accounts hold, by page: on each engine, and by which index."""

from contextlib import closing
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table

from gatepass.core.crypto import SystemRandomness
from gatepass.core.held import Stretch
from gatepass.core.records import Session, Token, TokenKind
from gatepass.core.store import Store, Transaction
from gatepass.storage.held import floor_statement, page_statement
from gatepass.storage.schema import sessions, tokens
from gatepass.storage.sqlite import connect
from gatepass.storage.sqlite_link import DIALECT
from tests.storage.engines import SqliteEngine
from tests.storage.rows import DAY, MINUTE, NOON, Holder, new_account, put, stored, stored_holder

OF_ALL = Stretch(account_id=None, org_id=None, before=None)
KINDS = list(TokenKind)


def by_time(number: int) -> dict[str, Any]:
    """Return the id and the time of the row of that number: later ones sort behind earlier."""
    at = NOON + timedelta(seconds=number)
    return {"id": SystemRandomness().row_id(at)}


async def held(store: Store, what: Stretch, at: datetime = NOON, most: int = 100) -> list[str]:
    """Return ids of sessions and tokens, newest first."""

    async def read(tx: Transaction) -> list[str]:
        some = await tx.held.sessions(what, at, seen_after=at - MINUTE, most=most)
        more = await tx.held.tokens(what, at, kinds=KINDS, most=most)
        return sorted([row[0].id for row in some] + [row[0].id for row in more], reverse=True)

    return await store.scan(read)


async def test_each_holder_is_shown_its_own_newest_first(store: Store, mira: Holder) -> None:
    sven = await stored_holder(store)
    ben = Holder(new_account(), mira.org)
    rows: list[Session | Token] = [
        mira.session(**by_time(1)),
        mira.token(**by_time(2)),
        sven.session(**by_time(3)),
        ben.token(**by_time(4)),
        Holder(mira.account, sven.org).token(**by_time(5)),
    ]
    await stored(store, ben.account, *rows)
    ids = [row.id for row in rows]

    def shown(*places: int) -> list[str]:
        return [ids[place] for place in places]

    of_mira = Stretch(account_id=mira.account.id, org_id=None, before=None)
    there = Stretch(account_id=mira.account.id, org_id=mira.org.id, before=None)
    of_org = Stretch(account_id=None, org_id=mira.org.id, before=None)
    assert await held(store, OF_ALL) == shown(4, 3, 2, 1, 0)
    assert await held(store, of_mira) == shown(4, 1, 0)
    assert await held(store, there) == shown(1, 0)
    assert await held(store, of_org) == shown(3, 1, 0)
    assert await held(store, Stretch(account_id=None, org_id=None, before=ids[2])) == shown(1, 0)
    assert await held(store, OF_ALL, most=1) == shown(4, 2), "one of each table"


async def test_the_names_of_account_and_org_come_with_each(store: Store, mira: Holder) -> None:
    session, token = mira.session(**by_time(1)), mira.token(**by_time(2), kind=TokenKind.OBJECT)
    await stored(store, session, token)

    async def read(tx: Transaction) -> list[Any]:
        kinds = [TokenKind.OBJECT]
        return [
            *await tx.held.sessions(OF_ALL, NOON, seen_after=NOON - MINUTE, most=9),
            *await tx.held.tokens(OF_ALL, NOON, kinds=kinds, most=9),
            *await tx.held.tokens(OF_ALL, NOON, kinds=[TokenKind.FULL, TokenKind.V1], most=9),
        ]

    names = (mira.account.name, mira.org.name)
    assert await store.scan(read) == [(session, *names), (token, *names)]


async def test_what_counts_no_more_is_not_shown(store: Store, mira: Holder) -> None:
    old = {"opened_at": NOON - DAY, "last_seen_at": NOON - DAY}
    idle, kept = (mira.session(**by_time(n), **old, remembered=n > 1) for n in (1, 2))
    over, gone = mira.session(**by_time(3), expires_at=NOON), mira.session(**by_time(4))
    spent, revoked = mira.token(**by_time(5), expires_at=NOON), mira.token(**by_time(6))
    await stored(store, idle, kept, over, gone, spent, revoked)
    await store.write(lambda tx: tx.revocations.ids([gone.id, revoked.id], NOON))

    assert await held(store, OF_ALL) == [kept.id]
    of_org = Stretch(account_id=None, org_id=mira.org.id, before=None)
    assert await held(store, of_org) == [kept.id]


@pytest.mark.parametrize("of", ["all", "account", "org", "both"])
async def test_a_stretch_ends_after_so_many_rows_dead_or_alive(
    store: Store, mira: Holder, of: str
) -> None:
    rows = [mira.token(**by_time(n), expires_at=NOON + (n % 2) * DAY) for n in range(10)]
    await stored(store, *rows)
    what = Stretch(
        account_id=mira.account.id if of in {"account", "both"} else None,
        org_id=mira.org.id if of in {"org", "both"} else None,
        before=None,
    )

    async def floors(tx: Transaction) -> list[str | None]:
        return [await tx.held.floor(what, looked, tokens=True) for looked in (1, 4, 9, 10)]

    assert await store.scan(floors) == [rows[9].id, rows[6].id, rows[1].id, None]
    assert await store.scan(lambda tx: tx.held.floor(what, 1, tokens=False)) is None
    within = Stretch(account_id=what.account_id, org_id=what.org_id, before=None, floor=rows[6].id)
    assert await held(store, within) == [rows[9].id, rows[7].id]


async def test_no_id_sorts_behind_the_first_page(store: Store, mira: Holder) -> None:
    """Whatever the order of texts in the database: ids are lower-case hexadecimal."""
    rows = [mira.token(id=str(UUID(int=number))) for number in (2**128 - 1, 10 << 124, 9 << 124)]
    await store.write(lambda tx: put(tx, *rows))

    assert await held(store, OF_ALL) == [row.id for row in rows]


SHAPES = [
    Stretch(account_id=account, org_id=org, before=None)
    for account in (None, "")
    for org in (None, 0)
]
LEADS = {
    (sessions.name, None, None): "sqlite_autoindex_sessions_1 (id",
    (sessions.name, None, 0): "ix_sessions_org_id_revoked_at_id (org_id=? AND revoked_at=? AND id",
    (sessions.name, "", None): "ix_sessions_account_id_revoked_at_opened_at (account_id=?",
    (sessions.name, "", 0): "ix_sessions_account_id_revoked_at_opened_at (account_id=?",
    (tokens.name, None, None): "sqlite_autoindex_tokens_1 (id",
    (tokens.name, None, 0): "ix_tokens_org_id_revoked_at_id (org_id=? AND revoked_at=? AND id",
    (tokens.name, "", None): "ix_tokens_account_id_revoked_at_id_org_id (account_id=? AND revo",
    (tokens.name, "", 0): "ix_tokens_account_id_revoked_at_id_org_id (account_id=? AND revo",
}
"""An account has few sessions (``session_cap``), so theirs need no order of their own."""


@pytest.mark.parametrize("what", SHAPES, ids=str)
@pytest.mark.parametrize("table", [sessions, tokens], ids=lambda table: str(table.name))
def test_a_page_is_read_from_an_index_in_its_order(
    sqlite: SqliteEngine, table: Table, what: Stretch
) -> None:
    index = LEADS[table.name, what.account_id, what.org_id]
    with closing(connect(sqlite.path, writes=True)) as connection:
        for statement in (floor_statement(table, what), page_statement(table, what)):
            text, _ = statement.for_driver(DIALECT)
            plan = connection.execute(f"EXPLAIN QUERY PLAN {text}", [None] * text.count("?"))
            steps = [row[3] for row in plan]

            led = [step for step in steps if step.startswith(f"SEARCH {table.name} ")]
            assert index in led[0]
            assert not [step for step in steps if step.startswith("SCAN")]
            if "opened_at" not in index:
                assert not [step for step in steps if "TEMP B-TREE" in step]
