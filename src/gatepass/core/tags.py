"""Tags: words that objects of one Org are found by."""

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from gatepass.core.audit import record
from gatepass.core.entitlements import refuse_limited, require
from gatepass.core.errors import AlreadyExists, InvalidParameter, NotFound
from gatepass.core.headers import Tag
from gatepass.core.means import Means
from gatepass.core.names import check_name, name_key
from gatepass.core.object_rows import Target, the_objects
from gatepass.core.records import Principal, Source
from gatepass.core.searches import matches
from gatepass.core.standing import again, still
from gatepass.core.store import Transaction

TAGMANAGEMENT = "TAGMANAGEMENT"
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


async def find_tag(tx: Transaction, org_id: int, identifier: str) -> Tag | None:
    """Return the Org's tag with this id or name; the id is tried first."""
    found = await tx.tags.by_id(org_id, identifier.strip().lower())
    return found or await tx.tags.by_key(org_id, name_key(identifier))


async def the_tag(tx: Transaction, org_id: int, identifier: str) -> Tag:
    """Return the Org's tag with this id or name.

    Raises:
        NotFound: there is none.
    """
    found = await find_tag(tx, org_id, identifier)
    if found is None:
        raise NotFound("tag", identifier)
    return found


async def add_tag(
    tx: Transaction,
    means: Means,
    org_id: int,
    name: str,
    *,
    author_id: str,
    now: datetime,
    color: str | None = None,
) -> Tag:
    """Add the row of a tag.

    Raises:
        InvalidParameter: name or colour will not do.
        AlreadyExists: the Org has a tag of that name.
    """
    tag = Tag(
        id=means.random.id(),
        org_id=org_id,
        name=await _free_name(tx, org_id, name),
        color=_checked(color),
        author_id=author_id,
        modifier_id=author_id,
        created_at=now,
        modified_at=now,
    )
    await tx.tags.add(tag, key=name_key(tag.name))
    return tag


class Tags:
    """Acts on tags of the principal's Org."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def search(
        self,
        by: Principal,
        *,
        identifier: str | None = None,
        pattern: str | None = None,
        color: str | None = None,
    ) -> list[Tag]:
        """Return the tags that fit, by name, to anybody of the Org.

        Raises:
            ScopeTooSmall: the principal is limited to one object.
        """
        refuse_limited(by)

        async def work(tx: Transaction) -> list[Tag]:
            if identifier is None:
                found = await tx.tags.all(by.org_id)
            else:
                one = await find_tag(tx, by.org_id, identifier)
                found = [] if one is None else [one]
            return [
                tag
                for tag in found
                if (pattern is None or matches(pattern, tag.name))
                and (color is None or (tag.color or "").lower() == color.lower())
            ]

        return await self._means.store.scan(work)

    async def create(
        self, by: Principal, source: Source, *, name: str, color: str | None = None
    ) -> Tag:
        """Create a tag that nothing has yet.

        Raises:
            NotPermitted: the principal may not manage tags.
            InvalidParameter: name or colour will not do.
            AlreadyExists: the name is taken.
        """
        require(by, self._means.rules, TAGMANAGEMENT)
        now = self._means.clock()

        async def work(tx: Transaction) -> Tag:
            caller = await still(tx, self._means, by, now, TAGMANAGEMENT)
            tag = await add_tag(
                tx,
                self._means,
                caller.org_id,
                name,
                author_id=caller.account_id,
                now=now,
                color=color,
            )
            await self._record(tx, caller, source, tag, act="tag.create", now=now)
            return tag

        return await self._means.store.write(work)

    async def update(
        self,
        by: Principal,
        source: Source,
        identifier: str,
        *,
        name: str | None = None,
        color: str | None = None,
    ) -> None:
        """Change a tag; what is None stays. Raises as ``create`` does.

        Raises:
            NotFound: the Org has no such tag.
        """
        require(by, self._means.rules, TAGMANAGEMENT)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await still(tx, self._means, by, now, TAGMANAGEMENT)
            tag = await the_tag(tx, caller.org_id, identifier)
            changed = replace(
                tag,
                name=tag.name if name is None else await _free_name(tx, tag.org_id, name, tag),
                color=tag.color if color is None else _checked(color),
            )
            if changed != tag:
                changed = replace(changed, modifier_id=caller.account_id, modified_at=now)
                await tx.tags.put(changed, key=name_key(changed.name))
            await self._record(tx, caller, source, changed, act="tag.update", now=now)

        await self._means.store.write(work)

    async def remove(self, by: Principal, source: Source, identifier: str) -> None:
        """Delete a tag; the objects that have it stay.

        Raises:
            NotPermitted: the principal may not manage tags.
            NotFound: the Org has no such tag.
        """
        require(by, self._means.rules, TAGMANAGEMENT)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await still(tx, self._means, by, now, TAGMANAGEMENT)
            tag = await the_tag(tx, caller.org_id, identifier)
            await tx.tags.remove(tag)
            await self._record(tx, caller, source, tag, act="tag.remove", now=now)

        await self._means.store.write(work)

    async def assign(
        self,
        by: Principal,
        source: Source,
        targets: Sequence[Target],
        identifiers: Sequence[str],
        *,
        takes_off: bool = False,
    ) -> None:
        """Put tags on objects, or take them off: on all of them, or on none.

        Raises:
            ScopeTooSmall, NotPermitted: the principal may not edit each of the objects.
            NotFound: there is no such object that it may see, or no such tag.
            InvalidParameter: no object or no tag is named, or one by a name of several.
        """
        refuse_limited(by)
        if not identifiers:
            raise InvalidParameter("tag_identifiers", "name at least one tag")
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await again(tx, self._means, by, now)
            found = await the_objects(tx, caller, targets, change=True)
            tags = [await the_tag(tx, caller.org_id, one) for one in identifiers]
            for one in found:
                for tag in tags:
                    if takes_off:
                        await tx.objects.untag(one.header, tag.id)
                    else:
                        await tx.objects.tag(one.header, tag.id)
            await record(
                tx,
                self._means,
                "tag.unassign" if takes_off else "tag.assign",
                at=now,
                source=source,
                org_id=caller.org_id,
                by=caller,
                objects=[one.header.id for one in found],
                tags=[tag.id for tag in tags],
            )

        await self._means.store.write(work)

    async def _record(
        self, tx: Transaction, by: Principal, source: Source, tag: Tag, *, act: str, now: datetime
    ) -> None:
        await record(
            tx,
            self._means,
            act,
            at=now,
            source=source,
            org_id=tag.org_id,
            by=by,
            tag=tag.id,
            name=tag.name,
            color=tag.color,
        )


async def _free_name(tx: Transaction, org_id: int, name: str, own: Tag | None = None) -> str:
    """Return a tag's name, cleaned for keeping, that no other tag of the Org has."""
    name = check_name("name", name)
    # An id is tried before a name: one that looks like another's id would stand for that one.
    for taken in (await tx.tags.by_key(org_id, name_key(name)), await _by_id(tx, org_id, name)):
        if taken is not None and (own is None or taken.id != own.id):
            raise AlreadyExists("tag", name)
    return name


async def _by_id(tx: Transaction, org_id: int, name: str) -> Tag | None:
    return await tx.tags.by_id(org_id, name.lower())


def _checked(color: str | None) -> str | None:
    if color is not None and not _COLOR.fullmatch(color):
        raise InvalidParameter("color", "must have the form #rrggbb")
    return color
