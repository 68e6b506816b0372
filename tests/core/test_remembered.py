"""The short memory of verified passwords."""

from datetime import UTC, datetime, timedelta

import pytest

from gatepass.core.remembered import RememberedPasswords

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIFETIME = timedelta(seconds=30)


class HeldClock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def memory(clock: HeldClock) -> RememberedPasswords:
    return RememberedPasswords(clock, LIFETIME, capacity=3)


def test_a_verified_password_is_known_again(memory: RememberedPasswords) -> None:
    assert not memory.knows("mira", "$hash", b"secret")

    memory.remember("mira", "$hash", b"secret")

    assert memory.knows("mira", "$hash", b"secret")


@pytest.mark.parametrize(
    ("account_id", "encoded", "password"),
    [
        ("mira", "$hash", b"secreT"),
        ("mira", "$hash", b"secret "),
        ("mira", "$hash", b""),
        ("mira", "$other", b"secret"),
        ("anna", "$hash", b"secret"),
        ("mira$", "hash", b"secret"),
        ("mira", "$hashs", b"ecret"),
        ("mir", "a$hash", b"secret"),
    ],
)
def test_nothing_else_is_known(
    memory: RememberedPasswords, account_id: str, encoded: str, password: bytes
) -> None:
    memory.remember("mira", "$hash", b"secret")

    assert not memory.knows(account_id, encoded, password)


def test_a_memory_ends_with_its_lifetime(memory: RememberedPasswords, clock: HeldClock) -> None:
    memory.remember("mira", "$hash", b"secret")

    clock.now = NOON + LIFETIME - timedelta(microseconds=1)
    assert memory.knows("mira", "$hash", b"secret")

    clock.now = NOON + LIFETIME
    assert not memory.knows("mira", "$hash", b"secret")
    assert len(memory) == 0


def test_being_asked_for_does_not_lengthen_a_memory(
    memory: RememberedPasswords, clock: HeldClock
) -> None:
    memory.remember("mira", "$hash", b"secret")

    for second in range(30):
        clock.now = NOON + timedelta(seconds=second)
        assert memory.knows("mira", "$hash", b"secret")

    clock.now = NOON + LIFETIME
    assert not memory.knows("mira", "$hash", b"secret")


def test_a_clock_set_back_does_not_lengthen_a_memory(
    memory: RememberedPasswords, clock: HeldClock
) -> None:
    """When the clock jumps, the answer is no (checklist 64)."""
    memory.remember("mira", "$hash", b"secret")
    clock.now = NOON - timedelta(hours=1)

    assert not memory.knows("mira", "$hash", b"secret")


def test_a_lifetime_of_zero_remembers_nothing(clock: HeldClock) -> None:
    memory = RememberedPasswords(clock, timedelta(0), capacity=3)

    memory.remember("mira", "$hash", b"secret")

    assert not memory.knows("mira", "$hash", b"secret")
    assert len(memory) == 0


def test_the_oldest_memory_goes_when_there_are_too_many(memory: RememberedPasswords) -> None:
    for name in ("one", "two", "three", "one", "four"):
        memory.remember(name, "$hash", b"secret")

    assert len(memory) == 3
    known = [n for n in ("one", "two", "three", "four") if memory.knows(n, "$hash", b"secret")]
    assert known == ["one", "three", "four"]


def test_forgetting_one_account_leaves_the_others(memory: RememberedPasswords) -> None:
    memory.remember("mira", "$hash", b"secret")
    memory.remember("mira", "$older", b"older")
    memory.remember("anna", "$hash", b"secret")

    memory.forget("mira")
    memory.forget("nobody")

    assert len(memory) == 1
    assert memory.knows("anna", "$hash", b"secret")


def test_everything_can_be_forgotten(memory: RememberedPasswords) -> None:
    memory.remember("mira", "$hash", b"secret")

    memory.forget_all()

    assert not memory.knows("mira", "$hash", b"secret")
    memory.remember("mira", "$hash", b"secret")
    assert memory.knows("mira", "$hash", b"secret")


def test_neither_passwords_nor_hashes_are_kept(memory: RememberedPasswords) -> None:
    memory.remember("mira", "$argon2id$stored", b"canary-secret")

    kept = repr(vars(memory)) + repr(memory)
    assert "canary-secret" not in kept
    assert "$argon2id$stored" not in kept


def test_two_processes_do_not_share_a_key(clock: HeldClock) -> None:
    one, other = (RememberedPasswords(clock, LIFETIME, capacity=3) for _ in range(2))

    one.remember("mira", "$hash", b"secret")
    other.remember("mira", "$hash", b"secret")

    assert set(vars(one)["_seen"]).isdisjoint(vars(other)["_seen"])
