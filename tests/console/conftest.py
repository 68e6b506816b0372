"""A world for each test that says who is there, and a browser that all tests share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.adjusted import here
from tests.console.visitor import Visitor
from tests.console.window import Stage, staged
from tests.tools import CHROMIUM_FLAGS, tool
from tests.world import World

__all__ = ["here"]


@pytest.fixture
async def admin(here: World) -> Visitor:
    """The first administrator, signed in."""
    return await Visitor.signed_in(here)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        one = await playwright.chromium.launch(
            executable_path=tool("chromium"), args=CHROMIUM_FLAGS
        )
        yield one
        await one.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(browser: Browser, template: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """A served world with some people, and a window in which the administrator is signed in."""
    async with staged(browser, template, tmp_path / "home") as one:
        yield one
