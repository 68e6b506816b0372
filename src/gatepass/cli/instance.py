"""Another server's users, groups, roles and Orgs, read by its REST v2.0 API, page by page."""

import http.client
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec
import typer

from gatepass.cli import printing
from gatepass.cli.exits import Refusal
from gatepass.cli.importing import Lines
from gatepass.core.framing import GroupLine, OrgLine, RoleLine
from gatepass.core.import_lines import UserLine
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import AccountStatus, AccountType, GroupType

TOKEN, PASSWORD = "GATEPASS_INSTANCE_TOKEN", "GATEPASS_INSTANCE_PASSWORD"
PAGE = 500
TIMEOUT = 60.0
VALIDITY = 6 * 3600
PRIMARY = {"id": 0, "name": "Primary"}
LARGEST_ANSWER = 100 * 2**20
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_LEFT_OUT = frozenset({403, 404, 501})
"""What a server without Orgs or roles answers to who asks for them."""


class Answer(Exception):
    """Another status than one that says yes."""

    def __init__(self, path: str, status: int) -> None:
        super().__init__(f"{path}: answered {status}")
        self.status = status


class Instance:
    """A connection to a running server, with a token of its administrator."""

    def __init__(self, scheme: str, host: str, port: int | None, prefix: str) -> None:
        kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
        self._connection = kind(host, port, timeout=TIMEOUT)
        self._prefix = prefix
        self._token = ""
        self._number = 0

    @classmethod
    def of(cls, url: str, username: str | None) -> Self:
        """Connect and sign in.

        Raises:
            Refusal: the address will not do, or the server does not let us in.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in {"https", "http"} or not host or parts.username is not None:
            raise Refusal("a server is at https://HOST[:PORT]")
        if parts.scheme == "http" and host not in _LOCAL:
            raise Refusal("a password or token is sent by https alone, but to this machine")
        made = cls(parts.scheme, host, parts.port, parts.path.rstrip("/"))
        if username is None:
            made._token = os.environ.get(TOKEN) or typer.prompt("Token", hide_input=True, err=True)
        else:
            password = os.environ.get(PASSWORD) or typer.prompt(
                "Password", hide_input=True, err=True
            )
            made._token = made._signed_in(username, password)
        return made

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _signed_in(self, username: str, password: str) -> str:
        body = {"username": username, "password": password, "validity_time_in_sec": VALIDITY}
        try:
            found = self._ask("auth/token/full", body)
        except Answer as answer:
            raise Refusal(f"the server does not sign {username} in ({answer.status})") from answer
        token = found.get("token") if isinstance(found, dict) else None
        if not isinstance(token, str):
            raise Refusal("the server answered no token")
        return token

    def _require_administrator(self) -> None:
        """Refuse to read what a server shows of others to somebody who does not administer it."""
        me = self._ask("auth/session/user")
        if ADMINISTRATION not in (me.get("privileges") or ()):
            raise Refusal(f"{me.get('name')} does not administer that server")

    def _ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - any JSON
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            method, text = ("GET", None) if body is None else ("POST", msgspec.json.encode(body))
            self._connection.request(method, f"{self._prefix}/api/rest/2.0/{path}", text, headers)
            answer = self._connection.getresponse()
            content = answer.read(LARGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            said = printing.plain(str(error).strip()) or type(error).__name__
            raise Refusal(f"{self._connection.host}: cannot be asked: {said}") from error
        if answer.status not in {200, 201}:
            raise Answer(path, answer.status)
        try:
            return msgspec.json.decode(content)
        except msgspec.DecodeError as error:
            raise Refusal(f"{path}: answered no JSON") from error

    def lines(self) -> Lines:
        """Return what the server has: Orgs, roles and groups first, then users.

        Raises:
            Refusal: the server cannot be asked, or does not answer as such a server does.
        """
        try:
            yield from self._lines()
        except Answer as answer:
            raise Refusal(f"the server refuses: {answer}") from answer
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Refusal(f"the server answered what is not expected: {error!r}") from error

    def _lines(self) -> Lines:
        self._require_administrator()
        orgs, named = self._orgs()
        for org in orgs:
            if org["id"] != 0:
                yield OrgLine(
                    number=self._next(), name=org["name"], description=org.get("description") or ""
                )
        for org in orgs:
            scope = {"org_identifiers": [str(org["id"])]} if named else {}
            yield from self._roles(org["name"], scope)
        for org in orgs:
            scope = {"org_identifiers": [str(org["id"])]} if named else {}
            yield from self._groups(org["name"], scope)
        scope = {"org_identifiers": [str(org["id"]) for org in orgs]} if named else {}
        for user in self._pages("users/search", scope):
            if not user.get("system_user"):
                yield self._user(user, orgs)

    def _orgs(self) -> tuple[Sequence[dict[str, Any]], bool]:
        """Return the Orgs, and whether the server has any but the first."""
        try:
            found = self._ask("orgs/search", {})
        except Answer as answer:
            if answer.status in _LEFT_OUT:
                return [PRIMARY], False
            raise
        return found or [PRIMARY], bool(found)

    def _roles(self, org: str, scope: Mapping[str, Any]) -> Lines:
        try:
            found = self._ask("roles/search", scope)
        except Answer as answer:
            if answer.status in _LEFT_OUT:
                return
            raise
        for one in found:
            yield RoleLine(
                number=self._next(),
                org=org,
                name=one["name"],
                id=one.get("id"),
                description=one.get("description") or "",
                privileges=one.get("privileges") or [],
            )

    def _groups(self, org: str, scope: Mapping[str, Any]) -> Lines:
        for one in self._pages("groups/search", {**scope, "include_users": False}):
            if one.get("system_group"):
                continue
            yield GroupLine(
                number=self._next(),
                org=org,
                name=one["name"],
                id=one.get("id"),
                display_name=one.get("display_name"),
                description=one.get("description") or "",
                type=GroupType(one["type"]) if one.get("type") else None,
                sharable=one.get("visibility") != "NON_SHARABLE",
                privileges=one.get("privileges") or [],
                roles=[role["name"] for role in one.get("roles") or []],
                inside=[inner["name"] for inner in one.get("sub_groups") or []],
            )

    def _user(self, user: Mapping[str, Any], orgs: Sequence[Mapping[str, Any]]) -> UserLine:
        known = {org["id"]: org["name"] for org in orgs}
        own = {one["id"]: one["name"] for one in user.get("orgs") or [] if one["id"] in known}
        here = (user.get("current_org") or PRIMARY)["id"]
        groups = self._places(user, known.get(here, PRIMARY["name"]))
        for org_id, name in own.items():
            if org_id != here:
                # A search shows a user in one Org; in its others it is asked for by itself.
                asked = {"user_identifier": user["id"], "org_identifiers": [str(org_id)]}
                for shown in self._ask("users/search", asked):
                    groups += self._places(shown, name)
        status = user.get("account_status")
        return UserLine(
            number=self._next(),
            name=user["name"],
            id=user["id"],
            display_name=user.get("display_name") or None,
            email=user.get("email") or None,
            type=AccountType(user["account_type"]) if user.get("account_type") else None,
            # A lock or an end by time is no state of the account itself.
            status=AccountStatus(status) if status in {"ACTIVE", "INACTIVE", "PENDING"} else None,
            sharable=user.get("visibility") != "NON_SHARABLE",
            orgs=list(own.values()) or None,
            groups=groups,
        )

    def _places(self, user: Mapping[str, Any], org: object) -> list[str]:
        names = [one["name"] for one in user.get("user_groups") or []]
        return [f"{org}/{name}" for name in names if name != "All"]

    def _pages(self, path: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        offset = 0
        while True:
            found = self._ask(path, {**body, "record_offset": offset, "record_size": PAGE})
            yield from found
            if len(found) < PAGE:
                return
            offset += PAGE

    def _next(self) -> int:
        self._number += 1
        return self._number
