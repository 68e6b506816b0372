"""Trusted authentication: secrets that speak for the cluster or for one Org."""

from collections.abc import Sequence
from datetime import datetime

from gatepass.core import orgs
from gatepass.core.audit import record
from gatepass.core.crypto import TRUSTED_SECRET, digest
from gatepass.core.entitlements import may, require
from gatepass.core.errors import (
    InvalidParameter,
    NotPermitted,
    OrgNotUsable,
    TrustedAuthDisabled,
    WrongCredentials,
)
from gatepass.core.means import Means
from gatepass.core.privileges import CONTROL_TRUSTED_AUTH
from gatepass.core.records import (
    PRIMARY_ORG,
    Org,
    Principal,
    Record,
    Source,
    TrustedSecret,
    Undisclosed,
)
from gatepass.core.standing import still
from gatepass.core.store import EVERYTHING, Transaction

SHOWN = 8
"""Characters of a secret that are shown where secrets are set to be hidden."""


class Shown(Undisclosed, frozen=True, kw_only=True):
    """A live secret with its text, for an administrator's eyes."""

    record: TrustedSecret
    text: str


class TrustedState(Record, frozen=True):
    """Trusted authentication as one principal may see it; None for a part not permitted."""

    cluster: list[Shown] | None
    org: Org | None
    of_org: list[Shown]


