"""Server processes: started on loopback on the server's core, watched, stopped by their number."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.machine import SERVER_CORE, CannotMeasure

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 20.0
STOPPED_WITHIN = 15.0
OK = 200


@dataclass(frozen=True)
class Server:
    """A running server."""

    pid: int
    port: int
    ready_after: float
    """Seconds from its start to the first answer that it is ready."""


@contextmanager
def serve(
    words: Sequence[str], log: Path, *, path: str = "/readyz", **environment: str
) -> Iterator[Server]:
    """Run ``python`` with these words and a free port; it logs to a file, as in production.

    Raises:
        CannotMeasure: it ended, or was not ready in time.
    """
    port = _free_port()
    command = [sys.executable, *words, "--port", str(port)]
    with log.open("ab") as output:
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own programs
            command,
            cwd=ROOT,
            env=_clean() | environment,
            stdout=output,
            stderr=output,
            # As a service has: Linux shares cores out by session, and the load's is always busy.
            start_new_session=True,
        )
    os.sched_setaffinity(process.pid, {SERVER_CORE})
    try:
        while not _answers(port, path):
            if process.poll() is not None or time.perf_counter() - started > READY_WITHIN:
                raise CannotMeasure(f"{' '.join(words)} does not serve:\n{log.read_text('utf-8')}")
            time.sleep(0.002)
        yield Server(process.pid, port, time.perf_counter() - started)
    finally:
        process.terminate()
        try:
            process.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def get(port: int, path: str, headers: Mapping[str, str]) -> bytes:
    """Return the body of a page.

    Raises:
        CannotMeasure: the answer is not 200.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers=dict(headers))
        reply = connection.getresponse()
        body = reply.read()
    finally:
        connection.close()
    if reply.status != OK:
        raise CannotMeasure(f"{path} answers {reply.status}: {body.decode(errors='replace')}")
    return body


def _answers(port: int, path: str) -> bool:
    try:
        get(port, path, {})
    except (OSError, http.client.HTTPException, CannotMeasure):
        return False
    return True


def _clean() -> dict[str, str]:
    """Return this environment without settings of Gatepass that happen to be in it.

    Bytecode is kept from one start to the next, as it is wherever a server is installed.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GATEPASS_") and name != "PYTHONDONTWRITEBYTECODE"
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
