"""Orgs and memberships: create, list, join, choose."""

from collections.abc import Sequence

from gatepass.core.audit import record
from gatepass.core.entitlements import is_cluster_admin, require
from gatepass.core.errors import (
    AlreadyExists,
    InvalidParameter,
    NotFound,
    NotPermitted,
    OrgNotUsable,
)
from gatepass.core.means import Means
from gatepass.core.names import check_name, name_key, skeleton
from gatepass.core.privileges import (
    ADMINISTRATION,
    AUTHORING,
    ORG_ADMINISTRATION,
    any_administrative,
)
from gatepass.core.records import ALL_ORGS, PRIMARY_ORG, Account, Group, Org, Principal, Source
from gatepass.core.standing import again
from gatepass.core.store import Transaction

LONGEST_NAME = 48
LONGEST_DESCRIPTION = 124
ALL_GROUP = "All"
ADMIN_GROUP = "Administrator"
_LARGEST_ID = 2**31 - 2


def refuse_lookalike(kind: str, name: str, similar: list[str]) -> None:
    """Refuse a name that can be mistaken for another's.

    Two names of plain ASCII never count as look-alikes: their readers can tell them apart.

    Raises:
        AlreadyExists: at least one of a confusable pair goes beyond ASCII.
    """
    if any(not (name.isascii() and other.isascii()) for other in similar):
        raise AlreadyExists(kind, name)


class Orgs:
    """Acts on Orgs."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def create(
        self, by: Principal, source: Source, *, name: str, description: str = ""
    ) -> Org:
        """Create an Org with its groups All and Administrator.

        Raises:
            NotPermitted: the principal may not manage Orgs.
            InvalidParameter: the name or the description will not do.
            AlreadyExists: the name is taken or confusable with another's.
        """
        self._require(by)
        if not self._means.rules.orgs_enabled:
            raise NotPermitted("orgs_enabled: Orgs are switched off")
        name = checked_name(name)
        description = checked_description(description)

        async def work(tx: Transaction) -> Org:
            caller = await again(tx, self._means, by, self._means.clock())
            self._require(caller)
            org_id = 1 + self._means.random.number(_LARGEST_ID)
            while await tx.orgs.by_id(org_id) is not None:
                org_id = 1 + self._means.random.number(_LARGEST_ID)
            org = await self.add(tx, org_id, name, description, author_id=caller.account_id)
            await record(
                tx,
                self._means,
                "org.create",
                at=org.created_at,
                source=source,
                org_id=org.id,
                by=caller,
                name=org.name,
            )
            return org

        return await self._means.store.write(work)

    async def add(
        self,
        tx: Transaction,
        org_id: int,
        name: str,
        description: str,
        *,
        author_id: str,
        group_ids: tuple[str, str] | None = None,
    ) -> Org:
        """Add the rows of an Org; Primary's groups have ids of their own (``group_ids``)."""
        now = self._means.clock()
        key = name_key(name)
        if await tx.orgs.by_key(key) is not None:
            raise AlreadyExists("Org", name)
        refuse_lookalike("Org", name, await tx.orgs.lookalikes(skeleton(name), key))
        org = Org(
            id=org_id, name=name, description=description, active=True, visible=True, created_at=now
        )
        await tx.orgs.add(org, key=key, skeleton=skeleton(name))
        all_id, admin_id = group_ids or (self._means.random.id(), self._means.random.id())
        for group_id, group_name, privilege in (
            (all_id, ALL_GROUP, AUTHORING),
            (admin_id, ADMIN_GROUP, ADMINISTRATION),
        ):
            group = Group(
                id=group_id,
                org_id=org_id,
                name=group_name,
                display_name=group_name,
                description="",
                system=True,
                author_id=author_id,
                modifier_id=author_id,
                created_at=now,
                modified_at=now,
            )
            await tx.groups.add(group, key=name_key(group_name), skeleton=skeleton(group_name))
            await tx.groups.grant(group, [privilege])
        return org

    async def list_all(self, by: Principal) -> list[Org]:
        """Return every Org, to who may manage Orgs."""
        self._require(by)
        return await self._means.store.read(lambda tx: tx.orgs.all())

    async def find(self, by: Principal, identifier: str | int) -> Org:
        """Return the Org with this id or name, to who may manage Orgs.

        Raises:
            NotPermitted: the principal may not.
            NotFound: there is no such Org.
        """
        self._require(by)
        org = await self._means.store.read(lambda tx: find(tx, identifier))
        if org is None:
            raise NotFound("Org", str(identifier))
        return org

    async def mine(self, by: Principal) -> list[Org]:
        """Return the active Orgs that the principal may work in: for a cluster admin, all.

        A token, and a session bought with one, works in its own Org alone.
        """

        async def work(tx: Transaction) -> list[Org]:
            if by.bound_org:
                own = await tx.orgs.by_id(by.org_id)
                found = [] if own is None else [own]
            elif is_cluster_admin(await tx.groups.privileges(by.account_id)):
                found = await tx.orgs.all()
            else:
                found = await tx.orgs.of_account(by.account_id)
            return [org for org in found if org.active]

        return await self._means.store.read(work)

    def _require(self, by: Principal) -> None:
        require_orgs(by, self._means)


