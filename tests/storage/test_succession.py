"""What v1 tokens' giving way asks of a store: secrets with an end, and the tokens they bought."""

from datetime import timedelta

from gatepass.core.records import TokenKind, TrustedSecret
from gatepass.core.store import Store, Transaction
from tests.storage.rows import MINUTE, NOON, Holder, new_digest, new_org, new_secret, put, stored

V1 = TokenKind.V1


async def secret(store: Store, **facts: object) -> TrustedSecret:
    one = new_secret(None, **facts)
    await stored(store, one, digest=new_digest())
    return one


async def test_secrets_that_have_an_end_are_listed_apart_from_those_of_orgs(store: Store) -> None:
    north = new_org()
    of_org = new_secret(north, revoked_at=NOON + MINUTE)
    gone, going = new_secret(None, revoked_at=NOON), new_secret(None, revoked_at=NOON + MINUTE)

    async def work(tx: Transaction) -> None:
        await put(tx, north)
        for one in (of_org, gone, going, new_secret(None), new_secret(north)):
            await put(tx, one, digest=new_digest())

    await store.write(work)

    ended = await store.read(lambda tx: tx.secrets.ended(None))
    assert {one.id for one in ended} == {gone.id, going.id}
    assert await store.read(lambda tx: tx.secrets.ended(north.id)) == [of_org]


async def test_all_tokens_of_a_secret_and_kind_are_shortened(store: Store, mira: Holder) -> None:
    old, other = await secret(store), await secret(store)
    ends = NOON + timedelta(hours=1)
    facts = {"kind": V1, "expires_at": ends}
    bought = [mira.token(secret_id=old.id, **facts) for _ in range(2)]
    spared = [
        mira.token(secret_id=other.id, **facts),
        mira.token(secret_id=old.id, kind=TokenKind.FULL, expires_at=ends),
        mira.token(secret_id=old.id, kind=V1, expires_at=NOON - MINUTE),
    ]
    revoked = mira.token(secret_id=old.id, **facts)
    for one in (*bought, *spared, revoked):
        await stored(store, one, digest=new_digest())
    await store.write(lambda tx: tx.revocations.ids([revoked.id], NOON))

    assert await store.write(lambda tx: tx.tokens.shorten_all(old.id, V1, NOON)) == 2

    for one in bought:
        found = await store.read(lambda tx, key=one.id: tx.tokens.by_id(key))  # type: ignore[misc]
        assert found is not None
        assert found.expires_at == NOON
    for one in spared:
        assert await store.read(lambda tx, key=one.id: tx.tokens.by_id(key)) == one  # type: ignore[misc]


async def test_whether_a_secret_has_bought_any_other_of_a_kind(store: Store, mira: Holder) -> None:
    one, other = await secret(store), await secret(store)
    first, plain = mira.token(secret_id=one.id, kind=V1), mira.token(secret_id=other.id)
    for token in (first, plain):
        await stored(store, token, digest=new_digest())

    async def bought(of: TrustedSecret, but: str) -> bool:
        return await store.read(lambda tx: tx.tokens.any_of(of.id, V1, but=but))

    assert await bought(one, "another") is True
    assert await bought(one, first.id) is False
    assert await bought(other, "another") is False
