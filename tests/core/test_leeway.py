"""One leeway for clocks that differ: it lets in what is a little early, and nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.world import HERE, World, headers, world

LEEWAYS = [0, 60, 120]
VALIDITY = 600


@pytest.fixture(params=LEEWAYS)
async def lenient(
    request: pytest.FixtureRequest, template: Path, tmp_path: Path
) -> AsyncIterator[tuple[World, int]]:
    changes: dict[str, Any] = {"clock_skew": timedelta(seconds=request.param)}
    async with world(template, tmp_path / "home", **changes) as here:
        yield here, request.param


async def held(here: World) -> list[dict[str, str]]:
    """Return a session, a remembered one, a token and a session bought with it."""
    await here.account("mira")
    token = await here.token(validity_time_in_sec=VALIDITY)
    return [
        headers(cookie=await here.login()),
        headers(cookie=await here.login(remember_me=True)),
        headers(bearer=token),
    ]


async def statuses(here: World, credentials: list[dict[str, str]]) -> set[int]:
    return {(await here.get("auth/session/user", headers=one)).status_code for one in credentials}


async def test_what_was_made_by_a_clock_ahead_counts_within_the_leeway_and_no_second_before(
    lenient: tuple[World, int],
) -> None:
    """Skew minus, at and plus a second (checklist 27)."""
    here, leeway = lenient
    all_of_them = await held(here)

    for early, expected in ((leeway + 1, 401), (leeway, 200), (max(0, leeway - 1), 200), (0, 200)):
        here.clock.advance(seconds=-early)
        assert await statuses(here, all_of_them) == {expected}, early
        here.clock.advance(seconds=early)


async def test_the_leeway_lengthens_no_life(lenient: tuple[World, int]) -> None:
    """To the second, whatever the leeway (checklist 27)."""
    here, _ = lenient
    (*_, token) = await held(here)

    here.clock.advance(seconds=VALIDITY - 1)
    assert await statuses(here, [token]) == {200}
    here.clock.advance(seconds=1)
    assert await statuses(here, [token]) == {401}


@pytest.mark.parametrize("drift", [-120, -60, -1, 0, 1, 60, 120])
async def test_the_leeway_does_not_widen_a_revocation(
    lenient: tuple[World, int], drift: int
) -> None:
    """Revoked by one clock, refused by any other at once (checklist 27)."""
    here, _ = lenient
    all_of_them = await held(here)
    key = await here.secret()

    for one in all_of_them:
        assert (await here.post("auth/session/logout", headers=one)).status_code == 204
    await here.core.trusted.configure(here.by, HERE, cluster=False)
    here.clock.advance(seconds=drift)

    assert await statuses(here, all_of_them) == {401}
    reply = await here.post("auth/token/full", {"username": "mira", "secret_key": key})
    assert reply.status_code in {401, 403}
