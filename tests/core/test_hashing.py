"""Password hashing: right, bounded, and telling nothing by the work it does."""

import asyncio
import os
import sys
import threading
from collections.abc import Iterator

import argon2
import pytest

from gatepass.core.errors import Busy
from gatepass.core.hashing import Hasher, HashParameters, Verdict
from gatepass.core.passwords import prepare_password

CHEAP = HashParameters(time_cost=1, memory_kib=64)
MATCH = Verdict(matches=True)
NO_MATCH = Verdict(matches=False)

BROKEN = {
    "empty": "",
    "plain text": "secret",
    "bcrypt": "$2b$12$C6UzMDM.H6dfI/f/IKcEeO7ZCkG3DpNJ5cFFBFGKFhVHDYKTxh3UK",
    "no digest": "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ",
    "no number": "$argon2id$v=19$m=x,t=1,p=1$c29tZXNhbHQ$c29tZWRpZ2VzdHNvbWVkaWdlc3Q",
    "too little memory": "$argon2id$v=19$m=1,t=1,p=1$c29tZXNhbHQ$c29tZWRpZ2VzdHNvbWVkaWdlc3Q",
    "no base64": "$argon2id$v=19$m=64,t=1,p=1$!!!!$????",
    "not ASCII": "$argon2id$é",
    "null": "$argon2id$\0",
    "surrogate": "\ud800",
}


@pytest.fixture
def hasher() -> Iterator[Hasher]:
    hasher = Hasher(CHEAP)
    yield hasher
    hasher.close()


