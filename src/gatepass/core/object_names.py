"""What objects are called that accounts begin with or keep, told to whoever may see them.

Home Liveboards, favourites and a group's default Liveboards are identifiers of any kind of text; an
object of that id may be there or not. Names are read each time: neither a renamed object nor one
that is not shared any more moves the epoch.
"""

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from gatepass.core import parties
from gatepass.core.object_rows import held
from gatepass.core.records import Principal, Profile
from gatepass.core.store import Transaction
from gatepass.core.views import GroupView


async def name_kept(tx: Transaction, by: Principal, profiles: Sequence[Profile]) -> list[Profile]:
    """Return the profiles with the names of what they keep, of objects of the principal's Org."""
    here = [one for one in profiles if one.org.id == by.org_id]
    ids = {one.home_liveboard for one in here if one.home_liveboard is not None}
    ids |= {kept.id for one in here for kept in one.favorites}
    names = await _names(tx, by, ids)
    if not names:
        return list(profiles)
    return [
        replace(one, object_names=names) if one.org.id == by.org_id else one for one in profiles
    ]


async def name_pinned(
    tx: Transaction, by: Principal, views: Sequence[GroupView]
) -> list[GroupView]:
    """Return the groups with the names of their Liveboards, of those in the principal's Org."""
    here = [one for one in views if one.org.id == by.org_id]
    names = await _names(tx, by, {pinned for one in here for pinned in one.liveboards or ()})
    if not names:
        return list(views)
    return [replace(one, object_names=names) if one.org.id == by.org_id else one for one in views]


async def _names(
    tx: Transaction, by: Principal, ids: Collection[str]
) -> Mapping[tuple[str, str], str]:
    """Return the names of objects by kind and by id as it is kept with an account."""
    if not ids:
        return {}
    by_id: dict[str, list[str]] = {}
    for one in ids:
        by_id.setdefault(one.strip().lower(), []).append(one)
    headers = await tx.objects.by_ids(by.org_id, sorted(by_id))
    if by.object_id is not None:
        headers = [one for one in headers if one.id == by.object_id]
    seen = await held(tx, await parties.caller(tx, by), headers) if headers else []
    return {
        (one.header.type.value, kept): one.header.name
        for one in seen
        for kept in by_id[one.header.id]
    }
