"""A browser, servers with their people on a held clock, and a host page of another origin.

All live in one event loop for the whole run; each test has a browser context of its own.
"""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from tests import certificates
from tests.certificates import Pair
from tests.embed.hosting import Backend, Host
from tests.embed.serving import listening, serving
from tests.tools import CHROMIUM_FLAGS, tool
from tests.world import World, world

MARKS = [pytest.mark.needs("chromium", "node"), pytest.mark.asyncio(loop_scope="session")]
"""Of every module here: the tools, and the one event loop that browser and servers live in."""

FLAGS = [
    *CHROMIUM_FLAGS,
    # Names that exist nowhere: nothing is asked of the world outside.
    "--host-resolver-rules=MAP *.test 127.0.0.1",
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
    """The id of mira's account."""
    north: int


async def settled(here: World) -> tuple[str, int]:
    """Make the people: mira is in Primary and north, lena in north only.

    Returns her account's id and the Org's.
    """
    north = await here.org("north")
    await here.group("analysts", "DATADOWNLOADING")
    mira = await here.account("mira", display_name="Mira Holt", email="mira@example.com")
    await here.put_in("analysts", "mira")
    await here.join("mira", north.id)
    await here.account("lena", display_name="Lena Vogt", org="north")
    return mira.id, north.id


class Stages:
    """Makes stages, each once; all have the same host pages."""

    def __init__(self, template: Path, folders: pytest.TempPathFactory) -> None:
        self._template = template
        self._folders = folders
        self._made: dict[str, Stage] = {}
        self._stack = AsyncExitStack()
        self._backend = Backend()

    async def close(self) -> None:
        await self._stack.aclose()

    async def stage(self, *, tls: Pair | None = None, **changes: Any) -> Stage:
        """Return the stage with these settings; with a certificate it has names of its own."""
        key = repr((tls, sorted(changes.items())))
        if key not in self._made:
            self._made[key] = await self._make(tls, changes)
        self._backend.mint = None
        return self._made[key]

    async def _make(self, tls: Pair | None, changes: dict[str, Any]) -> Stage:
        page, strange, bound = listening(), listening(), listening()
        secure = {"ssl_certfile": tls.certificate, "ssl_keyfile": tls.key} if tls else {}
        for one in (page, strange):
            await self._stack.enter_async_context(serving(self._backend, one, **secure))
        names = ("app.example.test", "gate.other.test") if tls else ("localhost", "127.0.0.1")
        host, neighbour = origin(page, names[0]), origin(page, names[1])
        stranger = origin(strange, names[0])
        here = await self._stack.enter_async_context(
            world(
                self._template,
                self._folders.mktemp("embed") / "home",
                cors_origins=[host, neighbour, stranger],
                visual_embed_hosts=[host, neighbour],
                **changes,
            )
        )
        mira, north = await settled(here)
        await self._stack.enter_async_context(serving(here.app, bound, **secure))
        return Stage(
            here,
            self._backend,
            server=origin(bound, names[1]),
            host=host,
            neighbour=neighbour,
            stranger=stranger,
            mira=mira,
            north=north,
        )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stages(template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stages]:
    made = Stages(template, tmp_path_factory)
    yield made
    await made.close()


def origin(bound: socket.socket, name: str) -> str:
    scheme = "https" if name.endswith(".test") else "http"
    return f"{scheme}://{name}:{bound.getsockname()[1]}"


@pytest_asyncio.fixture(loop_scope="session")
async def stage(stages: Stages) -> Stage:
    """A server whose cookies are made for frames of other sites."""
    return await stages.stage(enable_partitioned_cookies=True)


@pytest_asyncio.fixture(loop_scope="session")
async def lax(stages: Stages) -> Stage:
    """A server with the default cookies, which no frame of another site gets."""
    return await stages.stage()


@pytest_asyncio.fixture(loop_scope="session")
async def unpartitioned(stages: Stages) -> Stage:
    """A server whose cookies frames of other sites get only where browsers still allow it."""
    return await stages.stage(cookie_samesite="none")


@pytest_asyncio.fixture(loop_scope="session")
async def secure(stages: Stages, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Both sides over https, under names of two sites."""
    pair = certificates.make(tmp_path_factory.mktemp("tls"))
    return await stages.stage(tls=pair, enable_partitioned_cookies=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        one = await playwright.chromium.launch(executable_path=tool("chromium"), args=FLAGS)
        yield one
        await one.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A profile of its own: no cookies, and none for third parties but partitioned ones."""
    one = await browser.new_context(ignore_https_errors=True)
    yield one
    await one.close()


@pytest_asyncio.fixture(loop_scope="session")
async def host(context: BrowserContext, stage: Stage) -> Host:
    """The host page on another site than the server."""
    return await Host.open(await context.new_page(), stage.host, stage.server)
