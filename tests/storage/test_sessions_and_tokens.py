"""The session desk and the token desk, and the gate's own read."""

from datetime import timedelta

import pytest

from gatepass.core.records import Record, Session, TokenKind
from gatepass.core.store import Presented, Store, Transaction
from tests.storage.rows import (
    DAY,
    MINUTE,
    NOON,
    Holder,
    new_digest,
    new_group,
    new_id,
    new_org,
    put,
    stored,
    stored_holder,
)

ODD = NOON + timedelta(microseconds=123_457)
FULL_SESSION = {
    "opened_at": ODD,
    "last_seen_at": ODD + MINUTE,
    "remembered": True,
    "parent_id": new_id(),
    "object_id": new_id(),
    "secret_id": new_id(),
    "actor": "default",
    "address": "2001:db8::1",
    "agent": "Mozilla/5.0 (ü)",
    "proved_at": ODD + DAY,
}
FULL_TOKEN = {
    "kind": TokenKind.OBJECT,
    "issued_at": ODD,
    "parent_id": new_id(),
    "object_id": new_id(),
    "secret_id": new_id(),
    "actor": "default",
}


def ids(records: "list[Session]") -> list[str]:
    return [one.id for one in records]


@pytest.mark.parametrize("facts", [FULL_SESSION, {}], ids=["every field", "the least"])
async def test_a_session_comes_back_as_it_went_in(
    store: Store, mira: Holder, facts: dict[str, object]
) -> None:
    session, key = mira.session(**facts), new_digest()
    await stored(store, session, digest=key)

    assert await store.read(lambda tx: tx.sessions.by_id(session.id)) == session
    assert await store.read(lambda tx: tx.sessions.by_digest(key)) == session
    assert await store.read(lambda tx: tx.tokens.by_id(session.id)) is None
    assert await store.read(lambda tx: tx.tokens.by_digest(key)) is None


@pytest.mark.parametrize("facts", [FULL_TOKEN, {}], ids=["every field", "the least"])
async def test_a_token_comes_back_as_it_went_in(
    store: Store, mira: Holder, facts: dict[str, object]
) -> None:
    token, key = mira.token(**facts), new_digest()
    await stored(store, token, digest=key)

    assert await store.read(lambda tx: tx.tokens.by_id(token.id)) == token
    assert await store.read(lambda tx: tx.tokens.by_digest(key)) == token
    assert await store.read(lambda tx: tx.sessions.by_id(token.id)) is None
    assert await store.read(lambda tx: tx.sessions.by_digest(key)) is None


async def test_live_sessions_are_neither_ended_nor_past_their_end_oldest_first(
    store: Store, mira: Holder
) -> None:
    young = mira.session(opened_at=NOON)
    old = mira.session(opened_at=NOON - DAY)
    ends_now = mira.session(expires_at=NOON)
    ended = mira.session()
    await stored(store, young, old, ends_now, ended)
    await store.write(lambda tx: tx.revocations.ids([ended.id], NOON))

    found = await store.scan(lambda tx: tx.sessions.live(NOON, account_id=None, org_id=None))

    assert found == [old, young]


async def test_live_sessions_are_listed_by_account_by_org_and_by_both(
    store: Store, mira: Holder
) -> None:
    same_org, elsewhere = await stored_holder(store, mira.org), await stored_holder(store)
    of_mira = mira.session()
    of_mira_elsewhere = Holder(mira.account, elsewhere.org).session(opened_at=NOON + MINUTE)
    of_other = same_org.session(opened_at=NOON + 2 * MINUTE)
    await stored(store, of_mira, of_mira_elsewhere, of_other)

    async def live(account_id: str | None, org_id: int | None) -> list[Session]:
        return await store.scan(
            lambda tx: tx.sessions.live(NOON, account_id=account_id, org_id=org_id)
        )

    assert await live(None, None) == [of_mira, of_mira_elsewhere, of_other]
    assert await live(mira.account.id, None) == [of_mira, of_mira_elsewhere]
    assert await live(None, mira.org.id) == [of_mira, of_other]
    assert await live(mira.account.id, mira.org.id) == [of_mira]


async def test_sessions_beyond_the_cap_are_the_oldest_live_ones_of_the_account(
    store: Store, mira: Holder
) -> None:
    """At the cap the oldest session ends first (checklist 12)."""
    other = await stored_holder(store)
    sessions = [mira.session(opened_at=NOON + place * MINUTE) for place in range(6)]
    past = mira.session(opened_at=NOON - DAY, expires_at=NOON)
    await stored(store, *sessions[::-1], past, other.session())
    await store.write(lambda tx: tx.revocations.ids([sessions[5].id], NOON))

    async def beyond(cap: int) -> set[str]:
        return set(await store.read(lambda tx: tx.sessions.beyond(mira.account.id, NOON, cap)))

    assert await beyond(5) == set()
    assert await beyond(3) == set(ids(sessions[:2]))
    assert await beyond(0) == set(ids(sessions[:5]))


