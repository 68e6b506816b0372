"""Old audit events go from the old ends of their chains; what is left still verifies.

A chain's row keeps the place and hash of the last event that was pruned, on which the first one
left hangs. The core writes the same down as an event, so that a prefix cut off by somebody else
shows.
"""

from sqlalchemy import bindparam, delete, select, update

from gatepass.core.trail import Anchor
from gatepass.storage.schema import audit_chains, audit_events
from gatepass.storage.statements import Link, Prepared

_c = audit_events.c
_OLD = Prepared(
    select(_c.chain).where(_c.at < bindparam("before")).order_by(_c.at).limit(bindparam("most"))
)
_FIRST = Prepared(
    select(_c.sequence, _c.at, _c.hash)
    .where(_c.chain == bindparam("chain"))
    .order_by(_c.sequence)
    .limit(bindparam("most"))
)
_DELETE = Prepared(
    delete(audit_events).where(_c.chain == bindparam("chain"), _c.sequence <= bindparam("sequence"))
)
_DELETE_UNCHAINED = Prepared(
    delete(audit_events).where(
        _c.number.in_(
            select(_c.number)
            .where(_c.chain.is_(None), _c.at < bindparam("before"))
            .limit(bindparam("most"))
        )
    )
)
_ANCHOR = Prepared(
    update(audit_chains)
    .where(audit_chains.c.id == bindparam("chain"))
    .values(pruned=bindparam("sequence"), pruned_hash=bindparam("hash"))
)
_DELETE_CHAIN = Prepared(delete(audit_chains).where(audit_chains.c.id == bindparam("chain")))
_ANCHORS = Prepared(
    select(audit_chains.c.id, audit_chains.c.pruned, audit_chains.c.pruned_hash).where(
        audit_chains.c.pruned_hash.is_not(None)
    )
)


async def prune(link: Link, before: int, most: int, *, own: int | None) -> list[Anchor]:
    """Delete up to about so many events; return every chain that is not whole any more."""
    found = {row[0] for row in await link.all(_OLD, before=before, most=most)}
    gone: list[Anchor] = []
    pruned = 0
    if None in found:
        pruned += await link.run(_DELETE_UNCHAINED, before=before, most=most)
    for chain in sorted(one for one in found if one is not None):
        rows = await link.all(_FIRST, chain=chain, most=most + 1)
        old = 0
        # An event of a clock that was ahead keeps those behind it until its own time has come.
        while old < min(len(rows), most) and rows[old][1] < before:
            old += 1
        if not old:
            continue
        sequence, _, last = rows[old - 1]
        pruned += await link.run(_DELETE, chain=chain, sequence=sequence)
        if old == len(rows) and chain != own:
            await link.run(_DELETE_CHAIN, chain=chain)
            gone.append(Anchor(chain=chain, sequence=sequence, hash=last, gone=True))
        else:
            await link.run(_ANCHOR, chain=chain, sequence=sequence, hash=last)
    if not pruned:
        return []
    left = [
        Anchor(chain=row[0], sequence=row[1], hash=row[2], gone=False)
        for row in await link.all(_ANCHORS)
    ]
    return [*gone, *left]
