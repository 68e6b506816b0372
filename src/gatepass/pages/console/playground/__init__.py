"""Develop > Playground: every operation of every dialect, tried out as oneself."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from gatepass.core.errors import CoreError
from gatepass.http.call import Reply
from gatepass.http.origins import own_origin
from gatepass.http.refusals import NoSuchPath
from gatepass.http.routing import Access, Dialect, NoBody
from gatepass.pages.console.places import Act, Place
from gatepass.pages.console.playground.code import Request, written
from gatepass.pages.console.playground.code.request import COOKIE
from gatepass.pages.console.playground.equivalents import same_as
from gatepass.pages.console.playground.filled import NOBODY, SESSION, TOKEN, Filled, example, typed
from gatepass.pages.console.playground.hiding import is_secret
from gatepass.pages.console.playground.offers import Offer, Offers, title
from gatepass.pages.console.playground.running import Answer, run
from gatepass.pages.console.visit import SEE_OTHER, Visit

PATH = "develop/playground"
BEARER = "bearer"
"""The field in which a token is pasted; it is never shown again."""
_OF_SESSIONS = {("v1", "switchOrg"), ("own", "proveSession")}
"""Operations that take a token, and then refuse because it is no session."""
_RUNNERS = ((SESSION, "You, by your session here"), (TOKEN, "A token"), (NOBODY, "Nobody"))


class Playground:
    """The list of operations, and the page of each."""

    def __init__(self, dialects: Sequence[Dialect], patience: float) -> None:
        self._offers = Offers(dialects)
        self._patience = patience

    def places(self) -> tuple[Place, ...]:
        """Return its places."""
        acts = {"run": Act(self.run, dangerous=self._needs_a_look), "write": Act(self.write)}
        return (
            Place("playground", PATH, self.show),
            Place("operation", f"{PATH}/{{dialect}}/{{operation}}", self.show_one, acts),
        )

    async def show(self, visit: Visit) -> Reply:
        """GET develop/playground: find an operation; with its names, be led to it."""
        dialect: str = visit.query.get("dialect", "")
        operation: str = visit.query.get("operation", "")
        offer = self._offers.find(dialect, operation)
        if offer is not None:
            location = visit.link(offer.place).encode()
            return Reply(SEE_OTHER, headers=[(b"location", location)], content_type=None)
        text = visit.query.get("q") or operation
        found = self._offers.about(text, dialect)
        return await visit.page(
            "playground.html",
            found=[(title(one), one.name, offers) for one, offers in found],
            dialects=[("", "All APIs"), *((one.name, title(one)) for one in self._offers.dialects)],
            dialect=dialect,
            text=text,
        )

    async def show_one(self, visit: Visit) -> Reply:
        """GET develop/playground/{dialect}/{operation}."""
        return await self._page(visit, self._offer(visit))

    async def write(self, visit: Visit) -> Reply:
        """Show what is filled in as code, and do nothing."""
        return await self._page(visit, self._offer(visit))

    async def run(self, visit: Visit) -> Reply:
        """Run the operation and show what it answers."""
        offer = self._offer(visit)
        filled = typed(offer, visit.form)
        answer = await run(
            visit,
            offer,
            filled.asked(offer),
            run_as=filled.run_as,
            token=visit.form.get(BEARER),
            patience=self._patience,
        )
        gone = not await _is_still_in(visit)
        return await self._page(visit, offer, answered=True, answer=answer, gone=gone)

    async def _needs_a_look(self, visit: Visit) -> bool:
        """Say whether the password is asked for: by the session, of all that does not just look."""
        offer = self._offer(visit)
        return typed(offer, visit.form).run_as == SESSION and not offer.only_looks

    def _offer(self, visit: Visit) -> Offer:
        found = self._offers.find(visit.named["dialect"], visit.named["operation"])
        if found is None:
            raise NoSuchPath
        return found

    async def _page(
        self,
        visit: Visit,
        offer: Offer,
        *,
        answered: bool = False,
        answer: Answer | None = None,
        gone: bool = False,
    ) -> Reply:
        filled = (
            typed(offer, visit.form) if visit.act in {"run", "write"} else example(offer, visit)
        )
        shown = filled.shown()
        code = _as_code(visit, offer, shown)
        return await visit.page(
            "operation.html",
            offer=offer,
            title=title(offer.dialect),
            filled=shown,
            runners=_RUNNERS,
            is_secret=is_secret,
            codes=written(code),
            same=self._same(offer),
            cookie=COOKIE if code.with_cookie else "",
            answered=answered,
            answer=answer,
            gone=gone,
        )

    def _same(self, offer: Offer) -> list[tuple[str, list[tuple[str, list[Offer]]]]]:
        """Return what does the same in the other dialects: by act, then by dialect."""
        others = [one for one in self._offers.dialects if one is not offer.dialect]
        found = []
        for same in same_as(offer.dialect.name, offer.operation.name):
            rows = []
            for dialect in others:
                names = same.operations.get(dialect.name, ())
                # By settings some are not served.
                there = (self._offers.find(dialect.name, name) for name in names)
                rows.append((title(dialect), [one for one in there if one is not None]))
            found.append((same.act, rows))
        return found


def _as_code(visit: Visit, offer: Offer, shown: Filled) -> Request:
    https = visit.scope["scheme"] == "https"
    operation = offer.operation
    path = shown.address
    for name, value in shown.parts.items():
        path = path.replace(f"{{{name}}}", quote(value or name.upper(), safe=""))
    query = [(name, value) for name, value in shown.query.items() if value]
    by_cookie = (
        operation.access is Access.SESSION or (offer.dialect.name, operation.name) in _OF_SESSIONS
    )
    credential = (
        operation.access is Access.CALLER
        or shown.run_as == TOKEN
        or (operation.sets_cookies and operation.body is NoBody)
    )
    return Request(
        origin=own_origin(visit.headers.get(b"host"), https=https),
        dialect=offer.dialect.name,
        operation=operation.name,
        method=operation.method,
        path=path + (f"?{urlencode(query)}" if query else ""),
        body=shown.body,
        fields=[(name, value) for name, value in shown.fields.items() if value],
        media=offer.media if shown.body or offer.fields else "",
        with_token=credential and not by_cookie and shown.run_as != NOBODY,
        with_cookie=offer.dialect.session_cookie(https=https) if by_cookie else "",
        query=bool(query),
    )


async def _is_still_in(visit: Visit) -> bool:
    """Look again at who the visitor is: what was run may have ended the session, or moved it."""
    gate = visit.core.gate
    try:
        visit.principal = await gate.principal(bearer=None, cookie=visit.secret)
        visit.profile = await gate.profile(visit.principal)
    except CoreError:
        return False
    return True


__all__ = ["BEARER", "PATH", "Playground"]
