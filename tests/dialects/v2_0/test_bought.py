"""What one credential buys: limits inherited on every route, ends that pass on, lifetimes."""

from typing import Any

import httpx2
import pytest

from gatepass.core.records import AccountStatus
from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, adjusted
from tests.world import HERE, NOON, World, headers, refusal, session_cookie

LIVEBOARD = "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11"
MILLIS = int(NOON.timestamp() * 1000)
DAY = 86_400_000
Held = dict[str, str]


async def session_from(here: World, held: Held, **body: Any) -> Held:
    reply = await here.post("auth/session/login", body, headers=headers(**held))
    assert reply.status_code == 204, reply.text
    return {"cookie": session_cookie(reply)}


async def minted_body(here: World, held: Held) -> dict[str, Any]:
    reply = await here.get("auth/session/token", headers=headers(**held))
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


async def token_from(here: World, held: Held) -> Held:
    return {"bearer": (await minted_body(here, held))["token"]}


async def lives(here: World, held: Held) -> bool:
    return (await here.whoami(**held)).status_code == 200


async def validated(here: World, held: Held) -> dict[str, Any]:
    reply = await here.post(
        "auth/token/validate", {"token": held["bearer"]}, headers=headers(**held)
    )
    body: dict[str, Any] = reply.json()
    return body


async def limited(here: World, **body: Any) -> Held:
    await here.account()
    return {"bearer": await here.token(object_id=LIVEBOARD, **body)}


@pytest.mark.parametrize("route", ["token", "session", "session, token", "token, session, token"])
async def test_the_limit_to_one_object_is_inherited_on_every_route(here: World, route: str) -> None:
    """Every mint route: never a stronger credential (checklist 28)."""
    held = await limited(here)
    for step in route.split(", "):
        held = await (session_from(here, held) if step == "session" else token_from(here, held))

    sent = headers(**held)
    assert refusal(await here.post("auth/search", {"auth_type": "TRUSTED_AUTH"}, headers=sent)) == (
        FORBIDDEN
    )
    if "bearer" not in held:
        held = await token_from(here, held)
    assert (await validated(here, held))["scope"] == {
        "access_type": "REPORT_BOOK_VIEW",
        "org_id": 0,
        "metadata_id": LIVEBOARD,
    }


async def test_the_org_is_inherited_on_every_route(here: World) -> None:
    """Checklist 28."""
    await here.account()
    north = await here.org()
    await here.join("mira", north.id)
    token: Held = {"bearer": await here.token(org_id=north.id)}
    session = await session_from(here, token)

    for held in (token, session, await token_from(here, token), await token_from(here, session)):
        shown = (await here.whoami(**held)).json()
        assert shown["current_org"]["id"] == north.id
    other = await here.post("auth/session/login", {"org_identifier": "0"}, headers=headers(**token))
    assert refusal(other) == BAD


async def test_a_limited_token_serves_five_operations(here: World) -> None:
    """Reads that are open to it, itself ended, and nothing else (checklist 29, writes)."""
    held = await limited(here)
    sent = headers(**held)

    assert (await here.whoami(**held)).status_code == 200
    assert (await validated(here, held))["token_type"] == "BEARER"
    assert (await here.get("auth/session/token", headers=sent)).status_code == 200
    assert (await here.post("auth/session/login", headers=sent)).status_code == 204
    for path, body in (
        ("auth/configure", {"auth_type": "TRUSTED_AUTH"}),
        ("auth/search", {"auth_type": "TRUSTED_AUTH"}),
        ("auth/token/revoke", {"user_identifier": "mira"}),
    ):
        assert refusal(await here.post(path, body, headers=sent)) == FORBIDDEN
    own = "/api/gatepass/1/sessions"
    for reply in (
        await here.client.get(own, headers=sent),
        await here.client.delete(f"{own}?account=mira", headers=sent),
        await here.client.delete(f"{own}?all=true", headers=sent),
        await here.client.post(f"{own}/prove", json={"password": "x"}, headers=sent),
    ):
        assert reply.status_code == 403
    assert (await here.post("auth/session/logout", headers=sent)).status_code == 204
    assert not await lives(here, held)


