"""Bounded looks at sessions and guesses: what they find, and that they stop."""

import random
from datetime import timedelta

from gatepass.core.glances import Counted, UnderWay
from gatepass.core.records import Guesses, Session, State
from gatepass.core.store import Store, Transaction
from tests.storage.rows import (
    DAY,
    MINUTE,
    NOON,
    Holder,
    new_account,
    new_org,
    new_secret,
    new_session,
    put,
    stored,
)

IDLE = timedelta(minutes=30)
ALL = 10_000


async def count(store: Store, org_id: int | None, most: int = ALL) -> Counted:
    return await store.read(
        lambda tx: tx.glances.sessions(org_id, NOON, seen_after=NOON - IDLE, most=most)
    )


async def guesses(
    store: Store, org_id: int | None = None, *, most: int = ALL, among: int = ALL
) -> list[UnderWay]:
    return await store.read(
        lambda tx: tx.glances.guesses(org_id, NOON, since=NOON - DAY, most=most, among=among)
    )


async def guess(
    store: Store, who: Holder, address: str = "192.0.2.1", *, minutes: int = 0, **facts: object
) -> None:
    one = Guesses(
        account_id=who.account.id,
        address=address,
        **{"failures": 1, **facts},  # type: ignore[arg-type]
    )
    await store.write(lambda tx: tx.guesses.put(one, NOON - minutes * MINUTE))


def counts(session: Session) -> bool:
    return session.state(NOON, idle=IDLE) is State.LIVE


async def test_sessions_are_counted_as_the_rule_of_a_session_says(
    store: Store, mira: Holder
) -> None:
    """A model: what the record's own rule says of each session, one by one, by Org."""
    chance = random.Random(7)  # noqa: S311 - no secret
    orgs = [mira.org, new_org(), new_org()]
    await stored(store, *orgs[1:])
    made = [
        new_session(
            mira.account,
            chance.choice(orgs),
            opened_at=NOON - 2 * DAY,
            last_seen_at=NOON - chance.choice([0, 10, 40, 90]) * MINUTE,
            expires_at=NOON + chance.choice([-DAY, timedelta(), MINUTE, DAY]),
            remembered=chance.random() < 0.3,
        )
        for _ in range(200)
    ]
    await stored(store, *made)
    ended = chance.sample([one.id for one in made], 70)
    await store.write(lambda tx: tx.revocations.ids(ended, NOON - MINUTE))

    for org_id in (None, *(one.id for one in orgs)):
        expected = sum(
            counts(one) for one in made if org_id in {None, one.org_id} and one.id not in ended
        )
        assert expected
        assert await count(store, org_id) == Counted(number=expected, is_all=True)


async def test_a_count_stops_and_says_that_there_may_be_more(store: Store, mira: Holder) -> None:
    await stored(store, *(mira.session() for _ in range(8)))

    for org_id in (None, mira.org.id):
        assert await count(store, org_id, 5) == Counted(number=5, is_all=False)
        assert await count(store, org_id, 9) == Counted(number=8, is_all=True)


async def test_guesses_are_told_with_whom_and_where_they_are_about(
    store: Store, mira: Holder
) -> None:
    await guess(store, mira, failures=3, minutes=2)
    await guess(store, mira, "", failures=4, minutes=1)
    await guess(store, mira, "192.0.2.9", failures=0, shut_until=NOON + MINUTE)

    found = await guesses(store)

    assert [(one.address, one.failures, one.shut_until) for one in found] == [
        ("192.0.2.9", 0, NOON + MINUTE),
        (None, 4, None),
        ("192.0.2.1", 3, None),
    ]
    assert {(one.account_id, one.name) for one in found} == {(mira.account.id, mira.account.name)}
    assert [one.last_at for one in found] == [NOON - number * MINUTE for number in range(3)]


async def test_what_is_over_is_no_guessing_under_way(store: Store, mira: Holder) -> None:
    await guess(store, mira, "192.0.2.1", failures=0, shut_until=NOON)
    await guess(store, mira, "192.0.2.2", failures=5, minutes=24 * 60)
    await guess(store, mira, "192.0.2.3", failures=2, shut_until=NOON - MINUTE)

    assert [(one.address, one.shut_until) for one in await guesses(store)] == [("192.0.2.3", None)]


async def test_an_orgs_guesses_are_those_of_its_members(store: Store, mira: Holder) -> None:
    sam = Holder(new_account(), new_org())

    async def work(tx: Transaction) -> None:
        await put(tx, sam.org, sam.account)
        await tx.orgs.join(sam.account.id, sam.org.id, NOON)

    await store.write(work)
    await guess(store, mira)
    await guess(store, sam)

    assert [one.name for one in await guesses(store, mira.org.id)] == [mira.account.name]
    assert [one.name for one in await guesses(store, sam.org.id)] == [sam.account.name]
    assert len(await guesses(store)) == 2

    await store.write(lambda tx: tx.orgs.join(sam.account.id, mira.org.id, NOON))
    assert len(await guesses(store, mira.org.id)) == 2


async def test_guesses_are_a_few_of_the_newest(store: Store, mira: Holder) -> None:
    for number in range(6):
        await guess(store, mira, f"192.0.2.{number}", minutes=number, failures=number % 2)

    assert [one.address for one in await guesses(store, most=2)] == ["192.0.2.1", "192.0.2.3"]
    assert [one.address for one in await guesses(store, among=2)] == ["192.0.2.1"]


async def test_secrets_everywhere_are_those_that_count_the_oldest_first(
    store: Store, mira: Holder
) -> None:
    ages = {"new": 1, "old": 9, "grace": 5, "ended": 7}
    made = {
        label: new_secret(mira.org if age > 5 else None, label=label, created_at=NOON - age * DAY)
        for label, age in ages.items()
    }
    await stored(store, *made.values())
    await store.write(lambda tx: tx.secrets.revoke(made["ended"].id, None))
    await store.write(lambda tx: tx.secrets.revoke(made["grace"].id, NOON + MINUTE))

    found = await store.read(lambda tx: tx.secrets.everywhere(NOON, ALL))
    two = await store.read(lambda tx: tx.secrets.everywhere(NOON, 2))
    later = await store.read(lambda tx: tx.secrets.everywhere(NOON + MINUTE, ALL))

    assert [one.label for one in found] == ["old", "grace", "new"]
    assert [one.org_id for one in found] == [mira.org.id, None, None]
    assert two == found[:2]
    assert [one.label for one in later] == ["old", "new"]
