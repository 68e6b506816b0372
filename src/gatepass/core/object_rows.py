"""Objects found by what a caller says of them, as far as it may see or change them."""

from collections.abc import Sequence
from uuid import UUID

from gatepass.core import parties
from gatepass.core.entitlements import refuse_limited
from gatepass.core.errors import InvalidParameter, NotFound, NotPermitted
from gatepass.core.headers import STORED, Header, Kind
from gatepass.core.names import name_key
from gatepass.core.records import Principal, Record
from gatepass.core.shares import NOTHING_SHARED, Party, ShareMode, Shares, permission
from gatepass.core.store import Transaction

MOST_NAMESAKES = 100
"""So many objects of one name are looked at; who means another one has its id."""


class Target(Record, frozen=True):
    """An object as a caller names it: by id or name, and by kind where it says so."""

    identifier: str
    type: Kind | None = None


class Held(Record, frozen=True):
    """An object with what is granted on it, and what the caller may do with it."""

    header: Header
    shares: Shares
    mode: ShareMode


async def held(tx: Transaction, party: Party, headers: Sequence[Header]) -> list[Held]:
    """Return those of the objects, all of one Org, that the party may see."""
    if not headers:
        return []
    found = await tx.objects.shares_of(headers[0].org_id, [one.id for one in headers])
    rows = []
    for header in headers:
        shares = found.get(header.id, NOTHING_SHARED)
        mode = permission(party, header.owner_id, shares)
        if mode is not ShareMode.NO_ACCESS:
            rows.append(Held(header=header, shares=shares, mode=mode))
    return rows


async def find_objects(tx: Transaction, party: Party, org_id: int, target: Target) -> list[Held]:
    """Return what is meant: the object of this id, else those of this name, as far as seen."""
    rows = await tx.objects.by_ids(org_id, [target.identifier.strip().lower()])
    found = await held(tx, party, rows)
    if not found:
        rows = await tx.objects.by_key(org_id, name_key(target.identifier), MOST_NAMESAKES)
        found = await held(tx, party, rows)
    return [one for one in found if target.type in {None, one.header.type}]


async def the_objects(
    tx: Transaction, by: Principal, targets: Sequence[Target], *, change: bool
) -> list[Held]:
    """Return the objects of the principal's Org that are meant, each once.

    Raises:
        ScopeTooSmall: the principal is limited to one object.
        InvalidParameter: none is named, or a name is that of several.
        NotFound: there is none that the principal may see.
        NotPermitted: it is to ``change`` and the principal may only read it.
    """
    refuse_limited(by)
    if not targets:
        raise InvalidParameter("metadata", "name at least one object")
    party = await parties.caller(tx, by)
    meant: dict[str, Held] = {}
    for target in targets:
        found = await find_objects(tx, party, by.org_id, target)
        if not found:
            raise NotFound("object", target.identifier)
        if len(found) > 1:
            raise InvalidParameter("metadata", "several objects have this name: use the id")
        meant[found[0].header.id] = found[0]
    if change and any(one.mode is not ShareMode.MODIFY for one in meant.values()):
        raise NotPermitted("to edit each of these objects")
    return list(meant.values())


async def require_readable(tx: Transaction, account_id: str, org_id: int, object_id: str) -> None:
    """Refuse to limit a credential to what its account could not see.

    Raises:
        NotFound: the Org has no such object, or the account may not see it.
    """
    party = (await parties.of_accounts(tx, org_id, [account_id]))[account_id]
    rows = await tx.objects.by_ids(org_id, [object_id.strip().lower()])
    if not await held(tx, party, rows):
        raise NotFound("object", object_id)


def checked_id(text: str) -> str:
    """Return the id of an object: a GUID, in lower case.

    Raises:
        InvalidParameter: it is none.
    """
    try:
        found = str(UUID(text.strip()))
    except ValueError:
        found = ""
    if found != text.strip().lower():
        raise InvalidParameter("id", "must be a GUID")
    return found


def checked_kind(text: str) -> Kind:
    """Return the kind of an object that is kept as a header.

    Raises:
        InvalidParameter: there is no such kind, or it is something else here.
    """
    word = text.strip().upper()
    if word not in STORED:
        raise InvalidParameter("type", f"one of {', '.join(sorted(STORED))}")
    return Kind(word)
