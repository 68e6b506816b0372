"""Our own API on sessions: list them, prove who one is, end one, some or all."""

import base64
import random
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from gatepass.core.crypto import SESSION, SystemRandomness
from gatepass.core.records import Org
from tests.adjusted import adjusted
from tests.world import (
    ADMIN,
    ADMIN_PASSWORD,
    OWN,
    PASSWORD,
    World,
    headers,
    session_cookie,
)

Held = dict[str, str]


async def call(here: World, method: str, path: str, held: Held, **more: Any) -> httpx2.Response:
    here.client.cookies.clear()
    return await here.client.request(method, f"{OWN}/{path}", headers=headers(**held), **more)


async def prove(here: World, held: Held, password: str = PASSWORD) -> None:
    reply = await call(here, "POST", "sessions/prove", held, json={"password": password})
    assert reply.status_code == 204, reply.text
    assert reply.content == b""


async def listed(here: World, held: Held, query: str = "") -> list[dict[str, Any]]:
    reply = await call(here, "GET", f"sessions{query}", held)
    assert reply.status_code == 200, reply.text
    found: list[dict[str, Any]] = reply.json()
    return found


async def end(here: World, held: Held, what: str) -> int:
    reply = await call(here, "DELETE", f"sessions{what}", held)
    assert reply.status_code == 200, reply.text
    assert set(reply.json()) == {"ended"}
    return int(reply.json()["ended"])


def refused(reply: httpx2.Response) -> tuple[int, str]:
    body = reply.json()["error"]
    assert set(body) == {"code", "message", "incident_id"}
    assert reply.headers["content-type"] == "application/json"
    return reply.status_code, str(body["code"])


async def lives(here: World, held: Held) -> bool:
    return (await here.whoami(**held)).status_code == 200


async def signed_in(here: World, name: str = "mira", **body: Any) -> Held:
    here.clock.advance(seconds=1)
    password = ADMIN_PASSWORD if name == ADMIN else PASSWORD
    return {"cookie": await here.login(name, password, **body)}


async def proved(here: World, name: str = "mira", **body: Any) -> Held:
    held = await signed_in(here, name, **body)
    await prove(here, held, ADMIN_PASSWORD if name == ADMIN else PASSWORD)
    return held


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


async def test_nobody_else_lists_or_ends_anothers(here: World) -> None:
    """Checklist 9."""
    await here.account("mira")
    await here.account("lena")
    held, other = await proved(here, "mira"), await proved(here, "lena")
    (target,) = await listed(here, other)

    for method, what in (
        ("GET", "?account=lena"),
        ("GET", "?org=0"),
        ("DELETE", f"/{target['id']}"),
        ("DELETE", "/6be2f0a4-0d1c-4b52-9a57-c4de17f2a9b8"),
        ("DELETE", "?account=lena"),
        ("DELETE", "?org=0"),
        ("DELETE", "?all=true"),
    ):
        reply = await call(here, method, f"sessions{what}", held)
        assert refused(reply) == (403, "not_permitted")
    assert await lives(here, other)
    assert await lives(here, held)


async def crowd(here: World) -> tuple[Org, dict[str, Held]]:
    """Return an Org and live credentials: in Primary and in north, sessions and tokens."""
    north = await here.org("north")
    await here.account("mira")
    await here.join("mira", north.id)
    await here.account("lena", org=north.id)
    return north, {
        "mira here": await signed_in(here, org_identifier="0"),
        "mira here too": await signed_in(here, org_identifier="0"),
        "mira there": await signed_in(here, org_identifier="north"),
        "mira's token": {"bearer": await here.token("mira", org_id=0)},
        "lena there": await signed_in(here, "lena"),
        "lena's token": {"bearer": await here.token("lena")},
        "admin": await signed_in(here, ADMIN),
    }


async def gone(here: World, held: dict[str, Held]) -> set[str]:
    return {name for name, one in held.items() if not await lives(here, one)}


async def test_an_administrator_ends_one(here: World) -> None:
    """Reach and non-reach of the four ways (checklist 9)."""
    _, held = await crowd(here)
    sessions = await listed(here, held["admin"], "?account=mira")
    assert len(sessions) == 3

    assert await end(here, held["admin"], f"/{sessions[0]['id'].upper()}") == 1

    assert await gone(here, held) == {"mira here"}


async def test_an_administrator_ends_all_of_one_account(here: World) -> None:
    """Reach and non-reach of the four ways (checklist 9)."""
    _, held = await crowd(here)

    assert await end(here, held["admin"], "?account=MIRA") == 4

    assert await gone(here, held) == {
        "mira here",
        "mira here too",
        "mira there",
        "mira's token",
    }


