"""X-Forwarded-* headers: believed from listed proxies alone, read right to left."""

import json
import time
import uuid
from typing import Any

import httpx2
import pytest

from tests.cli.processes import PASSWORD, Serve, Server

LOGIN = {"username": "mira", "password": PASSWORD}
PEER = "127.0.0.1"
WITHIN = 20.0
# What comes, and whom and what the server takes it for.
SPOOFS: dict[str, tuple[list[tuple[str, str]], str, bool]] = {
    "nothing": ([], PEER, False),
    "one": ([("For", "192.0.2.7"), ("Proto", "https")], "192.0.2.7", True),
    "left-is-the-callers-own-word": ([("For", "198.51.100.1, 192.0.2.7")], "192.0.2.7", False),
    "left-says-loopback": ([("For", "127.0.0.1, 192.0.2.7")], "192.0.2.7", False),
    "listed-ones-are-passed-over": ([("For", "192.0.2.7, 10.1.2.3, 10.9.9.9")], "192.0.2.7", False),
    "unlisted-stops": ([("For", "198.51.100.1, 192.0.2.7, 10.1.2.3")], "192.0.2.7", False),
    "two-headers": ([("For", "198.51.100.1"), ("For", "192.0.2.7, 10.1.2.3")], "192.0.2.7", False),
    "with-port": ([("For", "192.0.2.7:4711")], "192.0.2.7", False),
    "v6": ([("For", "[2001:db8::7]:4711")], "2001:db8::7", False),
    "empty": ([("For", ""), ("Proto", "")], PEER, False),
    "proto-unknown": ([("Proto", "gopher")], PEER, False),
    "proto-in-capitals-is-no-https": ([("Proto", "HTTPS")], PEER, False),
    "proto-list": ([("Proto", "https, http")], PEER, False),
    "proto-last-counts": ([("Proto", "https"), ("Proto", "http")], PEER, False),
    "proto-https": ([("Proto", "https")], PEER, True),
    "others-are-never-read": (
        [("Host", "evil.example"), ("Port", "1"), ("Prefix", "/x"), ("Scheme", "https")],
        PEER,
        False,
    ),
}


def seen(server: Server, given: list[tuple[str, str]]) -> tuple[str, bool]:
    """Return which client a login was counted for, and whether its cookie is for https alone."""
    request_id = str(uuid.uuid4())
    sent = [(f"X-Forwarded-{name}", value) for name, value in given]
    reply = httpx2.post(
        f"{server.url}/api/rest/2.0/auth/session/login",
        json=LOGIN,
        headers=[*sent, ("X-Request-Id", request_id), ("Forwarded", "for=203.0.113.9;proto=https")],
    )
    assert reply.status_code == 204
    (cookie,) = [
        one for one in reply.headers.get_list("set-cookie") if one.startswith("JSESSIONID=")
    ]
    assert ("strict-transport-security" in reply.headers) is ("; Secure" in cookie)
    return logged(server, request_id)["client"], "; Secure" in cookie


def logged(server: Server, request_id: str) -> Any:
    """Return the line of a request, which is written when its answer is out."""
    deadline = time.monotonic() + WITHIN
    while True:
        for line in server.log.read_text().splitlines():
            if request_id in line and line.endswith("}"):
                return json.loads(line)
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.01)


def test_from_listed_proxies_the_nearest_unlisted_address_counts(serve: Serve) -> None:
    """A table of spoofs (checklist 46)."""
    server = serve(GATEPASS_TRUSTED_PROXIES="127.0.0.1,10.0.0.0/8")

    found = {name: seen(server, given) for name, (given, _, _) in SPOOFS.items()}

    assert found == {name: (client, secure) for name, (_, client, secure) in SPOOFS.items()}


@pytest.mark.parametrize("listed", ["", "192.0.2.1"])
def test_from_anybody_else_nothing_is_believed(serve: Serve, listed: str) -> None:
    """Whatever comes, the peer is who calls, over what it called by (checklist 46)."""
    server = serve(GATEPASS_TRUSTED_PROXIES=listed)

    assert {seen(server, given) for given, _, _ in SPOOFS.values()} == {(PEER, False)}


def test_guessers_behind_a_proxy_are_told_apart(serve: Serve) -> None:
    """And one who makes addresses up is one guesser still (checklist 44 and 46)."""
    server = serve(GATEPASS_TRUSTED_PROXIES="127.0.0.1")

    def status(client: str, password: str) -> int:
        return httpx2.post(
            f"{server.url}/api/rest/2.0/auth/session/login",
            json={"username": "mira", "password": password},
            headers={"X-Forwarded-For": client},
        ).status_code

    for number in range(4):
        assert status(f"198.51.100.{number}, 192.0.2.7", "wrong") == 401

    assert status("198.51.100.9, 192.0.2.7", PASSWORD) == 401
    assert status("192.0.2.8", PASSWORD) == 204
