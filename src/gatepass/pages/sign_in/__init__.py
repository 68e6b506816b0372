"""The sign-in pages, ``/login`` and the console's: a form, and what comes of sending it.

It opens the same session by the same act as a dialect's password login, with its limits on guessing
and its audit. The form carries a token that belongs to a cookie which this page set before, and is
taken from this server's own origin alone: no other page can sign somebody in here (login CSRF, ASVS
3.5.1). It works without JavaScript, and loads nothing.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from gatepass.core import Core
from gatepass.core.errors import Busy, CoreError, InvalidParameter, TooManyGuesses
from gatepass.core.opening import Opened
from gatepass.http.call import Reply
from gatepass.http.counts import ROUTE
from gatepass.http.credentials import Cookies, Presented, read_cookies
from gatepass.http.middleware import KIND, PAGE
from gatepass.http.noting import note, source_of
from gatepass.http.origins import Origins, own_origin, plain_origin
from gatepass.http.refusals import ForeignOrigin
from gatepass.http.routing import read_body
from gatepass.pages.forms import read_form
from gatepass.pages.rendering import Pages
from gatepass.pages.sign_in.problems import NO_NAME, NO_PASSWORD, Problem, problem_of

PATH = "/login"
METHODS = ["GET", "HEAD", "POST"]
TARGET = "targetURLPath"
"""Where to go afterwards, in the query; the vendor's single sign-on calls name it so."""

SEE_OTHER = 303
_FORM_COOKIE = "gatepass-login"
_FORM_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_HOME = "./"
"""Relative: a proxy may serve this server under a path of its own."""


class Jar(Protocol):
    """The cookies that a sign-in page sets."""

    def present(self, header: bytes | None, bearer: bytes | None, *, https: bool) -> Presented: ...
    def written(
        self, secret: str, client_id: str | None, *, https: bool, remember: bool
    ) -> list[tuple[bytes, bytes]]: ...
    def set(self, cookie: str, *, secure: bool) -> tuple[bytes, bytes]: ...


@dataclass(frozen=True, slots=True)
class Door:
    """Where a sign-in page stands, and where it lets people in."""

    path: str
    operation: str
    cookies: Jar
    target: str
    """Where to go afterwards, by this name in the query."""
    home: str
    """Where to go if nothing is named; relative, like every address of ours."""
    knows: Callable[[str, bytes | None, bool], bool]
    """Whether a target is one to go to, by the ``Host`` header and whether by https."""
    framed: bool = False
    """Whether listed origins may show it in a frame."""
    remembers: bool = False
    """Whether it offers to keep one signed in."""


class Visit:
    """One request for the page, and the form if it brings one."""

    def __init__(self, scope: Scope, door: Door) -> None:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        self.scope = scope
        self.headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))
        self.https: bool = scope["scheme"] == "https"
        self.target = query.get(door.target)
        self.source = source_of(scope, f"pages {door.operation}", self.headers)
        self.form: dict[str, str] = {}
        self.incident = ""
        """What whoever runs this server finds a refusal by; empty while nothing is refused."""

    @property
    def origin(self) -> str:
        """This server's origin, as the request names it."""
        return own_origin(self.headers.get(b"host"), https=self.https)

    @property
    def back_to(self) -> str | None:
        """The other origin that the browser is sent to afterwards, if it is."""
        parts = urlsplit(self.target or "")
        if not parts.scheme:
            return None
        other = plain_origin(f"{parts.scheme}://{parts.netloc}")
        return None if other == plain_origin(self.origin) else other


def login(cookies: Cookies, origins: Origins) -> Door:
    """Return the door at ``/login``: the session is the one that the dialects know."""

    def knows(target: str, host: bytes | None, https: bool) -> bool:  # noqa: FBT001 - as Door says
        return origins.may_redirect_to(target, host, https=https)

    return Door(
        path=PATH,
        operation="signIn",
        cookies=cookies,
        target=TARGET,
        home=_HOME,
        knows=knows,
        framed=True,
        remembers=True,
    )


