"""The page that the Visual Embed SDK loads into its frame, and the small one at ``/``.

The SDK asks for ``/`` or ``/v2/`` by class, so one document answers at both. It is static: who is
signed in, the page learns from the calls that it makes itself. What it needs to know beforehand
stands in the document: which origins may frame it (as in the policy beside it, so nothing new),
and what a session cookie looks like.
"""

import base64
import binascii
from collections.abc import Mapping
from functools import cache
from html import escape
from string import Template
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from gatepass.http.counts import ROUTE
from gatepass.http.credentials import Cookies
from gatepass.http.health import Answer
from gatepass.http.middleware import KIND, PAGE
from gatepass.http.origins import Allowlists
from gatepass.pages.files import files, read_file

EMBED_PATHS = {"/": "", "/v2": "", "/v2/": "../"}
"""Where the document is served, and how its files are reached from there.

Relative: a proxy may serve this server under a path of its own.
"""
FOLDER = "embed"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)


def pages(allowlists: Allowlists, cookies: Cookies) -> Mapping[str, Answer]:
    """Return what is answered at each path: the documents, and the files that they load."""

    def document(path: str) -> Answer:
        async def answer(request: Request) -> Response:
            request.scope[KIND] = PAGE
            request.scope[ROUTE] = ("pages", "embedPage", path)
            frames = sorted(allowlists.now.frames)
            is_embed = path != "/" or is_embedded(request.scope["query_string"])
            name = "page.html" if is_embed else "start.html"
            text = _template(name).substitute(
                files=EMBED_PATHS[path] + FOLDER,
                hosts=escape(" ".join(frames)),
                probe=escape(_probe(cookies, https=request.url.scheme == "https")),
            )
            ancestors = " ".join(frames) if is_embed and frames else "'none'"
            return Response(
                text,
                media_type="text/html",
                headers={"content-security-policy": _POLICY + ancestors},
            )

        return answer

    return {
        **{path: document(path) for path in EMBED_PATHS},
        **files(__name__, f"/{FOLDER}", "embedFile"),
    }


def is_embedded(query: bytes) -> bool:
    """Say whether a query is the SDK's: it says so itself, in clear or packed."""
    given = dict(parse_qsl(query.decode("latin-1")))
    packed = given.get("base64UrlEncodedFlags")
    if packed is not None:
        try:
            unpacked = base64.urlsafe_b64decode(packed.encode() + b"=" * (-len(packed) % 4))
        except (binascii.Error, ValueError):
            return False
        given = dict(parse_qsl(unpacked.decode("latin-1").lstrip("?")))
    return given.get("embedApp") == "true"


def _probe(cookies: Cookies, *, https: bool) -> str:
    """Return a cookie like the session's that a script may set, to see whether one can be kept."""
    _, header = cookies.set("gatepassProbe=1; Path=/", secure=https)
    return header.decode().replace("; HttpOnly", "")


@cache
def _template(name: str) -> Template:
    return Template(read_file(__name__, name).decode())


__all__ = ["EMBED_PATHS", "is_embedded", "pages"]
