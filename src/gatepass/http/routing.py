"""Dialect and Operation: find the operation, authenticate, decode, run, word a refusal."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepass.core import Core
from gatepass.core.errors import CoreError
from gatepass.core.records import CredentialKind, Principal, Source, Undisclosed
from gatepass.http.call import Call, Reply
from gatepass.http.counts import NOWHERE, ROUTE
from gatepass.http.credentials import Cookies
from gatepass.http.described import Description
from gatepass.http.ended import told
from gatepass.http.noting import note, source_of
from gatepass.http.origins import Origins
from gatepass.http.refusals import (
    BadRequest,
    BodyTooLarge,
    Broken,
    ForeignOrigin,
    NoSuchPath,
    NotBuilt,
    WrongMethod,
)

Body = TypeVar("Body")

MOST_BYTES = 1_048_576
LONGEST_LENGTH = 19
"""Digits of a ``Content-Length`` that 64 bits hold."""

WRITES = frozenset({"POST", "PUT", "DELETE"})


class Access(Enum):
    """What an operation asks of its caller before it runs."""

    OPEN = "open"
    """Nothing: the body or the path carries the credential, or none is needed."""
    CALLER = "caller"
    """A good session or token."""
    SESSION = "session"
    """A good session's cookie; a token beside it does not count, good or not."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[Body]):
    """One method and path of a dialect, and the handler behind it."""

    name: str
    method: str
    path: str
    handler: Callable[[Call[Body]], Awaitable[Reply]]
    body: type[Body]
    access: Access = Access.CALLER
    sets_cookies: bool = False
    """Whether it opens or ends a session: a page of a foreign origin is refused (login CSRF)."""
    for_own_pages: bool = False
    """Whether such a page is refused though no cookie is used or set."""


class NoBody(Undisclosed, frozen=True):
    """An operation without a body: what comes is ignored."""


class Codec(ABC):
    """How a dialect reads bodies and words refusals."""

    @abstractmethod
    def decode(
        self, operation: Operation[Any], content_type: bytes | None, body: bytes, query: bytes
    ) -> Any:
        """Return body, query string or both as the operation's struct.

        Raises:
            CoreError: it cannot be decoded.
        """

    def guard(  # noqa: B027 - most dialects have no rule of their own
        self,
        operation: Operation[Any],
        headers: Mapping[bytes, bytes],
        *,
        by_cookie: bool,
    ) -> None:
        """Refuse what may be forged by a rule of this dialect's own, beside that on origins.

        Asked of writes, and of what sets cookies; ``by_cookie`` says whether a cookie proved who
        calls.

        Raises:
            CoreError: a foreign page may have sent it.
        """

    @abstractmethod
    def word(self, error: CoreError, incident_id: str, operation: str = "") -> Reply:
        """Return the reply that says a refusal in the dialect's words.

        ``operation`` names the one that refused; empty or ``none`` where none was found.
        """


