"""Accounts and groups as they are shown, many at a time: a few reads, whatever their number."""

from collections.abc import Collection, Mapping, Sequence

from gatepass.core.entitlements import effective
from gatepass.core.records import Account, Group, Org, Profile, Record
from gatepass.core.searches import Named, Tastes
from gatepass.core.store import Transaction

_PLAIN = Tastes()


class GroupView(Record, frozen=True):
    """A group with what is in it and what it grants itself; what is None is not told."""

    group: Group
    org: Org
    users: Sequence[Named] | None
    inside: Sequence[Named] | None
    privileges: Sequence[str] | None
    liveboards: Sequence[str] | None
    roles: Sequence[Named] | None
    object_names: Mapping[tuple[str, str], str] = {}
    """Names of the Liveboards, by kind and id, as far as whoever asks may see them."""


async def group_views(
    tx: Transaction,
    groups: Sequence[Group],
    *,
    users: bool = True,
    inside: bool = True,
    whole: bool = True,
) -> list[GroupView]:
    """Return the groups with what belongs to them; who is not to see them whole sees less."""
    ids = [group.id for group in groups]
    members = await tx.directory.members_of(ids) if users and whole else {}
    nested = await tx.directory.inside(ids) if inside else {}
    granted = await tx.directory.granted_by(ids) if whole else {}
    liveboards = await tx.directory.liveboards_of(ids) if whole else {}
    roles = await tx.roles.of_groups(ids) if whole else {}
    orgs = {org_id: await tx.orgs.by_id(org_id) for org_id in {one.org_id for one in groups}}
    return [
        GroupView(
            group=group,
            org=org,
            users=members.get(group.id, []) if users and whole else None,
            inside=nested.get(group.id, []) if inside else None,
            privileges=granted.get(group.id, []) if whole else None,
            liveboards=liveboards.get(group.id, []) if whole else None,
            roles=roles.get(group.id, []) if whole else None,
        )
        for group in groups
        if (org := orgs[group.org_id]) is not None
    ]


async def profiles(
    tx: Transaction,
    accounts: Sequence[Account],
    *,
    first: int,
    among: Collection[int] | None,
    visible: int | None,
) -> list[Profile]:
    """Return the accounts with what each is in one of its Orgs.

    That is ``first`` if the account is in it, else the lowest of those it is in ``among`` (None:
    among all). Of other Orgs than ``visible`` nothing is said; None makes all visible.
    """
    ids = [account.id for account in accounts]
    orgs_of = await tx.directory.orgs_of(ids)
    own = await tx.directory.groups_of(ids)
    reach = await tx.directory.reach_of(ids)
    granted = await tx.directory.privileges_of(ids)
    entitlements = await tx.directory.entitlements_of(ids)
    attributes = await tx.directory.attributes_of(ids)
    tastes = await tx.directory.tastes_of(ids)
    elsewhere = await tx.orgs.by_id(first)
    found = []
    for account in accounts:
        orgs = orgs_of.get(account.id, [])
        org = _shown(orgs, first, among) or elsewhere
        if org is None:
            continue
        grants: Mapping[int, frozenset[str]] = granted.get(account.id, {})
        taste = tastes.get(account.id, {}).get(org.id, _PLAIN)
        found.append(
            Profile(
                account=account,
                org=org,
                orgs=[one for one in orgs if one.active and visible in {None, one.id}],
                groups=[one for one in own.get(account.id, []) if one.org_id == org.id],
                inherited_groups=[one for one in reach.get(account.id, []) if one.org_id == org.id],
                privileges=sorted(effective(grants, org.id)),
                org_privileges={
                    one: sorted(effective(grants, one))
                    for one in sorted(grants)
                    if visible in {None, one}
                },
                entitlements={
                    one: what
                    for one, what in entitlements.get(account.id, {}).items()
                    if visible in {None, one}
                },
                attributes={
                    one: stored
                    for one, stored in attributes.get(account.id, {}).items()
                    if visible in {None, one}
                },
                home_liveboard=taste.home_liveboard,
                favorites=taste.favorites,
            )
        )
    return found


def _shown(orgs: Sequence[Org], first: int, among: Collection[int] | None) -> Org | None:
    """Return the Org to show an account in."""
    candidates = [org for org in orgs if among is None or org.id in among]
    candidates.sort(key=lambda org: (org.id != first, org.id))
    return candidates[0] if candidates else None
