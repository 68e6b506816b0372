"""gatepass import users and export: files of every kind, beside a server, on a terminal or not."""

import csv
import io
import json
import os
import resource
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gatepass.cli.pace import Pace, said
from tests.cli.processes import (
    ADMIN_PASSWORD,
    CLEAN,
    GATEPASS,
    PASSWORD,
    Cli,
    Serve,
    on_a_terminal,
)


def written(folder: Path, name: str, text: str | bytes) -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def members(cli: Cli) -> set[str]:
    return {one["name"] for one in cli("account", "list", "--json").json if not one["system"]}


def counts(out: str) -> Any:
    return json.loads(out.splitlines()[-1])["counts"]


CSV = """name,display_name,email,orgs,groups
lena,"Vogt, Lena",lena@example.com,Primary;north,north/Administrator
olga,,,,
"""
JSONL = """{"name": "lena", "display_name": "Vogt, Lena", "email": "lena@example.com",
"orgs": ["Primary", "north"], "groups": ["north/Administrator"]}
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("people.csv", CSV),
        ("people.csv", CSV.replace("\n", "\r\n")),
        ("people.csv", b"\xef\xbb\xbf" + CSV.encode()),
        ("people.jsonl", JSONL.replace(",\n", ", ") + '\n{"kind": "user", "name": "olga"}\n'),
    ],
    ids=["csv", "crlf", "bom", "jsonl"],
)
def test_a_file_of_either_kind_becomes_accounts(
    cli: Cli, tmp_path: Path, name: str, text: str
) -> None:
    done = cli("import", "users", written(tmp_path, name, text))

    assert done.out == "created: 2 users\n"
    lena = cli("account", "show", "lena", "--json").json
    assert (lena["display_name"], lena["email"]) == ("Vogt, Lena", "lena@example.com")
    assert "lena" in {
        one["name"] for one in cli("account", "list", "--org", "north", "--json").json
    }


def test_standard_input_needs_to_be_told_its_format(cli: Cli) -> None:
    assert "--format csv" in cli.refused(1, "import", "users", "-", stdin=CSV)
    assert counts(cli("import", "users", "-", "--format", "csv", "--json", stdin=CSV).out) == {
        "user": {"created": 2}
    }


BAD = {
    2: '{"name": "a", "colour": "red"}',
    3: '{"name": 7}',
    4: "not json",
    5: '{"email": "nobody@example.com"}',
    6: '{"name": "b", "account_type": "ALIEN"}',
    7: '{"kind": "group", "org": "north", "name": "g"}',
    8: "[1, 2]",
    9: '{"name": "c", "email": "nowhere"}',
    10: '{"name": "lena"}',
}


def test_errors_come_by_line_number_all_of_a_batch_and_nothing_of_it_is_done(
    cli: Cli, tmp_path: Path
) -> None:
    before = members(cli)
    lines = ['{"name": "lena"}', *BAD.values(), '{"name": "good"}']
    file = written(tmp_path, "people.jsonl", "\n".join(lines))

    done = cli.attempt("import", "users", file)

    assert done.code == 1
    told = [one for one in done.err.splitlines() if one.startswith("line ")]
    assert sorted(int(one.split(":")[0].split()[1]) for one in told) == list(BAD)
    assert "stopped: nothing from line 1 on was taken" in done.err
    assert members(cli) == before


def test_what_came_before_a_bad_batch_stays_and_the_same_again_goes_on(
    cli: Cli, tmp_path: Path
) -> None:
    rows = [f'{{"name": "user{number}"}}' for number in range(10)]
    bad = [*rows[:7], "{", *rows[8:]]
    words = ("import", "users", written(tmp_path, "people.jsonl", "\n".join(bad)), "--batch", "2")

    done = cli.attempt(*words)
    assert "line 8: line: refused" in done.err
    assert "nothing from line 7 on" in done.err
    assert {f"user{number}" for number in range(6)} <= members(cli)
    assert "user6" not in members(cli)

    written(tmp_path, "people.jsonl", "\n".join(rows))
    assert counts(cli(*words, "--json").out) == {"user": {"created": 4, "same": 6}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "begins with names of columns"),
        ("lena\n", "begins with names of columns"),
        ("name,colour\nlena,red\n", "begins with names of columns"),
        ("name,name\nlena,x\n", "begins with names of columns"),
    ],
)
def test_a_csv_file_says_what_its_columns_are(
    cli: Cli, tmp_path: Path, text: str, said: str
) -> None:
    assert said in cli.refused(1, "import", "users", written(tmp_path, "people.csv", text))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"lena", "has 1 cells, not 2"),
        (b"lena,x,y", "has 3 cells"),
        (b'"lena', "unexpected end of data"),
        (b"l\xffna,", "not UTF-8"),
        (b"l\0na,", ""),
    ],
)
def test_a_bad_csv_row_is_refused_by_its_line(
    cli: Cli, tmp_path: Path, row: bytes, said: str
) -> None:
    file = written(tmp_path, "people.csv", b"name,email\nolga,\n" + row + b"\n")

    done = cli.attempt("import", "users", file)

    assert done.code == 1
    assert done.err.startswith("line 3: ")
    assert said in done.err


def test_a_dry_run_shows_every_difference_and_makes_none(cli: Cli, tmp_path: Path) -> None:
    file = written(
        tmp_path, "people.csv", "name,email,orgs\nmira,new@example.com,\nlena,,north\ntsadmin,,\n"
    )
    before = cli("export").out

    done = cli("import", "users", file, "--dry-run")

    assert done.out.splitlines() == [
        "~ user mira: email new@example.com",
        "+ user lena: orgs north",
        "would be created: 1 user",
        "would be changed: 1 user",
        "as it is: 1 user",
    ]
    assert cli("export").out == before
    listed = [
        json.loads(one)
        for one in cli("import", "users", file, "--dry-run", "--json").out.splitlines()
    ]
    assert [one.get("fate") for one in listed] == ["changed", "created", None]


def test_a_running_server_hears_of_it_on_the_next_call(
    cli: Cli, serve: Serve, tmp_path: Path
) -> None:
    server = serve()
    token = cli("token", "issue", "mira").out.strip()
    assert server.whoami(token) == 200
    text = f"name,account_status,password\nmira,INACTIVE,\nlena,,{PASSWORD}\n"

    cli("import", "users", written(tmp_path, "people.csv", text))

    assert server.whoami(token) == 401
    assert server.login("lena", PASSWORD)


def test_an_export_makes_the_same_again_in_another_home_and_tells_no_secret(
    cli: Cli, tmp_path: Path
) -> None:
    """checklist 40: no hash without a flag, never a secret."""
    secret = cli("secret", "enable", "--json").json["key"]
    cli("group", "create", "inner", "--org", "north")
    cli("group", "create", "outer", "--org", "north", "--privilege", "DATADOWNLOADING")
    cli("group", "create", "in-outer", "--org", "north", "--parent", "outer")
    cli("org", "create", "south")
    cli("import", "users", written(tmp_path, "people.csv", CSV))
    cli("group", "add", "in-outer", "lena", "--org", "north")
    plain, hashed = tmp_path / "plain.jsonl", tmp_path / "hashed.jsonl"
    cli("export", str(plain))
    cli("export", str(hashed), "--with-password-hashes")
    other = Cli(tmp_path / "other")
    other("init", GATEPASS_ADMIN_PASSWORD=ADMIN_PASSWORD)

    dry = other("import", "directory", str(hashed), "--dry-run", "--json").out
    done = other("import", "directory", str(hashed), "--json").out
    again = other("import", "directory", str(hashed), "--json").out

    assert "argon2" not in plain.read_text()
    assert hashed.read_text().count("$argon2id$") == 1
    assert secret not in hashed.read_text()
    assert hashed.stat().st_mode & 0o077 == 0
    assert other("export").out == plain.read_text()
    assert other("export", "--with-password-hashes").out == hashed.read_text()
    assert counts(dry) == counts(done)
    assert {fate for by in counts(again).values() for fate in by} == {"same"}
    assert "File exists" in cli.refused(78, "export", str(plain))


def test_an_export_as_csv_can_be_imported(cli: Cli, tmp_path: Path) -> None:
    cli("import", "users", written(tmp_path, "people.csv", CSV))

    out = cli("export", "--format", "csv").out

    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(out))}
    assert rows["lena"]["orgs"] == "Primary;north"
    assert rows["lena"]["groups"] == "north/Administrator"
    assert "password" not in rows["lena"]
    again = cli("import", "users", written(tmp_path, "again.csv", out), "--json").out
    assert counts(again) == {"user": {"same": 3}}


def test_a_bar_is_shown_on_a_terminal_and_none_in_a_pipe(cli: Cli, tmp_path: Path) -> None:
    rows = [f"user{number:04},{PASSWORD if number % 50 == 0 else ''}" for number in range(500)]
    file = written(tmp_path, "people.csv", "\n".join(["name,password", *rows]))

    piped = cli("import", "users", file, "--dry-run", "--json")
    shown = on_a_terminal(cli.home, "import", "users", file)

    assert piped.err == ""
    assert "/500" in shown
    assert "left" in shown


def test_the_time_left_counts_what_passwords_cost() -> None:
    pace = Pace(lines=1000, passwords=100)
    assert pace.rest is None, "nothing is known at first"
    pace.add(lines=100, seconds=0.1, hashed=0, hash_seconds=0.0)
    assert pace.rest is None, "no password was hashed yet, and a hundred are to come"

    pace.add(lines=100, seconds=2.1, hashed=50, hash_seconds=2.0)

    assert pace.rest == pytest.approx(0.8 + 2.0)
    pace.passed(50)
    assert pace.rest == pytest.approx(0.8), "those are of accounts that are there already"
    assert said(pace.rest) == "1 s left"
    assert said(4000) == "1 h 06 min left"
    assert said(None) == "time left: not known yet"


def test_memory_stays_flat_whatever_the_number_of_lines(cli: Cli, tmp_path: Path) -> None:
    def peak(lines: int) -> int:
        """Return the most memory, in KiB, that an import of so many lines had."""
        rows = (f"user{number:07},User {number},u{number}@example.com" for number in range(lines))
        file = written(tmp_path, "many.csv", "\n".join(["name,display_name,email", *rows]))
        process = subprocess.Popen(
            [GATEPASS, "import", "users", file, "--dry-run", "--json", "--home", cli.home],
            stdout=subprocess.DEVNULL,
            env=CLEAN,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        used: resource.struct_rusage = usage
        return used.ru_maxrss

    few, many = peak(1_000), peak(20_000)

    assert (many - few) * 1024 / 19_000 < 200, "bytes a line"
