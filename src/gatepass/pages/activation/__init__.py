"""The page behind an activation link, at ``/activate``: who holds the link chooses a password.

Opening the page uses nothing up, so a program that looks at links in mail spoils none; the form
does, by the core's act, once. What proves who is there is the link alone: 256 random bits, so
nothing is to be gained by guessing. It signs nobody in, and no other site may frame it.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from gatepass.core import Core
from gatepass.core.errors import Busy, CoreError, InvalidParameter, WeakPassword
from gatepass.core.records import Account
from gatepass.http.call import Reply
from gatepass.http.counts import ROUTE
from gatepass.http.credentials import Cookies
from gatepass.http.middleware import KIND, PAGE
from gatepass.http.origins import Origins
from gatepass.pages.activation.problems import DIFFERENT, NO_PASSWORD, problem_of
from gatepass.pages.forms import METHODS, Forms, Visit
from gatepass.pages.problems import Problem
from gatepass.pages.rendering import Pages

PATH = "/activate"
USER = "user"
SECRET = "auth_token"  # noqa: S105 - the name of the link's field


class Activation:
    """The application at ``/activate``."""

    def __init__(
        self, core: Core, cookies: Cookies, origins: Origins, wrong_method: ASGIApp
    ) -> None:
        self._core = core
        self._wrong_method = wrong_method
        self._pages = Pages()
        self._forms = Forms("activate", core, cookies, origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope[ROUTE] = ("pages", "activate", PATH)
        if scope["method"] not in METHODS:
            await self._wrong_method(scope, receive, send)
            return
        scope[KIND] = PAGE
        visit = Visit(scope, "activate")
        try:
            reply = await self._answered(visit, receive)
        except CoreError as error:
            # The link itself will not do, or the store is away.
            await visit.note(self._core, error)
            reply = await self._turned_away(visit, error)
        await send(
            {"type": "http.response.start", "status": reply.status, "headers": reply.headers}
        )
        await send({"type": "http.response.body", "body": reply.body})

    async def _answered(self, visit: Visit, receive: Receive) -> Reply:
        user, secret = visit.query.get(USER, ""), visit.query.get(SECRET, "")
        account = await self._core.activation.holder(user, secret=secret)
        if visit.scope["method"] != "POST":
            return await self._with_form(visit, account)
        try:
            form = await self._forms.read(visit, receive)
            password = form.get("password", "")
            if not password:
                return await self._with_form(visit, account, NO_PASSWORD)
            if form.get("again") != password:
                return await self._with_form(visit, account, DIFFERENT)
            await self._core.activation.redeem(visit.source, user, secret=secret, password=password)
        except CoreError as error:
            if isinstance(error, InvalidParameter) and not isinstance(error, WeakPassword):
                raise  # used or void since the page was asked for
            await visit.note(self._core, error)
            reply = await self._with_form(visit, account, problem_of(error))
            return _with_patience(reply, error)
        reply = await self._pages.reply(200, "activated.html", username=account.name)
        reply.headers.append(self._forms.spent(visit))
        return reply

    async def _with_form(
        self, visit: Visit, account: Account, problem: Problem | None = None
    ) -> Reply:
        token, cookie = self._forms.token(visit)
        reply = await self._pages.reply(
            problem.status if problem else 200,
            "activate.html",
            problem=problem,
            incident=visit.incident,
            token=token,
            username=account.name,
        )
        reply.headers += cookie
        return reply

    async def _turned_away(self, visit: Visit, error: CoreError) -> Reply:
        is_busy = isinstance(error, Busy)
        reply = await self._pages.reply(
            503 if is_busy else 400,
            "activation_refused.html",
            problem=problem_of(error),
            incident=visit.incident,
            is_busy=is_busy,
        )
        return _with_patience(reply, error)


def _with_patience(reply: Reply, error: CoreError) -> Reply:
    if isinstance(error, Busy):
        reply.headers.append((b"retry-after", b"%d" % error.retry_after))
    return reply


__all__ = ["METHODS", "PATH", "Activation"]
