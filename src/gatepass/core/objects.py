"""Objects as headers: list, delete, and take what a document in the modelling language says."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from gatepass.core import orgs, parties, tml
from gatepass.core.audit import record
from gatepass.core.entitlements import refuse_limited
from gatepass.core.errors import CoreError, InvalidParameter, NotFound, NotPermitted
from gatepass.core.headers import Header, HeaderFilter, Kind, Person, Term
from gatepass.core.means import Means
from gatepass.core.names import check_label
from gatepass.core.object_rows import Target, checked_id, held, the_objects
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import Principal, Record, Source
from gatepass.core.searches import Named, Page
from gatepass.core.shares import Party, ShareMode
from gatepass.core.standing import again
from gatepass.core.store import Transaction

DATAMANAGEMENT = "DATAMANAGEMENT"


class Taken(Record, frozen=True):
    """What became of one document: its object, or why not."""

    header: Header | None
    reason: str = ""


class Listed(Record, frozen=True):
    """An object for a listing, with its tags and what its owner is called."""

    header: Header
    owner: Person | None
    tags: Sequence[Named]


class Objects:
    """Acts on objects."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def list_all(
        self, by: Principal, org: str | int | None = None, kind: Kind | None = None
    ) -> list[Listed]:
        """Return the objects of one Org, by name, to who administers it.

        Raises:
            NotPermitted: the principal does not.
            NotFound: there is no such Org within reach.
        """
        refuse_limited(by)
        if ADMINISTRATION not in by.privileges:
            raise NotPermitted(ADMINISTRATION)

        async def work(tx: Transaction) -> list[Listed]:
            org_id = await orgs.within_reach(tx, by, org)
            terms = [Term(type=one) for one in _STORED if kind in {None, one}]
            found = await tx.objects.search(
                HeaderFilter(org_id=org_id, terms=terms), Page(size=None)
            )
            ids = [one.id for one in found]
            tags = await tx.objects.tags_of(org_id, ids)
            owners = await tx.objects.people(org_id, list({one.owner_id for one in found}))
            return [
                Listed(header=one, owner=owners.get(one.owner_id), tags=tags.get(one.id, ()))
                for one in found
            ]

        return await self._means.store.scan(work)

    async def remove(self, by: Principal, source: Source, targets: Sequence[Target]) -> None:
        """Delete objects, with what is shared of them: all that are named, or none.

        Raises:
            ScopeTooSmall, NotPermitted: the principal may not edit each of them.
            NotFound: there is none that it may see.
            InvalidParameter: none is named, or one by a name of several.
        """
        refuse_limited(by)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await again(tx, self._means, by, now)
            found = await the_objects(tx, caller, targets, change=True)
            await tx.objects.remove([one.header for one in found])
            await record(
                tx,
                self._means,
                "object.remove",
                at=now,
                source=source,
                org_id=caller.org_id,
                by=caller,
                objects=[one.header.id for one in found],
                names=[one.header.name for one in found],
            )

        await self._means.store.write(work)

    async def take(
        self,
        by: Principal,
        source: Source,
        documents: Sequence[str],
        *,
        writes: bool = True,
        all_or_none: bool = False,
        as_new: bool = False,
    ) -> list[Taken]:
        """Add or rename the objects that documents name by id; of the rest nothing is kept.

        Says of each what became of it. With ``all_or_none`` one that is refused keeps the others
        out; ``as_new`` gives each a new id.

        Raises:
            ScopeTooSmall: the principal is limited to one object.
            NotPermitted: it neither administers nor manages data.
            InvalidParameter: there is no document.
        """
        self._require(by)
        if not documents:
            raise InvalidParameter("metadata_tmls", "name at least one document")
        now = self._means.clock()

        async def planned(tx: Transaction, caller: Principal) -> tuple[_Plan, list[Taken]]:
            plan = _Plan(tx, self._means, caller, await parties.caller(tx, caller), now)
            return plan, [await plan.take(one, as_new=as_new) for one in documents]

        async def work(tx: Transaction) -> list[Taken]:
            caller = await again(tx, self._means, by, now)
            self._require(caller)
            plan, taken = await planned(tx, caller)
            if all_or_none and any(one.header is None for one in taken):
                return [
                    one if one.header is None else Taken(header=None, reason="another is refused")
                    for one in taken
                ]
            await tx.objects.add(plan.added)
            await tx.objects.put(plan.changed)
            await record(
                tx,
                self._means,
                "object.take",
                at=now,
                source=source,
                org_id=caller.org_id,
                by=caller,
                added=[one.id for one in plan.added],
                changed=[one.id for one in plan.changed],
            )
            return taken

        if not writes:
            _, taken = await self._means.store.scan(lambda tx: planned(tx, by))
            return taken
        return await self._means.store.write(work)

    def _require(self, by: Principal) -> None:
        refuse_limited(by)
        if by.privileges.isdisjoint({ADMINISTRATION, DATAMANAGEMENT}):
            raise NotPermitted(f"{ADMINISTRATION} or {DATAMANAGEMENT}")


_STORED = [kind for kind in Kind if kind not in {Kind.TAG, Kind.ACCOUNT, Kind.GROUP}]


class _Plan:
    """What the documents of one call come to."""

    def __init__(
        self, tx: Transaction, means: Means, by: Principal, party: Party, now: datetime
    ) -> None:
        self._tx = tx
        self._means = means
        self._by = by
        self._party = party
        self._now = now
        self._seen: set[str] = set()
        self.added: list[Header] = []
        self.changed: list[Header] = []

    async def take(self, text: str, *, as_new: bool) -> Taken:
        """Plan one document, or say why it is refused."""
        try:
            return Taken(header=await self._take(tml.read(text), as_new=as_new))
        except CoreError as refusal:
            return Taken(header=None, reason=str(refusal))

    async def _take(self, document: tml.Document, *, as_new: bool) -> Header:
        is_named = document.id is not None and not as_new
        object_id = checked_id(document.id or "") if is_named else self._means.random.id()
        name = check_label("name", document.name)
        if object_id in self._seen:
            raise InvalidParameter("guid", "another document has it")
        found = await self._tx.objects.by_ids(self._by.org_id, [object_id]) if is_named else []
        if not found:
            header = Header(
                org_id=self._by.org_id,
                id=object_id,
                type=document.type,
                name=name,
                owner_id=self._by.account_id,
                author_id=self._by.account_id,
                modifier_id=self._by.account_id,
                created_at=self._now,
                modified_at=self._now,
            )
            self.added.append(header)
        else:
            header = await self._renamed(found[0], document, name)
        self._seen.add(object_id)
        return header

    async def _renamed(self, before: Header, document: tml.Document, name: str) -> Header:
        seen = await held(self._tx, self._party, [before])
        if not seen:
            # Its id is taken by what the caller may not see: it cannot be had, nor looked at.
            raise NotFound("object", before.id)
        if seen[0].mode is not ShareMode.MODIFY:
            raise NotPermitted("to edit this object")
        if before.type is not document.type:
            raise InvalidParameter("guid", f"is that of an object of type {before.type}")
        if before.name == name:
            return before
        header = replace(before, name=name, modifier_id=self._by.account_id, modified_at=self._now)
        self.changed.append(header)
        return header
