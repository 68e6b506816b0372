"""A client that signs in, revokes, rotates and provisions until the server dies under it."""

import http.client
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.crash.ledger import Credential, Fate, Key, Ledger
from tests.crash.victim import Victim
from tests.workers.cluster import Answer, Worker
from tests.world import PASSWORD, headers

LASTS = 24 * 60 * 60
MOST_LIVE = 60
NOT_DONE = frozenset({500, 503})
"""What says no more than a lost connection does: it may have been done."""


class Lost(Exception):
    """The call was not acknowledged."""


@dataclass
class Client:
    """One client with an Org, an account and a trusted secret that nobody else touches."""

    victim: Victim
    number: int
    org: int
    name: str
    admin: dict[str, str] = field(repr=False)
    """The first administrator's token for this Org."""
    random: Random
    ledger: Ledger = field(default_factory=Ledger)
    worker: Worker | None = None
    made: int = 0

    @property
    def group(self) -> str:
        return f"crash-group-{self.number}"

    def until(self, stop: threading.Event) -> None:
        """Act until told to stop, or until the server does not answer any more."""
        self.worker = self.victim.client()
        acts: list[tuple[Callable[[], None], int]] = [
            (self.log_in, 5),
            (self.buy, 5),
            (self.provision, 3),
            (self.log_out, 4),
            (self.revoke, 4),
            (self.force_out, 1),
            (self.rotate, 2),
        ]
        while not stop.is_set():
            act = self.random.choices(*zip(*acts, strict=True))[0]
            try:
                act()
            except Lost:
                return

    def ask(
        self, path: str, credential: dict[str, str] | None = None, *, status: int, **body: object
    ) -> Answer:
        """Make a call that is acknowledged with a status, or lost."""
        assert self.worker is not None
        try:
            answer = self.worker.post(path, credential, **body)
        except (OSError, http.client.HTTPException) as error:
            raise Lost from error
        if answer.status in NOT_DONE:
            raise Lost
        assert answer.status == status, (path, answer.status, answer.body)
        self.ledger.note(path)
        return answer

    def log_in(self) -> None:
        if len(self.ledger.of(Fate.LIVE)) >= MOST_LIVE:
            return
        answer = self.ask("auth/session/login", status=204, username=self.name, password=PASSWORD)
        self._keep(headers(cookie=answer.cookie))

    def buy(self) -> None:
        """Get a token with the trusted secret, or find out that there is none."""
        key = self._key()
        if key is None:
            return
        answer = self.ask(
            "auth/token/full",
            status=200,
            username=self.name,
            secret_key=key.text,
            validity_time_in_sec=LASTS,
        )
        self._keep(headers(bearer=answer.json["token"]))

    def provision(self) -> None:
        """Sign in somebody new, just in time, with a group."""
        key = self._key()
        if key is None:
            return
        self.made += 1
        name = f"new-{self.number}-{self.made}"
        self.ledger.perhaps_created.append(name)
        answer = self.ask(
            "auth/token/full",
            status=200,
            username=name,
            secret_key=key.text,
            validity_time_in_sec=LASTS,
            auto_create=True,
            display_name="New Here",
            email=f"{name}@example.com",
            group_identifiers=[self.group],
        )
        self._keep(headers(bearer=answer.json["token"]), own=False)
        self.ledger.perhaps_created.remove(name)
        self.ledger.created.append(name)

    def log_out(self) -> None:
        self._end(
            [one for one in self.ledger.of(Fate.LIVE) if "Cookie" in one.headers],
            lambda one: self.ask("auth/session/logout", one.headers, status=204),
        )

    def revoke(self) -> None:
        self._end(
            [one for one in self.ledger.of(Fate.LIVE) if "Authorization" in one.headers],
            lambda one: self.ask("auth/token/revoke", one.headers, status=204),
        )

    def force_out(self) -> None:
        """End all that the account itself holds in its Org; who came just in time stays."""
        own = [one for one in self.ledger.of(Fate.LIVE) if one.own]
        for one in own:
            one.fate = Fate.EITHER
        self.ask("users/force-logout", self.admin, status=204, user_identifiers=[self.name])
        for one in own:
            one.fate = Fate.DEAD

    def rotate(self) -> None:
        """Switch the Org's trusted secret off and on again: the old one is gone for good."""
        self.switch_off()
        self.switch_on()

    def switch_off(self) -> None:
        for key in self.ledger.keys:
            if key.fate is Fate.LIVE:
                key.fate = Fate.EITHER
        self._configure("DISABLED")
        for key in self.ledger.keys:
            key.fate = Fate.DEAD

    def switch_on(self) -> None:
        self._configure("ENABLED")
        answer = self.ask("auth/search", self.admin, status=200, auth_type="TRUSTED_AUTH")
        (part,) = answer.json["org_preferences"]
        self.ledger.keys.append(Key(part["access_tokens"][0]["key"]))

    def _configure(self, status: str) -> None:
        self.ask(
            "auth/configure",
            self.admin,
            status=204,
            auth_type="TRUSTED_AUTH",
            org_preferences=[{"org_identifier": self.org, "auth_status": status}],
        )

    def _key(self) -> Key | None:
        live = [key for key in self.ledger.keys if key.fate is Fate.LIVE]
        return live[-1] if live else None

    def _end(self, among: list[Credential], how: Callable[[Credential], object]) -> None:
        if among:
            one = self.random.choice(among)
            one.fate = Fate.EITHER
            how(one)
            one.fate = Fate.DEAD

    def _keep(self, presented: dict[str, str], *, own: bool = True) -> None:
        self.ledger.credentials.append(Credential(presented, own=own))
