"""TLS of the server itself: what renews its certificate while it serves."""

import os
import signal
import ssl
from collections.abc import Callable

import structlog
import uvicorn
from uvicorn.supervisors import Multiprocess

from gatepass.doctor import certificates
from gatepass.doctor.certificates import NoCertificate


def renewing(config: uvicorn.Config, _: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Return a worker's context, and read certificate and key into it again on SIGHUP.

    Connections made from then on get the new one. A pair that will not do changes nothing.
    """
    certificate, key = str(config.ssl_certfile), str(config.ssl_keyfile)
    context = certificates.context()
    certificates.load(context, certificate, key)

    def renew(*_: object) -> None:
        log = structlog.get_logger()
        try:
            # On trial first: a context that took one of a pair would keep it.
            certificates.load(certificates.context(), certificate, key)
            certificates.load(context, certificate, key)
        except NoCertificate as error:
            log.error("certificate kept", why=str(error))  # noqa: TRY400 - the line says it all
        else:
            ends_at = certificates.ends_at(certificate)
            log.info("certificate renewed", ends_at=ends_at.isoformat())

    signal.signal(signal.SIGHUP, renew)
    return context


class Workers(Multiprocess):
    """Workers that are told to renew their certificate, where uvicorn would replace them."""

    def handle_hup(self) -> None:
        """Pass SIGHUP on."""
        for one in self.processes:
            if one.process.is_alive() and one.pid is not None:
                os.kill(one.pid, signal.SIGHUP)
