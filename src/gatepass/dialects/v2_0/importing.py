"""The endpoints of REST v2.0 that take lists: users and groups, brought to what they say."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from gatepass.core.import_steps import AccountEntry, GroupEntry
from gatepass.core.importing import Imported
from gatepass.core.records import ListChange, Undisclosed
from gatepass.core.searches import Named
from gatepass.dialects.v2_0 import groups, users
from gatepass.dialects.v2_0.requests import MOST_ENTRIES
from gatepass.dialects.v2_0.shapes import encode
from gatepass.http.call import Call, Reply
from gatepass.http.routing import Access, Operation

Given = Annotated[str, Meta(min_length=1)]


class UserEntry(users.Facts, frozen=True, kw_only=True):
    """One user of a list."""

    user_identifier: Given
    display_name: Given
    name: None = None
    password: str | None = None

    def entry(self) -> AccountEntry:
        """Return it as the core knows it."""
        return AccountEntry(
            account=self.user_identifier,
            what=self.change(ListChange.REPLACE),
            password=self.password,
        )


class Users(Undisclosed, frozen=True):
    """The body of ``users/import``."""

    users: Annotated[list[UserEntry], Meta(max_length=MOST_ENTRIES)]
    default_password: str | None = None
    dry_run: bool = True
    delete_unspecified_users: bool = False


class GroupsEntry(groups.Facts, frozen=True, kw_only=True):
    """One group of a list."""

    group_identifier: Given
    display_name: Given
    name: None = None

    def entry(self) -> GroupEntry:
        """Return it as the core knows it."""
        return GroupEntry(group=self.group_identifier, what=self.change(ListChange.REPLACE))


class Groups(Undisclosed, frozen=True):
    """The body of ``groups/import``."""

    groups: Annotated[list[GroupsEntry], Meta(max_length=MOST_ENTRIES)] = msgspec.field(
        default_factory=list
    )
    delete_unspecified_groups: bool = False
    dry_run: bool = True


class Entry(msgspec.Struct, frozen=True):
    """One that a list adds, updates or deletes; what a dry run would add has no id."""

    id: str | None
    name: str


class UsersBody(msgspec.Struct, frozen=True):
    """The vendor's ``ImportUsersResponse``."""

    users_added: Sequence[Entry]
    users_updated: Sequence[Entry]
    users_deleted: Sequence[Entry]


class GroupsBody(msgspec.Struct, frozen=True):
    """The vendor's ``ImportUserGroupsResponse``."""

    groups_added: Sequence[Entry]
    groups_deleted: Sequence[Entry]
    groups_updated: Sequence[Entry]


async def import_users(call: Call[Users]) -> Reply:
    """POST users/import."""
    body = call.body
    found: Imported = await call.core.importing.accounts(
        call.principal,
        call.source,
        [one.entry() for one in body.users],
        default_password=body.default_password,
        delete_others=body.delete_unspecified_users,
        dry=body.dry_run,
    )
    answer = UsersBody(_entries(found.added), _entries(found.updated), _entries(found.deleted))
    return Reply(200, encode(answer))


async def import_groups(call: Call[Groups]) -> Reply:
    """POST groups/import."""
    body = call.body
    found: Imported = await call.core.importing.groups(
        call.principal,
        call.source,
        [one.entry() for one in body.groups],
        delete_others=body.delete_unspecified_groups,
        dry=body.dry_run,
    )
    answer = GroupsBody(_entries(found.added), _entries(found.deleted), _entries(found.updated))
    return Reply(200, encode(answer))


def _entries(named: Sequence[Named]) -> list[Entry]:
    return [Entry(one.id or None, one.name) for one in named]


_CALLER = Access.CALLER
OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("importUsers", "POST", "users/import", import_users, Users, _CALLER),
    Operation("importUserGroups", "POST", "groups/import", import_groups, Groups, _CALLER),
)
