"""Several trusted secrets side by side: one takes over from another without refusing anybody."""

from datetime import timedelta

from gatepass.core import orgs
from gatepass.core.audit import record
from gatepass.core.crypto import TRUSTED_SECRET, digest
from gatepass.core.entitlements import require
from gatepass.core.errors import AlreadyExists, InvalidParameter, NotFound, NotPermitted
from gatepass.core.means import Means
from gatepass.core.names import check_label
from gatepass.core.privileges import CONTROL_TRUSTED_AUTH
from gatepass.core.records import PRIMARY_ORG, Principal, Source, TrustedSecret
from gatepass.core.standing import still
from gatepass.core.store import EVERYTHING, Transaction
from gatepass.core.trusted import Shown, add_secret

SHORTEST = 32
"""Characters of an imported secret at least: a GUID has 36, of which 122 bits are random."""
LONGEST = 256


class Rotation:
    """Acts on single secrets."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def add(
        self,
        by: Principal,
        source: Source,
        *,
        org: str | int | None = None,
        label: str = "default",
        grace: timedelta | None = None,
        text: str | None = None,
    ) -> Shown:
        """Add a secret, made here or brought along; with a grace the others end after it.

        Raises:
            NotPermitted: the principal may not control trusted authentication there.
            InvalidParameter: the text brought along is too short, or the grace is negative.
            AlreadyExists: that text is a secret already.
            NotFound: there is no such Org.
        """
        require(by, self._means.rules, CONTROL_TRUSTED_AUTH)
        label = check_label("label", label)
        if text is not None:
            text = text.strip()
            if not SHORTEST <= len(text) <= LONGEST or not text.isascii() or not text.isprintable():
                raise InvalidParameter("secret", f"has {SHORTEST} to {LONGEST} ASCII characters")
        if grace is not None and grace < timedelta():
            raise InvalidParameter("grace", "is not negative")
        now = self._means.clock()

        async def work(tx: Transaction) -> Shown:
            caller = await still(tx, self._means, by, now, CONTROL_TRUSTED_AUTH)
            org_id = await self._whose(tx, caller, org)
            made = text or self._means.random.secret(TRUSTED_SECRET)
            if await tx.secrets.by_digest(digest(made)) is not None:
                raise AlreadyExists("secret", label)
            before = await tx.secrets.live(org_id, now)
            secret = await add_secret(tx, self._means, made, org_id=org_id, label=label, now=now)
            ending = []
            if grace is not None:
                ends = now + grace
                for one in before:
                    if one.revoked_at is None or one.revoked_at > ends:
                        await tx.secrets.revoke(one.id, ends if grace else None)
                        ending.append(one.id)
            await record(
                tx,
                self._means,
                "secret.add",
                at=now,
                source=source,
                org_id=PRIMARY_ORG if org_id is None else org_id,
                by=caller,
                secret=secret.id,
                label=label,
                brought=text is not None,
                ending=ending,
            )
            return Shown(record=secret, text=made)

        return await self._means.store.write(work)

    async def end(
        self, by: Principal, source: Source, secret_id: str, *, end_tokens: bool = False
    ) -> TrustedSecret:
        """End one secret at once, with its v1 tokens; with all it bought if asked to.

        Raises:
            NotPermitted: the principal may not control trusted authentication there.
            NotFound: there is no such live secret.
        """
        require(by, self._means.rules, CONTROL_TRUSTED_AUTH)
        now = self._means.clock()

        async def work(tx: Transaction) -> TrustedSecret:
            caller = await still(tx, self._means, by, now, CONTROL_TRUSTED_AUTH)
            secret = await tx.secrets.by_id(secret_id)
            reached = secret is not None and (
                caller.cluster_admin or secret.org_id == caller.org_id
            )
            if secret is None or not reached or not secret.is_live(now):
                raise NotFound("secret", secret_id)
            await tx.secrets.revoke(secret.id, None)
            v1_only = not (end_tokens or self._means.rules.revoke_on_key_disable)
            if await tx.revocations.of_secret(secret.id, now, v1_only=v1_only):
                tx.moved(EVERYTHING)
            await record(
                tx,
                self._means,
                "secret.end",
                at=now,
                source=source,
                org_id=PRIMARY_ORG if secret.org_id is None else secret.org_id,
                by=caller,
                secret=secret.id,
                label=secret.label,
            )
            return secret

        return await self._means.store.write(work)

    async def _whose(self, tx: Transaction, by: Principal, org: str | int | None) -> int | None:
        if org is None:
            if by.org_id != PRIMARY_ORG:
                raise NotPermitted("the Primary Org, for the cluster's secrets")
            return None
        org_id = await orgs.within_reach(tx, by, org)
        if not self._means.rules.per_org_secret_keys:
            raise InvalidParameter("org", "Orgs have no secret keys of their own")
        found = await tx.orgs.by_id(org_id)
        if found is None or not found.active:
            raise NotFound("Org", str(org))
        return org_id
