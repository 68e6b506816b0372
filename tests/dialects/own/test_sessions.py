"""Our own API on sessions: list them, prove who one is, end one, some or all."""

import base64
import random
from datetime import timedelta
from typing import Any

import pytest

from gatepass.core.crypto import SESSION, SystemRandomness
from tests.adjusted import adjusted
from tests.dialects.own.sessions_api import (
    call,
    end,
    listed,
    lives,
    prove,
    proved,
    refused,
    signed_in,
)
from tests.world import (
    OWN,
    PASSWORD,
    World,
    headers,
    session_cookie,
)


async def test_owners_list_and_end_their_own_once_they_proved_themselves(here: World) -> None:
    """Checklist 11."""
    mira = await here.account("mira")
    await here.account("lena")
    others = await signed_in(here, "lena")
    first = await signed_in(here, remember_me=True)
    second = await signed_in(here)
    before = await call(here, "GET", "sessions", second)
    assert refused(before) == (403, "not_proved")
    await prove(here, second)

    sessions = await listed(here, second)

    assert [one["current"] for one in sessions] == [False, True]
    assert [one["remembered"] for one in sessions] == [True, False]
    assert {one["account_id"] for one in sessions} == {mira.id}
    assert {one["address"] for one in sessions} == {"127.0.0.1"}
    assert sessions[0]["opened_at"].endswith("Z")
    assert await end(here, second, f"/{sessions[0]['id']}") == 1
    assert not await lives(here, first)
    assert await lives(here, second)
    assert await lives(here, others)
    assert len(await listed(here, second)) == 1


async def test_a_session_shows_no_secret(here: World) -> None:
    """Its id is no credential (checklist 3)."""
    await here.account()
    held = await proved(here)

    reply = await call(here, "GET", "sessions", held)

    assert held["cookie"] not in reply.text
    (one,) = reply.json()
    assert not await lives(here, {"cookie": one["id"]})


async def test_a_proof_holds_for_five_minutes_in_that_session_only(here: World) -> None:
    """Checklist 11."""
    await here.account()
    other = await signed_in(here)
    held = await proved(here)

    here.clock.advance(minutes=5, seconds=-1)
    assert len(await listed(here, held)) == 2
    assert refused(await call(here, "GET", "sessions", other)) == (403, "not_proved")
    here.clock.advance(seconds=1)
    assert refused(await call(here, "GET", "sessions", held)) == (403, "not_proved")


async def test_ending_ones_own_needs_the_proof_too(here: World) -> None:
    """Checklist 11."""
    await here.account()
    other, held = await proved(here), await signed_in(here)
    ids = [one["id"] for one in await listed(here, other)]

    for what in (f"/{ids[0]}", f"/{ids[1]}", "?account=mira"):
        reply = await call(here, "DELETE", f"sessions{what}", held)
        assert refused(reply) == (403, "not_proved")
    assert await lives(here, other)
    assert await lives(here, held)


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"password": "wrong"}, (401, "wrong_credentials")),
        ({"password": ""}, (400, "invalid_parameter")),
        ({"password": None}, (400, "invalid_parameter")),
        ({}, (400, "invalid_parameter")),
        ({"password": ["a"]}, (400, "bad_request")),
        ([], (400, "bad_request")),
    ],
    ids=str,
)
async def test_a_proof_needs_the_right_password(
    here: World, body: Any, answer: tuple[int, str]
) -> None:
    await here.account()
    held = await signed_in(here)

    reply = await call(here, "POST", "sessions/prove", held, json=body)

    assert refused(reply) == answer
    assert refused(await call(here, "GET", "sessions", held)) == (403, "not_proved")


async def test_wrong_proofs_count_as_guesses(here: World) -> None:
    """Whoever stole a cookie guesses no password with it (checklist 44)."""
    await here.account()
    held = await signed_in(here)
    for _ in range(4):
        await call(here, "POST", "sessions/prove", held, json={"password": "wrong"})

    reply = await call(here, "POST", "sessions/prove", held, json={"password": PASSWORD})

    assert refused(reply) == (401, "wrong_credentials")


async def test_a_token_cannot_be_proved_nor_manage_its_owners_sessions(here: World) -> None:
    await here.account()
    held = {"bearer": await here.token()}

    reply = await call(here, "POST", "sessions/prove", held, json={"password": PASSWORD})

    assert refused(reply) == (400, "invalid_parameter")
    assert refused(await call(here, "GET", "sessions", held)) == (403, "not_proved")


