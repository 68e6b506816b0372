"""Rounds of a crash: load, SIGKILL at a random moment, start again, and look at all of it."""

import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from gatepass.app import close_core, open_core
from gatepass.core.clock import system_clock
from gatepass.core.local import operator
from tests.crash.ledger import Credential, Fate, Key
from tests.crash.load import LASTS, Client
from tests.crash.victim import Victim
from tests.postgres import Cluster, run
from tests.workers.cluster import ADMIN_PASSWORD, Worker
from tests.world import ADMIN, HERE, PASSWORD, settings

CLIENTS = 4
LOAD_SECONDS = 0.05, 0.8
MOST_OLD = 150
"""Credentials of earlier rounds that are looked at again in each round; at the end all are."""
EXAMINED = (("doctor",), ("audit", "verify"))
"""Commands that must find nothing wrong after the last round."""
SETTINGS = {
    "GATEPASS_HASH_TIME": "1",
    "GATEPASS_HASH_MEMORY": "64",
    "GATEPASS_FLOOD_LIMIT": "1000000",
    "GATEPASS_LOG_LEVEL": "warning",
    "GATEPASS_DATABASE_PATIENCE": "1s",
}
LIKE_A_REAL_ONE = {"GATEPASS_HASH_TIME": "2", "GATEPASS_HASH_MEMORY": "19456"}
BAD, UNAUTHORIZED, FORBIDDEN = 400, 401, 403


