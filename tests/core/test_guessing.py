"""Guessing passwords and secrets: when it is stopped, and whom that leaves alone."""

import asyncio
from pathlib import Path

import pytest

from gatepass.app import close_core
from gatepass.core.errors import (
    AccountNotActive,
    Busy,
    WrongCredentials,
)
from gatepass.core.records import AccountStatus, Source
from gatepass.core.turns import Turns
from tests.core.attempts import ELSEWHERE, WRONG, guess, second, sign_in
from tests.world import HERE, PASSWORD, V2, World, headers, refusal, world


async def test_four_wrong_passwords_shut_the_account_for_that_address_alone(here: World) -> None:
    """A guesser at one address locks nobody out elsewhere (checklist 44)."""
    await here.account("mira")
    await guess(here, 4)

    with pytest.raises(WrongCredentials) as refused:
        await sign_in(here, PASSWORD)
    assert refused.value.reason == "shut for this address"
    await sign_in(here, PASSWORD, ELSEWHERE)

    here.clock.advance(minutes=59, seconds=59)
    with pytest.raises(WrongCredentials):
        await sign_in(here, PASSWORD)
    here.clock.advance(seconds=1)
    await sign_in(here, PASSWORD)


async def test_a_right_password_forgives_what_was_wrong_before(here: World) -> None:
    await here.account("mira")
    for _ in range(3):
        await guess(here, 3)
        await sign_in(here, PASSWORD)


async def test_guesses_sent_all_at_once_are_no_more_than_guesses_sent_in_a_row(
    here: World,
) -> None:
    """The right password is not found by sending fifty at the same moment (checklist 44)."""
    await here.account("mira")
    guesses = [f"guess-number-{number}" for number in range(49)] + [PASSWORD]

    outcomes = await asyncio.gather(
        *(sign_in(here, one) for one in guesses), return_exceptions=True
    )

    assert all(isinstance(one, WrongCredentials) for one in outcomes)
    reasons = [one.reason for one in outcomes if isinstance(one, WrongCredentials)]
    assert reasons.count("wrong password") == here.core.rules.lockout_threshold


async def test_who_waits_for_a_turn_is_bounded_and_told_to_come_back(
    template: Path, tmp_path: Path
) -> None:
    async with world(template, tmp_path / "home", hash_queue=2) as here:
        outcomes = await asyncio.gather(
            *(sign_in(here, WRONG, username="nobody") for _ in range(8)), return_exceptions=True
        )

    kinds = [type(one) for one in outcomes]
    assert kinds.count(WrongCredentials) == 3
    assert kinds.count(Busy) == 5


async def test_a_turn_leaves_nothing_behind_however_it_ends() -> None:
    turns = Turns("this", 10)

    async def hold() -> None:
        async with turns.of("key"):
            await asyncio.sleep(10)

    holding, waiting = asyncio.create_task(hold()), asyncio.create_task(hold())
    await asyncio.sleep(0)
    for task in (waiting, holding):
        task.cancel()
    await asyncio.gather(holding, waiting, return_exceptions=True)
    with pytest.raises(ZeroDivisionError):
        async with turns.of("key"):
            raise ZeroDivisionError

    assert len(turns) == 0


async def test_a_hundred_wrong_passwords_lock_the_account_for_every_address_for_an_hour(
    here: World,
) -> None:
    """No more than a hundred in a row; the lock runs out by itself (checklist 44)."""
    await here.account("mira")
    for number in range(25):
        await guess(here, 4, Source(address=f"198.51.100.{number}"))
    assert (await here.core.accounts.find(here.by, "mira")).status is AccountStatus.LOCKED

    with pytest.raises(WrongCredentials) as refused:
        await sign_in(here, PASSWORD, ELSEWHERE)
    assert refused.value.reason == "locked"

    here.clock.advance(hours=1)
    await sign_in(here, PASSWORD, ELSEWHERE)
    assert (await here.core.accounts.find(here.by, "mira")).status is AccountStatus.ACTIVE


