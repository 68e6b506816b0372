"""What one process ends or changes, every worker knows on its next call.

Each test lets both workers verify a credential first, so that both remember it, then changes
something elsewhere and asks both again at once.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import pytest

from gatepass.core.group_changes import GroupChange
from gatepass.core.records import AccountStatus
from gatepass.core.security import ClusterChange
from gatepass.dialects.v1 import PREFIX as V1
from tests.workers.cluster import ADMIN_PASSWORD, Operator, Worker
from tests.world import HERE, OWN, PASSWORD, V2, headers

NEW_PASSWORD = "Copper-Inside-19-Walls"
V2_TOKEN = f"{V2}/auth/session/token"
Credential = Mapping[str, str]


def statuses(workers: Sequence[Worker], credential: Credential) -> list[int]:
    return [worker.whoami(credential).status for worker in workers]


def remembered(workers: Sequence[Worker], *credentials: Credential) -> None:
    """Have every worker verify each credential, and then use what it remembers."""
    for credential in credentials:
        for _ in range(2):
            assert statuses(workers, credential) == [200, 200]


def privileges(workers: Sequence[Worker], credential: Credential) -> list[list[str]]:
    return [sorted(worker.whoami(credential).json["privileges"]) for worker in workers]


async def session(worker: Worker, _: Operator, name: str) -> Credential:
    return worker.login(name)


async def token_by_password(worker: Worker, _: Operator, name: str) -> Credential:
    return worker.token(name)


async def token_by_secret(worker: Worker, lead: Operator, name: str) -> Credential:
    return worker.token(name, secret_key=await lead.secret())


async def object_token(worker: Worker, lead: Operator, name: str) -> Credential:
    return worker.token(name, "object", object_id="lb-1", secret_key=await lead.secret())


async def token_of_a_session(worker: Worker, _: Operator, name: str) -> Credential:
    reply = worker.ask("GET", V2_TOKEN, credential=worker.login(name))
    assert reply.status == 200, reply.body
    return headers(bearer=reply.json["token"])


async def session_of_a_token(worker: Worker, _: Operator, name: str) -> Credential:
    reply = worker.post("auth/session/login", worker.token(name))
    assert reply.status == 204, reply.body
    return headers(cookie=reply.cookie)


KINDS = [
    session,
    token_by_password,
    token_by_secret,
    object_token,
    token_of_a_session,
    session_of_a_token,
]
Kind = Callable[[Worker, Operator, str], Awaitable[Credential]]
CLOSED = [status for status in AccountStatus if status is not AccountStatus.ACTIVE]


@pytest.fixture(params=KINDS, ids=lambda kind: str(kind.__name__))
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


async def test_two_workers_answer(workers: list[Worker]) -> None:
    assert workers[0].pid != workers[1].pid


@pytest.mark.parametrize("where", [0, 1])
async def test_a_session_logged_out_of_is_over_on_every_worker(
    workers: list[Worker], lead: Operator, where: int
) -> None:
    """Replay after logout gets 401, whichever worker it meets (checklist 4)."""
    cookie = workers[1 - where].login(await lead.person())
    remembered(workers, cookie)

    assert workers[where].post("auth/session/logout", cookie).status == 204

    assert statuses(workers, cookie) == [401, 401]


async def test_a_session_logged_out_of_takes_along_the_token_bought_with_it(
    workers: list[Worker], lead: Operator
) -> None:
    """Logout ends what hangs on the session, everywhere (checklist 4)."""
    cookie = workers[0].login(await lead.person())
    bought = headers(bearer=workers[0].ask("GET", V2_TOKEN, credential=cookie).json["token"])
    remembered(workers, cookie, bought)

    assert workers[1].post("auth/session/logout", cookie).status == 204

    assert statuses(workers, bought) == [401, 401]


@pytest.mark.parametrize("where", [0, 1])
async def test_a_session_that_changes_its_org_is_there_for_every_worker(
    workers: list[Worker], lead: Operator, where: int
) -> None:
    """The cookie stays what it was; the next call, whichever worker it meets, is in the Org."""
    org = await lead.org()
    name = await lead.person()
    await lead.core.memberships.join(lead.by, HERE, name, org.id)
    cookie = workers[1 - where].login(name)
    remembered(workers, cookie)

    form = {"orgid": org.id}
    reply = workers[where].ask("PUT", f"{V1}/session/orgs", credential=cookie, form=form)

    assert reply.status == 204, reply.body
    for worker in workers:
        assert worker.whoami(cookie).json["current_org"]["id"] == org.id
        info = worker.ask("GET", f"{V1}/session/info", credential=cookie).json
        assert info["currentOrgId"] == org.id


@pytest.mark.parametrize("where", [0, 1])
async def test_a_revoked_token_is_refused_on_the_next_call_by_every_worker(
    workers: list[Worker], lead: Operator, where: int
) -> None:
    """Revocation holds on the next call on every worker (checklist 32)."""
    name = await lead.person()
    token, other = workers[1 - where].token(name), workers[where].token(name)
    remembered(workers, token, other)

    text = token["Authorization"].removeprefix("Bearer ")
    assert workers[where].post("auth/token/revoke", other, token=text).status == 204

    assert statuses(workers, token) == [401, 401]
    assert statuses(workers, other) == [200, 200]


async def test_an_administrator_ends_all_of_one_account_for_every_worker(
    workers: list[Worker], lead: Operator
) -> None:
    """End all of one user; nobody else notices (checklist 9)."""
    name, bystander = await lead.person(), workers[0].token(await lead.person())
    held = [workers[0].login(name), workers[1].token(name)]
    remembered(workers, *held, bystander)
    admin = workers[0].login("tsadmin", ADMIN_PASSWORD)

    reply = workers[0].ask("DELETE", f"{OWN}/sessions?account={name}", credential=admin)

    assert (reply.status, reply.json) == (200, {"ended": 2})
    assert [statuses(workers, one) for one in held] == [[401, 401]] * 2
    assert statuses(workers, bystander) == [200, 200]


@pytest.mark.parametrize("status", CLOSED, ids=lambda status: str(status.value))
async def test_a_closed_account_is_out_on_every_worker_whatever_it_holds(
    workers: list[Worker], lead: Operator, kind: Kind, status: AccountStatus
) -> None:
    """Disable a user: every kind of credential is dead at once (checklist 7)."""
    name = await lead.person()
    credential = await kind(workers[0], lead, name)
    remembered(workers, credential)

    await lead.core.accounts.set_status(lead.by, HERE, name, status)

    assert statuses(workers, credential) == [401, 401]
    await lead.core.accounts.set_status(lead.by, HERE, name, AccountStatus.ACTIVE)
    assert statuses(workers, credential) == [401, 401]


async def test_a_deleted_account_is_out_on_every_worker_whatever_it_holds(
    workers: list[Worker], lead: Operator, kind: Kind
) -> None:
    """Delete a user: every kind of credential is dead at once (checklist 7)."""
    name = await lead.person()
    credential = await kind(workers[0], lead, name)
    remembered(workers, credential)

    await lead.core.accounts.remove(lead.by, HERE, name)

    assert statuses(workers, credential) == [401, 401]


async def test_a_new_password_ends_whatever_is_held_on_every_worker(
    workers: list[Worker], lead: Operator, kind: Kind
) -> None:
    """A password change ends all sessions and tokens (checklist 8)."""
    name = await lead.person()
    credential = await kind(workers[0], lead, name)
    remembered(workers, credential)

    await lead.core.accounts.set_password(lead.by, HERE, name, NEW_PASSWORD)

    assert statuses(workers, credential) == [401, 401]


async def test_the_old_password_is_of_no_use_to_any_worker(
    workers: list[Worker], lead: Operator
) -> None:
    """What a worker remembers of a password goes with it (checklist 8)."""
    name = await lead.person()
    for worker in workers:
        worker.token(name)
        worker.token(name)

    await lead.core.accounts.set_password(lead.by, HERE, name, NEW_PASSWORD)

    for worker in workers:
        old = worker.post("auth/token/full", username=name, password=PASSWORD)
        assert old.status == 401
        assert statuses(workers, worker.token(name, password=NEW_PASSWORD)) == [200, 200]


async def test_what_a_group_grants_and_no_longer_grants_is_known_to_every_worker(
    workers: list[Worker], lead: Operator
) -> None:
    """A change of privileges holds on the next call on every worker (checklist 32)."""
    name, group = await lead.person(), await lead.group()
    await lead.core.groups.put_in(lead.by, HERE, group, name)
    token = workers[0].token(name)
    remembered(workers, token)
    before = privileges(workers, token)[0]
    wider = sorted([*before, "DATADOWNLOADING"])

    await lead.core.groups.grant(lead.by, HERE, group, ["DATADOWNLOADING"])
    assert privileges(workers, token) == [wider, wider]

    await lead.core.groups.grant(lead.by, HERE, group, ["DATADOWNLOADING"], withdraw=True)
    assert privileges(workers, token) == [before, before]


async def test_what_a_role_carries_and_who_has_it_is_known_to_every_worker(
    workers: list[Worker], lead: Operator
) -> None:
    """A change of a role holds on the next call on every worker (checklist 32)."""
    name, group = await lead.person(), await lead.group()
    await lead.core.groups.put_in(lead.by, HERE, group, name)
    roles = lead.core.roles
    made = await roles.create(lead.by, HERE, name=f"r {name}", privileges=["DATADOWNLOADING"])
    token = workers[0].token(name)
    remembered(workers, token)
    before = privileges(workers, token)[0]

    def wider(*words: str) -> list[list[str]]:
        return [sorted([*before, *words])] * 2

    change = GroupChange(roles=[made.role.id])
    await lead.core.group_changes.update(lead.by, HERE, group, change)
    assert privileges(workers, token) == wider("DATADOWNLOADING")

    await roles.update(
        lead.by, HERE, made.role.id, name=made.role.name, privileges=["DEVELOPER", "BYPASSRLS"]
    )
    assert privileges(workers, token) == wider("DEVELOPER", "BYPASSRLS")

    await roles.remove(lead.by, HERE, made.role.id)
    assert privileges(workers, token) == wider()


async def test_who_is_put_in_or_taken_out_of_a_group_is_known_to_every_worker(
    workers: list[Worker], lead: Operator
) -> None:
    """A change of groups holds on the next call on every worker (checklist 32)."""
    name, group = await lead.person(), await lead.group("DATADOWNLOADING")
    token = workers[1].token(name)
    remembered(workers, token)
    before = privileges(workers, token)[0]
    wider = sorted([*before, "DATADOWNLOADING"])

    await lead.core.groups.put_in(lead.by, HERE, group, name)
    assert privileges(workers, token) == [wider, wider]

    await lead.core.groups.take_out(lead.by, HERE, group, name)
    assert privileges(workers, token) == [before, before]


async def test_a_lost_privilege_lets_nobody_act_on_any_worker(
    workers: list[Worker], lead: Operator
) -> None:
    name, group = await lead.person(), await lead.group("USER_ADMINISTRATION")
    await lead.core.groups.put_in(lead.by, HERE, group, name)
    token = workers[0].token(name)
    path = f"{OWN}/sessions?account=tsadmin"
    assert [one.ask("GET", path, credential=token).status for one in workers] == [200, 200]

    await lead.core.groups.take_out(lead.by, HERE, group, name)

    assert [one.ask("GET", path, credential=token).status for one in workers] == [403, 403]


async def test_the_end_of_a_membership_ends_what_is_held_in_that_org_on_every_worker(
    workers: list[Worker], lead: Operator
) -> None:
    """Tokens of an Org end with the membership; those of another Org stay (checklist 32)."""
    north = await lead.org()
    name, key = await lead.person(), await lead.secret(north)
    await lead.core.memberships.join(lead.by, HERE, name, north.id)
    in_north = workers[0].token(name, secret_key=key, org_id=north.id)
    in_primary = workers[1].token(name)
    remembered(workers, in_north, in_primary)

    await lead.core.memberships.leave(lead.by, HERE, name, north.id)

    assert statuses(workers, in_north) == [401, 401]
    assert statuses(workers, in_primary) == [200, 200]


async def test_the_end_of_everything_in_an_org_reaches_every_worker(
    workers: list[Worker], lead: Operator
) -> None:
    """End all of an Org, and of no other (checklist 9)."""
    north, south = await lead.org(), await lead.org()
    tokens = [workers[0].token(await lead.person(org=org)) for org in (north, south)]
    remembered(workers, *tokens)

    assert await lead.core.sessions.end_many(lead.by, HERE, org_id=north.id) == 1

    assert [statuses(workers, token) for token in tokens] == [[401, 401], [200, 200]]


async def test_a_switched_off_secret_buys_nothing_from_any_worker(
    workers: list[Worker], lead: Operator
) -> None:
    north = await lead.org()
    name, key = await lead.person(org=north), await lead.secret(north)
    for worker in workers:
        worker.token(name, secret_key=key, org_id=north.id)

    await lead.core.trusted.configure(lead.by, HERE, for_orgs=[(north.id, False)])

    for worker in workers:
        reply = worker.post("auth/token/full", username=name, secret_key=key, org_id=north.id)
        assert reply.status in {401, 403}


async def test_an_origin_that_is_listed_or_no_longer_listed_is_known_to_every_worker(
    workers: list[Worker], lead: Operator
) -> None:
    """Security settings hold on the next call on every worker (checklist 19)."""
    token = workers[0].token(await lead.person())
    origin = "https://app.example.net"

    def readable() -> list[bool]:
        sent = {**token, "Origin": origin}
        replies = [
            worker.ask("GET", f"{V2}/auth/session/user", credential=sent) for worker in workers
        ]
        return ["access-control-allow-origin" in reply.headers for reply in replies]

    assert readable() == [False, False]
    await lead.core.security.configure(lead.by, HERE, cluster=ClusterChange(cors=[origin]))
    assert readable() == [True, True]
    await lead.core.security.configure(lead.by, HERE, cluster=ClusterChange(cors=[]))
    assert readable() == [False, False]