def require_orgs(by: Principal, means: Means) -> None:
    """Ask whether the principal may manage Orgs: whoever administers just one may not.

    Raises:
        ScopeTooSmall, NotPermitted: it may not.
    """
    require(by, means.rules, ORG_ADMINISTRATION)
    if by.org_id != PRIMARY_ORG:
        raise NotPermitted(f"{ORG_ADMINISTRATION} in the Primary Org")


def checked_name(name: str) -> str:
    """Return an Org's name, cleaned for keeping.

    Raises:
        InvalidParameter: it will not do.
    """
    name = check_name("name", name, longest=LONGEST_NAME)
    if not all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in name):
        raise InvalidParameter("name", "an Org's name has letters, digits and '-' only")
    return name


def checked_description(text: str) -> str:
    """Return an Org's description.

    Raises:
        InvalidParameter: it is too long.
    """
    if len(text) > LONGEST_DESCRIPTION:
        raise InvalidParameter("description", f"at most {LONGEST_DESCRIPTION} characters")
    return text


def is_all(group: Group) -> bool:
    """Say whether a group is the one that everyone of its Org is in."""
    return group.system and group.name == ALL_GROUP


async def join(tx: Transaction, means: Means, account_id: str, org_id: int) -> None:
    """Make the account a member of the Org, of its group All and of those for newcomers.

    A group that administers is nobody's by joining alone.
    """
    await tx.orgs.join(account_id, org_id, means.clock())
    for group in await groups_of_newcomers(tx, org_id):
        await tx.groups.put_in(group, account_id)


async def groups_of_newcomers(tx: Transaction, org_id: int) -> list[Group]:
    """Return the groups that whoever joins the Org is put in: All, and those for newcomers."""
    everyone = await tx.groups.by_key(org_id, name_key(ALL_GROUP))
    if everyone is None:
        raise NotFound("group", ALL_GROUP)
    return [
        everyone,
        *[
            group
            for group in await tx.groups.for_newcomers(org_id)
            if not any_administrative(await tx.groups.granted(org_id, [group.id]))
        ],
    ]


async def find(tx: Transaction, identifier: str | int) -> Org | None:
    """Return the Org with this id or name; an id is tried first, and a number is only an id."""
    if isinstance(identifier, int):
        return await tx.orgs.by_id(identifier) if abs(identifier) <= _LARGEST_ID else None
    text = identifier.strip()
    if text.isascii() and text.removeprefix("-").isdigit() and len(text) <= len("-2147483648"):
        org = await tx.orgs.by_id(int(text))
        if org is not None:
            return org
    return await tx.orgs.by_key(name_key(text))


async def within_reach(tx: Transaction, by: Principal, org: str | int | None) -> int:
    """Return the id of the Org to act in: the principal's, or the one a cluster admin names.

    Raises:
        NotFound: there is no such Org that the principal may act in.
    """
    if org is None:
        return by.org_id
    found = await find(tx, org)
    if found is None or not (by.cluster_admin or found.id == by.org_id):
        raise NotFound("Org", str(org))
    return found.id


async def searched(
    tx: Transaction, by: Principal, identifiers: Sequence[str | int] | None
) -> list[int] | None:
    """Return the Orgs to search in, None for all: the principal's own, or those that it names.

    An Org that it may not look into has nothing in it, just like one that does not exist.
    """
    if not identifiers:
        return [by.org_id]
    named = []
    for identifier in identifiers:
        if by.cluster_admin and str(identifier).strip() == str(ALL_ORGS):
            return None
        org = await find(tx, identifier)
        if org is not None and (by.cluster_admin or org.id == by.org_id):
            named.append(org.id)
    return list(dict.fromkeys(named))


async def choose(
    tx: Transaction,
    means: Means,
    account: Account,
    identifier: str | int | None,
    *,
    fallbacks: tuple[int | None, ...],
) -> Org:
    """Return the Org that a new session or token is for.

    A named one must be active and one of the account's, or the account administers the cluster.
    With none named, the first usable of the fallbacks counts, then the lowest-numbered.

    Raises:
        OrgNotUsable: there is no such Org for this account.
    """
    if not means.rules.orgs_enabled:
        primary = await tx.orgs.by_id(PRIMARY_ORG)
        named = None if identifier is None else await find(tx, identifier)
        if (
            primary is None
            or (identifier is not None and named != primary)
            or not await usable(tx, account, PRIMARY_ORG)
        ):
            raise OrgNotUsable
        return primary
    if identifier is not None:
        org = await find(tx, identifier)
        if org is None or not org.active or not await usable(tx, account, org.id):
            raise OrgNotUsable
        return org
    for org_id in fallbacks:
        org = None if org_id is None else await tx.orgs.by_id(org_id)
        if org is not None and org.active and await usable(tx, account, org.id):
            return org
    for org in await tx.orgs.of_account(account.id):
        if org.active:
            return org
    primary = await tx.orgs.by_id(PRIMARY_ORG)
    if primary is not None and await usable(tx, account, PRIMARY_ORG):
        return primary
    raise OrgNotUsable


async def usable(tx: Transaction, account: Account, org_id: int) -> bool:
    """Say whether the account may work in the Org: as a member, or as cluster administrator."""
    if await tx.orgs.is_member(account.id, org_id):
        return True
    return is_cluster_admin(await tx.groups.privileges(account.id))
