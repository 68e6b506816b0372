"""The command line and real servers on one PostgreSQL database."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.cli.processes import ADMIN_PASSWORD, PASSWORD, Cli, Server
from tests.nodes.conftest import Servers
from tests.postgres import Cluster

pytestmark = pytest.mark.needs("postgres")

DATABASE = "GATEPASS_DATABASE_URL"


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    made = cluster.database()
    yield made
    cluster.drop(made)


@pytest.fixture
def home(url: str, tmp_path: Path) -> Path:
    """A home whose settings file names the database."""
    cli = Cli(tmp_path / "home")
    cli("init", GATEPASS_ADMIN_PASSWORD=ADMIN_PASSWORD, **{DATABASE: url})
    (cli.home / "gatepass.toml").write_text(f'database_url = "{url}"\n')
    cli("account", "create", "mira", "--password-stdin", stdin=f"{PASSWORD}\n")
    return cli.home


def seconds_until_refused(server: Server, cookie: str) -> float:
    started = time.monotonic()
    while server.whose_session(cookie) == 200:
        assert time.monotonic() - started < 10
        time.sleep(0.02)
    return time.monotonic() - started


def test_the_role_of_the_server_is_no_superuser(cluster: Cluster, home: Path) -> None:
    assert home.exists()
    rows = cluster.ask(
        "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls "
        "FROM pg_roles WHERE rolname = 'gatepass'"
    )

    assert not any(rows[0])


def test_a_home_holds_no_store_of_its_own(home: Path) -> None:
    assert sorted(path.name for path in home.iterdir()) == ["gatepass.toml", "master.key"]


def test_two_servers_and_the_command_line_share_the_database(
    home: Path, servers: Servers, tmp_path: Path
) -> None:
    shutil.copytree(home, tmp_path / "second")
    first = servers.start(home, "--workers", "2")
    second = servers.start(tmp_path / "second")
    cookie = first.login("mira", PASSWORD)
    assert second.whose_session(cookie) == 200

    Cli(home)("session", "end", "--account", "mira")

    assert seconds_until_refused(second, cookie) < 1.5
    assert seconds_until_refused(first, cookie) < 1.5
    for server in (first, second):
        assert server.stop() == 0
        assert "Traceback" not in server.log.read_text()


def test_migrating_twice_does_nothing_the_second_time(url: str, tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")

    assert "now" in cli("migrate", **{DATABASE: url}).out
    assert "were" in cli("migrate", **{DATABASE: url}).out


def test_a_database_without_tables_is_named_with_the_command_that_makes_them(
    url: str, tmp_path: Path
) -> None:
    cli = Cli(tmp_path / "home")

    assert "gatepass init" in cli.refused(78, "serve", **{DATABASE: url})


def test_a_wrong_password_for_the_database_is_said_without_the_password(
    url: str, tmp_path: Path
) -> None:
    wrong = url.replace("moor-lantern-51", "kiln-otter-12")

    said = Cli(tmp_path / "home").refused(78, "serve", **{DATABASE: wrong})

    assert "password authentication failed" in said
    assert "kiln" not in said


def test_a_server_that_is_away_is_busy(tmp_path: Path) -> None:
    nowhere = "postgresql://gatepass:secret@127.0.0.1:9/gatepass"

    assert "busy" in Cli(tmp_path / "home").refused(75, "serve", **{DATABASE: nowhere})


def test_the_settings_show_no_password(home: Path, url: str) -> None:
    shown = Cli(home)("config", "show", GATEPASS_DATABASE_LISTEN_URL=url).out

    assert "moor-lantern-51" not in shown
    assert httpx2.URL(url).host in shown
