"""A clock set back or forth by an hour: nothing that was ended comes back, nobody gets in by it.

What merely runs out does so by the clock that the server reads; what somebody ended is ended.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import Ground
from tests.world import HERE, PASSWORD, World, headers, world

JUMPS = [(1, -1), (-1, 1), (1, 1, -2), (-1, -1, 2), (-1, 2, -1), (1, -2, 1)]
SKEW = timedelta(seconds=60)
SHORT = 1800


@pytest.fixture
async def jumping(ground: Ground, tmp_path: Path) -> AsyncIterator[World]:
    """A world on each engine in turn; only its own clock is moved."""
    async with world(ground.home, tmp_path / "home", **ground.changes) as here:
        yield here


@dataclass
class Held:
    """What is held at noon, and what each may be good for."""

    live: list[dict[str, str]] = field(default_factory=list, repr=False)
    short: dict[str, str] = field(default_factory=dict, repr=False)
    ended: list[dict[str, str]] = field(default_factory=list, repr=False)
    ended_keys: list[str] = field(default_factory=list, repr=False)
    key: str = field(default="", repr=False)


async def at_noon(here: World) -> Held:
    held = Held()
    await here.account("mira")
    await here.account("kim")
    day = 24 * 60 * 60
    held.live = [
        headers(cookie=await here.login()),
        headers(cookie=await here.login(remember_me=True)),
        headers(bearer=await here.token(validity_time_in_sec=day)),
    ]
    held.short = headers(bearer=await here.token(validity_time_in_sec=SHORT))
    held.ended = [
        headers(cookie=await here.login("kim")),
        headers(cookie=await here.login("kim", remember_me=True)),
        headers(bearer=await here.token("kim", validity_time_in_sec=day)),
    ]
    for one in held.ended:
        assert (await here.post("auth/session/logout", headers=one)).status_code == 204
    held.ended_keys.append(await here.secret())
    await here.core.trusted.configure(here.by, HERE, cluster=False)
    held.ended_keys.append(await here.secret())
    kept = await here.core.rotation.add(here.by, HERE, label="new", grace=timedelta())
    held.key = kept.text
    brought = await here.core.rotation.add(here.by, HERE, label="other")
    await here.core.rotation.end(here.by, HERE, brought.record.id)
    held.ended_keys.append(brought.text)
    return held


async def statuses(here: World, credentials: list[dict[str, str]]) -> set[int]:
    return {(await here.get("auth/session/user", headers=one)).status_code for one in credentials}


async def opens(here: World, key: str) -> bool:
    reply = await here.post("auth/token/full", {"username": "nobody-here", "secret_key": key})
    assert reply.status_code in {400, 401, 403}
    return reply.status_code == 400


@pytest.mark.parametrize("jumps", JUMPS, ids=str)
async def test_nothing_that_was_ended_comes_back_when_the_clock_jumps(
    jumping: World, jumps: tuple[int, ...]
) -> None:
    """Sessions, tokens and trusted secrets, an hour to and fro (checklist 27, 64)."""
    here = jumping
    held = await at_noon(here)
    noon = here.clock()

    for hours in (0, *jumps):
        here.clock.advance(hours=hours)
        now = here.clock()
        good = now >= noon - SKEW
        assert await statuses(here, held.ended) == {401}
        assert await statuses(here, held.live) == {200 if good else 401}
        ran_out = now >= noon + timedelta(seconds=SHORT)
        assert await statuses(here, [held.short]) == {200 if good and not ran_out else 401}
        assert [await opens(here, key) for key in held.ended_keys] == [False] * 3
        assert await opens(here, held.key)

    assert here.clock() == noon
    assert await statuses(here, held.live) == {200}


@pytest.mark.parametrize("jumps", JUMPS, ids=str)
async def test_what_is_ended_while_the_clock_is_wrong_stays_ended(
    jumping: World, jumps: tuple[int, ...]
) -> None:
    """Signed in and revoked under each clock in turn (checklist 27, 64)."""
    here = jumping
    await here.account("mira")
    dead: list[dict[str, str]] = []
    keys: list[str] = []

    for hours, _ in pairwise((0, *jumps, 0)):
        here.clock.advance(hours=hours)
        mine = headers(cookie=await here.login())
        bought = (await here.get("auth/session/token", headers=mine)).json()["token"]
        assert await statuses(here, [mine, headers(bearer=bought)]) == {200}
        assert (await here.post("auth/session/logout", headers=mine)).status_code == 204
        dead += [mine, headers(bearer=bought)]
        keys.append(await here.secret())
        await here.core.trusted.configure(here.by, HERE, cluster=False)
        assert await statuses(here, dead) == {401}
        assert not any([await opens(here, key) for key in keys])


@pytest.mark.parametrize("hours", [-1, 1 - 1 / 3600])
async def test_a_shut_account_is_not_opened_by_a_clock_that_jumps(
    jumping: World, hours: float
) -> None:
    """Guessing gains nothing, and the clock set right releases as it should (checklist 44, 64)."""
    here = jumping
    await here.account("mira")

    async def log_in(password: str) -> int:
        body = {"username": "mira", "password": password}
        return (await here.post("auth/session/login", body)).status_code

    for _ in range(4):
        assert await log_in("wrong") == 401
    here.clock.advance(hours=hours)
    assert await log_in(PASSWORD) == 401
    here.clock.advance(hours=1 - hours)
    assert await log_in(PASSWORD) == 204
