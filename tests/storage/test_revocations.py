"""Revocation: what ends, whom it takes along, and whom it spares; and pruning."""

from datetime import timedelta

import pytest

from gatepass.core.records import Record, Session, Token, TokenKind
from gatepass.core.store import Revoked, Store, Transaction
from tests.storage.rows import (
    DAY,
    MINUTE,
    NOON,
    Holder,
    new_digest,
    new_id,
    new_org,
    stored,
    stored_holder,
)

Credential = Session | Token


async def live(store: Store, *credentials: Record) -> list[bool]:
    """Say of each credential whether nobody has ended it and it has not ended by itself."""

    async def work(tx: Transaction) -> list[bool]:
        found = []
        for one in credentials:
            assert isinstance(one, Session | Token)
            desk = tx.sessions if isinstance(one, Session) else tx.tokens
            row = await desk.by_id(one.id)
            found.append(row is not None and row.revoked_at is None and row.expires_at > NOON)
        return found

    return await store.read(work)


def chain(mira: Holder, depth: int, **middle: object) -> list[Credential]:
    """Return sessions and tokens each bought with the one before; ``middle`` is not the ends'."""
    bought: list[Credential] = []
    for place in range(depth):
        facts = dict(middle) if 0 < place < depth - 1 else {}
        facts["parent_id"] = bought[-1].id if bought else None
        bought.append(mira.token(**facts) if place % 2 else mira.session(**facts))
    return bought


async def test_a_revocation_tells_account_id_and_digest(store: Store, mira: Holder) -> None:
    token, key = mira.token(), new_digest()
    await stored(store, token, digest=key)

    ended = await store.write(lambda tx: tx.revocations.ids([token.id], NOON))

    assert ended == [Revoked(account_id=mira.account.id, id=token.id, digest=key)]
    found = await store.read(lambda tx: tx.tokens.by_digest(key))
    assert found is not None
    assert found.revoked_at == NOON


async def test_a_second_revocation_ends_nothing_and_keeps_the_first_time(
    store: Store, mira: Holder
) -> None:
    token = mira.token()
    await stored(store, token)
    await store.write(lambda tx: tx.revocations.ids([token.id], NOON))

    assert await store.write(lambda tx: tx.revocations.ids([token.id], NOON + MINUTE)) == []
    assert await store.write(lambda tx: tx.revocations.ids([new_id()], NOON)) == []
    found = await store.read(lambda tx: tx.tokens.by_id(token.id))
    assert found is not None
    assert found.revoked_at == NOON


async def test_ending_the_first_ends_all_that_was_bought_with_it_at_any_depth(
    store: Store, mira: Holder
) -> None:
    """Revocation takes along what was bought with it (checklist 32)."""
    bought, other = chain(mira, 12), mira.session()
    await stored(store, *bought, other)

    ended = await store.write(lambda tx: tx.revocations.ids([bought[3].id], NOON))

    assert {one.id for one in ended} == {one.id for one in bought[3:]}
    assert await live(store, *bought) == [True] * 3 + [False] * 9
    assert await live(store, other) == [True]


async def test_what_is_past_its_end_passes_a_revocation_on_and_is_not_told_of(
    store: Store, mira: Holder
) -> None:
    bought = chain(mira, 5, expires_at=NOON - 3 * DAY)
    await stored(store, *bought)

    ended = await store.write(lambda tx: tx.revocations.ids([bought[0].id], NOON))

    assert {one.id for one in ended} == {bought[0].id, bought[-1].id}
    assert await live(store, bought[-1]) == [False]


async def test_what_ended_by_itself_just_now_stays_dead_when_the_clock_is_set_back(
    store: Store, mira: Holder
) -> None:
    token = mira.token(expires_at=NOON - MINUTE)
    await stored(store, token)

    assert await store.write(lambda tx: tx.revocations.of_account(mira.account.id, NOON)) == []

    found = await store.read(lambda tx: tx.tokens.by_id(token.id))
    assert found is not None
    assert found.revoked_at == NOON


