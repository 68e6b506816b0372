"""Several trusted secrets side by side: one takes over from another without refusing anybody."""

from datetime import datetime, timedelta

from gatepass.core import orgs
from gatepass.core.audit import record
from gatepass.core.crypto import TRUSTED_SECRET, digest
from gatepass.core.entitlements import require
from gatepass.core.errors import AlreadyExists, InvalidParameter, NotFound, NotPermitted
from gatepass.core.means import Means
from gatepass.core.names import check_label
from gatepass.core.privileges import CONTROL_TRUSTED_AUTH
from gatepass.core.records import PRIMARY_ORG, Principal, Record, Source, TrustedSecret
from gatepass.core.standing import still
from gatepass.core.store import EVERYTHING, Transaction
from gatepass.core.trusted import Shown, add_secret, show

SHORTEST = 32
"""Characters of an imported secret at least: a GUID has 36, of which 122 bits are random."""
LONGEST = 256


class LiveSecrets(Record, frozen=True):
    """Secrets that count, the newest first, without their texts; None: no part of the caller's."""

    cluster: list[TrustedSecret] | None
    of_org: list[TrustedSecret] | None


class Rotation:
    """Acts on single secrets."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def live(self, by: Principal) -> LiveSecrets:
        """Return the live secrets of the cluster, from Primary, and of the principal's own Org.

        Raises:
            NotPermitted: the principal may not control trusted authentication.
        """
        rules = self._means.rules
        require(by, rules, CONTROL_TRUSTED_AUTH)
        now = self._means.clock()

        async def work(tx: Transaction) -> LiveSecrets:
            whole = by.org_id == PRIMARY_ORG
            return LiveSecrets(
                cluster=await tx.secrets.live(None, now) if whole else None,
                of_org=(
                    await tx.secrets.live(by.org_id, now) if rules.per_org_secret_keys else None
                ),
            )

        return await self._means.store.read(work)

    async def show(self, by: Principal, source: Source, secret_id: str) -> Shown:
        """Return one live secret with its text, and write down that it was read.

        Where secrets are hidden it is the text's beginning, which is no secret.

        Raises:
            NotPermitted: the principal may not control trusted authentication there.
            NotFound: there is no such live secret.
        """
        require(by, self._means.rules, CONTROL_TRUSTED_AUTH)
        now = self._means.clock()

        async def work(tx: Transaction) -> Shown:
            caller = await still(tx, self._means, by, now, CONTROL_TRUSTED_AUTH)
            shown = await show(tx, self._means, await _reached(tx, caller, secret_id, now))
            if not self._means.rules.hide_secret_keys:
                await record(
                    tx,
                    self._means,
                    "secret.read",
                    at=now,
                    source=source,
                    org_id=by.org_id,
                    by=caller,
                    secrets=[secret_id],
                )
            return shown

        return await self._means.store.write(work)

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
            secret = await _reached(tx, caller, secret_id, now)
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


async def _reached(tx: Transaction, by: Principal, secret_id: str, now: datetime) -> TrustedSecret:
    """Return a live secret of the principal's Org, or of the cluster for who is in Primary.

    Raises:
        NotFound: there is no such one.
    """
    secret = await tx.secrets.by_id(secret_id)
    if secret is not None and secret.is_live(now):
        of_cluster = secret.org_id is None and by.org_id == PRIMARY_ORG
        if of_cluster or secret.org_id == by.org_id or by.cluster_admin:
            return secret
    raise NotFound("secret", secret_id)
