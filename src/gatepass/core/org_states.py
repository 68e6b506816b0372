"""Orgs switched off and on again: an inactive one lets nobody in, and keeps all that is in it."""

from gatepass.core import orgs
from gatepass.core.audit import record
from gatepass.core.errors import NotFound, NotPermitted
from gatepass.core.means import Means
from gatepass.core.records import PRIMARY_ORG, Principal, Source
from gatepass.core.standing import again
from gatepass.core.store import EVERYTHING, Transaction


class OrgStates:
    """Acts on whether an Org may be worked in."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def activate(self, by: Principal, source: Source, identifier: str | int) -> None:
        """Let an Org be worked in again; what ended when it was switched off stays ended.

        Raises:
            ScopeTooSmall, NotPermitted: the principal may not manage Orgs.
            NotFound: there is no such Org.
        """
        await self._set(by, source, identifier, active=True)

    async def deactivate(self, by: Principal, source: Source, identifier: str | int) -> int:
        """Let nobody work in an Org, end its sessions and tokens, and return how many ended.

        Raises:
            NotPermitted: as for ``activate``; or it is Primary, which is always active.
            NotFound: there is no such Org.
        """
        return await self._set(by, source, identifier, active=False)

    async def _set(
        self, by: Principal, source: Source, identifier: str | int, *, active: bool
    ) -> int:
        orgs.require_orgs(by, self._means)
        now = self._means.clock()

        async def work(tx: Transaction) -> int:
            caller = await again(tx, self._means, by, now)
            orgs.require_orgs(caller, self._means)
            org = await orgs.find(tx, identifier)
            if org is None:
                raise NotFound("Org", str(identifier))
            if org.id == PRIMARY_ORG and not active:
                raise NotPermitted("another Org than Primary, which is always active")
            ended = 0 if active else await tx.revocations.of_org(org.id, now)
            if org.active != active:
                await tx.orgs.set_active(org.id, active=active)
            tx.moved(EVERYTHING)
            await record(
                tx,
                self._means,
                "org.activate" if active else "org.deactivate",
                at=now,
                source=source,
                org_id=org.id,
                by=caller,
                name=org.name,
                ended=ended,
            )
            return ended

        return await self._means.store.write(work)