async def test_all_that_an_account_holds_ends_and_nothing_of_others(
    store: Store, mira: Holder
) -> None:
    """End all of one user (checklist 9)."""
    other = await stored_holder(store, mira.org)
    own = [mira.session(), mira.token(), *chain(mira, 3)]
    of_other = [other.session(), other.token()]
    await stored(store, *own, *of_other)

    ended = await store.write(lambda tx: tx.revocations.of_account(mira.account.id, NOON))

    assert {one.id for one in ended} == {one.id for one in own}
    assert await live(store, *own) == [False] * 5
    assert await live(store, *of_other) == [True, True]


async def test_one_session_can_be_spared_and_not_what_was_bought_with_it(
    store: Store, mira: Holder
) -> None:
    """A password change ends all but the session it was made in (checklist 8)."""
    kept, other = mira.session(), mira.session()
    bought = mira.token(parent_id=kept.id)
    await stored(store, kept, other, bought)

    await store.write(lambda tx: tx.revocations.of_account(mira.account.id, NOON, but=kept.id))

    assert await live(store, kept, other, bought) == [True, False, False]


@pytest.mark.parametrize(
    ("ran_out", "left"), [(3 * DAY, True), (30 * MINUTE, False), (-MINUTE, False)]
)
async def test_the_spared_session_outlives_what_bought_it_only_if_that_ran_out_long_ago(
    store: Store, mira: Holder, ran_out: timedelta, *, left: bool
) -> None:
    """What merely ran out ends nothing, at any depth; what may still count takes it along."""
    first = mira.token(expires_at=NOON - ran_out)
    between = mira.session(parent_id=first.id, expires_at=NOON - 3 * DAY)
    kept = mira.session(parent_id=between.id)
    await stored(store, first, between, kept)

    await store.write(lambda tx: tx.revocations.of_account(mira.account.id, NOON, but=kept.id))

    assert await live(store, kept) == [left]


async def test_tokens_alone_can_be_ended_with_the_sessions_bought_with_them(
    store: Store, mira: Holder
) -> None:
    session, token = mira.session(), mira.token()
    bought = mira.session(parent_id=token.id)
    await stored(store, session, token, bought)

    await store.write(lambda tx: tx.revocations.of_account(mira.account.id, NOON, tokens_only=True))

    assert await live(store, session, token, bought) == [True, False, False]


async def test_ending_all_tokens_ends_a_session_whose_token_is_long_past(
    store: Store, mira: Holder
) -> None:
    token = mira.token(expires_at=NOON - 3 * DAY)
    bought = mira.session(parent_id=token.id)
    await stored(store, token, bought)

    await store.write(lambda tx: tx.revocations.of_account(mira.account.id, NOON, tokens_only=True))

    assert await live(store, bought) == [False]


async def test_the_end_of_a_membership_ends_what_the_account_holds_in_that_org(
    store: Store, mira: Holder
) -> None:
    elsewhere, other = new_org(), await stored_holder(store, mira.org)
    here = [mira.session(), mira.token()]
    spared = [Holder(mira.account, elsewhere).session(), other.token()]
    await stored(store, elsewhere, *here, *spared)

    ended = await store.write(
        lambda tx: tx.revocations.of_member(mira.account.id, mira.org.id, NOON)
    )

    assert ended == 2
    assert await live(store, *here, *spared) == [False, False, True, True]


async def test_everything_in_one_org_ends_and_nothing_in_others(store: Store, mira: Holder) -> None:
    """End all of an Org (checklist 9)."""
    other, elsewhere = await stored_holder(store, mira.org), await stored_holder(store)
    here = [mira.session(), mira.token(), other.session()]
    await stored(store, *here, elsewhere.session(), spared := elsewhere.token())

    assert await store.write(lambda tx: tx.revocations.of_org(mira.org.id, NOON)) == 3
    assert await live(store, *here, spared) == [False, False, False, True]


