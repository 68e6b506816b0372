"""Open loop: requests leave on time whatever the server does, and count from that time on.

The client sleeps until shortly before a request is due and spins from there on: coarse timers do
not show, and whoever shares its core finds room.
"""

import gc
import json
import select
import socket
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.machine import CannotMeasure

CONNECTIONS = 64
LINGER = 5.0
"""Seconds that late answers are waited for."""
SPIN = 0.0002
"""Seconds before a request is due in which the client stays awake."""


def request(method: str, path: str, *, bearer: str = "", body: object = None) -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    content = b"" if body is None else json.dumps(body).encode()
    if bearer:
        lines.append(f"Authorization: Bearer {bearer}")
    if content:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content


class Wire:
    """One connection, with at most one request on it."""

    __slots__ = ("_got", "due", "is_login", "socket")

    def __init__(self, port: int, *, is_login: bool) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)  # noqa: FBT003 - its name
        self.is_login = is_login
        self.due = 0.0
        self._got = b""

    def send(self, request: bytes, due: float) -> None:
        """Send a request that was due then."""
        self.due = due
        self.socket.sendall(request)

    def receive(self) -> int:
        """Take what has come; return the status once the reply is whole, else 0.

        Raises:
            CannotMeasure: the server closed the connection.
        """
        came = self.socket.recv(65_536)
        if not came:
            raise CannotMeasure("the server closed a connection")
        self._got += came
        head, separator, body = self._got.partition(b"\r\n\r\n")
        if not separator:
            return 0
        _, named, rest = head.lower().partition(b"\r\ncontent-length:")
        length = int(rest.split(b"\r\n", 1)[0]) if named else 0
        if len(body) < length:
            return 0
        self._got = b""
        return int(head[9:12])


@dataclass
class Result:
    """What an open loop saw."""

    seconds: list[float] = field(default_factory=list)
    logins: dict[int, int] = field(default_factory=dict)
    """Answered logins by status."""


def run(
    port: int,
    requests: Iterable[bytes],
    *,
    rate: int,
    seconds: float,
    logins: Iterable[bytes] = (),
    in_flight: int = 0,
) -> Result:
    """Send requests at a rate for so long, while so many logins are always in flight.

    Both are endless; every request is to be answered with 200, a login as it may.
    """
    gc.collect()
    gc.disable()
    wires: list[Wire] = []
    try:
        wires += [Wire(port, is_login=False) for _ in range(CONNECTIONS)]
        wires += [Wire(port, is_login=True) for _ in range(in_flight)]
        return _Loop(wires, requests, logins).run(rate, seconds)
    finally:
        gc.enable()
        for wire in wires:
            wire.socket.close()


class _Loop:
    def __init__(
        self, wires: list[Wire], requests: Iterable[bytes], logins: Iterable[bytes]
    ) -> None:
        self._requests = iter(requests)
        self._logins = iter(logins)
        self._wires = {wire.socket.fileno(): wire for wire in wires}
        self._free = deque(wire for wire in wires if not wire.is_login)
        self._late: deque[float] = deque()
        self._done = 0
        """Connections of logins that have had their last answer."""
        self._result = Result()
        self._poll = select.epoll()
        for number in self._wires:
            self._poll.register(number, select.EPOLLIN)

    def run(self, rate: int, seconds: float) -> Result:
        clock = time.perf_counter
        for wire in self._wires.values():
            if wire.is_login:
                wire.send(next(self._logins), clock())
        warm = 0.5 if len(self._wires) > len(self._free) else 0.1
        due = clock() + warm
        end = due + seconds
        while due < end or (self._waits() and clock() < end + LINGER):
            now = clock()
            while due <= now and due < end:
                self._late.append(due)
                due += 1 / rate
            while self._late and self._free:
                self._free.popleft().send(next(self._requests), self._late.popleft())
            if (pause := due - clock() - SPIN) > 0:
                select.select([self._poll], [], [], pause)  # epoll's own timeout is in whole ms
            for number, _ in self._poll.poll(0):
                self._take(self._wires[number], stay=due < end)
        self._poll.close()
        if self._waits():
            raise CannotMeasure(f"{self._waits()} requests were never answered")
        return self._result

    def _waits(self) -> int:
        """Return how many requests and logins wait; the next round must not find any."""
        return len(self._late) + len(self._wires) - len(self._free) - self._done

    def _take(self, wire: Wire, *, stay: bool) -> None:
        status = wire.receive()
        now = time.perf_counter()
        if not status:
            return
        if wire.is_login:
            self._result.logins[status] = self._result.logins.get(status, 0) + 1
            if stay:
                wire.send(next(self._logins), now)
            else:
                self._done += 1
        elif status != 200:  # noqa: PLR2004 - the one that is asked for
            raise CannotMeasure(f"a request in the open loop was answered {status}")
        else:
            self._result.seconds.append(now - wire.due)
            self._free.append(wire)
