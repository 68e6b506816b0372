"""gatepass world: plan, apply and export, with files as people write them."""

import json
import re
import sqlite3
import stat
from pathlib import Path

import httpx2
import pytest

from tests.cli.processes import ADMIN_PASSWORD, Cli, Serve

PAGE = Path(__file__).parents[2] / "docs" / "world.md"
SECRET = "Heron-By-93-Harbours"
NORTH = """\
[[groups]]
org = "north"
name = "Readers"

[[users]]
name = "kim"
orgs = ["north"]
groups = ["north/Readers"]
password_env = "KIM"
"""


def written(folder: Path, text: str, name: str = "world.toml") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def problems(cli: Cli, *words: str, **environment: str) -> list[str]:
    """Run what must be refused for problems; return the lines that are said of them."""
    done = cli.attempt("world", *words, **environment)
    assert (done.code, done.out) == (1, "")
    *lines, last = done.err.splitlines()
    assert last.startswith("gatepass: ")
    assert last.endswith("nothing was changed")
    return lines


def moves(home: Path) -> tuple[int, bytes]:
    """Return how much is written down, and the epoch."""
    connection = sqlite3.connect(home / "gatepass.db")
    events = connection.execute("SELECT count(*) FROM audit_events").fetchone()[0]
    connection.close()
    return events, (home / "gatepass.db-epoch").read_bytes()


def test_a_plan_ends_with_4_where_there_is_something_to_do_and_with_0_where_not(
    cli: Cli, tmp_path: Path
) -> None:
    path = written(tmp_path, NORTH)
    planned = cli.attempt("world", "plan", path, KIM=SECRET)
    assert (planned.code, planned.err) == (4, "")
    assert planned.out.splitlines() == [
        "+ group north/Readers",
        "+ user kim: orgs north; groups north/Readers; password_env KIM",
        "would be 2 added",
    ]

    done = cli("world", "apply", path, KIM=SECRET)

    assert done.out == planned.out.replace("would be ", "")
    assert cli("world", "plan", path).out == "all is so already\n"


def test_applying_again_moves_no_epoch_and_writes_no_event(cli: Cli, tmp_path: Path) -> None:
    path = written(tmp_path, NORTH)
    cli("world", "apply", path, KIM=SECRET)
    before = moves(cli.home)

    assert cli("world", "apply", path, "--prune").out != ""
    after_prune = moves(cli.home)
    assert cli("world", "apply", path, "--prune").out == "all is so already\n"

    assert before != after_prune  # mira was not named
    assert moves(cli.home) == after_prune


def test_a_world_holds_on_a_server_that_runs(cli: Cli, serve: Serve, tmp_path: Path) -> None:
    server = serve()
    assert server.post("auth/token/full", username="kim", password=SECRET).status_code == 401

    cli("world", "apply", written(tmp_path, NORTH), KIM=SECRET)
    token = server.post("auth/token/full", username="kim", password=SECRET).json()["token"]
    who = f"{server.url}/api/rest/2.0/auth/session/user"
    carried = {"Authorization": f"Bearer {token}"}
    assert httpx2.get(who, headers=carried).status_code == 200
    closed = '[[users]]\nname = "kim"\naccount_status = "SUSPENDED"\n'
    cli("world", "apply", written(tmp_path, closed))

    assert httpx2.get(who, headers=carried).status_code == 401


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_applies_a_world_before_it_serves(
    serve: Serve, tmp_path: Path, workers: str
) -> None:
    path = written(tmp_path, NORTH)

    server = serve("--workers", workers, "--world", path, KIM=SECRET)

    assert server.post("auth/token/full", username="kim", password=SECRET).status_code == 200
    assert SECRET not in server.log.read_text()


def test_a_server_does_not_start_with_a_world_that_cannot_be(cli: Cli, tmp_path: Path) -> None:
    done = cli.attempt("serve", "--port", "0", "--world", written(tmp_path, NORTH))

    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[0] == "line 9: users[0].password_env (kim): KIM: is not set"


WRONG = """\
[[orgs]]
name = "north"
title = "North"

[[groups]]
org = "south"
name = "rests on nothing"

[[users]]
name = "lee"
groups = "north/Readers"
password = "Heron-By-93-Harbours"

[[users]]
name = "kim"
groups = [
  "Primary/Nobody",
]

[[objects]]
type = "LIVEBOARD"
name = "Sales"
shares = [{ group = "All", mode = "SOMETHING" }]

[security]
cors = "https://app.example.com"

[[security.orgs]]
org = "north"
csp = {}

[colors]
"""


def test_every_problem_is_told_by_line_table_and_entry(cli: Cli, tmp_path: Path) -> None:
    """(checklist 58)"""
    path = written(tmp_path, WRONG)
    for command in ("plan", "apply"):
        lines = problems(cli, command, path)

        assert SECRET not in "".join(lines)
        assert [line.partition(": ")[0] for line in lines if "line" in line] == [
            "line 3",
            "line 11",
            "line 12",
            "line 23",
            "line 20",
            "line 26",
            "line 30",
            "line 32",
            "line 6",
            "line 16",
        ]
        places = [re.sub(r"^line \d+: ", "", line).split(": ")[0] for line in lines]
        assert places == [
            "orgs[0].title (north)",
            "users[0].groups (lee)",
            "users[0].password (lee)",
            "objects[0].shares[0].mode (Sales)",
            "objects[0].id (Sales)",
            "security.cors",
            "security.orgs[0].csp",
            "colors",
            "groups[0].org (south/rests on nothing)",
            "users[1].groups (kim)",
        ]


