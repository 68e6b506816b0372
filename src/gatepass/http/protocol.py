"""uvicorn's HTTP protocol with bounds: size of headers, time to finish a request."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from gatepass.core.errors import CoreError
from gatepass.http.call import Reply
from gatepass.http.middleware import ALWAYS
from gatepass.http.refusals import BadRequest, HeadersTooLarge

WORD = "gatepass.word"
TIMEOUT = "gatepass.timeout"
"""Keys of the lifespan's state: how to word a refusal, and seconds a request may stand still."""

MOST_HEADER_BYTES = 65_536
MOST_STANDSTILLS = 12


_OFFER = re.compile(rb"\r\nupgrade(?=[ \t]*:)", re.IGNORECASE)


def _without_offer(data: bytes) -> bytes:
    """Return a request without its offer to speak another protocol, which is never taken.

    The parser drops the body of a request that offers one, as Java's own client does by default.
    """
    head, end, body = data.partition(b"\r\n\r\n")
    return _OFFER.sub(b"\r\nx-offer", head) + end + body


class GuardedProtocol(HttpToolsProtocol):
    """Cuts a request that stops in the middle, and refuses headers past the limit with 431.

    Headers are to be complete within the time; a body is to move within it, and to be complete
    within twelve times that.
    """

    _begun = False
    _in_head = False
    _completed = False
    _head_bytes = 0
    _came = 0
    _timer: asyncio.TimerHandle | None = None
    _cut_at = 0.0
    _refusal: CoreError | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect the first bytes within the time."""
        super().connection_made(transport)
        self._arm(self._seconds())

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the clock."""
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, then see whether the request is complete."""
        if self._begun and not self._in_head:
            self._disarm()
        self._completed = False
        if not self._begun and b"pgrade" in data:
            data = _without_offer(data)
        self._came = len(data)
        super().data_received(data)
        if not self._completed:
            # Else what came belongs to an earlier request, whole or in part.
            self._head_bytes += len(data)
        if self.transport.is_closing():
            self._disarm()
        elif self._in_head and self._head_bytes > MOST_HEADER_BYTES:
            self._refusal = HeadersTooLarge(MOST_HEADER_BYTES)
            self.send_400_response("")
        elif not self._begun and self._is_answering():
            self._disarm()
        elif self._timer is None:
            # Line ends before a request count too: they keep uvicorn from closing an idle one.
            left = self._cut_at - self.loop.time()
            waits = self._in_head or not self._begun
            self._arm(self._seconds() if waits else min(self._seconds(), max(left, 0)))

    def on_message_begin(self) -> None:
        """Note that a request has begun."""
        self._disarm()
        self._begun = self._in_head = True
        self._head_bytes = 0
        self._cut_at = self.loop.time() + self._seconds() * MOST_STANDSTILLS
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Refuse headers past the limit and a second ``Host``, else start the call."""
        self._in_head = False
        # Counting costs; a head that came in a fraction of the limit is within it.
        if self._head_bytes + self._came > MOST_HEADER_BYTES // 2 and self._is_too_large():
            self._refusal = HeadersTooLarge(MOST_HEADER_BYTES)
            raise ValueError("headers past the limit")
        # A proxy might go by the one, and the rule on origins by the other (RFC 9112 §3.2).
        if [name for name, _ in self.headers].count(b"host") > 1:
            self._refusal = BadRequest("more than one Host header")
            raise ValueError("more than one Host header")
        self._disarm()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that the request is complete."""
        self._begun = False
        self._completed = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP request, or not one that is taken, and close."""
        word: Callable[[CoreError], Reply] | None = self.app_state.get(WORD)
        if word is None:
            super().send_400_response(msg)
            return
        reply = word(self._refusal or BadRequest("this is not a request that can be read"))
        lines = [STATUS_LINE[reply.status]]
        for name, value in (*reply.headers, *ALWAYS, (b"connection", b"close")):
            lines += [name, b": ", value, b"\r\n"]
        self.transport.write(b"".join([*lines, b"\r\n", reply.body]))
        self.transport.close()

    def _is_too_large(self) -> bool:
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        return size > MOST_HEADER_BYTES

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request
        return cycle is not None and not cycle.response_complete

    def _seconds(self) -> float:
        seconds: Any = self.app_state.get(TIMEOUT, 10.0)
        return float(seconds)

    def _arm(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self._cut)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _cut(self) -> None:
        self._timer = None
        if self.flow.read_paused:
            self._arm(self._seconds())  # the rest is not awaited yet: nobody stands still
        elif not self.transport.is_closing():
            self.transport.abort()
