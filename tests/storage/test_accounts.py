"""The account desk, with entitlements and guesses."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from gatepass.core.records import (
    Account,
    AccountStatus,
    AccountType,
    Entitlements,
    Guesses,
    Preferences,
)
from gatepass.core.store import Store, Transaction
from tests.storage.rows import (
    MINUTE,
    NOON,
    Holder,
    new_account,
    new_digest,
    new_id,
    put,
    stored,
    stored_holder,
)

TWIN = "p\N{CYRILLIC SMALL LETTER A}ypal"
FULL = new_account(
    name="Ünïcode 名前",
    display_name="Mira 'quoted' \"Holt\"",
    email="mira@example.com",
    type=AccountType.OIDC,
    status=AccountStatus.SUSPENDED,
    sharable=False,
    system=True,
    mfa_required=True,
    has_password=True,
    created_at=NOON + timedelta(microseconds=1),
    modified_at=NOON + timedelta(microseconds=999_999),
    expires_at=NOON + timedelta(days=365 * 900, microseconds=123_457),
    locked_until=NOON - timedelta(days=365 * 80, microseconds=1),
    first_login_at=NOON,
    last_org_id=7,
    preferences=Preferences(preferred_locale="de", extended_properties={"a": [1, None, "x"]}),
)


@pytest.mark.parametrize("account", [FULL, new_account()], ids=["every field", "the least"])
async def test_an_account_comes_back_as_it_went_in(store: Store, account: Account) -> None:
    await stored(store, account)

    by_id = await store.read(lambda tx: tx.accounts.by_id(account.id))
    by_key = await store.read(lambda tx: tx.accounts.by_key(account.name.lower()))

    assert by_id == by_key == account


async def test_an_unknown_account_is_none(store: Store) -> None:
    assert await store.read(lambda tx: tx.accounts.by_id(new_id())) is None
    assert await store.read(lambda tx: tx.accounts.by_key("nobody")) is None
    assert await store.read(lambda tx: tx.accounts.password(new_id())) is None


async def test_a_changed_account_comes_back_changed_and_no_other(store: Store) -> None:
    account, other = new_account(), new_account()
    await stored(store, account, other)
    changed = replace(
        FULL,
        id=account.id,
        name=account.name,
        author_id=account.author_id,
        created_at=account.created_at,
        has_password=False,
    )

    await store.write(lambda tx: tx.accounts.put(changed))

    assert await store.read(lambda tx: tx.accounts.by_id(account.id)) == changed
    assert await store.read(lambda tx: tx.accounts.by_id(other.id)) == other


async def test_a_password_is_kept_beside_the_account(store: Store) -> None:
    account = new_account()
    await stored(store, account)
    assert await store.read(lambda tx: tx.accounts.password(account.id)) is None

    await store.write(lambda tx: tx.accounts.set_password(account.id, "$argon2id$x"))

    found = await store.read(lambda tx: tx.accounts.by_id(account.id))
    assert found == replace(account, has_password=True)
    assert await store.read(lambda tx: tx.accounts.password(account.id)) == "$argon2id$x"


async def test_lookalikes_are_the_other_names_with_the_same_skeleton(store: Store) -> None:
    async def work(tx: Transaction) -> None:
        for name, skeleton in (("paypal", "paypal"), (TWIN, "paypal"), ("mira", "mira")):
            await tx.accounts.add(
                new_account(name=name), key=name, skeleton=skeleton, password=None
            )

    await store.write(work)

    assert await store.read(lambda tx: tx.accounts.lookalikes("paypal", "paypal")) == [TWIN]
    assert await store.read(lambda tx: tx.accounts.lookalikes("mira", "mira")) == []


async def test_accounts_are_listed_by_name_for_one_org_or_for_all(store: Store) -> None:
    zoe = await stored_holder(store)
    anna = new_account(name="Anna")
    await stored(store, anna)

    assert await store.scan(lambda tx: tx.accounts.all(zoe.org.id)) == [zoe.account]
    assert await store.scan(lambda tx: tx.accounts.all(None)) == [anna, zoe.account]


async def test_removing_an_account_removes_all_that_stood_on_it(store: Store, mira: Holder) -> None:
    """Delete an account: its sessions and tokens are gone (checklist 7)."""
    key = new_digest()
    guesses = Guesses(account_id=mira.account.id, address="::1", failures=1)

    async def fill(tx: Transaction) -> None:
        await put(tx, mira.session(), digest=key)
        await put(tx, mira.token(), digest=key)
        await tx.accounts.put_entitlements(mira.account.id, mira.org.id, Entitlements())
        await tx.guesses.put(guesses, NOON)

    await store.write(fill)
    await store.write(lambda tx: tx.accounts.remove(mira.account.id))

    async def left(tx: Transaction) -> list[object]:
        return [
            await tx.accounts.by_id(mira.account.id),
            await tx.sessions.by_digest(key),
            await tx.tokens.by_digest(key),
            await tx.presented(key, session=True),
            await tx.presented(key, session=False),
            await tx.guesses.of(mira.account.id, "::1"),
        ]

    assert await store.read(left) == [None] * 6
    assert await store.read(lambda tx: tx.accounts.entitlements(mira.account.id)) == {}
    assert await store.read(lambda tx: tx.orgs.of_account(mira.account.id)) == []


async def test_entitlements_are_kept_by_org_and_replaced_whole(store: Store, mira: Holder) -> None:
    other = await stored_holder(store)
    filters = Entitlements(runtime_filters=[{"column_name": "C", "values": [1, "é"]}])
    sorts = Entitlements(runtime_sorts=[{"column_name": "D", "order": "ASC"}])

    for org, what in ((mira.org, filters), (other.org, sorts), (mira.org, sorts)):
        await store.write(
            lambda tx, org=org, what=what: tx.accounts.put_entitlements(  # type: ignore[misc]
                mira.account.id, org.id, what
            )
        )

    found = await store.read(lambda tx: tx.accounts.entitlements(mira.account.id))
    assert found == {mira.org.id: sorts, other.org.id: sorts}


async def test_guesses_are_kept_by_address_and_replaced(store: Store, mira: Holder) -> None:
    first = Guesses(account_id=mira.account.id, address="10.0.0.1", failures=1)
    later = replace(first, failures=2, shut_until=NOON + MINUTE)
    everywhere = replace(first, address="", failures=9)

    for one in (first, later, everywhere):
        await store.write(lambda tx, one=one: tx.guesses.put(one, NOON))  # type: ignore[misc]

    assert await store.read(lambda tx: tx.guesses.of(mira.account.id, "10.0.0.1")) == later
    assert await store.read(lambda tx: tx.guesses.of(mira.account.id, "")) == everywhere
    assert await store.read(lambda tx: tx.guesses.of(mira.account.id, "10.0.0.2")) is None


async def test_guesses_are_forgotten_for_one_address_or_for_all(store: Store, mira: Holder) -> None:
    async def fill(tx: Transaction) -> None:
        for address in ("a", "b", "c"):
            guesses = Guesses(account_id=mira.account.id, address=address, failures=1)
            await tx.guesses.put(guesses, NOON)

    async def left(tx: Transaction) -> list[str]:
        return [one for one in "abc" if await tx.guesses.of(mira.account.id, one) is not None]

    await store.write(fill)
    await store.write(lambda tx: tx.guesses.clear(mira.account.id, "a"))
    assert await store.read(left) == ["b", "c"]

    await store.write(lambda tx: tx.guesses.clear(mira.account.id, None))
    assert await store.read(left) == []


async def test_old_guesses_are_pruned(store: Store, mira: Holder) -> None:
    async def fill(tx: Transaction) -> None:
        for address, at in (("old", NOON - MINUTE), ("new", NOON)):
            guesses = Guesses(account_id=mira.account.id, address=address, failures=1)
            await tx.guesses.put(guesses, at)

    await store.write(fill)

    assert await store.write(lambda tx: tx.guesses.prune(NOON, 0)) == 0
    assert await store.write(lambda tx: tx.guesses.prune(NOON, 10)) == 1
    assert await store.read(lambda tx: tx.guesses.of(mira.account.id, "old")) is None
    assert await store.read(lambda tx: tx.guesses.of(mira.account.id, "new")) is not None
