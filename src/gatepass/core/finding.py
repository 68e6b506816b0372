"""Search over everything that has a header: objects, accounts, groups and tags of one Org.

Whoever administers sees every object; everybody else those that are his, or shared with him, and
of accounts and groups those that the directory shows him. A credential that is limited to one
object finds that one, if its account may see it, and nothing else.
"""

from collections.abc import Mapping, Sequence

from gatepass.core import parties
from gatepass.core.account_rows import find_member
from gatepass.core.entitlements import may
from gatepass.core.errors import InvalidParameter, NotFound, NotPermitted
from gatepass.core.groups import find_group
from gatepass.core.headers import STORED, Header, HeaderFilter, Kind, Person, Term
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.object_rows import MOST_NAMESAKES
from gatepass.core.privileges import GROUP_ADMINISTRATION, USER_ADMINISTRATION
from gatepass.core.records import Principal, Record
from gatepass.core.searches import Named, NamePattern, Page, matches
from gatepass.core.shares import Party, PartyKind, ShareMode
from gatepass.core.store import Transaction
from gatepass.core.tags import find_tag

MOST_TERMS = 50
"""So many patterns may be asked for at once, and as many parties; ids as many as fit a list."""


class Sought(Record, frozen=True):
    """One wording of what is sought; all that is not None must fit."""

    identifier: str | None = None
    custom_id: str | None = None
    pattern: str | None = None
    type: Kind | None = None
    subtypes: Sequence[str] | None = None


class Allowed(Record, frozen=True):
    """That an account or group, by id or name, may do exactly this."""

    identifier: str
    mode: ShareMode
    kind: PartyKind | None = None


class ObjectSearch(Record, frozen=True):
    """What is asked; None asks nothing. Accounts, groups and tags by id or name."""

    among: Sequence[Sought] | None = None
    but: Sequence[Sought] = ()
    authors: Sequence[str] | None = None
    modifiers: Sequence[str] | None = None
    tags: Sequence[str] | None = None
    allowed: Sequence[Allowed] | None = None
    favorites: bool = False
    """Only what is kept at hand, by the accounts in ``kept_by`` or by the caller."""
    kept_by: Sequence[str] | None = None


class Found(Record, frozen=True):
    """What a search found, with its tags and what its author is called in the Org."""

    header: Header
    tags: Sequence[Named]
    author: Person | None


