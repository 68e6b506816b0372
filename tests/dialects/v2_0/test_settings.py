"""The settings that decide what v2.0's authentication answers, those that no other file shows."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gatepass.settings import Settings
from tests.adjusted import BAD, UNAUTHORIZED, adjusted
from tests.world import NOON, PASSWORD, World, headers, refusal, session_cookie

MILLIS = int(NOON.timestamp() * 1000)
LIVEBOARD = "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11"

CONCERNING = [
    "credential_precedence",
    "v2_error_shape",
    "v2_wrong_credentials_status",
    "v2_logout_without_session",
    "token_default_org",
    "session_token_mode",
    "default_token_validity",
    "max_token_validity",
    "max_token_chain_age",
    "strict_org_id",
    "revoke_on_key_disable",
    "reveal_locked",
    "lockout_threshold",
    "lockout_duration",
    "lockout_total",
    "flood_limit",
    "hide_secret_keys",
    "jit_enabled",
    "jit_require_profile",
    "jit_allow_admin_groups",
    "per_org_secret_keys",
    "rbac_enabled",
    "orgs_enabled",
    "session_idle",
    "session_remember",
    "session_max_age",
    "session_cap",
    "session_token_validity",
    "session_token_cap",
    "clock_skew",
    "mode",
]


@pytest.mark.parametrize("name", CONCERNING)
def test_every_setting_that_concerns_these_operations_is_shown_by_a_test(name: str) -> None:
    assert name in Settings.__struct_fields__
    folder = Path(__file__).parent
    assert any(
        f"adjusted({name}=" in text or f", {name}=" in text
        for text in (path.read_text("utf-8") for path in folder.glob("test_*.py"))
    )


async def span(here: World, **body: Any) -> float:
    """Return the announced life of a new token in seconds."""
    token = await here.token(**body)
    reply = await here.post("auth/token/validate", {"token": token}, headers=headers(bearer=token))
    found = reply.json()
    return float(found["expiration_time_in_millis"] - found["creation_time_in_millis"]) / 1000


async def lives(here: World, **credential: str) -> bool:
    return (await here.whoami(**credential)).status_code == 200


@adjusted(default_token_validity=timedelta(seconds=60))
async def test_the_life_of_a_token_whose_request_names_none(here: World) -> None:
    await here.account()

    assert await span(here) == 60
    assert await span(here, object_id=LIVEBOARD) == 60
    assert await span(here, validity_time_in_sec=90) == 90


@adjusted(max_token_validity=timedelta(seconds=600))
async def test_the_longest_life_of_a_token(here: World) -> None:
    await here.account()

    assert await span(here, validity_time_in_sec=601) == 600
    assert await span(here, object_id=LIVEBOARD, validity_time_in_sec=2**31 - 1) == 600


@adjusted(max_token_chain_age=timedelta(hours=1))
async def test_how_long_a_chain_may_grow(here: World) -> None:
    await here.account()
    assert await span(here, validity_time_in_sec=7200) == 3600
    cookie = await here.login()
    minted = await here.get("auth/session/token", headers=headers(cookie=cookie))

    assert minted.json()["expiration_time_in_millis"] == MILLIS + 3_600_000
    here.clock.advance(seconds=3599)
    assert await lives(here, cookie=cookie)
    here.clock.advance(seconds=1)
    assert not await lives(here, cookie=cookie)


@adjusted(session_idle=timedelta(seconds=60))
async def test_how_long_a_session_may_be_unused(here: World) -> None:
    """To the second (checklist 5)."""
    await here.account()
    cookie = await here.login()

    here.clock.advance(seconds=59)
    assert await lives(here, cookie=cookie)
    here.clock.advance(seconds=60)
    assert not await lives(here, cookie=cookie)


@adjusted(session_remember=timedelta(seconds=120))
async def test_how_long_a_remembered_session_lives(here: World) -> None:
    await here.account()

    reply = await here.post(
        "auth/session/login",
        {"username": "mira", "password": PASSWORD, "remember_me": True},
    )

    assert "Max-Age=120;" in reply.headers["set-cookie"]
    here.clock.advance(seconds=119)
    assert await lives(here, cookie=session_cookie(reply))
    here.clock.advance(seconds=1)
    assert not await lives(here, cookie=session_cookie(reply))


@adjusted(session_max_age=timedelta(hours=1))
async def test_no_use_lengthens_a_session_past_its_absolute_end(here: World) -> None:
    """Ping every minute to the limit, then 401 (checklist 6)."""
    await here.account()
    cookie = await here.login()

    for _ in range(59):
        here.clock.advance(minutes=1)
        assert await lives(here, cookie=cookie)
    here.clock.advance(minutes=1)
    assert refusal(await here.whoami(cookie=cookie)) == UNAUTHORIZED


@adjusted(session_cap=2)
async def test_how_many_sessions_an_account_may_have(here: World) -> None:
    """One more, and the oldest ends, however it was opened (checklist 12)."""
    await here.account("mira")
    await here.account("lena")
    other = await here.login("lena")
    token = await here.token()
    cookies = []
    for _ in range(2):
        here.clock.advance(seconds=1)
        cookies.append(await here.login())
    here.clock.advance(seconds=1)
    cookies.append(
        session_cookie(await here.post("auth/session/login", headers=headers(bearer=token)))
    )

    assert [await lives(here, cookie=one) for one in cookies] == [False, True, True]
    assert await lives(here, cookie=other)


@adjusted(session_token_validity=timedelta(seconds=60))
async def test_the_life_of_a_minted_token(here: World) -> None:
    await here.account()

    minted = await here.get("auth/session/token", headers=headers(bearer=await here.token()))

    assert minted.json()["expiration_time_in_millis"] == MILLIS + 60_000


@adjusted(session_token_cap=1)
async def test_how_many_minted_tokens_a_session_may_have(here: World) -> None:
    await here.account()
    cookie = await here.login()
    made = []
    for _ in range(2):
        here.clock.advance(seconds=1)
        reply = await here.get("auth/session/token", headers=headers(cookie=cookie))
        made.append(reply.json()["token"])

    assert [await lives(here, bearer=token) for token in made] == [False, True]


@adjusted(clock_skew=timedelta())
async def test_how_far_in_the_future_a_credential_may_have_been_made(here: World) -> None:
    await here.account()
    here.clock.advance(seconds=1)
    token = await here.token()
    here.clock.advance(seconds=-1)

    assert not await lives(here, bearer=token)


async def guess(here: World, password: str) -> int:
    reply = await here.post("auth/session/login", {"username": "mira", "password": password})
    return reply.status_code


@adjusted(lockout_threshold=2, lockout_duration=timedelta(seconds=60))
async def test_how_many_guesses_shut_an_account_for_an_address_and_for_how_long(
    here: World,
) -> None:
    await here.account()
    assert [await guess(here, "wrong") for _ in range(2)] == [401, 401]

    assert await guess(here, PASSWORD) == 401
    here.clock.advance(seconds=59)
    assert await guess(here, PASSWORD) == 401
    here.clock.advance(seconds=1)
    assert await guess(here, PASSWORD) == 204


@adjusted(lockout_threshold=100, lockout_total=3, lockout_duration=timedelta(seconds=60))
async def test_how_many_guesses_lock_an_account_for_all(here: World) -> None:
    """A key is then refused too; what lives goes on (checklist 44)."""
    await here.account()
    token, key = await here.token(), await here.secret()
    for _ in range(3):
        assert await guess(here, "wrong") == 401

    assert await guess(here, PASSWORD) == 401
    refused = await here.post("auth/token/full", {"username": "mira", "secret_key": key})
    assert refusal(refused) == (403, 10023)
    assert await lives(here, bearer=token)
    here.clock.advance(seconds=60)
    assert await guess(here, PASSWORD) == 204


@adjusted(orgs_enabled=False)
async def test_without_orgs_login_knows_the_primary_one_only(here: World) -> None:
    await here.account()

    assert await lives(here, cookie=await here.login(org_identifier="0"))
    body = {"username": "mira", "password": PASSWORD, "org_identifier": "7"}
    assert refusal(await here.post("auth/session/login", body)) == BAD


@adjusted(hash_queue=1, hash_threads=1, hash_time=3, hash_memory=19_456)
async def test_a_full_queue_of_passwords_is_503_with_retry_after(here: World) -> None:
    """It fills before the event loop does; who got in is answered as ever."""
    await here.account()
    body = {"username": "mira", "password": "no-such-password"}

    replies = await asyncio.gather(*[here.post("auth/session/login", body) for _ in range(8)])

    answers = [refusal(reply) for reply in replies]
    assert set(answers) == {UNAUTHORIZED, (503, 10000)}
    for reply in replies:
        assert (reply.status_code == 503) is ("retry-after" in reply.headers)
