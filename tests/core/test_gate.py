"""The gate: what it remembers, for how long, and what never passes it."""

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gatepass.app import close_core, open_core
from gatepass.core.records import CredentialKind, Principal
from gatepass.core.store import EVERYTHING, Scope
from gatepass.core.verified import REFUSED_FOR, Entry, Verified
from tests.world import ADMIN, HERE, NOON, V2, World, headers, refusal, settings, world

ACCOUNT = "59481331-ee53-42be-a548-bd87be6ddd4a"


def behind_its_back(here: World, statement: str) -> None:
    """Change rows as a process would that dies before it tells the others."""
    connection = sqlite3.connect(here.home / "gatepass.db")
    with connection:
        connection.execute(statement)
    connection.close()


async def test_a_credential_of_one_kind_is_refused_as_another(here: World) -> None:
    """No session id as a bearer, no token as a cookie, no secret as either (checklist 29)."""
    await here.account("mira")
    session, token, secret = await here.login(), await here.token(), await here.secret()
    for wrong in (
        {"bearer": session},
        {"cookie": token},
        {"bearer": secret},
        {"cookie": secret},
        {"bearer": "gpf_" + session[4:]},
        {"cookie": "gps_" + token[4:]},
        {"bearer": token.upper()},
        {"bearer": token + "A"},
        {"bearer": token[:-1]},
        {"bearer": f"{token},{token}"},
    ):
        assert refusal(await here.whoami(**wrong)) == (401, 10097)
    assert (await here.whoami(bearer=token)).status_code == 200
    assert (await here.whoami(cookie=session)).status_code == 200


async def test_random_tokens_push_no_good_one_out(template: Path, tmp_path: Path) -> None:
    """Refusals are kept apart, and no more of them than of good ones (checklist 61)."""
    async with world(template, tmp_path / "home", cache_size=3) as here:
        await here.account("mira")
        good = [await here.token() for _ in range(3)]
        for token in good:
            await here.whoami(bearer=token)
        for number in range(50):
            await here.whoami(bearer=f"gpf_{number:043d}")
        misses = here.core.gate.misses

        for token in good:
            assert (await here.whoami(bearer=token)).status_code == 200

        assert here.core.gate.misses == misses
        assert len(here.core.gate._verified._refused) == 3  # noqa: SLF001 - the bound itself


def entry(number: int) -> Entry:
    principal = Principal(
        account_id=ACCOUNT,
        name=ADMIN,
        org_id=0,
        privileges=frozenset(),
        cluster_admin=False,
        kind=CredentialKind.TOKEN,
        credential_id=str(number),
        digest=number.to_bytes(32, "big"),
        chain_started_at=NOON,
        expires_at=NOON + timedelta(hours=1),
    )
    later = NOON + timedelta(seconds=30)
    return Entry(principal, checked_at=NOON, good_until=later, idle_at=None)


class Moves:
    """What the epoch has to say, as a test wants it."""

    def __init__(self) -> None:
        self.waiting: list[Scope] = []

    def __call__(self) -> Sequence[Scope]:
        told, self.waiting = self.waiting, []
        return told


def test_what_was_read_before_a_move_is_not_kept_after_it() -> None:
    """Whatever the move was about: the read may be older than it (checklist 61)."""
    moves = Moves()
    verified = Verified(moves, 10)
    read_under = verified.before_reading()
    moves.waiting = [Scope.credential(b"another" * 5)]

    verified.keep(entry(1), read_under)
    assert verified.find(entry(1).principal.digest) is None

    verified.keep(entry(1), verified.before_reading())
    assert verified.find(entry(1).principal.digest) is not None


def test_what_was_read_during_a_commit_is_not_kept() -> None:
    """Nor what was read before one and is to be kept after it (checklist 65)."""
    stillness: list[int | None] = [None]
    verified = Verified(Moves(), 10, stillness=lambda: stillness[0])

    verified.keep(entry(1), verified.before_reading())
    assert len(verified) == 0
    calm = verified.before_reading()
    stillness[0] = 2
    verified.keep(entry(1), calm)
    assert len(verified) == 0
    calm = verified.before_reading()
    stillness[0] = 4
    verified.keep(entry(1), calm)
    assert len(verified) == 0
    verified.keep(entry(1), verified.before_reading())
    assert len(verified) == 1


@pytest.mark.parametrize(
    "scope",
    [EVERYTHING, Scope.account(ACCOUNT), Scope.credential((1).to_bytes(32, "big"))],
    ids=["everything", "account", "credential"],
)
def test_a_move_drops_whom_it_concerns(scope: Scope) -> None:
    moves = Moves()
    verified = Verified(moves, 10)
    concerned = entry(1)
    concerned.principal = concerned.principal
    verified.keep(concerned, verified.before_reading())
    moves.waiting = [scope]

    assert verified.find(concerned.principal.digest) is None
    assert len(verified) == 0


