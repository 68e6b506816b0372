"""What happened, by hour and Org: counted from what was committed, written in batches."""

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepass.core import tallies as module
from gatepass.core.errors import Busy
from gatepass.core.records import ALL_ORGS, PRIMARY_ORG
from gatepass.core.sweeping import Sweep
from gatepass.core.tallies import AT_ONCE, KEPT, Tallies, Tally, What
from tests.conftest import Ground
from tests.storage.rows import new_event
from tests.world import NOON, PASSWORD, World, world

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ACTS = ("session.open", "token.issue", "account.sign_in", "gate.refuse", "privilege.check", "x.y")
KINDS = {"full": What.TOKEN_FULL, "object": What.TOKEN_OBJECT, "v1": What.TOKEN_V1}


async def rows(here: World, org_id: int = ALL_ORGS) -> Counter[What]:
    """Write down what is counted and return the sums of all that is kept."""
    await here.core.write_tallies()
    now = here.clock()
    found = await here.core.means.store.read(
        lambda tx: tx.tallies.hours(org_id, now - KEPT, now + DAY)
    )
    return Counter({one.what: one.times for one in found})


async def since(here: World, before: Counter[What], org_id: int = ALL_ORGS) -> Counter[What]:
    after = await rows(here, org_id)
    after.subtract(before)
    return +after


async def test_signing_in_and_getting_tokens_counts_by_kind(here: World) -> None:
    await here.account()
    before = await rows(here)

    await here.login()
    await here.token()
    await here.token(object_id="a-liveboard")
    custom = await here.post(
        "auth/token/custom", {"username": "mira", "password": PASSWORD, "persist_option": "NONE"}
    )
    assert custom.status_code == 200, custom.text

    assert await since(here, before) == {
        What.SIGN_IN: 1,
        What.TOKEN_FULL: 1,
        What.TOKEN_OBJECT: 1,
        What.TOKEN_CUSTOM: 1,
    }


