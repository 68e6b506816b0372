"""The console: pages for who runs the server, and for everybody's own sessions.

It calls the same acts as the dialects, as the person who is signed in, and may do nothing by
itself. Its session is an ordinary one under a cookie of its own, which no other site's page and no
API gets (``SameSite=Strict``); forms carry a token that belongs to the session, and come from
this server's own pages (ASVS 3.5.1). Without JavaScript everything works but copying by a button.
"""

import asyncio
import hmac
import re
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

from msgspec.structs import replace
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepass.core import Core
from gatepass.core.errors import CoreError, NotAuthenticated, NotProved
from gatepass.http.call import Reply
from gatepass.http.cors import OWN_ONLY
from gatepass.http.counts import ROUTE
from gatepass.http.health import Answer, Probe
from gatepass.http.middleware import KIND, PAGE
from gatepass.http.noting import note, source_of
from gatepass.http.origins import Origins, own_origin
from gatepass.http.refusals import ForeignOrigin, NoSuchPath
from gatepass.http.routing import read_body
from gatepass.pages.console import (
    account,
    account_new,
    accounts,
    audit,
    group,
    groups,
    home,
    org,
    orgs,
    own,
    roles,
    security,
    sessions,
)
from gatepass.pages.console.cookies import ConsoleCookies
from gatepass.pages.console.filters import FILTERS
from gatepass.pages.console.handed import FromFile, Handed
from gatepass.pages.console.navigation import sections
from gatepass.pages.console.places import Act, Place, Places
from gatepass.pages.console.playground import Playground
from gatepass.pages.console.problems import PROOF, problem_of
from gatepass.pages.console.top import SIGN_IN, TOP
from gatepass.pages.console.visit import SEE_OTHER, Form, Visit
from gatepass.pages.files import files
from gatepass.pages.forms import read_pairs
from gatepass.pages.rendering import HTML, Templates
from gatepass.pages.sign_in import Door, SignIn

PREFIX = "/console"
THEN = "then"
METHODS = ["GET", "HEAD", "POST"]
MOST_FIELDS = 2000
_BARE = b"default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_AGAIN = (
    b'<!doctype html><html lang="en"><meta charset="utf-8"><title>Gatepass</title>'
    b'<meta http-equiv="refresh" content="0"><p><a href="">Go on</a></p></html>\n'
)
_INSIDE = re.compile(r"(?:[a-z0-9][\w~-]*(?:/[\w~-]+)*)?(?:\?[\w.~%=&+-]*)?", re.ASCII)
"""A place with its query; nothing that leads up, written out or escaped."""


def places(handed: Handed) -> list[Place]:
    """Return every place of the console."""
    return [
        *home.places(handed),
        *accounts.PLACES,
        *account_new.PLACES,
        *account.PLACES,
        *groups.PLACES,
        *group.PLACES,
        *roles.PLACES,
        *orgs.PLACES,
        *org.PLACES,
        *sessions.PLACES,
        *own.PLACES,
        *security.places(handed.from_file),
        *Playground(handed.dialects, handed.patience).places(),
        *audit.PLACES,
    ]


