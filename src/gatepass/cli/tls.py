"""TLS of the server itself: its certificate, and what renews it while it serves."""

import os
import signal
import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog
import uvicorn
from uvicorn.supervisors import Multiprocess

from gatepass.settings import Misconfigured, Settings


class NoCertificate(Misconfigured):
    """The certificate or its key cannot be used; the text says which, and why."""


def files(found: Settings) -> tuple[str, str] | None:
    """Return where certificate and key are, or None to serve plain http.

    Raises:
        NoCertificate: they cannot be used as they are.
    """
    if not found.tls_cert:
        if found.tls_key:
            raise NoCertificate("tls_key is set, but tls_cert is not: set both")
        return None
    certificate, key = found.tls_cert, found.tls_key or found.tls_cert
    _load(_context(), certificate, key)
    return certificate, key


def ends_at(certificate: str) -> datetime:
    """Return when the first certificate of a PEM file runs out.

    Raises:
        OSError, ValueError: there is none in it.
    """
    from cryptography.x509 import load_pem_x509_certificate

    return load_pem_x509_certificate(Path(certificate).read_bytes()).not_valid_after_utc


def renewing(config: uvicorn.Config, _: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Return a worker's context, and read certificate and key into it again on SIGHUP.

    Connections made from then on get the new one. A pair that will not do changes nothing.
    """
    certificate, key = str(config.ssl_certfile), str(config.ssl_keyfile)
    context = _context()
    _load(context, certificate, key)

    def renew(*_: object) -> None:
        log = structlog.get_logger()
        try:
            # On trial first: a context that took one of a pair would keep it.
            _load(_context(), certificate, key)
            _load(context, certificate, key)
        except NoCertificate as error:
            log.error("certificate kept", why=str(error))  # noqa: TRY400 - the line says it all
        else:
            log.info("certificate renewed", ends_at=ends_at(certificate).isoformat())

    signal.signal(signal.SIGHUP, renew)
    return context


class Workers(Multiprocess):
    """Workers that are told to renew their certificate, where uvicorn would replace them."""

    def handle_hup(self) -> None:
        """Pass SIGHUP on."""
        for one in self.processes:
            if one.process.is_alive() and one.pid is not None:
                os.kill(one.pid, signal.SIGHUP)


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def _load(context: ssl.SSLContext, certificate: str, key: str) -> None:
    for name, path in (("tls_cert", certificate), ("tls_key", key)):
        try:
            with Path(path).open("rb"):
                pass
        except OSError as error:
            raise NoCertificate(f"{name}: {path}: {error.strerror}") from error
    try:
        # Without a password to give, OpenSSL would ask the terminal for it.
        context.load_cert_chain(certificate, key, password=lambda: "")
    except ssl.SSLError as error:
        raise NoCertificate(
            f"{certificate} and {key} are no certificate with its key, in PEM and not encrypted "
            f"({error.reason or error})"
        ) from error
