"""The chains of audit events: whole after whatever the server does by itself."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from gatepass.core.errors import NotFound
from gatepass.core.records import AuditEvent, Source
from gatepass.core.store import Store, Transaction
from gatepass.core.trail import LINK, Anchor, Kept, Sought, Verdict
from tests.storage.engines import Engine
from tests.storage.rows import DAY, MINUTE, NOON, new_event, put, stored

HOUR = timedelta(hours=1)


async def verified(store: Store) -> Verdict:
    return await store.scan(lambda tx: tx.audit.verify())


async def everything(store: Store) -> list[Kept]:
    return await store.scan(lambda tx: tx.audit.search(Sought(after=0), 10_000))


async def link(store: Store, at: AuditEvent | None = None) -> None:
    """Write down where the other chains end, as the core does."""

    async def work(tx: Transaction) -> None:
        grown = [one for one in await tx.audit.heads() if one.is_unlinked]
        if grown:
            heads = [[one.chain, one.sequence, one.hash.hex()] for one in grown]
            await put(tx, replace(at or new_event(LINK), data={"heads": heads}))
            await tx.audit.note_linked(grown)

    await store.write(work)


async def prune(store: Store, before: timedelta, most: int = 1000) -> list[Anchor]:
    """Prune what is older than so long after noon, and write that down, as the core does."""

    async def work(tx: Transaction) -> list[Anchor]:
        anchors = await tx.audit.prune(NOON + before, most)
        if anchors:
            rows = [[one.chain, one.sequence, one.hash.hex(), one.gone] for one in anchors]
            await put(tx, new_event("audit.prune", at=NOON + before + DAY, data={"anchors": rows}))
        return anchors

    return await store.write(work)


async def test_the_chain_verifies_after_many_works_at_once(store: Store) -> None:
    """Every event has its place, none has another's (checklist 59)."""
    await asyncio.gather(*(stored(store, new_event(f"one.{place}")) for place in range(200)))

    verdict = await verified(store)

    assert verdict.is_whole, verdict.broken
    assert verdict.events == 200
    places = {(one.chain, one.sequence) for one in await everything(store)}
    assert len(places) == 200


async def test_a_chain_longer_than_is_read_at_once_verifies(store: Store) -> None:
    await stored(store, *(new_event("x") for _ in range(2500)))

    verdict = await verified(store)

    assert verdict.is_whole, verdict.broken
    assert verdict.events == 2500


async def test_a_work_that_is_rolled_back_leaves_no_gap(store: Store) -> None:
    """Neither alone nor among works that go through (checklist 59)."""

    async def fail(tx: Transaction, place: int) -> None:
        await put(tx, new_event("lost"))
        if place % 2:
            await tx.guesses.prune(NOON, 10)
        raise NotFound("account", "x")

    async def one(place: int) -> None:
        if place % 3:
            await stored(store, new_event("kept"))
        else:
            with pytest.raises(NotFound):
                await store.write(lambda tx: fail(tx, place))

    await asyncio.gather(*map(one, range(120)))
    await one(0)
    await one(1)

    verdict = await verified(store)
    assert verdict.is_whole, verdict.broken
    assert verdict.events == 81
    assert {kept.event.act for kept in await everything(store)} == {"kept"}


async def test_every_store_has_a_chain_of_its_own_and_all_verify(engine: Engine) -> None:
    """Two that write at once do not wait for one head (checklist 59)."""
    stores = [engine.open(), engine.open()]

    await asyncio.gather(*(stored(stores[n % 2], new_event("x")) for n in range(200)))

    verdict = await verified(stores[0])
    assert verdict.is_whole, verdict.broken
    assert (verdict.events, verdict.chains) >= (200, 2)


async def test_a_store_opened_again_begins_a_chain_that_attests_the_last_one(
    engine: Engine,
) -> None:
    first = engine.open()
    await stored(first, new_event("before"))
    first.close()
    again = engine.open()
    await stored(again, new_event("after"))

    verdict = await verified(again)

    assert verdict.is_whole, verdict.broken
    assert verdict.links >= 1


async def test_links_name_each_growth_once_and_do_not_answer_one_another(engine: Engine) -> None:
    stores = [engine.open(), engine.open()]
    await stored(stores[0], new_event("x"))
    for _ in range(3):
        for one in stores:
            await link(one)
    before = len(await everything(stores[0]))
    await stored(stores[0], new_event("x"))
    for _ in range(3):
        for one in stores:
            await link(one)

    verdict = await verified(stores[0])
    assert verdict.is_whole, verdict.broken
    assert len(await everything(stores[0])) == before + 1


async def test_a_chain_at_rest_is_looked_at_again_once_it_grows(engine: Engine) -> None:
    stores = [engine.open(), engine.open()]
    await stored(stores[0], new_event("x"))
    await link(stores[1])
    await stores[1].write(_unwatch)
    assert await stores[1].write(lambda tx: tx.audit.heads()) == []

    await stored(stores[0], new_event("x", at=NOON + HOUR))

    grown = await stores[1].write(lambda tx: tx.audit.heads())
    assert any(one.is_unlinked for one in grown)


