"""What the figures are measured against: a bare ASGI application, and a constant route.

``python -m bench.apps HOME --port P`` serves a home with ``gatepass.app`` as it is, but for one
more operation in the v2.0 table of this process: it answers a constant body and looks at no
credential.
"""

import argparse
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

from starlette.types import Receive, Scope, Send

from gatepass.cli.serving import serve_home
from gatepass.dialects.v2_0 import PREFIX, auth
from gatepass.http.call import Call, Reply
from gatepass.http.routing import Access, NoBody, Operation

PATH = "auth/session/bench"
CONSTANT = f"{PREFIX}/{PATH}"
BODY = "BENCH_BODY"
_body = b"x" * int(os.environ.get(BODY, "2"))
_headers = [
    (b"content-type", b"application/json"),
    (b"content-length", str(len(_body)).encode()),
]


async def bare(scope: Scope, _: Receive, send: Send) -> None:
    """Answer anything with the body."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": _headers})
        await send({"type": "http.response.body", "body": _body})


async def constant(_: Call[NoBody]) -> Reply:
    """GET auth/session/bench: the body."""
    return Reply(200, _body)


def serve_with_constant(home: Path, port: int) -> None:
    """Serve a home with the constant route among the operations of v2.0."""
    operations = auth.operations

    def with_constant(logout_without_session: str) -> tuple[Operation[Any], ...]:
        more: Operation[Any] = Operation("bench", "GET", PATH, constant, NoBody, Access.OPEN)
        return (*operations(logout_without_session), more)

    with patch.object(auth, "operations", with_constant):
        serve_home(home, port=port)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    serve_with_constant(given.home, given.port)
