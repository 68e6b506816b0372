"""Running an operation: a dialect is called in this process, as if the request had come to it."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import msgspec
from starlette.types import Message, Scope

from gatepass.http.described import JSON
from gatepass.http.log import printable
from gatepass.http.origins import own_origin
from gatepass.pages.console.playground.filled import SESSION, TOKEN, Asked
from gatepass.pages.console.playground.hiding import BLANK, without_ours
from gatepass.pages.console.playground.offers import Offer
from gatepass.pages.console.visit import Visit

MOST_SHOWN = 131_072
"""Bytes of a body that are kept and shown."""
_SUCCESS = range(200, 400)
_HANDED_ON = ("type", "asgi", "http_version", "scheme", "server", "client", "root_path", "state")
_AS_VISITED = (b"host", b"user-agent")
_LATE: set[asyncio.Task[None]] = set()
"""What still runs after the page was shown: the event loop itself keeps no hold of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answered, fit to be shown."""

    status: int
    milliseconds: int
    headers: Sequence[tuple[str, str]]
    body: str
    """Without credentials."""
    whole: str | None
    """The body as it came, if there are credentials in it."""
    size: int
    """Bytes of the body."""
    is_cut: bool
    incident: str

    def __repr__(self) -> str:
        return f"<Answer {self.status}>"

    @property
    def phrase(self) -> str:
        """What the status says."""
        return HTTPStatus(self.status).phrase

    @property
    def is_good(self) -> bool:
        """Whether it was done."""
        return self.status in _SUCCESS


class _Kept:
    """What a dialect sends, as far as it is kept."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()
        self.size = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = message["headers"]
        else:
            body = message.get("body", b"")
            self.size += len(body)
            self.body += body[: MOST_SHOWN - len(self.body)]


async def run(
    visit: Visit, offer: Offer, asked: Asked, *, run_as: str, token: str, patience: float
) -> Answer | None:
    """Return what an operation answers; None if it does not within ``patience`` seconds.

    It is then left to itself: what an act begins it is to end.
    """
    scope = _scope(visit, offer, asked, _credential(visit, offer, run_as, token))
    kept = _Kept()
    bodies = [asked.body]

    async def receive() -> Message:
        if not bodies:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": bodies.pop(), "more_body": False}

    async def call() -> None:
        await offer.dialect(scope, receive, kept.send, asked.skip)

    began = time.perf_counter()
    task = asyncio.create_task(call())
    _LATE.add(task)
    task.add_done_callback(_LATE.discard)
    done, _ = await asyncio.wait({task}, timeout=patience)
    if "gatepass.fault" in scope:
        visit.scope["gatepass.fault"] = scope["gatepass.fault"]
    if not done:
        return None
    task.result()
    spent = round((time.perf_counter() - began) * 1000)
    return _answer(kept, spent, scope["gatepass.incident"])


def _credential(visit: Visit, offer: Offer, run_as: str, token: str) -> list[tuple[bytes, bytes]]:
    if run_as == SESSION:
        name = offer.dialect.session_cookie(https=visit.scope["scheme"] == "https")
        return [(b"cookie", f"{name}={visit.secret}".encode())]
    if run_as == TOKEN:
        return [(b"authorization", b"Bearer " + token.strip().encode(errors="replace"))]
    return []


def _scope(
    visit: Visit, offer: Offer, asked: Asked, credential: list[tuple[bytes, bytes]]
) -> Scope:
    """Return the request as a dialect gets it: from the visitor's address, of this very origin."""
    https = visit.scope["scheme"] == "https"
    kept = [
        (name, visit.headers[name]) for name in (b"host", b"user-agent") if name in visit.headers
    ]
    headers = [
        *kept,
        (b"accept", b"*/*"),
        (b"origin", own_origin(visit.headers.get(b"host"), https=https).encode("latin-1")),
        (b"x-requested-by", b"gatepass-console"),
        (b"content-length", b"%d" % len(asked.body)),
        *([(b"content-type", asked.media.encode())] if asked.media else []),
        *credential,
    ]
    return {
        **{name: visit.scope[name] for name in _HANDED_ON if name in visit.scope},
        "method": offer.operation.method,
        "path": asked.plain_path,
        "raw_path": asked.path.encode(),
        "query_string": asked.query.encode(),
        "headers": headers,
        "gatepass.incident": visit.core.means.random.id(),
    }


def _answer(kept: _Kept, spent: int, incident: str) -> Answer:
    headers = [(_words(name), _shown(name, _words(value))) for name, value in kept.headers]
    is_cut = kept.size > len(kept.body)
    whole = _body(bytes(kept.body), dict(kept.headers).get(b"content-type", b""), is_cut=is_cut)
    shown = without_ours(whole)
    return Answer(
        status=kept.status,
        milliseconds=spent,
        headers=headers,
        body=shown,
        whole=whole if whole != shown else None,
        size=kept.size,
        is_cut=is_cut,
        incident=incident,
    )


def _body(body: bytes, media: bytes, *, is_cut: bool) -> str:
    if media.startswith(JSON.encode()) and body and not is_cut:
        body = msgspec.json.format(body, indent=2)
    return body.decode(errors="replace")


def _shown(header: bytes, value: str) -> str:
    """Return a header without credentials; of a cookie, what is not its value."""
    if header != b"set-cookie":
        return without_ours(value)
    pair, separator, attributes = value.partition(";")
    name, _, secret = pair.partition("=")
    return f"{name}={BLANK if secret else ''}{separator}{attributes}"


def _words(text: bytes) -> str:
    return printable(text.decode("latin-1"))
