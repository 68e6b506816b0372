"""gatepass serve: starting, stopping, and what the log holds."""

import signal
import socket
import sqlite3
import subprocess
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from tests.cli.processes import PASSWORD, Cli, Serve, Server

LOGIN = (
    b"POST /api/rest/2.0/auth/session/login HTTP/1.1\r\nHost: x\r\n"
    b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
)


def begin_login(server: Server) -> tuple[socket.socket, bytes]:
    """Send the first half of a request; return the connection and the second half."""
    where = urlsplit(server.url)
    connection = socket.create_connection((where.hostname or "", where.port or 0), timeout=15)
    body = f'{{"username": "mira", "password": "{PASSWORD}"}}'.encode()
    connection.sendall(LOGIN % len(body) + body[:10])
    return connection, body[10:]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_sigterm_finishes_what_is_in_flight_and_ends_well(serve: Serve, workers: str) -> None:
    server = serve("--workers", workers)
    connection, rest = begin_login(server)
    server.whoami("gpf_x")  # the server has read the first half by then

    server.process.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        server.process.wait(timeout=1.5)
    connection.sendall(rest)

    assert connection.recv(65_536).startswith(b"HTTP/1.1 204 ")
    assert server.process.wait(timeout=15) == 0
    connection.close()


def test_ctrl_c_ends_well(serve: Serve) -> None:
    assert serve().stop(signal.SIGINT) == 0


def test_a_port_that_is_taken_is_said_in_one_line(cli: Cli, serve: Serve) -> None:
    port = str(urlsplit(serve().url).port)

    said = cli.refused(69, "serve", "--port", port)

    assert said.startswith(f"cannot listen on 127.0.0.1:{port}: something else listens there")


def test_an_address_of_another_machine_is_said_in_one_line(cli: Cli) -> None:
    assert cli.refused(69, "serve", "--host", "192.0.2.1").startswith("cannot listen on 192.0.2.1")


def test_the_log_holds_no_secret_whatever_goes_wrong(cli: Cli, serve: Serve) -> None:
    """checklist 58."""
    server = serve(GATEPASS_LOG_LEVEL="debug")
    key = cli("secret", "enable", "--json").json["key"]
    cookie = server.login("mira", PASSWORD)
    bought = server.post("auth/token/full", username="mira", secret_key=key).json()["token"]
    token = cli("token", "issue", "mira").out.strip()
    server.whoami(token)
    server.get("auth/session/user", params={"token": token})
    server.post("auth/token/full", username="mira", secret_key=f"{key}x")
    server.post("auth/session/login", username="mira", password=f"{PASSWORD}x")
    server.post("auth/token/validate", token=token)
    server.whose_session(f"{cookie}x")
    assert server.stop() == 0

    log = server.log.read_text()
    secrets = (PASSWORD, key, cookie, bought, token)

    assert [secret for secret in secrets if secret in log or secret[4:20] in log] == []
    assert log.count('"request"') >= 8


def test_the_store_holds_no_secret_in_the_clear(cli: Cli, serve: Serve) -> None:
    server = serve()
    key = cli("secret", "enable", "--json").json["key"]
    secrets = (PASSWORD, key, server.login("mira", PASSWORD), cli("token", "issue", "mira").out)
    assert server.stop() == 0

    files = b"".join(path.read_bytes() for path in cli.home.iterdir())

    assert [secret for secret in secrets if secret.strip().encode() in files] == []


def test_a_store_that_another_program_holds_is_busy_and_nothing_is_done(cli: Cli) -> None:
    with closing(sqlite3.connect(cli.home / "gatepass.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        assert cli.refused(75, "account", "deactivate", "mira") == "the store is busy, try again"

    assert cli("account", "show", "mira", "--json").json["status"] == "ACTIVE"
