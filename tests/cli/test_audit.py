"""gatepass audit: what happened is read, searched and verified."""

import json
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import httpx2

from gatepass.cli.audit import LATE, Followed
from gatepass.core.trail import Kept
from tests.cli.processes import CLEAN, GATEPASS, PASSWORD, Cli, Serve
from tests.storage.rows import NOON, new_event


def sql(cli: Cli, statement: str) -> None:
    with closing(sqlite3.connect(cli.home / "gatepass.db")) as connection, connection:
        connection.execute(statement)


def test_the_tail_has_the_newest_last_with_names(cli: Cli) -> None:
    cli("org", "create", "south")
    cli("org", "add", "south", "mira")

    lines = cli("audit", "tail", "-n", "2").out.splitlines()

    assert len(lines) == 2
    assert (
        "  org.create  by system  as local operator  in south  through cli org create" in lines[0]
    )
    assert "  about mira  in south  through cli org add" in lines[1]


def test_json_is_a_line_an_event_with_ids_and_names(cli: Cli) -> None:
    cli("org", "create", "south")

    (line,) = cli("audit", "tail", "-n1", "--json").out.splitlines()

    event = json.loads(line)
    assert (event["act"], event["org"], event["by"]) == ("org.create", "south", "system")
    assert event["actor"] == "local operator"
    assert event["refused"] is None
    assert event["sequence"] == 1


def test_search_takes_each_question_and_all_at_once(cli: Cli) -> None:
    cli("org", "create", "south")
    cli("org", "add", "south", "mira")

    def acts(*words: str) -> list[str]:
        lines = cli("audit", "search", "--json", *words).out.splitlines()
        return [json.loads(line)["act"] for line in lines]

    assert "account.create" in acts("--person", "mira")
    assert acts("--person", "nobody") == []
    assert acts("--act", "org.create", "--org", "south") == ["org.create"]
    assert acts("--refused") == []
    assert acts("--done", "--act", "org", "-n", "1") == [acts("--act", "org")[-1]]
    assert acts("--since", "1h") == acts()
    assert acts("--until", "1h ago") == []
    assert acts("--since", "2020-01-01", "--until", "2020-01-02T10:00:00+02:00") == []
    assert acts("--incident", "none") == []
    assert "no time: soon" in cli.misused("audit", "search", "--since", "soon")
    assert "org list" in cli.refused(1, "audit", "search", "--org", "nowhere")


def test_a_trail_of_many_commands_and_two_servers_verifies(cli: Cli, serve: Serve) -> None:
    """Each process writes a chain of its own (checklist 59)."""
    server = serve("--workers", "2")
    for _ in range(5):
        server.login("mira", PASSWORD)
        cli("session", "end", "--account", "mira")
    server.post("auth/session/login", username="mira", password="wrong")
    server.stop(signal.SIGKILL)
    serve().login("mira", PASSWORD)

    told = cli("audit", "verify", "--json").json

    assert told["whole"] is True
    assert told["chains"] >= 9
    assert told["links"] >= told["chains"] - 2


def test_one_flipped_byte_fails_and_is_named(cli: Cli) -> None:
    """The command says which row, and ends with 1 (checklist 59)."""
    assert cli("audit", "verify").out.endswith(" links\n")
    sql(cli, "UPDATE audit_events SET data = replace(data, 'north', 'North') WHERE number = 2")

    done = cli.attempt("audit", "verify")

    assert done.code == 1
    assert "row 2 (" in done.out
    assert "changed: its hash is another one" in done.out
    assert done.err == "gatepass: the audit trail is broken in 1 places\n"
    assert cli.attempt("audit", "verify", "--json").json["broken"][0]["number"] == 2


def test_a_refused_call_is_explained_to_who_has_its_incident_id(cli: Cli, serve: Serve) -> None:
    """The id that the caller was told leads to the check, its values and what would help."""
    server = serve()
    stranger = server.get("auth/session/user", headers={"Authorization": "Bearer gpf_no"})
    guesser = server.post("auth/session/login", username="mira", password="wrong")

    def why(reply: httpx2.Response) -> str:
        incident = reply.json()["error"]["message"]["incident_id_guid"]
        deadline = time.monotonic() + 30
        while (done := cli.attempt("audit", "explain", incident)).code:
            assert "no refusal named" in done.err
            assert time.monotonic() < deadline
            time.sleep(0.2)
        told = cli("audit", "explain", incident, "--json").json
        assert told[0]["call"]["incident_id"] == incident
        return done.out

    assert "v2_0 getCurrentUserInfo (not_authenticated)" in why(stranger)
    assert "has not the look" in why(stranger)
    assert "the password is not that of mira" in why(guesser)
    assert "gatepass account set-password mira" in why(guesser)
    server.stop()
    lines = cli("audit", "search", "--act", "gate").out.splitlines()
    assert ["malformed credential" in line for line in lines] == [True]


def test_no_name_forges_a_line_or_steers_the_terminal(cli: Cli) -> None:
    """Whatever stands in a row, even put there by hand (checklist 60)."""
    nasty = "a\n2026-01-01 00:00:00Z  forged\x1b[2J\u202e\x9b\U000e0001"
    with closing(sqlite3.connect(cli.home / "gatepass.db")) as connection, connection:
        connection.execute(
            "UPDATE audit_events SET act = ?1, refused = ?1, actor = ?1, about = ?1, agent = ?1,"
            " operation = ?1, data = ?2 WHERE number = 1",
            [nasty, json.dumps({nasty: nasty})],
        )

    for words in (("tail",), ("search",), ("tail", "--json"), ("verify",)):
        out = cli.attempt("audit", *words).out
        assert all(line.isprintable() for line in out.splitlines()), words
        assert not any(line.startswith("2026-01-01") for line in out.splitlines())


def test_follow_goes_on_until_it_is_stopped(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "followed"
    with path.open("wb") as out:
        process = subprocess.Popen(
            [GATEPASS, "audit", "tail", "-f", "-n1", "--home", cli.home], env=CLEAN, stdout=out
        )
    try:
        _wait_for(path, 1)
        cli("org", "create", "south")
        _wait_for(path, 2)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)

    assert "org.create" in path.read_text().splitlines()[1]


def test_following_shows_each_event_once_also_one_that_others_overtook() -> None:
    """On PostgreSQL transactions commit in another order than their events got their numbers."""

    def kept(number: int, at: datetime) -> Kept:
        return Kept(number=number, chain=1, sequence=number, event=new_event("x", at=at))

    first, second, third = (kept(number, NOON) for number in (1, 2, 3))
    followed = Followed()

    assert followed.fresh([first, third], NOON) == [first, third]
    assert followed.settled == 0
    assert followed.fresh([first, second, third], NOON + LATE) == [second]
    later = NOON + 2 * LATE
    assert followed.fresh([first, second, third, fourth := kept(4, later)], later) == [fourth]
    assert followed.settled == 3
    assert followed.fresh([fourth], later) == []


def _wait_for(path: Path, lines: int) -> None:
    deadline = time.monotonic() + 30
    while len(path.read_text().splitlines()) < lines:
        assert time.monotonic() < deadline, path.read_text()
        time.sleep(0.05)
