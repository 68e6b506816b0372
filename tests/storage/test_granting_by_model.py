"""What accounts may do, on random webs of groups and roles, beside a slow and obvious model."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatepass.core.records import Account, Group, Org
from gatepass.core.role_words import Role
from gatepass.core.searches import AccountFilter, Page
from gatepass.core.store import Store, Transaction
from tests.storage.rows import (
    NOON,
    new_account,
    new_digest,
    new_group,
    new_id,
    new_org,
    new_session,
    put,
)

WORDS = ("USER_ADMINISTRATION", "DEVELOPER", "ADMINISTRATION", "DATADOWNLOADING")


@dataclass
class Model:
    """Who is in what, said as plainly as can be."""

    orgs: list[Org] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    members: set[tuple[str, str]] = field(default_factory=set)
    """Account and group."""
    links: set[tuple[str, str]] = field(default_factory=set)
    """Inner and outer group."""
    grants: set[tuple[str, str]] = field(default_factory=set)
    """Group and word."""
    carried: set[tuple[str, str]] = field(default_factory=set)
    """Role and word."""
    given: set[tuple[str, str]] = field(default_factory=set)
    """Group and role."""

    def around(self, group_id: str) -> set[str]:
        """Return the group and all that it is in."""
        found = {group_id}
        for _ in self.groups:
            found |= {outer for inner, outer in self.links if inner in found}
        return found

    def granted(self, group_id: str) -> frozenset[str]:
        reached = self.around(group_id)
        roles = {role for group, role in self.given if group in reached}
        own = {word for group, word in self.grants if group in reached}
        return frozenset(own | {word for role, word in self.carried if role in roles})

    def privileges(self, account_id: str) -> dict[int, frozenset[str]]:
        org_of = {group.id: group.org_id for group in self.groups}
        found: dict[int, frozenset[str]] = {}
        for account, group in self.members:
            if account == account_id and (words := self.granted(group)):
                found[org_of[group]] = found.get(org_of[group], frozenset()) | words
        return found

    def has_role(self, account_id: str, role_id: str) -> bool:
        return any(
            (outer, role_id) in self.given
            for account, group in self.members
            if account == account_id
            for outer in self.around(group)
        )


def new_role(org: Org) -> Role:
    found = new_id()
    return Role(
        id=found,
        org_id=org.id,
        name=f"Role-{found[:8]}",
        description="",
        read_only=False,
        author_id=new_id(),
        modifier_id=new_id(),
        created_at=NOON,
        modified_at=NOON,
    )


def web(seed: int, *orgs: Org) -> Model:
    """Make groups, nested without circles, roles, and accounts in any, in these Orgs or two new."""
    chance = Random(seed)  # noqa: S311 - a web, not a secret
    made = Model(orgs=list(orgs) or [new_org(), new_org()])
    made.accounts = [new_account() for _ in range(3)]
    for org in made.orgs:
        groups = [new_group(org) for _ in range(chance.randint(1, 5))]
        roles = [new_role(org) for _ in range(chance.randint(0, 3))]
        made.groups += groups
        made.roles += roles
        for place, inner in enumerate(groups):
            made.links |= {
                (inner.id, outer.id) for outer in groups[place + 1 :] if chance.random() < 1 / 3
            }
            made.members |= {(one.id, inner.id) for one in made.accounts if chance.random() < 1 / 3}
            made.grants |= {(inner.id, word) for word in WORDS if chance.random() < 1 / 6}
            made.given |= {(inner.id, role.id) for role in roles if chance.random() < 1 / 3}
        made.carried |= {(role.id, word) for role in roles for word in WORDS[:2]}
    return made


async def write(tx: Transaction, made: Model) -> None:
    unknown = [org for org in made.orgs if await tx.orgs.by_id(org.id) is None]
    await put(tx, *unknown, *made.accounts, *made.groups)
    groups = {group.id: group for group in made.groups}
    roles = {role.id: role for role in made.roles}
    for account in made.accounts:
        for org in made.orgs:
            await tx.orgs.join(account.id, org.id, NOON)
    for role in made.roles:
        await tx.roles.add(role, key=role.name.lower(), skeleton=role.name.lower())
        await tx.roles.carry(role, [word for one, word in made.carried if one == role.id])
    for account_id, group_id in made.members:
        await tx.groups.put_in(groups[group_id], account_id)
    for inner, outer in made.links:
        await tx.groups.nest(groups[outer], groups[inner])
    for group_id, word in made.grants:
        await tx.groups.grant(groups[group_id], [word])
    for group_id, role_id in made.given:
        await tx.roles.give(groups[group_id], roles[role_id].id)


async def check(store: Store, made: Model) -> None:
    """Ask from every end at which the store is asked."""
    ids = [account.id for account in made.accounts]
    expected = {one: made.privileges(one) for one in ids}

    async def read(tx: Transaction) -> None:
        assert {one: await tx.groups.privileges(one) for one in ids} == expected
        many = await tx.directory.privileges_of(ids)
        assert {one: many.get(one, {}) for one in ids} == expected
        for group in made.groups:
            assert await tx.groups.granted(group.org_id, [group.id]) == made.granted(group.id)
        for org in made.orgs:
            for word in WORDS:
                holders = [one for one in ids if word in expected[one].get(org.id, ())]
                assert await tx.groups.holders(org.id, word) == sorted(holders)
                found = await tx.directory.accounts(
                    AccountFilter(now=NOON, orgs=[org.id], privileges=[word]), Page(size=None)
                )
                assert {one.id for one in found} == set(holders)
        for role in made.roles:
            found = await tx.directory.accounts(
                AccountFilter(now=NOON, orgs=[role.org_id], roles=[role.id]), Page(size=None)
            )
            assert {one.id for one in found} == {one for one in ids if made.has_role(one, role.id)}

    await store.scan(read)
    digest, account = new_digest(), made.accounts[0]
    await store.write(lambda tx: put(tx, new_session(account, made.orgs[0]), digest=digest))
    presented = await store.read(lambda tx: tx.presented(digest, session=True))
    assert presented is not None
    assert presented.granted == expected[account.id]


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as one:
        yield one


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.integers(0, 2**32).map(web))
def test_own_groups_parents_and_their_roles_are_all_that_is_granted(
    store: Store, runner: asyncio.Runner, made: Model
) -> None:
    """The gate, the acts and the searches read one answer, the model's."""

    async def story() -> None:
        await store.write(lambda tx: write(tx, made))
        await check(store, made)
        if made.roles:
            gone = made.roles.pop()
            made.given = {one for one in made.given if one[1] != gone.id}
            await store.write(lambda tx: tx.roles.remove(gone))
            await check(store, made)

    runner.run(story())