class Trusted:
    """Acts on trusted authentication. It is on for the cluster or an Org while a secret lives."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._used: dict[str, datetime] = {}

    async def check(
        self, tx: Transaction, secret_key: str, org_id: int | None, now: datetime
    ) -> TrustedSecret:
        """Return the live secret of this text.

        Raises:
            TrustedAuthDisabled: neither the cluster nor the Org aimed at has a secret at all.
            WrongCredentials: it is not one of theirs.
        """
        found = await tx.secrets.by_digest(digest(secret_key))
        usable = found is not None and found.is_live(now)
        if usable and found is not None and found.org_id is not None:
            usable = self._means.rules.per_org_secret_keys
        if found is not None and usable:
            return found
        if not await tx.secrets.live(None, now) and not (
            org_id is not None
            and self._means.rules.per_org_secret_keys
            and await tx.secrets.live(org_id, now)
        ):
            raise TrustedAuthDisabled
        raise WrongCredentials("wrong secret key")

    async def configure(
        self,
        by: Principal,
        source: Source,
        *,
        cluster: bool | None = None,
        for_orgs: Sequence[tuple[str | int, bool | None]] = (),
        end_tokens: bool = False,
    ) -> list[Shown]:
        """Switch trusted authentication on or off, for the cluster and for Orgs; all or nothing.

        None leaves a part as it is; an Org that is named so must be one that may be switched.
        On makes a secret where there is none; those that were made are returned. Off ends the
        secret at once, with the v1 tokens bought by it; with every token and session bought by it
        if ``end_tokens`` or the setting ``revoke_on_key_disable`` says so.

        Raises:
            NotPermitted: the principal may not, or the part is not its own to switch.
            InvalidParameter: Orgs have no secrets of their own here.
            OrgNotUsable: an Org does not exist.
        """
        rules = self._means.rules
        require(by, rules, CONTROL_TRUSTED_AUTH)
        if cluster is not None and by.org_id != PRIMARY_ORG:
            raise NotPermitted("the Primary Org, to switch the cluster's part")
        if for_orgs and not rules.per_org_secret_keys:
            raise InvalidParameter("org_preferences", "Orgs have no secret keys of their own")
        now = self._means.clock()

        async def work(tx: Transaction) -> list[Shown]:
            caller = await still(tx, self._means, by, now, CONTROL_TRUSTED_AUTH)
            made: list[Shown] = []
            if cluster is not None:
                made += await self._switch(
                    tx, caller, source, None, on=cluster, now=now, end_tokens=end_tokens
                )
            for identifier, on in for_orgs:
                org = await orgs.find(tx, identifier)
                # Asked first, or an Org's administrator could tell which other Orgs there are.
                theirs = org is None or org.id != caller.org_id
                if theirs and not caller.cluster_admin:
                    raise NotPermitted("the Org itself, to switch its part")
                if org is None or not org.active:
                    raise OrgNotUsable
                if on is not None:
                    made += await self._switch(
                        tx, caller, source, org.id, on=on, now=now, end_tokens=end_tokens
                    )
            return made

        return await self._means.store.write(work)

    async def look(
        self, by: Principal, source: Source, *, cluster: bool | None, org: bool | None
    ) -> TrustedState:
        """Return the state; a part is True (asked for by name), None (if permitted) or False.

        Reading a secret is written down.

        Raises:
            NotPermitted: the principal may not see a part that was asked for by name.
        """
        rules = self._means.rules
        require(by, rules, CONTROL_TRUSTED_AUTH)
        sees_cluster = by.org_id == PRIMARY_ORG
        sees_org = rules.per_org_secret_keys and may(by, rules, CONTROL_TRUSTED_AUTH)
        if (cluster and not sees_cluster) or (org and not sees_org):
            raise NotPermitted("the Primary Org" if cluster else "secret keys of Orgs")
        now = self._means.clock()

        async def work(tx: Transaction) -> TrustedState:
            await still(tx, self._means, by, now, CONTROL_TRUSTED_AUTH)
            of_cluster: list[Shown] | None = None
            if sees_cluster and cluster is not False:
                of_cluster = [
                    await show(tx, self._means, one) for one in await tx.secrets.live(None, now)
                ]
            own, of_org = None, []
            if sees_org and org is not False:
                own = await tx.orgs.by_id(by.org_id)
                of_org = [
                    await show(tx, self._means, one)
                    for one in await tx.secrets.live(by.org_id, now)
                ]
            shown = [*(of_cluster or ()), *of_org]
            if shown and not rules.hide_secret_keys:
                await record(
                    tx,
                    self._means,
                    "secret.read",
                    at=now,
                    source=source,
                    org_id=by.org_id,
                    by=by,
                    secrets=[one.record.id for one in shown],
                )
            return TrustedState(cluster=of_cluster, org=own, of_org=of_org)

        return await self._means.store.write(work)

    async def secrets_of(self, by: Principal, source: Source, org: str | int | None) -> list[Shown]:
        """Return the live secrets of the cluster, or of one Org, whole; that is written down."""
        require(by, self._means.rules, CONTROL_TRUSTED_AUTH)
        now = self._means.clock()

        async def work(tx: Transaction) -> list[Shown]:
            await still(tx, self._means, by, now, CONTROL_TRUSTED_AUTH)
            if org is None and by.org_id != PRIMARY_ORG:
                raise NotPermitted("the Primary Org")
            org_id = None if org is None else await orgs.within_reach(tx, by, org)
            live = await tx.secrets.live(org_id, now)
            shown = [await show(tx, self._means, one, whole=True) for one in live]
            await record(
                tx,
                self._means,
                "secret.read",
                at=now,
                source=source,
                org_id=by.org_id,
                by=by,
                secrets=[one.record.id for one in shown],
            )
            return shown

        return await self._means.store.write(work)

    async def live(self, by: Principal, org: str | int | None = None) -> list[TrustedSecret]:
        """Return, without their texts, the live secrets of one Org, or the cluster's and all Orgs'.

        Raises:
            NotPermitted: the principal does not administer the cluster.
            NotFound: there is no such Org.
        """
        require(by, self._means.rules)
        if not by.cluster_admin:
            raise NotPermitted("ADMINISTRATION in the Primary Org")
        now = self._means.clock()

        async def work(tx: Transaction) -> list[TrustedSecret]:
            if org is not None:
                return await tx.secrets.live(await orgs.within_reach(tx, by, org), now)
            found = await tx.secrets.live(None, now)
            for one in await tx.orgs.all():
                found += await tx.secrets.live(one.id, now)
            return found

        return await self._means.store.scan(work)

    def note_use(self, secret_id: str, now: datetime) -> None:
        """Remember when the secret was last used; ``write_uses`` puts it down later."""
        self._used[secret_id] = now

    async def write_uses(self) -> None:
        """Put down when secrets were last used."""
        if self._used:
            used, self._used = self._used, {}
            try:
                await self._means.store.write(lambda tx: tx.secrets.touch(used))
            except BaseException:
                self._used = {**used, **self._used}
                raise

    async def _switch(
        self,
        tx: Transaction,
        by: Principal,
        source: Source,
        org_id: int | None,
        *,
        on: bool,
        now: datetime,
        end_tokens: bool,
    ) -> list[Shown]:
        live = await tx.secrets.live(org_id, now)
        made = []
        if on and not live:
            text = self._means.random.secret(TRUSTED_SECRET)
            secret = await add_secret(
                tx, self._means, text, org_id=org_id, label="default", now=now
            )
            made.append(Shown(record=secret, text=text))
        elif not on:
            for secret in live:
                await tx.secrets.revoke(secret.id, None)
                v1_only = not (end_tokens or self._means.rules.revoke_on_key_disable)
                if await tx.revocations.of_secret(secret.id, now, v1_only=v1_only):
                    tx.moved(EVERYTHING)
        if bool(live) != on:
            await record(
                tx,
                self._means,
                "secret.enable" if on else "secret.disable",
                at=now,
                source=source,
                org_id=PRIMARY_ORG if org_id is None else org_id,
                by=by,
                cluster=org_id is None,
            )
        return made


async def add_secret(
    tx: Transaction, means: Means, text: str, *, org_id: int | None, label: str, now: datetime
) -> TrustedSecret:
    """Add a trusted secret: its digest to find it, its text sealed to show it again."""
    secret = TrustedSecret(id=means.random.id(), org_id=org_id, label=label, created_at=now)
    sealed = means.sealer.seal(text, f"secret {secret.id}")
    await tx.secrets.add(secret, digest=digest(text), sealed=sealed)
    return secret


async def show(
    tx: Transaction, means: Means, secret: TrustedSecret, *, whole: bool = False
) -> Shown:
    """Return a secret with its text; with its beginning where secrets are hidden."""
    sealed = await tx.secrets.sealed(secret.id)
    text = means.sealer.open(sealed, f"secret {secret.id}")
    if means.rules.hide_secret_keys and not whole:
        text = text[:SHOWN] + "…"
    return Shown(record=secret, text=text)
