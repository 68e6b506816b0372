"""Users as a world declares them: made by the hundred, changed one by one."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from gatepass.core import orgs
from gatepass.core.account_changes import AccountChange
from gatepass.core.errors import InvalidParameter, NotFound
from gatepass.core.import_lines import Difference, How, Seen, UserLine
from gatepass.core.import_lines import Fate as LineFate
from gatepass.core.names import check_email, check_label, name_key
from gatepass.core.records import Account, AccountStatus, Group, Org
from gatepass.core.world_course import Course, batches, difference, field, told
from gatepass.core.world_words import (
    PRIMARY,
    Fate,
    Place,
    UserEntry,
    sharable,
    visibility,
)

Numbered = tuple[int, UserEntry]
_REHEARSED = "$argon2id$"
"""Stands for a hash that is not made for a plan: it is never kept."""


async def declare_users(course: Course, hashes: Mapping[str, str], *, rehearsed: bool) -> None:
    """Make and change users; ``hashes`` are those of passwords, by key of name.

    Where it is only ``rehearsed``, nothing was hashed.
    """
    seen = Seen()
    for some in batches(list(enumerate(course.world.users or ()))):
        known = await course.tx.bulk.named([name_key(one.name) for _, one in some])
        new = [(index, one) for index, one in some if name_key(one.name) not in known]
        await _make(course, new, hashes, seen, rehearsed=rehearsed)
        old = [(index, one, known[name_key(one.name)]) for index, one in some if _key(one) in known]
        ids = [account.id for _, _, account in old]
        orgs_of = await course.tx.directory.orgs_of(ids)
        groups_of = await course.tx.directory.groups_of(ids)
        for index, one, account in old:
            own, inside = orgs_of.get(account.id, []), groups_of.get(account.id, [])
            with course.entry(_place(index, one), _key(one)):
                await _change(course, one, account, own, inside)


def _key(one: UserEntry) -> str:
    return name_key(one.name)


def _place(index: int, one: UserEntry, field: str = "") -> Place:
    return Place(table="users", index=index, field=field, name=one.name)


async def _make(
    course: Course,
    new: Sequence[Numbered],
    hashes: Mapping[str, str],
    seen: Seen,
    *,
    rehearsed: bool,
) -> None:
    """Make accounts by the act that imports them, and then take them out of what they got more."""
    lines: dict[int, UserLine] = {}
    entries: dict[int, UserEntry] = {}
    for index, one in new:
        with course.entry(_place(index, one), _key(one)):
            encoded = one.password_hash
            if one.password_env is not None:
                encoded = _REHEARSED if rehearsed else hashes.get(_key(one))
                if encoded is None:
                    raise InvalidParameter("password_env", "the user was there a moment ago: again")
            lines[index] = await _line(course, index, one, encoded)
            entries[index] = one
    if not lines:
        return
    how = How(skip_refused=True, allow_weak=True)
    outcome = await course.acts.bulk_importing.users(
        course.by, course.source, list(lines.values()), seen, how
    )
    for result in outcome.results:
        one = entries[result.number]
        if result.fate is LineFate.REFUSED:
            course.fail(_place(result.number, one), result.reason, _key(one))
            continue
        with course.entry(_place(result.number, one), _key(one)):
            account = await course.tx.accounts.by_key(_key(one))
            if account is not None:
                await _group(course, one, account, await _inside(course, account))
        facts = told(
            id=one.id,
            display_name=one.display_name,
            email=one.email,
            account_type=one.account_type,
            account_status=one.account_status,
            visibility=one.visibility,
            orgs=list(one.orgs or [PRIMARY]),
            groups=sorted(one.groups or ()),
            password_env=one.password_env,
        )
        if one.password_hash is not None:
            facts += told(password_hash="given")  # noqa: S106 - that there is one, and not which
        course.note("users", one.name, Fate.ADDED, facts)


async def _line(course: Course, index: int, one: UserEntry, encoded: str | None) -> UserLine:
    with field("orgs"):
        own = [await course.org(name) for name in one.orgs or [PRIMARY]]
    groups = []
    for text in one.groups or ():
        with field("groups"):
            org, group = await course.group_at(text)
            if org.id not in {each.id for each in own}:
                raise NotFound("group", f"{text} in the Orgs of the user")
        groups.append(f"{org.id}/{group.id}")
    return UserLine(
        number=index,
        name=one.name,
        id=one.id,
        display_name=one.display_name,
        email=one.email,
        type=one.account_type,
        status=one.account_status,
        sharable=sharable(one.visibility),
        orgs=[org.id for org in own],
        groups=groups,
        password_hash=encoded,
    )


async def _change(
    course: Course,
    one: UserEntry,
    account: Account,
    own: Sequence[Org],
    inside: Sequence[Group],
) -> None:
    if one.id is not None and one.id.lower() != account.id:
        raise InvalidParameter("id", f"the user is there as {account.id}")
    has, wanted = _facts(account), _wanted(one)
    given: dict[str, Any] = {
        name: value for name, value in wanted.items() if value not in {None, has[name]}
    }
    facts = [Difference(field=name, before=has[name], after=given[name]) for name in given]
    what = AccountChange(
        display_name=given.get("display_name"),
        email=given.get("email"),
        type=given.get("account_type"),
        status=given.get("account_status"),
        sharable=sharable(given.get("visibility")),
    )
    if one.orgs is not None:
        with field("orgs"):
            named = {(await course.org(name)).id: name for name in one.orgs}
        if named.keys() != {org.id for org in own}:
            what = replace(what, orgs=sorted(named))
            before = sorted(org.name for org in own)
            facts += difference("orgs", before, sorted(named.values()))
    if facts:
        await course.acts.account_changes.update(course.by, course.source, account.id, what)
    now = inside if what.orgs is None else await _inside(course, account)
    if await _group(course, one, account, now):
        now = await _inside(course, account)
    if now is not inside:
        names = {org.id: org.name for org in await course.tx.orgs.all()}
        facts += difference("groups", _labels(inside, names), _labels(now, names))
    if facts:
        course.note("users", account.name, Fate.CHANGED, facts)


def _facts(account: Account) -> dict[str, Any]:
    # A lock by guesses runs out by itself; it says nothing of the account.
    by_guesses = account.status is AccountStatus.LOCKED and account.locked_until is not None
    return {
        "display_name": account.display_name,
        "email": account.email,
        "account_type": account.type,
        "account_status": AccountStatus.ACTIVE if by_guesses else account.status,
        "visibility": visibility(sharable=account.sharable),
    }


def _wanted(one: UserEntry) -> dict[str, Any]:
    return {
        "display_name": one.display_name and check_label("display_name", one.display_name),
        "email": one.email and check_email(one.email),
        "account_type": one.account_type,
        "account_status": one.account_status,
        "visibility": one.visibility,
    }


async def _group(course: Course, one: UserEntry, account: Account, inside: Sequence[Group]) -> bool:
    """Make the groups of an account those that its entry names, if it names any: All stays.

    Return whether that changed anything of the groups that it was ``inside``.
    """
    if one.groups is None:
        return False
    wanted: dict[int, set[str]] = {}
    for text in one.groups:
        with field("groups"):
            org, group = await course.group_at(text)
        if not orgs.is_all(group):
            wanted.setdefault(org.id, set()).add(group.id)
    has: dict[int, set[str]] = {}
    for group in inside:
        if not orgs.is_all(group):
            has.setdefault(group.org_id, set()).add(group.id)
    for org_id in sorted(wanted.keys() | has.keys()):
        named = wanted.get(org_id, set())
        if named != has.get(org_id, set()):
            what = AccountChange(groups=sorted(named))
            by = course.within_org(org_id)
            with field("groups"):
                await course.acts.account_changes.update(by, course.source, account.id, what)
    return wanted != has


async def _inside(course: Course, account: Account) -> list[Group]:
    return (await course.tx.directory.groups_of([account.id])).get(account.id, [])


def _labels(groups: Sequence[Group], names: Mapping[int, str]) -> list[str]:
    return sorted(
        f"{names.get(group.org_id)}/{group.name}" for group in groups if not orgs.is_all(group)
    )
