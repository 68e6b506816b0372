"""Orgs, roles, groups and accounts with all that they belong to, page by page."""

from collections.abc import AsyncIterator, Sequence

from gatepass.core.entitlements import require
from gatepass.core.errors import NotPermitted
from gatepass.core.headers import Header
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import Account, Group, Org, Principal, Record, Undisclosed
from gatepass.core.role_rows import RoleView, role_views
from gatepass.core.searches import Named
from gatepass.core.store import Transaction
from gatepass.core.views import GroupView, group_views

AT_ONCE = 500


class Exported(Undisclosed, frozen=True, kw_only=True):
    """An account with its Orgs and groups, and the hash of its password if that was asked for."""

    account: Account
    orgs: Sequence[Org]
    groups: Sequence[Group]
    password: str | None


class ExportedObject(Record, frozen=True):
    """An object with its tags, and who owns and made it as far as they are of its Org."""

    header: Header
    owner: str | None
    author: str | None
    tags: Sequence[str]


class Exporting:
    """Acts that read everything, a page at a time: each page is of one moment."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def orgs(self, by: Principal) -> list[Org]:
        """Return every Org.

        Raises:
            NotPermitted: the principal does not administer the cluster.
        """
        self._require(by)
        return await self._means.store.scan(lambda tx: tx.orgs.all())

    async def roles(self, by: Principal) -> list[RoleView]:
        """Return every role; raises as ``orgs`` does."""
        self._require(by)

        async def work(tx: Transaction) -> list[RoleView]:
            return await role_views(tx, await tx.roles.all(None))

        return await self._means.store.scan(work)

    async def groups(self, by: Principal, org: Org) -> list[tuple[GroupView, Sequence[Named]]]:
        """Return the groups of an Org without their members, each with its roles."""
        self._require(by)

        async def work(tx: Transaction) -> list[tuple[GroupView, Sequence[Named]]]:
            views = await group_views(tx, await tx.groups.all(org.id), users=False)
            roles = await tx.roles.of_groups([one.group.id for one in views])
            return [(view, roles.get(view.group.id, [])) for view in views]

        return await self._means.store.scan(work)

    async def accounts(
        self, by: Principal, *, passwords: bool = False
    ) -> AsyncIterator[list[Exported]]:
        """Return every account but the system's, by name; raises as ``orgs`` does."""
        self._require(by)
        after: str | None = ""

        async def work(tx: Transaction) -> tuple[list[Exported], str | None]:
            found = await tx.bulk.after(after or "", AT_ONCE)
            own = [one for one in found if not one.system]
            ids = [one.id for one in own]
            orgs_of = await tx.directory.orgs_of(ids)
            groups_of = await tx.directory.groups_of(ids)
            hashes = await tx.bulk.passwords(ids) if passwords else {}
            page = [
                Exported(
                    account=one,
                    orgs=orgs_of.get(one.id, []),
                    groups=groups_of.get(one.id, []),
                    password=hashes.get(one.id),
                )
                for one in own
            ]
            return page, name_key(found[-1].name) if len(found) == AT_ONCE else None

        while after is not None:
            page, after = await self._means.store.scan(work)
            yield page

    async def objects(self, by: Principal, org: Org) -> AsyncIterator[list[ExportedObject]]:
        """Return every object of an Org, by id; raises as ``orgs`` does."""
        self._require(by)
        after: str | None = ""

        async def work(tx: Transaction) -> tuple[list[ExportedObject], str | None]:
            found = await tx.objects.after(org.id, after or "", AT_ONCE)
            tags = await tx.objects.tags_of(org.id, [one.id for one in found])
            concerned = {one.owner_id for one in found} | {one.author_id for one in found}
            people = await tx.objects.people(org.id, sorted(concerned))
            names = {account_id: person.name for account_id, person in people.items()}
            page = [
                ExportedObject(
                    header=one,
                    owner=names.get(one.owner_id),
                    author=names.get(one.author_id),
                    tags=sorted(tag.name for tag in tags.get(one.id, ())),
                )
                for one in found
            ]
            return page, found[-1].id if len(found) == AT_ONCE else None

        while after is not None:
            page, after = await self._means.store.scan(work)
            yield page

    def _require(self, by: Principal) -> None:
        require(by, self._means.rules)
        if not by.cluster_admin:
            raise NotPermitted(f"{ADMINISTRATION} in the Primary Org")
