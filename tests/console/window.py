"""The console in a real browser: a served world with people in it, and what axe-core thinks."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext
from playwright.async_api import Page as Tab

from gatepass.core.clock import system_clock
from tests.embed.serving import listening, serving
from tests.tools import ROOT
from tests.world import ADMIN, ADMIN_PASSWORD, World, world

MARKS = [pytest.mark.needs("chromium", "node"), pytest.mark.asyncio(loop_scope="session")]
"""Of every module here that opens a browser: the tools, and the one event loop it lives in."""

AXE = ROOT / "tests/clients/js/node_modules/axe-core/axe.min.js"
MOST_STEPS = 120
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass
class Stage:
    """A server, its people, and a window of the administrator's."""

    here: World
    server: str
    context: BrowserContext
    tab: Tab
    password: str = ADMIN_PASSWORD

    def at(self, path: str = "") -> str:
        """Return the address of a place."""
        return f"{self.server}/console/{path}"

    async def go(self, path: str = "") -> Tab:
        """Open a place in the administrator's window."""
        await self.tab.goto(self.at(path))
        return self.tab


@asynccontextmanager
async def staged(
    browser: Browser, template: Path, home: Path, **changes: Any
) -> AsyncIterator[Stage]:
    """Serve a world on a real socket and sign its administrator in, in a window."""
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(world(template, home, **changes))
        # A browser has a clock of its own: pages that tell the time tell it by a like one.
        here.clock.now = system_clock()
        bound = listening()
        await stack.enter_async_context(serving(here.app, bound))
        context = await browser.new_context()
        stack.push_async_callback(context.close)
        server = origin(bound)
        tab = await context.new_page()
        await sign_in(tab, server)
        yield Stage(here, server, context, tab)


def origin(bound: socket.socket) -> str:
    return f"http://127.0.0.1:{bound.getsockname()[1]}"


async def sign_in(tab: Tab, server: str, name: str = ADMIN, password: str = ADMIN_PASSWORD) -> None:
    """Sign in by keyboard, from where the page puts the cursor."""
    await tab.goto(f"{server}/console/")
    await tab.locator("#username:focus").wait_for()
    await tab.keyboard.type(name)
    await tab.keyboard.press("Tab")
    await tab.keyboard.type(password)
    await tab.keyboard.press("Enter")
    await tab.wait_for_url(f"{server}/console/")


async def walk_to(tab: Tab, selector: str) -> None:
    """Press Tab until the cursor is on what the selector names."""
    for _ in range(MOST_STEPS):
        if await tab.evaluate("one => document.activeElement.matches(one)", selector):
            return
        await tab.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {selector}")


async def press(tab: Tab, key: str) -> None:
    """Press a key that leads to another page, and wait for that."""
    async with tab.expect_navigation():
        await tab.keyboard.press(key)


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


async def complaints(tab: Tab, levels: Sequence[str] = tuple(LEVELS)) -> list[str]:
    """Return what axe-core finds wrong with the page, each with where."""
    await tab.evaluate(_axe())
    found = await tab.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", list(levels)
    )
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {node['target']} {node['html'][:120]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
