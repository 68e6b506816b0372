"""Tags and objects as a world declares them, with what is shared of objects."""

from gatepass.core.headers import Header
from gatepass.core.import_lines import Difference
from gatepass.core.names import check_label, name_key
from gatepass.core.object_importing import ObjectRow
from gatepass.core.object_rows import Target, checked_id
from gatepass.core.records import Org
from gatepass.core.shares import NOTHING_SHARED, PartyKind, ShareMode, Shares
from gatepass.core.sharing import Grant
from gatepass.core.world_course import Course, batches, difference, field, told
from gatepass.core.world_words import Fate, ObjectEntry, Place, TagEntry, key_in

Granted = dict[tuple[PartyKind, str], ShareMode]


async def declare_tags(course: Course) -> None:
    """Make and change tags."""
    for index, one in enumerate(course.world.tags or ()):
        place = Place(table="tags", index=index, name=f"{one.org}/{one.name}")
        with course.entry(place, key_in(one.org, one.name)):
            await _tag(course, one)


async def _tag(course: Course, one: TagEntry) -> None:
    with field("org"):
        org = await course.org(one.org)
    by, acts = course.within_org(org.id), course.acts
    found = await course.tx.tags.by_key(org.id, name_key(one.name))
    if found is None:
        await acts.tags.create(by, course.source, name=one.name, color=one.color)
        course.note("tags", f"{org.name}/{one.name}", Fate.ADDED, told(color=one.color))
    elif one.color not in {None, found.color}:
        await acts.tags.update(by, course.source, found.id, color=one.color)
        differing = difference("color", found.color, one.color)
        course.note("tags", f"{org.name}/{found.name}", Fate.CHANGED, differing)


async def declare_objects(course: Course) -> None:
    """Bring objects in by the act that imports them, and share them."""
    for some in batches(list(enumerate(course.world.objects or ()))):
        rows = []
        for index, one in some:
            with course.entry(_place(index, one), _key(one)):
                rows += await _row(course, index, one)
        entries = dict(some)
        done = await course.acts.object_importing.bring_in(course.by, course.source, rows)
        for refused in done.refused:
            one = entries[refused.line]
            course.fail(_place(refused.line, one), refused.reason, _key(one))
        if done.refused:
            continue  # None of them was written, so there is nothing to share.
        for index, one in some:
            if one.shares is not None:
                with course.entry(_place(index, one, "shares"), _key(one)):
                    await _share(course, one)


def _key(one: ObjectEntry) -> str:
    return key_in(one.org, one.id)


def _place(index: int, one: ObjectEntry, field: str = "") -> Place:
    return Place(table="objects", index=index, field=field, name=one.name)


async def _row(course: Course, index: int, one: ObjectEntry) -> list[ObjectRow]:
    """Return what is to be brought in, nothing if the object is so already."""
    with field("org"):
        org = await course.org(one.org)
    with field("id"):
        object_id = checked_id(one.id)
    with field("owner"):
        owner = one.owner and await course.member_id(org, one.owner)
    with field("author"):
        author = one.author and await course.member_id(org, one.author)
    found = await course.tx.objects.by_ids(org.id, [object_id])
    if one.tags is not None:
        await _tags_made(course, org, one)
    if not found:
        facts = told(
            type=one.type,
            owner=one.owner,
            author=one.author,
            description=one.description or None,
            subtype=one.subtype,
            custom_id=one.custom_id,
            tags=sorted(one.tags or ()),
        )
        course.note("objects", _label(org, object_id, one.name), Fate.ADDED, facts)
    else:
        facts = await _differences(course, org, one, found[0])
        if not facts:
            return []
        course.note("objects", _label(org, object_id, found[0].name), Fate.CHANGED, facts)
    return [
        ObjectRow(
            line=index,
            org=org.id,
            id=object_id,
            type=one.type,
            name=one.name,
            owner=owner,
            author=author,
            description=one.description,
            subtype=one.subtype,
            custom_id=one.custom_id,
            tags=one.tags,
        )
    ]


def _label(org: Org, object_id: str, name: str) -> str:
    return f"{org.name}/{object_id} ({name})"


async def _tags_made(course: Course, org: Org, one: ObjectEntry) -> None:
    """Note the tags that come with an object, because the Org has none of that name."""
    for name in one.tags or ():
        if await course.tx.tags.by_key(org.id, name_key(name)) is None:
            course.note("tags", f"{org.name}/{name}", Fate.ADDED)


async def _differences(
    course: Course, org: Org, one: ObjectEntry, found: Header
) -> list[Difference]:
    facts = difference("type", found.type.value, one.type.strip().upper())
    facts += difference("name", found.name, check_label("name", one.name))
    for text in ("description", "subtype", "custom_id"):
        after = getattr(one, text)
        # An empty text takes neither of the last two away: no act does.
        if after is not None and (after or text == "description"):
            facts += difference(text, getattr(found, text), after)
    for part, name, before in (
        ("owner", one.owner, found.owner_id),
        ("author", one.author, found.author_id),
    ):
        if name and await course.member_id(org, name) != before:
            account = await course.tx.accounts.by_id(before)
            facts += difference(part, before if account is None else account.name, name)
    if one.tags is not None:
        had = (await course.tx.objects.tags_of(org.id, [found.id])).get(found.id, [])
        if {name_key(tag.name) for tag in had} != {name_key(name) for name in one.tags}:
            facts += difference("tags", sorted(tag.name for tag in had), sorted(one.tags))
    return facts


async def _share(course: Course, one: ObjectEntry) -> None:
    """Make what is shared of an object what its entry says."""
    org = await course.org(one.org)
    object_id = checked_id(one.id)
    wanted: Granted = {}
    for share in one.shares or ():
        if share.group is not None:
            group = await course.group(org, share.group)
            wanted[PartyKind.GROUP, group.id] = share.mode
        elif share.user is not None:
            wanted[PartyKind.ACCOUNT, await course.member_id(org, share.user)] = share.mode
    shares = (await course.tx.objects.shares_of(org.id, [object_id])).get(object_id)
    has = _granted(shares or NOTHING_SHARED)
    grants = [
        Grant(identifier=party, kind=kind, mode=wanted.get((kind, party), ShareMode.NO_ACCESS))
        for kind, party in sorted(wanted.keys() | has.keys())
        if wanted.get((kind, party)) != has.get((kind, party))
    ]
    if not grants:
        return
    before = await _said(course, org, has)
    by = course.within_org(org.id)
    await course.acts.sharing.share(by, course.source, [Target(identifier=object_id)], grants)
    differing = difference("shares", before, await _said(course, org, wanted))
    header = (await course.tx.objects.by_ids(org.id, [object_id]))[0]
    course.note("objects", _label(org, object_id, header.name), Fate.CHANGED, differing)


def _granted(shares: Shares) -> Granted:
    return {
        **{(PartyKind.ACCOUNT, one): mode for one, mode in shares.accounts.items()},
        **{(PartyKind.GROUP, one): mode for one, mode in shares.groups.items()},
    }


async def _said(course: Course, org: Org, granted: Granted) -> list[str]:
    """Return grants for a reader: whom with, and what for."""
    found = []
    for (kind, party), mode in granted.items():
        if kind is PartyKind.GROUP:
            group = await course.tx.groups.by_id(org.id, party)
            found.append(f"group {party if group is None else group.name}: {mode.value}")
        else:
            account = await course.tx.accounts.by_id(party)
            found.append(f"user {party if account is None else account.name}: {mode.value}")
    return sorted(found)