@pytest.fixture
def verifications(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the parameters of every verification that Argon2 really computes."""
    computed: list[str] = []
    verify_secret = argon2.low_level.verify_secret

    def recorded(encoded: bytes, secret: bytes, kind: argon2.low_level.Type) -> bool:
        try:
            matches = verify_secret(encoded, secret, kind)
        except argon2.exceptions.VerifyMismatchError:
            computed.append(encoded.decode().split("$")[3])
            raise
        computed.append(encoded.decode().split("$")[3])
        return matches

    monkeypatch.setattr(argon2._password_hasher, "verify_secret", recorded)  # noqa: SLF001 - the one door to it
    return computed


async def test_the_right_password_matches_and_a_wrong_one_does_not(hasher: Hasher) -> None:
    encoded = await hasher.hash(b"secret")

    assert encoded.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert await hasher.verify(encoded, b"secret") == MATCH
    assert await hasher.verify(encoded, b"secret ") == NO_MATCH
    assert await hasher.verify(encoded, b"") == NO_MATCH


async def test_two_hashes_of_one_password_differ(hasher: Hasher) -> None:
    assert await hasher.hash(b"secret") != await hasher.hash(b"secret")


@pytest.mark.parametrize("start", ["a" * 199, "é" * 199, "x" * 71, "x" * 72, "x\0" * 80])
async def test_passwords_that_differ_in_the_last_character_verify_apart(
    hasher: Hasher, start: str
) -> None:
    """No truncation, at 72 bytes, at a null or anywhere (checklist 43)."""
    encoded = await hasher.hash(prepare_password(start + "1"))

    assert (await hasher.verify(encoded, prepare_password(start + "1"))).matches
    for wrong in (start + "2", start, start + "11"):
        assert not (await hasher.verify(encoded, prepare_password(wrong))).matches


async def test_a_hash_of_older_parameters_should_be_made_anew(hasher: Hasher) -> None:
    """Parameters rise, and a login says so (checklist 41)."""
    encoded = await hasher.hash(b"secret")
    today = Hasher(HashParameters(time_cost=2, memory_kib=128))

    verdict = await today.verify(encoded, b"secret")
    wrong = await today.verify(encoded, b"wrong")
    today.close()

    assert verdict == Verdict(matches=True, needs_rehash=True)
    assert wrong == NO_MATCH


async def test_the_default_parameters_are_those_of_the_docs() -> None:
    hasher = Hasher()
    encoded = await hasher.hash(b"secret")
    hasher.close()

    assert encoded.split("$")[3] == "m=19456,t=2,p=1"


async def test_every_case_spends_exactly_one_verification_with_todays_parameters(
    hasher: Hasher, verifications: list[str]
) -> None:
    """A right, a wrong and a missing hash cost the same (checklist 42)."""
    encoded = await hasher.hash(b"secret")

    for stored, password in ((encoded, b"secret"), (encoded, b"wrong"), (None, b"secret")):
        verifications.clear()
        await hasher.verify(stored, password)
        assert verifications == ["m=64,t=1,p=1"]


@pytest.mark.parametrize("stored", BROKEN.values(), ids=BROKEN.keys())
async def test_a_broken_hash_is_a_wrong_password_at_the_usual_price(
    hasher: Hasher, verifications: list[str], stored: str
) -> None:
    """What the store holds cannot make a login fail otherwise (checklist 42)."""
    assert await hasher.verify(stored, b"secret") == NO_MATCH
    assert verifications == ["m=64,t=1,p=1"]


async def test_no_account_has_a_password(hasher: Hasher) -> None:
    for password in (b"", b"secret", b"\0"):
        assert await hasher.verify(None, password) == NO_MATCH


class Gate:
    """Holds the threads of a hasher until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, hasher: Hasher) -> None:
        self._open = threading.Event()
        self.entered = threading.Semaphore(0)
        self.niceness: set[int] = set()
        monkeypatch.setattr(hasher, "_verify", self._pass)

    def _pass(self, _encoded: str | None, _password: bytes) -> Verdict:
        self.entered.release()
        self._open.wait(10)
        if sys.platform == "linux":
            self.niceness.add(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return NO_MATCH

    def open(self) -> None:
        self._open.set()


async def test_a_full_queue_refuses_at_once_and_recovers(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = Hasher(CHEAP, threads=2, queue=3)
    gate = Gate(monkeypatch, hasher)
    calls = [asyncio.create_task(hasher.verify(None, b"secret")) for _ in range(5)]
    await asyncio.sleep(0)

    assert hasher.waiting == 3
    with pytest.raises(Busy) as refusal:
        await hasher.verify(None, b"secret")
    with pytest.raises(Busy):
        await hasher.hash(b"secret")
    assert refusal.value.retry_after == 1

    gate.open()
    assert await asyncio.gather(*calls) == [NO_MATCH] * 5
    assert hasher.waiting == 0
    assert await hasher.hash(b"secret")
    hasher.close()


async def test_a_caller_that_goes_away_gives_its_place_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hasher = Hasher(CHEAP, queue=1)
    gate = Gate(monkeypatch, hasher)
    running = asyncio.create_task(hasher.verify(None, b"secret"))
    await asyncio.to_thread(gate.entered.acquire, timeout=10)
    waiting = asyncio.create_task(hasher.verify(None, b"secret"))
    await asyncio.sleep(0)
    assert hasher.waiting == 1

    waiting.cancel()
    await asyncio.wait([waiting])

    assert waiting.cancelled()
    assert hasher.waiting == 0
    next_one = asyncio.create_task(hasher.verify(None, b"secret"))
    gate.open()
    assert await asyncio.gather(*[running, next_one]) == [NO_MATCH, NO_MATCH]
    hasher.close()


async def test_hashing_gives_way_to_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where threads have a niceness of their own; elsewhere the process keeps the one it has."""
    hasher = Hasher(CHEAP, threads=2)
    gate = Gate(monkeypatch, hasher)
    before = os.getpriority(os.PRIO_PROCESS, 0)
    calls = [asyncio.create_task(hasher.verify(None, b"secret")) for _ in range(2)]
    await asyncio.sleep(0)

    gate.open()
    await asyncio.gather(*calls)
    hasher.close()

    own = max(10, before) if sys.platform == "linux" else before
    assert gate.niceness == {own}
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


async def test_no_secret_shows_in_a_repr(hasher: Hasher) -> None:
    encoded = await hasher.hash(b"canary-secret")

    verdict = await hasher.verify(encoded, b"canary-secret")

    for shown in (repr(hasher), repr(verdict), repr(CHEAP)):
        assert "canary" not in shown
        assert encoded not in shown
