"""Refused sign-ins: what they cost, what they tell; hashes made anew; a second factor."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import argon2
import pytest
from argon2 import extract_parameters
from msgspec.structs import replace

from gatepass.app import close_core
from gatepass.core.errors import (
    AccountNotActive,
    CoreError,
    SecondFactorRequired,
    TooManyGuesses,
    WrongCredentials,
)
from gatepass.core.records import AccountStatus
from gatepass.core.store import Transaction
from gatepass.core.tokens import Wish
from tests.core.attempts import WRONG, guess, second, sign_in
from tests.world import HERE, PASSWORD, World, refusal, world

LOWER: dict[str, Any] = {"hash_time": 1, "hash_memory": 64}
HIGHER: dict[str, Any] = {"hash_time": 2, "hash_memory": 128}


@dataclass
class Verifications:
    """What reached Argon2 itself, below the library's own front."""

    encoded: list[str] = field(default_factory=list)

    def take(self) -> list[str]:
        taken, self.encoded = self.encoded, []
        return taken


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> Verifications:
    """Count the verifications that Argon2 really does."""
    seen = Verifications()
    real = argon2.low_level.verify_secret

    def counting(encoded: bytes, secret: bytes, kind: argon2.Type) -> Any:
        seen.encoded.append(encoded.decode())
        return real(encoded, secret, kind)

    monkeypatch.setattr("argon2._password_hasher.verify_secret", counting)
    return seen


async def _unknown(_: World) -> None:
    """Nobody has the name."""


async def _known(here: World) -> None:
    await here.account("mira")


async def _disabled(here: World) -> None:
    await here.account("mira")
    await here.core.accounts.set_status(here.by, HERE, "mira", AccountStatus.INACTIVE)


async def _without_password(here: World) -> None:
    await here.account("mira", password=None)


async def _locked(here: World) -> None:
    await here.account("mira")
    await here.core.accounts.set_status(here.by, HERE, "mira", AccountStatus.LOCKED)


async def _shut(here: World) -> None:
    await here.account("mira")
    await guess(here, here.core.rules.lockout_threshold)


async def _second_factor(here: World) -> None:
    await here.account("mira", mfa_required=True)


async def _unreadable_hash(here: World) -> None:
    account = await here.account("mira")
    await here.core.means.store.write(lambda tx: tx.accounts.set_password(account.id, "$argon2"))


CASES: dict[str, Callable[[World], Awaitable[None]]] = {
    "wrong password": _known,
    "unknown user": _unknown,
    "disabled user": _disabled,
    "user without password": _without_password,
    "locked user": _locked,
    "shut for the address": _shut,
    "second factor": _second_factor,
    "unreadable hash": _unreadable_hash,
}


@pytest.mark.parametrize("case", CASES)
async def test_every_refused_sign_in_costs_one_verification_and_says_the_same(
    here: World, spent: Verifications, case: str
) -> None:
    """One Argon2 verification by today's parameters, one status, one body (checklist 42)."""
    await CASES[case](here)
    for path in ("auth/session/login", "auth/token/full"):
        spent.take()

        # The names are as long, so that the replies may be compared to the byte.
        reply = await here.post(
            path, {"username": "mira", "password": WRONG}, headers={"User-Agent": "x"}
        )

        [encoded] = _argon2_only(spent.take())
        parameters = extract_parameters(encoded)
        assert (parameters.time_cost, parameters.memory_cost) == (1, 64)
        assert parameters.type is argon2.Type.ID
        assert refusal(reply) == (401, 10097)
        message = reply.json()["error"]["message"]
        assert message["debug"] == str(WrongCredentials("whatever"))
        assert int(reply.headers["content-length"]) == len(reply.content)
        assert {name.lower() for name in reply.headers} == {
            "cache-control",
            "content-length",
            "content-type",
            "referrer-policy",
            "www-authenticate",
            "x-content-type-options",
            "x-request-id",
        }


def _argon2_only(encoded: list[str]) -> list[str]:
    """Leave out what Argon2 could not even read: no time was spent on it."""
    return [one for one in encoded if one.count("$") == 5]


async def test_the_dummy_hash_is_a_valid_one_of_todays_parameters(
    template: Path, tmp_path: Path, spent: Verifications
) -> None:
    """A name nobody has costs what a stored hash costs, also after a change (checklist 42)."""
    async with world(template, tmp_path / "home", **HIGHER) as here:
        with pytest.raises(WrongCredentials):
            await sign_in(here, WRONG, username="nobody")

        [dummy] = spent.take()
        parameters = extract_parameters(dummy)
        assert (parameters.time_cost, parameters.memory_cost) == (2, 128)
        with pytest.raises(argon2.exceptions.VerifyMismatchError):
            argon2.PasswordHasher().verify(dummy, WRONG)


