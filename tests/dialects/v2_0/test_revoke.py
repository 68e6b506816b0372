"""POST auth/token/revoke."""

from typing import Any

import httpx2
import pytest

from gatepass.core.records import Org
from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, adjusted
from tests.world import (
    ADMIN,
    ADMIN_PASSWORD,
    PASSWORD,
    V2,
    World,
    headers,
    refusal,
    session_cookie,
)

REVOKE = "auth/token/revoke"
OBJECT = {"object_id": "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11"}


async def revoke(here: World, by: dict[str, str], **body: Any) -> httpx2.Response:
    return await here.post(REVOKE, body, headers=headers(**by))


async def lives(here: World, **credential: str) -> bool:
    return (await here.whoami(**credential)).status_code == 200


async def admin(here: World) -> dict[str, str]:
    return {"bearer": await here.token(ADMIN, password=ADMIN_PASSWORD)}


@pytest.mark.parametrize("body", [b"", b"{}", b'{"user_identifier":null,"token":null}', b"  "])
async def test_with_nothing_named_the_callers_own_token_ends(here: World, body: bytes) -> None:
    await here.account()
    token, other = await here.token(), await here.token()

    reply = await here.client.post(f"{V2}/{REVOKE}", content=body, headers=headers(bearer=token))

    assert reply.status_code == 204
    assert reply.content == b""
    assert refusal(await here.whoami(bearer=token)) == UNAUTHORIZED
    assert await lives(here, bearer=other)


async def test_with_nothing_named_and_a_cookie_the_session_ends_with_its_tokens(
    here: World,
) -> None:
    await here.account()
    cookie, other = await here.login(), await here.login()
    minted = (await here.get("auth/session/token", headers=headers(cookie=cookie))).json()["token"]

    assert (await revoke(here, {"cookie": cookie})).status_code == 204

    assert not await lives(here, cookie=cookie)
    assert not await lives(here, bearer=minted)
    assert await lives(here, cookie=other)


async def test_a_given_token_of_ones_own_ends_with_the_sessions_opened_from_it(
    here: World,
) -> None:
    await here.account()
    caller, token = await here.token(), await here.token()
    cookie = session_cookie(await here.post("auth/session/login", headers=headers(bearer=token)))

    assert (await revoke(here, {"bearer": caller}, token=token)).status_code == 204

    assert not await lives(here, bearer=token)
    assert not await lives(here, cookie=cookie)
    assert await lives(here, bearer=caller)


async def test_who_revokes_an_own_token_by_cookie_ends_that_session_too(here: World) -> None:
    await here.account()
    cookie, token = await here.login(), await here.token()

    assert (await revoke(here, {"cookie": cookie}, token=token)).status_code == 204

    assert not await lives(here, cookie=cookie)
    assert not await lives(here, bearer=token)


@pytest.mark.parametrize("by", ["name", "id", "NAME"])
async def test_a_given_user_alone_loses_all_tokens(here: World, by: str) -> None:
    mira = await here.account()
    await here.account("lena")
    tokens = [await here.token(), await here.token(**OBJECT)]
    others = await here.token("lena")
    cookie = await here.login()
    name = {"name": "mira", "NAME": "MIRA", "id": mira.id}[by]

    reply = await revoke(here, {"bearer": tokens[0]}, user_identifier=name)

    assert reply.status_code == 204
    assert not await lives(here, bearer=tokens[0])
    assert not await lives(here, bearer=tokens[1])
    assert await lives(here, cookie=cookie)
    assert await lives(here, bearer=others)


async def test_an_administrator_ends_anyones_tokens(here: World) -> None:
    """Owner, other, administrator (checklist 33)."""
    await here.account()
    by = await admin(here)
    first, second, third = [await here.token() for _ in range(3)]

    assert (await revoke(here, by, token=first)).status_code == 204
    assert not await lives(here, bearer=first)
    assert (await revoke(here, by, token=second, user_identifier="mira")).status_code == 204
    assert not await lives(here, bearer=second)
    assert (await revoke(here, by, user_identifier="mira")).status_code == 204
    assert not await lives(here, bearer=third)
    assert await lives(here, **by)


async def test_an_administrator_keeps_the_own_session_when_ending_anothers_token(
    here: World,
) -> None:
    await here.account()
    cookie = await here.login(ADMIN, ADMIN_PASSWORD)

    assert (await revoke(here, {"cookie": cookie}, token=await here.token())).status_code == 204

    assert await lives(here, cookie=cookie)


@pytest.mark.parametrize("by", ["bearer", "cookie"])
async def test_anothers_tokens_are_forbidden_to_everybody_else(here: World, by: str) -> None:
    """Owner, other, administrator (checklist 33)."""
    await here.account("mira")
    await here.account("lena")
    token = await here.token("mira")
    caller = {by: await (here.token("lena") if by == "bearer" else here.login("lena"))}

    for body in (
        {"token": token},
        {"user_identifier": "mira"},
        {"user_identifier": "mira", "token": token},
    ):
        assert refusal(await revoke(here, caller, **body)) == FORBIDDEN
    assert await lives(here, bearer=token)
    assert await lives(here, **caller)


async def test_user_and_token_must_belong_together(here: World) -> None:
    await here.account("mira")
    await here.account("lena")
    mine, hers = await here.token("mira"), await here.token("lena")

    for by in ({"bearer": mine}, await admin(here)):
        assert refusal(await revoke(here, by, user_identifier="mira", token=hers)) == BAD
    together = await revoke(here, {"bearer": mine}, user_identifier="mira", token=mine)
    assert together.status_code == 204
    assert await lives(here, bearer=hers)


