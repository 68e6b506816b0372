"""A host page in a real browser, and the small application that serves it and mints its tokens."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Dialog, Error, FrameLocator, Page
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from tests.tools import ROOT

HOST_FILES = Path(__file__).with_name("host")
SDK = ROOT / "tests/clients/js/node_modules/@thoughtspot/visual-embed-sdk/dist"
PATIENCE = 20_000.0
"""Milliseconds after which a test gives up waiting: a loaded machine is slow."""

Mint = Callable[[], Awaitable[str | None]]


class Backend:
    """What a team has that embeds: its page, the SDK's own file, and a way to tokens."""

    def __init__(self) -> None:
        self.mint: Mint | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        response = await self._answer(Request(scope, receive).url.path)
        await response(scope, receive, send)

    async def _answer(self, path: str) -> Response:
        if path == "/token":
            token = await self.mint() if self.mint is not None else None
            return Response(status_code=503) if token is None else PlainTextResponse(token)
        if path.startswith("/sdk/"):
            return FileResponse(SDK / path.rsplit("/", 1)[1])
        if path == "/":
            return FileResponse(HOST_FILES / "index.html")
        return FileResponse(HOST_FILES / path.rsplit("/", 1)[1])


@dataclass
class Host:
    """One host page: what it is told to do, and what the SDK told it."""

    page: Page
    server: str
    alerts: list[str] = field(default_factory=list)
    alerted: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once an alert was seen and put away."""
    logged: list[str] = field(default_factory=list)

    @classmethod
    async def open(cls, page: Page, address: str, server: str) -> "Host":
        host = cls(page, server)

        async def dismiss(dialog: Dialog) -> None:
            host.alerts.append(dialog.message)
            # An alert that came of a report may be gone by itself.
            with contextlib.suppress(Error):
                await dialog.dismiss()
            host.alerted.set()

        page.on("dialog", dismiss)
        page.on("console", lambda line: host.logged.append(line.text))
        page.set_default_timeout(PATIENCE)
        await page.goto(address)
        await page.wait_for_function("window.isReady")
        return host

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("#_thoughtspot-embed")

    async def start(self, auth_type: str, **config: Any) -> None:
        """Sign in and embed, as the host page's own script would."""
        wanted = {"thoughtSpotHost": self.server, "authType": auth_type, **config}
        await self.page.evaluate("config => { host.start(config) }", wanted)

    async def trigger(self, name: str, data: Any = None) -> Any:
        """Send a host event and return what the embedded page answers."""
        return await self.page.evaluate("([name, data]) => host.trigger(name, data)", [name, data])

    async def until(self, name: str, data: Any = None, *, times: int = 1) -> None:
        """Wait until an event or a status, with this data if any, was seen so often."""
        count = "([name, data, times]) => host.seen.filter(one => one.name === name && "
        count += "(data === null || one.data === data)).length >= times"
        try:
            await self.page.wait_for_function(count, arg=[name, data, times])
        except Exception as error:
            raise AssertionError(f"no {name}; seen: {await self.seen()}, {self.logged}") from error

    async def seen(self) -> list[str]:
        """Return what was seen, in order: names, failures with their reason."""
        entries = await self.page.evaluate("host.seen")
        return [
            f"FAILURE {one['data']}" if one["name"] == "FAILURE" else str(one["name"])
            for one in entries
        ]

    async def data(self, name: str) -> list[Any]:
        """Return what each event of this name carried."""
        entries = await self.page.evaluate("host.seen")
        return [one.get("data") for one in entries if one["name"] == name]

    @asynccontextmanager
    async def redrawn(self) -> AsyncIterator[None]:
        """Wait at the end until the page has shown anew who is signed in."""
        old = await self.frame.locator("#again").element_handle()
        yield
        await old.wait_for_element_state("hidden")
        await self.shown("signed-in")

    async def again(self) -> None:
        """Let the page ask the server once more who is signed in, and see that somebody is."""
        async with self.redrawn():
            await self.frame.locator("#again").click()

    async def noted(self, note: str) -> None:
        """Wait until the embedded page's own list of messages has this entry."""
        entry = self.frame.locator("#messages li").filter(has_text=note)
        await entry.first.wait_for(state="attached")

    async def notes(self) -> list[str]:
        """Return that list."""
        return await self.frame.locator("#messages li").all_text_contents()

    async def shown(self, state: str) -> None:
        """Wait until the embedded page shows this state."""
        await self.frame.locator(f"#state[data-now={state}]").wait_for()

    async def says(self, text: str) -> None:
        """Wait until the embedded page says it; the host may hear of a change before."""
        await self.frame.locator("#state", has_text=text).wait_for()
