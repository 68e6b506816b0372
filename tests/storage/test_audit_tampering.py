"""Whatever somebody changes in the stored audit trail shows, and where it is shows too."""

import asyncio

import pytest

from gatepass.core.records import Source
from gatepass.core.trail import LINK, Verdict
from gatepass.storage import schema
from tests.storage.engines import Engine
from tests.storage.rows import DAY, MINUTE, NOON, new_event, new_id, stored
from tests.storage.test_audit_chains import link, prune, verified

CHANGES = {
    "number": 10_000,
    "id": new_id(),
    "at": 1,
    "act": "session.open",
    "refused": None,
    "org_id": 8,
    "by_account": new_id(),
    "actor": "another",
    "about": None,
    "address": "10.0.0.2",
    "agent": "wget",
    "operation": "logout",
    "incident_id": new_id(),
    "data": '{"name":"mona"}',
    "chain": 99,
    "sequence": 99,
    "previous": b"\0" * 32,
    "hash": b"\0" * 32,
}

INSERTED = """
INSERT INTO audit_events (id, at, act, org_id, operation, incident_id, data)
VALUES ('i', 1, 'x', 0, '', '', '{}')
"""


@pytest.fixture
async def filled(engine: Engine) -> Engine:
    """Two chains of ten events, attested to their ends, and then a few more."""
    first, second = engine.open(), engine.open()
    for place in range(10):
        for store in (first, second):
            event = new_event(
                "account.sign_in",
                at=NOON + place * MINUTE,
                refused="wrong password",
                org_id=7,
                by_account=new_id(),
                actor="default",
                about=new_id(),
                source=Source(address="::1", agent="curl", operation="login", incident_id="i"),
                data={"name": "mira"},
            )
            await stored(store, event)
        if place == 7:
            await link(second)
            await link(first)
    assert (await verified(first)).is_whole
    return engine


async def tamper(engine: Engine, *statements: str) -> None:
    for statement in statements:
        await engine.raw(statement)


async def looked_at(engine: Engine) -> Verdict:
    """Verify as a process does that knows nothing yet."""
    return await verified(engine.open())


@pytest.mark.parametrize("column", CHANGES)
@pytest.mark.parametrize("place", [1, 5, 8])
async def test_a_change_of_any_column_is_found_where_it_is(
    filled: Engine, column: str, place: int
) -> None:
    """Every column, in the first event, in the middle and in an attested end (checklist 59)."""
    await filled.raw(
        f"UPDATE audit_events SET {column} = ? WHERE chain = 1 AND sequence = {place}",  # noqa: S608
        CHANGES[column],
    )

    verdict = await looked_at(filled)

    assert not verdict.is_whole
    assert {one.chain for one in verdict.broken} <= {1, 99}
    assert {one.sequence for one in verdict.broken} & {place, place + 1, None, 99}


def test_every_column_is_changed_in_turn() -> None:
    assert set(CHANGES) == {column.name for column in schema.audit_events.columns}


@pytest.mark.parametrize("byte", [0, 17, 31])
async def test_one_flipped_bit_of_a_hash_is_found(filled: Engine, byte: int) -> None:
    """Also in the last event, whose hash no other holds (checklist 59)."""
    where = "chain = 2 AND sequence = (SELECT max(sequence) FROM audit_events WHERE chain = 2)"
    ((found,),) = await filled.raw(f"SELECT hash FROM audit_events WHERE {where}")  # noqa: S608
    flipped = bytearray(found)
    flipped[byte] ^= 1
    await filled.raw(f"UPDATE audit_events SET hash = ? WHERE {where}", bytes(flipped))  # noqa: S608

    assert not (await looked_at(filled)).is_whole


@pytest.mark.parametrize("place", [1, 2, 5, 8])
async def test_a_removed_row_is_found(filled: Engine, place: int) -> None:
    """The first one too (checklist 59)."""
    await tamper(filled, f"DELETE FROM audit_events WHERE chain = 1 AND sequence = {place}")  # noqa: S608

    (gap, *_) = (await looked_at(filled)).broken

    assert (gap.chain, gap.sequence) == (1, place + 1)
    assert gap.what == f"missing before this event: {place} of the chain"