async def test_a_session_can_change_its_org_and_be_proved(store: Store, mira: Holder) -> None:
    session, other, org = mira.session(), mira.session(), new_org()
    await stored(store, session, other, org)

    async def work(tx: Transaction) -> None:
        await tx.sessions.set_org(session.id, org.id)
        await tx.sessions.set_proved(session.id, ODD)

    await store.write(work)

    found = await store.read(lambda tx: tx.sessions.by_id(session.id))
    assert found is not None
    assert (found.org_id, found.proved_at) == (org.id, ODD)
    assert await store.read(lambda tx: tx.sessions.by_id(other.id)) == other


async def test_last_seen_times_move_forward_and_never_back(store: Store, mira: Holder) -> None:
    early, late = mira.session(), mira.session()
    await stored(store, early, late)
    seen = {early.id: NOON - MINUTE, late.id: NOON + MINUTE, new_id(): NOON}

    await store.write(lambda tx: tx.sessions.touch(seen))
    await store.write(lambda tx: tx.sessions.touch({}))

    assert await store.read(lambda tx: tx.sessions.by_id(early.id)) == early
    assert await store.read(lambda tx: tx.sessions.by_id(late.id)) == late.seen(NOON + MINUTE)


async def test_tokens_beyond_the_cap_are_the_oldest_live_ones_of_their_parent(
    store: Store, mira: Holder
) -> None:
    parent = mira.session()
    tokens = [
        mira.token(parent_id=parent.id, issued_at=NOON + place * MINUTE) for place in range(4)
    ]
    past = mira.token(parent_id=parent.id, issued_at=NOON - DAY, expires_at=NOON)
    await stored(store, parent, *tokens, past, mira.token(parent_id=new_id()))
    await store.write(lambda tx: tx.revocations.ids([tokens[3].id], NOON))

    found = await store.read(lambda tx: tx.tokens.minted_beyond(parent.id, NOON, 1))

    assert set(found) == {tokens[0].id, tokens[1].id}


async def test_shortening_brings_the_end_forward_for_one_account_secret_and_kind(
    store: Store, mira: Holder
) -> None:
    other, secret_id = await stored_holder(store), new_id()
    v1 = {"kind": TokenKind.V1, "secret_id": secret_id}
    shortened, newest = mira.token(**v1), mira.token(**v1)
    spared = [
        mira.token(secret_id=secret_id),
        mira.token(kind=TokenKind.V1, secret_id=new_id()),
        mira.token(**v1, expires_at=NOON + MINUTE),
        other.token(**v1),
    ]
    key = new_digest()
    await stored(store, shortened, digest=key)
    await stored(store, newest, *spared)
    until = NOON + 5 * MINUTE

    told = await store.write(
        lambda tx: tx.tokens.shorten(mira.account.id, secret_id, "v1", until, but=newest.id)
    )

    assert [(one.account_id, one.id, one.digest) for one in told] == [
        (mira.account.id, shortened.id, key)
    ]
    found = await store.read(lambda tx: tx.tokens.by_id(shortened.id))
    assert found is not None
    assert found.expires_at == until
    for token in (newest, *spared):
        assert await store.read(lambda tx, one=token: tx.tokens.by_id(one.id)) == token  # type: ignore[misc]


@pytest.mark.parametrize("kind", ["session", "token"])
async def test_the_gate_reads_all_that_stands_behind_a_credential(
    store: Store, mira: Holder, kind: str
) -> None:
    session, key = kind == "session", new_digest()
    credential: Record = mira.session() if session else mira.token()
    inner, outer = new_group(mira.org), new_group(mira.org)

    async def fill(tx: Transaction) -> None:
        await put(tx, inner, outer)
        await put(tx, credential, digest=key)
        await tx.groups.grant(inner, ["A"])
        await tx.groups.grant(outer, ["B"])
        await tx.groups.nest(outer, inner)
        await tx.groups.put_in(inner, mira.account.id)

    async def presented() -> Presented | None:
        return await store.read(lambda tx: tx.presented(key, session=session))

    await store.write(fill)
    found = await presented()
    assert found is not None
    assert found.credential == credential
    assert found.account == mira.account
    assert (found.org_active, found.is_member) == (True, True)
    assert found.granted == {mira.org.id: {"A", "B"}}
    assert await store.read(lambda tx: tx.presented(key, session=not session)) is None

    await store.write(lambda tx: tx.orgs.leave(mira.account.id, mira.org.id))
    found = await presented()
    assert found is not None
    assert (found.is_member, found.granted) == (False, {})


async def test_the_gate_sees_that_an_org_is_not_active(store: Store) -> None:
    holder, key = await stored_holder(store), new_digest()
    closed = new_org(active=False)
    await stored(store, closed)
    await stored(store, Holder(holder.account, closed).token(), digest=key)

    found = await store.read(lambda tx: tx.presented(key, session=False))

    assert found is not None
    assert (found.org_active, found.is_member) == (False, False)
