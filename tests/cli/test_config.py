"""Settings: where each comes from, and what is said of a bad one."""

import pytest

from gatepass.settings import Settings
from tests.cli.processes import Cli


def test_every_setting_is_shown_with_its_origin(cli: Cli) -> None:
    path = cli.home / "gatepass.toml"
    path.write_text('session_idle = "45m"\nport = 9001\n')

    rows = cli("config", "show", "--json", GATEPASS_PORT="9002").json
    shown = {row["name"]: (row["value"], row["origin"]) for row in rows}

    assert list(shown) == list(Settings.__struct_fields__)
    assert shown["session_idle"] == ("45m", str(path))
    assert shown["port"] == ("9002", "environment")
    assert shown["mode"] == ("compat", "default")


def test_a_password_in_the_address_of_a_store_is_not_shown(cli: Cli) -> None:
    url = "postgresql://gatepass:pa55-word@db.example.com/gatepass"

    said = cli("config", "show", GATEPASS_DATABASE_URL=url).out

    assert "pa55-word" not in said
    assert "postgresql://gatepass:***@db.example.com/gatepass" in said


def test_neither_master_key_nor_first_password_is_a_setting_that_is_shown(cli: Cli) -> None:
    said = cli(
        "config", "show", GATEPASS_MASTER_KEY="ab" * 32, GATEPASS_ADMIN_PASSWORD="hush-hush"
    ).out

    assert "abab" not in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("port = 99999", "port = 99999 will not do; it is a number from 0 to 65535"),
        ('workers = "two"', "workers = 'two' will not do; it is a number from 1 to 64"),
        ('mode = "safe"', "mode = 'safe' will not do; it is compat or hardened"),
        ('orgs_enabled = "maybe"', "orgs_enabled = 'maybe' will not do; it is true or false"),
        (
            "session_idle = -5",
            "session_idle = -5 will not do; it is a length of time from 1s up",
        ),
        (
            'clock_skew = "5m"',
            "clock_skew = '5m' will not do; it is a length of time from 0s to 2m",
        ),
        ("prot = 80", "there is no setting 'prot'; see: gatepass config show"),
        ("[server]\nport = 80", "there is no setting 'server'; see: gatepass config show"),
    ],
)
def test_a_bad_setting_is_one_line_with_its_origin(cli: Cli, line: str, said: str) -> None:
    path = cli.home / "gatepass.toml"
    path.write_text(line)

    assert cli.refused(78, "org", "list") == f"{path}: {said}"


def test_a_bad_setting_of_the_environment_or_an_option_is_named_as_such(cli: Cli) -> None:
    length = cli.refused(78, "org", "list", GATEPASS_SESSION_IDLE="soon")
    assert length.startswith("environment: session_idle = 'soon' will not do")

    port = cli.refused(78, "serve", "--port", "70000")
    assert port == "option: port = 70000 will not do; it is a number from 0 to 65535"


def test_a_settings_file_that_is_not_toml_is_refused(cli: Cli) -> None:
    (cli.home / "gatepass.toml").write_text("port: 80")

    assert "gatepass.toml: is not TOML: " in cli.refused(78, "serve")
