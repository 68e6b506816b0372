"""The logs: structured, one line an event, with nothing secret in them.

The access log names method, path, status and refusal; never a query, a header or a body.
"""

import asyncio
import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO

import msgspec
from starlette.types import Scope

from gatepass.core.errors import CoreError, NotAuthenticated, WrongCredentials
from gatepass.http.unadorned import structlog

SERVER_ERROR = 500
_SECRET_NAMES = ("password", "secret", "token", "cookie", "authorization", "jsessionid")
_REDACTED = "[redacted]"
MOST_AT_ONCE = 4096
"""Bytes that the kernel writes to a pipe in one piece, whoever else writes to it (PIPE_BUF)."""


def redact(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Blank every value whose name speaks of a secret, whoever logged it."""
    for name in event:
        if any(word in name.lower() for word in _SECRET_NAMES):
            event[name] = _REDACTED
    return event


def printable(text: str) -> str:
    """Return a text in which nothing can end a line or steer a terminal."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )


def _tame(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Make every text printable, whoever logged it; a traceback keeps its lines."""
    for name, value in event.items():
        if isinstance(value, str) and name != "exception":
            event[name] = printable(value)
    return event


def configure(log_format: str, level: str, out: TextIO = sys.stderr) -> "AccessLog":
    """Set up logging for this process: ours, and what libraries log by the standard library.

    Return the access log that fits.
    """
    pretty = log_format == "pretty" or (log_format == "auto" and out.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
        # Formatted here and plainly: rich would print what the variables held.
        structlog.processors.format_exc_info,
        _tame,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(
            colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        if pretty
        else structlog.processors.JSONRenderer(serializer=_json)
    )
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=number, force=True)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    return AccessLog() if pretty or number > logging.INFO else JsonAccessLog(out)


_encode = msgspec.json.Encoder().encode


def _json(event: object, **_: object) -> str:
    return _encode(event).decode()


class AccessLog:
    """One line for each request, and one with the traceback for each fault."""

    def __init__(self) -> None:
        self._log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

    def request(
        self,
        scope: Scope,
        status: int,
        request_id: bytes,
        seconds: float,
        refusal: CoreError | None,
    ) -> None:
        """Log how a request was answered; a refusal with its code and deciding check."""
        client = scope["client"]
        # No name here speaks of a secret.
        facts: dict[str, object] = {
            "method": scope["method"],
            "path": printable(scope["path"]),
            "status": status,
            "ms": round(seconds * 1000, 3),
            "client": client[0] if client else None,
            "request_id": request_id.decode(),
        }
        if refusal is not None:
            facts["refusal"] = refusal.code
            facts["incident_id"] = scope["gatepass.incident"]
            if isinstance(refusal, NotAuthenticated | WrongCredentials):
                facts["reason"] = refusal.reason
        self._put(facts)

    def fault(self, scope: Scope, fault: Exception) -> None:
        """Log an unforeseen fault with its traceback."""
        self._log.error(
            "fault",
            method=scope["method"],
            path=scope["path"],
            incident_id=scope["gatepass.incident"],
            exc_info=fault,
        )

    def _put(self, facts: dict[str, object]) -> None:
        self._log.info("request", **facts)


class JsonAccessLog(AccessLog):
    """The same lines in JSON, encoded in one step and written once a turn of the event loop.

    A chain of processors for each request costs as much as all the rest of a small one.
    """

    def __init__(self, out: TextIO) -> None:
        super().__init__()
        self._out = out
        self._lines: list[bytes] = []
        self._size = 0

    def _put(self, facts: dict[str, object]) -> None:
        facts["event"] = "request"
        facts["level"] = "info"
        facts["timestamp"] = datetime.now(UTC)
        line = _encode(facts)
        if self._size + len(line) >= MOST_AT_ONCE:
            self._write()
        if not self._lines:
            asyncio.get_running_loop().call_soon(self._write)
        self._lines.append(line)
        self._size += len(line) + 1

    def _write(self) -> None:
        if self._lines:
            text = b"\n".join([*self._lines, b""]).decode()
            self._lines.clear()
            self._size = 0
            self._out.write(text)
            self._out.flush()