@pytest.mark.parametrize(
    "body",
    [
        {"user_identifier": ""},
        {"token": ""},
        {"user_identifier": "", "token": ""},
        {"user_identifier": "mira", "token": ""},
        {"user_identifier": ["mira"]},
        {"token": {"a": 1}},
        {"token": 7},
    ],
    ids=str,
)
async def test_an_empty_text_is_wrong_here(here: World, body: dict[str, Any]) -> None:
    await here.account()
    token = await here.token()

    assert refusal(await revoke(here, {"bearer": token}, **body)) == BAD
    assert await lives(here, bearer=token)


async def test_an_unknown_user_and_a_token_never_issued_are_bad_requests(here: World) -> None:
    await here.account()
    token = await here.token()

    assert refusal(await revoke(here, await admin(here), user_identifier="nobody")) == BAD
    for never in ("nonsense", "gpf_" + "A" * 43, token[:-1], token + "A", token.upper()):
        assert refusal(await revoke(here, {"bearer": token}, token=never)) == BAD
    assert refusal(await revoke(here, {"bearer": token}, token=await here.login())) == BAD


async def test_a_dead_token_of_the_right_owner_is_done_already(here: World) -> None:
    """Expired or revoked: 204 again (checklist 33)."""
    await here.account()
    caller, revoked = await here.token(validity_time_in_sec=900), await here.token()
    expired = await here.token(validity_time_in_sec=10)
    await revoke(here, {"bearer": caller}, token=revoked)
    here.clock.advance(seconds=10)

    for dead in (revoked, expired):
        assert (await revoke(here, {"bearer": caller}, token=dead)).status_code == 204
        more = await revoke(here, {"bearer": caller}, token=dead, user_identifier="mira")
        assert more.status_code == 204


async def test_without_a_good_credential_nothing_is_looked_at(here: World) -> None:
    await here.account()
    token = await here.token()

    for sent in ({}, {"bearer": "dead"}, {"cookie": "dead"}):
        assert refusal(await revoke(here, sent, token=token)) == UNAUTHORIZED
        assert refusal(await revoke(here, sent, token="")) == UNAUTHORIZED
    assert await lives(here, bearer=token)


async def test_an_object_token_ends_itself_and_nothing_else(here: World) -> None:
    """Checklist 29 (writes)."""
    await here.account()
    limited, other, full = (
        await here.token(**OBJECT),
        await here.token(**OBJECT),
        await here.token(),
    )

    for body in ({"token": other}, {"token": full}, {"user_identifier": "mira"}):
        assert refusal(await revoke(here, {"bearer": limited}, **body)) == FORBIDDEN
    assert await lives(here, bearer=other)
    both = await revoke(here, {"bearer": limited}, token=limited, user_identifier="mira")
    assert both.status_code == 204
    assert not await lives(here, bearer=limited)
    assert (await revoke(here, {"bearer": other})).status_code == 204
    assert await lives(here, bearer=full)


async def org_admin(here: World, org: Org) -> dict[str, str]:
    await here.account("nora", org=org.id)
    await here.put_in("Administrator", "nora", org.id)
    return {"bearer": await here.token("nora")}


async def test_an_orgs_administrator_reaches_members_and_cannot_tell_whom_else_there_is(
    here: World,
) -> None:
    """Another Org's users and tokens are answered like unknown ones (checklist 52)."""
    north = await here.org("north")
    await here.account("lena", org=north.id)
    await here.account("mira")
    by = await org_admin(here, north)
    hers, foreign = await here.token("lena"), await here.token("mira")

    known = await revoke(here, by, user_identifier="mira")
    unknown = await revoke(here, by, user_identifier="nobody")
    assert refusal(known) == refusal(unknown) == BAD
    assert debug(known) == debug(unknown)
    there = await revoke(here, by, token=foreign)
    nowhere = await revoke(here, by, token="gpf_" + "A" * 43)
    assert refusal(there) == refusal(nowhere) == BAD
    assert debug(there) == debug(nowhere)
    assert await lives(here, bearer=foreign)
    assert (await revoke(here, by, token=hers)).status_code == 204
    assert not await lives(here, bearer=hers)


def debug(reply: httpx2.Response) -> str:
    return str(reply.json()["error"]["message"]["debug"])


async def test_user_administration_suffices_with_finer_privileges_on(here: World) -> None:
    await here.account("mira")
    await here.account("keeper")
    await here.group("keepers", "USER_ADMINISTRATION")
    await here.put_in("keepers", "keeper")
    token = await here.token("mira")

    reply = await revoke(here, {"bearer": await here.token("keeper")}, token=token)

    assert reply.status_code == 204


@adjusted(rbac_enabled=False)
async def test_user_administration_does_not_suffice_with_them_off(here: World) -> None:
    await here.account("mira")
    await here.account("keeper")
    await here.group("keepers", "USER_ADMINISTRATION")
    await here.put_in("keepers", "keeper")
    token = await here.token("mira")

    reply = await revoke(here, {"bearer": await here.token("keeper")}, token=token)

    assert refusal(reply) == FORBIDDEN


async def test_the_next_call_with_a_revoked_token_is_refused_everywhere(here: World) -> None:
    """On the very next call (checklist 32)."""
    await here.account()
    token = await here.token()
    assert await lives(here, bearer=token)
    await revoke(here, {"bearer": token})

    sent = headers(bearer=token)
    for path in ("auth/session/user", "auth/session/token"):
        assert refusal(await here.get(path, headers=sent)) == UNAUTHORIZED
    for path in (REVOKE, "auth/token/validate", "auth/configure", "auth/search"):
        assert refusal(await here.post(path, headers=sent)) == UNAUTHORIZED
    body = {"username": "mira", "password": PASSWORD}
    assert (await here.post("auth/session/login", body, headers=sent)).status_code == 204
