"""Where privileges come from, on random webs: all that is effective is explained, and truly."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatepass.core.entitlements import effective
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.provenance import MOST_WAYS, Explained, Way, Web, explained, ways
from gatepass.core.records import PRIMARY_ORG
from gatepass.core.searches import Named
from gatepass.core.store import Store, Transaction
from tests.storage.rows import new_org
from tests.storage.test_granting_by_model import Model, web, write


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as one:
        yield one


def check_way(made: Model, account_id: str, org_id: int, word: str, way: Way) -> None:
    """Follow a way from the account to the word, by what the model says."""
    chain = [group.id for group in way.chain]
    names = {group.id: group.name for group in made.groups}
    org_of = {group.id: group.org_id for group in made.groups}
    assert {org_of[one] for one in chain} == {PRIMARY_ORG if way.of_cluster else org_id}
    assert [names[one] for one in chain] == [group.name for group in way.chain]
    assert (account_id, chain[0]) in made.members
    assert set(pairwise(chain)) <= made.links
    if way.role is None:
        assert (chain[-1], word) in made.grants
    else:
        assert (chain[-1], way.role.id) in made.given
        assert (way.role.id, word) in made.carried


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_what_is_explained_is_what_is_effective(
    store: Store, runner: asyncio.Runner, seed: int
) -> None:
    primary = new_org(id=PRIMARY_ORG, name="Primary")
    made = web(seed, primary, new_org(), new_org())

    async def read(tx: Transaction) -> None:
        for account in made.accounts:
            granted = await tx.groups.privileges(account.id)
            for org in made.orgs:
                found = await explained(tx, account.id, org.id, whole=True)
                assert {one.privilege for one in found} == effective(granted, org.id)
                for one in found:
                    assert one.ways
                    assert len({str(way) for way in one.ways}) == len(one.ways)
                    for way in one.ways:
                        check_way(made, account.id, org.id, one.privilege, way)
                some = await explained(tx, account.id, org.id, whole=False)
                assert [one.privilege for one in some] == [one.privilege for one in found]
                if org.id != PRIMARY_ORG:
                    assert not {group.id for group in groups_of(some)} & of_primary

    of_primary = {group.id for group in made.groups if group.org_id == PRIMARY_ORG}

    async def story() -> None:
        await store.write(lambda tx: write(tx, made))
        await store.scan(read)

    runner.run(story())


def groups_of(found: list[Explained]) -> list[Named]:
    return [group for one in found for way in one.ways for group in way.chain]


def named(number: int) -> Named:
    return Named(id=str(number), name=f"group {number}")


NODES = range(7)
EDGES = st.sets(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=14)


def obvious(own: set[int], links: set[tuple[int, int]]) -> list[tuple[str, ...]]:
    """Return every chain without a repetition."""
    chains: list[tuple[int, ...]] = []
    level: list[tuple[int, ...]] = [(one,) for one in own]
    while level:
        chains += level
        level = [
            (*chain, outer)
            for chain in level
            for inner, outer in links
            if inner == chain[-1] and outer not in chain
        ]
    return [tuple(str(one) for one in chain) for chain in chains]


@given(
    own=st.sets(st.sampled_from(NODES)),
    links=EDGES,
    granting=st.sets(st.sampled_from(NODES)),
    roled=st.sets(st.sampled_from(NODES)),
    most=st.integers(1, 5),
)
def test_the_shortest_ways_are_shown_even_where_nesting_runs_in_circles(
    own: set[int], links: set[tuple[int, int]], granting: set[int], roled: set[int], most: int
) -> None:
    """The store keeps no circles; what reads them must come to an end all the same."""
    role = Named(id="r", name="role")
    found = ways(
        Web(
            own=[named(one) for one in sorted(own)],
            around={
                str(one): [named(outer) for inner, outer in sorted(links) if inner == one]
                for one in NODES
            },
            granted={str(one): ["WORD"] for one in granting},
            roles={str(one): [role] for one in roled},
            carried={"r": ["WORD"]},
        ),
        most,
    ).get("WORD", [])

    chains = obvious(own, links)
    every = [
        (chain, by)
        for by, groups in ((None, granting), (role, roled))
        for chain in chains
        if int(chain[-1]) in groups
    ]
    shown = [(tuple(group.id for group in way.chain), way.role) for way in found]
    assert len(set(shown)) == len(shown)
    assert set(shown) <= set(every)
    assert bool(shown) == bool(every)
    lengths = [len(chain) for chain, _ in shown]
    assert lengths == sorted(lengths)
    if every:
        assert lengths[0] == min(len(chain) for chain, _ in every)
    if all(inner < outer for inner, outer in links):
        assert len(shown) == min(len(every), most + 1), "exact where there is no circle"
        assert lengths == sorted(len(chain) for chain, _ in every)[: most + 1]


def test_a_web_with_millions_of_chains_is_read_at_once() -> None:
    """Twenty storeys of ten groups, each in all of the next: 10^20 chains."""
    storeys = [[named(10 * storey + n) for n in range(10)] for storey in range(20)]
    found = ways(
        Web(
            own=storeys[0],
            around={one.id: upper for lower, upper in pairwise(storeys) for one in lower},
            granted={one.id: [ADMINISTRATION] for one in storeys[-1]},
            roles={},
            carried={},
        )
    )

    assert len(found[ADMINISTRATION]) == MOST_WAYS + 1
    assert {len(way.chain) for way in found[ADMINISTRATION]} == {20}
