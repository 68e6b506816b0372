"""A real server on a real socket, in the test's own event loop, and replies read byte by byte."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import uvicorn

from gatepass.http.protocol import GuardedProtocol
from tests.world import World

HOST = b"Host: gatepass.test\r\n"
HEALTH = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
PATIENCE = 20.0
"""Seconds after which a test gives up waiting: a loaded machine is slow."""


@dataclass
class Answer:
    """One reply as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def refusal(self) -> tuple[int, int]:
        """Status and code; the body has the flat shape and says its length and type."""
        message = self.json["error"]["message"]
        assert set(message) == {"code", "incident_id_guid", "trace_id_guid", "debug"}
        assert self.headers["content-type"] == "application/json"
        return self.status, int(message["code"])


class Line:
    """One connection to a server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await asyncio.wait_for(self.writer.drain(), PATIENCE)

    async def answer(self, *, head_only: bool = False) -> Answer:
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE)
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        length = 0 if head_only else int(headers.get("content-length", "0"))
        body = await asyncio.wait_for(self.reader.readexactly(length), PATIENCE)
        return Answer(int(first.split()[1]), headers, body)

    async def ask(self, data: bytes) -> Answer:
        await self.send(data)
        return await self.answer()

    async def rest(self) -> bytes:
        """Return what still comes until the server closes; a cut connection gives nothing."""
        try:
            return await asyncio.wait_for(self.reader.read(), PATIENCE)
        except ConnectionError:
            return b""


@dataclass
class Served:
    """A world that listens."""

    here: World
    port: int
    lines: list[Line]

    async def line(self) -> Line:
        """Open a connection; it is closed with the server."""
        opened = Line(*await asyncio.open_connection("127.0.0.1", self.port))
        self.lines.append(opened)
        return opened


@asynccontextmanager
async def served(here: World) -> AsyncIterator[Served]:
    """Serve a world as ``gatepass serve`` does, as far as the wire is concerned."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        here.app,
        http=GuardedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        assert not running.done(), "the server did not start"
        await asyncio.sleep(0.01)
    found = Served(here, listening.getsockname()[1], [])
    try:
        yield found
    finally:
        for line in found.lines:
            line.writer.close()
        server.should_exit = True
        await running
        listening.close()


def post(path: str, body: bytes, *more: bytes) -> bytes:
    """Return a JSON POST to v2.0 with its length."""
    lines = [
        b"POST /api/rest/2.0/" + path.encode() + b" HTTP/1.1",
        HOST.strip(),
        b"Content-Type: application/json",
        b"Content-Length: %d" % len(body),
        *more,
    ]
    return b"\r\n".join([*lines, b"", body])
