"""A server that answers as a scenario says: well, badly, late, by halves or not at all.

An address is ``/RUN/SCENARIO/path``; what was asked under it is remembered.
"""

import json
import socket
import ssl
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SILENCE = 5.0  # seconds; every scenario's client gives up long before
DRIP = 0.05
Script = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Seen:
    """One request, as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Misbehaving:
    """The server, on a plain port and on one whose certificate nobody trusts."""

    folder: Path
    seen: dict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    scripts: dict[str, Script] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        # Bound but not listening: nobody else takes the port, and who connects is refused.
        self._nobody = socket.socket()
        self._nobody.bind(("127.0.0.1", 0))
        self._plain, self._untrusted = _Server(self), _Server(self)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_self_signed(self.folder))
        self._untrusted.socket = context.wrap_socket(self._untrusted.socket, server_side=True)
        servers = (self._plain, self._untrusted)
        self._threads = [threading.Thread(target=one.serve_forever, args=[0.05]) for one in servers]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping.set()
        for server, thread in zip((self._plain, self._untrusted), self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()
        self._nobody.close()

    def url(self, server: str, key: str) -> str:
        """Return the address at which a script is acted, or nobody is, or nobody is trusted."""
        if server == "nobody":
            return f"http://127.0.0.1:{self._nobody.getsockname()[1]}"
        if server == "untrusted":
            return f"https://127.0.0.1:{self._untrusted.server_port}/{key}"
        return f"http://127.0.0.1:{self._plain.server_port}/{key}"

    def next_answer(self, key: str, seen: Seen) -> dict[str, Any]:
        """Remember a request and return the answer that is due; the last one stays."""
        with self.lock:
            what = f"{seen.method} {seen.path}"
            number = sum(1 for one in self.seen[key] if f"{one.method} {one.path}" == what)
            self.seen[key].append(seen)
            answers = self.scripts.get(key, {}).get(what)
        if not answers:
            return {"status": 404, "json": {"error": {"message": f"no answer to {what}"}}}
        return answers[min(number, len(answers) - 1)]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, act: Misbehaving) -> None:
        self.act = act
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that give up and handshakes that fail are what is tried."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _answer(self) -> None:
        run, scenario, path = self.path.removeprefix("/").split("/", 2)
        size = int(self.headers.get("content-length") or 0)
        sent = self.rfile.read(size)
        seen = Seen(
            self.command,
            f"/{path}",
            {name.lower(): value for name, value in self.headers.items()},
            json.loads(sent) if sent else None,
        )
        answer = self.server.act.next_answer(f"{run}/{scenario}", seen)
        stopping = self.server.act.stopping
        stopping.wait(SILENCE if answer.get("silent") else answer.get("after_seconds", 0))
        if answer.get("silent") or answer.get("hang_up"):
            self.close_connection = True
            return
        body = json.dumps(answer["json"]).encode() if "json" in answer else b""
        body = answer["text"].encode() if "text" in answer else body
        self.send_response(answer.get("status", 200))
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        if body:
            self.send_header("content-type", answer.get("type", "application/json"))
        if answer.get("status") != 204:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if answer.get("cut"):
            body = body[: len(body) // 2]
            self.close_connection = True
        step = 1 if answer.get("drip") else max(1, len(body))
        for start in range(0, len(body), step):
            self.wfile.write(body[start : start + step])
            self.wfile.flush()
            if answer.get("drip") and stopping.wait(DRIP):
                return

    do_GET = do_POST = _answer  # noqa: N815 - the library's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "self-signed.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
