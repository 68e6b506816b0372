"""The bind of those who run the server, on real sockets."""

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import httpx2
import pytest

from tests.cli.processes import Cli, Serve
from tests.http.pages import Page


@pytest.fixture
def ports() -> Iterator[int]:
    """Return the first of two ports in a row that nobody listens on."""
    for first in range(29_464, 29_964, 2):
        try:
            for port in (first, first + 1):
                with closing(socket.create_server(("127.0.0.1", port))):
                    pass
        except OSError:
            continue
        yield first
        return
    pytest.fail("no two free ports")


def scraped(port: int) -> Page:
    deadline = time.monotonic() + 15
    while True:
        try:
            return Page(httpx2.get(f"http://127.0.0.1:{port}/metrics").text)
        except httpx2.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def worker(page: Page) -> str:
    return str(page.samples[-1].labels["worker"])


def test_one_worker_serves_metrics_on_the_port_of_their_own(serve: Serve, ports: int) -> None:
    """Metrics are on a bind of their own (checklist 62)."""
    server = serve(GATEPASS_METRICS_PORT=str(ports))
    server.whoami("gpf_x")

    page = scraped(ports)

    assert page.value("requests_total", operation="getCurrentUserInfo", status="4xx") == 1
    assert httpx2.get(f"{server.url}/metrics").status_code == 404
    assert server.stop() == 0


def test_each_worker_has_a_port_and_the_next_one_takes_it_over(serve: Serve, ports: int) -> None:
    server = serve("--workers", "2", GATEPASS_METRICS_PORT=str(ports))

    assert [worker(scraped(ports + number)) for number in (0, 1)] == ["0", "1"]

    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    pids = {one["port"]: one["pid"] for one in lines if one["event"] == "serving insiders"}
    os.kill(pids[ports], signal.SIGKILL)
    time.sleep(0.2)
    assert worker(scraped(ports)) == "0"
    assert server.stop() == 0


def test_a_port_of_their_own_that_is_taken_is_said_in_one_line(cli: Cli, ports: int) -> None:
    with closing(socket.create_server(("127.0.0.1", ports))):
        said = cli.refused(69, "serve", "--port", "0", GATEPASS_METRICS_PORT=str(ports))

    assert said.endswith("something else listens there; stop it, or choose another metrics_port")


def test_a_port_beyond_the_last_one_is_said_in_one_line(cli: Cli) -> None:
    words = ("serve", "--port", "0", "--workers", "2")

    assert "no such port (metrics_port)" in cli.refused(69, *words, GATEPASS_METRICS_PORT="65535")