class Table:
    """Operations by method and path; a path's parts in braces match anything.

    With ``folds_last`` the last part matches in upper and lower case alike.
    """

    def __init__(
        self,
        operations: Sequence[Operation[Any]],
        unbuilt: Sequence[tuple[str, str, str]] = (),
        *,
        folds_last: bool = False,
    ) -> None:
        self.operations = tuple(operations)
        self._folds_last = folds_last
        self._plain: dict[str, dict[str, Operation[Any] | str]] = {}
        self._patterns: dict[int, list[tuple[list[str], dict[str, Operation[Any] | str]]]] = {}
        for operation in operations:
            self._add(operation.method, operation.path, operation)
        for method, path, name in unbuilt:
            self._add(method, path, name)

    def _add(self, method: str, path: str, what: Operation[Any] | str) -> None:
        path = path.strip("/")
        if "{" not in path:
            path = _folded(path) if self._folds_last else path
            self._plain.setdefault(path, {})[method] = what
            return
        parts = path.split("/")
        patterns = self._patterns.setdefault(len(parts), [])
        for known, methods in patterns:
            if known == parts:
                methods[method] = what
                return
        patterns.append((parts, {method: what}))

    def find(self, method: str, path: str) -> tuple[Operation[Any], Mapping[str, str]]:
        """Return the operation and the path's parts by name.

        Raises:
            NoSuchPath, WrongMethod, NotBuilt: there is none.
        """
        path = path.strip("/")
        named: dict[str, str] = {}
        methods = self._plain.get(_folded(path) if self._folds_last else path)
        if methods is None:
            methods, named = self._match(path.split("/"))
        if method not in methods:
            raise WrongMethod(sorted(methods))
        what = methods[method]
        if isinstance(what, str):
            raise NotBuilt(what)
        return what, named

    def _match(self, parts: list[str]) -> tuple[dict[str, Operation[Any] | str], dict[str, str]]:
        last = len(parts) - 1
        for pattern, methods in self._patterns.get(len(parts), ()):
            named = {}
            for place, (wanted, part) in enumerate(zip(pattern, parts, strict=True)):
                if wanted.startswith("{"):
                    named[wanted[1:-1]] = part
                elif wanted != part and not (
                    self._folds_last and place == last and wanted.lower() == part.lower()
                ):
                    break
            else:
                return methods, named
        raise NoSuchPath


def _folded(path: str) -> str:
    head, slash, last = path.rpartition("/")
    return f"{head}{slash}{last.lower()}"