@pytest.mark.parametrize(("one", "other"), [(4, 5), (2, 9)])
async def test_two_rows_that_changed_places_are_found(filled: Engine, one: int, other: int) -> None:
    """By their places in the chain, or by their numbers alone (checklist 59)."""
    for column in ("sequence", "number"):
        rows = dict(
            await filled.raw(f"SELECT sequence, {column} FROM audit_events WHERE chain = 1")  # noqa: S608
        )
        for value, place in ((-5, one), (rows[one], other), (rows[other], -5)):
            key = column if place == -5 else "sequence"
            await filled.raw(
                f"UPDATE audit_events SET {column} = ? WHERE chain = 1 AND {key} = ?",  # noqa: S608
                value,
                place,
            )
        assert not (await looked_at(filled)).is_whole


async def test_a_tail_that_was_cut_off_shows_as_far_as_another_chain_attests_it(
    filled: Engine,
) -> None:
    """What no other chain has heard of yet cannot be told from never written (checklist 59)."""
    await tamper(filled, "DELETE FROM audit_events WHERE chain = 1 AND sequence > 8")
    cut_behind_the_link = await looked_at(filled)
    await tamper(filled, "DELETE FROM audit_events WHERE chain = 1 AND sequence > 7")
    cut_before_it = await looked_at(filled)

    assert cut_behind_the_link.is_whole
    (cut,) = cut_before_it.broken
    assert (cut.chain, cut.sequence) == (1, 8)
    assert "chain 2" in cut.what


async def test_a_tail_cut_off_under_a_running_server_shows_with_its_next_event(
    engine: Engine,
) -> None:
    store = engine.open()
    for _ in range(5):
        await stored(store, new_event("x"))
    await tamper(engine, "DELETE FROM audit_events WHERE sequence > 3")
    await stored(store, new_event("x"))

    (gap,) = (await looked_at(engine)).broken

    assert gap.what == "missing before this event: 4 to 5 of the chain"


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM audit_chains WHERE id = 1"],
        ["DELETE FROM audit_events WHERE chain = 1"],
        ["DELETE FROM audit_events WHERE chain = 1", "DELETE FROM audit_chains WHERE id = 1"],
        ["UPDATE audit_chains SET started_at = started_at + 1 WHERE id = 1"],
        ["UPDATE audit_chains SET heads = '[]' WHERE id = 2"],
        ["UPDATE audit_events SET chain = NULL, sequence = NULL WHERE chain = 1"],
        [INSERTED],
    ],
    ids=["head", "events", "whole", "start", "links", "out of the chain", "put in"],
)  # fmt: skip
async def test_a_chain_that_was_taken_away_or_changed_is_found(
    filled: Engine, statements: list[str]
) -> None:
    """Its row, its events, or both (checklist 59)."""
    await tamper(filled, *statements)

    assert not (await looked_at(filled)).is_whole


@pytest.mark.parametrize("honest", [False, True], ids=["as if pruned", "pruned"])
async def test_a_cut_at_the_old_end_is_no_pruning(engine: Engine, *, honest: bool) -> None:
    """Though the row of the chain says so: no event does (checklist 59)."""
    store = engine.open()
    for day in range(6):
        await stored(store, new_event("x", at=NOON + day * DAY))
    if honest:
        await prune(store, 3 * DAY)
    else:
        await tamper(
            engine,
            "UPDATE audit_chains SET pruned = 3, pruned_hash ="
            " (SELECT hash FROM audit_events WHERE sequence = 3)",
            "DELETE FROM audit_events WHERE sequence <= 3",
        )

    verdict = await looked_at(engine)

    assert verdict.is_whole is honest


@pytest.mark.parametrize(
    "data",
    ["", "{", "[]", "{}", "7", '{"heads": 7}', '{"heads": [[1]]}', '{"heads": [["a", "b", 3]]}'],
)
@pytest.mark.parametrize("act", [LINK, "audit.prune"])
async def test_a_link_or_pruning_that_cannot_be_read_is_found(
    filled: Engine, act: str, data: str
) -> None:
    await filled.raw("UPDATE audit_events SET act = ?, data = ? WHERE sequence = 5", act, data)

    assert not (await looked_at(filled)).is_whole


async def test_more_than_can_be_listed_is_counted(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatepass.storage.verifying.MOST_BROKEN", 3)
    store = engine.open()
    await asyncio.gather(*(stored(store, new_event("x")) for _ in range(9)))
    await tamper(engine, "UPDATE audit_events SET org_id = 9")

    verdict = await looked_at(engine)

    assert (len(verdict.broken), verdict.more) == (3, 6)
