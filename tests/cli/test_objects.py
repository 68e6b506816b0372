"""gatepass object."""

import json
from pathlib import Path

import httpx2
import pytest

from tests.cli.processes import PASSWORD, Cli, Serve, on_a_terminal

SALES = "7b3f1d9e-52c4-4a80-9c6e-2f1a0b9d8c77"
COSTS = "0c1d2e3f-4a5b-4c6d-8e7f-90a1b2c3d4e5"
CSV = f"""\ufeffid,type,name,owner,tags,org
{SALES},LIVEBOARD,Sales,mira,north; year,
{COSTS},answer,"Costs, ""net"" ones",,,north
"""


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "objects.csv"
    path.write_text(CSV, "utf-8")
    return path


def listed(cli: Cli, *words: str) -> list[tuple[str, str, str, list[str]]]:
    found = cli("object", "list", "--json", *words).json
    return [(one["name"], one["type"], one["owner"], one["tags"]) for one in found]


def test_objects_come_in_from_csv_and_are_listed(cli: Cli, csv: Path) -> None:
    done = cli("object", "import", str(csv), "--json").json

    assert done == {"added": 2, "changed": 0, "same": 0, "dry_run": False}
    assert listed(cli) == [("Sales", "LIVEBOARD", "mira", ["north", "year"])]
    assert [one[0] for one in listed(cli, "--org", "north")] == ['Costs, "net" ones']
    assert listed(cli, "--type", "ANSWER") == []
    assert "Sales" in cli("object", "list").out


def test_the_same_file_again_changes_nothing_and_a_new_one_what_it_says(
    cli: Cli, csv: Path, tmp_path: Path
) -> None:
    cli("object", "import", str(csv))
    more = tmp_path / "more.jsonl"
    more.write_text(
        json.dumps({"id": SALES, "type": "LIVEBOARD", "name": "Sales 2", "tags": ["new"]})
        + "\n\n"
        + json.dumps({"id": COSTS, "type": "ANSWER", "name": "Here", "subtype": None})
    )

    assert cli("object", "import", str(csv), "--json").json["same"] == 2
    assert cli("object", "import", str(more), "--dry-run", "--json").json == {
        "added": 1,
        "changed": 1,
        "same": 0,
        "dry_run": True,
    }
    assert listed(cli) == [("Sales", "LIVEBOARD", "mira", ["north", "year"])]
    cli("object", "import", str(more))
    assert listed(cli) == [
        ("Here", "ANSWER", "system", []),
        ("Sales 2", "LIVEBOARD", "mira", ["new"]),
    ]


def refused(cli: Cli, path: Path, *words: str) -> list[str]:
    """Import what cannot be taken; return the lines that are said of it."""
    done = cli.attempt("object", "import", str(path), *words)
    assert (done.code, done.out) == (1, "")
    *lines, last = done.err.splitlines()
    assert last.startswith("gatepass: ")
    return [*lines, last]


