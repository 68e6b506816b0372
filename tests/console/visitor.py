"""A browser without JavaScript at the console: pages with their forms, sent as they stand."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import httpx2

from tests.world import ADMIN, ADMIN_PASSWORD, World

OWN_ORIGIN = "http://gatepass.test"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Pairs = list[tuple[str, str]]


class Page(HTMLParser):
    """A page as it is read: its words, links, and forms with what stands in them."""

    def __init__(self, reply: httpx2.Response) -> None:
        super().__init__()
        self.status = reply.status_code
        self.reply = reply
        self.html = reply.text
        self.forms: list[Pairs] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.title = ""
        self.problem = ""
        self._inside: list[str] = []
        self._select = ""
        self._area: str | None = None
        self.feed(reply.text)
        self.text = " ".join(self.text.split())
        self.problem = " ".join(self.problem.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if tag not in {"input", "link", "meta", "img", "br", "path", "rect", "circle", "line"}:
            self._inside.append("problem" if given.get("id") == "problem" else tag)
        if tag == "form":
            self.forms.append([])
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif tag in {"script", "link", "img"}:
            self.loads.append(given.get("src") or given.get("href", ""))
        elif tag == "input" and self.forms:
            ticked = given.get("type") not in {"checkbox", "radio"} or "checked" in given
            if ticked and "name" in given:
                self.forms[-1].append((given["name"], given.get("value", "")))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self.forms[-1].append((self._select, given.get("value", "")))
        elif tag == "textarea":
            self._area = given["name"]
            self.forms[-1].append((self._area, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        if self._inside:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            name, before = self.forms[-1].pop()
            self.forms[-1].append((name, before + data))
        if "problem" in self._inside:
            self.problem += data
        if self._inside[-1:] == ["title"] and "svg" not in self._inside:
            self.title += data
        elif "script" not in self._inside:
            self.text += f"{data} "

    def form(self, act: str, **known: str) -> Pairs:
        """Return the form of an act; with several, the one in which these fields stand so."""
        for one in self.forms:
            if ("act", act) in one and set(known.items()) <= set(one):
                return one
        raise AssertionError(f"no form {act} {known} on this page: {self.forms}")

    def has_form(self, act: str) -> bool:
        return any(("act", act) in one for one in self.forms)


@dataclass
class Visitor:
    """One browser at the console; it keeps its cookie as browsers do."""

    here: World
    password: str = ADMIN_PASSWORD
    origin: str | None = OWN_ORIGIN
    cookies: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def signed_in(
        cls,
        here: World,
        name: str = ADMIN,
        password: str = ADMIN_PASSWORD,
        origin: str = OWN_ORIGIN,
    ) -> "Visitor":
        """Sign in by the console's own page."""
        one = cls(here, password, origin)
        page = await one.open("sign-in")
        token = dict(page.forms[0])["token"]
        reply = await one.post(
            "sign-in", [("token", token), ("username", name), ("password", password)]
        )
        assert reply.status_code == 303, reply.text
        return one

    async def get(self, path: str = "", **headers: str) -> httpx2.Response:
        """Ask for a place, and follow nowhere."""
        return await self._send("GET", path, None, headers)

    async def open(self, path: str = "", *, status: int = 200) -> Page:
        """Return the page at a place."""
        reply = await self.get(path)
        assert reply.status_code == status, (reply.status_code, reply.text)
        return Page(reply)

    async def post(self, path: str, fields: Pairs, **headers: str) -> httpx2.Response:
        """Send a form's fields to a place."""
        return await self._send("POST", path, fields, headers)

    async def send(
        self,
        path: str,
        act: str,
        *,
        where: dict[str, str] | None = None,
        **changes: str | list[str],
    ) -> httpx2.Response:
        """Open a place, fill a form of it in with these changes, and send it.

        The password is shown where the form asks for it, if the changes say nothing of it. A field
        of a list comes once for each entry.
        """
        page = await self.open(path)
        fields = page.form(act, **(where or {}))
        if any(name == "proof" for name, _ in fields):
            changes.setdefault("proof", self.password)
        kept = [(name, value) for name, value in fields if name not in changes]
        for name, value in changes.items():
            kept += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        return await self.post(path, kept)

    async def done(self, path: str, act: str, **changes: Any) -> Page:
        """Send a form, see it done, and return the page that it leads to."""
        reply = await self.send(path, act, **changes)
        assert reply.status_code == 303, Page(reply).problem or reply.text
        return await self.follow(path, reply)

    async def refused(self, path: str, act: str, **changes: Any) -> Page:
        """Send a form, see it refused, and return the page that says so."""
        page = Page(await self.send(path, act, **changes))
        assert page.status >= 400, page.text
        assert page.problem, page.text
        return page

    async def follow(self, path: str, reply: httpx2.Response) -> Page:
        """Return the page that a reply leads to."""
        where = httpx2.URL(f"{OWN_ORIGIN}/console/{path}").join(reply.headers["location"])
        assert where.path.startswith("/console/"), where
        query = f"?{where.query.decode()}" if where.query else ""
        return await self.open(where.path.removeprefix("/console/") + query)

    async def _send(
        self, method: str, path: str, fields: Pairs | None, more: dict[str, str]
    ) -> httpx2.Response:
        headers = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        content = None
        if fields is not None:
            headers |= FORM | ({"Origin": self.origin} if self.origin is not None else {})
            content = urlencode(fields)
        self.here.client.cookies.clear()
        reply = await self.here.client.request(
            method, f"/console/{path}", content=content, headers={**headers, **more}
        )
        for line in reply.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value = rest.split(";")[0]
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return reply
