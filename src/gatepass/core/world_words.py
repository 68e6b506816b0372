"""A world as data: what a server is to have, entry by entry, and what came of declaring it."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Literal

import msgspec

from gatepass.core.import_lines import HASH, Difference
from gatepass.core.names import name_key
from gatepass.core.records import (
    AccountStatus,
    AccountType,
    GroupType,
    Record,
    Undisclosed,
)
from gatepass.core.shares import ShareMode

PRIMARY = "Primary"
Visibility = Literal["SHARABLE", "NON_SHARABLE"]
Names = Sequence[str]


class Entry(Record, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing as a world declares it; of what is None it says nothing."""


class OrgEntry(Entry, frozen=True):
    """An Org, by name."""

    name: str
    description: str | None = None


class RoleEntry(Entry, frozen=True):
    """A role of one Org, by name."""

    name: str
    org: str = PRIMARY
    description: str | None = None
    read_only: bool | None = None
    privileges: Names | None = None


class GroupEntry(Entry, frozen=True):
    """A group of one Org, by name.

    ``inside`` names the groups that are in it; whoever joins the Org is put into one that is for
    ``newcomers``.
    """

    name: str
    org: str = PRIMARY
    display_name: str | None = None
    description: str | None = None
    type: GroupType | None = None
    visibility: Visibility | None = None
    newcomers: bool | None = None
    privileges: Names | None = None
    roles: Names | None = None
    inside: Names | None = None


