"""Who administers one Org: whom of it, and nothing of any other."""

from collections.abc import Awaitable, Callable

import pytest

from gatepass.core.errors import (
    CoreError,
    NotFound,
    NotPermitted,
    OrgNotUsable,
)
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import AccountStatus, Principal
from tests.world import ADMIN, ADMIN_PASSWORD, HERE, PASSWORD, World, refusal

NEW = "Another-horse-battery-2"


async def principal(here: World, username: str, org: int = 0) -> Principal:
    """Sign in to an Org and return the caller."""
    password = ADMIN_PASSWORD if username == ADMIN else PASSWORD
    opened = await here.core.sessions.open(HERE, username=username, password=password, org=org)
    return await here.core.gate.principal(bearer=None, cookie=opened.secret)


@pytest.fixture
async def tenant(here: World) -> Principal:
    """Ada administers Org north; mira works in north and south, sam in south alone."""
    north, south = (await here.org("north")).id, (await here.org("south")).id
    await here.account("ada", org=north)
    await here.put_in("Administrator", "ada", north)
    await here.account("ned", org=north)
    await here.account("mira", org=north)
    await here.join("mira", south)
    await here.account("sam", org=south)
    here.extra.update(north=north, south=south)
    return await principal(here, "ada", north)


async def test_who_administers_one_org_takes_over_nobody_beyond_it(
    here: World, tenant: Principal
) -> None:
    """Accounts of two Orgs, of another and of the system are not theirs to change (checklist 9)."""
    core = here.core
    await here.join(ADMIN, here.extra["north"])
    for name, error in (
        ("mira", NotPermitted),
        ("sam", NotFound),
        (ADMIN, NotPermitted),
        ("su", NotFound),
        ("nobody", NotFound),
    ):
        for act in (
            core.accounts.set_password(tenant, HERE, name, NEW),
            core.accounts.set_status(tenant, HERE, name, AccountStatus.INACTIVE),
            core.accounts.remove(tenant, HERE, name),
            core.admission.unlock(tenant, HERE, name),
            core.admission.require_second_factor(tenant, HERE, name, required=False),
        ):
            with pytest.raises(error):
                await act
    await core.accounts.set_password(tenant, HERE, "ned", NEW)
    await core.memberships.leave(tenant, HERE, "mira", None)


async def test_who_administers_one_org_ends_nothing_in_another(
    here: World, tenant: Principal
) -> None:
    """Of an account of two Orgs they end what it holds in theirs (checklist 9)."""
    north, south = here.extra["north"], here.extra["south"]
    acts: tuple[Callable[[Principal], Awaitable[object]], ...] = (
        lambda by: here.core.sessions.force_out(by, HERE, ["mira"]),
        lambda by: here.core.sessions.force_out(by, HERE, None),
        lambda by: here.core.sessions.end_many(by, HERE, account="mira"),
        lambda by: here.core.sessions.end_many(by, HERE, org_id=north),
        lambda by: here.core.tokens.revoke(by, HERE, user="mira", token=None),
    )
    for act in acts:
        tokens = [await here.token("mira", org_id=org) for org in (north, south)]
        await act(tenant)
        assert (await here.whoami(bearer=tokens[0])).status_code == 401
        assert (await here.whoami(bearer=tokens[1])).status_code == 200
        if not await here.core.sessions.live(here.by, account="ada"):
            tenant = await principal(here, "ada", north)


async def test_what_is_in_another_org_looks_as_if_it_were_nowhere(
    here: World, tenant: Principal
) -> None:
    """Ids, names and refusals of the neighbour are those of nothing (checklist 9)."""
    south = here.extra["south"]
    sam = await principal(here, "sam", south)
    token = await here.token("sam", org_id=south)
    group = await here.group("secret-plans", org=south)
    core = here.core
    theirs_and_nothing: list[tuple[Callable[[str], Awaitable[object]], str, str]] = [
        (lambda one: core.accounts.find(tenant, one), "sam", "nix"),
        (lambda one: core.accounts.find(tenant, one), sam.account_id, sam.account_id[:-1] + "x"),
        (lambda one: core.sessions.end_one(tenant, HERE, one), sam.credential_id, "nothing"),
        (lambda one: core.sessions.live(tenant, account=one), "sam", "nix"),
        (lambda one: core.tokens.revoke(tenant, HERE, user=one, token=None), "sam", "nix"),
        (
            lambda one: core.tokens.revoke(tenant, HERE, user=None, token=one),
            token,
            "gpf_" + "x" * 43,
        ),
        (lambda one: core.groups.put_in(tenant, HERE, one, "ned"), group.id, "nothing"),
        (lambda one: core.groups.put_in(tenant, HERE, one, "ned"), "secret-plans", "secret-plant"),
        (lambda one: core.groups.list_all(tenant, one), "south", "mouth"),
        (lambda one: core.accounts.create(tenant, HERE, name="n", org=one), str(south), "4711"),
        (lambda one: core.memberships.join(tenant, HERE, one, None), "sam", "nix"),
        (lambda one: core.sessions.live(tenant, org_id=int(one)), str(south), "4711"),
        (
            lambda one: core.trusted.configure(tenant, HERE, for_orgs=[(one, True)]),
            "south",
            "mouth",
        ),
    ]

    for act, theirs, nothing in theirs_and_nothing:
        told = []
        for name in (theirs, nothing):
            with pytest.raises(CoreError) as refused:
                await act(name)
            told.append((type(refused.value), str(refused.value).replace(name, "?")))
        assert told[0] == told[1]
    assert {one.name for one in await core.accounts.list_all(tenant)} == {"ada", "ned", "mira"}
    with pytest.raises(OrgNotUsable):
        await core.sessions.end_many(tenant, HERE, org_id=south)
    with pytest.raises(NotPermitted):
        await core.orgs.list_all(tenant)


async def test_a_cluster_administrator_works_in_every_org_without_membership(
    here: World,
) -> None:
    north = await here.org()
    by = await principal(here, ADMIN, north.id)

    assert ADMINISTRATION in by.privileges
    assert {org.name for org in await here.core.orgs.mine(by)} == {"Primary", "north"}
    await here.core.groups.take_out(here.by, HERE, "Administrator", ADMIN)
    reply = await here.post("auth/session/login", {"username": ADMIN, "password": ADMIN_PASSWORD})
    assert reply.status_code == 204
    reply = await here.post(
        "auth/session/login",
        {"username": ADMIN, "password": ADMIN_PASSWORD, "org_identifier": north.id},
    )
    assert refusal(reply) == (400, 10002)
