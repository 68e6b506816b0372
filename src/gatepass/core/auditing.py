"""Acts on the audit trail: search it, verify it, link its chains, prune its old end."""

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from msgspec.structs import replace

from gatepass.core import orgs
from gatepass.core.account_rows import find_account
from gatepass.core.audit import record
from gatepass.core.entitlements import require
from gatepass.core.errors import InvalidParameter, NotFound, NotPermitted
from gatepass.core.explaining import Explained, explained
from gatepass.core.means import Means
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import PRIMARY_ORG, Principal, Record, Source
from gatepass.core.refusals import Refusals
from gatepass.core.standing import again
from gatepass.core.store import Transaction
from gatepass.core.trail import LINK, PRUNE, Kept, Mark, RefusedCall, Sought, Verdict

PRUNE_AT_ONCE = 500
DAY = timedelta(days=1)
MOST_LOOKED = 25_000
"""Events that one leaf looks at, whatever is sought: some 20 ms."""
MOST_FETCHED = 50_000
"""Events that one answer holds; of a span with more of them nothing is left out unsaid."""
SYSTEM_INFO_ADMINISTRATION = "SYSTEM_INFO_ADMINISTRATION"
AT_REST = timedelta(hours=1)
"""A chain that has not grown for so long, and is attested, is not looked at until it grows."""
ITSELF = Source(operation="audit")


class Found(Record, frozen=True):
    """Events, and the names of whom and what they are about."""

    events: list[Kept]
    accounts: dict[str, str]
    orgs: dict[int, str]
    before: Mark | None = None
    """Of a leaf: where the next begins; None: nothing older is left to be looked at."""
    is_cut: bool = False
    """Of a leaf: whether it ends there because so many events were looked at."""

    def facts(self, kept: Kept) -> dict[str, Any]:
        """Return one event with every name that is known, as programs are told of it."""
        event = kept.event
        return {
            "number": kept.number,
            "chain": kept.chain,
            "sequence": kept.sequence,
            "id": event.id,
            "at": event.at,
            "act": event.act,
            "refused": event.refused,
            "by": self.accounts.get(event.by_account or ""),
            "by_account": event.by_account,
            "actor": event.actor,
            "about": self.accounts.get(event.about or ""),
            "about_account": event.about,
            "org": self.orgs.get(event.org_id),
            "org_id": event.org_id,
            "address": event.source.address,
            "agent": event.source.agent,
            "operation": event.source.operation,
            "incident_id": event.source.incident_id,
            "data": event.data,
        }


