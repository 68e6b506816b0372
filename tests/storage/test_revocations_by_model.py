"""Revocation and pruning on random forests, beside a slow and obvious model of them."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatepass.core.records import Session, Token, TokenKind
from gatepass.core.store import Revoked, Store, Transaction
from tests.storage.rows import DAY, MINUTE, NOON, Holder, new_account, new_id, new_org, put

LONG_PAST = NOON - 3 * DAY
ENDS = (LONG_PAST, NOON - 30 * MINUTE, NOON + DAY)


@dataclass
class Node:
    """A session or token of the model."""

    row: Session | Token
    parent: "Node | None"
    revoked_at: datetime | None = None
    pruned: bool = False

    def is_live(self) -> bool:
        return self.revoked_at is None and self.row.expires_at > NOON + DAY / 2


class Model:
    """Ending and pruning, said as plainly as can be."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes

    def end(self, roots: Iterable[Node], at: datetime) -> set[str]:
        doomed = [node for node in roots if not node.pruned]
        for node in self.nodes:
            if node.parent in doomed and node not in doomed:
                doomed.append(node)
        ended = {node.row.id for node in doomed if node.is_live()}
        for node in doomed:
            node.revoked_at = node.revoked_at or at
        return ended

    def prune(self, before: datetime) -> None:
        for node in reversed(self.nodes):
            ended = node.revoked_at is not None and node.revoked_at < before
            below = any(one.parent is node and not one.pruned for one in self.nodes)
            if (ended or node.row.expires_at < before) and not below:
                node.pruned = True


def forest(seed: int) -> list[dict[str, Any]]:
    """Say what to make: each node below an earlier one, or at the top of a tree of its own."""
    chance = Random(seed)  # noqa: S311 - a forest, not a secret
    return [
        {
            "parent": chance.randrange(-2, place),
            "session": chance.random() < 1 / 2,
            "holder": chance.randrange(2),
            "org": chance.randrange(2),
            "ends": chance.choice(ENDS),
            "secret": chance.randrange(2),
            "v1": chance.random() < 1 / 2,
        }
        for place in range(chance.randint(1, 14))
    ]


async def prune(tx: Transaction, before: datetime) -> None:
    while due := await tx.revocations.ended(before, 3):
        assert await tx.revocations.delete(due, before) == len(due)


PLACE = st.integers(0, 13)
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("ids"), st.lists(PLACE, max_size=3)),
        st.tuples(st.just("account"), st.integers(0, 1), st.none() | PLACE, st.booleans()),
        st.tuples(st.just("member"), st.integers(0, 1), st.integers(0, 1)),
        st.tuples(st.just("org"), st.integers(0, 1)),
        st.tuples(st.just("secret"), st.integers(0, 1), st.booleans()),
        st.tuples(st.just("everything")),
        st.tuples(st.just("prune"), st.sampled_from([NOON - DAY, NOON, NOON + 2 * MINUTE])),
    ),
    min_size=1,
    max_size=4,
)


