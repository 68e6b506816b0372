"""The directory: who and what there is, as far as the principal may see it.

Who administers accounts or groups sees them whole, within the Org; an administrator of the cluster
names other Orgs. Everybody else finds those that are to be found by others, and sees little of
them: nor may anybody ask by what it would not be shown.
"""

from collections.abc import Sequence

from gatepass.core import orgs
from gatepass.core.account_rows import find_account
from gatepass.core.entitlements import may, refuse_limited
from gatepass.core.errors import NotPermitted
from gatepass.core.groups import group_ids
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.object_names import name_kept, name_pinned
from gatepass.core.privileges import GROUP_ADMINISTRATION, USER_ADMINISTRATION
from gatepass.core.records import (
    AccountStatus,
    AccountType,
    GroupType,
    Principal,
    Profile,
    Record,
)
from gatepass.core.searches import AccountFilter, GroupFilter, NamePattern, Page
from gatepass.core.store import Transaction
from gatepass.core.views import GroupView, group_views, profiles

Identifiers = Sequence[str]


class AccountSearch(Record, frozen=True):
    """What an account has to fit; None asks nothing. Groups, Orgs and itself by id or name."""

    account: str | None = None
    pattern: str | None = None
    display_name: str | None = None
    sharable: bool | None = None
    email: str | None = None
    groups: Identifiers | None = None
    roles: Identifiers | None = None
    privileges: Sequence[str] | None = None
    type: AccountType | None = None
    status: AccountStatus | None = None
    notify_on_share: bool | None = None
    show_onboarding_experience: bool | None = None
    onboarding_experience_completed: bool | None = None
    home_liveboard: str | None = None
    favorites: Sequence[str] | None = None
    orgs: Sequence[str | int] | None = None


class GroupSearch(Record, frozen=True):
    """What a group has to fit; None asks nothing. ``inside`` and ``users`` are in it."""

    group: str | None = None
    pattern: str | None = None
    display_name: str | None = None
    description: str | None = None
    sharable: bool | None = None
    type: GroupType | None = None
    privileges: Sequence[str] | None = None
    inside: Identifiers | None = None
    users: Identifiers | None = None
    liveboards: Sequence[str] | None = None
    roles: Identifiers | None = None
    orgs: Sequence[str | int] | None = None


class Found(Record, frozen=True):
    """An account that a search found; not ``whole``: what anybody may know of it."""

    profile: Profile
    whole: bool


_PUBLIC_OF_ACCOUNT = frozenset({"account", "pattern", "display_name", "sharable", "type", "orgs"})
_PUBLIC_OF_GROUP = _PUBLIC_OF_ACCOUNT - {"account"} | {"group", "description", "inside"}


class Directory:
    """Acts that search."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def accounts(self, by: Principal, what: AccountSearch, page: Page) -> list[Found]:
        """Return the accounts that fit.

        Raises:
            ScopeTooSmall: the principal is limited to one object.
            NotPermitted: it asks by what it may not see.
        """
        refuse_limited(by)
        whole = may(by, self._means.rules, USER_ADMINISTRATION)
        if not whole:
            _refuse_asking(what, _PUBLIC_OF_ACCOUNT, USER_ADMINISTRATION)
        now = self._means.clock()

        async def work(tx: Transaction) -> list[Found]:
            scope = await orgs.searched(tx, by, what.orgs)
            ids = None
            if what.account is not None:
                one = await find_account(tx, what.account)
                ids = [] if one is None else [one.id]
            sought = AccountFilter(
                now=now,
                orgs=scope,
                ids=ids,
                name=None if what.pattern is None else NamePattern.of(what.pattern),
                display_name=what.display_name,
                email=what.email,
                sharable=what.sharable,
                type=what.type,
                status=what.status,
                groups=await group_ids(tx, scope, what.groups),
                privileges=what.privileges or None,
                notify_on_share=what.notify_on_share,
                show_onboarding_experience=what.show_onboarding_experience,
                onboarding_experience_completed=what.onboarding_experience_completed,
                home_liveboard=what.home_liveboard,
                favorites=what.favorites or None,
                roles=await _role_ids(tx, scope, what.roles),
                shown_to=None if whole else by.account_id,
            )
            accounts = await tx.directory.accounts(sought, page)
            visible = None if by.cluster_admin else by.org_id
            found = await profiles(tx, accounts, first=by.org_id, among=scope, visible=visible)
            return [
                Found(profile=one, whole=whole or one.account.id == by.account_id)
                for one in await name_kept(tx, by, found)
            ]

        return await self._means.store.scan(work)

    async def groups(
        self,
        by: Principal,
        what: GroupSearch,
        page: Page,
        *,
        users: bool = True,
        inside: bool = True,
    ) -> list[GroupView]:
        """Return the groups that fit, with their members and nested groups if so wished.

        Raises:
            ScopeTooSmall: the principal is limited to one object.
            NotPermitted: it asks by what it may not see.
        """
        refuse_limited(by)
        whole = may(by, self._means.rules, GROUP_ADMINISTRATION)
        if not whole:
            _refuse_asking(what, _PUBLIC_OF_GROUP, GROUP_ADMINISTRATION)

        async def work(tx: Transaction) -> list[GroupView]:
            scope = await orgs.searched(tx, by, what.orgs)
            named = None if what.group is None else [what.group]
            sought = GroupFilter(
                orgs=scope,
                ids=await group_ids(tx, scope, named),
                name=None if what.pattern is None else NamePattern.of(what.pattern),
                display_name=what.display_name,
                description=what.description,
                sharable=what.sharable,
                type=what.type,
                privileges=what.privileges or None,
                holding=await group_ids(tx, scope, what.inside),
                members=await _account_ids(tx, what.users),
                liveboards=what.liveboards or None,
                roles=await _role_ids(tx, scope, what.roles),
                shown_to=None if whole else by.account_id,
            )
            found = await tx.directory.groups(sought, page)
            views = await group_views(tx, found, users=users, inside=inside, whole=whole)
            return await name_pinned(tx, by, views)

        return await self._means.store.scan(work)


def _refuse_asking(what: Record, public: frozenset[str], finer: str) -> None:
    """Refuse a search by what the caller would not be shown.

    Raises:
        NotPermitted: it names such a thing.
    """
    for field in what.__struct_fields__:
        # An empty list asks nothing; False asks as much as True.
        if field not in public and getattr(what, field) not in (None, []):
            raise NotPermitted(f"{finer}, to search by {field}")


async def _account_ids(tx: Transaction, identifiers: Identifiers | None) -> list[str] | None:
    """Return the ids of the accounts of these ids or names."""
    if not identifiers:
        return None
    found = [await find_account(tx, identifier) for identifier in identifiers]
    return [account.id for account in found if account is not None]


async def _role_ids(
    tx: Transaction, scope: Sequence[int] | None, identifiers: Identifiers | None
) -> list[str] | None:
    """Return the ids of the roles of these ids or names, in the Orgs that are searched."""
    if not identifiers:
        return None
    ids = {one.strip().lower() for one in identifiers}
    keys = {name_key(one) for one in identifiers}
    roles = await tx.roles.all(scope)
    return [one.id for one in roles if one.id in ids or name_key(one.name) in keys]