async def _unwatch(tx: Transaction) -> None:
    await tx.audit.unwatch(await tx.audit.heads())


@pytest.mark.parametrize("most", [3, 1000])
async def test_what_is_left_after_pruning_still_verifies(engine: Engine, most: int) -> None:
    """Retention keeps the chain verifiable (checklist 59)."""
    old, live = engine.open(), engine.open()
    for day in range(5):
        await stored(old, new_event("old", at=NOON + day * DAY))
        await stored(live, new_event("live", at=NOON + day * DAY))
    old.close()
    for day in range(5, 12):
        await stored(live, new_event("live", at=NOON + day * DAY))
        await link(live, new_event(LINK, at=NOON + day * DAY))

    for until in (3, 8, 30):
        while await prune(live, until * DAY, most):
            verdict = await verified(live)
            assert verdict.is_whole, verdict.broken
        kept = [one for one in await everything(live) if one.event.act in {"old", "live"}]
        assert {one.event.at for one in kept} == {NOON + n * DAY for n in range(until, 12)}
        await stored(live, new_event("more", at=NOON + until * DAY + HOUR))
    verdict = await verified(live)

    assert verdict.is_whole, verdict.broken


async def test_pruning_what_is_young_does_nothing(store: Store) -> None:
    await stored(store, new_event("x"))

    assert await prune(store, -DAY) == []
    assert len(await everything(store)) == 1


async def test_an_event_of_a_clock_that_was_ahead_holds_back_those_behind_it(store: Store) -> None:
    for at in (NOON, NOON + 9 * DAY, NOON + MINUTE):
        await stored(store, new_event("x", at=at))

    await prune(store, DAY)

    verdict = await verified(store)
    assert verdict.is_whole, verdict.broken
    kept = [one.event.at for one in await everything(store) if one.event.act == "x"]
    assert kept == [NOON + 9 * DAY, NOON + MINUTE]


async def test_a_chain_that_was_pruned_away_while_its_owner_slept_is_not_used_again(
    engine: Engine,
) -> None:
    sleeper, other = engine.open(), engine.open()
    await stored(sleeper, new_event("x"))
    await stored(other, new_event("x", at=NOON + 5 * DAY))
    await prune(other, 3 * DAY)

    await stored(sleeper, new_event("x", at=NOON + 6 * DAY))

    verdict = await verified(other)
    assert verdict.is_whole, verdict.broken
    assert len([one for one in await everything(other) if one.event.act == "x"]) == 2


@pytest.mark.parametrize(
    "nasty", ["a\0b", "\u2028", "ß" * 300, '"],["', "\\u0000", "\x7f\x1b[2J", ""]
)
async def test_an_event_verifies_whatever_its_texts_hold(store: Store, nasty: str) -> None:
    source = Source(address=nasty, agent=nasty, operation=nasty, incident_id=nasty)
    await stored(
        store, new_event(nasty, source=source, actor=nasty, about=nasty, data={nasty: nasty})
    )

    verdict = await verified(store)

    assert verdict.is_whole, verdict.broken


async def test_search_finds_by_each_thing_and_all_of_them(store: Store) -> None:
    mira = "11111111-1111-4111-8111-111111111111"
    events = {
        "by": new_event("session.open", by_account=mira),
        "about": new_event("session.end", about=mira, org_id=7),
        "secret": new_event("token.issue", actor="nightly 100%"),
        "tried": new_event("account.sign_in", refused="no such account", data={"name": 'a"b_c'}),
        "later": new_event("sessions", at=NOON + DAY, source=Source(incident_id="i1")),
    }
    await stored(store, *events.values())

    async def found(**sought: object) -> set[str]:
        kept = await store.scan(lambda tx: tx.audit.search(Sought(**sought), 10))  # type: ignore[arg-type]
        acts = {one.id: name for name, one in events.items()}
        return {acts[one.event.id] for one in kept}

    assert await found() == set(events)
    assert await found(account_id=mira, name="mira") == {"by", "about"}
    assert await found(name="nightly 100%") == {"secret"}
    assert await found(name="nightly 1000") == set()
    assert await found(name='a"b_c') == await found(name='A"B_c') == {"tried"}
    assert await found(name='a"bxc') == set()
    assert await found(act="session") == {"by", "about"}
    assert await found(act="session.end") == {"about"}
    assert await found(refused=True) == {"tried"}
    assert await found(refused=False, act="session") == {"by", "about"}
    assert await found(since=NOON + DAY) == {"later"}
    assert await found(until=NOON + DAY) == set(events) - {"later"}
    assert await found(incident_id="i1") == {"later"}
    assert await found(org_id=7, account_id=mira) == {"about"}
