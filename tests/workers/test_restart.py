"""What is acknowledged outlives the processes; and what two workers do at once is done once."""

import secrets
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from gatepass.app import close_core, open_core
from gatepass.core.clock import system_clock
from gatepass.storage import home as homes
from tests.workers.cluster import Answer, Cluster, Operator, Worker, founded
from tests.world import HeldClock, headers, settings


@pytest.fixture(scope="module")
def own_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server that a test may stop and start again."""
    one = founded(tmp_path_factory.mktemp("restart") / "home")
    one.start()
    yield one
    one.stop()


async def test_revocations_and_live_credentials_survive_a_restart(own_cluster: Cluster) -> None:
    """A revoked token stays dead, and no other dies, when every process is new (checklist 32)."""
    core = open_core(own_cluster.home, settings(workers=2))
    lead = Operator(core)
    name = await lead.person()
    first = own_cluster.workers()
    token, cookie = first[0].token(name), first[1].login(name)
    revoked, left = first[0].token(name), first[1].login(name)
    text = revoked["Authorization"].removeprefix("Bearer ")
    assert first[1].post("auth/token/revoke", token, token=text).status == 204
    assert first[0].post("auth/session/logout", left).status == 204
    await close_core(core)

    own_cluster.stop()
    own_cluster.start()

    second = own_cluster.workers()
    assert not {one.pid for one in first} & {one.pid for one in second}
    for worker in second:
        found = [worker.whoami(one).status for one in (token, cookie, revoked, left)]
        assert found == [200, 200, 401, 401]


@pytest.fixture(autouse=True)
def hang_up(own_cluster: Cluster) -> Iterator[None]:
    yield
    own_cluster.hang_up()


def rows(cluster: Cluster, text: str) -> int:
    """Count the tokens of an account."""
    with closing(sqlite3.connect(homes.database(cluster.home))) as connection:
        query = (
            "SELECT count(*) FROM tokens JOIN accounts ON accounts.id = account_id WHERE name = ?"
        )
        return int(connection.execute(query, [text]).fetchone()[0])


async def test_what_ended_is_pruned_and_what_lives_is_not(own_cluster: Cluster) -> None:
    """Expired and revoked entries are pruned (checklist 32)."""
    clock = HeldClock(system_clock())
    core = open_core(own_cluster.home, settings(workers=2), clock)
    name = await Operator(core).person()
    workers = own_cluster.workers()
    month = 60 * 60 * 24 * 30
    lasting, revoked = (workers[0].token(name, validity_time_in_sec=month) for _ in range(2))
    workers[1].token(name, validity_time_in_sec=60)
    text = revoked["Authorization"].removeprefix("Bearer ")
    assert workers[1].post("auth/token/revoke", lasting, token=text).status == 204
    assert rows(own_cluster, name) == 3

    clock.advance(days=8)
    await core.prune()

    assert rows(own_cluster, name) == 1
    for worker in workers:
        assert [worker.whoami(one).status for one in (lasting, revoked)] == [200, 401]
    await close_core(core)


async def test_fifty_first_sign_ins_of_one_name_over_both_workers_make_one_account(
    own_cluster: Cluster,
) -> None:
    """Parallel just-in-time logins of a new name: one account, fifty tokens (checklist 54)."""
    core = open_core(own_cluster.home, settings(workers=2))
    lead = Operator(core)
    key, name = await lead.secret(), f"new-{secrets.token_hex(4)}"
    group = f"group-{secrets.token_hex(4)}"
    pairs = [own_cluster.workers() for _ in range(25)]
    workers = [worker for pair in pairs for worker in pair]

    def sign_in(worker: Worker) -> Answer:
        return worker.post(
            "auth/token/full",
            username=name,
            secret_key=key,
            auto_create=True,
            email=f"{name}@example.com",
            display_name="New Here",
            group_identifiers=[group],
        )

    with ThreadPoolExecutor(len(workers)) as pool:
        answers = list(pool.map(sign_in, workers))

    assert [answer.status for answer in answers] == [200] * 50
    tokens = [headers(bearer=answer.json["token"]) for answer in answers]
    people = [worker.whoami(token).json for worker, token in zip(workers, tokens, strict=True)]
    assert len({person["id"] for person in people}) == 1
    named = [one for one in await core.accounts.list_all(lead.by) if one.name == name]
    assert len(named) == 1
    groups = [one for one, _ in await core.groups.list_all(lead.by) if one.name == group]
    assert len(groups) == 1
    await close_core(core)
