"""Accounts by the hundred: one transaction a batch, planned first, so that it can be shown."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from gatepass.core import orgs
from gatepass.core.account_changes import change_account
from gatepass.core.account_rows import fresh_account
from gatepass.core.audit import record
from gatepass.core.bulk import NewAccount
from gatepass.core.entitlements import require
from gatepass.core.errors import (
    AlreadyExists,
    CoreError,
    NotPermitted,
)
from gatepass.core.import_lines import (
    Fate,
    How,
    Ready,
    Result,
    Seen,
    UserLine,
    checked_id,
    ready,
    refused,
)
from gatepass.core.import_plan import Changed, Plan
from gatepass.core.means import Means
from gatepass.core.passwords import prepare_password
from gatepass.core.privileges import ADMINISTRATION, USER_ADMINISTRATION
from gatepass.core.records import (
    Account,
    AccountStatus,
    AccountType,
    Group,
    Org,
    Principal,
    Record,
    Source,
)
from gatepass.core.standing import still
from gatepass.core.store import Scope, Transaction

AT_ONCE = 200
"""Lines of a batch: about 40 ms in which others cannot write."""
HASHED_AT_ONCE = 16


class Outcome(Record, frozen=True):
    """What came of a batch: a result a line, in their order, and what hashing took."""

    results: Sequence[Result]
    hashed: int = 0
    hash_seconds: float = 0.0

    @property
    def refused(self) -> list[Result]:
        """The lines that were refused."""
        return [one for one in self.results if one.fate is Fate.REFUSED]


class _Undone(Exception):
    """The batch is not to be; these lines are why."""

    def __init__(self, results: Sequence[Result]) -> None:
        self.results = results


class BulkImporting:
    """Acts that take many lines at a time."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def users(
        self, by: Principal, source: Source, lines: Sequence[UserLine], seen: Seen, how: How
    ) -> Outcome:
        """Make or change the accounts of a batch of lines; if one is refused, none of them.

        An account that is there is changed in what its line says otherwise: facts are set, Orgs
        and groups added to; its password stays. Where refused lines are skipped, or in a dry run,
        the others are taken.

        Raises:
            NotPermitted: the principal does not administer the cluster.
            Busy: the store cannot be written now; nothing was done.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        if not by.cluster_admin:
            raise NotPermitted(f"{ADMINISTRATION} in the Primary Org")
        good, bad = _prepared(lines, seen, how)
        hashes, seconds = ({}, 0.0) if how.dry_run else await self._hashes(good)
        now = self._means.clock()

        async def work(tx: Transaction) -> list[Result]:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            batch = _Batch(tx, self._means, caller, source, now=now, seen=seen, how=how)
            if bad and not (how.skip_refused or how.dry_run):
                raise _Undone(await batch.planned(good))
            return await batch.run(good, hashes)

        results: Sequence[Result] = []
        while True:
            try:
                store = self._means.store
                results = await (store.scan(work) if how.dry_run else store.write(work))
            except _Undone as undone:
                if how.skip_refused:
                    # A line that the plan let through: the others once more, without it.
                    bad += [one for one in undone.results if one.fate is Fate.REFUSED]
                    gone = {one.number for one in bad}
                    good = [one for one in good if one.line.number not in gone]
                    continue
                results = undone.results
            break
        every = sorted([*results, *bad], key=lambda one: one.number)
        if how.skip_refused or how.dry_run or not any(one.fate is Fate.REFUSED for one in every):
            _note(seen, good, how)
        return Outcome(results=every, hashed=len(hashes), hash_seconds=seconds)

    async def _hashes(self, good: Sequence[Ready]) -> tuple[dict[int, str], float]:
        """Return the encoded passwords of new accounts by line, and how long they took."""
        told = [one for one in good if one.line.password is not None]
        if not told:
            return {}, 0.0
        known = await self._means.store.read(lambda tx: tx.bulk.named([one.key for one in told]))
        told = [one for one in told if one.key not in known]
        places = asyncio.Semaphore(HASHED_AT_ONCE)

        async def hashed(one: Ready) -> tuple[int, str]:
            async with places:
                password = prepare_password(one.line.password or "")
                return one.line.number, await self._means.hasher.hash(password)

        began = time.perf_counter()
        found = await asyncio.gather(*map(hashed, told))
        return dict(found), time.perf_counter() - began


def _prepared(lines: Sequence[UserLine], seen: Seen, how: How) -> tuple[list[Ready], list[Result]]:
    """Return the lines that will do by themselves, and the results of those that will not."""
    good: list[Ready] = []
    bad: list[Result] = []
    here: set[int] = set()
    for line in lines:
        try:
            one = ready(line, how)
            names = {hash(one.key)}
            if line.id is not None:
                names.add(hash(checked_id(line.id)))
            if not names.isdisjoint(seen.names) or not names.isdisjoint(here):
                raise AlreadyExists("line", line.name)
        except CoreError as error:
            bad.append(refused(line, error))
        else:
            here |= names
            good.append(one)
    return good, bad


def _note(seen: Seen, good: Sequence[Ready], how: How) -> None:
    """Remember what these lines named."""
    for one in good:
        seen.names.add(hash(one.key))
        if one.line.id is not None:
            seen.names.add(hash(checked_id(one.line.id)))
        if how.dry_run:
            shape = hash(one.skeleton)
            seen.shapes[shape] = seen.shapes.get(shape, True) and one.name.isascii()


class _Batch:
    """One batch in one transaction: its plan, and then the doing."""

    def __init__(
        self,
        tx: Transaction,
        means: Means,
        by: Principal,
        source: Source,
        *,
        now: datetime,
        seen: Seen,
        how: How,
    ) -> None:
        self._tx = tx
        self._means = means
        self._by = by
        self._source = source
        self._now = now
        self._how = how
        self._newcomers: dict[int, list[Group]] = {}
        self._plan = Plan(tx, means, by, now=now, seen=seen, how=how)

    async def planned(self, good: Sequence[Ready]) -> list[Result]:
        """Find out what is to be done."""
        await self._plan.make(good)
        return self._plan.results

    async def run(self, good: Sequence[Ready], hashes: dict[int, str]) -> list[Result]:
        """Do all of it, or only say so in a dry run."""
        results = await self.planned(good)
        if self._how.dry_run:
            return results
        if not self._how.skip_refused and any(one.fate is Fate.REFUSED for one in results):
            raise _Undone(results)
        await self._create(hashes)
        for one in self._plan.changed:
            try:
                await self._change(one)
            except CoreError as error:
                line = one.ready.line
                others = [each for each in results if each.number != line.number]
                raise _Undone([*others, refused(line, error)]) from error
        return results

    async def _newcomers_of(self, own: Iterable[Org]) -> list[Group]:
        found = []
        for org in own:
            if org.id not in self._newcomers:
                self._newcomers[org.id] = await orgs.groups_of_newcomers(self._tx, org.id)
            found += self._newcomers[org.id]
        return found

    async def _create(self, hashes: dict[int, str]) -> None:
        added = []
        for new in self._plan.new:
            one, line = new.ready, new.ready.line
            encoded = hashes.get(line.number, line.password_hash)
            account = fresh_account(
                self._means.random.id() if line.id is None else checked_id(line.id),
                one.name,
                author_id=self._by.account_id,
                now=self._now,
                display_name=one.display_name or one.name,
                email=one.email,
                has_password=encoded is not None,
            )
            if (line.type, line.status, line.sharable) != (None, None, None):
                account = replace(
                    account,
                    type=line.type or AccountType.LOCAL,
                    status=line.status or AccountStatus.ACTIVE,
                    sharable=True if line.sharable is None else line.sharable,
                )
            added.append(
                NewAccount(
                    account=account,
                    key=one.key,
                    skeleton=one.skeleton,
                    password=encoded,
                    org_ids=[org.id for org in new.orgs],
                    groups=[*await self._newcomers_of(new.orgs), *new.groups],
                )
            )
        await self._tx.bulk.add(added, self._now)
        for new, what in zip(self._plan.new, added, strict=True):
            await self._record("account.create", what.account, new.ready.line, orgs=what.org_ids)

    async def _change(self, what: Changed) -> None:
        account = await change_account(
            self._tx,
            self._means,
            self._by,
            self._now,
            account=what.account,
            what=what.facts,
        )
        for org in what.orgs:
            await orgs.join(self._tx, self._means, account.id, org.id)
        for group in what.groups:
            await self._tx.groups.put_in(group, account.id)
        self._tx.moved(Scope.account(account.id))
        await self._record(
            "account.update",
            account,
            what.ready.line,
            fields=what.facts.fields(),
            joined=[org.id for org in what.orgs],
            groups=[group.id for group in what.groups],
        )

    async def _record(
        self, act: str, account: Account, line: UserLine, **facts: Sequence[object]
    ) -> None:
        await record(
            self._tx,
            self._means,
            act,
            at=self._now,
            source=self._source,
            org_id=self._by.org_id,
            by=self._by,
            about=account.id,
            name=account.name,
            line=line.number,
            **facts,  # type: ignore[arg-type]  # facts for ``data``
        )
