"""Worlds with other settings than the defaults, and the words of v2.0's refusals.

A folder's conftest imports the fixture ``here``; ``@adjusted(session_cap=2)`` says what differs.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.world import World, world

BAD = (400, 10002)
UNKNOWN_OBJECT = (400, 13003)
UNAUTHORIZED = (401, 10097)
FORBIDDEN = (403, 10023)


def adjusted(*each: dict[str, Any], **changes: Any) -> pytest.MarkDecorator:
    """Run a test in a world with these settings, or once in each of several."""
    every = [*each, changes] if changes else list(each)
    names = ["-".join(f"{name}={value}" for name, value in one.items()) for one in every]
    return pytest.mark.parametrize("here", every, indirect=True, ids=names)


@pytest.fixture
async def here(
    request: pytest.FixtureRequest, template: Path, tmp_path: Path
) -> AsyncIterator[World]:
    """A world with the settings that the test asks for."""
    async with world(template, tmp_path / "home", **getattr(request, "param", {})) as one:
        yield one
