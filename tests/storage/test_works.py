"""Works: what fails is undone alone, what is answered stays, and who must hear of it does."""

import asyncio

import pytest

from gatepass.core.errors import Busy, NotFound
from gatepass.core.records import Account
from gatepass.core.store import EVERYTHING, Scope, Store, Transaction
from tests.storage.engines import Engine
from tests.storage.rows import NOON, new_account, new_digest, new_secret, put, stored


async def exists(store: Store, account: Account) -> bool:
    return await store.read(lambda tx: tx.accounts.by_id(account.id)) is not None


async def add_and_fail(tx: Transaction, account: Account) -> None:
    await put(tx, account)
    tx.moved(Scope.account(account.id))
    raise NotFound("account", account.name)


async def add_and_tell(tx: Transaction, account: Account) -> str:
    await put(tx, account)
    tx.moved(Scope.account(account.id))
    return account.name


async def test_a_work_hands_back_what_it_returns(store: Store) -> None:
    account = new_account()

    assert await store.write(lambda tx: add_and_tell(tx, account)) == account.name


async def test_a_write_is_read_at_once_by_every_store_of_the_database(engine: Engine) -> None:
    writer, reader = engine.open(), engine.open()

    for _ in range(50):
        account = new_account()
        await stored(writer, account)
        assert await exists(writer, account)
        assert await exists(reader, account)
        assert await reader.scan(lambda tx, one=account: tx.accounts.by_id(one.id)) == account  # type: ignore[misc]


async def test_a_work_sees_what_it_wrote_itself(store: Store) -> None:
    account = new_account()

    async def work(tx: Transaction) -> Account | None:
        await put(tx, account)
        return await tx.accounts.by_id(account.id)

    assert await store.write(work) == account


async def test_a_work_that_is_refused_leaves_nothing_and_tells_its_caller(store: Store) -> None:
    account = new_account()

    with pytest.raises(NotFound):
        await store.write(lambda tx: add_and_fail(tx, account))

    assert not await exists(store, account)


async def test_a_work_that_writes_twice_under_one_name_leaves_neither_row(store: Store) -> None:
    first, second = new_account(name="Twin"), new_account(name="Twin")

    with pytest.raises(Exception, match="accounts"):
        await store.write(lambda tx: put(tx, first, second))

    assert not await exists(store, first)


async def test_of_many_works_at_once_only_the_failing_ones_are_undone(engine: Engine) -> None:
    store = engine.open()
    accounts = [new_account() for _ in range(120)]
    failing = accounts[::7]

    async def write(account: Account) -> str:
        work = add_and_fail if account in failing else add_and_tell
        return str(await store.write(lambda tx: work(tx, account)))

    answers = await asyncio.gather(*map(write, accounts), return_exceptions=True)

    for account, answer in zip(accounts, answers, strict=True):
        if account in failing:
            assert isinstance(answer, NotFound)
            assert answer.name == account.name
        else:
            assert answer == account.name
        assert await exists(store, account) is (account not in failing)


async def test_moves_tell_exactly_what_committed_works_moved(engine: Engine) -> None:
    store, other = engine.open(), engine.open()
    accounts = [new_account() for _ in range(60)]
    failing = accounts[::5]

    await asyncio.gather(
        *(
            store.write(
                lambda tx, one=one: (add_and_fail if one in failing else add_and_tell)(tx, one)  # type: ignore[misc]
            )
            for one in accounts
        ),
        return_exceptions=True,
    )

    committed = {Scope.account(one.id) for one in accounts if one not in failing}
    for listener in (store, other):
        heard = await engine.heard(listener)
        assert set(heard) == committed
        assert len(heard) == len(committed)


async def test_moves_are_heard_once_and_in_order(engine: Engine) -> None:
    store, other = engine.open(), engine.open()
    scopes = [Scope.credential(new_digest()), EVERYTHING, Scope.account(new_account().id)]

    for scope in scopes:
        await store.write(lambda tx, one=scope: _moved(tx, one))  # type: ignore[misc]

    for listener in (store, other):
        assert await engine.heard(listener) == scopes
        assert await engine.heard(listener) == []


async def test_a_store_opened_later_hears_nothing_of_what_was_before(engine: Engine) -> None:
    await engine.open().write(lambda tx: _moved(tx, EVERYTHING))

    assert await engine.heard(engine.open()) == []


async def test_a_write_that_moves_nothing_is_heard_by_nobody(engine: Engine) -> None:
    store, other = engine.open(), engine.open()

    await stored(store, new_account())

    assert await engine.heard(store) == []
    assert await engine.heard(other) == []


async def test_two_stores_that_write_at_once_both_get_through(engine: Engine) -> None:
    stores = [engine.open(), engine.open()]
    accounts = [new_account() for _ in range(200)]

    await asyncio.gather(
        *(stored(stores[place % 2], one) for place, one in enumerate(accounts)),
    )

    assert all([await exists(stores[0], one) for one in accounts])


async def test_what_another_process_changed_is_seen_by_the_next_work_of_this_one(
    engine: Engine,
) -> None:
    """A writer may remember rows, but never longer than it is sure that nobody changed them."""
    here, there = engine.open(), engine.open()
    secret, key = new_secret(None), new_digest()
    await stored(here, secret, digest=key)

    async def find(tx: Transaction) -> bool:
        found = await tx.secrets.by_digest(key)
        return found is not None and found.revoked_at is None

    assert await here.write(find)
    assert await here.write(find)
    await there.write(lambda tx: tx.secrets.revoke(secret.id, NOON))
    assert not await here.write(find)


async def test_of_works_that_each_look_first_only_one_adds(engine: Engine) -> None:
    """Two parallel first sign-ins of one name make one account (checklist 54)."""
    stores = [engine.open(), engine.open()]

    async def add_unless_there(tx: Transaction) -> bool:
        if await tx.accounts.by_key("mira") is not None:
            return False
        await put(tx, new_account(name="Mira"))
        return True

    added = await asyncio.gather(*(stores[one % 2].write(add_unless_there) for one in range(50)))

    assert sum(added) == 1


async def test_a_scan_sees_one_moment_whatever_is_written_meanwhile(engine: Engine) -> None:
    store = engine.open()
    loop = asyncio.get_running_loop()
    account = new_account()

    async def twice(tx: Transaction) -> tuple[int, int]:
        before = len(await tx.accounts.all(None))
        asyncio.run_coroutine_threadsafe(stored(store, account), loop).result(timeout=10)
        return before, len(await tx.accounts.all(None))

    before, after = await store.scan(twice)

    assert before == after
    assert await exists(store, account)


async def test_closing_finishes_the_works_that_wait(engine: Engine) -> None:
    store = engine.open()
    accounts = [new_account() for _ in range(100)]
    writing = [asyncio.create_task(stored(store, one)) for one in accounts]
    await asyncio.sleep(0)

    store.close()
    await asyncio.gather(*writing)

    reopened = engine.open()
    assert all([await exists(reopened, one) for one in accounts])


async def test_a_closed_store_refuses_to_write(engine: Engine) -> None:
    store = engine.open()
    store.close()

    with pytest.raises(Busy):
        await stored(store, new_account())


async def _moved(tx: Transaction, scope: Scope) -> None:
    tx.moved(scope)
