"""POST auth/token/validate."""

from typing import Any

import httpx2
import pytest

from gatepass.core.records import AccountStatus
from tests.adjusted import BAD, UNAUTHORIZED
from tests.world import ADMIN, ADMIN_PASSWORD, HERE, NOON, World, headers, refusal

MILLIS = int(NOON.timestamp() * 1000)
LIVEBOARD = "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11"


async def ask(here: World, token: Any, **credential: str) -> httpx2.Response:
    sent = headers(**credential) or headers(bearer=await here.token(ADMIN, password=ADMIN_PASSWORD))
    body = {} if token == "absent" else {"token": token}
    return await here.post("auth/token/validate", body, headers=sent)


def why(reply: httpx2.Response) -> str:
    assert refusal(reply) == BAD
    return str(reply.json()["error"]["message"]["debug"])


async def test_a_full_token_is_described_by_five_fields(here: World) -> None:
    mira = await here.account()
    token = await here.token(validity_time_in_sec=900)
    here.clock.advance(seconds=100)

    reply = await ask(here, token)

    assert reply.status_code == 200
    assert reply.json() == {
        "creation_time_in_millis": MILLIS,
        "expiration_time_in_millis": MILLIS + 900_000,
        "scope": {"access_type": "FULL", "org_id": 0, "metadata_id": None},
        "valid_for_user_id": mira.id,
        "token_type": "BEARER",
    }


async def test_an_object_token_is_described_with_its_object_and_org(here: World) -> None:
    north = await here.org()
    await here.account(org=north.id)

    reply = await ask(here, await here.token(object_id=LIVEBOARD))

    assert reply.json()["scope"] == {
        "access_type": "REPORT_BOOK_VIEW",
        "org_id": north.id,
        "metadata_id": LIVEBOARD,
    }


async def test_any_authenticated_caller_may_ask_about_a_token_it_holds(here: World) -> None:
    await here.account("mira")
    await here.account("lena")
    token = await here.token("mira")

    for caller in (
        {"bearer": await here.token("lena")},
        {"cookie": await here.login("lena")},
        {"bearer": await here.token("lena", object_id=LIVEBOARD)},
        {"bearer": token},
    ):
        assert (await ask(here, token, **caller)).status_code == 200


@pytest.mark.parametrize("token", ["absent", None, ""])
async def test_a_token_is_required(here: World, token: str | None) -> None:
    assert "required" in why(await ask(here, token))


@pytest.mark.parametrize("token", [["a"], {"a": 1}, 7, True])
async def test_a_token_is_text(here: World, token: Any) -> None:
    assert refusal(await ask(here, token)) == BAD


async def test_what_is_no_token_or_not_a_known_one_is_malformed(here: World) -> None:
    """Forged and truncated ones alike; an unknown one cannot be told from them."""
    await here.account()
    token = await here.token()

    for bad in (
        "nonsense",
        "gpf_" + "A" * 43,
        token[:-1],
        token + "A",
        token[:4] + token[4:].swapcase(),
        "gpo_" + token[4:],
        " " + token,
        "eyJhbGciOiJub25lIn0.e30.",
        await here.login(),
        await here.secret(),
        "🎫" * 47,
        "x" * 5000,
    ):
        assert "malformed and cannot be parsed" in why(await ask(here, bad))


async def test_the_cause_is_named_to_an_authenticated_caller(here: World) -> None:
    """Expired and revoked are told apart here, and only here (checklist 34)."""
    await here.account()
    expired, revoked = await here.token(validity_time_in_sec=60), await here.token()
    await here.post("auth/token/revoke", headers=headers(bearer=revoked))
    here.clock.advance(seconds=60)

    assert "has expired" in why(await ask(here, expired))
    assert "has been revoked" in why(await ask(here, revoked))
    here.clock.advance(hours=1)
    assert "has been revoked" in why(await ask(here, revoked))
    as_bearer = [
        await here.whoami(bearer=dead) for dead in (expired, revoked, "forged", "gpf_" + "A" * 43)
    ]
    assert len({reply.status_code for reply in as_bearer}) == 1
    assert len({reply.json()["error"]["message"]["debug"] for reply in as_bearer}) == 1


async def test_without_a_good_credential_of_ones_own_it_is_unauthorized(here: World) -> None:
    await here.account()
    token = await here.token()

    for sent in ({}, headers(bearer="dead"), headers(cookie="dead")):
        reply = await here.post("auth/token/validate", {"token": token}, headers=sent)
        assert refusal(reply) == UNAUTHORIZED
        empty = await here.post("auth/token/validate", {}, headers=sent)
        assert refusal(empty) == UNAUTHORIZED


async def test_a_token_of_a_closed_account_counts_no_more(here: World) -> None:
    await here.account()
    token = await here.token()
    await here.core.accounts.set_status(here.by, HERE, "mira", AccountStatus.INACTIVE)

    assert "has been revoked" in why(await ask(here, token))


async def test_a_token_that_the_gate_refuses_is_not_called_good(here: World) -> None:
    """Whoever administers no longer has no token for an Org without membership."""
    south = await here.org("south")
    await here.account("keeper")
    await here.put_in("Administrator", "keeper")
    token = await here.token("keeper", org_id=south.id)
    assert (await ask(here, token)).status_code == 200
    await here.core.groups.take_out(here.by, HERE, "Administrator", "keeper")

    assert refusal(await here.whoami(bearer=token)) == UNAUTHORIZED
    assert "has been revoked" in why(await ask(here, token))


async def test_a_token_from_the_future_is_not_valid_yet(here: World) -> None:
    await here.account()
    here.clock.advance(hours=1)
    token = await here.token()
    here.clock.advance(hours=-1)

    assert refusal(await here.whoami(bearer=token)) == UNAUTHORIZED
    assert "not valid yet" in why(await ask(here, token))
