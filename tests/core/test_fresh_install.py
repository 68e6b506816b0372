"""A new home: nobody can sign in but the first administrator, with a password nobody else has."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from gatepass.core.passwords import PRODUCT_WORDS
from gatepass.settings import Settings
from tests.world import world

DEFAULTS = (
    "admin",
    "password",
    "tsadmin",
    "system",
    "su",
    "guest",
    "changeme",
    "secret",
    "th0ughtSp0t",
    "admin123",
    "12345678",
    "",
    " ",
    *PRODUCT_WORDS,
)
NAMES = ("tsadmin", "system", "su", "guest", "admin", "root", "administrator")


def init(home: Path) -> str:
    """Make a home as a user does and return what was printed."""
    done = subprocess.run(
        [sys.executable, "-m", "gatepass", "init", "--home", str(home)],
        env={name: value for name, value in os.environ.items() if not name.startswith("GATEPASS_")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, str]]:
    """Two new homes with what was printed while they were made."""
    places = [tmp_path_factory.mktemp("fresh") / "home" for _ in range(2)]
    return [(home, init(home)) for home in places]


def password_in(printed: str) -> str:
    """Return the administrator's password out of what was printed."""
    [found] = {
        word
        for line in printed.splitlines()
        if "password" in line.lower()
        for word in line.split()
        if len(word) >= 16 and word.isascii() and "/" not in word
    }
    return found


def test_the_only_account_with_a_password_is_the_first_administrator(
    homes: list[tuple[Path, str]],
) -> None:
    """No other account can sign in at all, and no token or secret lies about (checklist 50)."""
    connection = sqlite3.connect(homes[0][0] / "gatepass.db")
    accounts = dict(connection.execute("SELECT name, password FROM accounts"))
    held = [
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        for table in ("sessions", "tokens", "secrets", "group_links")
    ]
    admins = [
        row[0]
        for row in connection.execute(
            "SELECT a.name FROM group_members m JOIN groups g ON g.id = m.group_id"
            " JOIN accounts a ON a.id = m.account_id WHERE g.name = 'Administrator'"
        )
    ]
    connection.close()

    assert {name for name, encoded in accounts.items() if encoded is not None} == {"tsadmin"}
    assert accounts["tsadmin"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert held == [0, 0, 0, 0]
    assert admins == ["tsadmin"]


def test_the_password_is_random_shown_once_and_nowhere_kept(
    homes: list[tuple[Path, str]],
) -> None:
    """Two homes, two passwords; neither in a file; files are their owner's (checklist 50)."""
    found = [password_in(printed) for _, printed in homes]
    assert found[0] != found[1]
    for (home, printed), password in zip(homes, found, strict=True):
        assert printed.count(password) == 1
        for file in home.rglob("*"):
            if file.is_file():
                assert password.encode() not in file.read_bytes()
                assert not stat.S_IMODE(file.stat().st_mode) & 0o077, file


async def test_no_default_password_opens_anything(
    homes: list[tuple[Path, str]], tmp_path: Path
) -> None:
    """Every name by every default: one and the same no; the printed one opens (checklist 50)."""
    home, printed = homes[0]
    limits = {"lockout_threshold": 10_000, "lockout_total": 100_000, "flood_limit": 100_000}
    async with world(home, tmp_path / "home", **limits) as here:  # type: ignore[arg-type]
        for name in NAMES:
            for password in (*DEFAULTS, name):
                reply: httpx2.Response = await here.post(
                    "auth/session/login", {"username": name, "password": password}
                )
                assert reply.status_code in {400, 401}, (name, password)
            reply = await here.post("auth/token/full", {"username": name, "secret_key": "secret"})
            assert reply.status_code == 403
        await here.login("tsadmin", password_in(printed))


def test_no_setting_holds_a_secret_by_default() -> None:
    """What protects something is made at random, never a default (checklist 50)."""
    for name in Settings.__struct_fields__:
        assert not any(word in name for word in ("password_hash", "admin_password", "master_key"))
    assert Settings().database_url == ""
