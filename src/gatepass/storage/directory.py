"""The directory desk: searches, and what belongs to a whole page of accounts or groups."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import CTE, CompoundSelect, Select, select

from gatepass.core.attributes import Stored
from gatepass.core.records import Account, Entitlements, Favorite, Group, Org
from gatepass.core.searches import AccountFilter, GroupFilter, Named, Page, Tastes
from gatepass.storage import account_search, granting, group_search
from gatepass.storage.accounts import to_account
from gatepass.storage.groups import COLUMNS as GROUP_COLUMNS
from gatepass.storage.groups import to_group
from gatepass.storage.many import lists_of, rows_of, to_named, to_text
from gatepass.storage.orgs import COLUMNS as ORG_COLUMNS
from gatepass.storage.orgs import to_org
from gatepass.storage.schema import (
    accounts,
    attributes,
    entitlements,
    favorites,
    group_links,
    group_liveboards,
    group_members,
    group_privileges,
    groups,
    memberships,
    orgs,
)
from gatepass.storage.searching import among
from gatepass.storage.statements import Link


def _orgs_of(size: int) -> Select[Any]:
    return (
        select(memberships.c.account_id, *ORG_COLUMNS)
        .join(orgs, orgs.c.id == memberships.c.org_id)
        .where(among(memberships.c.account_id, "of", size))
        .order_by(orgs.c.id)
    )


def _groups_of(size: int) -> Select[Any]:
    return (
        select(group_members.c.account_id, *GROUP_COLUMNS)
        .join(groups, groups.c.id == group_members.c.group_id)
        .where(among(group_members.c.account_id, "of", size))
        .order_by(groups.c.name_key)
    )


def _reach(size: int) -> CTE:
    return granting.reach(among(group_members.c.account_id, "of", size))


def _reach_of(size: int) -> Select[Any]:
    reach = _reach(size)
    return (
        select(reach.c.account_id, *GROUP_COLUMNS)
        .join(reach, reach.c.group_id == groups.c.id)
        .order_by(groups.c.name_key)
    )


def _privileges_of(size: int) -> CompoundSelect[Any]:
    return granting.granted_to(_reach(size))


def _entitlements_of(size: int) -> Select[Any]:
    return select(entitlements.c.account_id, entitlements.c.org_id, entitlements.c.body).where(
        among(entitlements.c.account_id, "of", size)
    )


def _attributes_of(size: int) -> Select[Any]:
    return (
        select(attributes.c.account_id, attributes.c.org_id, attributes.c.scope, attributes.c.body)
        .where(among(attributes.c.account_id, "of", size))
        .order_by(attributes.c.org_id, attributes.c.scope)
    )


def _homes_of(size: int) -> Select[Any]:
    return select(
        memberships.c.account_id, memberships.c.org_id, memberships.c.home_liveboard
    ).where(among(memberships.c.account_id, "of", size), memberships.c.home_liveboard.is_not(None))


def _favorites_of(size: int) -> Select[Any]:
    return (
        select(favorites.c.account_id, favorites.c.org_id, favorites.c.object_id, favorites.c.type)
        .where(among(favorites.c.account_id, "of", size))
        .order_by(favorites.c.place)
    )


def _members_of(size: int) -> Select[Any]:
    return (
        select(group_members.c.group_id, accounts.c.id, accounts.c.name)
        .join(accounts, accounts.c.id == group_members.c.account_id)
        .where(among(group_members.c.group_id, "of", size))
        .order_by(accounts.c.name_key)
    )


def _inside(size: int) -> Select[Any]:
    return (
        select(group_links.c.parent_id, groups.c.id, groups.c.name)
        .join(groups, groups.c.id == group_links.c.child_id)
        .where(among(group_links.c.parent_id, "of", size))
        .order_by(groups.c.name_key)
    )


def _around(size: int) -> Select[Any]:
    return (
        select(group_links.c.child_id, groups.c.id, groups.c.name)
        .join(groups, groups.c.id == group_links.c.parent_id)
        .where(among(group_links.c.child_id, "of", size))
        .order_by(groups.c.name_key)
    )


def _granted_by(size: int) -> Select[Any]:
    return (
        select(group_privileges.c.group_id, group_privileges.c.privilege)
        .where(among(group_privileges.c.group_id, "of", size))
        .order_by(group_privileges.c.privilege)
    )


def _liveboards_of(size: int) -> Select[Any]:
    return (
        select(group_liveboards.c.group_id, group_liveboards.c.liveboard_id)
        .where(among(group_liveboards.c.group_id, "of", size))
        .order_by(group_liveboards.c.place)
    )


class Directory:
    """The directory desk."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def accounts(self, what: AccountFilter, page: Page) -> list[Account]:
        found = account_search.asked(what, page)
        if found is None:
            return []
        shape, values = found
        rows = await self._link.all(account_search.statement(shape), **values)
        return [to_account(row) for row in rows]

    async def groups(self, what: GroupFilter, page: Page) -> list[Group]:
        found = group_search.asked(what, page)
        if found is None:
            return []
        shape, values = found
        rows = await self._link.all(group_search.statement(shape), **values)
        return [to_group(row) for row in rows]

    async def orgs_of(self, accounts: Sequence[str]) -> dict[str, list[Org]]:
        return await lists_of(self._link, _orgs_of, accounts, to_org)

    async def groups_of(self, accounts: Sequence[str]) -> dict[str, list[Group]]:
        """Return the groups that each account itself is in, in whatever Org."""
        return await lists_of(self._link, _groups_of, accounts, to_group)

    async def reach_of(self, accounts: Sequence[str]) -> dict[str, list[Group]]:
        """Return each account's groups with all that they are nested in."""
        return await lists_of(self._link, _reach_of, accounts, to_group)

    async def privileges_of(self, accounts: Sequence[str]) -> dict[str, dict[int, frozenset[str]]]:
        """Return what each account's groups grant, by Org."""
        found: dict[str, dict[int, set[str]]] = {}
        for account, org, word in await rows_of(self._link, _privileges_of, accounts):
            found.setdefault(account, {}).setdefault(org, set()).add(word)
        return {
            account: {org: frozenset(words) for org, words in by_org.items()}
            for account, by_org in found.items()
        }

    async def entitlements_of(self, accounts: Sequence[str]) -> dict[str, dict[int, Entitlements]]:
        found: dict[str, dict[int, Entitlements]] = {}
        for account, org, body in await rows_of(self._link, _entitlements_of, accounts):
            what = msgspec.json.decode(body, type=Entitlements)
            found.setdefault(account, {})[org] = what
        return found

    async def attributes_of(
        self, accounts: Sequence[str]
    ) -> dict[str, dict[int, dict[str, Stored]]]:
        """Return what is stored on each account, by Org and scope."""
        found: dict[str, dict[int, dict[str, Stored]]] = {}
        for account, org, scope, body in await rows_of(self._link, _attributes_of, accounts):
            stored = msgspec.json.decode(body, type=Stored)
            found.setdefault(account, {}).setdefault(org, {})[scope] = stored
        return found

    async def tastes_of(self, accounts: Sequence[str]) -> dict[str, dict[int, Tastes]]:
        """Return home Liveboards and favourites, by Org."""
        kept: dict[tuple[str, int], list[Favorite]] = {}
        for account, org, object_id, kind in await rows_of(self._link, _favorites_of, accounts):
            kept.setdefault((account, org), []).append(Favorite(id=object_id, type=kind))
        rows = await rows_of(self._link, _homes_of, accounts)
        homes = {(account, org): liveboard for account, org, liveboard in rows}
        found: dict[str, dict[int, Tastes]] = {}
        for account, org in kept.keys() | homes.keys():
            found.setdefault(account, {})[org] = Tastes(
                home_liveboard=homes.get((account, org)), favorites=kept.get((account, org), ())
            )
        return found

    async def members_of(self, groups: Sequence[str]) -> dict[str, list[Named]]:
        return await lists_of(self._link, _members_of, groups, to_named)

    async def inside(self, groups: Sequence[str]) -> dict[str, list[Named]]:
        """Return the groups that are nested in each, one level deep."""
        return await lists_of(self._link, _inside, groups, to_named)

    async def around(self, groups: Sequence[str]) -> dict[str, list[Named]]:
        """Return the groups that each is nested in, one level up."""
        return await lists_of(self._link, _around, groups, to_named)

    async def granted_by(self, groups: Sequence[str]) -> dict[str, list[str]]:
        """Return what each group grants itself."""
        return await lists_of(self._link, _granted_by, groups, to_text)

    async def liveboards_of(self, groups: Sequence[str]) -> dict[str, list[str]]:
        return await lists_of(self._link, _liveboards_of, groups, to_text)
