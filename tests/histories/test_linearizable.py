"""Two worker processes on one store: what their clients saw could have happened one by one.

Each account, and each Org's trusted secret, is an object of its own: what is linearizable for each
is so for all (Herlihy and Wing, 1990, on locality). So each history is checked by itself.
"""

import secrets
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from gatepass.app import close_core, open_core
from gatepass.core.clock import system_clock
from gatepass.core.local import operator
from tests.crash.rounds import SETTINGS
from tests.crash.victim import Victim
from tests.histories import models
from tests.histories.checker import is_linearizable
from tests.histories.recording import CLIENTS, Account, Client, Rotation, run_together
from tests.postgres import Cluster, run
from tests.workers.cluster import ADMIN_PASSWORD
from tests.world import ADMIN, HERE, PASSWORD, settings

ACCOUNTS = 20
TURNS = 8
MOST_CALLS = 10_000
"""On SQLite; on PostgreSQL, where each call asks the database, a quarter."""
LASTS = 24 * 60 * 60


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Victim]:
    more, url = {}, ""
    cluster: Cluster | None = None
    if request.param == "postgres":
        cluster = request.getfixturevalue("cluster")
        url = cluster.database()
        # What one process ends another learns within a second; with this setting, at once.
        more = {"GATEPASS_DATABASE_URL": url, "GATEPASS_CACHE_TRUST": "0s"}
    victim = Victim(tmp_path / "home", {**SETTINGS, **more})
    try:
        made = victim.command("init", GATEPASS_ADMIN_PASSWORD=ADMIN_PASSWORD)
        assert made.returncode == 0, made.stderr
        yield victim
    finally:
        victim.hang_up()
        victim.kill()
        if cluster is not None:
            cluster.drop(url)


def people(victim: Victim) -> list[Account]:
    """Make accounts that may sign in to either of two Orgs."""

    async def make() -> list[Account]:
        url = victim.settings.get("GATEPASS_DATABASE_URL", "")
        core = open_core(victim.home, settings(database_url=url))
        by = operator(system_clock())
        orgs = {name: (await core.orgs.create(by, HERE, name=name)).id for name in ("a", "b")}
        found = []
        for number in range(ACCOUNTS):
            name = f"account-{number}"
            await core.accounts.create(by, HERE, name=name, password=PASSWORD, org=orgs["a"])
            await core.memberships.join(by, HERE, name, orgs["b"])
            found.append(Account(name, orgs))
        await close_core(core)
        return found

    return run(make())


def test_what_two_workers_answer_at_once_could_have_been_answered_in_turn(served: Victim) -> None:
    """Login, use, purchase, revocation, forced logout, Org, rotation (checklist 65)."""
    seed = secrets.randbits(32)
    chance = Random(seed)  # noqa: S311 - what to try next, not a secret
    accounts = people(served)
    served.start(workers=2)
    asking = served.client()
    admin = asking.token(ADMIN, password=ADMIN_PASSWORD)
    org = accounts[0].orgs["a"]
    of_org = asking.post(
        "auth/token/full",
        username=ADMIN,
        password=ADMIN_PASSWORD,
        org_id=org,
        validity_time_in_sec=LASTS,
    ).json["token"]
    workers = [served.client() for _ in range(CLIENTS)]
    rotation = Rotation(org, {"Authorization": f"Bearer {of_org}"})

    # Each takes its turn with all clients on it at once: few objects make many clashes.
    calls = MOST_CALLS if not served.settings.get("GATEPASS_DATABASE_URL") else MOST_CALLS // 4
    # A turn may find nothing to act on.
    each = calls * 3 // 2 // (ACCOUNTS * CLIENTS)
    for one in accounts:
        asking.post("auth/session/login", username=one.name, password=PASSWORD, org_identifier="a")
        clients = [Client(one, worker, Random(chance.random()), admin) for worker in workers]  # noqa: S311
        run_together([partial(client.act, each) for client in clients])
    run_together(
        [
            partial(rotation.rotate, workers[0], TURNS),
            *(partial(rotation.mint, one, Random(seed)) for one in workers[1:]),  # noqa: S311
        ]
    )

    acts = Counter(call.act for one in accounts for call in one.history)
    assert acts.total() >= calls
    assert set(acts) == {"login", "buy", "use", "end", "force out"}
    for one in accounts:
        model = models.account(one.bought, "a")
        assert is_linearizable(one.history, model), f"seed {seed}: {one.name}"
    assert is_linearizable(rotation.history, models.secret()), f"seed {seed}: the secret"
