"""The sign-in page at ``/login``: a form, and what comes of sending it.

It opens the same session by the same act as a dialect's password login, with its limits on guessing
and its audit. No other page can sign somebody in here (login CSRF): see ``pages.forms``. It works
without JavaScript, and loads nothing.
"""

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from gatepass.core import Core
from gatepass.core.errors import Busy, CoreError, InvalidParameter, TooManyGuesses
from gatepass.core.opening import Opened
from gatepass.http.call import Reply
from gatepass.http.counts import ROUTE
from gatepass.http.credentials import Cookies
from gatepass.http.middleware import KIND, PAGE
from gatepass.http.origins import Origins, plain_origin
from gatepass.pages.forms import METHODS, Forms, Visit
from gatepass.pages.problems import Problem
from gatepass.pages.rendering import Pages
from gatepass.pages.sign_in.problems import NO_NAME, NO_PASSWORD, problem_of

PATH = "/login"
TARGET = "targetURLPath"
"""Where to go afterwards, in the query; the vendor's single sign-on calls name it so."""

SEE_OTHER = 303
_HOME = "./"
"""Relative: a proxy may serve this server under a path of its own."""


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
        self._forms = Forms("login", core, cookies, origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope[ROUTE] = ("pages", "signIn", PATH)
        if scope["method"] not in METHODS:
            await self._wrong_method(scope, receive, send)
            return
        scope[KIND] = PAGE
        visit = Visit(scope, "signIn")
        if not self._knows_target(visit):
            await visit.note(self._core, InvalidParameter(TARGET, "leads to an unlisted origin"))
            reply = await self._page(visit, 400, "turned_away.html", incident=visit.incident)
        elif scope["method"] == "POST":
            try:
                reply = await self._signed_in(visit, receive)
            except CoreError as error:
                await visit.note(self._core, error)
                reply = await self._refused(visit, error)
        else:
            reply = await self._with_form(visit)
        await send(
            {"type": "http.response.start", "status": reply.status, "headers": reply.headers}
        )
        await send({"type": "http.response.body", "body": reply.body})

    async def _signed_in(self, visit: Visit, receive: Receive) -> Reply:
        form = await self._forms.read(visit, receive)
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
        location = (b"location", visit.query.get(TARGET, _HOME).encode())
        return Reply(
            SEE_OTHER,
            headers=[location, *written, self._forms.spent(visit)],
            content_type=None,
        )

    async def _refused(self, visit: Visit, error: CoreError) -> Reply:
        reply = await self._with_form(visit, problem_of(error))
        if isinstance(error, TooManyGuesses | Busy):
            reply.headers.append((b"retry-after", b"%d" % error.retry_after))
        return reply

    async def _with_form(self, visit: Visit, problem: Problem | None = None) -> Reply:
        token, cookie = self._forms.token(visit)
        reply = await self._page(
            visit,
            problem.status if problem else 200,
            "sign_in.html",
            problem=problem,
            incident=visit.incident,
            token=token,
            username=visit.form.get("username", ""),
            remember="remember" in visit.form,
            days=self._core.rules.session_remember.days,
        )
        reply.headers += cookie
        return reply

    async def _page(self, visit: Visit, status: int, name: str, **values: object) -> Reply:
        back_to = _back_to(visit) if name == "sign_in.html" else None
        return await self._pages.reply(
            status,
            name,
            frames=self._origins.lists.now.frames,
            forms_lead_to=[back_to] if back_to else [],
            back_to=back_to,
            **values,
        )

    def _knows_target(self, visit: Visit) -> bool:
        target = visit.query.get(TARGET)
        return target is None or self._origins.may_redirect_to(
            target, visit.headers.get(b"host"), https=visit.https
        )


def _back_to(visit: Visit) -> str | None:
    """Return the other origin that the browser is sent to afterwards, if it is."""
    target = visit.query.get(TARGET)
    if target is None or target.startswith("/"):
        return None
    parts = urlsplit(target)
    other = plain_origin(f"{parts.scheme}://{parts.netloc}")
    return None if other == plain_origin(visit.origin) else other


__all__ = ["METHODS", "PATH", "TARGET", "SignIn"]
