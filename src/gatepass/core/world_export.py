"""A world as it is: everything that one can be declared by, read on one snapshot."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from gatepass.core import orgs, security
from gatepass.core.headers import STORED, Header, HeaderFilter, Term
from gatepass.core.names import name_key
from gatepass.core.privileges import ADMINISTRATION, AUTHORING
from gatepass.core.records import (
    PRIMARY_ORG,
    Account,
    AccountStatus,
    Group,
    GroupType,
    Org,
    Principal,
)
from gatepass.core.role_rows import role_views
from gatepass.core.searches import Page
from gatepass.core.security import OrgState, SecurityState
from gatepass.core.shares import NOTHING_SHARED, Shares
from gatepass.core.store import Transaction
from gatepass.core.views import GroupView, group_views
from gatepass.core.world_words import (
    CspEntry,
    GroupEntry,
    ObjectEntry,
    OrgEntry,
    OrgSecurityEntry,
    RoleEntry,
    SecurityEntry,
    ShareEntry,
    TagEntry,
    UserEntry,
    World,
    visibility,
)

AT_ONCE = 500


class Describing:
    """One look at everything in one transaction."""

    def __init__(self, tx: Transaction, reading: security.Security, by: Principal) -> None:
        self._tx = tx
        self._security = reading
        self._by = by
        self._names: dict[str, str] = {}
        """Names of accounts by id."""

    async def world(self, *, passwords: bool) -> World:
        """Return all of it, the hashes of passwords only if they are asked for."""
        every = sorted(await self._tx.orgs.all(), key=lambda org: (org.id != PRIMARY_ORG, org.name))
        users = await self._users(passwords=passwords)
        return World(
            orgs=[OrgEntry(name=org.name, description=org.description) for org in every],
            roles=[one for org in every for one in await self._roles(org)],
            groups=[one for org in every for one in await self._groups(org)],
            users=users,
            tags=[
                TagEntry(name=tag.name, org=org.name, color=tag.color)
                for org in every
                for tag in await self._tx.tags.all(org.id)
            ],
            objects=[one for org in every for one in await self._objects(org)],
            security=await self._settings(every),
        )

    async def _roles(self, org: Org) -> list[RoleEntry]:
        views = await role_views(self._tx, await self._tx.roles.all([org.id]))
        return [
            RoleEntry(
                name=view.role.name,
                org=org.name,
                description=view.role.description,
                read_only=view.role.read_only,
                privileges=sorted(view.privileges),
            )
            for view in sorted(views, key=lambda one: name_key(one.role.name))
        ]

    async def _groups(self, org: Org) -> list[GroupEntry]:
        views = await group_views(self._tx, await self._tx.groups.all(org.id), users=False)
        return [
            GroupEntry(
                name=one.group.name,
                org=org.name,
                display_name=one.group.display_name,
                description=one.group.description,
                type=one.group.type,
                visibility=visibility(sharable=one.group.sharable),
                newcomers=one.group.joined_by_all,
                privileges=_granted(one),
                roles=sorted(role.name for role in one.roles or ()),
                inside=sorted(inner.name for inner in one.inside or ()),
            )
            for one in sorted(views, key=lambda one: name_key(one.group.name))
            if not _as_every_org_has_it(one)
        ]

    async def _users(self, *, passwords: bool) -> list[UserEntry]:
        found = []
        after = ""
        while page := await self._tx.bulk.after(after, AT_ONCE):
            after = name_key(page[-1].name)
            ids = [one.id for one in page]
            orgs_of = await self._tx.directory.orgs_of(ids)
            groups_of = await self._tx.directory.groups_of(ids)
            hashes = await self._tx.bulk.passwords(ids) if passwords else {}
            for one in page:
                self._names[one.id] = one.name
                entry = _user(one, orgs_of.get(one.id, []), groups_of.get(one.id, []), hashes)
                # An account in no Org at all cannot be declared; nor need the system's own be.
                if entry.orgs and (not one.system or entry.groups or len(entry.orgs) > 1):
                    found.append(entry)
        return found

    async def _objects(self, org: Org) -> list[ObjectEntry]:
        terms = [Term(type=kind) for kind in sorted(STORED)]
        headers = await self._tx.objects.search(
            HeaderFilter(org_id=org.id, terms=terms), Page(size=None)
        )
        ids = [one.id for one in headers]
        tags = await self._tx.objects.tags_of(org.id, ids)
        shares = await self._tx.objects.shares_of(org.id, ids)
        groups = {group.id: group.name for group in await self._tx.groups.all(org.id)}
        whom = {one.owner_id for one in headers} | {one.author_id for one in headers}
        members = {account for account in whom if await self._tx.orgs.is_member(account, org.id)}
        return [
            ObjectEntry(
                id=one.id,
                type=one.type.value,
                name=one.name,
                org=org.name,
                **self._people(one, members),
                description=one.description,
                subtype=one.subtype,
                custom_id=one.custom_id,
                tags=sorted(tag.name for tag in tags.get(one.id, ())),
                shares=self._shares(shares.get(one.id, NOTHING_SHARED), groups),
            )
            for one in sorted(headers, key=lambda one: (name_key(one.name), one.id))
        ]

    def _people(self, one: Header, members: set[str]) -> Mapping[str, str]:
        """Return owner and author, as far as they are of the Org: no others can be declared."""
        named = {"owner": one.owner_id, "author": one.author_id}
        if one.author_id == one.owner_id:
            del named["author"]
        return {field: self._names[who] for field, who in named.items() if who in members}

    def _shares(self, shares: Shares, groups: Mapping[str, str]) -> list[ShareEntry]:
        found = [
            ShareEntry(group=groups[group], mode=mode)
            for group, mode in shares.groups.items()
            if group in groups
        ]
        found += [
            ShareEntry(user=self._names[account], mode=mode)
            for account, mode in shares.accounts.items()
        ]
        return sorted(found, key=lambda one: (one.group is None, one.group or one.user or ""))

    async def _settings(self, every: Sequence[Org]) -> SecurityEntry:
        state = await self._security.look(self._by, cluster=True, org=False)
        of_orgs = []
        for org in every:
            by = _in(self._by, org)
            own = (await self._security.look(by, cluster=False, org=True)).org
            if own is not None and (entry := _of_org(own)) is not None:
                of_orgs.append(entry)
        return _of_cluster(state, of_orgs)


def _in(by: Principal, org: Org) -> Principal:
    return by if by.org_id == org.id else replace(by, org_id=org.id)


def _granted(view: GroupView) -> list[str]:
    return sorted(set(view.privileges or ()) - {AUTHORING})


def _as_every_org_has_it(view: GroupView) -> bool:
    """Say whether a group is one of those that come with an Org, as it came."""
    group = view.group
    granted = [] if orgs.is_all(group) else [ADMINISTRATION]
    return (
        group.system
        and (group.display_name, group.description) == (group.name, "")
        and (group.type, group.sharable) == (GroupType.LOCAL, True)
        and not group.joined_by_all
        and _granted(view) == granted
        and not (view.roles or view.inside)
    )


def _user(
    account: Account, own: Sequence[Org], groups: Sequence[Group], hashes: Mapping[str, str]
) -> UserEntry:
    names = {org.id: org.name for org in own}
    # A lock by guesses runs out by itself; it says nothing of the account.
    by_guesses = account.status is AccountStatus.LOCKED and account.locked_until is not None
    return UserEntry(
        name=account.name,
        id=account.id,
        display_name=account.display_name,
        email=account.email,
        account_type=account.type,
        account_status=AccountStatus.ACTIVE if by_guesses else account.status,
        visibility=visibility(sharable=account.sharable),
        orgs=[org.name for org in sorted(own, key=lambda org: (org.id != PRIMARY_ORG, org.name))],
        groups=sorted(
            f"{names[group.org_id]}/{group.name}"
            for group in groups
            if group.org_id in names and not orgs.is_all(group)
        ),
        password_hash=hashes.get(account.id),
    )


def _of_cluster(state: SecurityState, of_orgs: Sequence[OrgSecurityEntry]) -> SecurityEntry:
    kept = state.cluster or security.ClusterSecurity()
    return SecurityEntry(
        cors=list(kept.cors),
        redirects=list(kept.redirects),
        trusted_authentication=state.cluster_trusted,
        partitioned_cookies=kept.partitioned,
        block_full_app=kept.access.blocked,
        full_app_groups=sorted(group.name for group in state.cluster_groups) or None,
        csp=CspEntry(
            embed_hosts=list(kept.csp.embed_hosts),
            connect=list(kept.csp.connect),
            font=list(kept.csp.font),
            iframe=list(kept.csp.iframe),
            img=list(kept.csp.img),
            script_enabled=kept.csp.script_enabled,
            script=list(kept.csp.script),
            style=list(kept.csp.style),
        ),
        orgs=of_orgs,
    )


def _of_org(state: OrgState) -> OrgSecurityEntry | None:
    """Return the settings of an Org, None if they are those of every new one."""
    kept = state.kept
    if kept == security.OrgSecurity() and not state.trusted:
        return None
    return OrgSecurityEntry(
        org=state.org.name,
        cors=None if kept.cors is None else list(kept.cors),
        trusted_authentication=state.trusted,
        block_full_app=kept.access.blocked,
        full_app_groups=sorted(group.name for group in state.groups)
        if kept.access.blocked
        else None,
    )