async def test_a_hash_by_older_parameters_is_made_anew_at_the_next_sign_in(
    template: Path, tmp_path: Path, spent: Verifications
) -> None:
    """Argon2id, renewed when its parameters change; the password is the same (checklist 41)."""
    async with world(template, tmp_path / "home", **LOWER) as here:
        await here.account("mira")
        token = await here.token(validity_time_in_sec=3600)
        assert (await stored(here)).startswith("$argon2id$v=19$m=64,t=1,p=1$")
    async with world(template, tmp_path / "home", **HIGHER) as here:
        await guess(here, 1)
        assert (await stored(here)).startswith("$argon2id$v=19$m=64,t=1,p=1$")
        spent.take()

        await sign_in(here, PASSWORD)

        assert len(spent.take()) == 1
        assert (await stored(here)).startswith("$argon2id$v=19$m=128,t=2,p=1$")
        await sign_in(here, PASSWORD)
        assert (await here.whoami(bearer=token)).status_code == 200  # nothing ended by it


async def stored(here: World) -> str:
    async def work(tx: Transaction) -> str | None:
        account = await tx.accounts.by_key("mira")
        assert account is not None
        return await tx.accounts.password(account.id)

    encoded = await here.core.means.store.read(work)
    assert encoded is not None
    return encoded


async def test_many_sign_ins_at_the_moment_of_the_rehash_all_succeed(
    template: Path, tmp_path: Path
) -> None:
    async with world(template, tmp_path / "home", **LOWER) as here:
        await here.account("mira")
    async with world(template, tmp_path / "home", workers=2, **HIGHER) as here:
        twin = second(here, **HIGHER)
        try:
            await asyncio.gather(
                *(sign_in(one, PASSWORD) for _ in range(6) for one in (here, twin))
            )
        finally:
            await close_core(twin.core)


async def test_with_a_second_factor_required_no_password_alone_signs_in(here: World) -> None:
    """Login and both token routes say MFA, at the right password only (checklist 48)."""
    await here.account("mira", mfa_required=True)
    secret = await here.secret()
    right = {"username": "mira", "password": PASSWORD}
    for path, more in (
        ("auth/session/login", {}),
        ("auth/token/full", {}),
        ("auth/token/object", {"object_id": "3f0c2c7e-5f0e-4d22-9f7e-7a4b0e6f1c11"}),
    ):
        reply = await here.post(path, {**right, **more})
        assert refusal(reply) == (403, 10023)
        assert "MFA" in reply.json()["error"]["message"]["debug"]
        wrong = await here.post(path, {**right, "password": WRONG, **more})
        assert refusal(wrong) == (401, 10097)

    await here.token("mira", secret_key=secret)  # a secret key still works


async def test_a_second_factor_asked_for_meanwhile_is_asked_of_who_is_signing_in(
    here: World,
) -> None:
    """The flag set between the password's check and the act counts (checklist 48)."""
    await here.account("mira")
    signing_in = here.core.tokens._signing_in  # noqa: SLF001 - the moment between the two
    proof = await signing_in.with_password(HERE, username="mira", password=PASSWORD)
    await here.core.admission.require_second_factor(here.by, HERE, "mira", required=True)

    with pytest.raises(SecondFactorRequired):
        await here.core.means.store.write(
            lambda tx: signing_in.settle(tx, HERE, proof, here.clock())
        )


async def test_a_factor_asked_for_ends_what_a_password_alone_opened(here: World) -> None:
    """Changing the factor ends sessions and tokens, once (checklist 8)."""
    await here.account("mira")
    cookie, token = await here.login(), await here.token()

    await here.core.admission.require_second_factor(here.by, HERE, "mira", required=True)

    assert refusal(await here.whoami(cookie=cookie)) == (401, 10097)
    assert refusal(await here.whoami(bearer=token)) == (401, 10097)


async def test_a_lock_that_is_told_is_counted_and_written_down_like_one_that_is_not(
    template: Path, tmp_path: Path
) -> None:
    async with world(template, tmp_path / "home", reveal_locked=True, flood_limit=2) as here:
        await here.account("mira")
        await here.core.accounts.set_status(here.by, HERE, "mira", AccountStatus.LOCKED)
        for _ in range(3):
            with pytest.raises(AccountNotActive):
                await sign_in(here, PASSWORD)
        with pytest.raises(TooManyGuesses):
            await sign_in(here, PASSWORD)

        events = await here.core.means.store.read(lambda tx: tx.audit.latest(10))
        assert [one.refused for one in events if one.act == "account.sign_in"] == ["locked"] * 3


async def test_a_stale_wish_by_password_does_not_pass_for_a_changed_one(here: World) -> None:
    await here.account("mira")
    wish = Wish(username="mira", password=PASSWORD)
    await here.core.tokens.issue(HERE, wish)
    await here.core.accounts.set_password(here.by, HERE, "mira", "Another-horse-battery-2")

    with pytest.raises(CoreError) as refused:
        await here.core.tokens.issue(HERE, replace(wish, validity=None))
    assert isinstance(refused.value, WrongCredentials)
