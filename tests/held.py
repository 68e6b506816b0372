"""All that one account can hold, in every dialect, and every way in which an administrator ends it.

Whoever asks, a worker or a node, brings its own way of asking; each entry here says what is sent.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any, Protocol

from gatepass.dialects.beta import EARLIER as A
from gatepass.dialects.beta import PREFIX as B
from gatepass.dialects.v1 import PREFIX as V1
from tests.world import PASSWORD, V2, headers

NEW_PASSWORD = "Copper-Inside-19-Walls"
Credential = dict[str, str]


@dataclass(frozen=True)
class Said:
    """What was answered."""

    status: int
    body: Any
    """Decoded JSON, else text."""
    set_cookies: list[str]

    @property
    def session(self) -> Credential:
        """The session cookie that was set."""
        assert self.status in {200, 204}, self
        for line in self.set_cookies:
            jar = SimpleCookie(line)
            if "JSESSIONID" in jar:
                return headers(cookie=jar["JSESSIONID"].value)
        raise AssertionError("no session cookie was set")

    @property
    def token(self) -> Credential:
        """The token that was answered."""
        assert self.status == 200, self
        return headers(bearer=self.body["token"] if isinstance(self.body, dict) else self.body)


class Ask(Protocol):
    """One call of one server, with a credential or none, JSON or a form."""

    def __call__(
        self,
        method: str,
        path: str,
        credential: Mapping[str, str] | None = None,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Awaitable[Said]: ...


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in, in an Org with a trusted secret."""

    name: str
    org: int
    key: str


async def everything(ask: Ask, who: Person) -> dict[str, Credential]:
    """Sign in and get tokens in every way, and exchange some for others."""
    name, org, key = who.name, who.org, who.key
    pair = {"username": name, "password": PASSWORD}
    by_key = {"username": name, "secret_key": key, "org_id": org, "validity_time_in_sec": 86_400}
    of_beta = {"userName": name, "password": PASSWORD}
    form = {"username": name, "secret_key": key, "orgid": str(org)}
    held: dict[str, Credential] = {}

    async def session(what: str, path: str, by: Credential | None = None, **sent: Any) -> None:
        held[what] = (await ask("POST", path, by, **sent)).session

    async def token(what: str, path: str, **sent: Any) -> None:
        held[what] = (await ask("POST", path, **sent)).token

    await session("v1 session", f"{V1}/session/login", form=pair)
    await token("v1 token", f"{V1}/session/auth/token", form=form)
    by_token = {
        "auth_token": held["v1 token"]["Authorization"].removeprefix("Bearer "),
        "no_url_redirection": "true",
    }
    await session("session of a v1 token", f"{V1}/session/login/token", form=by_token)
    await session("beta session", f"{A}/session/login", json=of_beta)
    await token("beta token", f"{B}/session/gettoken", json=of_beta)
    await session("v2 session", f"{V2}/auth/session/login", json=pair)
    await token("full token by password", f"{V2}/auth/token/full", json=pair)
    await token("full token by secret", f"{V2}/auth/token/full", json=by_key)
    await token("object token", f"{V2}/auth/token/object", json={**by_key, "object_id": "lb-1"})
    await token("custom token", f"{V2}/auth/token/custom", json=by_key)
    for what in ("v1 session", "session of a v1 token", "v2 session"):
        bought = await ask("GET", f"{V2}/auth/session/token", held[what])
        held[f"token of a {what}"] = bought.token
    for what in ("full token by password", "object token", "custom token"):
        login = await ask("POST", f"{V2}/auth/session/login", held[what], json={})
        held[f"session of a {what}"] = login.session
    return held


USES = {
    "v1": ("GET", f"{V1}/session/info", 401),
    "beta": ("GET", f"{B}/session", 500),
    "v2": ("GET", f"{V2}/auth/session/user", 401),
}
"""What every credential may ask, and the status by which each dialect says that it has ended."""


async def verified(ask: Ask, held: Mapping[str, Credential]) -> None:
    """Have a server verify all of it in every dialect, so that it remembers all."""
    for what, credential in held.items():
        for method, path, _ in USES.values():
            said = await ask(method, path, credential)
            assert said.status == 200, (what, path, said)


async def alive(ask: Ask, held: Mapping[str, Credential]) -> list[str]:
    """Return what of it a server does not refuse, by what it is and where it is shown."""
    found = []
    for what, credential in held.items():
        for dialect, (method, path, ended) in USES.items():
            said = await ask(method, path, credential)
            if said.status != ended:
                found.append(f"{what} in {dialect}: {said.status}")
    return found


End = Callable[[Ask, Credential, Person], Awaitable[Said]]


def _post(path: str, **body: Any) -> End:
    """Return an administrator's call of v2.0, the account and its Org filled in."""

    async def end(ask: Ask, admin: Credential, who: Person) -> Said:
        filled = {
            field: [who.name] if value == ["<name>"] else value.replace("<name>", who.name)
            for field, value in body.items()
        }
        where = path.replace("<name>", who.name).replace("<org>", str(who.org))
        return await ask("POST", f"{V2}/{where}", admin, json=filled)

    return end


ENDS: dict[str, End] = {
    "forced out": _post("users/force-logout", user_identifiers=["<name>"]),
    "everybody forced out": _post("users/force-logout"),
    "deactivated": _post("users/deactivate", user_identifier="<name>", base_url="<own>"),
    "made inactive": _post("users/<name>/update", account_status="INACTIVE"),
    "suspended": _post("users/<name>/update", account_status="SUSPENDED"),
    "given another password": _post(
        "users/reset-password", user_identifier="<name>", new_password=NEW_PASSWORD
    ),
    "deleted": _post("users/<name>/delete"),
    "the Org deleted": _post("orgs/<org>/delete"),
}
"""Every act of administration that ends what somebody holds."""
SPARING = sorted(set(ENDS) - {"everybody forced out"})
"""Those that end nothing of anybody else in another Org."""
