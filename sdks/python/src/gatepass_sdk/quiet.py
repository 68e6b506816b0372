"""Keeps what the HTTP library would log of our exchanges (cookies, refused headers) out of logs.

At DEBUG it logs the headers of every answer, a new session's cookie among them. Only records that
are written while one of our exchanges runs are looked at.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_OURS: ContextVar[bool] = ContextVar("gatepass_sdk_exchange", default=False)
_TELLING = ("receive_response_headers.complete", "send_request_headers.failed")
_LOGGERS = ("httpcore2.http11", "httpcore2.http2", "hpack.hpack", "hpack.table")


def _tells_nothing(record: logging.LogRecord) -> bool:
    """Say whether a record may be written."""
    if not _OURS.get():
        return True
    return not (record.name.startswith("hpack") or record.getMessage().startswith(_TELLING))


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_tells_nothing)


@contextmanager
def ours() -> Iterator[None]:
    """Mark what is logged within as ours."""
    before = _OURS.set(True)
    try:
        yield
    finally:
        _OURS.reset(before)