class Finding:
    """The act that finds."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def search(self, by: Principal, what: ObjectSearch, page: Page) -> list[Found]:
        """Return what fits and the principal may see.

        Raises:
            NotPermitted: it asks by the favourites of others without administering accounts.
            InvalidParameter: it asks for too many patterns, or by too many permissions.
        """
        patterns = [one for one in what.among or () if one.pattern or one.subtypes]
        if max(len(patterns), len(what.allowed or ())) > MOST_TERMS:
            raise InvalidParameter("metadata", f"at most {MOST_TERMS} patterns or permissions")

        async def work(tx: Transaction) -> list[Found]:
            asked = _Asking(tx, self._means, by, await parties.caller(tx, by))
            return await shown(tx, by.org_id, await tx.objects.search(await asked.of(what), page))

        return await self._means.store.scan(work)


async def shown(tx: Transaction, org_id: int, headers: Sequence[Header]) -> list[Found]:
    """Return headers of one Org with what belongs to them."""
    stored = [one.id for one in headers if one.type in STORED]
    tags = await tx.objects.tags_of(org_id, stored)
    people: Mapping[str, Person] = await tx.objects.people(
        org_id, list({one.author_id for one in headers})
    )
    return [
        Found(
            header=one,
            tags=tags.get(one.id, ()) if one.type in STORED else (),
            author=people.get(one.author_id),
        )
        for one in headers
    ]


class _Asking:
    """One search, from what a caller says to what a store is asked."""

    def __init__(self, tx: Transaction, means: Means, by: Principal, party: Party) -> None:
        self._tx = tx
        self._means = means
        self._by = by
        self._party = party

    async def of(self, what: ObjectSearch) -> HeaderFilter:
        by, rules = self._by, self._means.rules
        terms, ids = None, None
        if what.among:
            terms, ids = await self._terms(what.among)
        return HeaderFilter(
            org_id=by.org_id,
            terms=terms,
            ids=ids,
            but=[pair for one in what.but for pair in await self._named(one)],
            authors=await self._accounts(what.authors),
            modifiers=await self._accounts(what.modifiers),
            tags=await self._tags(what.tags),
            kept_by=await self._keepers(what),
            permitted=await self._allowed(what.allowed),
            readers=[self._party],
            accounts_shown_to=None if may(by, rules, USER_ADMINISTRATION) else by.account_id,
            groups_shown_to=None if may(by, rules, GROUP_ADMINISTRATION) else by.account_id,
            only_id=None if by.object_id is None else by.object_id.strip().lower(),
        )

    async def _terms(self, among: Sequence[Sought]) -> tuple[list[Term], list[tuple[Kind, str]]]:
        """Return the terms that patterns and kinds make, and what is named one by one."""
        terms, ids = [], []
        for one in among:
            if one.identifier is not None or one.custom_id is not None:
                ids += await self._named(one)
            else:
                pattern = None if one.pattern is None else NamePattern.of(one.pattern)
                terms.append(Term(type=one.type, name=pattern, subtypes=one.subtypes or None))
        return terms, ids

    async def _named(self, one: Sought) -> list[tuple[Kind, str]]:
        """Return kind and id of what is named and fits the rest of its wording."""
        named: list[_Called] = []
        if one.identifier is not None:
            named = await self._by_identifier(one.identifier, one.type)
        elif one.custom_id is not None:
            named = await self._by_custom_id(one.custom_id)
        if one.identifier is not None and one.custom_id is not None:
            both = {(called.type, called.id) for called in await self._by_custom_id(one.custom_id)}
            named = [called for called in named if (called.type, called.id) in both]
        return [
            (called.type, called.id)
            for called in named
            if one.type in {None, called.type}
            and (one.pattern is None or matches(one.pattern, called.name))
            and (not one.subtypes or called.subtype in one.subtypes)
        ]

    async def _by_custom_id(self, custom_id: str) -> list["_Called"]:
        found = await self._tx.objects.by_custom_id(self._by.org_id, custom_id)
        return [] if found is None else [_called(found)]

    async def _by_identifier(self, identifier: str, kind: Kind | None) -> list["_Called"]:
        """Return whatever has this id; if nothing has, whatever has this name."""
        tx, org_id = self._tx, self._by.org_id
        found: list[_Called] = []
        if kind is None or kind in STORED:
            rows = await tx.objects.by_ids(org_id, [identifier.strip().lower()])
            if not rows:
                rows = await tx.objects.by_key(org_id, name_key(identifier), MOST_NAMESAKES)
            found += [_called(row) for row in rows]
        if kind in {None, Kind.ACCOUNT}:
            account = await find_member(tx, org_id, identifier)
            if account is not None:
                found.append(_Called(type=Kind.ACCOUNT, id=account.id, name=account.name))
        if kind in {None, Kind.GROUP}:
            group = await find_group(tx, org_id, identifier)
            if group is not None:
                found.append(_Called(type=Kind.GROUP, id=group.id, name=group.name))
        if kind in {None, Kind.TAG}:
            tag = await find_tag(tx, org_id, identifier)
            if tag is not None:
                found.append(_Called(type=Kind.TAG, id=tag.id, name=tag.name))
        return [one for one in found if one.id == identifier.strip().lower()] or found

    async def _accounts(self, identifiers: Sequence[str] | None) -> list[str] | None:
        """Return ids of accounts, as headers name them: also of those that are gone."""
        if not identifiers:
            return None
        ids = []
        for identifier in identifiers:
            ids.append(identifier.strip().lower())
            account = await find_member(self._tx, self._by.org_id, identifier)
            if account is not None:
                ids.append(account.id)
        return list(dict.fromkeys(ids))

    async def _tags(self, identifiers: Sequence[str] | None) -> list[str] | None:
        if not identifiers:
            return None
        found = [await find_tag(self._tx, self._by.org_id, one) for one in identifiers]
        return [tag.id for tag in found if tag is not None]

    async def _keepers(self, what: ObjectSearch) -> list[str] | None:
        if not what.favorites:
            return None
        if not what.kept_by:
            return [self._by.account_id]
        ids = []
        for identifier in what.kept_by:
            account = await find_member(self._tx, self._by.org_id, identifier)
            if account is not None:
                ids.append(account.id)
        if set(ids) - {self._by.account_id} and not may(
            self._by, self._means.rules, USER_ADMINISTRATION
        ):
            raise NotPermitted(f"{USER_ADMINISTRATION}, to search by the favourites of others")
        return ids

    async def _allowed(
        self, wanted: Sequence[Allowed] | None
    ) -> list[tuple[Party, ShareMode]] | None:
        if not wanted:
            return None
        named = parties.Named(self._tx, self._means, self._by)
        found: list[tuple[Party, ShareMode]] = []
        for one in wanted:
            try:
                who = await named.find(one.identifier, one.kind, self._party.groups)
            except NotFound:
                continue
            found.append((await parties.of(self._tx, self._by.org_id, who), one.mode))
        return found


class _Called(Record, frozen=True):
    """Something by kind, id and name."""

    type: Kind
    id: str
    name: str
    subtype: str | None = None


def _called(header: Header) -> _Called:
    return _Called(type=header.type, id=header.id, name=header.name, subtype=header.subtype)