async def test_locking_an_account_by_guesses_ends_no_session_and_no_token(here: World) -> None:
    """A lock is no weapon against who is signed in (checklist 44)."""
    await here.account("mira")
    cookie, token = await here.login(), await here.token(validity_time_in_sec=3600)
    for number in range(25):
        await guess(here, 4, Source(address=f"198.51.100.{number}"))

    assert (await here.whoami(cookie=cookie)).status_code == 200
    assert (await here.whoami(bearer=token)).status_code == 200
    assert (await here.whoami(bearer=token)).json()["account_status"] == "LOCKED"


@pytest.mark.parametrize(
    "status", [AccountStatus.INACTIVE, AccountStatus.SUSPENDED, AccountStatus.EXPIRED]
)
async def test_guessing_does_not_reopen_what_an_administrator_closed(
    here: World, status: AccountStatus
) -> None:
    """A lock runs out by itself, so a closed account must not get one (checklist 44)."""
    await here.account("mira")
    await here.core.accounts.set_status(here.by, HERE, "mira", status)
    for number in range(25):
        await guess(here, 4, Source(address=f"198.51.100.{number}"))

    assert (await here.core.accounts.find(here.by, "mira")).status is status
    with pytest.raises(WrongCredentials) as refused:  # and yet the guessing is stopped
        await sign_in(here, PASSWORD, ELSEWHERE)
    assert refused.value.reason == "shut for this address"
    here.clock.advance(hours=2)
    with pytest.raises(AccountNotActive):
        await sign_in(here, PASSWORD, ELSEWHERE)


async def test_two_servers_on_one_home_count_the_same_guesses(
    template: Path, tmp_path: Path
) -> None:
    """The counters are rows of the store, shared by every worker (checklist 44)."""
    async with world(template, tmp_path / "home", workers=2) as one:
        await one.account("mira")
        other = second(one)
        try:
            await guess(one, 2)
            await guess(other, 2)
            for here in (one, other):
                with pytest.raises(WrongCredentials) as refused:
                    await sign_in(here, PASSWORD)
                assert refused.value.reason == "shut for this address"
        finally:
            await close_core(other.core)


async def test_an_address_that_fails_too_often_is_told_to_wait(
    template: Path, tmp_path: Path
) -> None:
    """Whatever it tries, and for every name: 429 and when to come back (checklist 44, 51)."""
    async with world(template, tmp_path / "home", flood_limit=5) as here:
        await here.account("mira")
        secret = await here.secret()
        for number in range(3):
            await here.post("auth/session/login", {"username": f"n{number}", "password": WRONG})
            await here.post("auth/token/full", {"username": "mira", "secret_key": "gpk_wrong"})

        for path, body in (
            ("auth/session/login", {"username": "mira", "password": PASSWORD}),
            ("auth/token/full", {"username": "mira", "password": PASSWORD}),
            ("auth/token/full", {"username": "mira", "secret_key": secret}),
        ):
            reply = await here.post(path, body)
            assert refusal(reply) == (429, 10002)
            assert 0 < int(reply.headers["retry-after"]) <= 60
        here.clock.advance(seconds=60)
        await here.token("mira", secret_key=secret)


async def test_secrets_are_counted_where_trusted_authentication_is_off_too(
    template: Path, tmp_path: Path
) -> None:
    async with world(template, tmp_path / "home", flood_limit=3) as here:
        for _ in range(4):
            reply = await here.post("auth/token/full", {"username": "a", "secret_key": "x"})
            assert refusal(reply) == (403, 10023)

        reply = await here.post("auth/token/full", {"username": "a", "secret_key": "x"})

        assert refusal(reply) == (429, 10002)


async def test_fifty_bad_tokens_do_not_count_against_the_password(here: World) -> None:
    """Expired, revoked, forged, truncated: the account stays open (checklist 45)."""
    await here.account("mira")
    dead = await here.token(validity_time_in_sec=1)
    here.clock.advance(seconds=1)
    bad = [dead, dead[:-1], "gpf_" + "x" * 43, "gps_" + dead[4:], dead[:-1] + "!"]
    for number in range(50):
        reply = await here.whoami(bearer=bad[number % len(bad)])
        assert refusal(reply) == (401, 10097)
        reply = await here.client.post(
            f"{V2}/auth/session/login", json={}, headers=headers(bearer=bad[number % len(bad)])
        )
        assert refusal(reply) == (401, 10097)

    await here.login()
