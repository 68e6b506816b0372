"""gatepass import from-instance: a second Gatepass is read by its REST v2.0 API."""

import json
import socket
import threading
from pathlib import Path

import pytest

from tests.cli.processes import ADMIN_PASSWORD, PASSWORD, Cli, Serve

SIGNED_IN = {"GATEPASS_INSTANCE_PASSWORD": ADMIN_PASSWORD}
ADMIN = ("--username", "tsadmin")


@pytest.fixture
def target(tmp_path: Path) -> Cli:
    """The command line on an empty home, which is to become like the other."""
    cli = Cli(tmp_path / "target")
    cli("init", GATEPASS_ADMIN_PASSWORD="Other-Kestrel-41-Bridges")
    return cli


@pytest.fixture
def full(cli: Cli, tmp_path: Path) -> Cli:
    """A home with a bit of everything, and more users than one page of answers has."""
    lines = [
        {"kind": "org", "name": "south", "description": "The South"},
        {"kind": "role", "org": "south", "name": "readers", "privileges": ["DATADOWNLOADING"]},
        {"kind": "group", "org": "south", "name": "crew", "roles": ["readers"], "inside": ["in"]},
        {"kind": "group", "org": "south", "name": "in", "visibility": "NON_SHARABLE"},
        {"kind": "group", "org": "north", "name": "crew", "privileges": ["DATAMANAGEMENT"]},
        {
            "name": "both",
            "display_name": "Both, of two",
            "email": "both@example.com",
            "orgs": ["north", "south"],
            "groups": ["north/crew", "south/crew"],
        },
        {"name": "gone", "account_status": "INACTIVE", "visibility": "NON_SHARABLE"},
        {"name": "chief", "groups": ["Primary/Administrator"]},
        {"name": "Zoë 漢字"},
        *[{"name": f"user{number:03}"} for number in range(600)],
    ]
    file = tmp_path / "full.jsonl"
    file.write_text("\n".join(json.dumps(one) for one in lines))
    cli("import", "directory", str(file))
    return cli


def test_everything_comes_over_as_the_dry_run_said(full: Cli, serve: Serve, target: Cli) -> None:
    server = serve()
    words = ("import", "from-instance", server.url, *ADMIN, "--json")
    before = target("export").out

    dry = target(*words, "--dry-run", **SIGNED_IN).out
    assert target("export").out == before
    done = target(*words, **SIGNED_IN).out
    again = target(*words, **SIGNED_IN).out

    told, made = (json.loads(one.splitlines()[-1])["counts"] for one in (dry, done))
    assert told == made
    assert made["user"] == {"created": 605}
    assert target("export").out == full("export").out
    assert {
        fate for by in json.loads(again.splitlines()[-1])["counts"].values() for fate in by
    } == {"same"}


@pytest.mark.usefixtures("full")
def test_a_token_does_as_well_and_is_not_shown(serve: Serve, target: Cli) -> None:
    server = serve()
    reply = server.post("auth/token/full", username="tsadmin", password=ADMIN_PASSWORD)
    token = reply.json()["token"]

    done = target("import", "from-instance", server.url, GATEPASS_INSTANCE_TOKEN=token)

    assert token not in done.out + done.err
    assert "605 users" in done.out
    assert target("account", "show", "both", "--json").json["email"] == "both@example.com"


def test_a_wrong_password_or_token_or_address_is_one_line(
    cli: Cli, serve: Serve, target: Cli
) -> None:
    server = serve()
    words = ("import", "from-instance", server.url)
    wrong = {"GATEPASS_INSTANCE_PASSWORD": PASSWORD}

    assert "does not sign tsadmin in (401)" in target.refused(1, *words, *ADMIN, **wrong)
    assert "answered 401" in target.refused(1, *words, GATEPASS_INSTANCE_TOKEN="gpf_x")
    token = cli("token", "issue", "mira").out.strip()
    said = target.refused(1, *words, GATEPASS_INSTANCE_TOKEN=token)
    assert said == "mira does not administer that server"
    for address in ("http://example.com", "ftp://127.0.0.1", "https://", "https://a:b@127.0.0.1"):
        said = target.refused(1, "import", "from-instance", address, *ADMIN, **SIGNED_IN)
        assert "https" in said
        assert ADMIN_PASSWORD not in said


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{x}",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n[{"id": 7}]',
        b"SMTP ready\r\n",
        b"",
    ],
    ids=["another shape", "no JSON", "a redirect", "cut off", "another protocol", "nothing"],
)
def test_what_is_no_such_server_is_told_from_one(target: Cli, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{port}"
        said = target.refused(1, "import", "from-instance", url, *ADMIN, **SIGNED_IN)
        thread.join()

    assert ADMIN_PASSWORD not in said
