"""The TypeScript client in Debian's Chromium: a page of a listed origin, and one of another."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.http.sockets import served
from tests.sdks.typescript import Packed
from tests.tools import tool
from tests.world import PASSWORD, world

pytestmark = pytest.mark.needs("typescript", "chromium")

PATIENCE = 60.0  # seconds; a browser takes its time to start on a loaded machine
PAGE = b"<!doctype html><script type=module src=/calls.js></script>"
CALLS = (Path(__file__).parent / "page" / "calls.js").read_bytes()
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Site:
    """Serves the page, the client, and answers that no server should give."""

    sdk: Path
    facts: dict[str, Any] = field(default_factory=dict)
    outcomes: asyncio.Future[dict[str, Any]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            method, path, _ = head.split(" ", 2)
            if method == "POST":
                size = int(head.lower().split("content-length: ")[1].split("\r\n")[0])
                self.outcomes.set_result(json.loads(await reader.readexactly(size)))
            if path.startswith("/silence/"):
                await reader.read()  # until the browser gives up
            else:
                writer.write(self.reply(path))
                await writer.drain()
        finally:
            writer.close()

    def reply(self, path: str) -> bytes:
        if path.startswith("/redirect/"):
            return http("302 Found", b"", "text/plain", "Location: /elsewhere\r\n")
        if path.startswith("/half/"):
            return http("200 OK", b'{"id": "1", "name": "ann"}', "application/json")[:-9]
        if path.startswith("/sdk/"):
            file = self.sdk / Path(path).name
            return http("200 OK", file.read_bytes(), "text/javascript")
        if path == "/calls.js":
            return http("200 OK", CALLS, "text/javascript")
        if path == "/facts":
            return http("200 OK", json.dumps(self.facts).encode(), "application/json")
        return http("200 OK", PAGE, "text/html")


def http(status: str, body: bytes, kind: str, more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}"
    return f"{head}Connection: close\r\n\r\n".encode() + body


@asynccontextmanager
async def serving(site: Site) -> AsyncIterator[str]:
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def browsing(url: str, folder: Path) -> AsyncIterator[None]:
    """Show a page in a browser of its own, in a profile of its own."""
    browser = await asyncio.create_subprocess_exec(
        tool("chromium"),
        *FLAGS,
        f"--user-data-dir={folder}",
        url,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        # All that it has started is in the session that was begun for it.
        os.killpg(browser.pid, signal.SIGKILL)
        await browser.wait()


@asynccontextmanager
async def nowhere() -> AsyncIterator[str]:
    """Hold a port on which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


async def outcomes(
    packed: Packed, template: Path, folder: Path, *, is_listed: bool
) -> dict[str, Any]:
    """Let a page make its calls; return what became of each."""
    site = Site(packed.folder / "node_modules" / "gatepass-sdk" / "dist" / "esm")
    async with serving(site) as origin, nowhere() as nobody:
        origins = [origin] if is_listed else ["http://localhost:3000"]
        async with world(template, folder / "home", cors_origins=origins) as here:
            await here.account()
            async with served(here) as where:
                server = f"http://127.0.0.1:{where.port}"
                site.facts = {
                    "server": server,
                    "nobody": nobody,
                    "name": "mira",
                    "password": PASSWORD,
                }
                async with browsing(origin, folder / "profile"):
                    return await asyncio.wait_for(site.outcomes, PATIENCE)


async def test_a_page_of_a_listed_origin_signs_in_and_calls(
    packed: Packed, template: Path, tmp_path: Path
) -> None:
    assert await outcomes(packed, template, tmp_path, is_listed=True) == {
        "strangerIsRefused": "Unauthorized 401",
        "wrongPassword": "Unauthorized 401",
        "login": None,
        "byCookie": "mira",
        "betaByCookie": "mira",
        "cookieIsTheBrowsersAlone": "",
        "logout": None,
        "afterLogout": "Unauthorized 401",
        "byToken": ["mira"] * 8,
        "refusal": [True, 10097],
        "nobody": "ConnectionLost",
        "redirect": "Refused 0",
        "half": "TruncatedAnswer",
        "silence": "TimedOut",
        "aborted": "AbortError",
        "beta": "mira",
    }


async def test_a_page_of_another_origin_learns_nothing(
    packed: Packed, template: Path, tmp_path: Path
) -> None:
    found = await outcomes(packed, template, tmp_path, is_listed=False)

    assert found["login"] == found["byCookie"] == found["beta"] == "ConnectionLost"
    assert found["byToken"] == ["ConnectionLost"] * 8
