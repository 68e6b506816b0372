"""A client that does a bit of everything, at its own pace, as long as it is let."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Self

from gatepass.core.crypto import FULL_TOKEN, SystemRandomness
from gatepass.dialects.beta import PREFIX as BETA
from gatepass.dialects.v1 import PREFIX as V1
from tests.crash.ledger import Credential, Fate
from tests.crash.load import LASTS, Client
from tests.workers.cluster import ADMIN_PASSWORD
from tests.world import ADMIN, headers

MOST_HELD, MOST_REMEMBERED = 150, 300
"""Live credentials of a client, and dead ones that it shows again."""
MOST_NEW = 200
"""Accounts that come just in time, again and again under the same names."""
RENEWED_EVERY = 5000
"""Acts after which the administrator's token is a new one."""
USES = (f"{V1}/session/info", f"{BETA}/session", "/api/rest/2.0/auth/session/user")
OK, UNAUTHORIZED = 200, 401
LIVEBOARD = "liveboard:\n  name: Soaked\n"


@dataclass
class Soaker(Client):
    """A client of the crashes with more acts; its ledger is kept short, or it would grow itself."""

    pace: float = 0.04
    """Seconds between two acts."""
    acts: int = 0
    _liveboard: str = field(default="", init=False)

    @classmethod
    def of(cls, client: Client, pace: float) -> Self:
        """Take a client's place."""
        return cls(**{one.name: getattr(client, one.name) for one in fields(Client)}, pace=pace)

    def until(self, stop: threading.Event) -> None:
        """Act until told to stop.

        Raises:
            Lost: a call was not acknowledged.
            AssertionError: an answer was not what the ledger says.
        """
        self.worker = self.victim.client()
        choices: dict[Callable[[], None], int] = {
            self.look: 30,
            self.replay: 5,
            self.guess: 5,
            self.log_in: 5,
            self.buy: 4,
            self.provision: 2,
            self.exchange: 2,
            self.buy_limited: 2,
            self.log_out: 5,
            self.revoke: 8,
            self.force_out: 1,
            self.rotate: 1,
            self.administer: 6,
            self.share: 3,
            self.read: 3,
        }
        while not stop.wait(self.pace):
            self.acts += 1
            self.random.choices(*zip(*choices.items(), strict=True))[0]()
            self._forget()

    def look(self) -> None:
        """Ask who one is, in one of the dialects."""
        assert self.worker is not None
        live = self.ledger.of(Fate.LIVE)
        if live:
            path, one = self.random.choice(USES), self.random.choice(live)
            answer = self.worker.ask("GET", path, credential=one.headers)
            assert answer.status == OK, (path, answer.status, answer.body)
            self.ledger.note(path)

    def replay(self) -> None:
        """Show what has ended."""
        assert self.worker is not None
        dead = self.ledger.of(Fate.DEAD)
        if dead:
            assert self.worker.whoami(self.random.choice(dead).headers).status == UNAUTHORIZED

    def guess(self) -> None:
        """Show what never was, and sign in as nobody."""
        assert self.worker is not None
        made_up = headers(bearer=SystemRandomness().secret(FULL_TOKEN))
        assert self.worker.whoami(made_up).status == UNAUTHORIZED
        nobody = f"nobody-{secrets.token_hex(4)}"
        self.ask("auth/session/login", status=UNAUTHORIZED, username=nobody, password="wrong")

    def buy(self) -> None:
        if self._has_room():
            super().buy()

    def provision(self) -> None:
        self.made %= MOST_NEW
        if self._has_room():
            super().provision()

    def exchange(self) -> None:
        """Trade a session for a token, and that for a session; all of it ends with the first."""
        assert self.worker is not None
        sessions = [one for one in self.ledger.of(Fate.LIVE) if "Cookie" in one.headers and one.own]
        if not sessions:
            return
        first = self.random.choice(sessions)
        bought = self.worker.ask(
            "GET", "/api/rest/2.0/auth/session/token", credential=first.headers
        )
        assert bought.status == OK, bought.body
        token = headers(bearer=bought.json["token"])
        again = headers(cookie=self.ask("auth/session/login", token, status=204).cookie)
        first.fate = Fate.EITHER
        self.ask("auth/session/logout", first.headers, status=204)
        first.fate = Fate.DEAD
        self.ledger.credentials += [Credential(one, fate=Fate.DEAD) for one in (token, again)]

    def buy_limited(self) -> None:
        """Get a token for one object, and a signed one."""
        key = self._key()
        if key is None or not self._has_room():
            return
        for kind in ("object", "custom"):
            # The latter does not look at the object.
            answer = self.ask(
                f"auth/token/{kind}",
                status=OK,
                username=self.name,
                secret_key=key.text,
                validity_time_in_sec=LASTS,
                object_id="a-board",
            )
            self._keep(headers(bearer=answer.json["token"]))

    def administer(self) -> None:
        """Make a group and a role, put the one into the other and somebody in, and delete both."""
        name = f"soak-{self.number}-{secrets.token_hex(3)}"
        role = self.ask("roles/create", self.admin, status=OK, name=name, privileges=["DEVELOPER"])
        of_group = {"display_name": name, "role_identifiers": [role.json["id"]]}
        self.ask("groups/create", self.admin, status=OK, name=name, **of_group)
        body = {"user_identifiers": [self.name], "operation": "ADD"}
        self.ask(f"groups/{name}/update", self.admin, status=204, **body)
        change = {"display_name": name}
        self.ask(f"users/{self.name}/update", self.admin, status=204, **change)
        self.ask(f"groups/{name}/delete", self.admin, status=204)
        self.ask(f"roles/{role.json['id']}/delete", self.admin, status=204)

    def share(self) -> None:
        """Bring a Liveboard in, tag and share it, look at it, and delete it."""
        tmls = {"metadata_tmls": [LIVEBOARD], "import_policy": "ALL_OR_NONE", "create_new": True}
        made = self.ask("metadata/tml/import", self.admin, status=OK, **tmls).json
        its_id = made[0]["response"]["header"]["id_guid"]
        named = {"metadata": [{"identifier": its_id, "type": "LIVEBOARD"}]}
        tag = self.ask("tags/create", self.admin, status=OK, name=f"soak {its_id}").json["id"]
        self.ask("tags/assign", self.admin, status=204, **named, tag_identifiers=[tag])
        to = {"principal": {"identifier": self.name, "type": "USER"}, "share_mode": "READ_ONLY"}
        self.ask(
            "security/metadata/share", self.admin, status=204, **named, permissions=[to], message=""
        )
        found = self.ask("metadata/search", self.admin, status=OK, tag_identifiers=[tag]).json
        assert [one["metadata_id"] for one in found] == [its_id]
        self.ask("metadata/delete", self.admin, status=204, **named)
        self.ask(f"tags/{tag}/delete", self.admin, status=204)

    def read(self) -> None:
        """Search what there is, and the log."""
        for path in ("users/search", "groups/search", "roles/search", "tags/search"):
            self.ask(path, self.admin, status=OK)
        log = {"log_type": "SECURITY_AUDIT", "get_all_logs": False}
        self.ask("logs/fetch", self.admin, status=OK, **log)

    def _has_room(self) -> bool:
        return len(self.ledger.of(Fate.LIVE)) < MOST_HELD

    def _forget(self) -> None:
        ledger = self.ledger
        dead = ledger.of(Fate.DEAD)
        if len(dead) > MOST_REMEMBERED:
            forgotten = set(map(id, self.random.sample(dead, len(dead) - MOST_REMEMBERED // 2)))
            ledger.credentials = [one for one in ledger.credentials if id(one) not in forgotten]
        ledger.keys = ledger.keys[-MOST_REMEMBERED:]
        ledger.created = list(dict.fromkeys(ledger.created))[-MOST_NEW:]
        if self.acts % RENEWED_EVERY == 0:
            assert self.worker is not None
            self.admin = self.worker.token(
                ADMIN, password=ADMIN_PASSWORD, org_id=self.org, validity_time_in_sec=LASTS
            )
