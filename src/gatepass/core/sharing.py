"""Sharing: grant on objects, say who may do what, hand objects over."""

from collections.abc import Sequence

from msgspec.structs import replace

from gatepass.core import orgs, parties
from gatepass.core.account_rows import find_member
from gatepass.core.audit import record
from gatepass.core.entitlements import refuse_limited, require
from gatepass.core.errors import InvalidParameter, NotFound, NotPermitted
from gatepass.core.means import Means
from gatepass.core.object_rows import Target, the_objects
from gatepass.core.privileges import ADMINISTRATION, USER_ADMINISTRATION
from gatepass.core.records import Account, Group, Principal, Record, Source
from gatepass.core.shares import PartyKind, ShareMode
from gatepass.core.standing import again, still
from gatepass.core.store import Transaction

SHAREWITHALL = "SHAREWITHALL"


class Grant(Record, frozen=True):
    """What an account or a group, by id or name, is to be granted; no kind: an account first."""

    identifier: str
    mode: ShareMode
    kind: PartyKind | None = None


class Sharing:
    """Acts that share objects and hand them over."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def share(
        self, by: Principal, source: Source, targets: Sequence[Target], grants: Sequence[Grant]
    ) -> None:
        """Grant on each of the objects to each of the parties; NO_ACCESS takes a grant away.

        Raises:
            ScopeTooSmall, NotPermitted: the principal may not edit each of the objects, or shares
                with everybody without SHAREWITHALL.
            NotFound: there is no such object that it may see, or nobody whom it may know of.
            InvalidParameter: no object or no grant is named, or an object by a name of several.
        """
        refuse_limited(by)
        if not grants:
            raise InvalidParameter("permissions", "name at least one principal")
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await again(tx, self._means, by, now)
            found = await the_objects(tx, caller, targets, change=True)
            party = await parties.caller(tx, caller)
            named = parties.Named(tx, self._means, caller)
            done = []
            for grant in grants:
                who = await named.find(grant.identifier, grant.kind, party.groups)
                self._refuse_all(caller, who)
                kind = PartyKind.GROUP if isinstance(who, Group) else PartyKind.ACCOUNT
                for one in found:
                    await tx.objects.share(one.header, kind, who.id, grant.mode)
                done.append({"id": who.id, "type": kind.value, "mode": grant.mode.value})
            await record(
                tx,
                self._means,
                "object.share",
                at=now,
                source=source,
                org_id=caller.org_id,
                by=caller,
                objects=[one.header.id for one in found],
                types=sorted({one.header.type.value for one in found}),
                permissions=done,
            )

        await self._means.store.write(work)

    async def assign(
        self,
        by: Principal,
        source: Source,
        targets: Sequence[Target],
        to: str,
        *,
        owned_by: str | None = None,
    ) -> None:
        """Hand objects over: the account is their owner and author from now on.

        With ``owned_by`` each of them must be that account's.

        Raises:
            ScopeTooSmall, NotPermitted: the principal does not administer accounts, or may not
                edit each of the objects.
            NotFound: there is no such object that it may see, or no such account.
            InvalidParameter: none is named, or one is not that account's.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            found = await the_objects(tx, caller, targets, change=True)
            owner = await _member(tx, caller, to)
            before = None if owned_by is None else await _member(tx, caller, owned_by)
            if before is not None and any(one.header.owner_id != before.id for one in found):
                raise InvalidParameter("current_owner_identifier", "does not own each of them")
            await tx.objects.put(
                [
                    replace(
                        one.header,
                        owner_id=owner.id,
                        author_id=owner.id,
                        modifier_id=caller.account_id,
                        modified_at=now,
                    )
                    for one in found
                ]
            )
            await record(
                tx,
                self._means,
                "object.assign",
                at=now,
                source=source,
                org_id=caller.org_id,
                by=caller,
                about=owner.id,
                objects=[one.header.id for one in found],
                owners=sorted({one.header.owner_id for one in found}),
            )

        await self._means.store.write(work)

    def _refuse_all(self, by: Principal, who: Account | Group) -> None:
        """Refuse to share with everybody of the Org, unless the principal may."""
        if (
            isinstance(who, Group)
            and orgs.is_all(who)
            and by.privileges.isdisjoint({ADMINISTRATION, SHAREWITHALL})
        ):
            raise NotPermitted(f"{ADMINISTRATION} or {SHAREWITHALL}")


async def _member(tx: Transaction, by: Principal, identifier: str) -> Account:
    account = await find_member(tx, by.org_id, identifier)
    if account is None:
        raise NotFound("user", identifier)
    return account
