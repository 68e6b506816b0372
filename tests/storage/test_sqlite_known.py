"""What the writer remembers of rows: it saves statements, and never shows what is not so."""

import asyncio
import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from gatepass import storage
from gatepass.core.names import name_key
from gatepass.core.records import KeyState, SigningKey
from gatepass.core.store import Transaction
from gatepass.storage import schema
from gatepass.storage.desks import Desks
from gatepass.storage.known import MOST_ROWS, KnowingLink
from gatepass.storage.sqlite import connect
from gatepass.storage.statements import CREDENTIAL_TABLES, Prepared
from tests.storage.engines import SqliteEngine
from tests.storage.rows import (
    NOON,
    new_account,
    new_digest,
    new_org,
    new_token,
    stored,
    stored_holder,
)


def new_key() -> SigningKey:
    return SigningKey(
        id="k1", state=KeyState.CURRENT, public={"kty": "EC"}, created_at=NOON, changed_at=NOON
    )


@pytest.fixture
def said(sqlite: SqliteEngine) -> Iterator[tuple[KnowingLink, list[str]]]:
    """Return a writing link, and every statement that reaches the database through it."""
    statements: list[str] = []
    connection = connect(sqlite.path, writes=True)
    link = KnowingLink(connection)
    connection.execute("BEGIN IMMEDIATE")
    link.begun()
    connection.set_trace_callback(statements.append)
    yield link, statements
    connection.close()


async def test_a_row_that_nobody_changed_is_read_once(
    said: tuple[KnowingLink, list[str]],
) -> None:
    link, statements = said
    desks = Desks(link)

    first = await desks.orgs.by_id(0)
    assert first is None
    assert len(statements) == 1
    await desks.orgs.add(org := new_org(), key="north", skeleton="north")
    assert await desks.orgs.by_id(org.id) == org
    assert await desks.orgs.by_id(org.id) == org
    assert len(statements) == 4, "in the transaction that changed it nothing is remembered"

    link.begun()
    assert await desks.orgs.by_id(org.id) == org
    statements.clear()
    assert await desks.orgs.by_id(org.id) == org
    assert await desks.orgs.by_id(org.id) == org
    assert statements == []


async def test_credentials_come_and_go_without_anything_being_forgotten(
    sqlite: SqliteEngine,
) -> None:
    store = sqlite.open()
    holder = await stored_holder(store)
    connection = connect(sqlite.path, writes=True)
    link, statements = KnowingLink(connection), list[str]()
    desks = Desks(link)
    connection.execute("BEGIN IMMEDIATE")
    link.begun()
    await desks.orgs.by_id(holder.org.id)
    connection.set_trace_callback(statements.append)

    await desks.tokens.add(new_token(holder.account, holder.org), digest=new_digest())
    await desks.orgs.by_id(holder.org.id)

    assert [text.split()[0] for text in statements] == ["INSERT"]
    connection.close()


async def test_what_a_work_changed_is_seen_by_itself_and_by_those_after_it(
    sqlite: SqliteEngine,
) -> None:
    store = sqlite.open()
    account = new_account()
    await stored(store, account)

    async def look(tx: Transaction) -> str | None:
        found = await tx.accounts.by_key(name_key(account.name))
        return None if found is None else found.display_name

    async def rename(tx: Transaction) -> str | None:
        await look(tx)
        await tx.accounts.put(replace(account, display_name="Mira Vogt"))
        return await look(tx)

    assert await store.write(look) == "Mira Holt"
    names = await asyncio.gather(store.write(look), store.write(rename), store.write(look))
    assert list(names) == ["Mira Holt", "Mira Vogt", "Mira Vogt"]
    assert await store.write(look) == "Mira Vogt"


async def test_what_another_process_changed_is_seen(sqlite: SqliteEngine) -> None:
    here, there = sqlite.open(), sqlite.open()
    account, key = new_account(), new_key()
    await stored(here, account)
    await here.write(lambda tx: tx.keys.add(key, b"sealed"))

    async def look(tx: Transaction) -> tuple[object, object]:
        found = await tx.accounts.by_key(name_key(account.name))
        signing = await tx.keys.in_state(KeyState.CURRENT)
        return found and found.display_name, signing and signing.id

    async def change(tx: Transaction) -> None:
        await tx.accounts.put(replace(account, display_name="Mira Vogt"))
        await tx.keys.put_state(key.id, KeyState.ENDED, key.created_at)

    assert await here.write(look) == ("Mira Holt", key.id)
    await there.write(change)
    assert await here.write(look) == ("Mira Vogt", None)


async def test_what_a_failed_work_changed_is_not_remembered(sqlite: SqliteEngine) -> None:
    store = sqlite.open()
    account = new_account()
    await stored(store, account)

    async def look(tx: Transaction) -> str | None:
        found = await tx.accounts.by_key(name_key(account.name))
        return None if found is None else found.display_name

    async def fail(tx: Transaction) -> None:
        await tx.accounts.put(replace(account, display_name="Nobody"))
        assert await look(tx) == "Nobody"
        raise LookupError

    for _ in range(2):
        outcome = await asyncio.gather(
            store.write(look), store.write(fail), store.write(look), return_exceptions=True
        )
        assert outcome[0] == outcome[2] == "Mira Holt"
        assert isinstance(outcome[1], LookupError)
    assert await store.write(look) == "Mira Holt"


async def test_the_memory_is_bounded(said: tuple[KnowingLink, list[str]]) -> None:
    link, statements = said
    desks = Desks(link)
    orgs = [new_org() for _ in range(MOST_ROWS + 1)]
    for number, org in enumerate(orgs):
        await desks.orgs.add(org, key=str(number), skeleton=str(number))
    link.begun()
    for org in orgs:
        await desks.orgs.by_id(org.id)
    link.begun()

    statements.clear()
    await desks.orgs.by_id(orgs[0].id)
    assert len(statements) == 1


def test_no_other_table_changes_with_the_tables_of_credentials() -> None:
    """Rows of other tables are remembered while these change: nothing may cascade from them."""
    for table in schema.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table.name in CREDENTIAL_TABLES:
                assert table.name in CREDENTIAL_TABLES


def prepared() -> Iterator[Prepared]:
    for module in pkgutil.iter_modules(storage.__path__, "gatepass.storage."):
        if not module.ispkg:
            for found in vars(importlib.import_module(module.name)).values():
                if isinstance(found, Prepared):
                    yield found


def test_every_statement_is_known_for_what_it_does() -> None:
    seen = {"lasting": 0, "unsettling": 0}
    for one in prepared():
        text = str(one.statement)
        tables = {name for name in schema.metadata.tables if re.search(rf"\b{name}\b", text)}
        if one.lasting:
            assert tables.isdisjoint(CREDENTIAL_TABLES), text
            assert not one.unsettles
        writes = re.search(r"\b(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", text)
        assert one.unsettles == bool(writes and writes[1] not in CREDENTIAL_TABLES), text
        seen["lasting"] += one.lasting
        seen["unsettling"] += one.unsettles

    assert seen["lasting"] >= 4
    assert seen["unsettling"] >= 20
