"""What PostgreSQL alone must do: coalesce, try again, order like SQLite, own up to doubt."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from msgspec.structs import replace

from gatepass.core.errors import Busy
from gatepass.core.store import EVERYTHING, Scope, Transaction
from gatepass.storage.postgres import moves
from gatepass.storage.postgres.gate_reads import Together
from gatepass.storage.postgres.patience import Failing, Patience, failing
from gatepass.storage.schema import tokens
from tests.postgres import name_of
from tests.storage.engines import PostgresEngine
from tests.storage.rows import new_account, new_digest, new_event, put, stored, stored_holder

pytestmark = pytest.mark.needs("postgres")


async def asked(postgres: PostgresEngine, question: str) -> list[Any]:
    """Return what the database answers, with no store between."""
    return await asyncio.to_thread(postgres.cluster.ask, question, name_of(postgres.url))


async def test_what_is_asked_in_one_turn_is_one_question(postgres: PostgresEngine) -> None:
    store = postgres.open()
    holder = await stored_holder(store)
    digests = [new_digest() for _ in range(50)]
    rows = [holder.token() for _ in digests]
    for row, digest in zip(rows, digests, strict=True):
        await stored(store, row, digest=digest)
    questions: list[object] = []

    async def ask(question: Callable[[Any], Awaitable[Any]]) -> Any:
        questions.append(question)
        return await store.read(lambda tx: question(tx.accounts._link))  # type: ignore[attr-defined]  # noqa: SLF001

    together = Together(tokens, ask)
    unknown = new_digest()

    found = await asyncio.gather(*map(together.presented, [*digests, unknown, *digests]))

    assert [one.credential for one in found if one is not None] == rows * 2
    assert found[50] is None
    assert len(questions) == 1


async def test_who_asks_while_a_question_is_out_gets_a_younger_answer(
    postgres: PostgresEngine,
) -> None:
    """What was revoked before one asked is never answered from a question that was out by then."""
    store = postgres.open()
    holder = await stored_holder(store)
    digest, token = new_digest(), holder.token()
    await stored(store, token, digest=digest)
    before = asyncio.create_task(store.read(lambda tx: tx.presented(digest, session=False)))
    await asyncio.sleep(0)

    await store.write(lambda tx: tx.revocations.ids([token.id], token.issued_at))
    after = await store.read(lambda tx: tx.presented(digest, session=False))

    assert await before is not None
    assert after is not None
    assert after.credential.revoked_at == token.issued_at


async def test_a_failing_question_fails_for_each_who_asked() -> None:
    async def ask(_: object) -> Any:
        raise Busy("the store")

    together = Together(tokens, ask)

    found = await asyncio.gather(
        *(together.presented(new_digest()) for _ in range(3)), return_exceptions=True
    )

    assert [type(one) for one in found] == [Busy] * 3
    assert len({id(one) for one in found}) == 3


async def test_names_are_ordered_by_code_points_whatever_the_locale(
    postgres: PostgresEngine,
) -> None:
    store = postgres.open()
    names = ["b", "B", "a", "ä", "Z", "_", "zz", "名"]
    accounts = [new_account(name=name) for name in names]

    async def fill(tx: Transaction) -> None:
        for account in accounts:
            await tx.accounts.add(account, key=account.name, skeleton="", password=None)

    await store.write(fill)

    found = await store.scan(lambda tx: tx.accounts.all(None))
    assert [account.name for account in found] == sorted(names)


async def test_every_column_has_the_type_that_its_statements_expect(
    postgres: PostgresEngine,
) -> None:
    rows = await asked(
        postgres,
        "SELECT DISTINCT data_type, collation_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name <> 'alembic_version'",
    )

    assert {tuple(row) for row in rows} == {("text", "C"), ("bigint", None), ("bytea", None)}


async def test_a_text_with_a_nul_is_stored_and_found_and_never_an_error(
    postgres: PostgresEngine,
) -> None:
    store = postgres.open()

    assert await store.read(lambda tx: tx.accounts.by_key("mi\0ra")) is None
    assert await store.read(lambda tx: tx.orgs.by_id(2**62)) is None


async def test_a_commit_whose_answer_is_lost_is_busy_and_its_moves_are_heard(
    postgres: PostgresEngine,
) -> None:
    """Whether it was committed is not known: so nothing that it may have made untrue is trusted."""
    store, account = postgres.open(), new_account()
    scope = Scope.account(account.id)

    async def work(tx: Transaction) -> None:
        await put(tx, account)
        tx.moved(scope)
        # Deferred to the commit, where the connection is cut under it.
        link: Any = tx.accounts._link  # type: ignore[attr-defined]  # noqa: SLF001
        backend_connection = await link.connection()
        await backend_connection.execute(
            "CREATE TEMP TABLE t (x int) ON COMMIT DROP; "
            "CREATE FUNCTION pg_temp.f() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_sleep(5); RETURN NULL; END $$; "
            "CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION pg_temp.f(); INSERT INTO t VALUES (1)"
        )

    store.moves()
    writing = asyncio.create_task(store.write(work))
    await asyncio.sleep(0.5)
    await asked(
        postgres,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND datname = current_database()",
    )

    with pytest.raises(Busy):
        await writing
    assert scope in store.moves()


async def test_a_commit_whose_answer_is_lost_leaves_the_audit_trail_whole(
    postgres: PostgresEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It happened or not: nothing hangs on an event that may not be there (checklist 59)."""
    store = postgres.open()
    await stored(store, new_event("before"))
    real = asyncpg.Connection.execute
    for happened in (True, False):

        async def cut(self: Any, query: str, *args: Any, happened: bool = happened) -> str:
            if query != "COMMIT":
                return str(await real(self, query, *args))
            if happened:
                await real(self, query)
            self.terminate()
            raise ConnectionResetError

        with monkeypatch.context() as patched:
            patched.setattr(asyncpg.Connection, "execute", cut)
            with pytest.raises(Busy):
                await stored(store, new_event(f"lost, {happened}"))
        await stored(store, new_event("after"))

    acts = {one.act for one in await store.scan(lambda tx: tx.audit.latest(9))}
    verdict = await store.scan(lambda tx: tx.audit.verify())
    assert acts == {"before", "lost, True", "after"}
    assert verdict.is_whole, verdict.broken
    assert verdict.chains == 3