def test_nothing_of_a_file_steers_a_terminal(cli: Cli, tmp_path: Path) -> None:
    text = '[[orgs]]\nname = "south"\ndescription = "\\u001b[2J\\u202Ex"\n'
    done = cli("world", "apply", written(tmp_path, text))
    assert done.out.splitlines()[0] == "+ org south: description ?[2J?x"

    lines = problems(cli, "plan", written(tmp_path, '[[orgs]]\nname = "a\\u001b[2J"\n'))
    assert lines[0].startswith("line 1: orgs[0] (a?[2J): name: must not hold a control character")


def test_a_file_that_is_none_is_refused_in_one_line(cli: Cli, tmp_path: Path) -> None:
    told = cli.refused(1, "world", "plan", written(tmp_path, "[[users]]\nname = kim\n"))
    assert "line 2" in told
    assert "is no JSON" in cli.refused(1, "world", "plan", written(tmp_path, "[]", "w.json"))
    raw = tmp_path / "raw.toml"
    raw.write_bytes(b'[[users]]\nname = "\xff"\n')
    assert "is not UTF-8" in cli.refused(1, "world", "apply", str(raw))
    cli.refused(78, "world", "apply", str(tmp_path / "nowhere.toml"))


def test_a_password_of_the_environment_is_asked_for_only_where_a_user_is_made(
    cli: Cli, tmp_path: Path
) -> None:
    path = written(tmp_path, NORTH)
    assert problems(cli, "apply", path) == ["line 9: users[0].password_env (kim): KIM: is not set"]
    weak = problems(cli, "apply", path, KIM="password1")
    assert weak[0].startswith("line 9: users[0].password_env (kim): password: is one of")
    assert "password1" not in weak[0]

    cli("world", "apply", path, KIM=SECRET)

    assert cli("world", "apply", path).out == "all is so already\n"


def test_json_of_the_same_shape_is_the_same_world(cli: Cli, tmp_path: Path) -> None:
    world = {
        "groups": [{"org": "north", "name": "Readers"}],
        "users": [{"name": "kim", "orgs": ["north"], "groups": ["north/Readers"]}],
    }
    path = written(tmp_path, json.dumps(world), "world.json")

    done = cli("world", "apply", path, "--json").json

    assert [(one["fate"], one["name"]) for one in done["steps"]] == [
        ("added", "north/Readers"),
        ("added", "kim"),
    ]
    told = cli.attempt("world", "plan", written(tmp_path, '{"user": []}', "w.json"), "--json")
    assert (told.code, json.loads(told.out)["steps"]) == (1, [])
    assert json.loads(told.out)["problems"][0]["place"]["table"] == "user"


def test_an_export_is_for_its_owners_eyes_and_holds_no_secret(cli: Cli, tmp_path: Path) -> None:
    """(checklist 58)"""
    key = cli("secret", "enable", "--json").json["key"]
    path = tmp_path / "out.toml"

    cli("world", "export", str(path))

    text = path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "$argon2" not in text
    assert "trusted_authentication = true" in text
    assert key not in text
    cli.refused(78, "world", "export", str(path))
    assert "$argon2id$" in cli("world", "export", "--with-password-hashes").out
    assert (
        json.loads(cli("world", "export", "--format", "json").out)["orgs"][0]["name"] == "Primary"
    )


def test_an_export_applied_to_an_empty_home_lets_the_same_people_in(
    cli: Cli, tmp_path: Path
) -> None:
    cli("world", "apply", written(tmp_path, NORTH), KIM=SECRET)
    first = cli("world", "export", "--with-password-hashes").out
    other = Cli(tmp_path / "other")
    other("init", GATEPASS_ADMIN_PASSWORD=ADMIN_PASSWORD)

    other("world", "apply", written(tmp_path, first))

    second = other("world", "export", "--with-password-hashes").out
    assert second.replace(hash_of_tsadmin(other), hash_of_tsadmin(cli)) == first
    assert other("world", "plan", "--prune", written(tmp_path, first)).out == "all is so already\n"


def hash_of_tsadmin(cli: Cli) -> str:
    """Return the one thing that a home has of its own: its administrator's password."""
    words = ("--with-password-hashes", "--format", "json")
    users = cli("world", "export", *words).json["users"]
    return str(next(one["password_hash"] for one in users if one["name"] == "tsadmin"))


def test_the_example_of_the_page_is_applied_as_printed(tmp_path: Path) -> None:
    text = PAGE.read_text("utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    path = written(tmp_path, example)
    given = dict(re.findall(r"^export (\w+)=(\S+)$", text, re.MULTILINE))
    fresh = Cli(tmp_path / "fresh")
    fresh("init", GATEPASS_ADMIN_PASSWORD=ADMIN_PASSWORD)

    fresh("world", "apply", path, **given)

    assert fresh("world", "plan", "--prune", path).out == "all is so already\n"
    world = json.loads(fresh("world", "export", "--format", "json").out)
    assert all(world[table] for table in ("orgs", "roles", "groups", "users", "tags", "objects"))


@pytest.mark.parametrize("words", [("plan", "-"), ("apply", "-")])
def test_a_world_may_come_by_standard_input(cli: Cli, words: tuple[str, str]) -> None:
    done = cli.attempt("world", *words, stdin='[[orgs]]\nname = "south"\n')

    assert done.out.splitlines()[0] == "+ org south"