async def test_an_administrator_ends_all_of_one_org(here: World) -> None:
    """Reach and non-reach of the four ways (checklist 9)."""
    north, held = await crowd(here)

    assert await end(here, held["admin"], f"?org={north.id}") == 3

    assert await gone(here, held) == {"mira there", "lena there", "lena's token"}


@pytest.mark.parametrize("word", ["true", "True", "1"])
async def test_an_administrator_ends_everybody_by_an_explicit_word(here: World, word: str) -> None:
    """Reach and non-reach of the four ways (checklist 9, checklist 10)."""
    _, held = await crowd(here)

    assert await end(here, held["admin"], f"?all={word}") == 7

    assert await gone(here, held) == set(held)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?",
        "?all=",
        "?all=false",
        "?all=0",
        "?all=yes",
        "?account=",
        "?org=",
        "?account=&org=&all=",
        "?account=mira&org=0",
        "?account=mira&all=true",
        "?org=0&all=true",
        "?org=north",
        "?org=--5",
        "?org=-",
        "?org=1e3",
        "?org=99999999999999999999",
        "?everyone=true",
    ],
)
async def test_nothing_or_too_much_named_ends_nobody(here: World, query: str) -> None:
    """Null or empty never means everybody (checklist 10)."""
    _, held = await crowd(here)

    reply = await call(here, "DELETE", f"sessions{query}", held["admin"])

    assert refused(reply) == (400, "invalid_parameter")
    assert await gone(here, held) == set()


async def test_an_orgs_administrator_reaches_that_org_only(here: World) -> None:
    """Neither another Org's sessions nor its users' names (checklist 9, checklist 52)."""
    north, held = await crowd(here)
    await here.account("nora", org=north.id)
    await here.put_in("Administrator", "nora", north.id)
    await here.account("outsider")
    nora = await signed_in(here, "nora")
    held["outsider"] = await signed_in(here, "outsider")
    every = await listed(here, held["admin"], "?org=0")

    shown = await listed(here, nora, f"?org={north.id}")
    assert {one["org_id"] for one in shown} == {north.id}
    assert [one["org_id"] for one in await listed(here, nora, "?account=mira")] == [north.id]
    for query in ("?account=outsider", "?account=nobody"):
        for method in ("GET", "DELETE"):
            reply = await call(here, method, f"sessions{query}", nora)
            assert refused(reply) == (404, "not_found")
    for query in ("?org=0", "?org=12345"):
        for method in ("GET", "DELETE"):
            reply = await call(here, method, f"sessions{query}", nora)
            assert refused(reply) == (400, "org_not_usable")
    foreign = await call(here, "DELETE", f"sessions/{every[0]['id']}", nora)
    assert refused(foreign) == (404, "not_found")
    everyone = await call(here, "DELETE", "sessions?all=true", nora)
    assert refused(everyone) == (403, "not_permitted")
    assert await gone(here, held) == set()

    assert await end(here, nora, "?account=mira") == 1
    assert await gone(here, held) == {"mira there"}
    assert await end(here, nora, f"?org={north.id}") == 3
    assert await gone(here, held) == {"mira there", "lena there", "lena's token"}


async def test_what_is_not_there_is_not_found(here: World) -> None:
    _, held = await crowd(here)
    (mine,) = (await listed(here, held["admin"], "?account=lena"))[:1]
    await end(here, held["admin"], f"/{mine['id']}")

    for what in (
        f"/{mine['id']}",
        "/6be2f0a4-0d1c-4b52-9a57-c4de17f2a9b8",
        "/nonsense",
        "/%00",
        "?account=nobody",
    ):
        reply = await call(here, "DELETE", f"sessions{what}", held["admin"])
        assert refused(reply) == (404, "not_found")


async def test_a_cluster_administrator_lists_an_org(here: World) -> None:
    north, held = await crowd(here)

    assert {one["org_id"] for one in await listed(here, held["admin"], f"?org={north.id}")} == {
        north.id
    }
    assert len(await listed(here, held["admin"], f"?org={north.id}&account=mira")) == 1


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


async def test_ending_is_written_down_with_who_did_it(here: World) -> None:
    _, held = await crowd(here)
    here.clock.advance(seconds=1)
    await end(here, held["admin"], "?account=mira")

    (event,) = await here.core.means.store.read(lambda tx: tx.audit.latest(1))

    admin = await here.core.accounts.find(here.by, ADMIN)
    assert event.act == "session.end_all"
    assert event.by_account == admin.id
    assert event.data["ended"] == 4