@dataclass
class Trial:
    """One home, its server and its clients, through any number of crashes."""

    home: Path
    random: Random
    cluster: Cluster | None = None
    url: str = ""
    clients: list[Client] = field(default_factory=list)
    looked: int = 0
    """Credentials, keys and accounts that were looked at after a crash."""
    _older: list[Credential] = field(default_factory=list)

    def __post_init__(self) -> None:
        more = {"GATEPASS_DATABASE_URL": self.url} if self.url else {}
        self.victim = Victim(self.home, {**SETTINGS, **more})

    @property
    def acknowledged(self) -> Counter[str]:
        """Count by its path what was acknowledged."""
        return sum((Counter(one.ledger.counts) for one in self.clients), Counter())

    def found(self) -> None:
        """Make the home, and for each client an Org with an account; start the server."""
        made = self.victim.command("init", GATEPASS_ADMIN_PASSWORD=ADMIN_PASSWORD)
        assert made.returncode == 0, made.stderr
        orgs = run(self._people())
        if self.cluster is not None:
            # What a sequence copied with its template is on disk only after a checkpoint.
            self.cluster.ask("CHECKPOINT")
        self.victim.start()
        asking = self.victim.client()
        for number, org in enumerate(orgs):
            wish: dict[str, Any] = {"org_id": org, "validity_time_in_sec": LASTS}
            admin = asking.token(ADMIN, password=ADMIN_PASSWORD, **wish)
            chance = Random(self.random.random())  # noqa: S311 - what to try next, not a secret
            self.clients.append(Client(self.victim, number, org, _name(number), admin, chance))

    async def _people(self) -> list[int]:
        core = open_core(self.home, settings(database_url=self.url))
        by, found = operator(system_clock()), []
        for number in range(CLIENTS):
            org = await core.orgs.create(by, HERE, name=_name(number))
            found.append(org.id)
            await core.accounts.create(by, HERE, name=_name(number), password=PASSWORD, org=org.id)
        await close_core(core)
        return found

    def round(self, number: int) -> None:
        """Load the server, kill it or its database or both, start again, and compare."""
        kills = ("server", "database", "both") if self.cluster is not None else ("server",)
        kill = kills[number % len(kills)]
        stop = threading.Event()
        with ThreadPoolExecutor(CLIENTS) as pool:
            acting = [pool.submit(client.until, stop) for client in self.clients]
            time.sleep(self.random.uniform(*LOAD_SECONDS))
            if self.cluster is not None and kill != "server":
                self.cluster.stop(signal.SIGQUIT)
            if kill != "database":
                self.victim.kill()
            stop.set()
            for one in acting:
                one.result()
        self.victim.hang_up()
        if self.cluster is not None and kill != "server":
            self.cluster.start()
        if kill != "database":
            self.victim.start(workers=1 + number % 2)
        self.victim.ready()
        self.check()

    def check(self) -> None:
        """Compare all that this round left, and some of what earlier ones did."""
        asking = self.victim.client()
        fresh = []
        for client in self.clients:
            fresh += client.ledger.credentials
            client.ledger.credentials = [
                one for one in client.ledger.credentials if self._compare(asking, one)
            ]
            self._compare_keys(asking, client)
            self._compare_accounts(asking, client)
        old = self.random.sample(self._older, min(MOST_OLD, len(self._older)))
        for one in old:
            self._compare(asking, one)
        self._older += [one for one in fresh if one.fate is Fate.DEAD]

    def finish(self) -> None:
        """Look at everything once more, let the server end in order, and examine the home."""
        asking = self.victim.client()
        for one in self._older:
            self._compare(asking, one)
        self.victim.hang_up()
        self.victim.stop()
        for command in EXAMINED:
            done = self.victim.command(*command, **LIKE_A_REAL_ONE)
            assert done.returncode == 0, done.stdout + done.stderr
        if self.cluster is None:
            assert "Traceback" not in self.victim.log, self.victim.log

    def _compare(self, asking: Worker, one: Credential) -> bool:
        """Say whether a credential lives; an end that nobody acknowledged happened or did not."""
        self.looked += 1
        status = asking.whoami(one.headers).status
        expected = {Fate.LIVE: {200}, Fate.DEAD: {401}, Fate.EITHER: {200, 401}}[one.fate]
        assert status in expected, f"{one.fate.value}, but the answer is {status}"
        one.fate = Fate.LIVE if status == 200 else Fate.DEAD
        return one.fate is Fate.LIVE

    def _compare_keys(self, asking: Worker, client: Client) -> None:
        dead = [key for key in client.ledger.keys if key.fate is Fate.DEAD]
        rest = [key for key in client.ledger.keys if key.fate is not Fate.DEAD]
        for key in rest + self.random.sample(dead, min(3, len(dead))):
            self.looked += 1
            lives = self._opens(asking, key)
            assert key.fate is Fate.EITHER or lives is (key.fate is Fate.LIVE), key.fate
            key.fate = Fate.LIVE if lives else Fate.DEAD

    def _opens(self, asking: Worker, key: Key) -> bool:
        """Say whether a trusted secret counts: only then is the name looked at."""
        answer = asking.post("auth/token/full", username="nobody-at-all", secret_key=key.text)
        assert answer.status in {BAD, UNAUTHORIZED, FORBIDDEN}, answer.body
        return answer.status == BAD

    def _compare_accounts(self, asking: Worker, client: Client) -> None:
        """Who came just in time is there with group and Org, or not at all."""
        ledger = client.ledger
        for name in ledger.created + ledger.perhaps_created:
            self.looked += 1
            answer = asking.post("users/search", client.admin, user_identifier=name)
            assert answer.status == 200, answer.body
            assert name in ledger.perhaps_created or answer.json, f"{name} was acknowledged"
            for user in answer.json:
                _is_whole(user, client)
        ledger.created.clear()
        ledger.perhaps_created.clear()


def _is_whole(user: dict[str, Any], client: Client) -> None:
    assert client.group in {group["name"] for group in user["user_groups"]}, user
    assert [org["id"] for org in user["orgs"]] == [client.org], user


def _name(number: int) -> str:
    return f"crash-{number}"


def crash(home: Path, rounds: int, seed: int, cluster: Cluster | None = None) -> Trial:
    """Run so many rounds on a new home, on SQLite or on a database of this server."""
    url = "" if cluster is None else cluster.database()
    trial = Trial(home, Random(seed), cluster, url)  # noqa: S311 - when to kill, not a secret
    try:
        trial.found()
        for number in range(rounds):
            trial.round(number)
        trial.finish()
    except BaseException as error:
        error.add_note(f"the seed was {seed}; the home is {home}")
        raise
    finally:
        trial.victim.hang_up()
        trial.victim.kill()
    return trial
