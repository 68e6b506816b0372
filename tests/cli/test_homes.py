"""gatepass init, migrate, and homes that will not do."""

import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from gatepass.settings import Settings, describe
from tests.cli.processes import ADMIN_PASSWORD, CLEAN, GATEPASS, Cli


@pytest.fixture
def empty(tmp_path: Path) -> Cli:
    """The command line on a home that is not there yet."""
    return Cli(tmp_path / "new" / "home")


def test_init_prints_a_random_password_once_and_names_the_administrator(empty: Cli) -> None:
    empty.home.parent.mkdir()

    said = dict(line.split(": ", 1) for line in empty("init").out.splitlines())

    assert said["administrator"] == "tsadmin"
    assert len(said["password, shown this once"]) == 20
    assert said["to serve it"] == f"gatepass serve --home {empty.home}"
    assert empty("account", "show", "tsadmin", "--json").json["email"] is None


def test_no_home_has_a_password_that_one_could_know(empty: Cli, tmp_path: Path) -> None:
    """checklist 50: made up for each home, and the accounts of the system have none."""
    empty.home.parent.mkdir()
    other = Cli(tmp_path / "other")

    passwords = {one("init").out.split("shown this once: ")[1].split()[0] for one in (empty, other)}

    accounts = empty("account", "list", "--json").json
    assert len(passwords) == 2
    assert [one["name"] for one in accounts if one["has_password"]] == ["tsadmin"]


def test_init_takes_password_and_email_as_given_and_repeats_no_password(empty: Cli) -> None:
    empty.home.parent.mkdir()

    said = empty("init", "--email", "ops@example.com", GATEPASS_ADMIN_PASSWORD=ADMIN_PASSWORD)

    assert ADMIN_PASSWORD not in said.out
    assert empty("account", "show", "tsadmin", "--json").json["email"] == "ops@example.com"


def test_a_home_is_for_its_owner_alone(filled: Path) -> None:
    private = {path.name: stat.S_IMODE(path.stat().st_mode) for path in filled.iterdir()}

    assert stat.S_IMODE(filled.stat().st_mode) == 0o700
    assert {name: mode for name, mode in private.items() if mode & 0o077} == {}


def test_init_writes_a_settings_file_that_explains_every_setting_and_sets_none(
    filled: Path,
) -> None:
    text = (filled / "gatepass.toml").read_text()

    assert tomllib.loads(text) == {}
    assert [name for name, _, _, help_ in describe() if help_ not in text] == []


def test_the_settings_file_shows_the_defaults_in_a_form_that_can_be_used(
    cli: Cli,
) -> None:
    path = cli.home / "gatepass.toml"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line[1:] for line in lines if line[:2] not in {"# ", ""}))

    shown = cli("config", "show", "--json").json

    assert [row["name"] for row in shown] == list(Settings.__struct_fields__)
    assert {row["origin"] for row in shown} == {str(path)}
    assert [row for row in shown if row["value"] != row["default"]] == []


def test_a_second_init_is_refused_and_says_how_to_set_the_password(cli: Cli) -> None:
    said = cli.refused(1, "init", GATEPASS_ADMIN_PASSWORD="Something-Else-42-Here")

    assert "in use already" in said
    assert f"gatepass account set-password tsadmin --generate --home {cli.home}" in said


def test_a_weak_first_password_is_refused_and_the_same_home_can_be_tried_again(empty: Cli) -> None:
    empty.home.parent.mkdir()

    said = empty.refused(1, "init", GATEPASS_ADMIN_PASSWORD="password1")

    assert "most used" in said
    assert empty("init", GATEPASS_ADMIN_PASSWORD=ADMIN_PASSWORD).code == 0


@pytest.mark.parametrize("left", [[], ["master.key"], ["master.key", "gatepass.toml"]])
def test_an_interrupted_init_is_completed_by_the_next(
    filled: Path, empty: Cli, left: list[str]
) -> None:
    empty.home.mkdir(parents=True)
    for name in left:
        (empty.home / name).write_bytes((filled / name).read_bytes())
        (empty.home / name).chmod(0o600)
    (empty.home / "gatepass.db").touch()

    empty("init", GATEPASS_ADMIN_PASSWORD=ADMIN_PASSWORD)

    names = [account["name"] for account in empty("account", "list", "--json").json]
    assert sorted(names) == ["su", "system", "tsadmin"]


@pytest.mark.parametrize(
    "words", [["serve"], ["account", "list"], ["session", "list"], ["token", "inspect", "gpf_x"]]
)
def test_a_home_without_a_store_is_refused_and_init_named(empty: Cli, words: list[str]) -> None:
    empty.home.parent.mkdir()

    said = empty.refused(78, *words)

    assert said == f"{empty.home}: there is no store here; run: gatepass init --home {empty.home}"
    assert not empty.home.exists()


def test_a_file_is_no_home(cli: Cli) -> None:
    said = cli.refused(78, "org", "list", GATEPASS_HOME=str(cli.home / "master.key"))

    assert said == f"{cli.home / 'master.key'}: is not a folder"


def test_a_file_that_is_no_database_is_refused(cli: Cli) -> None:
    (cli.home / "gatepass.db").write_text("not a database" * 100)

    assert "cannot be used as a store" in cli.refused(78, "org", "list")


def test_a_lost_or_open_master_key_is_refused(cli: Cli) -> None:
    key = cli.home / "master.key"
    key.chmod(0o644)
    assert "chmod 600" in cli.refused(78, "org", "list")

    key.unlink()
    assert cli.refused(78, "org", "list") == f"{key}: the master key is missing; put it back"


def test_migrate_says_whether_there_was_anything_to_do(cli: Cli) -> None:
    assert cli("migrate").out == "the tables were up to date\n"


def test_the_option_home_outranks_the_environment(cli: Cli, tmp_path: Path) -> None:
    elsewhere = str(tmp_path / "elsewhere")

    listed = cli("org", "list", "--home", str(cli.home), "--json", GATEPASS_HOME=elsewhere)

    assert [org["name"] for org in listed.json] == ["Primary", "north"]


def test_the_installed_program_and_the_module_are_the_same_command_line(filled: Path) -> None:
    both = [
        subprocess.run([*program, "org", "list"], env=env, check=True, capture_output=True).stdout
        for env in [{**CLEAN, "GATEPASS_HOME": str(filled)}]
        for program in ([GATEPASS], [sys.executable, "-m", "gatepass"])
    ]

    assert both[0] == both[1]
    assert b"north" in both[0]
