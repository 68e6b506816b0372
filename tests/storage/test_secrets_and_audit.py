"""The desks of trusted secrets and of audit events."""

from gatepass.core.records import Source
from gatepass.core.store import Store, Transaction
from tests.storage.rows import (
    MINUTE,
    NOON,
    new_digest,
    new_event,
    new_id,
    new_org,
    new_secret,
    put,
    stored,
)


async def test_a_secret_is_found_by_its_digest_and_opened_by_its_id(store: Store) -> None:
    org, key = new_org(), new_digest()
    secret = new_secret(org, label="für nachts", last_used_at=NOON)

    async def work(tx: Transaction) -> None:
        await put(tx, org)
        await tx.secrets.add(secret, digest=key, sealed=b"\x00sealed\xff")

    await store.write(work)

    assert await store.read(lambda tx: tx.secrets.by_digest(key)) == secret
    assert await store.read(lambda tx: tx.secrets.sealed(secret.id)) == b"\x00sealed\xff"
    assert await store.read(lambda tx: tx.secrets.by_digest(new_digest())) is None
    assert await store.read(lambda tx: tx.secrets.sealed(new_id())) == b""


async def test_secrets_of_the_cluster_and_of_each_org_are_apart_newest_first(store: Store) -> None:
    north, south = new_org(), new_org()
    cluster = [new_secret(None, created_at=NOON + place * MINUTE) for place in range(2)]
    of_north = new_secret(north)
    await stored(store, north, south, *cluster[::-1], of_north)

    assert await store.read(lambda tx: tx.secrets.live(None, NOON)) == cluster[::-1]
    assert await store.read(lambda tx: tx.secrets.live(north.id, NOON)) == [of_north]
    assert await store.read(lambda tx: tx.secrets.live(south.id, NOON)) == []


async def test_a_revoked_secret_is_found_and_not_live(store: Store) -> None:
    secret, key = new_secret(None), new_digest()
    await stored(store, secret, digest=key)

    await store.write(lambda tx: tx.secrets.revoke(secret.id, NOON))

    found = await store.read(lambda tx: tx.secrets.by_digest(key))
    assert found is not None
    assert found.revoked_at == NOON
    assert await store.read(lambda tx: tx.secrets.live(None, NOON)) == []


async def test_a_secret_that_ends_later_is_live_until_then(store: Store) -> None:
    secret = new_secret(None)
    await stored(store, secret)

    await store.write(lambda tx: tx.secrets.revoke(secret.id, NOON + MINUTE))

    before, after = NOON + MINUTE * 0.99, NOON + MINUTE
    assert len(await store.read(lambda tx: tx.secrets.live(None, before))) == 1
    assert await store.read(lambda tx: tx.secrets.live(None, after)) == []
    assert await store.read(lambda tx: tx.secrets.by_id(new_id())) is None


async def test_last_used_times_move_forward_and_never_back(store: Store) -> None:
    unused, used = new_secret(None), new_secret(None, last_used_at=NOON)
    await stored(store, unused, used)

    for at in (NOON - MINUTE, NOON + MINUTE, NOON):
        await store.write(lambda tx, at=at: tx.secrets.touch({unused.id: at, used.id: at}))  # type: ignore[misc]

    found = await store.read(lambda tx: tx.secrets.live(None, NOON))
    assert {one.last_used_at for one in found} == {NOON + MINUTE}


async def test_events_come_back_as_they_went_in_the_last_written_first(store: Store) -> None:
    events = [
        new_event("token.issue"),
        new_event(
            "session.open",
            at=NOON - MINUTE,
            refused="wrong password",
            org_id=7,
            by_account=new_id(),
            actor="default",
            about=new_id(),
            source=Source(address="::1", agent="curl", operation="login", incident_id=new_id()),
            data={"ended": [new_id()], "count": 2, "name": "Mïra", "none": None},
        ),
        new_event("token.revoke"),
    ]
    for event in events:
        await stored(store, event)

    assert await store.scan(lambda tx: tx.audit.latest(10)) == events[::-1]
    assert await store.scan(lambda tx: tx.audit.latest(2)) == events[:0:-1]
