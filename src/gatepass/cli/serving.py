"""Serve a home with uvicorn: one process, or several on one socket."""

import errno
import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn
from uvicorn.supervisors import Multiprocess

from gatepass import app, settings
from gatepass.cli import tls
from gatepass.cli.exits import CannotListen, ExitCode
from gatepass.doctor import certificates
from gatepass.http import log
from gatepass.http.unadorned import structlog
from gatepass.settings import Settings

MOST_PORT = 65_535


def serve_home(
    home: Path,
    *,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
    tls_cert: str | None = None,
    tls_key: str | None = None,
) -> None:
    """Serve until SIGTERM or Ctrl-C; calls in flight are finished first.

    Raises:
        Misconfigured: the home or a setting cannot be used as it is.
        CannotListen: the address is taken or cannot be used.
    """
    found, _ = settings.read(
        home, host=host, port=port, workers=workers, tls_cert=tls_cert, tls_key=tls_key
    )
    app.check(home, found)
    if found.metrics_port:
        for number in range(found.workers):
            # Each worker listens for itself; here one learns in a line that it can.
            _listen(found.metrics_host, found.metrics_port + number, "metrics_").close()
    serve_on(listen(found), home, found)


def listen(found: Settings) -> socket.socket:
    """Return a socket bound to the address of the settings.

    Raises:
        CannotListen: it is taken or cannot be used.
    """
    bound = _listen(found.host, found.port)
    bound.set_inheritable(True)
    return bound


def _listen(host: str, port: int, prefix: str = "") -> socket.socket:
    where = f"{host}:{port}"
    if port > MOST_PORT:
        raise CannotListen(f"cannot listen on {where}: there is no such port ({prefix}port)")
    try:
        info = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        bound = socket.socket(info[0], info[1])
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(info[4])
        # Bound is not enough: two may be bound to one address until the first one listens.
        bound.listen(2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            advice = f"something else listens there; stop it, or choose another {prefix}port"
        elif error.errno == errno.EACCES:
            advice = "this user may not listen there; choose a port from 1024 up"
        else:
            advice = f"{error.strerror}; choose an address of this machine ({prefix}host)"
        raise CannotListen(f"cannot listen on {where}: {advice}") from error
    return bound


def serve_on(bound: socket.socket, home: Path, found: Settings) -> None:
    """Serve on a bound socket until SIGTERM or Ctrl-C.

    Raises:
        Misconfigured: the certificate cannot be used as it is.
    """
    certificate, key = certificates.files(found) or (None, None)
    os.environ[app.HOME] = str(home.resolve())
    for name in ("host", "port", "workers"):
        os.environ[f"{settings.PREFIX}{name.upper()}"] = str(getattr(found, name))
    log.configure(found.log_format, found.log_level)
    config = uvicorn.Config(
        "gatepass.app:worker",
        factory=True,
        workers=found.workers,
        http="gatepass.http.protocol:GuardedProtocol",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(found.trusted_proxies),
        forwarded_allow_ips=found.trusted_proxies or None,
        timeout_graceful_shutdown=int(found.shutdown_timeout.total_seconds()),
        ssl_certfile=certificate,
        ssl_keyfile=key,
        ssl_context_factory=tls.renewing if certificate else None,
    )
    address, port = bound.getsockname()[:2]
    scheme = "https" if certificate else "http"
    structlog.get_logger().info(
        "serving", scheme=scheme, host=address, port=port, workers=found.workers
    )
    if found.workers > 1:
        workers = (tls.Workers if certificate else Multiprocess)(config, sockets=[bound])
        workers.run()
        if any(process.exitcode == ExitCode.NOT_STARTED for process in workers.processes):
            sys.exit(ExitCode.NOT_STARTED)
    else:
        server = uvicorn.Server(config)

        def end(*_: object) -> None:
            # uvicorn raises its signal again when all is finished: that is an orderly end.
            if not server.should_exit:
                sys.exit(0)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        server.run(sockets=[bound])
