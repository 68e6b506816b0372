"""Walk every chain from its old end to its head, page by page, and say what is wrong."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select

from gatepass.core.trail import LINK, PRUNE, Broken, Verdict
from gatepass.storage.chain import FACTS, beginning, body_of, hash_of
from gatepass.storage.schema import audit_chains, audit_events
from gatepass.storage.statements import Link, Prepared, Row

PAGE = 1000
MOST_BROKEN = 1000
"""Things that are listed; more are counted."""

_c = audit_events.c
_CHAINS = Prepared(
    select(
        audit_chains.c.id,
        audit_chains.c.started_at,
        audit_chains.c.heads,
        audit_chains.c.pruned,
        audit_chains.c.pruned_hash,
    )
    .where(audit_chains.c.id > bindparam("after"))
    .order_by(audit_chains.c.id)
    .limit(PAGE)
)
_PAGE = Prepared(
    select(*(_c[name] for name in FACTS), _c.number, _c.sequence, _c.previous, _c.hash)
    .where(_c.chain == bindparam("chain"), _c.sequence > bindparam("after"))
    .order_by(_c.sequence)
    .limit(PAGE)
)
_AT = Prepared(
    select(_c.hash).where(_c.chain == bindparam("chain"), _c.sequence == bindparam("sequence"))
)
_NEXT_CHAIN = Prepared(
    select(_c.chain).where(_c.chain > bindparam("after")).order_by(_c.chain).limit(1)
)
_UNCHAINED = Prepared(
    select(func.count(), func.max(_c.number), func.max(_c.sequence)).where(_c.chain.is_(None))
)
_FIRST_CHAINED = Prepared(select(func.min(_c.number)).where(_c.chain.is_not(None)))


class _Chain:
    """What the row of a chain says."""

    def __init__(self, row: Row) -> None:
        self.id: int = row[0]
        self.pruned: int = row[3]
        self.pruned_hash: bytes | None = row[4]
        self.whole = self.pruned_hash is None
        self.heads: str = row[2]
        self.before_first = beginning(row[0], row[1], row[2]) if row[4] is None else bytes(row[4])


class _Walk:
    """One walk over everything, and what it has found so far."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._broken: list[Broken] = []
        self._more = 0
        self._events = self._links = 0
        self._anchored: dict[int, tuple[int, str]] = {}
        """By chain: up to where events say that it was pruned, and the hash there."""
        self._attested: dict[int, tuple[int, str]] = {}
        """By chain that ends too early or is gone: up to where it is attested, and by what."""

    async def verdict(self) -> Verdict:
        """Walk, and return what came of it."""
        known: dict[int, tuple[int, str | None]] = {}
        after = -1
        while rows := await self._link.all(_CHAINS, after=after):
            for row in rows:
                chain = _Chain(row)
                known[chain.id] = (
                    chain.pruned,
                    None if chain.whole else chain.before_first.hex(),
                )
                await self._chain(chain)
            after = rows[-1][0]
        await self._strays(known)
        self._prunings(known)
        self._ends()
        unchained = await self._unchained()
        return Verdict(
            events=self._events,
            chains=len(known),
            links=self._links,
            unchained=unchained,
            broken=self._broken,
            more=self._more,
        )

    def _wrong(self, what: str, **where: Any) -> None:  # noqa: ANN401 - fields of Broken
        if len(self._broken) < MOST_BROKEN:
            self._broken.append(Broken(what=what, **where))
        else:
            self._more += 1

    async def _chain(self, chain: _Chain) -> None:
        if chain.whole:
            await self._named(chain.id, 0, chain.heads)
        sequence, previous, number = chain.pruned, chain.before_first, -1
        while rows := await self._link.all(_PAGE, chain=chain.id, after=sequence):
            for row in rows:
                await self._event(chain.id, row, sequence, previous, number)
                number, sequence, previous = row[13], row[14], bytes(row[16] or b"")
            self._events += len(rows)

    async def _event(
        self, chain: int, row: Row, sequence: int, previous: bytes, number: int
    ) -> None:
        """Check one event against the one before it."""
        facts, own = row[:13], row[14]
        where = {"chain": chain, "sequence": own, "number": row[13], "event_id": row[0]}
        if own != sequence + 1:
            gap = f"{sequence + 1}" if own == sequence + 2 else f"{sequence + 1} to {own - 1}"
            self._wrong(f"missing before this event: {gap} of the chain", **where)
        elif bytes(row[15] or b"") != previous:
            first = "the beginning of its chain" if own == 1 else "the event before it"
            self._wrong(f"does not hang on {first}", **where)
        if row[13] <= number:
            self._wrong("out of order: numbered before an earlier event", **where)
        if hash_of(bytes(row[15] or b""), chain, own, body_of(tuple(facts))) != bytes(
            row[16] or b""
        ):
            self._wrong("changed: its hash is another one", **where)
        if row[2] == LINK:
            await self._named(chain, own, row[12])
        elif row[2] == PRUNE:
            self._pruning(row[12])

    async def _named(self, by: int, sequence: int, text: str) -> None:
        """Look whether the heads that a link or a beginning names are still there."""
        try:
            found = msgspec.json.decode(text)
            named = found["heads"] if isinstance(found, dict) else found
            heads = [(int(one[0]), int(one[1]), str(one[2])) for one in named]
        except (msgspec.DecodeError, LookupError, TypeError, ValueError):
            self._wrong("names no heads that can be read", chain=by, sequence=sequence)
            return
        for chain, place, expected in heads:
            self._links += 1
            row = await self._link.one(_AT, chain=chain, sequence=place)
            if row is None:
                if place >= self._attested.get(chain, (0, ""))[0]:
                    self._attested[chain] = place, f"chain {by}, event {sequence}"
            elif bytes(row[0] or b"").hex() != expected:
                self._wrong(
                    f"another hash than chain {by}, event {sequence} attests",
                    chain=chain,
                    sequence=place,
                )

    def _pruning(self, text: str) -> None:
        try:
            for chain, place, expected, *_ in msgspec.json.decode(text)["anchors"]:
                if place >= self._anchored.get(chain, (0, ""))[0]:
                    self._anchored[chain] = place, expected
        except (msgspec.DecodeError, LookupError, TypeError, ValueError):
            self._wrong("a pruning that cannot be read")

    def _prunings(self, known: dict[int, tuple[int, str | None]]) -> None:
        """Compare where chains begin with where events say that they were pruned."""
        for chain, (place, found) in known.items():
            said = self._anchored.get(chain)
            if said is None and found is not None:
                self._wrong(f"begins behind event {place}, and no pruning says so", chain=chain)
            elif said is not None and said != (place, found):
                self._wrong(f"was pruned up to event {said[0]}, not {place}", chain=chain)
            if chain in self._attested and self._attested[chain][0] <= place:
                del self._attested[chain]

    def _ends(self) -> None:
        """Say which chains end before the last event that another one attests."""
        for chain, (place, by) in sorted(self._attested.items()):
            if place > self._anchored.get(chain, (0, ""))[0]:
                self._wrong(
                    f"missing, or the chain is cut off: {by} attests event {place}",
                    chain=chain,
                    sequence=place,
                )

    async def _strays(self, known: dict[int, Any]) -> None:
        """Say which chains have events and no row."""
        after = -1
        while row := await self._link.one(_NEXT_CHAIN, after=after):
            after = row[0]
            if after not in known:
                self._wrong("the row of this chain is missing", chain=after)

    async def _unchained(self) -> int:
        row = await self._link.one(_UNCHAINED)
        first = await self._link.one(_FIRST_CHAINED)
        count, last, placed = row or (0, None, None)
        if count and (placed is not None or (first and first[0] is not None and last > first[0])):
            self._wrong("outside of every chain, and not from before there were any", number=last)
        return int(count)


async def verify(link: Link) -> Verdict:
    """Walk all chains and say what is wrong with them."""
    return await _Walk(link).verdict()
