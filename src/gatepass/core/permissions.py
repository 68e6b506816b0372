"""Who may do what with which object: asked of objects, and asked of accounts and groups."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from gatepass.core import parties
from gatepass.core.entitlements import refuse_limited
from gatepass.core.errors import InvalidParameter
from gatepass.core.headers import STORED, Header, HeaderFilter, Kind, Person, Term
from gatepass.core.means import Means
from gatepass.core.object_rows import Target, the_objects
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import Account, Group, Principal, Record
from gatepass.core.searches import AccountFilter, GroupFilter, Page
from gatepass.core.shares import NOTHING_SHARED, Party, PartyKind, ShareMode, Shares, permission
from gatepass.core.store import Transaction

T = TypeVar("T")
MOST_ROWS = 100_000
"""So many permissions one answer tells at most."""

Who = Account | Group


class Wanted(Record, frozen=True):
    """An account or a group, by id or name; no kind: an account first."""

    identifier: str
    kind: PartyKind | None = None


class GroupGrant(Record, frozen=True):
    """What is granted to a group that a party is in."""

    id: str
    name: str
    mode: ShareMode


class Permission(Record, frozen=True):
    """What one party may do with one object: in effect, by its own grant, by its groups'."""

    effective: ShareMode
    granted: ShareMode
    by_groups: Sequence[GroupGrant]


class OfObject(Record, frozen=True):
    """An object and what parties may do with it."""

    header: Header
    owner: Person | None
    author: Person | None
    parties: Sequence[tuple[Who, Permission]]


class OfParty(Record, frozen=True):
    """A party and what it may do with objects."""

    who: Who
    objects: Sequence[tuple[Header, Permission]]
    people: Mapping[str, Person]
    """What owners and authors of these objects are called."""


