"""Objects brought in from elsewhere: rows that say what there is, planned before any is written."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from gatepass.core import orgs
from gatepass.core.account_rows import find_member
from gatepass.core.audit import record
from gatepass.core.entitlements import require
from gatepass.core.errors import CoreError, InvalidParameter
from gatepass.core.headers import Header, Tag
from gatepass.core.means import Means
from gatepass.core.names import LONGEST_NAME, check_label, name_key
from gatepass.core.object_rows import checked_id, checked_kind
from gatepass.core.records import Principal, Record, Source
from gatepass.core.standing import still
from gatepass.core.store import Transaction
from gatepass.core.tags import add_tag

LONGEST_DESCRIPTION = 4096
LONGEST_SUBTYPE = 64


class ObjectRow(Record, frozen=True):
    """What one line says of an object; None says nothing, and leaves alone what is there.

    Owner and author are accounts of the Org, by id or name; ``tags`` are names, added where the
    Org has none of that name.
    """

    line: int
    type: str
    name: str
    id: str | None = None
    owner: str | None = None
    author: str | None = None
    org: str | int | None = None
    description: str | None = None
    subtype: str | None = None
    custom_id: str | None = None
    tags: Sequence[str] | None = None


class RefusedRow(Record, frozen=True):
    """A line that cannot be taken, and why."""

    line: int
    reason: str


class BroughtIn(Record, frozen=True):
    """What a batch of rows comes to: nothing of it is written where one is refused."""

    added: int = 0
    changed: int = 0
    same: int = 0
    refused: Sequence[RefusedRow] = ()


class _Plan:
    """What is to be written for one batch, worked out before."""

    def __init__(
        self,
        tx: Transaction,
        means: Means,
        by: Principal,
        now: datetime,
        *,
        org: str | int | None,
    ) -> None:
        self._tx = tx
        self._means = means
        self._by = by
        self._now = now
        self._org = org
        self._seen: set[tuple[int, str]] = set()
        self._custom_ids: dict[tuple[int, str], str] = {}
        self.added: list[Header] = []
        self.changed: list[Header] = []
        self.same = 0
        self.tags: list[tuple[Header, str]] = []
        self.untags: list[tuple[Header, str]] = []
        self.new_tags: dict[tuple[int, str], str] = {}
        """New tags by Org and key, as they were written first."""
        self.refused: list[RefusedRow] = []

    @property
    def orgs(self) -> list[int]:
        """The Orgs that it is about."""
        return sorted({org_id for org_id, _ in self._seen})

    def outcome(self) -> BroughtIn:
        """Return it in numbers."""
        return BroughtIn(
            added=len(self.added),
            changed=len(self.changed),
            same=self.same,
            refused=self.refused,
        )

    async def take(self, row: ObjectRow) -> None:
        """Plan one row, or note why it is refused."""
        try:
            await self._take(row)
        except CoreError as refusal:
            self.refused.append(RefusedRow(line=row.line, reason=str(refusal)))

    async def _take(self, row: ObjectRow) -> None:
        tx, by = self._tx, self._by
        org_id = await orgs.within_reach(tx, by, row.org if row.org is not None else self._org)
        key = (org_id, self._means.random.id() if row.id is None else checked_id(row.id))
        if key in self._seen:
            raise InvalidParameter("id", "another line of this batch has it")
        found = None if row.id is None else await tx.objects.by_ids(*_pair(key))
        before = found[0] if found else None
        header = await self._header(row, before, key)
        if header.custom_id is not None:
            taken = await tx.objects.by_custom_id(org_id, header.custom_id)
            holder = self._custom_ids.get((org_id, header.custom_id))
            if (taken is not None and taken.id != header.id) or holder not in {None, header.id}:
                raise InvalidParameter("custom_id", "another object of the Org has it")
            self._custom_ids[org_id, header.custom_id] = header.id
        tagged = await self._plan_tags(row, header)
        self._seen.add(key)
        if before is None:
            self.added.append(header)
        elif header != before or tagged:
            self.changed.append(replace(header, modifier_id=by.account_id, modified_at=self._now))
        else:
            self.same += 1

    async def _header(self, row: ObjectRow, before: Header | None, key: tuple[int, str]) -> Header:
        """Return the header that the row makes of what is there."""
        tx, by, now = self._tx, self._by, self._now
        org_id, object_id = key
        kind = checked_kind(row.type)
        if before is not None and before.type is not kind:
            raise InvalidParameter("type", f"the object is there as {before.type}")
        base = before or Header(
            org_id=org_id,
            id=object_id,
            type=kind,
            name="",
            owner_id=by.account_id,
            author_id=by.account_id,
            modifier_id=by.account_id,
            created_at=now,
            modified_at=now,
        )
        owner = base.owner_id if row.owner is None else await _member(tx, org_id, row.owner)
        author = base.author_id if row.author is None else await _member(tx, org_id, row.author)
        if before is None and row.author is None:
            author = owner
        return replace(
            base,
            name=check_label("name", row.name),
            owner_id=owner,
            author_id=author,
            description=_text("description", row.description, LONGEST_DESCRIPTION)
            if row.description is not None
            else base.description,
            subtype=_text("subtype", row.subtype, LONGEST_SUBTYPE) or base.subtype,
            custom_id=_text("custom_id", row.custom_id, LONGEST_NAME) or base.custom_id,
        )

    async def _plan_tags(self, row: ObjectRow, header: Header) -> bool:
        """Plan which tags the object is to have, if the row says so; return whether others."""
        tx = self._tx
        if row.tags is None:
            return False
        org_id = header.org_id
        had = (await tx.objects.tags_of(org_id, [header.id])).get(header.id, [])
        wanted = {}
        for name in row.tags:
            key = name_key(check_label("tags", name))
            wanted[key] = name
            if await tx.tags.by_key(org_id, key) is None:
                self.new_tags.setdefault((org_id, key), name)
        before = {name_key(one.name): one.id for one in had}
        self.tags += [(header, key) for key in wanted if key not in before]
        self.untags += [(header, tag) for key, tag in before.items() if key not in wanted]
        return wanted.keys() != before.keys()


class ObjectImporting:
    """The act that brings objects in."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def bring_in(
        self,
        by: Principal,
        source: Source,
        rows: Sequence[ObjectRow],
        *,
        org: str | int | None = None,
        dry_run: bool = False,
    ) -> BroughtIn:
        """Add the objects of a batch, or change those that are there by their ids.

        All of it in one transaction, or none of it: where a row is refused, or in a dry run, the
        answer says what would be and nothing is written. ``org`` is for rows that name none.

        Raises:
            ScopeTooSmall, NotPermitted: the principal does not administer.
        """
        require(by, self._means.rules)
        now = self._means.clock()

        async def planned(tx: Transaction, caller: Principal) -> _Plan:
            plan = _Plan(tx, self._means, caller, now, org=org)
            for row in rows:
                await plan.take(row)
            return plan

        async def work(tx: Transaction) -> BroughtIn:
            caller = await still(tx, self._means, by, now)
            plan = await planned(tx, caller)
            outcome = plan.outcome()
            if plan.refused or not (outcome.added or outcome.changed):
                return outcome
            await self._write(tx, caller, plan, now)
            await record(
                tx,
                self._means,
                "object.import",
                at=now,
                source=source,
                org_id=caller.org_id,
                by=caller,
                added=outcome.added,
                changed=outcome.changed,
                orgs=plan.orgs,
            )
            return outcome

        if dry_run:
            return (await self._means.store.scan(lambda tx: planned(tx, by))).outcome()
        return await self._means.store.write(work)

    async def _write(self, tx: Transaction, by: Principal, plan: _Plan, now: datetime) -> None:
        await tx.objects.add(plan.added)
        await tx.objects.put(plan.changed)
        made: dict[tuple[int, str], Tag] = {}
        for (org_id, key), name in plan.new_tags.items():
            made[org_id, key] = await add_tag(
                tx, self._means, org_id, name, author_id=by.account_id, now=now
            )
        for header, key in plan.tags:
            tag = made.get((header.org_id, key)) or await tx.tags.by_key(header.org_id, key)
            if tag is not None:
                await tx.objects.tag(header, tag.id)
        for header, tag_id in plan.untags:
            await tx.objects.untag(header, tag_id)


def _pair(key: tuple[int, str]) -> tuple[int, list[str]]:
    return key[0], [key[1]]


def _text(field: str, text: str | None, longest: int) -> str | None:
    if text is not None and len(text) > longest:
        raise InvalidParameter(field, f"at most {longest} characters")
    return text or None if field != "description" else text


async def _member(tx: Transaction, org_id: int, identifier: str) -> str:
    """Return the id of an account of the Org."""
    account = await find_member(tx, org_id, identifier)
    if account is None:
        raise InvalidParameter("owner or author", f"the Org has no user {identifier!r}")
    return account.id
