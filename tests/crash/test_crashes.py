"""What was acknowledged survives SIGKILL, of the server and of the database under it."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from gatepass.storage import home as homes
from tests.crash.ledger import Fate
from tests.crash.rounds import Trial, crash
from tests.postgres import Cluster

ROUNDS = 5


def test_on_sqlite_nothing_acknowledged_is_lost_and_nothing_revoked_revives(tmp_path: Path) -> None:
    """Killed at random moments under load, with one worker and with two (checklist 63)."""
    trial = crash(tmp_path / "home", ROUNDS, secrets.randbits(32))

    assert trial.looked > ROUNDS
    assert trial.acknowledged.total() > ROUNDS


@pytest.mark.needs("postgres")
def test_on_postgres_neither_when_node_or_database_or_both_are_killed(tmp_path: Path) -> None:
    """The database is stopped as by a power cut, without a checkpoint (checklist 63)."""
    # Its own server: who shares one is not disturbed.
    cluster = Cluster()
    try:
        trial = crash(tmp_path / "home", ROUNDS, secrets.randbits(32), cluster)
    finally:
        cluster.remove()

    assert trial.looked > ROUNDS
    assert trial.acknowledged.total() > ROUNDS


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """A server that remembers nobody, with a bit of everything of one client."""
    one = Trial(tmp_path_factory.mktemp("crash") / "home", Random(1))  # noqa: S311
    one.victim.settings["GATEPASS_CACHE_TRUST"] = "0s"
    try:
        one.found()
        client = one.clients[0]
        client.worker = one.victim.client()
        client.rotate()
        for _ in range(6):
            client.buy()
        client.revoke()
        client.rotate()
        client.provision()
        yield one
    finally:
        one.victim.hang_up()
        one.victim.kill()


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE tokens SET revoked_at = 1 WHERE revoked_at IS NULL AND secret_id IS NOT NULL",
        "UPDATE tokens SET revoked_at = NULL",
        "UPDATE secrets SET revoked_at = NULL",
        "UPDATE secrets SET revoked_at = 1",
        "UPDATE accounts SET name = 'x', name_key = 'x' WHERE name LIKE 'new-%'",
        "DELETE FROM group_members",
        "DELETE FROM tokens WHERE revoked_at IS NULL AND secret_id IS NOT NULL",
    ],
)
def test_the_harness_notices_what_is_lost_or_revived(trial: Trial, harm: str) -> None:
    """Harm done by hand to the store: the comparison must fail."""
    ledger = trial.clients[0].ledger
    before = list(ledger.credentials), list(ledger.keys), list(ledger.created)
    assert {one.fate for one in ledger.credentials} == {Fate.LIVE, Fate.DEAD}
    path = homes.database(trial.home)
    with closing(sqlite3.connect(path)) as connection, closing(sqlite3.connect(":memory:")) as kept:
        connection.backup(kept)
        assert connection.execute(harm).rowcount > 0
        connection.commit()
        with pytest.raises(AssertionError):
            trial.check()
        kept.backup(connection)
    ledger.credentials, ledger.keys, ledger.created = before
