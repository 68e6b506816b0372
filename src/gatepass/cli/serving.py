"""Serve a home with uvicorn: one process, or several on one socket."""

import os
from pathlib import Path

import structlog
import uvicorn
from uvicorn.supervisors import Multiprocess

from gatepass import app as application
from gatepass import settings as settings_module
from gatepass.http import log


def serve_home(
    home: Path, *, host: str | None = None, port: int | None = None, workers: int | None = None
) -> None:
    """Serve until SIGTERM or Ctrl-C; calls in flight are finished first."""
    options = {"host": host, "port": port, "workers": workers}
    for name, value in options.items():
        if value is not None:
            os.environ[f"GATEPASS_{name.upper()}"] = str(value)
    os.environ[application.HOME] = str(home.resolve())
    found, _ = settings_module.read(home)
    log.configure(found.log_format, found.log_level)
    application.check(home, found)
    config = uvicorn.Config(
        "gatepass.app:worker",
        factory=True,
        host=found.host,
        port=found.port,
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
    )
    socket = config.bind_socket()
    address, bound = socket.getsockname()[:2]
    structlog.get_logger().info("serving", host=address, port=bound, workers=found.workers)
    server = uvicorn.Server(config)
    if found.workers > 1:
        Multiprocess(config, sockets=[socket]).run()
    else:
        server.run(sockets=[socket])