def test_a_refusal_is_kept_briefly_and_not_longer_with_a_clock_set_back() -> None:
    verified = Verified(Moves(), 10)
    verified.refuse(b"x", "unknown", NOON)

    assert verified.refusal(b"x", NOON + REFUSED_FOR - timedelta(seconds=1)) == "unknown"
    assert verified.refusal(b"x", NOON + REFUSED_FOR) is None
    assert verified.refusal(b"x", NOON - timedelta(hours=1)) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tokens SET revoked_at = 1",
        "UPDATE accounts SET status = 'INACTIVE'",
        "UPDATE orgs SET active = 0",
        "DELETE FROM memberships",
        "DELETE FROM tokens",
    ],
)
async def test_whatever_happens_nobody_is_trusted_unseen_for_more_than_thirty_seconds(
    here: World, change: str
) -> None:
    """A process killed between its commit and its move (checklist 61)."""
    await here.account("mira")
    token = await here.token(validity_time_in_sec=3600)
    assert (await here.whoami(bearer=token)).status_code == 200
    behind_its_back(here, change)

    here.clock.advance(seconds=29.9)
    assert (await here.whoami(bearer=token)).status_code == 200
    here.clock.advance(seconds=0.1)
    assert refusal(await here.whoami(bearer=token)) == (401, 10097)


async def test_an_accounts_term_ends_to_the_second_though_it_is_remembered(here: World) -> None:
    """The memory ends with the earliest of all ends (checklist 7)."""
    await here.account("mira")
    token = await here.token(validity_time_in_sec=3600)
    ends = int((here.clock() + timedelta(seconds=20)).timestamp() * 1_000_000)
    behind_its_back(here, f"UPDATE accounts SET expires_at = {ends}")  # noqa: S608
    assert (await here.whoami(bearer=token)).status_code == 200

    here.clock.advance(seconds=19.9)
    assert (await here.whoami(bearer=token)).status_code == 200
    here.clock.advance(seconds=0.1)
    assert refusal(await here.whoami(bearer=token)) == (401, 10097)


async def test_a_clock_set_back_refuses_what_is_from_the_future_and_revives_nothing(
    here: World,
) -> None:
    """Beyond the allowed skew: refused, never accepted (checklist 61)."""
    await here.account("mira")
    old = await here.token(validity_time_in_sec=10)
    revoked = await here.token()
    await here.post("auth/session/logout", headers=headers(bearer=revoked))
    here.clock.advance(seconds=20)
    assert (await here.whoami(bearer=old)).status_code == 401
    here.clock.advance(hours=1)
    fresh, cookie = await here.token(), await here.login()
    assert (await here.whoami(bearer=fresh)).status_code == 200

    here.clock.advance(seconds=-60)
    assert (await here.whoami(bearer=fresh)).status_code == 200
    assert (await here.whoami(cookie=cookie)).status_code == 200
    here.clock.advance(seconds=-1)
    assert refusal(await here.whoami(bearer=fresh)) == (401, 10097)
    assert refusal(await here.whoami(cookie=cookie)) == (401, 10097)
    assert refusal(await here.whoami(bearer=revoked)) == (401, 10097)


async def test_with_a_clock_set_back_a_full_house_still_opens_the_newest_door(
    template: Path, tmp_path: Path
) -> None:
    """The oldest ends, not the one that was just handed out (checklist 12)."""
    async with world(template, tmp_path / "home", session_cap=2, session_token_cap=2) as here:
        await here.account("mira")
        for _ in range(2):
            await here.login()
            here.clock.advance(minutes=1)
        here.clock.advance(seconds=-150)

        cookie = await here.login()
        assert (await here.whoami(cookie=cookie)).status_code == 200
        made = []
        for _ in range(4):
            here.clock.advance(seconds=-5)
            reply = await here.get("auth/session/token", headers=headers(cookie=cookie))
            made.append(reply.json()["token"])
            assert (await here.whoami(bearer=made[-1])).status_code == 200


async def test_a_caller_revoked_while_its_body_trickles_in_is_refused(here: World) -> None:
    """Who is let in is settled when the whole request is there (checklist 7)."""
    await here.account("mira")
    token = await here.token()
    sent: list[dict[str, Any]] = []
    parts = [b'{"tok', b'en":"' + token.encode() + b'"}']

    async def receive() -> dict[str, Any]:
        if len(parts) == 1:
            await here.core.accounts.remove(here.by, HERE, "mira")
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    path = f"{V2}/auth/token/validate"
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"x"), (b"authorization", f"Bearer {token}".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    await here.app(scope, receive, send)

    assert sent[0]["status"] == 401


async def test_what_one_server_ends_the_other_refuses_on_its_next_call(
    template: Path, tmp_path: Path
) -> None:
    """Two servers on one home, each with a memory of its own (checklist 7)."""
    async with world(template, tmp_path / "home", workers=2) as here:
        await here.account("mira")
        other = open_core(here.home, settings(workers=2), here.clock)
        try:
            token, cookie = await here.token(), await here.login()
            assert (await other.gate.principal(bearer=token, cookie=None)).name == "mira"
            assert (await other.gate.principal(bearer=None, cookie=cookie)).name == "mira"

            await other.sessions.force_out(here.by, HERE, ["mira"])
            assert refusal(await here.whoami(bearer=token)) == (401, 10097)
            assert refusal(await here.whoami(cookie=cookie)) == (401, 10097)
        finally:
            await close_core(other)