class Permissions:
    """Acts that tell who may do what."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def of_objects(
        self,
        by: Principal,
        targets: Sequence[Target],
        wanted: Sequence[Wanted] | None,
        page: Page,
        *,
        defined: bool = False,
    ) -> list[OfObject]:
        """Return who may do what with each of the objects, accounts first, by name.

        With nobody ``wanted``: everybody who may do anything with it, as far as the principal may
        know of them; ``defined``: those with a grant of their own. The page is of each object's
        parties.

        Raises:
            ScopeTooSmall: the principal is limited to one object.
            NotFound: there is no such object that it may see, or nobody whom it may know of.
            InvalidParameter: no object is named, one by a name of several, or the answer would
                be too large.
        """
        refuse_limited(by)

        async def work(tx: Transaction) -> list[OfObject]:
            found = await the_objects(tx, by, targets, change=False)
            look = _Look(tx, self._means, by, await parties.caller(tx, by))
            named = None if wanted is None else [await look.find(one) for one in wanted]
            people = await _people(tx, by.org_id, [one.header for one in found])
            answers = []
            for one in found:
                if named is None:
                    whom = await look.candidates(one.header, one.shares, defined=defined)
                else:
                    whom = named
                rows = await look.rows(whom, one.header, one.shares)
                if named is None:
                    rows = [row for row in rows if _counts(row[1], defined=defined)]
                rows.sort(key=lambda row: (isinstance(row[0], Group), row[0].name.casefold()))
                answers.append(
                    OfObject(
                        header=one.header,
                        owner=people.get(one.header.owner_id),
                        author=people.get(one.header.author_id),
                        parties=_cut(rows, page),
                    )
                )
            _refuse_many(sum(len(one.parties) for one in answers))
            return answers

        return await self._means.store.scan(work)

    async def of_parties(
        self,
        by: Principal,
        wanted: Sequence[Wanted],
        targets: Sequence[Target] | None,
        page: Page,
        *,
        kind: Kind | None = None,
    ) -> list[OfParty]:
        """Return what each of the parties may do with the objects, by name.

        With no ``targets``: with all, of that kind, that it may do anything with and the principal
        may see. The page is of each party's objects.

        Raises:
            ScopeTooSmall: the principal is limited to one object.
            NotFound: there is nobody like that whom it may know of, or no such object.
            InvalidParameter: nobody is named, an object by a name of several, or the answer would
                be too large.
        """
        refuse_limited(by)
        if not wanted:
            raise InvalidParameter("principals", "name at least one principal")

        async def work(tx: Transaction) -> list[OfParty]:
            caller = await parties.caller(tx, by)
            look = _Look(tx, self._means, by, caller)
            named = None
            if targets is not None:
                named = [one.header for one in await the_objects(tx, by, targets, change=False)]
                named.sort(key=lambda one: one.name.casefold())
            answers = []
            for one in wanted:
                who = await look.find(one)
                party = await parties.of(tx, by.org_id, who)
                if named is None:
                    headers = await _readable(tx, by.org_id, [caller, party], kind, page)
                else:
                    headers = list(_cut(named, page))
                shares = await tx.objects.shares_of(by.org_id, [one.id for one in headers])
                objects = []
                for header in headers:
                    granted = shares.get(header.id, NOTHING_SHARED)
                    objects.append((header, await look.permission(party, header, granted)))
                answers.append(
                    OfParty(who=who, objects=objects, people=await _people(tx, by.org_id, headers))
                )
                _refuse_many(sum(len(answer.objects) for answer in answers))
            return answers

        return await self._means.store.scan(work)


async def _readable(
    tx: Transaction, org_id: int, readers: Sequence[Party], kind: Kind | None, page: Page
) -> list[Header]:
    """Return the page of objects that all of these may at least read."""
    terms = [Term(type=one) for one in sorted(STORED) if kind in {None, one}]
    most = MOST_ROWS + 1 if page.size is None else min(page.size, MOST_ROWS + 1)
    return await tx.objects.search(
        HeaderFilter(org_id=org_id, terms=terms, readers=readers),
        Page(offset=page.offset, size=most),
    )


async def _people(tx: Transaction, org_id: int, headers: Sequence[Header]) -> Mapping[str, Person]:
    whom = {one.owner_id for one in headers} | {one.author_id for one in headers}
    return await tx.objects.people(org_id, sorted(whom))


def _counts(told: Permission, *, defined: bool) -> bool:
    return (told.granted if defined else told.effective) is not ShareMode.NO_ACCESS


def _cut(rows: Sequence[T], page: Page) -> Sequence[T]:
    end = None if page.size is None else page.offset + page.size
    return rows[page.offset : end]


def _refuse_many(rows: int) -> None:
    if rows > MOST_ROWS:
        raise InvalidParameter("record_size", f"the answer has more than {MOST_ROWS} permissions")


class _Look:
    """What one caller is told of parties."""

    def __init__(self, tx: Transaction, means: Means, by: Principal, caller: Party) -> None:
        self._tx = tx
        self._by = by
        self._caller = caller
        self._named = parties.Named(tx, means, by)
        self._groups: dict[str, str] = {}
        """Names of groups by id."""

    async def find(self, wanted: Wanted) -> Who:
        """Return the account or group that is meant."""
        return await self._named.find(wanted.identifier, wanted.kind, self._caller.groups)

    async def rows(
        self, whom: Sequence[Who], header: Header, shares: Shares
    ) -> list[tuple[Who, Permission]]:
        """Return what each may do with an object."""
        org_id = self._by.org_id
        found = await parties.of_accounts(
            self._tx, org_id, [one.id for one in whom if isinstance(one, Account)]
        )
        found |= await parties.of_groups(
            self._tx, org_id, [one.id for one in whom if isinstance(one, Group)]
        )
        return [(who, await self.permission(found[who.id], header, shares)) for who in whom]

    async def permission(self, party: Party, header: Header, shares: Shares) -> Permission:
        """Return what a party may do with an object, and by what."""
        by_groups = [
            GroupGrant(id=group, name=await self._group_name(group), mode=mode)
            for group, mode in sorted(shares.groups.items())
            if group in party.groups and group != party.id
        ]
        return Permission(
            effective=permission(party, header.owner_id, shares),
            granted=shares.granted(party.kind, party.id),
            by_groups=by_groups,
        )

    async def candidates(self, header: Header, shares: Shares, *, defined: bool) -> list[Who]:
        """Return whoever may turn out to have a permission, as far as the caller may know."""
        accounts, groups = set(shares.accounts), set(shares.groups)
        if not defined:
            org_id = self._by.org_id
            groups |= set(await self._administering(org_id))
            groups |= await self._inside(groups)
            accounts |= {header.owner_id, *await self._tx.groups.holders(org_id, ADMINISTRATION)}
            for members in (await self._tx.directory.members_of(sorted(groups))).values():
                accounts |= {one.id for one in members}
        return [*await self._shown_accounts(accounts), *await self._shown_groups(groups)]

    async def _administering(self, org_id: int) -> Iterable[str]:
        found = await self._tx.directory.groups(
            GroupFilter(orgs=[org_id], privileges=[ADMINISTRATION]), Page(size=None)
        )
        return [group.id for group in found]

    async def _inside(self, groups: set[str]) -> set[str]:
        """Return all groups that are nested in these, at whatever depth."""
        found: set[str] = set()
        frontier = groups
        while frontier:
            nested = await self._tx.directory.inside(sorted(frontier))
            frontier = {one.id for inner in nested.values() for one in inner} - found - groups
            found |= frontier
        return found

    async def _shown_accounts(self, ids: set[str]) -> list[Account]:
        if not ids:
            return []
        found = await self._tx.directory.accounts(
            AccountFilter(now=self._by.chain_started_at, orgs=[self._by.org_id], ids=sorted(ids)),
            Page(size=None),
        )
        return [one for one in found if self._named.shows_account(one)]

    async def _shown_groups(self, ids: set[str]) -> list[Group]:
        if not ids:
            return []
        found = await self._tx.directory.groups(
            GroupFilter(orgs=[self._by.org_id], ids=sorted(ids)), Page(size=None)
        )
        return [one for one in found if self._named.shows_group(one, self._caller.groups)]

    async def _group_name(self, group_id: str) -> str:
        if group_id not in self._groups:
            group = await self._tx.groups.by_id(self._by.org_id, group_id)
            self._groups[group_id] = "" if group is None else group.name
        return self._groups[group_id]
