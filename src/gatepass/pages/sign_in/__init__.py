"""The sign-in page at ``/login``: a form, and what comes of sending it.

It opens the same session by the same act as a dialect's password login, with its limits on guessing
and its audit. The form carries a token that belongs to a cookie which this page set before, and is
taken from this server's own origin alone: no other page can sign somebody in here (login CSRF, ASVS
3.5.1). It works without JavaScript, and loads nothing.
"""

import hashlib
import hmac
import re
from urllib.parse import parse_qsl, urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from gatepass.core import Core
from gatepass.core.errors import Busy, CoreError, InvalidParameter, TooManyGuesses
from gatepass.core.opening import Opened
from gatepass.http.call import Reply
from gatepass.http.counts import ROUTE
from gatepass.http.credentials import Cookies, read_cookies
from gatepass.http.middleware import KIND, PAGE
from gatepass.http.noting import note, source_of
from gatepass.http.origins import Origins, own_origin, plain_origin
from gatepass.http.refusals import ForeignOrigin
from gatepass.http.routing import read_body
from gatepass.pages.rendering import Pages
from gatepass.pages.sign_in.problems import NO_NAME, NO_PASSWORD, Problem, problem_of

PATH = "/login"
METHODS = ["GET", "HEAD", "POST"]
TARGET = "targetURLPath"
"""Where to go afterwards, in the query; the vendor's single sign-on calls name it so."""

MOST_FIELDS = 16
SEE_OTHER = 303
_FORM_COOKIE = "gatepass-login"
_FORM_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_HOME = "./"
"""Relative: a proxy may serve this server under a path of its own."""


class Visit:
    """One request for the page, and the form if it brings one."""

    def __init__(self, scope: Scope) -> None:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        self.scope = scope
        self.headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))
        self.https: bool = scope["scheme"] == "https"
        self.target = query.get(TARGET)
        self.source = source_of(scope, "pages signIn", self.headers)
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
        if self.target is None or self.target.startswith("/"):
            return None
        parts = urlsplit(self.target)
        other = plain_origin(f"{parts.scheme}://{parts.netloc}")
        return None if other == plain_origin(self.origin) else other


class SignIn:
    """The application at ``/login``."""

    def __init__(
        self, core: Core, cookies: Cookies, origins: Origins, wrong_method: ASGIApp
    ) -> None:
        self._core = core
        self._cookies = cookies
        self._origins = origins
        self._wrong_method = wrong_method
        self._pages = Pages()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope[ROUTE] = ("pages", "signIn", PATH)
        if scope["method"] not in METHODS:
            await self._wrong_method(scope, receive, send)
            return
        scope[KIND] = PAGE
        visit = Visit(scope)
        if not self._knows_target(visit):
            await self._note(visit, InvalidParameter(TARGET, "leads to an unlisted origin"))
            reply = await self._page(visit, 400, "turned_away.html", incident=visit.incident)
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
        visit.form = _read_form(raw)
        self._refuse_forged(visit)
        form = visit.form
        for name, problem in (("username", NO_NAME), ("password", NO_PASSWORD)):
            if not form.get(name):
                return await self._with_form(visit, problem)
        opened = await self._core.sessions.open(
            visit.source,
            username=form["username"],
            password=form["password"],
            remember="remember" in form,
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
        location = (b"location", (visit.target or _HOME).encode())
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
        )
        if is_new:
            reply.headers.append(self._form_cookie(visit, secret))
        return reply

    async def _page(self, visit: Visit, status: int, name: str, **values: object) -> Reply:
        back_to = visit.back_to if name == "sign_in.html" else None
        return await self._pages.reply(
            status,
            name,
            frames=self._origins.lists.now.frames,
            forms_lead_to=[back_to] if back_to else [],
            back_to=back_to,
            **values,
        )

    def _knows_target(self, visit: Visit) -> bool:
        return visit.target is None or self._origins.may_redirect_to(
            visit.target, visit.headers.get(b"host"), https=visit.https
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


def _read_form(raw: bytes) -> dict[str, str]:
    """Return the fields of a form that was sent URL-encoded; of anything else, none."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return dict(pairs)


__all__ = ["METHODS", "PATH", "TARGET", "SignIn"]
