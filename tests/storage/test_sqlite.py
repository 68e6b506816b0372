"""What only SQLite has: a file, its lock, its log, its disk, and a planner that may walk tables."""

import asyncio
import os
import resource
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from gatepass.app import prepare
from gatepass.core.errors import Busy
from gatepass.core.store import EVERYTHING, Transaction
from gatepass.storage import commits, home
from gatepass.storage.sqlite import SqliteStore, connect
from tests.storage.engines import SqliteEngine
from tests.storage.rows import new_account, put, stored
from tests.world import settings


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock for writing, as another process would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the lock for a moment only."""
    monkeypatch.setattr(commits, "LOCK_TRIES", 20)


@pytest.mark.usefixtures("impatient")
async def test_a_lock_held_too_long_refuses_all_who_wait_and_hurts_no_later_one(
    sqlite: SqliteEngine,
) -> None:
    store = sqlite.open()
    accounts = [new_account() for _ in range(120)]

    with locked(sqlite.path):
        writing = [stored(store, account) for account in accounts]
        answers = await asyncio.gather(*writing, return_exceptions=True)
        assert await store.read(lambda tx: tx.accounts.all(None)) == []

    assert [type(answer) for answer in answers] == [Busy] * 120
    await stored(store, *accounts)
    assert len(await store.read(lambda tx: tx.accounts.all(None))) == 120


async def test_a_lock_held_for_a_moment_is_waited_for(sqlite: SqliteEngine) -> None:
    store, account = sqlite.open(), new_account()

    with locked(sqlite.path):
        writing = asyncio.create_task(stored(store, account))
        await asyncio.sleep(0.05)
        assert not writing.done()

    await writing
    assert await store.read(lambda tx: tx.accounts.by_id(account.id)) == account


@contextmanager
def full_disk(at: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_refuses_every_write_and_tells_every_caller(
    sqlite: SqliteEngine,
) -> None:
    """Nothing is acknowledged that is not on disk, and room again is enough to go on."""
    store, before = sqlite.open(), new_account()
    await stored(store, before)
    accounts = [new_account() for _ in range(60)]
    log = sqlite.path.with_name(sqlite.path.name + "-wal")

    async def add(tx: Transaction, place: int) -> None:
        await put(tx, accounts[place])
        tx.moved(EVERYTHING)

    with full_disk(log.stat().st_size):
        writing = [store.write(lambda tx, place=place: add(tx, place)) for place in range(60)]  # type: ignore[misc]
        answers = await asyncio.gather(*writing, return_exceptions=True)
        assert await store.read(lambda tx: tx.accounts.all(None)) == [before]

    assert [type(answer) for answer in answers] == [Busy] * 60
    # Told before the commits that failed: a look in vain, and nothing stays on its way.
    assert set(store.moves()) <= {EVERYTHING}
    assert store.stillness() is not None
    await stored(store, *accounts)
    assert len(await sqlite.open().read(lambda tx: tx.accounts.all(None))) == 61


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_file_that_was_taken_away_is_neither_read_nor_written_until_it_is_back(
    sqlite: SqliteEngine, *, replaced: bool
) -> None:
    """What still answers is a file that nobody will ever open again (checklist 64)."""
    store, account = sqlite.open(), new_account()
    away = sqlite.path.with_name("elsewhere")
    sqlite.path.rename(away)
    if replaced:
        shutil.copy(away, sqlite.path)

    for asking in (
        stored(store, account),
        store.read(lambda tx: tx.accounts.by_id(account.id)),
        store.scan(lambda tx: tx.accounts.all(None)),
    ):
        with pytest.raises(Busy):
            await asking
    assert sqlite.path.exists() is replaced

    away.rename(sqlite.path)
    await stored(store, account)
    assert await store.scan(lambda tx: tx.accounts.all(None)) == [account]


async def test_a_work_that_waits_for_anything_else_is_refused_and_undone(
    sqlite: SqliteEngine,
) -> None:
    store, account = sqlite.open(), new_account()

    async def work(tx: Transaction) -> None:
        await put(tx, account)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="waited for something"):
        await store.write(work)

    assert await store.read(lambda tx: tx.accounts.by_id(account.id)) is None


async def test_what_is_read_cannot_be_written(sqlite: SqliteEngine) -> None:
    store = sqlite.open()

    for way in (store.read, store.scan):
        with pytest.raises(Busy):
            await way(lambda tx: put(tx, new_account()))


def test_who_closed_its_loop_does_not_stop_the_writer_for_others(sqlite: SqliteEngine) -> None:
    store, account = sqlite.open(), new_account()

    async def leave() -> None:
        writing = asyncio.create_task(stored(store, account))
        await asyncio.sleep(0)
        writing.cancel()

    with locked(sqlite.path):
        asyncio.run(leave())

    async def stay() -> None:
        await stored(store, new_account())
        assert await store.read(lambda tx: tx.accounts.by_id(account.id)) == account

    asyncio.run(stay())


async def test_a_store_is_closed_as_often_as_one_likes(sqlite: SqliteEngine) -> None:
    others = set(threading.enumerate())
    store = sqlite.open()
    assert "gatepass-writer" in {thread.name for thread in set(threading.enumerate()) - others}

    store.close()
    store.close()

    assert set(threading.enumerate()) <= others


async def test_every_file_of_the_store_is_its_owners_alone(tmp_path: Path) -> None:
    """Whatever the umask, nobody else reads the store (checklist 40)."""
    folder = tmp_path / "home"
    old = os.umask(0o022)
    try:
        prepare(folder, settings())
        store = SqliteStore(home.database(folder))
        await stored(store, new_account())
        modes = {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}
        store.close()
    finally:
        os.umask(old)

    assert folder.stat().st_mode & 0o777 == 0o700
    names = {f"{home.DATABASE}{end}" for end in ("", "-wal", "-shm", "-epoch")}
    assert modes == dict.fromkeys({*names, home.MASTER_KEY}, 0o600)


async def test_every_commit_is_forced_to_disk(sqlite: SqliteEngine) -> None:
    with closing(connect(sqlite.path, writes=True)) as connection:
        found = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "temp_store")
        }

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "temp_store": 2}