class SignIn:
    """The application at a door."""

    def __init__(self, core: Core, door: Door, origins: Origins, wrong_method: ASGIApp) -> None:
        self._core = core
        self._door = door
        self._cookies = door.cookies
        self._origins = origins
        self._wrong_method = wrong_method
        self._pages = Pages()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope[ROUTE] = ("pages", self._door.operation, self._door.path)
        if scope["method"] not in METHODS:
            await self._wrong_method(scope, receive, send)
            return
        scope[KIND] = PAGE
        visit = Visit(scope, self._door)
        if not self._knows_target(visit):
            problem = InvalidParameter(self._door.target, "leads to an unlisted origin")
            await self._note(visit, problem)
            again = self._door.path.rpartition("/")[2]
            reply = await self._page(
                visit, 400, "turned_away.html", incident=visit.incident, again=again
            )
        elif scope["method"] == "POST":
            try:
                reply = await self._signed_in(visit, receive)
            except CoreError as error:
                await self._note(visit, error)
                reply = await self._refused(visit, error)
        else:
            reply = await self._with_form(visit)
        await send(
            {"type": "http.response.start", "status": reply.status, "headers": reply.headers}
        )
        await send({"type": "http.response.body", "body": reply.body})

    async def _signed_in(self, visit: Visit, receive: Receive) -> Reply:
        raw = await read_body(visit.headers.get(b"content-length"), receive)
        visit.form = read_form(raw)
        self._refuse_forged(visit)
        form = visit.form
        for name, problem in (("username", NO_NAME), ("password", NO_PASSWORD)):
            if not form.get(name):
                return await self._with_form(visit, problem)
        opened = await self._core.sessions.open(
            visit.source,
            username=form["username"],
            password=form["password"],
            remember=self._door.remembers and "remember" in form,
        )
        return self._sent_on(visit, opened)

    def _sent_on(self, visit: Visit, opened: Opened) -> Reply:
        presented = self._cookies.present(visit.headers.get(b"cookie"), None, https=visit.https)
        written = self._cookies.written(
            opened.secret,
            presented.client_id,
            https=visit.https,
            remember=opened.session.remembered,
        )
        location = (b"location", (visit.target or self._door.home).encode())
        return Reply(
            SEE_OTHER,
            headers=[location, *written, self._form_cookie(visit, "", "; Max-Age=0")],
            content_type=None,
        )

    async def _note(self, visit: Visit, error: CoreError) -> None:
        visit.incident = visit.source.incident_id
        visit.scope["gatepass.refusal"] = error
        await note(self._core, error, visit.source, visit.scope)

    async def _refused(self, visit: Visit, error: CoreError) -> Reply:
        reply = await self._with_form(visit, problem_of(error))
        if isinstance(error, TooManyGuesses | Busy):
            reply.headers.append((b"retry-after", b"%d" % error.retry_after))
        return reply

    async def _with_form(self, visit: Visit, problem: Problem | None = None) -> Reply:
        secret = self._form_secret(visit)
        is_new = secret is None
        if secret is None:
            secret = self._core.means.random.secret("")
        days = self._core.rules.session_remember.days
        reply = await self._page(
            visit,
            problem.status if problem else 200,
            "sign_in.html",
            problem=problem,
            incident=visit.incident,
            token=_token(secret),
            username=visit.form.get("username", ""),
            remember="remember" in visit.form,
            days=days,
            remembers=self._door.remembers,
        )
        if is_new:
            reply.headers.append(self._form_cookie(visit, secret))
        return reply

    async def _page(self, visit: Visit, status: int, name: str, **values: object) -> Reply:
        back_to = visit.back_to if name == "sign_in.html" else None
        return await self._pages.reply(
            status,
            name,
            frames=self._origins.lists.now.frames if self._door.framed else (),
            forms_lead_to=[back_to] if back_to else [],
            back_to=back_to,
            **values,
        )

    def _knows_target(self, visit: Visit) -> bool:
        return visit.target is None or self._door.knows(
            visit.target, visit.headers.get(b"host"), visit.https
        )

    def _refuse_forged(self, visit: Visit) -> None:
        """Refuse a form that no page of ours sent: by its origin, and by token and cookie.

        Browsers name the origin of every form. One that is missing was sent by a program.
        """
        origin, host = visit.headers.get(b"origin"), visit.headers.get(b"host")
        if not self._origins.allows(origin, host, https=visit.https):
            raise ForeignOrigin
        secret = self._form_secret(visit)
        given = visit.form.get("token", "").encode()
        if secret is None or not hmac.compare_digest(given, _token(secret).encode()):
            raise ForeignOrigin

    def _form_secret(self, visit: Visit) -> str | None:
        found = read_cookies(visit.headers.get(b"cookie")).get(self._form_cookie_name(visit), "")
        return found if _FORM_SECRET.fullmatch(found) else None

    def _form_cookie_name(self, visit: Visit) -> str:
        return f"__Host-{_FORM_COOKIE}" if visit.https else _FORM_COOKIE

    def _form_cookie(self, visit: Visit, value: str, age: str = "") -> tuple[bytes, bytes]:
        name = self._form_cookie_name(visit)
        return self._cookies.set(f"{name}={value}; Path=/{age}", secure=visit.https)


def _token(secret: str) -> str:
    """Return the form's token that belongs to the cookie; it does not tell the cookie."""
    return hashlib.sha256(f"gatepass sign-in form {secret}".encode()).hexdigest()


__all__ = ["METHODS", "PATH", "TARGET", "Door", "SignIn", "login"]
