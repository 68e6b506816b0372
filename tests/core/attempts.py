"""Signing in, rightly and wrongly: what the tests of guesses and of refusals share."""

from typing import Any

import pytest

from gatepass.app import open_core
from gatepass.core.errors import (
    WrongCredentials,
)
from gatepass.core.records import Source
from tests.world import HERE, World, settings

ELSEWHERE = Source(address="198.51.100.7", operation="test")
WRONG = "not-the-password-1"


async def sign_in(
    here: World, password: str, source: Source = HERE, username: str = "mira"
) -> None:
    await here.core.sessions.open(source, username=username, password=password)


async def guess(here: World, times: int, source: Source = HERE) -> None:
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            await sign_in(here, WRONG, source)


def second(here: World, **changes: Any) -> World:
    """Return the world as a second server process on the same home would see it."""
    core = open_core(here.home, settings(workers=2, **changes), here.clock)
    return World(core, here.clock, here.client, here.home, here.app)
