"""Calls as the generated clients of the betas make them, and decoders as strict as the strictest.

What a client sends beside the fields is part of the exchange: a nonsense Accept-Language, a bearer
that may be a dummy or empty, null where its caller set nothing, a chunked body with nothing in it.
"""

from collections.abc import AsyncIterator
from typing import Any, Literal, TypeVar

import httpx2
import msgspec

from tests.world import PASSWORD, World

A, B = "/api/rest/v2", "/tspublic/rest/v2"
PREFIXES = (A, B)
NONSENSE = {"Accept-Language": "application/json"}
JSON = {"Accept": "application/json", "Content-Type": "application/json", **NONSENSE}
PYTHON = {"user-agent": "RestAPI V2 SDK"}
APIMATIC = {"user-agent": "APIMATIC 3.0"}
LIVEBOARD = "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11"
UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"

BAD = (400, 10002)
UNAUTHORIZED = (401, 10003)
FORBIDDEN = (403, 10023)
OTHER = (500, 10000)

T = TypeVar("T")


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is neither listed nor of its type is an error; null is none of these types."""


class LoginResponse(Strict, frozen=True):
    """The answer of login and gettoken: five texts."""

    userName: str  # noqa: N815 - as on the wire
    token: str
    tokenCreatedTime: str  # noqa: N815
    tokenExpiryDuration: str  # noqa: N815
    tokenType: Literal["Bearer", "Cookie"]  # noqa: N815


class Data(Strict, frozen=True):
    code: int
    incident_id_guid: str
    trace_id_guid: str
    debug: str


class Upstream(Strict, frozen=True):
    data: Data
    status: int


class Failure(Strict, frozen=True):
    service: Literal["CALLOSUM"]
    upstreamResponse: Upstream  # noqa: N815
    stacktrace: list[str]


class Extension(Strict, frozen=True):
    service: Literal["CALLOSUM"]
    code: Literal["UPSTREAM_FAILURE", "BAD_USER_INPUT"]
    exception: Failure


class Location(Strict, frozen=True):
    line: Literal[2]
    column: Literal[3]


class Errors(Strict, frozen=True):
    message: str
    locations: Location
    path: list[str]
    extension: Extension


class Inner(Strict, frozen=True):
    errors: Errors


class Envelope(Strict, frozen=True):
    """A refusal: ``error`` is its only key."""

    error: Inner


def read(reply: httpx2.Response, kind: type[T]) -> T:
    """Return the body of a success, decoded strictly."""
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/json"
    return msgspec.json.decode(reply.content, type=kind, strict=True)


def is_true(reply: httpx2.Response) -> bool:
    """Say whether the answer is exactly the four bytes that clients compare with."""
    typed = reply.headers.get("content-type") == "application/json"
    return reply.status_code == 200 and typed and reply.content == b"true"


def failure(reply: httpx2.Response, *, status: int = 500) -> Errors:
    """Return the envelope of a refusal, every part of it checked."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/json"
    errors = msgspec.json.decode(reply.content, type=Envelope, strict=True).error.errors
    said = f"Request failed with status code {errors.extension.exception.upstreamResponse.status}"
    data = errors.extension.exception.upstreamResponse.data
    assert errors.message == said
    assert errors.extension.exception.stacktrace == [said]
    assert data.incident_id_guid == data.trace_id_guid
    assert data.debug
    return errors


def refused(reply: httpx2.Response, *, status: int = 500) -> tuple[int, int]:
    """Return upstream status and code of a refusal."""
    upstream = failure(reply, status=status).extension.exception.upstreamResponse
    return upstream.status, upstream.data.code


def debug(reply: httpx2.Response) -> str:
    return failure(reply).extension.exception.upstreamResponse.data.debug


async def ask(
    here: World, method: str, path: str, body: Any = None, *, prefix: str = B, **credential: str
) -> httpx2.Response:
    """Send one request with the headers of every client; ``cookie=`` and ``bearer=`` present."""
    here.client.cookies.clear()
    sent = dict(JSON)
    if "bearer" in credential:
        sent["Authorization"] = f"Bearer {credential['bearer']}"
    if "cookie" in credential:
        sent["Cookie"] = f"JSESSIONID={credential['cookie']}"
    content = (
        b"" if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body)
    )
    return await here.client.request(method, f"{prefix}/{path}", content=content, headers=sent)


async def post(here: World, path: str, body: Any = None, **more: str) -> httpx2.Response:
    return await ask(here, "POST", path, body, **more)


async def log_in(here: World, body: Any = None, **more: str) -> httpx2.Response:
    pair = {"userName": "mira", "password": PASSWORD}
    return await post(here, "session/login", pair if body is None else body, **more)


async def get_token(here: World, **body: Any) -> LoginResponse:
    """Get a token for mira: by password, or as the body says."""
    if "secretKey" not in body:
        body.setdefault("password", PASSWORD)
    reply = await post(here, "session/gettoken", {"userName": "mira", **body})
    return read(reply, LoginResponse)


async def is_in(here: World, **credential: str) -> bool:
    """Say whether a credential counts, in whatever dialect."""
    beta = (await ask(here, "GET", "session", **credential)).status_code == 200
    assert beta is ((await here.whoami(**credential)).status_code == 200)
    return beta


async def nothing() -> AsyncIterator[bytes]:
    """A chunked body with nothing in it."""
    empty: tuple[bytes, ...] = ()
    for piece in empty:
        yield piece