async def test_a_wrong_password_and_a_refused_privilege_count_apart(here: World) -> None:
    await here.account()
    token = await here.token()
    before = await rows(here)

    refused = await here.post(
        "auth/session/login", {"username": "mira", "password": "Wrong-9-wrong"}
    )
    assert refused.status_code == 401
    forbidden = await here.post(
        "orgs/create",
        {"name": "north"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert forbidden.status_code == 403

    assert await since(here, before) == {What.SIGN_IN_REFUSED: 1, What.REFUSED: 1}


async def test_credentials_that_the_gate_refused_count_with_their_number(here: World) -> None:
    before = await rows(here)
    for _ in range(5):
        await here.whoami(bearer="gpf_made_up")
    here.clock.advance(minutes=2)
    await here.core.refusals.write()

    assert await since(here, before) == {What.REFUSED: 5}


async def test_an_org_has_its_own_sums_and_not_those_of_nobody_known(here: World) -> None:
    org = await here.org()
    await here.account()
    await here.join("mira", org.id)
    before = await rows(here, org.id), await rows(here, PRIMARY_ORG)

    await here.token(org_id=org.id)
    await here.post("auth/session/login", {"username": "mira", "password": "Wrong-9-wrong"})

    assert await since(here, before[0], org.id) == {What.TOKEN_FULL: 1}
    assert await since(here, before[1], PRIMARY_ORG) == {}


async def test_an_hour_begins_where_the_clock_says(here: World) -> None:
    await here.account()
    await here.core.write_tallies()
    here.clock.advance(minutes=59, seconds=59)
    await here.token()
    here.clock.advance(seconds=1)
    await here.token()
    await here.token()
    await here.core.write_tallies()

    found = await here.core.means.store.read(
        lambda tx: tx.tallies.hours(ALL_ORGS, NOON, NOON + DAY)
    )

    assert [(one.since, one.times) for one in found if one.what is What.TOKEN_FULL] == [
        (NOON, 1),
        (NOON + HOUR, 2),
    ]


async def test_what_cannot_be_written_now_is_written_later_and_once(
    here: World, tmp_path: Path
) -> None:
    await here.account()
    before = await rows(here)
    await here.token()
    store, elsewhere = here.home / "gatepass.db", tmp_path / "elsewhere.db"
    store.rename(elsewhere)

    with pytest.raises(Busy):
        await here.core.write_tallies()

    elsewhere.rename(store)
    assert await since(here, before) == {What.TOKEN_FULL: 1}
    assert await since(here, before) == {What.TOKEN_FULL: 1}


async def test_a_chore_that_is_cut_short_counts_nothing_twice(here: World) -> None:
    await here.account()
    before = await rows(here)
    await here.token()

    chore = asyncio.create_task(here.core.write_tallies())
    await asyncio.sleep(0)
    chore.cancel()
    with pytest.raises(asyncio.CancelledError):
        await chore
    # Works are done in turn: with this one the chore's is on disk.
    await here.core.means.store.write(lambda tx: tx.tallies.prune(NOON - KEPT, 1))

    assert await since(here, before) == {What.TOKEN_FULL: 1}


async def test_a_process_that_ends_writes_what_it_counted(template: Path, tmp_path: Path) -> None:
    async with world(template, tmp_path / "home") as here:
        await here.account()
        await here.token()

    with closing(sqlite3.connect(tmp_path / "home" / "gatepass.db")) as store:
        found = store.execute(
            "SELECT org_id, sum(times) FROM tallies WHERE what = 'token.full' GROUP BY org_id"
        ).fetchall()
    assert sorted(found) == [(ALL_ORGS, 1), (PRIMARY_ORG, 1)]


async def test_two_processes_add_to_the_same_rows(ground: Ground, tmp_path: Path) -> None:
    async with (
        world(ground.home, tmp_path / "home", workers=2, **ground.changes) as one,
        world(ground.home, tmp_path / "home", workers=2, **ground.changes) as other,
    ):
        await one.account()
        before = await rows(one)
        for _ in range(3):
            await one.token()
            await other.token()

        await asyncio.gather(one.core.write_tallies(), other.core.write_tallies())

        assert await since(one, before) == {What.TOKEN_FULL: 6}


async def test_sums_of_more_than_ninety_days_ago_go_with_the_sweep(here: World) -> None:
    now = here.clock()
    ages = (KEPT + HOUR, KEPT + 30 * DAY, KEPT - HOUR)
    old = [Tally(since=now - age, org_id=7, what=What.SIGN_IN, times=1) for age in ages]
    await here.core.means.store.write(lambda tx: tx.tallies.add(old))

    assert await Sweep(here.core.means).run() == 2

    left = await here.core.means.store.read(
        lambda tx: tx.tallies.hours(7, now - 2 * KEPT, now + DAY)
    )
    assert left == [old[2]]


def test_what_waits_is_handed_over_some_at_once() -> None:
    waiting = Tallies()
    waiting.heard(new_event("session.open", at=NOON + number * HOUR) for number in range(AT_ONCE))

    first = waiting.take()
    waiting.put_back(first[:1])
    second = waiting.take()

    assert len(first) == AT_ONCE
    assert len(second) == AT_ONCE
    assert [one.times for one in waiting.take()] == [1]


def test_too_many_sums_cost_no_more_memory_and_the_cluster_is_counted_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST", 5)
    waiting = Tallies()

    waiting.heard(new_event("session.open", org_id=number) for number in range(100))

    sums = {one.org_id: one.times for one in waiting.take()}
    assert sums[ALL_ORGS] == 100
    assert len(sums) == 5


@st.composite
def some_events(draw: st.DrawFn) -> tuple[str, bool, int, int, str, datetime]:
    return (
        draw(st.sampled_from(ACTS)),
        draw(st.booleans()),
        draw(st.integers(0, 3)),
        draw(st.integers(1, 9)),
        draw(st.sampled_from([*KINDS, "unheard-of"])),
        NOON + timedelta(minutes=draw(st.integers(-300, 300))),
    )


@given(st.lists(some_events()), st.integers(0, 60))
def test_sums_are_those_of_the_events_however_often_they_come_back(
    given_events: list[tuple[str, bool, int, int, str, datetime]], most: int
) -> None:
    """Each event is judged here by a rule of its own, written the other way round."""
    waiting = Tallies()
    expected: Counter[tuple[datetime, int, What]] = Counter()
    for act, refused, org_id, count, kind, at in given_events:
        known = None if count % 2 else "somebody"
        refusal = "no" if refused else None
        event = new_event(
            act,
            at=at,
            refused=refusal,
            org_id=org_id,
            by_account=known,
            data={"count": count, "kind": kind},
        )
        waiting.heard([event])
        waiting.put_back(waiting.take(most))
        if act == "session.open" and not refused:
            what = What.SIGN_IN
        elif act == "token.issue" and not refused and kind in KINDS:
            what = KINDS[kind]
        elif refused:
            what = What.SIGN_IN_REFUSED if act == "account.sign_in" else What.REFUSED
        else:
            continue
        times = count if act == "gate.refuse" else 1
        hour = at.replace(minute=0)
        expected[hour, ALL_ORGS, what] += times
        if known or not refused:
            expected[hour, org_id, what] += times

    taken = waiting.take(10_000)

    assert {(one.since, one.org_id, one.what): one.times for one in taken} == expected
