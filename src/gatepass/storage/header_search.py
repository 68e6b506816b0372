"""Headers by what a search asks: one statement for each shape, over as many tables as may fit."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    false,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)

from gatepass.core.headers import STORED, HeaderFilter, Kind, Term
from gatepass.core.searches import Page, SortBy
from gatepass.core.shares import Party, PartyKind, ShareMode
from gatepass.storage.header_sources import SOURCES, Source
from gatepass.storage.schema import (
    account_shares,
    accounts,
    favorites,
    group_members,
    group_shares,
    groups,
    object_tags,
    objects,
)
from gatepass.storage.searching import LAST, SHAPES, among, room, spread
from gatepass.storage.statements import Prepared

Part = tuple[Any, ...]
"""A condition: its kind, the name of its values, and what else its text depends on."""
Shape = tuple[tuple[tuple[str, tuple[Part, ...]], ...], SortBy, bool, bool]
Condition = ColumnElement[bool]


class _Asked:
    """The values of a search, each under a name of its own."""

    def __init__(self, what: HeaderFilter, page: Page) -> None:
        self.values: dict[str, object] = {
            "org": what.org_id,
            "offset": page.offset,
            "size": page.size,
        }
        self._numbers = count()

    def one(self, value: object) -> str:
        """Take a value and return its name."""
        name = f"v{next(self._numbers)}"
        self.values[name] = value
        return name

    def many(self, values: Sequence[object]) -> tuple[str, int]:
        """Take some values and return their name and how many a statement takes."""
        name = f"v{next(self._numbers)}"
        self.values |= spread(name, values)
        return name, room(values)


def asked(what: HeaderFilter, page: Page) -> tuple[Shape, dict[str, object]] | None:
    """Return the shape and the values of a search, None if nothing can fit."""
    search = _Asked(what, page)
    parts: list[tuple[str, tuple[Part, ...]]] = []
    for name, source in SOURCES.items():
        found = _parts(search, name, source, what)
        if found is not None:
            parts.append((name, tuple(found)))
    if not parts:
        return None
    return (tuple(parts), page.by, page.descending, page.size is not None), search.values


def _parts(search: _Asked, name: str, source: Source, what: HeaderFilter) -> list[Part] | None:
    """Return the conditions on one source, None if nothing of it can fit."""
    parts = _named(search, source, what)
    if parts is None or [] in (what.authors, what.modifiers):
        return None
    if what.authors:
        parts.append(("author", *search.many(what.authors)))
    if what.modifiers:
        parts.append(("modifier", *search.many(what.modifiers)))
    but = [one for kind, one in what.but if _of(source, kind)]
    if but:
        parts.append(("but", *search.many(but)))
    more = _of_objects(search, what) if name == "objects" else _of_others(search, name, what)
    return None if more is None else [*parts, *more]


def _of_others(search: _Asked, name: str, what: HeaderFilter) -> list[Part] | None:
    """Return the conditions on what is no object of its own."""
    if what.only_id is not None or (what.tags, what.kept_by, what.permitted) != (None,) * 3:
        return None
    shown = {"accounts": what.accounts_shown_to, "groups": what.groups_shown_to}.get(name)
    return [] if shown is None else [(f"{name} shown", search.one(shown))]


def _of_objects(search: _Asked, what: HeaderFilter) -> list[Part] | None:
    """Return the conditions that only objects can fit."""
    if [] in (what.tags, what.kept_by, what.permitted):
        return None
    parts: list[Part] = []
    if what.tags:
        parts.append(("tags", *search.many(what.tags)))
    if what.kept_by:
        parts.append(("kept", *search.many(what.kept_by)))
    if what.only_id is not None:
        parts.append(("only", search.one(what.only_id)))
    if what.permitted:
        exactly = tuple((mode, *_party(search, party)) for party, mode in what.permitted)
        parts.append(("permitted", exactly))
    readers = [party for party in what.readers if not party.administers]
    return [*parts, *(("reader", *_party(search, party)) for party in readers)]


def _of(source: Source, kind: Kind | None) -> bool:
    """Say whether something of this kind is in the source; of no kind, anything may be."""
    if kind is None:
        return True
    return kind in STORED if source.kind is None else kind is source.kind


def _named(search: _Asked, source: Source, what: HeaderFilter) -> list[Part] | None:
    """Return the one condition that terms and ids make together, if any; None: nothing fits."""
    if what.terms is None and what.ids is None:
        return []
    either: list[Part] = []
    kinds: list[str] = []
    for term in what.terms or ():
        if not _of(source, term.type) or (term.subtypes and source.kind is not None):
            continue
        if term.name is None and not term.subtypes:
            if term.type is None or source.kind is not None:
                return []
            kinds.append(term.type.value)
        else:
            either.append(_term(search, term, source))
    if kinds:
        either.append(("kinds", *search.many(kinds)))
    ids = [one for kind, one in what.ids or () if _of(source, kind)]
    if ids:
        either.append(("ids", *search.many(ids)))
    return [("either", tuple(either))] if either else None


def _term(search: _Asked, term: Term, source: Source) -> Part:
    pattern = term.name
    prefix = None if pattern is None else pattern.prefix or None
    like = None if pattern is None else pattern.like
    return (
        "term",
        None if term.type is None or source.kind is not None else search.one(term.type.value),
        None if prefix is None else (search.one(prefix), search.one(prefix + LAST)),
        None if like is None else search.one(like),
        search.many(term.subtypes) if term.subtypes else None,
    )


def _party(search: _Asked, party: Party) -> Part:
    """Return what a condition on a party depends on."""
    if party.administers:
        return (None, None, None)
    own = search.one(party.id) if party.kind is PartyKind.ACCOUNT else None
    return ("party", own, search.many(sorted(party.groups)) if party.groups else None)


def _permitted(own: str | None, groups_: tuple[str, int] | None, *, modify: bool) -> Condition:
    """Return that an object may be read, or changed, by its owner or by who has a grant.

    This is ``core.shares.permission`` as a condition, for parties that do not administer.
    """
    ways: list[Condition] = []
    grants = []
    if own is not None:
        ways.append(objects.c.owner_id == bindparam(own))
        grants.append((account_shares, account_shares.c.account_id == bindparam(own)))
    if groups_ is not None:
        grants.append((group_shares, among(group_shares.c.group_id, *groups_)))
    for table, theirs in grants:
        granted = select(table.c.object_id).where(table.c.org_id == bindparam("org"), theirs)
        if modify:
            granted = granted.where(table.c.mode == literal_column(f"'{ShareMode.MODIFY}'"))
        ways.append(objects.c.id.in_(granted))
    return or_(false(), *ways)


def _exactly(part: Part) -> Condition:
    """Return that a party may do this with an object, no less and no more."""
    mode, party, own, groups_ = part
    if party is None:
        return true() if mode is ShareMode.MODIFY else false()
    modifies = _permitted(own, groups_, modify=True)
    if mode is ShareMode.MODIFY:
        return modifies
    reads = _permitted(own, groups_, modify=False)
    return not_(reads) if mode is ShareMode.NO_ACCESS else and_(reads, not_(modifies))


def _fits_term(
    source: Source,
    kind: str | None,
    prefix: tuple[str, str] | None,
    like: str | None,
    subtypes: tuple[str, int] | None,
) -> Condition:
    all_of: list[Condition] = []
    if kind is not None:
        all_of.append(objects.c.type == bindparam(kind))
    if prefix is not None:
        all_of += [source.key >= bindparam(prefix[0]), source.key < bindparam(prefix[1])]
    if like is not None:
        all_of.append(source.key.like(bindparam(like), escape="\\"))
    if subtypes is not None:
        all_of.append(among(objects.c.subtype, *subtypes))
    return and_(true(), *all_of)


def _either(source: Source, parts: tuple[Part, ...]) -> Condition:
    return or_(*(_condition(source, one) for one in parts))


def _accounts_shown(_: Source, asking: str) -> Condition:
    return or_(accounts.c.sharable == 1, accounts.c.id == bindparam(asking))


def _groups_shown(_: Source, asking: str) -> Condition:
    own = select(group_members.c.group_id).where(group_members.c.account_id == bindparam(asking))
    return or_(groups.c.sharable == 1, groups.c.id.in_(own))


def _tagged(_: Source, name: str, size: int) -> Condition:
    return exists().where(
        object_tags.c.org_id == objects.c.org_id,
        object_tags.c.object_id == objects.c.id,
        among(object_tags.c.tag_id, name, size),
    )


def _kept(_: Source, name: str, size: int) -> Condition:
    return exists().where(
        favorites.c.org_id == objects.c.org_id,
        favorites.c.object_id == objects.c.id,
        among(favorites.c.account_id, name, size),
    )


_CONDITIONS: dict[str, Callable[..., Condition]] = {
    "either": _either,
    "term": _fits_term,
    "kinds": lambda _, *values: among(objects.c.type, *values),
    "ids": lambda source, *values: among(source.id, *values),
    "author": lambda source, *values: among(source.author, *values),
    "modifier": lambda source, *values: among(source.modifier, *values),
    "but": lambda source, *values: not_(among(source.id, *values)),
    "accounts shown": _accounts_shown,
    "groups shown": _groups_shown,
    "only": lambda _, name: objects.c.id == bindparam(name),
    "permitted": lambda _, pairs: or_(*(_exactly(one) for one in pairs)),
    "reader": lambda _, __, own, groups_: _permitted(own, groups_, modify=False),
    "tags": _tagged,
    "kept": _kept,
}


def _condition(source: Source, part: Part) -> Condition:
    kind, *rest = part
    return _CONDITIONS[kind](source, *rest)


@lru_cache(SHAPES)
def statement(shape: Shape) -> Prepared:
    """Return the statement for a shape."""
    sources, by, descending, limited = shape
    selects = []
    for name, parts in sources:
        source = SOURCES[name]
        conditions = [_condition(source, part) for part in parts]
        selects.append(
            select(*source.columns)
            .select_from(source.table)
            .where(source.org == bindparam("org"), *conditions)
        )
    query: Any
    if len(selects) == 1:
        places: Sequence[ColumnElement[Any]] = SOURCES[sources[0][0]].sorted_by(by)
        query = selects[0]
    else:
        orders = [SOURCES[name].sorted_by(by) for name, _ in sources]
        places = [literal_column(f"place{place}") for place in range(len(orders[0]))]
        query = union_all(*(_placed(*pair) for pair in zip(selects, orders, strict=True)))
    query = query.order_by(*(place.desc() if descending else place for place in places))
    if limited:
        query = query.limit(bindparam("size"))
    return Prepared(query.offset(bindparam("offset")))


def _placed(query: Select[Any], order: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """Return the query with what it is sorted by among its columns."""
    return query.add_columns(*(one.label(f"place{place}") for place, one in enumerate(order)))
