"""Clients that act at the same time on few objects, and write down when each call was answered.

Every client thread has a connection of its own; which of the server's processes answers it is up
to the kernel. Times are of the one monotonic clock of this machine.
"""

import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from tests.histories.checker import Call
from tests.histories.models import Bought
from tests.workers.cluster import Worker
from tests.world import PASSWORD, headers

CLIENTS = 6
MOST_LIVE = 12
YES, NO = 200, 401


@dataclass
class Account:
    """One account that all clients of a group use at once, and its history."""

    name: str
    orgs: dict[str, int]
    history: list[Call] = field(default_factory=list, repr=False)
    bought: Bought = field(default_factory=Bought)
    held: dict[int, dict[str, str]] = field(default_factory=dict, repr=False)
    numbers: Iterator[int] = field(default_factory=partial(itertools.count, 1))
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def keep(self, presented: dict[str, str], parent: int | None = None) -> int:
        with self.lock:
            number = next(self.numbers)
            self.held[number] = presented
            if parent is not None:
                self.bought.parents[number] = parent
            return number


@dataclass
class Client:
    """One thread of acts on one account."""

    account: Account
    worker: Worker
    random: Random
    admin: dict[str, str] = field(repr=False)

    def act(self, times: int) -> None:
        acts = [self.log_in, self.buy, self.use, self.end, self.force_out]
        for _ in range(times):
            crowded = len(self.account.held) > MOST_LIVE
            (chosen,) = self.random.choices(acts, (1 if crowded else 5, 4, 30, 6, 1))
            chosen()

    def note(self, act: str, given: Any, answer: Any, made: int, answered: int) -> None:
        self.account.history.append(Call(act, given, answer, made, answered))

    def pick(self) -> int | None:
        """Choose something that was handed out, rather something new; it may have ended."""
        with self.account.lock:
            held = list(self.account.held)
        return self.random.choice(held[-MOST_LIVE:]) if held else None

    def log_in(self) -> None:
        """Sign in to an Org, or to the one that was last signed in to; that may be a switch."""
        org = self.random.choice([None, None, *self.account.orgs])
        wish: dict[str, Any] = {} if org is None else {"org_identifier": org}
        made = time.monotonic_ns()
        reply = self.worker.post(
            "auth/session/login", username=self.account.name, password=PASSWORD, **wish
        )
        answered = time.monotonic_ns()
        assert reply.status == 204, reply.body
        presented = headers(cookie=reply.cookie)
        # Not handed to others yet: nobody but a forced logout can have ended it.
        looked = time.monotonic_ns()
        who = self.worker.whoami(presented)
        seen = time.monotonic_ns()
        found = who.json["current_org"]["name"] if who.status == YES else None
        number = self.account.keep(presented)
        self.note("login", org, (number, found), made, answered)
        self.note("use", number, _yes(who.status), looked, seen)

    def buy(self) -> None:
        parent = self.pick()
        if parent is None:
            return
        made = time.monotonic_ns()
        reply = self.worker.ask(
            "GET", "/api/rest/2.0/auth/session/token", credential=self.account.held[parent]
        )
        answered = time.monotonic_ns()
        number = None
        if _yes(reply.status):
            number = self.account.keep(headers(bearer=reply.json["token"]), parent)
        self.note("buy", parent, number, made, answered)

    def use(self) -> None:
        number = self.pick()
        if number is not None:
            made = time.monotonic_ns()
            status = self.worker.whoami(self.account.held[number]).status
            self.note("use", number, _yes(status), made, time.monotonic_ns())

    def end(self) -> None:
        """Log a session out, or revoke a token."""
        number = self.pick()
        if number is None:
            return
        presented = self.account.held[number]
        path = "auth/session/logout" if "Cookie" in presented else "auth/token/revoke"
        made = time.monotonic_ns()
        status = self.worker.post(path, presented).status
        self.note("end", number, _yes(200 if status == 204 else status), made, time.monotonic_ns())

    def force_out(self) -> None:
        made = time.monotonic_ns()
        reply = self.worker.post(
            "users/force-logout", self.admin, user_identifiers=[self.account.name]
        )
        assert reply.status == 204, reply.body
        self.note("force out", None, None, made, time.monotonic_ns())


@dataclass
class Rotation:
    """The trusted secret of one Org: one client switches, the others mint."""

    org: int
    admin: dict[str, str] = field(repr=False)
    keys: list[str] = field(default_factory=list, repr=False)
    history: list[Call] = field(default_factory=list, repr=False)
    done: threading.Event = field(default_factory=threading.Event)

    def rotate(self, worker: Worker, times: int) -> None:
        for _ in range(times):
            made = time.monotonic_ns()
            self._switch(worker, "DISABLED")
            off = time.monotonic_ns()
            self.history.append(Call("switch off", None, None, made, off))
            made = time.monotonic_ns()
            self._switch(worker, "ENABLED")
            answered = time.monotonic_ns()
            # Nobody else switches: what is shown now is what was made.
            reply = worker.post("auth/search", self.admin, auth_type="TRUSTED_AUTH")
            (part,) = reply.json["org_preferences"]
            key = part["access_tokens"][0]["key"]
            self.history.append(Call("switch on", None, key, made, answered))
            self.keys.append(key)
            time.sleep(0.01)
        self.done.set()

    def _switch(self, worker: Worker, status: str) -> None:
        wish = [{"org_identifier": self.org, "auth_status": status}]
        reply = worker.post(
            "auth/configure", self.admin, auth_type="TRUSTED_AUTH", org_preferences=wish
        )
        assert reply.status == 204, reply.body

    def mint(self, worker: Worker, chance: Random) -> None:
        """Show a key, the newest or one before: only with a good one the name is looked at."""
        while not self.done.is_set():
            if not self.keys:
                continue
            key = chance.choice(self.keys[-2:])
            made = time.monotonic_ns()
            reply = worker.post("auth/token/full", username="nobody-at-all", secret_key=key)
            assert reply.status in {400, 401, 403}, reply.body
            self.history.append(Call("mint", key, reply.status == 400, made, time.monotonic_ns()))


def _yes(status: int) -> bool:
    assert status in {YES, NO}, status
    return status == YES


def run_together(work: list[Any]) -> None:
    """Run all of these at once, and raise what any of them raises."""
    with ThreadPoolExecutor(len(work)) as pool:
        for one in [pool.submit(each) for each in work]:
            one.result()
