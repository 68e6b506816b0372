"""What accounts and groups may do with objects, beside a slow and obvious model.

The rule stands in two places that must say the same: the function that decides on one object, and
the condition by which a search leaves out what may not be read.
"""

from dataclasses import dataclass, field
from random import Random
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatepass.core import parties
from gatepass.core.headers import STORED, Header, HeaderFilter, Kind, Term
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import Account, Group, Org
from gatepass.core.searches import Page
from gatepass.core.shares import NOTHING_SHARED, Party, PartyKind, ShareMode, Shares, permission
from gatepass.core.store import Store, Transaction
from tests.storage.rows import NOON, new_account, new_group, new_org, put

EVERYTHING = Page(size=None)
ANY_OBJECT = [Term(type=kind) for kind in sorted(STORED)]
STRONGER = {ShareMode.NO_ACCESS: 0, ShareMode.READ_ONLY: 1, ShareMode.MODIFY: 2}


def new_header(org: Org, owner: str, object_id: str | None = None) -> Header:
    return Header(
        org_id=org.id,
        id=object_id or str(uuid4()),
        type=Kind.LIVEBOARD,
        name="Sales",
        owner_id=owner,
        author_id=owner,
        modifier_id=owner,
        created_at=NOON,
        modified_at=NOON,
    )


@dataclass
class Model:
    """Who is in what and what is granted to whom, said as plainly as can be."""

    orgs: list[Org] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    objects: list[Header] = field(default_factory=list)
    members: set[tuple[str, str]] = field(default_factory=set)
    """Account and group."""
    links: set[tuple[str, str]] = field(default_factory=set)
    """Inner and outer group."""
    administering: set[str] = field(default_factory=set)
    """Groups."""
    grants: dict[tuple[int, str, str], ShareMode] = field(default_factory=dict)
    """By Org and id of the object, and account or group."""

    def around(self, group_id: str) -> set[str]:
        found = {group_id}
        for _ in self.groups:
            found |= {outer for inner, outer in self.links if inner in found}
        return found

    def stands_in(self, party_id: str, org_id: int) -> set[str]:
        """Return the groups of one Org that count for an account or a group."""
        first = {group for account, group in self.members if account == party_id}
        first |= {group.id for group in self.groups if group.id == party_id}
        reached = {outer for group in first for outer in self.around(group)}
        return {group.id for group in self.groups if group.org_id == org_id} & reached

    def may(self, party_id: str, header: Header) -> ShareMode:
        groups = self.stands_in(party_id, header.org_id)
        if header.owner_id == party_id or groups & self.administering:
            return ShareMode.MODIFY
        best = ShareMode.NO_ACCESS
        for holder in {party_id, *groups}:
            mode = self.grants.get((header.org_id, header.id, holder), ShareMode.NO_ACCESS)
            if STRONGER[mode] > STRONGER[best]:
                best = mode
        return best


def web(seed: int) -> Model:
    """Make two Orgs with nested groups, accounts in any of them, and objects of the same ids."""
    chance = Random(seed)  # noqa: S311 - a web, not a secret
    made = Model(orgs=[new_org(), new_org()])
    made.accounts = [new_account() for _ in range(3)]
    ids = [str(uuid4()) for _ in range(4)]
    for org in made.orgs:
        groups = [new_group(org) for _ in range(chance.randint(1, 5))]
        made.groups += groups
        for place, inner in enumerate(groups):
            made.links |= {
                (inner.id, outer.id) for outer in groups[place + 1 :] if chance.random() < 1 / 3
            }
            made.members |= {(one.id, inner.id) for one in made.accounts if chance.random() < 1 / 3}
        made.administering |= {group.id for group in groups if chance.random() < 1 / 8}
        for object_id in ids:
            header = new_header(org, chance.choice(made.accounts).id, object_id)
            made.objects.append(header)
            for holder in [*(one.id for one in made.accounts), *(one.id for one in groups)]:
                if chance.random() < 1 / 4:
                    mode = chance.choice([ShareMode.READ_ONLY, ShareMode.MODIFY])
                    made.grants[org.id, object_id, holder] = mode
    return made


