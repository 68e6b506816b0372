"""A weaker credential never buys a stronger one: each route that gives one, by each kind."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from gatepass.core.errors import (
    InvalidParameter,
    NotAuthenticated,
    NotPermitted,
    OrgNotUsable,
    ScopeTooSmall,
)
from gatepass.core.records import AccountStatus, Principal
from tests.world import (
    ADMIN,
    ADMIN_PASSWORD,
    HERE,
    OWN,
    PASSWORD,
    World,
    headers,
    refusal,
    session_cookie,
    world,
)

OBJECT = "3f0c2c7e-5f0e-4d22-9f7e-7a4b0e6f1c11"
STRONG = "Another-horse-battery-2"


async def bearer(here: World, token: str) -> Principal:
    return await here.core.gate.principal(bearer=token, cookie=None)


async def session(here: World, cookie: str) -> Principal:
    return await here.core.gate.principal(bearer=None, cookie=cookie)


async def by_bearer(here: World, token: str, **body: Any) -> str:
    """Log in with a token alone."""
    reply = await here.post("auth/session/login", body, headers=headers(bearer=token))
    assert reply.status_code == 204, reply.text
    return session_cookie(reply)


async def minted(here: World, **credential: str) -> str:
    reply = await here.get("auth/session/token", headers=headers(**credential))
    assert reply.status_code == 200, reply.text
    return str(reply.json()["token"])


async def limited(here: World, kind: str) -> dict[str, str]:
    """Return a credential limited to one object, of this kind."""
    token = await here.token(ADMIN, password=ADMIN_PASSWORD, object_id=OBJECT)
    if kind == "object token":
        return {"bearer": token}
    if kind == "session by an object token":
        return {"cookie": await by_bearer(here, token)}
    if kind == "token by an object token":
        return {"bearer": await minted(here, bearer=token)}
    cookie = await by_bearer(here, token)
    return {"bearer": await minted(here, cookie=cookie)}


LIMITED = (
    "object token",
    "session by an object token",
    "token by an object token",
    "token by a session by an object token",
)


@pytest.mark.parametrize("kind", LIMITED)
async def test_the_limit_passes_to_whatever_is_bought_at_any_depth(here: World, kind: str) -> None:
    """Login by bearer and auth/session/token keep the object (checklist 28)."""
    credential = await limited(here, kind)
    principal = await here.core.gate.principal(
        bearer=credential.get("bearer"), cookie=credential.get("cookie")
    )
    token = await minted(here, **credential)

    assert principal.object_id == OBJECT
    assert (await bearer(here, token)).object_id == OBJECT
    shown = await here.post("auth/token/validate", {"token": token}, headers=headers(bearer=token))
    assert shown.json()["scope"] == {
        "access_type": "REPORT_BOOK_VIEW",
        "org_id": 0,
        "metadata_id": OBJECT,
    }


WRITES: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
    ("POST", "/api/rest/2.0/auth/configure", {"auth_type": "TRUSTED_AUTH"}),
    ("POST", "/api/rest/2.0/auth/search", {"auth_type": "TRUSTED_AUTH"}),
    ("POST", "/api/rest/2.0/auth/token/revoke", {"user_identifier": ADMIN}),
    ("POST", "/api/rest/2.0/auth/token/revoke", {"user_identifier": "mira"}),
    ("GET", f"{OWN}/sessions", None),
    ("DELETE", f"{OWN}/sessions?all=true", None),
    ("DELETE", f"{OWN}/sessions?account={ADMIN}", None),
    ("POST", f"{OWN}/sessions/prove", {"password": ADMIN_PASSWORD}),
)


@pytest.mark.parametrize("kind", LIMITED)
async def test_an_object_token_and_what_it_buys_writes_nothing(here: World, kind: str) -> None:
    """An administrator's object token administers nothing: 403 (checklist 29)."""
    await here.account("mira")
    credential = await limited(here, kind)
    for method, path, body in WRITES:
        here.client.cookies.clear()

        reply = await here.client.request(method, path, json=body, headers=headers(**credential))

        assert reply.status_code == 403, (path, reply.text)
        assert "ScopeTooSmall" not in reply.text