async def test_nodes_that_write_at_once_hold_few_chains_and_wait_for_no_head(
    postgres: PostgresEngine,
) -> None:
    """As many chains as writers at once, whatever clashes and is undone (checklist 59)."""
    stores = [postgres.open(connections=4) for _ in range(2)]
    account = new_account()
    await stored(stores[0], account)

    async def clash(tx: Transaction, place: int) -> None:
        found = await tx.accounts.by_id(account.id)
        assert found is not None
        await tx.accounts.put(replace(found, display_name=f"{place}"))
        await put(tx, new_event("clash"))

    await asyncio.gather(
        *(stored(stores[n % 2], new_event("x")) for n in range(200)),
        *(stores[n % 2].write(lambda tx, n=n: clash(tx, n)) for n in range(20)),  # type: ignore[misc]
    )

    verdict = await stores[0].scan(lambda tx: tx.audit.verify())
    assert verdict.is_whole, verdict.broken
    assert verdict.events == 220
    assert verdict.chains <= 8


async def test_a_caller_that_gives_up_leaves_its_work_whole(postgres: PostgresEngine) -> None:
    store, account = postgres.open(), new_account()
    waiting = asyncio.create_task(stored(store, account))
    await asyncio.sleep(0.001)

    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    store.close()
    await store.closed()

    reopened = postgres.open()
    assert await reopened.read(lambda tx: tx.accounts.by_id(account.id)) == account


async def test_more_scopes_than_a_notification_holds_are_everything(
    postgres: PostgresEngine,
) -> None:
    store, other = postgres.open(), postgres.open()

    async def work(tx: Transaction) -> None:
        for _ in range(moves.MOST_SCOPES + 1):
            tx.moved(Scope.credential(new_digest()))

    await store.write(work)

    for one in (store, other):
        assert await postgres.heard(one) == [EVERYTHING]


async def test_moves_that_are_long_known_are_deleted_but_the_last(postgres: PostgresEngine) -> None:
    store = postgres.open()

    async def work(tx: Transaction) -> None:
        tx.moved(EVERYTHING)

    for _ in range(3):
        await store.write(work)
        for _ in range(2):
            store._watch._drop_at = 0  # noqa: SLF001 - five minutes go by
            await store.catch_up()

    assert [row[0] for row in await asked(postgres, "SELECT number FROM moves")] == [
        store.counts().moves
    ]


async def test_a_store_that_is_opened_later_knows_how_far_the_others_are(
    postgres: PostgresEngine,
) -> None:
    store = postgres.open()
    for _ in range(3):
        await store.write(_move_everything)
        await store.catch_up()
        store._watch._drop_at = 0  # noqa: SLF001 - five minutes go by
        await store.catch_up()

    assert postgres.open().counts().moves == store.counts().moves > 0
    # What is settled is not forgotten: a count that went back would look like a new server.
    await store.catch_up()
    assert postgres.open().counts().moves == store.counts().moves


async def _move_everything(tx: Transaction) -> None:
    tx.moved(EVERYTHING)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (asyncpg.SerializationError(), Failing.CLASHED),
        (asyncpg.DeadlockDetectedError(), Failing.CLASHED),
        (asyncpg.UniqueViolationError(), Failing.CONTRADICTED),
        (asyncpg.AdminShutdownError(), Failing.AWAY),
        (asyncpg.CannotConnectNowError(), Failing.AWAY),
        (asyncpg.TooManyConnectionsError(), Failing.AWAY),
        (asyncpg.DiskFullError(), Failing.AWAY),
        (asyncpg.ReadOnlySQLTransactionError(), Failing.AWAY),
        (asyncpg.ConnectionDoesNotExistError(), Failing.AWAY),
        (asyncpg.InterfaceError("connection is closed"), Failing.AWAY),
        (ConnectionRefusedError(), Failing.AWAY),
        (TimeoutError(), Failing.AWAY),
        (asyncpg.UndefinedTableError(), Failing.WRONG),
        (asyncpg.InterfaceError("another operation is in progress"), Failing.WRONG),
        (ValueError(), Failing.WRONG),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else one.name,
)
def test_an_error_is_told_by_what_helps_against_it(error: Exception, why: Failing) -> None:
    assert failing(error) is why


async def test_patience_ends_as_busy() -> None:
    patience = Patience(0.3)

    async def clash_for_ever() -> None:
        while True:
            await patience.after(asyncpg.SerializationError())

    with pytest.raises(Busy):
        await clash_for_ever()
