"""Accounts by what a search asks, through the index that fits best."""

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    case,
    exists,
    or_,
    select,
)

from gatepass.core.names import name_key
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import PRIMARY_ORG
from gatepass.core.searches import AccountFilter, Page
from gatepass.storage.accounts import COLUMNS
from gatepass.storage.granting import carrying, granting
from gatepass.storage.schema import (
    accounts,
    favorites,
    group_members,
    group_roles,
    memberships,
)
from gatepass.storage.searching import SHAPES, Asked, Shape, among, equal, fitting, named
from gatepass.storage.statements import Prepared, to_micros

_SELECTIVE = frozenset({"ids", "email", "display_name"})
"""What leaves so few accounts that they are read first, and their Orgs after."""


def standing() -> ColumnElement[str]:
    """Return the status as it counts now: locks by guesses and terms run out by themselves."""
    now: BindParameter[int] = bindparam("now", type_=BigInteger)
    unlocked = and_(accounts.c.status == "LOCKED", accounts.c.locked_until <= now)
    return case(
        (
            or_(accounts.c.status == "ACTIVE", unlocked),
            case((accounts.c.expires_at <= now, "EXPIRED"), else_="ACTIVE"),
        ),
        else_=accounts.c.status,
    )


def _in_orgs(sizes: Mapping[str, int], *which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return that a membership fits, in one of the Orgs that are asked for."""
    own = exists().where(memberships.c.account_id == accounts.c.id, *which)
    return own.where(among(memberships.c.org_id, "orgs", sizes["orgs"])) if "orgs" in sizes else own


def _in_groups(sizes: Mapping[str, int]) -> ColumnElement[bool]:
    return accounts.c.id.in_(
        select(group_members.c.account_id).where(
            among(group_members.c.group_id, "groups", sizes["groups"])
        )
    )


def _privileged(sizes: Mapping[str, int]) -> ColumnElement[bool]:
    """Return that a group, or one that it is in, grants one of the words in one of the Orgs."""

    def fits(org: ColumnElement[int], word: ColumnElement[str]) -> ColumnElement[bool]:
        words = among(word, "privileges", sizes["privileges"])
        if "orgs" not in sizes:
            return words
        of_cluster = and_(org == PRIMARY_ORG, word == ADMINISTRATION)
        return and_(words, or_(among(org, "orgs", sizes["orgs"]), of_cluster))

    return _in_some(granting(fits))


def _in_role(sizes: Mapping[str, int]) -> ColumnElement[bool]:
    """Return that a group, or one that it is in, has one of the roles."""
    return _in_some(carrying(among(group_roles.c.role_id, "roles", sizes["roles"])))


def _in_some(groups: CTE) -> ColumnElement[bool]:
    # The groups lead to their members: a join would let the engine walk all memberships instead.
    return accounts.c.id.in_(
        select(group_members.c.account_id).where(
            group_members.c.group_id.in_(select(groups.c.group_id))
        )
    )


def _keeping(sizes: Mapping[str, int]) -> ColumnElement[bool]:
    kept = exists().where(
        favorites.c.account_id == accounts.c.id,
        among(favorites.c.object_id, "favorites", sizes["favorites"]),
    )
    return kept.where(among(favorites.c.org_id, "orgs", sizes["orgs"])) if "orgs" in sizes else kept


_CONDITIONS = {
    **equal(
        display_name=accounts.c.display_key,
        email=accounts.c.email_key,
        sharable=accounts.c.sharable,
        type=accounts.c.type,
        status=standing(),
        notify_on_share=accounts.c.notify_on_share,
        show_onboarding_experience=accounts.c.show_onboarding_experience,
        onboarding_experience_completed=accounts.c.onboarding_experience_completed,
    ),
    "ids": lambda sizes: among(accounts.c.id, "ids", sizes["ids"]),
    "groups": _in_groups,
    "privileges": _privileged,
    "roles": _in_role,
    "favorites": _keeping,
    "home_liveboard": lambda sizes: _in_orgs(
        sizes, memberships.c.home_liveboard == bindparam("home_liveboard")
    ),
    "shown_to": lambda _: or_(accounts.c.sharable == 1, accounts.c.id == bindparam("shown_to")),
}
_author = accounts.alias("author")
_AUTHOR = select(_author.c.name_key).where(_author.c.id == accounts.c.author_id).scalar_subquery()


@lru_cache(SHAPES)
def statement(shape: Shape) -> Prepared:
    """Return the statement for a shape."""
    sizes = dict(shape)
    conditions = dict(_CONDITIONS)
    key: ColumnElement[str] = accounts.c.name_key
    query = select(*COLUMNS)
    if sizes.get("orgs") == 1 and _SELECTIVE.isdisjoint(sizes):
        # One Org's accounts lie in the order of their names beside its memberships.
        key = memberships.c.name_key
        query = query.join(memberships, memberships.c.account_id == accounts.c.id)
        conditions |= {"orgs": lambda sizes: among(memberships.c.org_id, "orgs", sizes["orgs"])}
        conditions |= {
            "home_liveboard": equal(home_liveboard=memberships.c.home_liveboard)["home_liveboard"]
        }
    else:
        conditions |= {"orgs": _in_orgs}
    orders = {
        "NAME": (key,),
        "DISPLAY_NAME": (accounts.c.display_key, key),
        "AUTHOR": (_AUTHOR, key),
        "CREATED": (accounts.c.created_at, key),
        "MODIFIED": (accounts.c.modified_at, key),
    }
    return Prepared(fitting(query, shape, {**named(key), **conditions}, orders))


def asked(what: AccountFilter, page: Page) -> tuple[Shape, dict[str, object]] | None:
    """Return the shape and the values of a search, None if nothing can fit."""
    search = Asked()
    search.values["now"] = to_micros(what.now)
    search.many("orgs", what.orgs)
    search.many("ids", what.ids)
    search.pattern(what.name)
    search.one("display_name", None if what.display_name is None else name_key(what.display_name))
    search.one("email", None if what.email is None else name_key(what.email))
    search.one("sharable", what.sharable)
    search.one("type", what.type)
    search.one("status", what.status)
    search.many("groups", what.groups)
    search.many("privileges", what.privileges)
    search.many("roles", what.roles)
    search.one("notify_on_share", what.notify_on_share)
    search.one("show_onboarding_experience", what.show_onboarding_experience)
    search.one("onboarding_experience_completed", what.onboarding_experience_completed)
    search.one("home_liveboard", what.home_liveboard)
    search.many("favorites", what.favorites)
    search.one("shown_to", what.shown_to)
    shape = search.page(page)
    return None if search.hopeless else (shape, search.values)
