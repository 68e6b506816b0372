"""gatepass serve with a certificate of its own: https, and renewed while it serves."""

import signal
import socket
import ssl
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from cryptography import x509

from tests import certificates
from tests.certificates import Pair
from tests.cli.processes import PASSWORD, Cli, Serve, Server

LOGIN = {"username": "mira", "password": PASSWORD}
WITHIN = 20.0


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return certificates.make(tmp_path)


def trusting(pair: Pair) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(pair.certificate))


def ask(server: Server, pair: Pair) -> httpx2.Response:
    with httpx2.Client(verify=trusting(pair)) as client:
        return client.post(f"{server.url}/api/rest/2.0/auth/session/login", json=LOGIN)


def shown(server: Server) -> int:
    """Return the serial number of the certificate that a new connection gets."""
    where = urlsplit(server.url)
    text = ssl.get_server_certificate((str(where.hostname), int(where.port or 0)))
    return x509.load_pem_x509_certificate(text.encode()).serial_number


def serial(pair: Pair) -> int:
    return x509.load_pem_x509_certificate(pair.certificate.read_bytes()).serial_number


def wait_for_log(server: Server, text: str, times: int) -> None:
    deadline = time.monotonic() + WITHIN
    while server.log.read_text().count(text) < times:
        assert server.process.poll() is None, server.log.read_text()
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.02)


@pytest.mark.parametrize("workers", [1, 2])
def test_it_serves_https_and_takes_a_renewed_certificate_on_sighup(
    serve: Serve, pair: Pair, tmp_path: Path, workers: int
) -> None:
    """Cookies are Secure, browsers are told to stay (checklist 15 and 21); no call is lost."""
    words = ("--tls-cert", str(pair.certificate), "--tls-key", str(pair.key))
    server = serve("--workers", str(workers), *words, verify=pair.certificate)
    first = serial(pair)

    reply = ask(server, pair)
    assert reply.status_code == 204
    assert all("; Secure" in one for one in reply.headers.get_list("set-cookie"))
    assert reply.headers["strict-transport-security"] == "max-age=31536000"
    assert shown(server) == first

    with httpx2.Client(verify=trusting(pair)) as kept:
        assert kept.get(f"{server.url}/healthz").status_code == 200
        pair.key.write_bytes(certificates.make(tmp_path, "other").key.read_bytes())
        server.process.send_signal(signal.SIGHUP)
        wait_for_log(server, "certificate kept", workers)
        assert shown(server) == first

        renewed = certificates.make(tmp_path)
        server.process.send_signal(signal.SIGHUP)
        wait_for_log(server, "certificate renewed", workers)
        assert {shown(server) for _ in range(8)} == {serial(renewed)}
        assert kept.get(f"{server.url}/healthz").status_code == 200
    assert ask(server, renewed).status_code == 204
    assert server.stop() == 0


def test_nothing_below_tls_1_2_and_no_plain_http_is_served(serve: Serve, pair: Pair) -> None:
    server = serve(
        verify=pair.certificate,
        GATEPASS_TLS_CERT=str(pair.certificate),
        GATEPASS_TLS_KEY=str(pair.key),
    )
    where = (str(urlsplit(server.url).hostname), int(urlsplit(server.url).port or 0))

    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = trusting(pair)
        context.minimum_version = context.maximum_version = version
        with (
            socket.create_connection(where) as raw,
            context.wrap_socket(raw, server_hostname="localhost") as line,
        ):
            assert line.version() == version.name.replace("_", ".")
    # The oldest that this machine's own OpenSSL may be talked into speaking.
    old = trusting(pair)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match=r"TLSVersion\.TLSv1 is deprecated"):
        old.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match=r"TLSVersion\.TLSv1_1 is deprecated"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(where) as raw, pytest.raises(ssl.SSLError):
        old.wrap_socket(raw, server_hostname="localhost")
    with socket.create_connection(where) as plain:
        plain.settimeout(WITHIN)
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"HTTP/1.1 200" not in plain.recv(4096)


def test_a_certificate_that_will_not_do_ends_the_start_with_a_line(
    cli: Cli, pair: Pair, tmp_path: Path
) -> None:
    certificate, key = map(str, pair)
    other = str(certificates.make(tmp_path, "other").key)

    def said(*words: str) -> str:
        return cli.refused(78, "serve", "--port", "0", *words)

    assert "tls_cert is not" in said("--tls-key", key)
    assert "No such file" in said("--tls-cert", f"{certificate}x", "--tls-key", key)
    assert "No such file" in said("--tls-cert", certificate, "--tls-key", f"{key}x")
    assert "no certificate with its key" in said("--tls-cert", certificate, "--tls-key", other)
    assert "no certificate with its key" in said("--tls-cert", certificate)
    assert "no certificate with its key" in said("--tls-cert", key, "--tls-key", certificate)