async def test_no_act_of_the_core_takes_a_limited_principal(here: World) -> None:
    """Whatever a dialect may come to offer (checklist 29)."""
    await here.account("mira")
    org = await here.org()
    group = await here.group("readers")
    own = await here.token(ADMIN, password=ADMIN_PASSWORD, object_id=OBJECT)
    other = await here.token("mira")
    by, core = await bearer(here, own), here.core
    acts = {
        "create": core.accounts.create(by, HERE, name="new"),
        "list accounts": core.accounts.list_all(by),
        "find": core.accounts.find(by, "mira"),
        "set password": core.accounts.set_password(by, HERE, "mira", STRONG),
        "change password": core.accounts.change_password(
            by, HERE, current=ADMIN_PASSWORD, new=STRONG
        ),
        "status": core.accounts.set_status(by, HERE, "mira", AccountStatus.INACTIVE),
        "remove": core.accounts.remove(by, HERE, "mira"),
        "unlock": core.admission.unlock(by, HERE, "mira"),
        "factor": core.admission.require_second_factor(by, HERE, "mira", required=True),
        "org": core.orgs.create(by, HERE, name="south"),
        "orgs": core.orgs.list_all(by),
        "find org": core.orgs.find(by, org.id),
        "join": core.memberships.join(by, HERE, "mira", org.id),
        "leave": core.memberships.leave(by, HERE, "mira", 0),
        "group": core.groups.create(by, HERE, name="new"),
        "groups": core.groups.list_all(by),
        "put in": core.groups.put_in(by, HERE, group.id, "mira"),
        "take out": core.groups.take_out(by, HERE, group.id, "mira"),
        "grant": core.groups.grant(by, HERE, group.id, ["DEVELOPER"]),
        "configure": core.trusted.configure(by, HERE, cluster=True),
        "look": core.trusted.look(by, HERE, cluster=None, org=None),
        "secrets": core.trusted.secrets_of(by, HERE, None),
        "live secrets": core.trusted.live(by),
        "sessions": core.sessions.live(by),
        "own sessions": core.sessions.live(by, account=ADMIN),
        "end one": core.sessions.end_one(by, HERE, by.credential_id),
        "members": core.members.page(by, "All"),
        "group page": core.sights.groups.page(by),
        "group sight": core.sights.groups.of(by, "All"),
        "role page": core.sights.roles.page(by),
        "role sight": core.sights.roles.of(by, "none"),
        "org page": core.sights.orgs.page(by),
        "org sight": core.sights.orgs.of(by, 0),
        "org members": core.sights.orgs.members(by, 0),
        "org off": core.org_states.deactivate(by, HERE, org.id),
        "org on": core.org_states.activate(by, HERE, org.id),
        "provenance": core.provenance.of(by, ADMIN),
        "held": core.credentials.page(by),
        "own held": core.credentials.page(by, account=ADMIN),
        "end token": core.credentials.end_token(by, HERE, by.credential_id),
        "end many": core.sessions.end_many(by, HERE, account=ADMIN),
        "force out": core.sessions.force_out(by, HERE, ["mira"]),
        "prove": core.sessions.prove(by, HERE, password=ADMIN_PASSWORD),
        "switch": core.exchange.switch_org(by, HERE, org=org.id),
        "revoke all": core.tokens.revoke(by, HERE, user="mira", token=None),
        "revoke another": core.tokens.revoke(by, HERE, user=None, token=other),
        "on behalf": core.on_behalf.issue(by, HERE, "mira"),
    }
    for name, act in acts.items():
        with pytest.raises(ScopeTooSmall):
            await act
        assert name

    assert (await here.whoami(bearer=other)).status_code == 200


async def test_the_org_passes_and_cannot_be_changed_afterwards(here: World) -> None:
    """By login, by token, by Org switch: what a token buys stays in its Org (checklist 28)."""
    north = await here.org()
    await here.account("mira")
    await here.join("mira", north.id)
    token = await here.token("mira", org_id=north.id)

    for asked in (0, "Primary"):
        reply = await here.post(
            "auth/session/login", {"org_identifier": asked}, headers=headers(bearer=token)
        )
        assert refusal(reply) == (400, 10002)
    cookie = await by_bearer(here, token, org_identifier=north.id)
    with pytest.raises(NotPermitted):
        await here.core.exchange.switch_org(await session(here, cookie), HERE, org=0)
    with pytest.raises(InvalidParameter):
        await here.core.exchange.switch_org(await bearer(here, token), HERE, org=0)
    again = await minted(here, cookie=cookie)
    assert (await bearer(here, again)).org_id == north.id