class Grove:
    """One forest in the store, and what it was made from."""

    def __init__(self, store: Store) -> None:
        self.store = store
        orgs = [new_org(), new_org()]
        self.orgs = [org.id for org in orgs]
        self.holders = [Holder(new_account(), org) for org in orgs]
        self.secrets = [new_id(), new_id()]
        self.model = Model([])

    async def plant(self, tx: Transaction, plan: list[dict[str, Any]]) -> None:
        # What other examples left behind is ended, so that counts are of this one.
        await tx.revocations.everything(NOON - 5 * MINUTE)
        for holder in self.holders:
            await put(tx, holder.org, holder.account)
        for facts in plan:
            parent = None if facts["parent"] < 0 else self.model.nodes[facts["parent"]]
            # What is bought is of the same account, and remembers the same secret.
            account = (
                self.holders[facts["holder"]].account.id
                if parent is None
                else parent.row.account_id
            )
            secret = self.secrets[facts["secret"]] if parent is None else parent.row.secret_id
            made = {
                "account_id": account,
                "org_id": self.orgs[facts["org"]],
                "expires_at": facts["ends"],
                "secret_id": secret,
                "parent_id": None if parent is None else parent.row.id,
            }
            holder = self.holders[0]
            kind = TokenKind.V1 if facts["v1"] else TokenKind.FULL
            row = holder.session(**made) if facts["session"] else holder.token(**made, kind=kind)
            self.model.nodes.append(Node(row, parent))
        await put(tx, *(node.row for node in self.model.nodes))

    def meant(self, deed: tuple[Any, ...]) -> list[Node]:
        """Return the nodes that a deed names, without what hangs below them."""
        nodes = self.model.nodes
        match deed:
            case ("ids", places):
                return [nodes[place] for place in places if place < len(nodes)]
            case ("account", who, but, tokens_only):
                return self.of_account(self.holders[who].account.id, but, tokens_only=tokens_only)
            case ("member", who, where):
                of = (self.holders[who].account.id, self.orgs[where])
                return [one for one in nodes if (one.row.account_id, one.row.org_id) == of]
            case ("org", where):
                return [one for one in nodes if one.row.org_id == self.orgs[where]]
            case ("secret", which, v1_only):
                return [
                    one
                    for one in nodes
                    if one.row.secret_id == self.secrets[which]
                    and (not v1_only or getattr(one.row, "kind", None) is TokenKind.V1)
                ]
            case _:
                return nodes

    def of_account(self, account: str, but: int | None, *, tokens_only: bool) -> list[Node]:
        kept = self.id_at(but)
        found = [
            one for one in self.model.nodes if one.row.account_id == account and one.row.id != kept
        ]
        if tokens_only:
            return [one for one in found if isinstance(one.row, Token)]
        # What merely ran out ends nothing: the one that is kept outlives what bought it.
        return [one for one in found if one.row.expires_at != LONG_PAST]

    def id_at(self, place: int | None) -> str | None:
        nodes = self.model.nodes
        return nodes[place].row.id if place is not None and place < len(nodes) else None

    async def do(self, deed: tuple[Any, ...], at: datetime) -> None:
        if deed[0] == "prune":
            before = deed[1]
            await self.store.write(lambda tx: prune(tx, before))
            self.model.prune(before)
            return
        told = await self.store.write(lambda tx: self.end(tx, deed, at))
        meant = self.model.end(self.meant(deed), at)
        if isinstance(told, int):
            assert told == len(meant), deed
        else:
            assert sorted(one.id for one in told) == sorted(meant), deed

    async def end(
        self, tx: Transaction, deed: tuple[Any, ...], at: datetime
    ) -> int | list[Revoked]:
        desk = tx.revocations
        match deed:
            case ("ids", places):
                return await desk.ids([one.row.id for one in self.meant(deed) if places], at)
            case ("account", who, but, tokens_only):
                account = self.holders[who].account.id
                return await desk.of_account(
                    account, at, but=self.id_at(but), tokens_only=tokens_only
                )
            case ("member", who, where):
                return await desk.of_member(self.holders[who].account.id, self.orgs[where], at)
            case ("org", where):
                return await desk.of_org(self.orgs[where], at)
            case ("secret", which, v1_only):
                return await desk.of_secret(self.secrets[which], at, v1_only=v1_only)
            case _:
                return await desk.everything(at)

    async def check(self) -> None:
        async def look(tx: Transaction) -> list[Session | Token | None]:
            return [
                await (tx.sessions if isinstance(one.row, Session) else tx.tokens).by_id(one.row.id)
                for one in self.model.nodes
            ]

        for node, row in zip(self.model.nodes, await self.store.read(look), strict=True):
            assert (row is None) is node.pruned
            if row is not None and row.expires_at > NOON:
                assert row.revoked_at == node.revoked_at


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as one:
        yield one


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.integers(0, 2**32).map(forest), deeds=DEEDS)
def test_whatever_ends_in_whatever_order_the_store_agrees_with_the_model(
    store: Store, runner: asyncio.Runner, plan: list[dict[str, Any]], deeds: list[tuple[Any, ...]]
) -> None:
    """Ending anything ends all bought with it, and pruning loses nobody (checklist 32)."""

    grove = Grove(store)

    async def story() -> None:
        await store.write(lambda tx: grove.plant(tx, plan))
        for place, deed in enumerate(deeds):
            await grove.do(deed, NOON + place * MINUTE + timedelta(seconds=1))
            await grove.check()

    runner.run(story())