async def test_a_limited_session_is_refused_the_same(here: World) -> None:
    held = await session_from(here, await limited(here))

    for path in ("auth/configure", "auth/search"):
        reply = await here.post(path, {"auth_type": "TRUSTED_AUTH"}, headers=headers(**held))
        assert refusal(reply) == FORBIDDEN


async def family(here: World) -> list[Held]:
    """Return a token and five credentials bought with it, at four depths."""
    await here.account()
    first: Held = {"bearer": await here.token()}
    second = await session_from(here, first)
    third = await token_from(here, second)
    fourth = await session_from(here, third)
    fifth = await token_from(here, fourth)
    sixth = await token_from(here, first)
    return [first, second, third, fourth, fifth, sixth]


@pytest.mark.parametrize("depth", range(5))
@pytest.mark.parametrize("way", ["auth/token/revoke", "auth/session/logout"])
async def test_an_end_passes_on_at_any_depth(here: World, depth: int, way: str) -> None:
    """Revoked or logged out: what was bought with it ends, what it was bought with lives."""
    held = await family(here)
    assert all([await lives(here, one) for one in held])

    assert (await here.post(way, headers=headers(**held[depth]))).status_code == 204

    gone = [not await lives(here, one) for one in held]
    assert gone[:5] == [index >= depth for index in range(5)]
    assert gone[5] is (depth == 0)


async def test_running_out_does_not_pass_on(here: World) -> None:
    held = await family(here)
    here.clock.advance(seconds=300)
    assert not await lives(here, held[0])

    assert all([await lives(here, one) for one in held[1:]])
    here.clock.advance(hours=3)
    for idle in (held[1], held[3]):
        assert not await lives(here, idle)
    for token in (held[2], held[4], held[5]):
        assert await lives(here, token)


async def test_an_expired_token_revoked_late_still_ends_what_it_bought(here: World) -> None:
    held = await family(here)
    here.clock.advance(seconds=300)
    caller: Held = {"bearer": await here.token()}

    await here.post("auth/token/revoke", {"token": held[0]["bearer"]}, headers=headers(**caller))

    assert not any([await lives(here, one) for one in held])


async def test_the_cap_on_sessions_ends_what_the_oldest_bought(here: World) -> None:
    await here.account()
    first: Held = {"cookie": await here.login()}
    bought = await token_from(here, first)
    for _ in range(100):
        here.clock.advance(seconds=1)
        await here.login()

    assert not await lives(here, first)
    assert not await lives(here, bought)


async def test_a_session_from_a_short_token_lives_by_the_session_rules(here: World) -> None:
    await here.account()
    session = await session_from(here, {"bearer": await here.token(validity_time_in_sec=1)})

    for _ in range(3):
        here.clock.advance(hours=3, seconds=-1)
        assert await lives(here, session)
    here.clock.advance(hours=3)
    assert not await lives(here, session)


async def test_a_session_from_a_token_may_be_remembered(here: World) -> None:
    await here.account()
    token: Held = {"bearer": await here.token()}

    session = await session_from(here, token, remember_me=True)

    here.clock.advance(days=7, seconds=-1)
    assert await lives(here, session)
    here.clock.advance(seconds=1)
    assert not await lives(here, session)


async def test_bought_directly_with_a_limited_token_nothing_outlives_it(here: World) -> None:
    held = await limited(here, validity_time_in_sec=900)
    here.clock.advance(seconds=100)

    body = await minted_body(here, held)

    assert body["creation_time_in_millis"] == MILLIS + 100_000
    assert body["expiration_time_in_millis"] == MILLIS + 900_000
    again = await minted_body(here, {"bearer": body["token"]})
    assert again["expiration_time_in_millis"] == MILLIS + 900_000


