"""Traces: a span for each request, with the route and nothing that was sent."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.types import ASGIApp, Message

from gatepass import app
from gatepass.app import create_app
from gatepass.dialects.v1 import PREFIX as V1
from gatepass.http.traces import Traced
from tests.http.pages import peer
from tests.world import OWN, V2, World, headers, settings

CANARY = "canary-4711"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traced(here: World, spans: InMemorySpanExporter) -> Traced:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    return Traced(here.app, provider)


def one(spans: InMemorySpanExporter) -> ReadableSpan:
    found = spans.get_finished_spans()
    assert len(found) == 1
    return found[0]


async def test_a_request_is_a_span_with_its_route(
    here: World, traced: Traced, spans: InMemorySpanExporter
) -> None:
    await here.account()
    token = await here.token()

    async with peer(traced) as client:
        await client.get(f"{V2}/auth/session/user", headers=headers(bearer=token))

    span = one(spans)
    assert span.name == "GET auth/session/user"
    assert span.kind is trace.SpanKind.SERVER
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "auth/session/user",
        "http.response.status_code": 200,
        "gatepass.dialect": "v2_0",
        "gatepass.operation": "getCurrentUserInfo",
    }


async def test_a_refusal_is_told_by_its_code_and_is_no_error_of_the_server(
    traced: Traced, spans: InMemorySpanExporter
) -> None:
    async with peer(traced) as client:
        await client.get(f"{V2}/auth/session/user")

    span = one(spans)
    assert (span.attributes or {})["error.type"] == "not_authenticated"
    assert span.status.status_code is trace.StatusCode.UNSET


async def test_a_fault_is_an_error(
    here: World, traced: Traced, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(here.core.gate, "principal", None)
    async with peer(traced) as client:
        await client.get(f"{V2}/auth/session/user")

    assert one(spans).status.status_code is trace.StatusCode.ERROR


async def test_the_callers_trace_goes_on(traced: Traced, spans: InMemorySpanExporter) -> None:
    async with peer(traced) as client:
        await client.get("/healthz", headers={"traceparent": PARENT})

    span = one(spans)
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == PARENT.split("-")[2]
    assert f"{span.context.trace_id:032x}" == PARENT.split("-")[1]


async def test_no_span_holds_anything_that_was_sent(
    here: World, traced: Traced, spans: InMemorySpanExporter
) -> None:
    """Paths, queries, headers, cookies, bodies; with good ones and bad (checklist 36, 58)."""
    await here.account(CANARY)
    token, cookie = await here.token(CANARY), await here.login(CANARY)

    async with peer(traced) as client:
        await client.get(f"{V2}/auth/session/user?q={CANARY}", headers=headers(bearer=token))
        await client.get(f"{V2}/{CANARY}", headers=headers(cookie=cookie))
        await client.get(f"/{CANARY}", headers={"User-Agent": CANARY, "tracestate": "a=b"})
        await client.delete(f"{OWN}/sessions/{CANARY}", headers=headers(bearer=token))
        query = {"auth_token": CANARY, "redirect_url": f"/{CANARY}"}
        await client.get(f"{V1}/session/login/token", params=query)
        body = {"username": CANARY, "password": CANARY}
        await client.post(f"{V2}/auth/token/full", json=body)

    text = "".join(span.to_json() for span in spans.get_finished_spans())
    assert len(spans.get_finished_spans()) == 6
    assert [word for word in (CANARY, token, cookie) if word in text] == []


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """Run a collector that keeps what it is sent."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/traces", bodies
    server.shutdown()
    thread.join()
    server.server_close()


async def lived(application: ASGIApp, path: str) -> None:
    """Start an application, ask it once, and stop it."""
    steps: asyncio.Queue[Message] = asyncio.Queue()
    said: asyncio.Queue[str] = asyncio.Queue()

    async def send(message: Message) -> None:
        await said.put(message["type"])

    await steps.put({"type": "lifespan.startup"})
    life = asyncio.ensure_future(application({"type": "lifespan", "state": {}}, steps.get, send))
    assert await said.get() == "lifespan.startup.complete"
    async with peer(application) as client:
        await client.get(path)
    await steps.put({"type": "lifespan.shutdown"})
    await life


async def test_a_server_with_an_endpoint_sends_its_spans_before_it_ends(here: World) -> None:
    with collector() as (endpoint, bodies):
        application = create_app(here.core, settings(otel_endpoint=endpoint))
        await lived(application, f"{V2}/auth/session/user?{CANARY}")

    sent = b"".join(bodies)
    assert b"getCurrentUserInfo" in sent
    assert CANARY.encode() not in sent


def test_a_start_without_the_packages_says_which_are_missing(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    monkeypatch.delitem(sys.modules, "gatepass.http.traces")

    with pytest.raises(app.NotReady, match=r"gatepass\[otel\]"):
        app.check(template, settings(otel_endpoint="http://127.0.0.1:4318/v1/traces"))


def test_without_an_endpoint_nothing_of_it_is_imported(template: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from gatepass import app; "
        "from gatepass.settings import Settings; "
        f"app.create_app(app.open_core(Path({str(template)!r}), Settings()), Settings()); "
        "print([name for name in sys.modules if name.startswith(('opentelemetry', 'prometheus'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert done.stdout.splitlines()[-1] == "[]"
