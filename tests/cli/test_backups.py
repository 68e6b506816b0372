"""gatepass backup and restore, beside a running server and after all kinds of accidents."""

import hashlib
import io
import json
import shutil
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from tests.cli.processes import ADMIN_PASSWORD, PASSWORD, Cli, Serve
from tests.upgrades.test_from_earlier import RELEASES

STORE = "gatepass.db"
LOGOUT, REVOKE = "/api/rest/2.0/auth/session/logout", "/api/rest/2.0/auth/token/revoke"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the backup goes."""
    return tmp_path / "monday.backup"


@pytest.fixture
def other(cli: Cli, tmp_path: Path) -> Cli:
    """The command line on a new home with the same master key and nothing else."""
    home = tmp_path / "other"
    home.mkdir(mode=0o700)
    shutil.copy(cli.home / "master.key", home)
    return Cli(home)


def lose_the_store(home: Path) -> None:
    """What a broken disk, or a slip of the hand, does."""
    for one in home.glob(f"{STORE}*"):
        one.unlink()


def test_sessions_tokens_revocations_and_keys_survive(cli: Cli, serve: Serve, file: Path) -> None:
    """checklist 66: backed up beside a running server, the store lost, restored."""
    secret = cli("secret", "enable", "--json").json["key"]
    server = serve()
    live, gone = server.login("mira", PASSWORD), server.login("mira", PASSWORD)
    good, bad = (cli("token", "issue", "mira").out.strip() for _ in range(2))
    out = {"Cookie": f"JSESSIONID={gone}"}
    assert httpx2.post(f"{server.url}{LOGOUT}", headers=out).status_code == 204
    out = {"Authorization": f"Bearer {bad}"}
    assert httpx2.post(f"{server.url}{REVOKE}", json={"token": bad}, headers=out).is_success
    cli("keys", "rotate")
    keys = cli("keys", "list", "--json").json

    cli("backup", str(file))
    server.stop()
    lose_the_store(cli.home)
    cli("restore", str(file))

    again = serve()
    assert (again.whose_session(live), again.whose_session(gone)) == (200, 401)
    assert (again.whoami(good), again.whoami(bad)) == (200, 401)
    by_secret = again.post("auth/token/full", username="mira", secret_key=secret)
    assert by_secret.status_code == 200
    assert cli("keys", "list", "--json").json == keys
    assert cli("audit", "verify").code == 0


def test_a_backup_taken_while_others_write_has_all_that_was_answered_before_it_began(
    cli: Cli, serve: Serve, tmp_path: Path
) -> None:
    server = serve()
    answered: list[str] = []
    done = threading.Event()

    def log_in() -> None:
        while not done.is_set():
            answered.append(server.login("mira", PASSWORD))

    writer = threading.Thread(target=log_in)
    writer.start()
    try:
        before = []
        for number in range(3):
            while len(answered) < 5 * (number + 1):
                done.wait(0.01)
            before.append(list(answered))
            cli("backup", str(tmp_path / f"{number}.backup"))
    finally:
        done.set()
        writer.join()
    server.stop()

    for number, cookies in enumerate(before):
        lose_the_store(cli.home)
        cli("restore", str(tmp_path / f"{number}.backup"))
        kept = len(cli("session", "list", "--json").json)
        assert kept >= len(cookies), f"backup {number} lost a session that was answered"


def test_a_backup_does_not_know_who_served(cli: Cli, serve: Serve, file: Path) -> None:
    server = serve()
    assert processes(cli.home) == [(server.process.pid,)]

    cli("backup", str(file))
    assert processes(cli.home) == [(server.process.pid,)]
    server.process.kill()
    server.process.wait()
    lose_the_store(cli.home)
    cli("restore", str(file))

    assert processes(cli.home) == []


def processes(home: Path) -> list[tuple[int]]:
    with closing(sqlite3.connect(home / STORE)) as store:
        return store.execute("SELECT pid FROM processes").fetchall()


def test_secrets_stay_sealed_and_the_master_key_is_left_out(cli: Cli, file: Path) -> None:
    """checklist 40: no key and no secret in a backup, and nobody else may read it."""
    secret = cli("secret", "enable", "--json").json["key"]
    token = cli("token", "issue", "mira").out.strip()
    key = (cli.home / "master.key").read_text().strip()

    said = cli("backup", str(file)).out

    content = file.read_bytes()
    for kept_out in (secret, token, key, PASSWORD, ADMIN_PASSWORD):
        assert kept_out.encode() not in content
    assert bytes.fromhex(key) not in content
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "master key" in said


def test_the_master_key_is_in_a_backup_when_one_says_so(cli: Cli, file: Path) -> None:
    """checklist 40: by a flag alone."""
    cli("secret", "enable")
    cli("backup", str(file), "--with-master-key")
    new = Cli(cli.home.with_name("new"))

    new("restore", str(file))

    found = new.home / "master.key"
    assert found.read_bytes() == (cli.home / "master.key").read_bytes()
    assert stat.S_IMODE(found.stat().st_mode) == 0o600
    assert stat.S_IMODE(new.home.stat().st_mode) == 0o700
    assert new("secret", "list", "--json").json == cli("secret", "list", "--json").json
    assert not list(new.home.glob(".gatepass-*")), "nothing of the way there is left"


def test_without_the_master_key_nothing_is_restored(cli: Cli, file: Path) -> None:
    cli("backup", str(file))
    new = Cli(cli.home.with_name("new"))

    assert "put master.key into" in new.refused(78, "restore", str(file))
    assert not new.home.exists()

    key = (cli.home / "master.key").read_text().strip()
    new("restore", str(file), GATEPASS_MASTER_KEY=key)
    assert not (new.home / "master.key").exists()


def test_another_master_key_is_told_before_anything_is_restored(cli: Cli, file: Path) -> None:
    cli("secret", "enable")
    cli("backup", str(file))
    new = Cli(cli.home.with_name("new"))

    said = new.refused(78, "restore", str(file), GATEPASS_MASTER_KEY="ab" * 32)

    assert "another master key sealed secret" in said
    assert not new.home.exists()


def test_nothing_that_is_there_is_replaced(cli: Cli, other: Cli, file: Path) -> None:
    (other.home / "gatepass.toml").write_text('log_format = "json"\n')
    cli("backup", str(file))
    bytes_before = file.read_bytes()

    assert "is there already" in cli.refused(78, "backup", str(file))
    assert file.read_bytes() == bytes_before
    assert "gatepass.db is there already" in cli.refused(78, "restore", str(file))

    other("restore", str(file))
    assert (other.home / "gatepass.toml").read_text() == 'log_format = "json"\n'
    assert "is there already" in other.refused(78, "restore", str(file))


@pytest.mark.parametrize("where", [0.02, 0.3, 0.6, 0.9])
def test_a_changed_byte_is_found(cli: Cli, other: Cli, file: Path, where: float) -> None:
    cli("backup", str(file))
    content = bytearray(file.read_bytes())
    with tarfile.open(file) as tar:
        inside = tar.getmember(STORE)
    content[inside.offset_data + int(inside.size * where)] ^= 1
    file.write_bytes(content)

    assert "is not what was backed up" in other.refused(1, "restore", str(file))
    assert {one.name for one in other.home.iterdir()} == {"master.key"}


@pytest.mark.parametrize("size", [0, 100, 5_000, 200_000])
def test_half_a_backup_is_none(cli: Cli, other: Cli, file: Path, size: int) -> None:
    cli("backup", str(file))
    file.write_bytes(file.read_bytes()[:size])

    assert str(file) in other.refused(1, "restore", str(file))
    assert {one.name for one in other.home.iterdir()} == {"master.key"}


def test_what_a_backup_names_beside_a_homes_files_goes_nowhere(
    cli: Cli, other: Cli, file: Path, tmp_path: Path
) -> None:
    cli("backup", str(file))
    with tarfile.open(file) as tar:
        parts = {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]
    manifest = json.loads(parts["manifest.json"])
    for name in ("../planted", str(tmp_path / "planted")):
        manifest["files"][name] = manifest["files"]["gatepass.toml"]
        parts[name] = parts["gatepass.toml"]
    parts["manifest.json"] = json.dumps(manifest).encode()
    with tarfile.open(file, "w") as tar:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))

    other("restore", str(file))

    assert not (tmp_path / "planted").exists()
    assert not (other.home.parent / "planted").exists()


def repacked(file: Path, change: str) -> None:
    """Change the store inside a backup, and its digest with it, as one who knows how would."""
    folder = file.with_suffix(".parts")
    with tarfile.open(file) as tar:
        tar.extractall(folder, filter="data")
    with closing(sqlite3.connect(folder / STORE)) as store:
        store.executescript(change)
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    manifest = json.loads((folder / "manifest.json").read_text())
    content = (folder / STORE).read_bytes()
    kept = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    manifest["files"][STORE] = kept
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(file, "w") as tar:
        for name in ("manifest.json", STORE, "gatepass.toml"):
            tar.add(folder / name, name)


def test_an_audit_trail_that_was_tampered_with_is_told_and_restored_only_if_one_insists(
    cli: Cli, other: Cli, file: Path
) -> None:
    cli("backup", str(file))
    repacked(file, "UPDATE audit_events SET actor = 'nobody' WHERE number = 2")

    assert "audit trail does not verify" in other.refused(1, "restore", str(file))
    assert {one.name for one in other.home.iterdir()} == {"master.key"}

    other("restore", str(file), "--allow-broken-audit")
    found = other("audit", "search", "--act", "store.restore", "--json").json
    assert found["data"]["audit_whole"] is False


def test_a_store_of_a_later_version_is_refused(cli: Cli, other: Cli, file: Path) -> None:
    cli("backup", str(file))
    repacked(file, "UPDATE alembic_version SET version_num = '9999'")

    assert "revision 9999, later than" in other.refused(1, "restore", str(file))


def test_rows_that_belong_to_nothing_are_found(cli: Cli, other: Cli, file: Path) -> None:
    cli("backup", str(file))
    repacked(file, "DELETE FROM accounts WHERE name = 'mira'")

    assert "belongs to nothing" in other.refused(1, "restore", str(file))


def test_everything_is_ended_on_the_way_when_one_says_so(
    cli: Cli, serve: Serve, file: Path
) -> None:
    server = serve()
    cookie = server.login("mira", PASSWORD)
    token = cli("token", "issue", "mira").out.strip()
    cli("backup", str(file))
    server.stop()
    lose_the_store(cli.home)

    said = cli("restore", str(file), "--end-sessions").out

    assert "ended: 2 " in said
    again = serve()
    assert again.whose_session(cookie) == 401
    assert again.whoami(token) == 401


def test_a_server_that_was_not_stopped_accepts_nothing_it_remembers(
    cli: Cli, serve: Serve, file: Path
) -> None:
    """checklist 66: it has the old store open, and a token in memory that the new one ended."""
    server = serve()
    token = cli("token", "issue", "mira").out.strip()
    assert server.whoami(token) == 200
    cli("backup", str(file))
    for one in (STORE, f"{STORE}-wal", f"{STORE}-shm"):
        (cli.home / one).rename(cli.home / f"old-{one}")

    cli("restore", str(file), "--end-sessions")

    assert server.whoami(token) == 503
    server.stop()
    assert serve().whoami(token) == 401


def test_both_are_in_the_audit_trail(cli: Cli, other: Cli, file: Path) -> None:
    cli("backup", str(file))
    other("restore", str(file))

    found = other("audit", "search", "--act", "store", "--json").out.splitlines()
    acts = {one["act"]: one for one in map(json.loads, found)}

    assert acts["store.backup"]["data"] == {"file": "monday.backup", "master_key": False}
    assert acts["store.restore"]["actor"] == "local operator"


def test_a_store_on_a_server_is_backed_up_with_that_servers_means(cli: Cli, file: Path) -> None:
    url = {"GATEPASS_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}

    assert "pg_dump" in cli.refused(78, "backup", str(file), **url)
    assert not file.exists()


ON_SQLITE = [one for one in RELEASES if one.parent.name == "sqlite"]


@pytest.mark.parametrize("release", ON_SQLITE, ids=lambda one: one.stem)
def test_a_backup_of_an_earlier_version_is_brought_up_to_date(
    release: Path, tmp_path: Path, file: Path
) -> None:
    """checklist 66: taken before the upgrade, by this version; live sessions stay so."""
    old = Cli(tmp_path / "old")
    old.home.mkdir(mode=0o700)
    with closing(sqlite3.connect(old.home / STORE)) as store:
        store.executescript(release.read_text())
    (old.home / STORE).chmod(0o600)
    environment = {"GATEPASS_MASTER_KEY": "5e" * 32}
    new = Cli(tmp_path / "new")

    old("backup", str(file), **environment)
    said = new("restore", str(file), **environment).out

    assert f"were of revision {release.stem} and are up to date now" in said
    query = "SELECT count(*) FROM sessions WHERE revoked_at IS NULL"
    with closing(sqlite3.connect(new.home / STORE)) as store:
        assert store.execute(query).fetchone() == (1,)
    assert new("audit", "verify", **environment).code == 0