async def test_a_session_of_a_password_switches_its_org_and_its_tokens_stay(here: World) -> None:
    """The session moves; what it bought before stays where it was (checklist 28)."""
    north = await here.org()
    await here.account("mira")
    await here.join("mira", north.id)
    cookie = await here.login()
    token = await minted(here, cookie=cookie)

    await here.core.exchange.switch_org(await session(here, cookie), HERE, org=north.id)

    assert (await here.whoami(cookie=cookie)).json()["current_org"]["id"] == north.id
    assert (await here.whoami(bearer=token)).json()["current_org"]["id"] == 0
    south = await here.org("south")
    with pytest.raises(NotPermitted):
        await here.core.exchange.switch_org(await session(here, cookie), HERE, org=south.id)
    with pytest.raises(OrgNotUsable):
        await here.core.exchange.switch_org(await session(here, cookie), HERE, org="nowhere")


async def test_an_administrators_credential_for_one_org_reaches_no_other(here: World) -> None:
    """ADMINISTRATION holds there, the cluster is out of reach (checklist 28)."""
    north = await here.org()
    await here.account("mira")
    token = await here.token(ADMIN, password=ADMIN_PASSWORD, org_id=north.id)
    by = await bearer(here, token)

    assert "ADMINISTRATION" in by.privileges
    assert not by.cluster_admin
    for refused in (
        here.core.sessions.end_many(by, HERE, everyone=True),
        here.core.orgs.create(by, HERE, name="south"),
        here.core.orgs.list_all(by),
        here.core.trusted.configure(by, HERE, cluster=True),
        here.core.on_behalf.issue(by, HERE, "mira"),
    ):
        with pytest.raises(NotPermitted):
            await refused
    assert [org.id for org in await here.core.orgs.mine(by)] == [north.id]
    assert await here.core.accounts.list_all(by) == []


@pytest.mark.parametrize("by_cookie", [True, False])
async def test_ending_the_first_ends_what_it_bought_at_any_depth(
    here: World, *, by_cookie: bool
) -> None:
    """Revoking reaches the third generation on the very next call (checklist 28)."""
    await here.account("mira")
    first = await here.token(validity_time_in_sec=3600)
    cookie = await by_bearer(here, first)
    token = await minted(here, cookie=cookie)
    last = await by_bearer(here, token)
    other = await here.token(validity_time_in_sec=3600)
    for credential in ({"cookie": cookie}, {"bearer": token}, {"cookie": last}):
        assert (await here.whoami(**credential)).status_code == 200

    root = {"cookie": cookie} if by_cookie else {"bearer": first}
    await here.post("auth/session/logout", headers=headers(**root))

    for credential in ({"cookie": cookie}, {"bearer": token}, {"cookie": last}):
        assert refusal(await here.whoami(**credential)) == (401, 10097)
    assert (await here.whoami(bearer=other)).status_code == 200
    assert (await here.whoami(bearer=first)).status_code == (200 if by_cookie else 401)


async def test_running_out_ends_nothing_that_was_bought(here: World) -> None:
    """A token of a minute opens a session of hours (checklist 28)."""
    await here.account("mira")
    token = await here.token(validity_time_in_sec=60)
    cookie = await by_bearer(here, token)
    here.clock.advance(minutes=2)

    assert refusal(await here.whoami(bearer=token)) == (401, 10097)
    assert (await here.whoami(cookie=cookie)).status_code == 200


async def test_nothing_outlives_the_first_sign_in_by_more_than_thirty_days(here: World) -> None:
    """However often it is traded on the way (checklist 28)."""
    await here.account("mira")
    token = await here.token(validity_time_in_sec=86_400)
    for _ in range(31):
        here.clock.advance(hours=23)
        token = await minted(here, bearer=token)
    token = await minted(here, cookie=await by_bearer(here, token, remember_me=True))
    here.clock.advance(hours=6, minutes=59, seconds=59)
    assert (await here.whoami(bearer=token)).status_code == 200

    here.clock.advance(seconds=1)

    assert refusal(await here.whoami(bearer=token)) == (401, 10097)


async def test_in_hardened_mode_nothing_bought_with_a_token_outlives_it(
    template: Path, tmp_path: Path
) -> None:
    """Neither the session nor what that buys (checklist 28)."""
    async with world(template, tmp_path / "home", mode="hardened") as here:
        await here.account("mira")
        token = await here.token(validity_time_in_sec=60)
        cookie = await by_bearer(here, token, remember_me=True)
        bought = [await minted(here, bearer=token), await minted(here, cookie=cookie)]
        here.clock.advance(seconds=60)

        assert (await here.whoami(cookie=cookie)).status_code == 401
        for one in bought:
            assert (await here.whoami(bearer=one)).status_code == 401