class Dialect:
    """One way of speaking to the core, as an ASGI application under its prefix.

    ``prefix`` is the one that documents name; under ``more_prefixes`` the same operations are
    served, and at the paths of ``rooted`` those that stand at the root.
    """

    def __init__(
        self,
        *,
        name: str,
        prefix: str,
        core: Core,
        table: Table,
        codec: Codec,
        cookies: Cookies,
        origins: Origins,
        description: Description | None = None,
        more_prefixes: Sequence[str] = (),
        rooted: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.description = description
        self.prefix = prefix
        self._more_prefixes = more_prefixes
        self._rooted = rooted
        self._core = core
        self._table = table
        self._codec = codec
        self._cookies = cookies
        self._origins = origins

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send, skip: int | None = None
    ) -> None:
        """Answer one request; its path without the first ``skip`` letters is the operation's."""
        try:
            reply = await self._run(scope, receive, len(self.prefix) if skip is None else skip)
        except CoreError as error:
            scope["gatepass.refusal"] = error
            if ROUTE in scope:
                headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))
                source = self._source(scope, scope[ROUTE][1], headers)
                await note(self._core, error, source, scope)
            else:
                unbuilt = error.operation if isinstance(error, NotBuilt) else NOWHERE[1]
                scope[ROUTE] = (self.name, unbuilt, "")
            reply = self.word(error, scope["gatepass.incident"], scope[ROUTE][1])
            reply.headers += told(scope, error)
        except Exception as fault:  # noqa: BLE001 - an error in a check means no; the edge logs it
            scope["gatepass.fault"] = fault
            operation = scope.get(ROUTE, NOWHERE)[1]
            reply = self.word(Broken(), scope["gatepass.incident"], operation)
        await self.send(reply, send)

    def under(self) -> dict[str, ASGIApp]:
        """Return the applications that serve the same operations under further prefixes."""

        def mounted(skip: int) -> ASGIApp:
            return lambda scope, receive, send: self(scope, receive, send, skip)

        return {prefix: mounted(len(prefix)) for prefix in self._more_prefixes}

    def at(self) -> dict[str, ASGIApp]:
        """Return the applications that serve operations at whole paths, without the prefix."""

        def rooted(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            return self(scope, receive, send, 0)

        return dict.fromkeys(self._rooted, rooted)

    def addresses(self, operation: Operation[Any]) -> dict[str, int]:
        """Return the whole paths of an operation, and how long the prefix in each is.

        The one that documents name comes first; parts in braces stand in all.
        """
        path = "/" + operation.path.strip("/")
        if path in self._rooted:
            return {path: 0}
        prefixes = (self.prefix, *self._more_prefixes)
        return {prefix + path: len(prefix) for prefix in prefixes}

    def session_cookie(self, *, https: bool) -> str:
        """Return the name of the cookie that presents a session on this connection."""
        return self._cookies.name(https=https)

    @property
    def operations(self) -> Sequence[Operation[Any]]:
        """The dialect's operations, in the order of its table."""
        return self._table.operations

    def _source(self, scope: Scope, operation: str, headers: Mapping[bytes, bytes]) -> Source:
        """Return where the call comes from."""
        return source_of(scope, f"{self.name} {operation}", headers)

    def word(self, error: CoreError, incident_id: str, operation: str = "") -> Reply:
        """Return the reply that says a refusal in this dialect's words."""
        return self._codec.word(error, incident_id, operation)

    async def send(self, reply: Reply, send: Send) -> None:
        """Send a reply."""
        await send(
            {"type": "http.response.start", "status": reply.status, "headers": reply.headers}
        )
        await send({"type": "http.response.body", "body": reply.body})

    async def _run(self, scope: Scope, receive: Receive, skip: int) -> Reply:
        method: str = scope["method"]
        operation, named = self._table.find(method, scope["path"][skip:])
        scope[ROUTE] = (self.name, operation.name, operation.path)
        headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))
        https = scope["scheme"] == "https"
        presented = self._cookies.present(
            headers.get(b"cookie"), headers.get(b"authorization"), https=https
        )
        # First of all: a body may take its time, and who is let in is to hold when the act begins.
        raw = await read_body(headers.get(b"content-length"), receive)
        principal = None
        if operation.access is not Access.OPEN:
            bearer = presented.bearer if operation.access is Access.CALLER else None
            principal = await self._core.gate.principal(bearer=bearer, cookie=presented.cookie)
            scope["gatepass.principal"] = principal
        if method in WRITES or operation.sets_cookies:
            self._guard(operation, headers, principal, https=https)
        body = self._codec.decode(
            operation, headers.get(b"content-type"), raw, scope["query_string"]
        )
        call = Call(
            core=self._core,
            source=self._source(scope, operation.name, headers),
            cookies=self._cookies,
            headers=headers,
            https=https,
            body=body,
            path=named,
            query_string=scope["query_string"],
            bearer=presented.bearer,
            cookie=presented.cookie,
            client_id=presented.client_id,
            principal=principal,
        )
        return await operation.handler(call)

    def _guard(
        self,
        operation: Operation[Any],
        headers: Mapping[bytes, bytes],
        principal: Principal | None,
        *,
        https: bool,
    ) -> None:
        """Refuse what a page of a foreign origin sends with, or for, this browser's cookie."""
        by_cookie = principal is not None and principal.kind is CredentialKind.SESSION
        if (
            by_cookie or operation.sets_cookies or operation.for_own_pages
        ) and not self._origins.allows(
            headers.get(b"origin"),
            headers.get(b"host"),
            https=https,
            org_id=None if principal is None else principal.org_id,
        ):
            raise ForeignOrigin
        self._codec.guard(operation, headers, by_cookie=by_cookie)


async def read_body(length: bytes | None, receive: Receive) -> bytes:
    """Return the whole body.

    Raises:
        BodyTooLarge: it announces or has more bytes than are taken.
        BadRequest: its length is no number, or the client went away in the middle.
    """
    if length is not None and (len(length) > LONGEST_LENGTH or not length.isdigit()):
        raise BadRequest("the Content-Length is no length")
    if length is not None and int(length) > MOST_BYTES:
        raise BodyTooLarge(MOST_BYTES)
    body = bytearray()
    more = True
    while more:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("the request stopped in the middle")
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            raise BodyTooLarge(MOST_BYTES)
        more = message.get("more_body", False)
    return bytes(body)