async def test_everything_ends_for_everybody(store: Store, mira: Holder) -> None:
    """End all (checklist 9)."""
    elsewhere = await stored_holder(store)
    all_of_them = [mira.session(), *chain(mira, 4, expires_at=NOON - DAY), elsewhere.token()]
    await stored(store, *all_of_them)

    assert await store.write(lambda tx: tx.revocations.everything(NOON)) == 4
    assert not any(await live(store, *all_of_them))


@pytest.mark.parametrize("v1_only", [True, False])
async def test_what_was_bought_with_a_secret_ends_all_of_it_or_the_v1_tokens_alone(
    store: Store, mira: Holder, *, v1_only: bool
) -> None:
    key = new_id()
    v1 = mira.token(kind=TokenKind.V1, secret_id=key)
    by_v1 = mira.session(parent_id=v1.id, secret_id=key)
    full, unrelated = mira.token(secret_id=key), mira.token(secret_id=new_id())
    await stored(store, v1, by_v1, full, unrelated)

    ended = await store.write(lambda tx: tx.revocations.of_secret(key, NOON, v1_only=v1_only))

    assert ended == (2 if v1_only else 3)
    assert await live(store, v1, by_v1, full, unrelated) == [False, False, v1_only, True]


async def test_a_session_bought_with_a_v1_token_long_past_ends_with_its_secret(
    store: Store, mira: Holder
) -> None:
    key = new_id()
    v1 = mira.token(kind=TokenKind.V1, secret_id=key, expires_at=NOON - 3 * DAY)
    bought = mira.session(parent_id=v1.id, secret_id=key)
    await stored(store, v1, bought)

    await store.write(lambda tx: tx.revocations.of_secret(key, NOON, v1_only=True))

    assert await live(store, bought) == [False]


async def pruned(store: Store, most: int = 100) -> int:
    due = await store.scan(lambda tx: tx.revocations.ended(NOON, most))
    return await store.write(lambda tx: tx.revocations.delete(due, NOON))


async def test_what_ended_long_ago_is_pruned_and_what_lives_or_ended_lately_stays(
    store: Store, mira: Holder
) -> None:
    """Expired and revoked entries are pruned (checklist 32)."""
    expired = [mira.session(expires_at=NOON - MINUTE), mira.token(expires_at=NOON - MINUTE)]
    revoked, lately, alive = mira.token(), mira.token(), mira.session()
    await stored(store, *expired, revoked, lately, alive)
    await store.write(lambda tx: tx.revocations.ids([revoked.id], NOON - MINUTE))
    await store.write(lambda tx: tx.revocations.ids([lately.id], NOON))

    assert await pruned(store) == 3
    assert await pruned(store) == 0

    assert await store.read(lambda tx: tx.tokens.by_id(lately.id)) is not None
    assert await store.read(lambda tx: tx.sessions.by_id(alive.id)) is not None
    assert await store.read(lambda tx: tx.tokens.by_id(revoked.id)) is None


async def test_what_has_something_living_below_is_not_pruned_so_that_ending_it_still_counts(
    store: Store, mira: Holder
) -> None:
    bought = chain(mira, 4, expires_at=NOON - 3 * DAY)
    await stored(store, *bought)

    assert await pruned(store) == 0
    await store.write(lambda tx: tx.revocations.ids([bought[0].id], NOON))

    assert await live(store, bought[-1]) == [False]


async def test_dead_chains_are_pruned_from_their_ends(store: Store, mira: Holder) -> None:
    bought = chain(mira, 6)
    await stored(store, *bought)
    await store.write(lambda tx: tx.revocations.ids([bought[0].id], NOON - MINUTE))

    total = 0
    while some := await pruned(store):
        total += some

    assert total == 6


async def test_pruning_takes_at_most_so_many_of_each_table(store: Store, mira: Holder) -> None:
    past = {"expires_at": NOON - DAY}
    await stored(store, *(mira.token(**past) for _ in range(5)), mira.session(**past))

    assert [await pruned(store, most=2) for _ in range(4)] == [3, 2, 1, 0]
