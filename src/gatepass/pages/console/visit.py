"""One request to the console: who comes, what was asked, and how a page is made of it."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from starlette.types import Scope

from gatepass.core import Core
from gatepass.core.entitlements import may
from gatepass.core.records import Principal, Profile
from gatepass.http.call import Reply
from gatepass.http.noting import source_of
from gatepass.pages.console.problems import Problem
from gatepass.pages.rendering import HTML, Templates

POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    b"img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SEE_OTHER = 303


class Form:
    """The fields of a form, in their order; a name may come more than once."""

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        self._pairs = tuple(pairs)

    def __repr__(self) -> str:
        return "<Form>"

    def __contains__(self, name: str) -> bool:
        return any(one == name for one, _ in self._pairs)

    def get(self, name: str, default: str = "") -> str:
        """Return the last value of a field, without blanks around it."""
        found = [value for one, value in self._pairs if one == name]
        return found[-1].strip() if found else default

    def secret(self, name: str) -> str:
        """Return the last value of a field as it was typed, blanks and all."""
        found = [value for one, value in self._pairs if one == name]
        return found[-1] if found else ""

    def optional(self, name: str) -> str | None:
        """Return the last value of a field, None if it is empty or was not sent."""
        return self.get(name) or None

    def all(self, name: str) -> list[str]:
        """Return every value of a field but empty ones."""
        return [value.strip() for one, value in self._pairs if one == name and value.strip()]

    def lines(self, name: str) -> list[str]:
        """Return the lines of a field with many, without the empty ones."""
        return [line.strip() for line in self.get(name).splitlines() if line.strip()]


class Visit:
    """One request by somebody who is signed in."""

    def __init__(
        self,
        core: Core,
        templates: Templates,
        scope: Scope,
        *,
        path: str,
        name: str,
        named: Mapping[str, str],
        secret: str,
        principal: Principal,
        profile: Profile,
        headers: Mapping[bytes, bytes],
    ) -> None:
        self.core = core
        self.scope = scope
        self.path = path
        """Below the console, as ``accounts/0c…``."""
        self.name = name
        """The place's."""
        self.named = named
        self.principal = principal
        self.profile = profile
        self.headers = headers
        self.query = dict(
            parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        )
        self.form = Form()
        self.act = ""
        """Which form was sent, if one was."""
        self.problem: Problem | None = None
        self.said = ""
        self.source = source_of(scope, f"console {name}", headers)
        self.status = 200
        self.secret = secret
        """Of the session; what calls the dialects for the visitor presents it."""
        self._templates = templates

    def __repr__(self) -> str:
        return f"<Visit {self.path}>"

    @property
    def now(self) -> datetime:
        """The server's time."""
        return self.core.means.clock()

    @property
    def root(self) -> str:
        """The way up to the console's own address: a proxy may serve it under another one."""
        return "../" * self.path.count("/") or "./"

    @property
    def token(self) -> str:
        """What every form has to carry: it belongs to the session, and does not tell its cookie."""
        said = f"gatepass console form {self.secret}"
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def is_proved(self) -> bool:
        """Whether a dangerous act needs no password now: it was shown lately."""
        return self.core.sessions.is_proved(self.principal)

    def may(self, *finer: str) -> bool:
        """Say whether the visitor administers, or holds one of the finer privileges."""
        return may(self.principal, self.core.rules, *finer)

    def link(self, path: str, /, **query: object) -> str:
        """Return the address of a place from here; parameters that are None are left out."""
        given = {name: value for name, value in query.items() if value not in {None, ""}}
        return self.root + quote(path) + (f"?{urlencode(given)}" if given else "")

    def given(self, act: str, field: str, default: object = "") -> str:
        """Return what was typed into a field of a form that was refused, else what stands there."""
        if self.act == act and field in self.form:
            return self.form.get(field)
        return "" if default is None else str(default)

    def chosen(self, act: str, field: str, value: str, default: object = False) -> bool:  # noqa: FBT002 - read in templates
        """Say whether a box or choice is ticked: as it was sent, else as it stands."""
        if self.act == act:
            return value in self.form.all(field)
        return bool(default)

    def at_fault(self, act: str, field: str) -> bool:
        """Say whether a refusal is about this field."""
        return self.act == act and self.problem is not None and field in self.problem.fields

    def to(self, path: str, said: str = "", /, **query: object) -> Reply:
        """Return the reply that leads to another place, which then says this at its top."""
        location = self.link(path, **{**query, "said": said or None})
        return Reply(SEE_OTHER, headers=[(b"location", location.encode())], content_type=None)

    async def page(self, template: str, **values: Any) -> Reply:  # noqa: ANN401 - what a template needs
        """Return a page; a request of htmx gets the block that it is about to replace, alone.

        The block has the name of that element's id, with underscores for hyphens.
        """
        block = ""
        if b"hx-request" in self.headers and b"hx-target" in self.headers:
            block = self.headers[b"hx-target"].decode("latin-1").replace("-", "_")
        body = await self._templates.render(template, {"visit": self, **values}, block)
        return Reply(self.status, body, [(b"content-security-policy", POLICY)], content_type=HTML)