REFUSED = [
    ("type,name\nLIVEBOARD,Good\nUSER,Bad\n", ["line 3: type"]),
    ("type,name,owner\nLIVEBOARD,A,nobody\n", ["line 2: owner or author"]),
    (f"type,name,id\nANSWER,A,{SALES}\nANSWER,B,{SALES.upper()}\n", ["line 3: id: line 2"]),
    ("type,name,org\nANSWER,A,nowhere\n", ["line 2: no Org named 'nowhere'"]),
    ('type,name\nANSWER,"A\nB"\nANSWER\n', ["line 4: has 1 columns, not 2"]),
    ("type,name\n,A\nANSWER,\n", ["line 2: type", "line 3: name"]),
    ('type,name\nANSWER,A\nANSWER,"open\n', ["line 3: cannot be read"]),
    ("type,title\nANSWER,A\n", ["line 1 must name the columns"]),
    ("", ["line 1 must name the columns"]),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_cannot_be_taken_is_said_by_its_line_and_nothing_is_written(
    cli: Cli, tmp_path: Path, text: str, said: list[str]
) -> None:
    path = tmp_path / "objects.csv"
    path.write_text(text)
    for words in ((), ("--dry-run",)):
        told = "\n".join(refused(cli, path, *words))
        for one in said:
            assert one in told
    assert listed(cli) == []


def test_each_batch_is_whole_or_not_at_all(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "objects.csv"
    lines = [f"ANSWER,{number}" for number in range(1200)]
    lines[700] = "NOTHING,700"
    path.write_text("\n".join(["type,name", *lines]))

    first, last = refused(cli, path)
    assert first.startswith("line 702: type")
    assert "500 added" in last
    assert len(listed(cli)) == 500


def test_other_files_than_text_are_refused(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "objects.csv"
    path.write_bytes(b"type,name\nANSWER,\xff\xfe\n")
    assert "is not UTF-8" in cli.refused(1, "object", "import", str(path))
    lines = tmp_path / "objects.ndjson"
    lines.write_text('{"type":"ANSWER","name":"A","size":1}\n[]\n{"type":1,"name":"A"}\n{')
    *told, _ = refused(cli, lines)
    assert [one.split(":")[0] for one in told] == ["line 1", "line 2", "line 3", "line 4"]


def test_a_token_for_an_object_that_came_in_finds_it(cli: Cli, csv: Path, serve: Serve) -> None:
    cli("object", "import", str(csv))
    server = serve()
    issued = server.post("auth/token/object", username="mira", password=PASSWORD, object_id=SALES)
    found = httpx2.post(
        f"{server.url}/api/rest/2.0/metadata/search",
        headers={"Authorization": f"Bearer {issued.json()['token']}"},
    ).json()

    assert [one["metadata_name"] for one in found] == ["Sales"]


@pytest.fixture
def other(tmp_path: Path) -> Cli:
    """The command line on another home, which has nothing yet."""
    cli = Cli(tmp_path / "other")
    cli("init", GATEPASS_ADMIN_PASSWORD="Other-Kestrel-41-Bridges")
    return cli


def test_what_is_exported_is_imported_elsewhere_as_it_was(
    cli: Cli, other: Cli, csv: Path, tmp_path: Path
) -> None:
    """All of it but its times and shares: more than a page, odd names, owners of the Org or not."""
    odd = [
        {"type": "ANSWER", "name": "Költség; „net“, 漢字", "tags": ["a;b", "c, d"]},
        {"type": "COLLECTION", "name": "Null", "description": "null\n\t;\u2028", "subtype": "x"},
        {"type": "ANSWER", "name": "By two", "owner": "mira", "author": "tsadmin", "org": 0},
        *(
            {"type": "ANSWER", "name": f"Answer {one}", "custom_id": f"a-{one}"}
            for one in range(700)
        ),
    ]
    more = tmp_path / "more.jsonl"
    more.write_text("\n".join(map(json.dumps, odd)))
    for file in (csv, more):
        cli("object", "import", str(file))
    people, objects = tmp_path / "people.jsonl", tmp_path / "objects.jsonl"
    cli("export", str(people))

    cli("object", "export", str(objects))
    other("import", "directory", str(people))
    done = other("object", "import", str(objects), "--json").json

    assert (done["added"], objects.stat().st_mode & 0o777) == (705, 0o600)
    assert other("object", "export").out == cli("object", "export").out == objects.read_text()
    for org in ((), ("--org", "north")):
        assert listed(other, *org) == listed(cli, *org)
    again = cli("object", "import", str(objects), "--json").json
    assert (again["same"], again["added"], again["changed"]) == (705, 0, 0)
    assert "object.export" in cli("audit", "tail", "--json").out


@pytest.mark.parametrize("words", [("export",), ("object", "export")], ids=" ".join)
def test_an_export_shows_a_bar_on_a_terminal_and_none_in_a_pipe(
    cli: Cli, csv: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Its own lines go elsewhere: to a file, or to a pipe."""
    cli("object", "import", str(csv))

    piped = cli(*words)
    shown = [on_a_terminal(cli.home, *words, *file) for file in ((), (str(tmp_path / "out"),))]

    assert piped.err == ""
    for one in shown:
        assert " ".join(words) in one
        assert '"kind"' not in one
    assert (tmp_path / "out").read_text() == piped.out


def test_an_export_writes_over_nothing(cli: Cli, csv: Path) -> None:
    before = csv.read_text()

    cli.refused(78, "object", "export", str(csv))

    assert csv.read_text() == before


def test_a_bar_is_shown_on_a_terminal_and_none_in_a_pipe(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("\n".join(["type,name", *(f"ANSWER,Answer {one}" for one in range(1200))]))

    piped = cli("object", "import", str(file), "--dry-run", "--json")
    shown = on_a_terminal(cli.home, "object", "import", str(file))

    assert (piped.err, piped.json["added"]) == ("", 1200)
    assert "/1200" in shown
    assert "left" in shown
    assert len(listed(cli)) == 1200


def test_the_bar_is_taken_away_before_a_refusal_is_said(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("type,name\nANSWER,Good\nNOTHING,Bad\n")

    shown = on_a_terminal(cli.home, "object", "import", str(file), code=1)

    assert "line 3: " in shown.rpartition("\x1b")[2]