async def test_an_account_without_a_password_needs_a_sign_in_of_late(here: World) -> None:
    """Under five minutes old (checklist 11)."""
    await here.account(password=None)
    token = await here.token(secret_key=await here.secret())
    reply = await here.post("auth/session/login", headers=headers(bearer=token))
    held = {"cookie": session_cookie(reply)}

    assert len(await listed(here, held)) == 1
    here.clock.advance(minutes=5)
    assert refused(await call(here, "GET", "sessions", held)) == (403, "not_proved")


async def test_without_a_good_credential_it_is_unauthorized(here: World) -> None:
    for held in ({}, {"cookie": "dead"}, {"bearer": "dead"}):
        for method, path in (
            ("GET", "sessions"),
            ("DELETE", "sessions?all=true"),
            ("DELETE", "sessions/x"),
            ("POST", "sessions/prove"),
        ):
            reply = await call(here, method, path, held)
            assert refused(reply) == (401, "not_authenticated")
            assert reply.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("kind", ["text/plain", "text/plain; a=json", "application/jsonx"])
async def test_a_proof_comes_as_json(here: World, kind: str) -> None:
    await here.account()
    held = await signed_in(here)
    sent = {**headers(**held), "Content-Type": kind}

    reply = await here.client.post(f"{OWN}/sessions/prove", content=b"{}", headers=sent)

    assert refused(reply) == (415, "wrong_media_type")


@pytest.mark.parametrize(
    "content", [b"{", b"[" * 100_000, b'{"a":' * 100_000, b"\xff", b'{"password":"\\ud800"}']
)
async def test_a_malformed_proof_is_a_bad_request(here: World, content: bytes) -> None:
    await here.account()
    held = await signed_in(here)

    reply = await here.client.post(
        f"{OWN}/sessions/prove", content=content, headers=headers(**held)
    )

    assert refused(reply) == (400, "bad_request")


async def test_a_second_factor_is_due_for_a_proof_too(here: World) -> None:
    """A password alone does not do (checklist 48)."""
    await here.account(mfa_required=True)
    token = await here.token(secret_key=await here.secret())
    login = await here.post("auth/session/login", headers=headers(bearer=token))
    held = {"cookie": session_cookie(login)}

    reply = await call(here, "POST", "sessions/prove", held, json={"password": PASSWORD})

    assert refused(reply) == (403, "second_factor_required")


@adjusted(session_cap=3)
async def test_past_the_cap_the_oldest_session_ends(here: World) -> None:
    """Open cap + 1; a remembered one is no exception (checklist 12)."""
    await here.account()
    held = [await signed_in(here, remember_me=index == 0) for index in range(3)]
    assert [await lives(here, one) for one in held] == [True] * 3

    held.append(await signed_in(here))

    assert [await lives(here, one) for one in held] == [False, True, True, True]


async def test_idle_sessions_are_not_listed(here: World) -> None:
    """Unused for three hours and what last-seen times may lag (checklist 5)."""
    await here.account()
    await signed_in(here)
    here.clock.advance(hours=3, seconds=60)
    held = await proved(here)

    assert [one["current"] for one in await listed(here, held)] == [True]


@adjusted(session_max_age=timedelta(hours=4))
async def test_no_use_of_this_api_lengthens_a_session(here: World) -> None:
    """Idle rule and absolute end hold here as well (checklist 5, checklist 6)."""
    await here.account()
    held = await signed_in(here)
    for _ in range(3):
        here.clock.advance(hours=1)
        await prove(here, held)

    here.clock.advance(hours=1)

    assert refused(await call(here, "GET", "sessions", held)) == (401, "not_authenticated")


async def test_proving_keeps_the_session_and_its_id(here: World) -> None:
    """No new id is handed out, no fixed one made stronger elsewhere (checklist 1)."""
    await here.account()
    held = await signed_in(here)

    reply = await call(here, "POST", "sessions/prove", held, json={"password": PASSWORD})

    assert "set-cookie" not in reply.headers
    assert await lives(here, held)


def test_ten_thousand_ids_are_256_bits_each_from_the_systems_generator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Length, source and no duplicates (checklist 2)."""
    drawn: list[bytes] = []
    system = random._urandom  # type: ignore[attr-defined]  # noqa: SLF001 - the source itself

    def watched(size: int) -> bytes:
        drawn.append(system(size))
        return drawn[-1]

    monkeypatch.setattr(random, "_urandom", watched)
    made = [SystemRandomness().secret(SESSION) for _ in range(10_000)]

    bits = [base64.urlsafe_b64decode(one.removeprefix(SESSION) + "=") for one in made]
    assert len(set(bits)) == 10_000
    assert {len(one) for one in bits} == {32}
    assert bits == drawn