class Console:
    """The application under ``/console``."""

    def __init__(self, core: Core, origins: Origins, handed: Handed, wrong_method: ASGIApp) -> None:
        self._core = core
        self._cookies = ConsoleCookies()
        self._places = Places(places(handed))
        self._templates = Templates(__name__, lambda: {"sections": sections}, FILTERS)
        self._sign_in = SignIn(core, self._door(), origins, wrong_method)
        self._wrong_method = wrong_method
        self._files: Mapping[str, Answer] = files(__name__, f"{PREFIX}/assets", "consoleFile")

    def _door(self) -> Door:
        def knows(target: str, host: bytes | None, https: bool) -> bool:  # noqa: ARG001, FBT001 - as Door says
            return _INSIDE.fullmatch(target) is not None

        return Door(
            path=f"{PREFIX}/{SIGN_IN}",
            operation="consoleSignIn",
            cookies=self._cookies,
            target=THEN,
            home="./",
            knows=knows,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope[OWN_ONLY] = True
        path = scope["path"].removeprefix(PREFIX)
        if (file := self._files.get(scope["path"])) is not None:
            await Probe(file, self._wrong_method)(scope, receive, send)
        elif path == f"/{SIGN_IN}":
            if not self._templates.is_loaded:
                # Who signs in wants pages next: they are read while the password is typed.
                asyncio.get_running_loop().run_in_executor(None, self._templates.load)
            await self._sign_in(scope, receive, send)
        elif scope["method"] not in METHODS:
            await self._wrong_method(scope, receive, send)
        else:
            scope[KIND] = PAGE
            reply = await self._answer(scope, receive, path)
            await send(
                {"type": "http.response.start", "status": reply.status, "headers": reply.headers}
            )
            await send({"type": "http.response.body", "body": reply.body})

    async def _answer(self, scope: Scope, receive: Receive, path: str) -> Reply:
        if not path:
            return _lead("console/")
        path = path.removeprefix("/")
        place, named = self._places.find(path) or (None, {})
        name, pattern = ("nowhere", "") if place is None else (place.name, place.path)
        scope[ROUTE] = ("console", name, f"{PREFIX}/{pattern}")
        headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))
        cookie = self._cookies.present(
            headers.get(b"cookie"), None, https=scope["scheme"] == "https"
        ).cookie
        raw = b""
        try:
            # First: a body may take its time, and who is let in is to hold when the act begins.
            if scope["method"] == "POST":
                raw = await read_body(headers.get(b"content-length"), receive)
            principal = await self._core.gate.principal(bearer=None, cookie=cookie)
            profile = await self._core.gate.profile(principal)
        except NotAuthenticated:
            return self._to_sign_in(scope, headers, path)
        except CoreError as error:
            return await self._turned_away(scope, headers, path, error)
        scope["gatepass.principal"] = principal
        visit = Visit(
            self._core,
            self._templates,
            scope,
            path=path,
            name=name,
            named=named,
            secret=cookie or "",
            principal=principal,
            profile=profile,
            headers=headers,
        )
        if scope["method"] == "POST":
            visit.form = Form(read_pairs(raw, MOST_FIELDS))
            return await self._done(visit, place)
        visit.said = self._places.said.get(visit.query.get("said", ""), "")
        return await self._shown(visit, place)

    async def _shown(self, visit: Visit, place: Place | None) -> Reply:
        """Return a page; where it cannot be shown, one that says why."""
        try:
            if place is None:
                raise NoSuchPath
            return await place.show(visit)
        except NotAuthenticated:
            return self._to_sign_in(visit.scope, visit.headers, visit.path)
        except NotProved as error:
            visit.problem = visit.problem or problem_of(error)
            visit.status = 403 if visit.act else 200
            return await visit.page("prove.html")
        except CoreError as error:
            await self._note(visit, error)
            visit.problem = problem_of(error, visit.source.incident_id)
            visit.status = visit.problem.status
            return await visit.page("refused.html", kind=HTTPStatus(visit.status).phrase)

    async def _done(self, visit: Visit, place: Place | None) -> Reply:
        """Do what a form asks for; what is refused is shown above the form, as it was sent."""
        visit.act = visit.form.get("act")
        visit.source = replace(visit.source, operation=f"console {visit.name}.{visit.act}"[:128])
        try:
            self._refuse_forged(visit)
            act = self._act(visit, place)
            if await act.is_dangerous(visit) or (visit.act == "prove" and PROOF in visit.form):
                await self._prove(visit)
            return await act.do(visit)
        except NotAuthenticated:
            return self._to_sign_in(visit.scope, visit.headers, visit.path)
        except CoreError as error:
            await self._note(visit, error)
            visit.problem = problem_of(error, visit.source.incident_id)
        visit.status = visit.problem.status
        return await self._shown(visit, place)

    def _act(self, visit: Visit, place: Place | None) -> Act:
        common = TOP.get(visit.act)
        found = place.acts.get(visit.act, common) if place is not None else common
        if found is None:
            raise NoSuchPath
        return found

    async def _prove(self, visit: Visit) -> None:
        """Ask for the visitor's own password before something dangerous.

        Raises:
            NotProved: it was not shown lately, and does not come with the form.
            CoreError: what came is not the password.
        """
        if visit.is_proved and visit.act != "prove":
            return
        if not visit.form.secret(PROOF):
            raise NotProved
        await self._core.sessions.prove(
            visit.principal, visit.source, password=visit.form.secret(PROOF)
        )
        visit.principal = await self._core.gate.principal(bearer=None, cookie=visit.secret)

    def _refuse_forged(self, visit: Visit) -> None:
        """Refuse a form that no page of ours sent: by its origin, and by its token."""
        https = visit.scope["scheme"] == "https"
        origin = visit.headers.get(b"origin")
        own = own_origin(visit.headers.get(b"host"), https=https)
        given = visit.form.get("token").encode()
        if (origin is not None and origin.decode("latin-1").lower() != own) or (
            not hmac.compare_digest(given, visit.token.encode())
        ):
            raise ForeignOrigin

    async def _note(self, visit: Visit, error: CoreError) -> None:
        visit.scope["gatepass.refusal"] = error
        await note(self._core, error, visit.source, visit.scope)

    def _to_sign_in(self, scope: Scope, headers: Mapping[bytes, bytes], path: str) -> Reply:
        """Send somebody who is not signed in to where one signs in, and from there back.

        A click on another site sends no cookie of ours: then the page is asked for once more, by
        ourselves.
        """
        query = scope["query_string"].decode("latin-1")
        up = "../" * path.count("/")
        if scope["method"] != "POST" and headers.get(b"sec-fetch-site") == b"cross-site":
            return Reply(200, _AGAIN, [(b"content-security-policy", _BARE)], content_type=HTML)
        target = path if scope["method"] == "POST" or not query else f"{path}?{query}"
        known = target and _INSIDE.fullmatch(target) is not None
        then = f"?{THEN}={quote(target, safe='')}" if known else ""
        if b"hx-request" in headers:
            # A part of a page cannot become the sign-in page: the whole one goes there.
            return Reply(204, headers=[(b"hx-redirect", f"{up}{SIGN_IN}".encode())])
        return _lead(f"{up}{SIGN_IN}{then}")

    async def _turned_away(
        self, scope: Scope, headers: Mapping[bytes, bytes], path: str, error: CoreError
    ) -> Reply:
        """Answer who cannot even be asked who it is."""
        source = source_of(scope, "console", headers)
        scope["gatepass.refusal"] = error
        await note(self._core, error, source, scope)
        problem = problem_of(error, source.incident_id)
        body = await self._templates.render(
            "turned_away.html",
            {"problem": problem, "root": "../" * path.count("/") or "./"},
        )
        return Reply(problem.status, body, [(b"content-security-policy", _BARE)], content_type=HTML)


def _lead(location: str) -> Reply:
    return Reply(SEE_OTHER, headers=[(b"location", location.encode())], content_type=None)


__all__ = ["METHODS", "PREFIX", "Act", "Console", "FromFile", "Handed", "Place", "places"]
