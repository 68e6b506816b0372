"""A browser, servers with their people on a held clock, and a host page of another origin.

All live in one event loop for the whole run; each test has a browser context of its own.
"""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from tests.embed.hosting import Backend, Host
from tests.embed.serving import listening, serving
from tests.tools import tool
from tests.world import World, world

MARKS = [pytest.mark.needs("chromium", "node"), pytest.mark.asyncio(loop_scope="session")]
"""Of every module here: the tools, and the one event loop that browser and servers live in."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Stage:
    """A server, the people it knows, and where both sides are."""

    here: World
    backend: Backend
    server: str
    """The server's origin; the host page's is another site, and one it trusts."""
    host: str
    neighbour: str
    """The same host page on the server's own site: another origin, not another site."""
    stranger: str
    """A host page that may call the server but not frame it."""
    mira: str
    """The id of her account."""


async def settled(here: World) -> str:
    """Make the people, and return mira's id: she is in Primary and north, lena in north only."""
    north = await here.org("north")
    await here.group("analysts", "DATADOWNLOADING")
    mira = await here.account("mira", display_name="Mira Holt", email="mira@example.com")
    await here.put_in("analysts", "mira")
    await here.join("mira", north.id)
    await here.account("lena", display_name="Lena Vogt", org="north")
    return mira.id


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stages(
    template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Callable[..., Awaitable[Stage]]]:
    """Make, once for each, a stage with these settings."""
    made: dict[str, Stage] = {}
    async with AsyncExitStack() as stack:
        backend = Backend()
        page, strange = listening(), listening()
        for one in (page, strange):
            await stack.enter_async_context(serving(backend, one))

        async def stage(**changes: Any) -> Stage:
            key = repr(sorted(changes.items()))
            if key not in made:
                bound = listening()
                hosts = [origin(page, "localhost"), origin(page)]
                home = tmp_path_factory.mktemp("embed") / "home"
                here = await stack.enter_async_context(
                    world(
                        template,
                        home,
                        cors_origins=[*hosts, origin(strange, "localhost")],
                        visual_embed_hosts=hosts,
                        **changes,
                    )
                )
                mira = await settled(here)
                await stack.enter_async_context(serving(here.app, bound))
                made[key] = Stage(
                    here,
                    backend,
                    server=origin(bound),
                    host=origin(page, "localhost"),
                    neighbour=origin(page),
                    stranger=origin(strange, "localhost"),
                    mira=mira,
                )
            backend.mint = None
            return made[key]

        yield stage


def origin(bound: socket.socket, name: str = "127.0.0.1") -> str:
    return f"http://{name}:{bound.getsockname()[1]}"


@pytest_asyncio.fixture(loop_scope="session")
async def stage(stages: Callable[..., Awaitable[Stage]]) -> Stage:
    """A server whose cookies are made for frames of other sites."""
    return await stages(enable_partitioned_cookies=True)


@pytest_asyncio.fixture(loop_scope="session")
async def lax(stages: Callable[..., Awaitable[Stage]]) -> Stage:
    """A server with the default cookies, which no frame of another site gets."""
    return await stages()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        one = await playwright.chromium.launch(executable_path=tool("chromium"), args=FLAGS)
        yield one
        await one.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A profile of its own: no cookies, and none for third parties but partitioned ones."""
    one = await browser.new_context()
    yield one
    await one.close()


@pytest_asyncio.fixture(loop_scope="session")
async def host(context: BrowserContext, stage: Stage) -> Host:
    """The host page on another site than the server."""
    return await Host.open(await context.new_page(), stage.host, stage.server)