class UserEntry(Undisclosed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account, by name. Its groups are ``ORG/GROUP``.

    ``password_env`` names the environment variable that holds the password of an account that is
    to be made. An id is for such a one, too.
    """

    name: str
    id: str | None = None
    display_name: str | None = None
    email: str | None = None
    account_type: AccountType | None = None
    account_status: AccountStatus | None = None
    visibility: Visibility | None = None
    orgs: Names | None = None
    groups: Names | None = None
    password_env: str | None = None
    password_hash: str | None = None


class TagEntry(Entry, frozen=True):
    """A tag of one Org, by name."""

    name: str
    org: str = PRIMARY
    color: str | None = None


class ShareEntry(Entry, frozen=True):
    """What a user or a group, by name, may do with an object."""

    mode: ShareMode
    user: str | None = None
    group: str | None = None


class ObjectEntry(Entry, frozen=True):
    """An object of one Org, by id; owner and author are users of the Org."""

    id: str
    type: str
    name: str
    org: str = PRIMARY
    owner: str | None = None
    author: str | None = None
    description: str | None = None
    subtype: str | None = None
    custom_id: str | None = None
    tags: Names | None = None
    shares: Sequence[ShareEntry] | None = None


class CspEntry(Entry, frozen=True):
    """Who may frame pages of this server, and the sources that are kept and shown."""

    embed_hosts: Names | None = None
    connect: Names | None = None
    font: Names | None = None
    iframe: Names | None = None
    img: Names | None = None
    script_enabled: bool | None = None
    script: Names | None = None
    style: Names | None = None


class OrgSecurityEntry(Entry, frozen=True):
    """The security settings of one Org."""

    org: str
    cors: Names | None = None
    trusted_authentication: bool | None = None
    block_full_app: bool | None = None
    full_app_groups: Names | None = None


class SecurityEntry(Entry, frozen=True):
    """The security settings of the cluster, and of its Orgs.

    ``full_app_groups`` are of the Primary Org, and for a server without Orgs.
    """

    cors: Names | None = None
    redirects: Names | None = None
    trusted_authentication: bool | None = None
    partitioned_cookies: bool | None = None
    block_full_app: bool | None = None
    full_app_groups: Names | None = None
    csp: CspEntry | None = None
    orgs: Sequence[OrgSecurityEntry] | None = None


class World(Undisclosed, frozen=True, kw_only=True):
    """All that is declared; a table that is None is one that the world says nothing of."""

    orgs: Sequence[OrgEntry] | None = None
    roles: Sequence[RoleEntry] | None = None
    groups: Sequence[GroupEntry] | None = None
    users: Sequence[UserEntry] | None = None
    tags: Sequence[TagEntry] | None = None
    objects: Sequence[ObjectEntry] | None = None
    security: SecurityEntry | None = None
    unread: Sequence[tuple[str, str]] = ()
    """Table and key of entries whose words will not do: what rests on them is no problem more."""


class Place(Record, frozen=True):
    """Where in a world: table, entry counted from 0, field, and what the entry is called."""

    table: str
    index: int | None = None
    field: str = ""
    name: str = ""

    def __str__(self) -> str:
        """Say it as a path."""
        entry = "" if self.index is None else f"[{self.index}]"
        return f"{self.table}{entry}{f'.{self.field}' if self.field else ''}"


class Problem(Record, frozen=True):
    """Why a world cannot be."""

    place: Place
    reason: str


class Fate(StrEnum):
    """What becomes of a thing."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class Step(Record, frozen=True):
    """One thing that is made different: in which table it stands, and how it is called."""

    table: str
    name: str
    fate: Fate
    differences: Sequence[Difference] = ()


class Outcome(Record, frozen=True):
    """What a world comes to: where there is a problem, nothing is done."""

    steps: Sequence[Step] = ()
    problems: Sequence[Problem] = ()


TABLES: dict[str, type[msgspec.Struct]] = {
    "orgs": OrgEntry,
    "roles": RoleEntry,
    "groups": GroupEntry,
    "users": UserEntry,
    "tags": TagEntry,
    "objects": ObjectEntry,
}
"""Tables of entries, in the order in which they are worked through."""


def sharable(visibility: Visibility | None) -> bool | None:
    """Return what a visibility says, None if it says nothing."""
    return None if visibility is None else visibility == "SHARABLE"


def visibility(*, sharable: bool) -> Visibility:
    """Return the word for what is to be found by others, or not."""
    return "SHARABLE" if sharable else "NON_SHARABLE"


def key_in(org: str, name: str) -> str:
    """Return what something of an Org is found by."""
    return f"{name_key(org)}/{name_key(name)}"


def contradictions(world: World) -> list[Problem]:
    """Return what is wrong with a world whatever it is declared of."""
    return [
        *_named_twice("orgs", [name_key(one.name) for one in world.orgs or ()]),
        *_named_twice("roles", [key_in(one.org, one.name) for one in world.roles or ()]),
        *_named_twice("groups", [key_in(one.org, one.name) for one in world.groups or ()]),
        *_named_twice("users", [name_key(one.name) for one in world.users or ()]),
        *_named_twice("tags", [key_in(one.org, one.name) for one in world.tags or ()]),
        *_named_twice("objects", [key_in(one.org, one.id) for one in world.objects or ()]),
        *_named_twice(
            "security.orgs",
            [name_key(one.org) for one in (world.security and world.security.orgs) or ()],
            "org",
        ),
        *_of_users(world.users or ()),
        *_of_people(world.objects or ()),
        *_of_shares(world.objects or ()),
    ]


def _named_twice(table: str, keys: Sequence[object], field: str = "") -> Iterator[Problem]:
    seen: set[object] = set()
    field = field or ("id" if table == "objects" else "name")
    for index, key in enumerate(keys):
        if key in seen:
            place = Place(table=table, index=index, field=field)
            yield Problem(place=place, reason="an entry before has it too")
        seen.add(key)


def _of_users(users: Sequence[UserEntry]) -> Iterator[Problem]:
    for index, one in enumerate(users):
        for field, reason in (*_of_password(one), *_of_user(one)):
            place = Place(table="users", index=index, field=field, name=one.name)
            yield Problem(place=place, reason=reason)


def _of_password(one: UserEntry) -> Iterator[tuple[str, str]]:
    if one.password_env is not None and one.password_hash is not None:
        yield "password_env", "give it or the hash, not both"
    if one.password_hash is not None and not one.password_hash.startswith(HASH):
        yield "password_hash", f"must begin with {HASH}"
    has = one.password_env is not None or one.password_hash is not None
    if has and one.account_type not in {None, AccountType.LOCAL}:
        yield "account_type", "only a local user has a password"


def _of_user(one: UserEntry) -> Iterator[tuple[str, str]]:
    for field in ("display_name", "email"):
        if getattr(one, field) == "":
            yield field, "must not be empty: leave it out"
    for text in one.groups or ():
        if not all(text.partition("/")):
            yield "groups", f"{text!r}: a group is ORG/GROUP"
    if one.orgs is not None and not one.orgs:
        yield "orgs", "a user is in at least one Org"


def _of_people(objects: Sequence[ObjectEntry]) -> Iterator[Problem]:
    for index, one in enumerate(objects):
        for field in ("owner", "author"):
            if getattr(one, field) == "":
                place = Place(table="objects", index=index, field=field, name=one.name)
                yield Problem(place=place, reason="must not be empty: leave it out")


def _of_shares(objects: Sequence[ObjectEntry]) -> Iterator[Problem]:
    for index, one in enumerate(objects):
        seen = set()
        for number, share in enumerate(one.shares or ()):
            place = Place(table="objects", index=index, field=f"shares[{number}]", name=one.name)
            if (share.user is None) == (share.group is None):
                yield Problem(place=place, reason="is with a user or with a group")
            if share.mode is ShareMode.NO_ACCESS:
                yield Problem(place=place, reason="NO_ACCESS is what is not shared: leave it out")
            party = (share.user is None, name_key(share.user or share.group or ""))
            if party in seen:
                yield Problem(place=place, reason="is said twice")
            seen.add(party)