async def test_from_a_session_that_a_limited_token_opened_it_is_24_hours(here: World) -> None:
    session = await session_from(here, await limited(here))

    body = await minted_body(here, session)

    assert body["expiration_time_in_millis"] == MILLIS + DAY


async def test_nothing_outlives_the_start_of_its_chain_by_thirty_days(here: World) -> None:
    """Buying on and on does not lengthen it (checklist 6)."""
    await here.account()
    held: Held = {"bearer": await here.token(validity_time_in_sec=86_400)}
    for _ in range(29):
        here.clock.advance(hours=23, minutes=59)
        held = await token_from(here, await session_from(here, held))
    left = NOON.timestamp() + 30 * 86_400 - here.clock.now.timestamp()
    assert 0 < left <= 1.1 * 86_400

    here.clock.advance(seconds=left - 60)
    held = await token_from(here, held) if await lives(here, held) else held
    here.clock.advance(seconds=60)
    assert not await lives(here, held)


async def test_the_chain_ends_a_minted_token_before_its_24_hours(here: World) -> None:
    await here.account()
    held: Held = {"bearer": await here.token(validity_time_in_sec=30 * 86_400)}
    here.clock.advance(days=29, hours=12)

    body = await minted_body(here, held)
    session = await session_from(here, held, remember_me=True)

    assert body["expiration_time_in_millis"] == MILLIS + 30 * DAY
    here.clock.advance(hours=12)
    assert not await lives(here, session)


@adjusted(mode="hardened")
async def test_in_hardened_mode_nothing_bought_with_a_token_outlives_it(here: World) -> None:
    await here.account()
    held: Held = {"bearer": await here.token(validity_time_in_sec=900)}

    body = await minted_body(here, held)
    session = await session_from(here, held, remember_me=True)

    assert body["expiration_time_in_millis"] == MILLIS + 900_000
    here.clock.advance(seconds=899)
    assert await lives(here, session)
    here.clock.advance(seconds=1)
    assert not await lives(here, session)


async def test_the_actor_of_a_secret_stays_on_all_that_was_bought(here: World) -> None:
    """Both identities are kept, in rows and log (checklist 57)."""
    await here.account()
    token: Held = {"bearer": await here.token(secret_key=await here.secret())}
    here.clock.advance(seconds=1)
    await token_from(here, await session_from(here, token))

    events = await here.core.means.store.read(lambda tx: tx.audit.latest(2))
    assert {event.act for event in events} == {"session.open", "token.issue"}
    assert {event.actor for event in events} == {"default"}


async def test_a_dead_parent_buys_nothing(here: World) -> None:
    held = await family(here)
    await here.post("auth/token/revoke", headers=headers(**held[0]))

    for one in held:
        assert refusal(await here.get("auth/session/token", headers=headers(**one))) == (
            UNAUTHORIZED
        )
    reply: httpx2.Response = await here.post("auth/session/login", headers=headers(**held[0]))
    assert refusal(reply) == UNAUTHORIZED


@pytest.mark.parametrize("way", ["deactivated", "password reset", "forced out", "deleted"])
async def test_closing_an_account_ends_all_it_holds_at_once(here: World, way: str) -> None:
    """Sessions, tokens and what they bought, and nobody else's (checklist 7, checklist 8)."""
    held = [*await family(here), {"cookie": await here.login()}]
    held.append({"bearer": await here.token(secret_key=await here.secret())})
    await here.account("lena")
    other: Held = {"cookie": await here.login("lena")}
    assert all([await lives(here, one) for one in [*held, other]])

    accounts = here.core.accounts
    if way == "deactivated":
        await accounts.set_status(here.by, HERE, "mira", AccountStatus.INACTIVE)
    elif way == "password reset":
        await accounts.set_password(here.by, HERE, "mira", "Another-staple-42")
    elif way == "forced out":
        await here.core.sessions.force_out(here.by, HERE, ["mira"])
    else:
        await accounts.remove(here.by, HERE, "mira")

    for one in held:
        assert refusal(await here.whoami(**one)) == UNAUTHORIZED
    assert await lives(here, other)
