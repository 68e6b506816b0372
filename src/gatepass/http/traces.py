"""OpenTelemetry: one span for each request, named by its route and by nothing that was sent.

Imported only where the setting asks for it: the packages are the optional ``gatepass[otel]``.
"""

from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import gatepass
from gatepass.core.errors import CoreError
from gatepass.http.counts import NOWHERE, ROUTE
from gatepass.http.log import SERVER_ERROR

if TYPE_CHECKING:
    from opentelemetry.context import Context

_PROPAGATED = (b"traceparent", b"tracestate")
EXPORT_SECONDS = 5


def exporting(endpoint: str) -> TracerProvider:
    """Return what sends spans to an OTLP collector, in batches, on a thread of its own."""
    provider = TracerProvider(
        resource=Resource.create(
            {"service.name": "gatepass", "service.version": gatepass.__version__}
        ),
        shutdown_on_exit=False,
    )
    exporter = OTLPSpanExporter(endpoint=endpoint, timeout=EXPORT_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


class Traced:
    """An application whose requests are traced; the caller's trace goes on."""

    def __init__(self, app: ASGIApp, provider: TracerProvider) -> None:
        self._app = app
        self._tracer = provider.get_tracer("gatepass", gatepass.__version__)
        self._propagator = TraceContextTextMapPropagator()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and say afterwards where it went and how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        span = self._tracer.start_span(
            scope["method"], context=self._parent(scope), kind=SpanKind.SERVER
        )
        try:
            await self._app(scope, receive, noting)
        finally:
            dialect, operation, template = scope.get(ROUTE, NOWHERE)
            span.update_name(f"{scope['method']} {template or operation}")
            span.set_attribute("http.request.method", scope["method"])
            span.set_attribute("gatepass.dialect", dialect)
            span.set_attribute("gatepass.operation", operation)
            if template:
                span.set_attribute("http.route", template)
            if status:
                span.set_attribute("http.response.status_code", status)
            refusal = scope.get("gatepass.refusal")
            if isinstance(refusal, CoreError):
                span.set_attribute("error.type", refusal.code)
            if status >= SERVER_ERROR:
                span.set_status(StatusCode.ERROR)
            span.end()

    def _parent(self, scope: Scope) -> "Context":
        carrier = {
            name.decode(): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in _PROPAGATED
        }
        return self._propagator.extract(carrier)
