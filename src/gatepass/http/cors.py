"""Which answers pages of listed origins may read (Fetch §3.2: CORS), errors included.

A listed origin is answered by its own name, with credentials; never ``*``, and nothing is said to
any other, ``null`` included. No header is exposed beyond those that every page may read.
"""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepass.http.counts import ROUTE
from gatepass.http.origins import Origins

METHODS = b"GET, POST, PUT, DELETE, OPTIONS"
OWN_ONLY = "gatepass.own_only"
"""Key of the scope by which an application says that no other origin reads its answer."""
MAX_AGE = b"600"
"""Seconds for which a browser need not ask again, and so for which a removed origin is believed."""

_VARIES = (b"vary", b"Origin")
_CREDENTIALS = (b"access-control-allow-credentials", b"true")


class Cors:
    """What is done for requests that name an origin; no other request comes here."""

    def __init__(self, origins: Origins, apis: Iterable[str]) -> None:
        self._origins = origins
        self._apis = tuple(f"{prefix}/" for prefix in apis)

    def around(self, app: ASGIApp, scope: Scope, send: Send, origin: bytes) -> tuple[ASGIApp, Send]:
        """Return who answers the request, and a ``send`` that says who may read the answer.

        Pages (``text/html``) are for people: no other origin reads what is in them, nor what an
        application keeps for its own.
        """
        lists = self._origins.lists
        own = [(b"access-control-allow-origin", origin), _CREDENTIALS]

        async def shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                # By now it is known for which Org the request was, if for one.
                principal = scope.get("gatepass.principal")
                org_id = None if principal is None else principal.org_id
                said = []
                if OWN_ONLY not in scope and not _is_page(message["headers"]):
                    if self._origins.lists_sender(origin, org_id):
                        said = own
                    elif origin != b"null" and lists.is_open(org_id):
                        said = own[:1]
                message["headers"] = [*message["headers"], _VARIES, *said]
            await send(message)

        if (
            scope["method"] == "OPTIONS"
            and self._is_api(scope["path"])
            and (self._origins.lists_sender(origin) or (origin != b"null" and lists.is_open()))
        ):
            headers = dict(scope["headers"])
            if b"access-control-request-method" in headers:
                return _preflight(headers.get(b"access-control-request-headers")), shared
        return app, shared

    def _is_api(self, path: str) -> bool:
        # A doubled slash at the start is forgiven, as it is where paths are looked up.
        return path.removeprefix("/" if path.startswith("//") else "").startswith(self._apis)


def _is_page(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(
        name == b"content-type" and value.startswith(b"text/html") for name, value in headers
    )


def _preflight(asked: bytes | None) -> ASGIApp:
    """Return the application that allows what a browser asked to send."""
    headers = [
        (b"access-control-allow-methods", METHODS),
        (b"access-control-max-age", MAX_AGE),
    ]
    if asked:
        headers.append((b"access-control-allow-headers", asked))

    async def allow(scope: Scope, _: Receive, send: Send) -> None:
        scope[ROUTE] = ("cors", "preflight", "")
        await send({"type": "http.response.start", "status": 204, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    return allow
