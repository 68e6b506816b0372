"""The server's own certificate and key: whether they can be used, and until when."""

import ssl
from datetime import datetime
from pathlib import Path

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
    load(context(), certificate, key)
    return certificate, key


def ends_at(certificate: str) -> datetime:
    """Return when the first certificate of a PEM file runs out.

    Raises:
        OSError, ValueError: there is none in it.
    """
    from cryptography.x509 import (  # noqa: PLC0415 - a start without TLS does without
        load_pem_x509_certificate,
    )

    return load_pem_x509_certificate(Path(certificate).read_bytes()).not_valid_after_utc


def context() -> ssl.SSLContext:
    """Return a context for a server, without a certificate yet."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_alpn_protocols(["http/1.1"])
    return made


def load(into: ssl.SSLContext, certificate: str, key: str) -> None:
    """Read certificate and key into a context.

    Raises:
        NoCertificate: they cannot be used as they are.
    """
    for name, path in (("tls_cert", certificate), ("tls_key", key)):
        try:
            with Path(path).open("rb"):
                pass
        except OSError as error:
            raise NoCertificate(f"{name}: {path}: {error.strerror}") from error
    try:
        # Without a password to give, OpenSSL would ask the terminal for it.
        into.load_cert_chain(certificate, key, password=lambda: "")
    except ssl.SSLError as error:
        raise NoCertificate(
            f"{certificate} and {key} are no certificate with its key, in PEM and not encrypted "
            f"({error.reason or error})"
        ) from error
