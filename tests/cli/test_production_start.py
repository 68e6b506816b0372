"""A production start has no test facility: none can be asked for, and none is there unasked."""

from typing import Any

import httpx2
import pytest

from gatepass.cli.exits import ExitCode
from tests.cli.processes import PASSWORD, Cli, Serve
from tests.postgres import free_port

FACILITIES = ["clock", "seed", "reset", "explain", "test_mode"]
HEADS = {
    "X-Gatepass-Clock": "2030-01-01T00:00:00Z",
    "X-Gatepass-Now": "2030-01-01T00:00:00Z",
    "X-Gatepass-Seed": "1",
    "X-Gatepass-Explain": "1",
    "X-Gatepass-Reset": "1",
    "X-Gatepass-Test": "1",
}
PATHS = [
    "/test",
    "/reset",
    "/clock",
    "/seed",
    "/debug",
    "/explain",
    "/_test/reset",
    "/api/gatepass/1/test/reset",
    "/api/gatepass/1/test/clock",
    "/api/gatepass/1/clock",
    "/api/rest/2.0/test/reset",
]
INSIDE = ["/metrics", "/docs"]


@pytest.mark.parametrize("name", FACILITIES)
@pytest.mark.parametrize("by", ["environment", "file"])
def test_a_start_that_asks_for_a_test_facility_is_refused(cli: Cli, name: str, by: str) -> None:
    """Clock, seed, reset, explanations: by variable or by file (checklist 62)."""
    more = {}
    if by == "environment":
        more[f"GATEPASS_{name.upper()}"] = "1"
    else:
        (cli.home / "gatepass.toml").write_text(f"{name} = 1\n")

    said = cli.refused(ExitCode.CONFIGURATION, "serve", "--port", "0", **more)

    assert f"there is no setting {name!r}" in said


@pytest.mark.parametrize("option", ["--clock", "--test-mode"])
def test_no_option_starts_one(cli: Cli, option: str) -> None:
    """The command line knows of none (checklist 62)."""
    done = cli.attempt("serve", option)

    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert "No such option" in done.err


def test_a_running_server_obeys_no_header_and_has_no_path_for_one(serve: Serve) -> None:
    """Not from this machine either (checklist 62)."""
    server = serve()
    wish = {"username": "mira", "password": PASSWORD, "validity_time_in_sec": 600}

    def ask(**more: Any) -> httpx2.Response:
        return httpx2.post(f"{server.url}/api/rest/2.0/auth/token/full", json=wish, **more)

    plain, adorned = ask(), ask(headers=HEADS)
    assert plain.status_code == adorned.status_code == 200
    assert set(plain.headers) == set(adorned.headers)
    assert set(plain.json()) == set(adorned.json())
    later = adorned.json()["expiration_time_in_millis"] - plain.json()["expiration_time_in_millis"]
    assert 0 <= later < 60_000
    assert adorned.json()["token"] != plain.json()["token"]
    assert server.whoami(plain.json()["token"]) == 200
    for path in PATHS:
        for method in ("GET", "POST", "PUT", "DELETE"):
            reply = httpx2.request(method, f"{server.url}{path}", headers=HEADS)
            assert reply.status_code in {404, 405}, (method, path)
    assert server.whoami(plain.json()["token"]) == 200


def test_what_is_for_those_who_run_it_is_not_on_the_way_of_everybody(
    serve: Serve,
) -> None:
    """This machine's, unless passed on, or a bind of their own (checklist 62)."""
    server = serve()
    for path in INSIDE:
        assert httpx2.get(f"{server.url}{path}").status_code == 200
        for head in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
            passed_on = httpx2.get(f"{server.url}{path}", headers={head: "127.0.0.1"})
            assert passed_on.status_code == 404, (path, head)

    ports = free_port()
    apart = serve(GATEPASS_METRICS_PORT=str(ports))
    for path in INSIDE:
        assert httpx2.get(f"{apart.url}{path}").status_code == 404
        assert httpx2.get(f"http://127.0.0.1:{ports}{path}").status_code == 200
