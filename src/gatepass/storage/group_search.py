"""Groups by what a search asks."""

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import ColumnElement, bindparam, exists, or_, select

from gatepass.core.names import name_key
from gatepass.core.searches import GroupFilter, Page
from gatepass.storage.groups import COLUMNS
from gatepass.storage.schema import (
    accounts,
    group_links,
    group_liveboards,
    group_members,
    group_privileges,
    group_roles,
    groups,
)
from gatepass.storage.searching import (
    SHAPES,
    Asked,
    Condition,
    Shape,
    among,
    equal,
    fitting,
    named,
)
from gatepass.storage.statements import Prepared


def _having(name: str, group: ColumnElement[str], what: ColumnElement[str]) -> dict[str, Condition]:
    """Return the condition that a table about groups has one of the values for it."""

    def condition(sizes: Mapping[str, int]) -> ColumnElement[bool]:
        return exists().where(group == groups.c.id, among(what, name, sizes[name]))

    return {name: condition}


_own = (
    select(group_members.c.group_id)
    .where(group_members.c.account_id == bindparam("shown_to"))
    .scalar_subquery()
)
_CONDITIONS: dict[str, Condition] = {
    **named(groups.c.name_key),
    **equal(
        key=groups.c.name_key,
        display_name=groups.c.display_key,
        description=groups.c.description,
        sharable=groups.c.sharable,
        type=groups.c.type,
    ),
    **_having("privileges", group_privileges.c.group_id, group_privileges.c.privilege),
    **_having("holding", group_links.c.parent_id, group_links.c.child_id),
    **_having("members", group_members.c.group_id, group_members.c.account_id),
    **_having("roles", group_roles.c.group_id, group_roles.c.role_id),
    **_having("liveboards", group_liveboards.c.group_id, group_liveboards.c.liveboard_id),
    "orgs": lambda sizes: among(groups.c.org_id, "orgs", sizes["orgs"]),
    "ids": lambda sizes: among(groups.c.id, "ids", sizes["ids"]),
    "shown_to": lambda _: or_(groups.c.sharable == 1, groups.c.id.in_(_own)),
}
_AUTHOR = select(accounts.c.name_key).where(accounts.c.id == groups.c.author_id).scalar_subquery()
_LAST = (groups.c.name_key, groups.c.org_id)
_ORDERS = {
    "NAME": _LAST,
    "DISPLAY_NAME": (groups.c.display_key, *_LAST),
    "AUTHOR": (_AUTHOR, *_LAST),
    "CREATED": (groups.c.created_at, *_LAST),
    "MODIFIED": (groups.c.modified_at, *_LAST),
}


@lru_cache(SHAPES)
def statement(shape: Shape) -> Prepared:
    """Return the statement for a shape."""
    return Prepared(fitting(select(*COLUMNS), shape, _CONDITIONS, _ORDERS))


def asked(what: GroupFilter, page: Page) -> tuple[Shape, dict[str, object]] | None:
    """Return the shape and the values of a search, None if nothing can fit."""
    search = Asked()
    search.many("orgs", what.orgs)
    search.many("ids", what.ids)
    search.one("key", what.key)
    search.pattern(what.name)
    search.one("display_name", None if what.display_name is None else name_key(what.display_name))
    search.one("description", what.description)
    search.one("sharable", what.sharable)
    search.one("type", what.type)
    search.many("privileges", what.privileges)
    search.many("holding", what.holding)
    search.many("members", what.members)
    search.many("liveboards", what.liveboards)
    search.many("roles", what.roles)
    search.one("shown_to", what.shown_to)
    shape = search.page(page)
    return None if search.hopeless else (shape, search.values)
