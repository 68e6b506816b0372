"""Administrators: whom they reach, whom they do not, and what ends when they act."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gatepass.core.entitlements import effective, is_cluster_admin
from gatepass.core.errors import (
    AlreadyExists,
    CoreError,
    NotAuthenticated,
    NotPermitted,
)
from gatepass.core.privileges import ADMINISTRATION, AUTHORING
from gatepass.core.records import AccountStatus, Principal
from gatepass.core.store import Transaction
from tests.world import ADMIN, ADMIN_PASSWORD, HERE, PASSWORD, World

NEW = "Another-horse-battery-2"


async def principal(here: World, username: str, org: int = 0) -> Principal:
    """Sign in to an Org and return the caller."""
    password = ADMIN_PASSWORD if username == ADMIN else PASSWORD
    opened = await here.core.sessions.open(HERE, username=username, password=password, org=org)
    return await here.core.gate.principal(bearer=None, cookie=opened.secret)


async def credentials(here: World, username: str = "mira") -> list[dict[str, str]]:
    """Return one of each kind: session, remembered session, tokens, and what they buy."""
    cookie = await here.login(username)
    token = await here.token(username, validity_time_in_sec=3600)
    by = await here.core.gate.principal(bearer=token, cookie=None)
    return [
        {"cookie": cookie},
        {"cookie": await here.login(username, remember_me=True)},
        {"bearer": token},
        {"bearer": await here.token(username, object_id="x", validity_time_in_sec=3600)},
        {"bearer": await here.token(username, secret_key=await here.secret())},
        {"cookie": (await here.core.exchange.open_session(by, HERE)).secret},
        {"bearer": (await here.core.exchange.mint(by, HERE)).secret},
    ]


async def all_answer(here: World, held: list[dict[str, str]], status: int) -> bool:
    return {(await here.whoami(**one)).status_code for one in held} == {status}


def _set(status: AccountStatus) -> Callable[[World], Awaitable[object]]:
    return lambda here: here.core.accounts.set_status(here.by, HERE, "mira", status)


async def _expire(here: World) -> None:
    async def work(tx: Transaction) -> None:
        account = await tx.accounts.by_key("mira")
        assert account is not None
        await tx.accounts.put(replace(account, expires_at=here.clock() + timedelta(seconds=31)))

    await here.core.means.store.write(work)
    here.clock.advance(seconds=31)


CLOSING: dict[str, Callable[[World], Awaitable[object]]] = {
    **{
        status.value: _set(status) for status in AccountStatus if status is not AccountStatus.ACTIVE
    },
    "removed": lambda here: here.core.accounts.remove(here.by, HERE, "mira"),
    "term over": _expire,
    "left the Org": lambda here: here.core.memberships.leave(here.by, HERE, "mira", 0),
    "forced out": lambda here: here.core.sessions.force_out(here.by, HERE, ["mira"]),
    "password set": lambda here: here.core.accounts.set_password(here.by, HERE, "mira", NEW),
    "ended": lambda here: here.core.sessions.end_many(here.by, HERE, account="mira"),
    "Org ended": lambda here: here.core.sessions.end_many(here.by, HERE, org_id=0),
    "everyone ended": lambda here: here.core.sessions.end_many(here.by, HERE, everyone=True),
}


@pytest.mark.parametrize("change", CLOSING)
async def test_each_change_ends_each_kind_of_credential_at_once(here: World, change: str) -> None:
    """State change by credential kind, also what one bought with another (checklist 7, 8, 9)."""
    await here.account("mira")
    held = await credentials(here)
    assert await all_answer(here, held, 200)

    await CLOSING[change](here)

    assert await all_answer(here, held, 401)


@pytest.mark.parametrize("change", [AccountStatus.INACTIVE, AccountStatus.SUSPENDED])
async def test_what_a_closed_account_held_stays_ended_when_it_opens_again(
    here: World, change: AccountStatus
) -> None:
    """Reactivation revives no session and no token (checklist 7)."""
    await here.account("mira")
    held = await credentials(here)
    await here.core.accounts.set_status(here.by, HERE, "mira", change)
    await here.core.accounts.set_status(here.by, HERE, "mira", AccountStatus.ACTIVE)

    assert await all_answer(here, held, 401)


async def test_a_lock_by_guesses_does_not_lengthen_the_term_of_an_account(here: World) -> None:
    """Locked or not, past its end nothing of it counts (checklist 7)."""
    account = await here.account("mira")
    end = here.clock() + timedelta(minutes=5)

    locked = replace(
        account,
        expires_at=end,
        status=AccountStatus.LOCKED,
        locked_until=end + timedelta(hours=1),
    )

    assert locked.keeps_credentials(end - timedelta(seconds=1))
    assert not locked.keeps_credentials(end)


async def test_ending_reaches_what_is_named_and_nothing_else(here: World) -> None:
    """One session; one account; one Org; each spares the others (checklist 9)."""
    north = await here.org()
    for name in ("mira", "nora"):
        await here.account(name)
        await here.join(name, north.id)
    one, other = await principal(here, "mira"), await principal(here, "mira")
    away, nora = await principal(here, "mira", north.id), await principal(here, "nora", north.id)

    async def left() -> list[bool]:
        found = await here.core.sessions.live(here.by)
        ids = {session.id for session in found}
        return [by.credential_id in ids for by in (one, other, away, nora)]

    assert await here.core.sessions.end_one(here.by, HERE, one.credential_id) == 1
    assert await left() == [False, True, True, True]
    await here.core.sessions.end_many(here.by, HERE, org_id=north.id)
    assert await left() == [False, True, False, False]
    await here.core.sessions.end_many(here.by, HERE, account="nora")
    assert await left() == [False, True, False, False]
    await here.core.sessions.end_many(here.by, HERE, account="mira")
    assert await left() == [False] * 4


async def test_an_account_named_like_anothers_id_does_not_pass_for_it(here: World) -> None:
    """An id is tried before a name, so no name may equal an id (checklist 9)."""
    victim = await here.account("mira")
    for name in (victim.id, victim.id.upper(), f" {victim.id} "):
        with pytest.raises(AlreadyExists):
            await here.account(name)
    # Even if there were one, from before its namesake: whose sessions are meant is settled by id.
    mallory = await here.account("mallory")
    by = replace(await principal(here, "mallory"), name=victim.id, proved_at=here.clock())
    held = await credentials(here)

    for act in (
        here.core.sessions.live(by, account=victim.id),
        here.core.sessions.end_many(by, HERE, account=victim.id),
        here.core.sessions.prove(by, HERE, password=PASSWORD),
        here.core.accounts.change_password(by, HERE, current=PASSWORD, new=NEW),
    ):
        with pytest.raises(CoreError):
            await act

    assert mallory.id != victim.id
    assert await all_answer(here, held, 200)


async def test_nobody_closes_himself_or_the_systems_accounts(here: World) -> None:
    """There is always somebody left who may open the door again (checklist 7)."""
    await here.account("boss")
    await here.put_in("Administrator", "boss")
    boss = await principal(here, "boss")
    for name in ("boss", ADMIN, "system", "su"):
        for act in (
            here.core.accounts.remove(boss, HERE, name),
            here.core.accounts.set_status(boss, HERE, name, AccountStatus.INACTIVE),
            here.core.accounts.set_status(boss, HERE, name, AccountStatus.LOCKED),
        ):
            with pytest.raises(NotPermitted):
                await act
    for name in (ADMIN, "system", "su"):
        with pytest.raises(NotPermitted):
            await here.core.memberships.leave(boss, HERE, name, 0)


async def test_user_administration_hands_out_and_takes_over_no_administration(
    here: World,
) -> None:
    """Neither by groups nor by passwords, of a cluster or a system account (checklist 55)."""
    await here.account("clerk")
    await here.account("mira")
    await here.group("clerks", "USER_ADMINISTRATION", "GROUP_ADMINISTRATION")
    await here.put_in("clerks", "clerk")
    await here.account("keeper")
    await here.group("keepers", "CONTROL_TRUSTED_AUTH")
    await here.put_in("keepers", "keeper")
    clerk = await principal(here, "clerk")
    groups = here.core.groups
    for act in (
        groups.put_in(clerk, HERE, "Administrator", "mira"),
        groups.put_in(clerk, HERE, "Administrator", "clerk"),
        groups.put_in(clerk, HERE, "keepers", "clerk"),
        groups.take_out(clerk, HERE, "Administrator", ADMIN),
        groups.grant(clerk, HERE, "clerks", [ADMINISTRATION]),
        groups.grant(clerk, HERE, "clerks", ["ROLE_ADMINISTRATION"]),
        groups.grant(clerk, HERE, "Administrator", [ADMINISTRATION], withdraw=True),
        groups.create(clerk, HERE, name="mine", privileges=[ADMINISTRATION]),
        groups.create(clerk, HERE, name="mine", parents=["Administrator"]),
        here.core.accounts.set_password(clerk, HERE, ADMIN, NEW),
        here.core.accounts.set_password(clerk, HERE, "system", NEW),
        here.core.accounts.set_password(clerk, HERE, "su", NEW),
        here.core.accounts.set_password(clerk, HERE, "keeper", NEW),
        here.core.accounts.remove(clerk, HERE, "keeper"),
        here.core.trusted.look(clerk, HERE, cluster=None, org=None),
        here.core.orgs.create(clerk, HERE, name="mine"),
    ):
        with pytest.raises(NotPermitted):
            await act
    await here.core.accounts.set_password(clerk, HERE, "mira", NEW)
    await groups.put_in(clerk, HERE, "clerks", "mira")


async def test_an_administrator_unseated_meanwhile_does_nothing_more(here: World) -> None:
    """Each writing act asks again inside its transaction (checklist 7)."""
    await here.account("boss")
    await here.account("mira")
    await here.put_in("Administrator", "boss")
    stale = await principal(here, "boss")
    core = here.core
    await core.groups.take_out(here.by, HERE, "Administrator", "boss")

    def acts() -> list[Awaitable[object]]:
        return [
            core.accounts.create(stale, HERE, name="new", password=NEW),
            core.accounts.set_password(stale, HERE, "mira", NEW),
            core.accounts.set_status(stale, HERE, "mira", AccountStatus.INACTIVE),
            core.accounts.remove(stale, HERE, "mira"),
            core.admission.unlock(stale, HERE, "mira"),
            core.admission.require_second_factor(stale, HERE, "mira", required=True),
            core.orgs.create(stale, HERE, name="new"),
            core.memberships.leave(stale, HERE, "mira", 0),
            core.groups.create(stale, HERE, name="new"),
            core.groups.grant(stale, HERE, "All", [ADMINISTRATION]),
            core.groups.put_in(stale, HERE, "Administrator", "boss"),
            core.trusted.configure(stale, HERE, cluster=True),
            core.trusted.look(stale, HERE, cluster=None, org=None),
            core.trusted.secrets_of(stale, HERE, None),
            core.sessions.force_out(stale, HERE, ["mira"]),
            core.sessions.end_many(stale, HERE, everyone=True),
            core.tokens.revoke(stale, HERE, user="mira", token=None),
            core.on_behalf.issue(stale, HERE, "mira"),
        ]

    for act in acts():
        with pytest.raises(NotPermitted):
            await act
    await core.sessions.end_many(here.by, HERE, account="boss")
    for act in acts():
        with pytest.raises(NotAuthenticated):
            await act


WORDS = (AUTHORING, "DEVELOPER", ADMINISTRATION, "USER_ADMINISTRATION")


@given(
    granted=st.dictionaries(
        st.sampled_from([0, 1, 2]), st.frozensets(st.sampled_from(WORDS)), max_size=3
    ),
    org=st.sampled_from([0, 1, 2]),
)
def test_effective_privileges_are_those_of_the_org_and_the_clusters_administration(
    granted: dict[int, frozenset[str]], org: int
) -> None:
    obvious = set(granted.get(org, ()))
    if ADMINISTRATION in granted.get(0, ()):
        obvious.add(ADMINISTRATION)

    assert effective(granted, org) == obvious
    assert is_cluster_admin(granted) == (ADMINISTRATION in granted.get(0, ()))


async def test_privileges_come_through_parents_at_any_depth_and_go_with_them(
    here: World,
) -> None:
    """What the outermost group grants holds on the next call, and no longer (checklist 7)."""
    await here.account("mira")
    parent: tuple[str, ...] = ()
    for depth in range(6):
        await here.core.groups.create(here.by, HERE, name=f"depth{depth}", parents=parent)
        parent = (f"depth{depth}",)
    await here.put_in("depth5", "mira")
    token = await here.token()

    async def holds() -> bool:
        return "DEVELOPER" in (await here.whoami(bearer=token)).json()["privileges"]

    assert not await holds()
    await here.core.groups.grant(here.by, HERE, "depth0", ["DEVELOPER"])
    assert await holds()
    await here.core.groups.grant(here.by, HERE, "depth0", ["DEVELOPER"], withdraw=True)
    assert not await holds()
    await here.core.groups.grant(here.by, HERE, "depth3", ["DEVELOPER"])
    assert await holds()
    await here.core.groups.take_out(here.by, HERE, "depth5", "mira")
    assert not await holds()


async def test_a_write_that_changes_nothing_moves_no_epoch(here: World) -> None:
    await here.account("mira")
    await here.group("readers", "DEVELOPER")
    await here.put_in("readers", "mira")
    here.core.means.store.moves()
    core = here.core

    await core.groups.put_in(here.by, HERE, "readers", "mira")
    await core.groups.grant(here.by, HERE, "readers", ["DEVELOPER"])
    await core.groups.grant(here.by, HERE, "readers", ["AUTHORING"], withdraw=True)
    await core.accounts.set_status(here.by, HERE, "mira", AccountStatus.ACTIVE)
    await core.admission.unlock(here.by, HERE, "mira")
    await core.admission.require_second_factor(here.by, HERE, "mira", required=False)

    assert list(core.means.store.moves()) == []