async def write(tx: Transaction, made: Model) -> None:
    await put(tx, *made.orgs, *made.accounts, *made.groups)
    groups = {group.id: group for group in made.groups}
    for account, group in made.members:
        await tx.groups.put_in(groups[group], account)
    for inner, outer in made.links:
        await tx.groups.nest(groups[outer], groups[inner])
    for group in made.administering:
        await tx.groups.grant(groups[group], [ADMINISTRATION])
    await tx.objects.add(made.objects)
    for header in made.objects:
        for (org_id, object_id, holder), mode in made.grants.items():
            if (org_id, object_id) == (header.org_id, header.id):
                kind = PartyKind.GROUP if holder in groups else PartyKind.ACCOUNT
                await tx.objects.share(header, kind, holder, mode)


async def the_parties(tx: Transaction, made: Model, org: Org) -> list[Party]:
    accounts = await parties.of_accounts(tx, org.id, [one.id for one in made.accounts])
    own = [group.id for group in made.groups if group.org_id == org.id]
    return [*accounts.values(), *(await parties.of_groups(tx, org.id, own)).values()]


async def compare(tx: Transaction, made: Model) -> None:
    for org in made.orgs:
        headers = [one for one in made.objects if one.org_id == org.id]
        shares = await tx.objects.shares_of(org.id, [one.id for one in headers])
        for party in await the_parties(tx, made, org):
            expected = {one.id: made.may(party.id, one) for one in headers}
            decided = {
                one.id: permission(party, one.owner_id, shares.get(one.id, NOTHING_SHARED))
                for one in headers
            }
            assert decided == expected

            async def found(org_id: int = org.id, **what: object) -> set[str]:
                sought = HeaderFilter(org_id=org_id, terms=ANY_OBJECT, **what)  # type: ignore[arg-type]
                return {one.id for one in await tx.objects.search(sought, EVERYTHING)}

            read = {one for one, mode in expected.items() if mode is not ShareMode.NO_ACCESS}
            assert await found(readers=[party]) == read
            for mode in ShareMode:
                exactly = {one for one, its in expected.items() if its is mode}
                assert await found(permitted=[(party, mode)]) == exactly


async def test_the_function_and_the_search_say_what_the_model_says(store: Store) -> None:
    for seed in range(25):
        made = web(seed)

        async def work(tx: Transaction, made: Model = made) -> None:
            await write(tx, made)

        await store.write(work)
        await store.read(lambda tx, made=made: compare(tx, made))  # type: ignore[misc]


async def test_deleting_takes_grants_along_and_nothing_else(store: Store) -> None:
    org, other = new_org(), new_org()
    mira, ben = new_account(), new_account()
    crew = new_group(org)
    here, there = new_header(org, mira.id), new_header(other, mira.id)
    same = new_header(other, mira.id, here.id)

    async def fill(tx: Transaction) -> None:
        await put(tx, org, other, mira, ben, crew)
        await tx.objects.add([here, there, same])
        for header in (here, same):
            await tx.objects.share(header, PartyKind.ACCOUNT, ben.id, ShareMode.READ_ONLY)
        await tx.objects.share(here, PartyKind.GROUP, crew.id, ShareMode.MODIFY)

    async def shares(tx: Transaction) -> list[int]:
        found = [await tx.objects.shares_of(one.id, [here.id]) for one in (org, other)]
        return [
            sum(len(one.accounts) + len(one.groups) for one in by_id.values()) for by_id in found
        ]

    await store.write(fill)
    assert await store.read(shares) == [2, 1]
    await store.write(lambda tx: tx.groups.remove(crew))
    assert await store.read(shares) == [1, 1]
    await store.write(lambda tx: tx.objects.remove([here]))
    assert await store.read(shares) == [0, 1]
    await store.write(lambda tx: tx.accounts.remove(ben.id))
    assert await store.read(shares) == [0, 0]
    assert [one.id for one in await store.read(lambda tx: tx.objects.by_ids(other.id, [here.id]))]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(list(ShareMode)), max_size=4), st.sampled_from(list(ShareMode)))
def test_more_grants_never_allow_less(modes: list[ShareMode], more: ShareMode) -> None:
    groups = {str(place): mode for place, mode in enumerate(modes)}
    party = Party(
        id="a",
        kind=PartyKind.ACCOUNT,
        groups=frozenset(groups) | {"more"},
        administers=False,
    )
    before = permission(party, "other", Shares(groups=groups))
    after = permission(party, "other", Shares(groups={**groups, "more": more}))
    assert after.rank == max(before.rank, more.rank)