async def test_a_password_in_the_body_and_a_weak_bearer_beside_it_do_not_mix(here: World) -> None:
    """The body decides; the header's limit and account pass to nobody (checklist 28)."""
    await here.account("mira")
    weak = await here.token(ADMIN, password=ADMIN_PASSWORD, object_id=OBJECT)

    reply = await here.post(
        "auth/session/login",
        {"username": "mira", "password": PASSWORD},
        headers=headers(bearer=weak),
    )

    principal = await session(here, session_cookie(reply))
    assert (principal.name, principal.object_id) == ("mira", None)
    half = await here.post("auth/session/login", {"username": "mira"}, headers=headers(bearer=weak))
    assert refusal(half) == (400, 10002)


async def test_a_changed_password_ends_the_credential_that_bought_ones_own_too(
    here: World,
) -> None:
    """Changing the password by a bought session ends all others and its parent (checklist 8)."""
    await here.account("mira")
    cookie, other, token = await here.login(), await here.login(), await here.token()

    await here.core.accounts.change_password(
        await session(here, cookie), HERE, current=PASSWORD, new=STRONG
    )

    assert (await here.whoami(cookie=cookie)).status_code == 200
    assert refusal(await here.whoami(cookie=other)) == (401, 10097)
    assert refusal(await here.whoami(bearer=token)) == (401, 10097)


async def test_a_caller_ended_since_the_gate_buys_nothing(here: World) -> None:
    """The act asks again inside its transaction (checklist 28)."""
    await here.account("mira")
    cookie = await here.login()
    stale = await session(here, cookie)
    await here.post("auth/session/logout", headers=headers(cookie=cookie))

    for act in (
        here.core.exchange.mint(stale, HERE),
        here.core.exchange.open_session(stale, HERE),
        here.core.exchange.switch_org(stale, HERE, org=0),
        here.core.tokens.revoke(stale, HERE, user="mira", token=None),
        here.core.sessions.prove(stale, HERE, password=PASSWORD),
        here.core.accounts.change_password(stale, HERE, current=PASSWORD, new=STRONG),
    ):
        with pytest.raises(NotAuthenticated):
            await act


async def test_tokens_are_url_safe_and_have_nothing_of_the_password(here: World) -> None:
    """A prefix and 256 random bits: no two alike, none a digest of something (checklist 37)."""
    account = await here.account("mira")
    encoded = await here.core.means.store.read(lambda tx: tx.accounts.password(account.id)) or ""
    secret = await here.secret()
    made = {
        await here.token(),
        await here.token(),
        await here.token(object_id=OBJECT),
        await here.token("mira", secret_key=secret),
        await minted(here, bearer=await here.token()),
        await here.login(),
        secret,
    }

    assert len(made) == 7
    for one in made:
        assert re.fullmatch(r"gp[fokvs]_[A-Za-z0-9_-]{43}", one)
        assert not any(part in encoded for part in _parts(one))
    digests = {
        hashlib.new(kind, text.encode()).hexdigest()
        for kind in ("md5", "sha1", "sha256")
        for text in (PASSWORD, "mira", f"mira{PASSWORD}", encoded)
    }
    assert not any(one[4:].lower() in digest for one in made for digest in digests)


def _parts(secret: str) -> list[str]:
    return [secret[start : start + 8] for start in range(4, len(secret) - 8)]


@pytest.mark.parametrize(
    ("asked", "lives"),
    [
        (1, 1),
        (300, 300),
        ("77", 77),
        (None, 300),
        ("", 300),
        (30 * 86_400, 30 * 86_400),
        (30 * 86_400 + 1, 30 * 86_400),
        (2**31 - 1, 30 * 86_400),
        (0, None),
        (-1, None),
        (-(2**31), None),
        (2**31, None),
        (10**30, None),
        (1.5, None),
        ("soon", None),
        ([300], None),
        ({"seconds": 300}, None),
        (True, None),
    ],
)
async def test_the_life_of_a_token_is_bounded(
    here: World, asked: object, lives: int | None
) -> None:
    """Zero, negative, too large and no number are refused, much is shortened (checklist 38)."""
    await here.account("mira")
    body = {"username": "mira", "password": PASSWORD, "validity_time_in_sec": asked}
    for path in ("auth/token/full", "auth/token/object"):
        reply = await here.post(path, {**body, "object_id": OBJECT})

        if lives is None:
            assert refusal(reply) == (400, 10002)
        else:
            answer = reply.json()
            life = answer["expiration_time_in_millis"] - answer["creation_time_in_millis"]
            assert life == lives * 1000
