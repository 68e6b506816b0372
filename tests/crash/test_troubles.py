"""Faults of disk and store under a running server: refuse or wait, never accept; then go on."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gatepass.app import close_core, open_core
from gatepass.core.clock import system_clock
from gatepass.core.local import operator
from tests.crash.rounds import SETTINGS
from tests.crash.troubles import (
    PostgresTroubles,
    SmallDisk,
    SqliteTroubles,
    bound_by_modes,
    read_only,
)
from tests.crash.victim import GATEPASS, Victim
from tests.postgres import Cluster, run
from tests.workers.cluster import ADMIN_PASSWORD
from tests.world import HERE, PASSWORD, headers, settings

MOST_TRIES = 600
BUSY = 503


@dataclass
class Served:
    """A running server on a store that troubles may befall, and what clients of it hold."""

    victim: Victim
    troubles: Any
    live: list[dict[str, str]] = field(default_factory=list, repr=False)
    dead: list[dict[str, str]] = field(default_factory=list, repr=False)

    def start(self) -> None:
        made = self.victim.command("init", GATEPASS_ADMIN_PASSWORD=ADMIN_PASSWORD)
        assert made.returncode == 0, made.stderr

        async def people() -> None:
            url = self.victim.settings.get("GATEPASS_DATABASE_URL", "")
            core = open_core(self.victim.home, settings(database_url=url))
            await core.accounts.create(
                operator(system_clock()), HERE, name="mira", password=PASSWORD
            )
            await close_core(core)

        run(people())
        self.victim.start()
        asking = self.victim.client()
        for kind in (asking.login, asking.token):
            self.live += [kind("mira"), kind("mira")]
            self.dead.append(kind("mira"))
            assert asking.post("auth/session/logout", self.dead[-1]).status == 204
        self.victim.hang_up()

    def answers(self) -> None:
        """Whatever is wrong: who is in may be let in, who is out is not."""
        asking = self.victim.client()
        for one in (*self.live[:2], self.live[-1]):
            assert asking.whoami(one).status in {200, BUSY}
        for one in self.dead[:2]:
            assert asking.whoami(one).status in {401, BUSY}
        self.victim.hang_up()

    def is_busy(self) -> None:
        """What asks for a write is refused; what was acknowledged before that counts."""
        asking = self.victim.client()
        tries = 0
        while True:
            tries += 1
            reply = asking.post("auth/session/login", username="mira", password=PASSWORD)
            if reply.status != 204:
                break
            # Room that was there before may be used up first; what is said to be done is done.
            self.live.append(headers(cookie=reply.cookie))
            assert tries < MOST_TRIES
        assert reply.status == BUSY, reply.body
        assert int(reply.headers["Retry-After"]) > 0
        assert not reply.headers.get_all("set-cookie", [])
        self.victim.hang_up()

    def is_well(self) -> None:
        """Everything works again, by the same processes, and nobody came back."""
        self.victim.ready()
        asking = self.victim.client()
        for one in self.live:
            assert asking.whoami(one).status == 200
        for one in self.dead:
            assert asking.whoami(one).status == 401
        self.live.append(asking.login("mira"))
        assert asking.post("auth/session/logout", self.live[0]).status == 204
        self.dead.append(self.live.pop(0))
        assert [asking.whoami(one).status for one in (self.live[-1], self.dead[-1])] == [200, 401]
        self.victim.hang_up()


@pytest.fixture(scope="module")
def on_sqlite() -> Iterator[Served]:
    disk = SmallDisk(8)
    home = disk.folder / "home"
    victim = Victim(home, {**SETTINGS, "GATEPASS_SESSION_CAP": "10000"})
    one = Served(victim, SqliteTroubles(victim, disk))
    try:
        one.start()
        yield one
    finally:
        victim.kill()
        disk.remove()


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    disk = SmallDisk(120)
    cluster = Cluster(disk.folder)
    url = cluster.database()
    home = tmp_path_factory.mktemp("home") / "home"
    more = {
        "GATEPASS_DATABASE_URL": url,
        # Nothing is remembered: each question is put to the store in trouble.
        "GATEPASS_CACHE_TRUST": "0s",
        "GATEPASS_SESSION_CAP": "10000",
    }
    victim = Victim(home, {**SETTINGS, **more})
    one = Served(victim, PostgresTroubles(cluster, url, disk))
    try:
        one.start()
        yield one
    finally:
        victim.kill()
        cluster.remove()
        disk.remove()


@pytest.mark.parametrize("trouble", ["full", "locked", "gone"])
def test_on_sqlite_a_store_in_trouble_is_busy_and_serves_again(
    on_sqlite: Served, trouble: str
) -> None:
    """Disk full, database locked by another process, file taken away (checklist 64)."""
    with getattr(on_sqlite.troubles, trouble)():
        on_sqlite.answers()
        on_sqlite.is_busy()
        on_sqlite.answers()

    on_sqlite.is_well()


@pytest.mark.needs("postgres")
@pytest.mark.parametrize("trouble", ["full", "locked", "read_only", "gone"])
def test_on_postgres_a_store_in_trouble_is_busy_and_serves_again(
    on_postgres: Served, trouble: str
) -> None:
    """The database server's disk full, its tables locked, read-only, stopped (checklist 64)."""
    if trouble == "full" and not on_postgres.troubles.disk.is_mounted:
        # Its server cannot be forbidden to grow files without ending it.
        trouble = "read_only"
    with getattr(on_postgres.troubles, trouble)():
        on_postgres.answers()
        on_postgres.is_busy()
        on_postgres.answers()

    on_postgres.is_well()


def test_on_a_home_that_is_read_only_nothing_starts_and_nothing_is_acknowledged(
    tmp_path: Path,
) -> None:
    """A line that says so, no traceback; writable again is enough (checklist 64)."""
    one = Served(Victim(tmp_path / "home", dict(SETTINGS)), None)
    one.start()
    one.victim.stop()

    with read_only(one.victim.home):
        for words in (("serve", "--port", "0"), ("org", "create", "north")):
            done = subprocess.run(
                [*bound_by_modes(), str(GATEPASS), *words, "--home", str(one.victim.home)],
                env=one.victim.environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode not in {0, 1}, done
            assert "Traceback" not in done.stdout + done.stderr
            assert done.stderr.strip().splitlines()[-1].startswith("gatepass: ")

    one.victim.start()
    one.is_well()
    one.victim.kill()
