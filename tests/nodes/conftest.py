"""Nodes: worlds that share one PostgreSQL database and nothing else."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from gatepass.storage.postgres import watch
from tests.cli.processes import CLEAN, GATEPASS, Server, address, wait_for
from tests.nodes.waiting import seconds_until
from tests.postgres import Cluster, Pooler, Wire
from tests.world import World, world

LISTENERS = f"FROM pg_stat_activity WHERE application_name = '{watch.LISTENER}'"


class Nodes:
    """One founded database, and any number of nodes on it."""

    def __init__(self, cluster: Cluster, url: str, home: Path, folder: Path) -> None:
        self.cluster = cluster
        self.url = url
        self._home = home
        self._folder = folder
        self._stack = AsyncExitStack()
        self._started = 0

    async def start(self, **changes: Any) -> World:
        """Start one more node; its settings may differ."""
        self._started += 1
        folder = self._folder / f"node-{self._started}"
        changes.setdefault("database_url", self.url)
        return await self._stack.enter_async_context(world(self._home, folder, **changes))

    async def listening(self, count: int) -> None:
        """Wait until so many nodes listen."""

        async def so_many() -> bool:
            rows = await asyncio.to_thread(self.cluster.ask, f"SELECT count(*) {LISTENERS}")
            return bool(rows[0][0] == count)

        await seconds_until(so_many)
        # Connected is not yet listening.
        await asyncio.sleep(0.1)

    def cut(self) -> None:
        """Cut the listeners of all nodes; they come back by themselves."""
        self.cluster.ask(f"SELECT pg_terminate_backend(pid) {LISTENERS}")

    def wire(self) -> Wire:
        """Return a way to the database that can be held up."""
        wire = Wire(self.cluster.port)
        self._stack.callback(wire.remove)
        return wire

    async def stop(self) -> None:
        await self._stack.aclose()
        self.cluster.drop(self.url)


@pytest.fixture
async def nodes(
    cluster: Cluster, founded_home: tuple[Path, str], tmp_path: Path
) -> AsyncIterator[Nodes]:
    home, template = founded_home
    found = Nodes(cluster, cluster.database(template), home, tmp_path)
    # PostgreSQL 15 writes down no step of a sequence that it copied with a template since the last
    # checkpoint: after a crash it would count from the copy's number again.
    cluster.ask("CHECKPOINT")
    yield found
    await found.stop()


@pytest.fixture
def pooler(cluster: Cluster) -> Iterator[Pooler]:
    one = Pooler(cluster)
    yield one
    one.remove()


class Servers:
    """Servers started as a user starts them, each on a home of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, home: Path, *words: str) -> Server:
        log = self._folder / f"serve-{len(self._started)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [GATEPASS, "serve", "--port", "0", *words, "--home", home],
                env=CLEAN,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._started.append(process)
        url = address(log, process)
        wait_for(url, process, log)
        return Server(process, url, log)

    def stop(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=20)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    found = Servers(tmp_path)
    yield found
    found.stop()