class Auditing:
    """Acts on the audit trail."""

    def __init__(self, means: Means, refusals: Refusals) -> None:
        self._means = means
        self._refusals = refusals

    async def search(
        self,
        by: Principal,
        *,
        most: int,
        person: str | None = None,
        org: str | None = None,
        **sought: Any,  # noqa: ANN401 - the other fields of Sought
    ) -> Found:
        """Return events, the last written first, or from ``after`` on in their order.

        ``person`` is an account, by id or name, or a name that events have: of one who could not
        sign in, of an account since removed, of a secret that acted.

        Raises:
            NotPermitted: the principal does not administer the cluster.
            NotFound: there is no such Org.
        """
        self._require(by)

        async def work(tx: Transaction) -> Found:
            facts = await _sought(tx, by, person, org, sought)
            return await _named(tx, await tx.audit.search(facts, most))

        return await self._means.store.scan(work)

    async def leaf(
        self,
        by: Principal,
        *,
        most: int,
        before: Mark | None = None,
        among: int = MOST_LOOKED,
        person: str | None = None,
        org: str | None = None,
        **sought: Any,  # noqa: ANN401 - the other fields of Sought but ``after``
    ) -> Found:
        """Return events, newest first, of the newest ``among`` that are older than ``before``.

        However rare a thing is, a leaf comes soon: it may have fewer events than ``most``, or none,
        and say where to go on. What was refused under an incident id is in the first leaf, whenever
        it was.

        Raises:
            NotPermitted: the principal does not administer the cluster.
            NotFound: there is no such Org.
        """
        self._require(by)

        async def work(tx: Transaction) -> Found:
            facts = await _sought(tx, by, person, org, sought)
            leaf = await tx.audit.leaf(facts, before, most=most, among=among)
            events = leaf.events
            if facts.incident_id is not None and before is None and facts.refused is not False:
                there = {one.number for one in events}
                old = await tx.audit.search(replace(facts, refused=True), most)
                events = events + [one for one in old if one.number not in there]
            return replace(await _named(tx, events), before=leaf.before, is_cut=leaf.is_cut)

        return await self._means.store.scan(work)

    async def fetch(
        self,
        by: Principal,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        most: int = MOST_FETCHED,
    ) -> Found:
        """Return what happened within at most a day, newest first: the last one if none is named.

        An administrator of the cluster, in Primary, is told of all Orgs; others of their own.

        Raises:
            NotPermitted: the principal may not look at what happened.
            InvalidParameter: the span is longer or turned round, or has too many events in it.
        """
        require(by, self._means.rules, SYSTEM_INFO_ADMINISTRATION)
        if since is None:
            since = (until or self._means.clock()) - DAY
        elif until is None:
            until = since + DAY
        if until is not None and not timedelta() <= until - since <= DAY:
            raise InvalidParameter("start_epoch_time_in_millis", "is to be up to 24 hours earlier")
        org_id = None if by.cluster_admin else by.org_id
        sought = Sought(since=since, until=until, org_id=org_id)

        async def work(tx: Transaction) -> Found:
            return await _named(tx, await tx.audit.search(sought, most + 1))

        found = await self._means.store.scan(work)
        if len(found.events) <= most:
            return found
        if most == MOST_FETCHED:
            raise InvalidParameter("end_epoch_time_in_millis", f"more than {most} events till then")
        return replace(found, events=found.events[:most])

    async def verify(self, by: Principal) -> Verdict:
        """Walk every chain and say what is wrong.

        Raises:
            NotPermitted: the principal does not administer the cluster.
        """
        self._require(by)
        return await self._means.store.scan(lambda tx: tx.audit.verify())

    async def note(
        self, by: Principal, source: Source, what: str, facts: Mapping[str, Any]
    ) -> None:
        """Write down what was done with the store as a whole: ``store.backup`` and the like.

        Raises:
            NotPermitted: the principal does not administer the cluster.
        """
        self._require(by)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await again(tx, self._means, by, now)
            await record(
                tx,
                self._means,
                f"store.{what}",
                at=now,
                source=source,
                org_id=PRIMARY_ORG,
                by=caller,
                **facts,
            )

        await self._means.store.write(work)

    async def explain(self, by: Principal, incident_id: str) -> list[Explained]:
        """Say why a call was refused: by what is kept of it for a while, else by its event.

        Raises:
            NotPermitted: the principal does not administer the cluster.
            NotFound: nothing is known under this incident id.
        """
        self._require(by)

        # Asked before the store is: what is written meanwhile waits no longer.
        waiting = self._refusals.waiting(incident_id)

        async def work(tx: Transaction) -> list[RefusedCall]:
            calls = await tx.refusals.of_incident(incident_id)
            return calls or waiting or await tx.audit.refused(incident_id)

        calls = await self._means.store.scan(work)
        if not calls:
            raise NotFound("refusal", incident_id)
        return [explained(one) for one in calls]

    async def link(self) -> int:
        """Write down where the other chains end; return how many had grown."""
        now = self._means.clock()

        async def work(tx: Transaction) -> int:
            heads = await tx.audit.heads()
            grown = [one for one in heads if one.is_unlinked]
            if grown:
                await record(
                    tx,
                    self._means,
                    LINK,
                    at=now,
                    source=ITSELF,
                    org_id=PRIMARY_ORG,
                    heads=[[one.chain, one.sequence, one.hash.hex()] for one in grown],
                )
                await tx.audit.note_linked(grown)
            resting = [one for one in heads if not one.is_unlinked and now - one.at > AT_REST]
            await tx.audit.unwatch(resting)
            return len(grown)

        return await self._means.store.write(work)

    async def prune(self) -> int:
        """Delete events past their retention, and write down up to where; return the batches."""
        now = self._means.clock()
        # Whole days: else each run would find a few, and write an event of its own.
        day = (now - self._means.rules.audit_retention).date()
        before = datetime.combine(day, time_of_day(), now.tzinfo)
        batches, more = 0, True
        while more:
            began = time.perf_counter()
            more = await self._means.store.write(lambda tx: self._prune_some(tx, before, now))
            batches += more
            # Others write meanwhile, for as long as they waited.
            await asyncio.sleep(time.perf_counter() - began)
        return batches

    async def _prune_some(self, tx: Transaction, before: datetime, now: datetime) -> bool:
        anchors = await tx.audit.prune(before, PRUNE_AT_ONCE)
        if anchors:
            await record(
                tx,
                self._means,
                PRUNE,
                at=now,
                source=ITSELF,
                org_id=PRIMARY_ORG,
                before=before,
                anchors=[[one.chain, one.sequence, one.hash.hex(), one.gone] for one in anchors],
            )
        return bool(anchors)

    def _require(self, by: Principal) -> None:
        require(by, self._means.rules)
        if not by.cluster_admin:
            raise NotPermitted(f"{ADMINISTRATION} in the Primary Org")


async def _sought(
    tx: Transaction, by: Principal, person: str | None, org: str | None, facts: Mapping[str, Any]
) -> Sought:
    """Return what is sought, a person and an Org by their ids."""
    found = dict(facts)
    if person is not None:
        account = await find_account(tx, person)
        found["account_id"] = person if account is None else account.id
        found["name"] = person if account is None else account.name
    if org is not None:
        found["org_id"] = await orgs.within_reach(tx, by, org)
    return Sought(**found)


async def _named(tx: Transaction, events: list[Kept]) -> Found:
    """Return events with the names of accounts and Orgs as they are now."""
    ids = {one.event.by_account for one in events} | {one.event.about for one in events}
    names = {}
    for account_id in ids:
        account = None if account_id is None else await tx.accounts.by_id(account_id)
        if account is not None:
            names[account.id] = account.name
    of_orgs = [await tx.orgs.by_id(one) for one in {one.event.org_id for one in events}]
    return Found(
        events=events,
        accounts=names,
        orgs={one.id: one.name for one in of_orgs if one is not None},
    )
