"""The Users endpoints of REST v2.0."""

from typing import Any

import msgspec

from gatepass.core.account_changes import AccountChange
from gatepass.core.directory import AccountSearch, Found
from gatepass.core.records import AccountStatus, AccountType, Favorite, ListChange, Undisclosed
from gatepass.dialects.v2_0.groups import Visibility, is_sharable
from gatepass.dialects.v2_0.paging import Paged
from gatepass.dialects.v2_0.requests import Favorites, Identifiers, Locale, Texts
from gatepass.dialects.v2_0.shapes import encode, user_body
from gatepass.http.call import NO_CONTENT, Call, Reply
from gatepass.http.routing import Access, NoBody, Operation

PUBLIC = frozenset(
    {
        "id",
        "name",
        "display_name",
        "visibility",
        "account_type",
        "author_id",
        "owner_id",
        "creation_time_in_millis",
        "modification_time_in_millis",
        "complete_detail",
        "deleted",
        "deprecated",
        "external",
        "hidden",
        "parent_type",
        "tenant_id",
    }
)
"""What anybody may know of a user who is to be found by others."""


class Search(Paged, frozen=True):
    """The body of ``users/search``."""

    user_identifier: str | None = None
    display_name: str | None = None
    name_pattern: str | None = None
    visibility: Visibility | None = None
    email: str | None = None
    group_identifiers: Texts | None = None
    privileges: Texts | None = None
    account_type: AccountType | None = None
    account_status: AccountStatus | None = None
    notify_on_share: bool | None = None
    show_onboarding_experience: bool | None = None
    onboarding_experience_completed: bool | None = None
    org_identifiers: Identifiers | None = None
    home_liveboard_identifier: str | None = None
    favorite_metadata: Favorites | None = None
    role_identifiers: Texts | None = None
    include_favorite_metadata: bool = False
    include_variable_values: bool = False


class Facts(Undisclosed, frozen=True, kw_only=True):
    """What may be said of a user, new or not."""

    name: str | None = None
    display_name: str | None = None
    email: str | None = None
    account_type: AccountType | None = None
    account_status: AccountStatus | None = None
    org_identifiers: Identifiers | None = None
    group_identifiers: Texts | None = None
    visibility: Visibility | None = None
    notify_on_share: bool | None = None
    show_onboarding_experience: bool | None = None
    onboarding_experience_completed: bool | None = None
    home_liveboard_identifier: str | None = None
    favorite_metadata: Favorites | None = None
    preferred_locale: Locale | None = None
    use_browser_language: bool | None = None
    extended_properties: dict[str, Any] | None = None
    extended_preferences: dict[str, Any] | None = None

    def change(self, operation: ListChange) -> AccountChange:
        """Return it as the core knows it."""
        favorites = self.favorite_metadata
        return AccountChange(
            name=self.name,
            display_name=self.display_name,
            email=self.email,
            type=self.account_type,
            status=self.account_status,
            sharable=is_sharable(self.visibility),
            notify_on_share=self.notify_on_share,
            show_onboarding_experience=self.show_onboarding_experience,
            onboarding_experience_completed=self.onboarding_experience_completed,
            preferred_locale=self.preferred_locale,
            use_browser_language=self.use_browser_language,
            extended_properties=self.extended_properties,
            extended_preferences=self.extended_preferences,
            home_liveboard=self.home_liveboard_identifier,
            favorites=(
                None
                if favorites is None
                else [Favorite(id=one.identifier, type=one.type) for one in favorites]
            ),
            groups=self.group_identifiers,
            orgs=self.org_identifiers,
            operation=operation,
        )


class Create(Facts, frozen=True, kw_only=True):
    """The body of ``users/create``."""

    name: str
    display_name: str
    email: str
    password: str | None = None
    trigger_welcome_email: bool = False
    trigger_activation_email: bool = False


class Update(Facts, frozen=True, kw_only=True):
    """The body of ``users/{user_identifier}/update``."""

    operation: ListChange = ListChange.REPLACE


class ForceLogout(Undisclosed, frozen=True):
    """The body of ``users/force-logout``."""

    user_identifiers: Texts | None = None


async def search(call: Call[Search]) -> Reply:
    """POST users/search."""
    body = call.body
    favorites = body.favorite_metadata
    found = await call.core.directory.accounts(
        call.principal,
        AccountSearch(
            account=body.user_identifier,
            pattern=body.name_pattern,
            display_name=body.display_name,
            sharable=is_sharable(body.visibility),
            email=body.email,
            groups=body.group_identifiers,
            roles=body.role_identifiers,
            privileges=body.privileges,
            type=body.account_type,
            status=body.account_status,
            notify_on_share=body.notify_on_share,
            show_onboarding_experience=body.show_onboarding_experience,
            onboarding_experience_completed=body.onboarding_experience_completed,
            home_liveboard=body.home_liveboard_identifier,
            favorites=None if favorites is None else [one.identifier for one in favorites],
            orgs=body.org_identifiers,
        ),
        body.page(),
    )
    return Reply(200, encode([_found_body(call, one) for one in found]))


async def create(call: Call[Create]) -> Reply:
    """POST users/create."""
    body = call.body
    profile = await call.core.account_changes.create(
        call.principal,
        call.source,
        body.name,
        body.change(ListChange.REPLACE),
        password=body.password,
        activates_later=body.trigger_activation_email,
    )
    return Reply(200, encode(user_body(profile, call.core.means.clock())))


async def update(call: Call[Update]) -> Reply:
    """POST users/{user_identifier}/update."""
    body = call.body
    await call.core.account_changes.update(
        call.principal, call.source, call.path["user_identifier"], body.change(body.operation)
    )
    return Reply(NO_CONTENT)


async def delete(call: Call[None]) -> Reply:
    """POST users/{user_identifier}/delete."""
    await call.core.accounts.remove(call.principal, call.source, call.path["user_identifier"])
    return Reply(NO_CONTENT)


async def force_logout(call: Call[ForceLogout]) -> Reply:
    """POST users/force-logout: with nobody named, everybody."""
    await call.core.sessions.force_out(call.principal, call.source, call.body.user_identifiers)
    return Reply(NO_CONTENT)


def _found_body(call: Call[Search], found: Found) -> dict[str, Any]:
    """Return the ``User`` of a search: every field, null where it is not told."""
    user = msgspec.structs.asdict(user_body(found.profile, call.core.means.clock()))
    if not found.whole:
        return {field: value if field in PUBLIC else None for field, value in user.items()}
    if not call.body.include_favorite_metadata:
        user["favorite_metadata"] = []
    if not call.body.include_variable_values:
        user["variable_values"] = None
    return user


_CALLER = Access.CALLER
OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("searchUsers", "POST", "users/search", search, Search, _CALLER),
    Operation("createUser", "POST", "users/create", create, Create, _CALLER),
    Operation("updateUser", "POST", "users/{user_identifier}/update", update, Update, _CALLER),
    Operation("deleteUser", "POST", "users/{user_identifier}/delete", delete, NoBody, _CALLER),
    Operation("forceLogoutUsers", "POST", "users/force-logout", force_logout, ForceLogout, _CALLER),
)
