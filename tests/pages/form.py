"""The pages with forms as a browser without JavaScript uses them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx2

from tests.dialects.v2_0_admin.administering import administrator
from tests.world import PASSWORD, World

OWN_ORIGIN = "http://gatepass.test"
NEW = "Copper-Inside-19-Walls"


class Document(HTMLParser):
    """Inputs by name, elements by id, what is loaded, and the words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inputs: dict[str, dict[str, str]] = {}
        self.ids: dict[str, dict[str, str]] = {}
        self.labels: list[str] = []
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.title = ""
        self.problem = ""
        self.incident = ""
        self.text = ""
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self._inside.append(given.get("id", tag))
        if tag == "input":
            self.inputs[given["name"]] = given
        if tag == "label":
            self.labels.append(given["for"])
        if "id" in given:
            self.ids[given["id"]] = given
        self.loads += [given[name] for name in ("src", "href", "action") if name in given]

    def handle_data(self, data: str) -> None:
        inside = self._inside[-1] if self._inside else ""
        if inside == "title":
            self.title += data
        elif inside == "problem":
            self.problem += data
        elif inside == "incident":
            self.incident += data.strip()
        if inside != "style":
            self.text += data


@dataclass
class Page:
    """One browser at the sign-in page; cookies are kept as browsers keep them."""

    here: World
    query: str = ""
    origin: str | None = OWN_ORIGIN
    sent: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/login{self.query}"

    async def open(self) -> Document:
        reply = await self.here.client.get(self.path)
        assert reply.status_code == 200, reply.text
        return Document(reply.text)

    async def send(
        self, username: str = "mira", password: str = PASSWORD, **changes: str | None
    ) -> httpx2.Response:
        """Open the page, fill the form in, and send it with these changes."""
        token = (await self.open()).inputs["token"]["value"]
        fields = {"token": token, "username": username, "password": password, **changes}
        headers = dict(self.sent)
        if self.origin is not None:
            headers["Origin"] = self.origin
        data = {name: value for name, value in fields.items() if value is not None}
        return await self.here.client.post(self.path, data=data, headers=headers)


@dataclass
class Link:
    """One browser at the page behind an activation link."""

    here: World
    address: str
    origin: str | None = OWN_ORIGIN

    @classmethod
    async def of(cls, here: World, name: str = "mira") -> "Link":
        """Deactivate an account and return its link, as the API words it."""
        admin = await administrator(here)
        made = await admin.make("users/deactivate", user_identifier=name, base_url=OWN_ORIGIN)
        here.client.cookies.clear()
        return cls(here, made["activation_link"])

    async def get(self) -> httpx2.Response:
        return await self.here.client.get(self.address)

    async def open(self) -> Document:
        reply = await self.get()
        assert reply.status_code == 200, reply.text
        return Document(reply.text)

    async def send(self, password: str = NEW, **changes: str | None) -> httpx2.Response:
        """Open the page, fill the form in, and send it with these changes."""
        token = (await self.open()).inputs["token"]["value"]
        fields = {"token": token, "password": password, "again": password, **changes}
        return await self.post({key: one for key, one in fields.items() if one is not None})

    async def post(self, fields: dict[str, str]) -> httpx2.Response:
        headers = {} if self.origin is None else {"Origin": self.origin}
        return await self.here.client.post(self.address, data=fields, headers=headers)
