"""The domain: what the server does, whoever asks. ``Core`` has the acts that others may call."""

from collections.abc import Mapping
from datetime import datetime

from gatepass.core.accounts import Accounts
from gatepass.core.admission import Admission
from gatepass.core.auditing import Auditing
from gatepass.core.authentication import Gate
from gatepass.core.custom import Customizing
from gatepass.core.exchange import Exchange
from gatepass.core.founding import Founding
from gatepass.core.groups import Groups
from gatepass.core.keys import Keys
from gatepass.core.means import Means
from gatepass.core.memberships import Memberships
from gatepass.core.on_behalf import OnBehalf
from gatepass.core.orgs import Orgs
from gatepass.core.provisioning import Provisioning
from gatepass.core.refusals import Refusals
from gatepass.core.rotation import Rotation
from gatepass.core.sessions import Sessions
from gatepass.core.signing_in import SigningIn
from gatepass.core.tokens import Tokens
from gatepass.core.trusted import Trusted

PRUNE_AT_ONCE = 500


class Core:
    """Every act of the server, on one set of means."""

    def __init__(self, means: Means) -> None:
        signing_in = SigningIn(means)
        self.means = means
        self.rules = means.rules
        self.gate = Gate(means)
        self.accounts = Accounts(means, signing_in)
        self.admission = Admission(means)
        self.auditing = Auditing(means)
        self.refusals = Refusals(means)
        self.orgs = Orgs(means)
        self.groups = Groups(means)
        self.memberships = Memberships(means)
        self.sessions = Sessions(means, signing_in)
        self.trusted = Trusted(means)
        self.rotation = Rotation(means)
        self.keys = Keys(means)
        provisioning = Provisioning(means)
        self.tokens = Tokens(
            means,
            signing_in=signing_in,
            trusted=self.trusted,
            provisioning=provisioning,
            customizing=Customizing(means, self.keys, provisioning),
        )
        self.on_behalf = OnBehalf(means)
        self.exchange = Exchange(means)
        self.founding = Founding(means, self.orgs)

    async def write_activity(self) -> None:
        """Write down when sessions and secrets were last used."""
        await self.trusted.write_uses()
        taken = self.means.activity.take()
        if taken:
            try:
                await self._touch(taken)
            except BaseException:
                self.means.activity.put_back(taken)
                raise

    async def prune(self) -> int:
        """Delete, in small batches, what ended so long ago that nobody asks any more."""
        before = self.means.clock() - self.means.rules.dead_retention
        pruned = 0
        while batch := await self._prune_some(before):
            pruned += batch
        # A count outlasts the time for which it shuts, however short ended rows are kept.
        rules = self.means.rules
        stale = self.means.clock() - max(rules.dead_retention, 2 * rules.lockout_duration)
        await self.means.store.write(lambda tx: tx.guesses.prune(stale))
        await self.auditing.prune()
        await self.refusals.prune()
        return pruned

    async def _touch(self, taken: Mapping[str, datetime]) -> None:
        await self.means.store.write(lambda tx: tx.sessions.touch(taken))

    async def _prune_some(self, before: datetime) -> int:
        return await self.means.store.write(lambda tx: tx.revocations.prune(before, PRUNE_AT_ONCE))


__all__ = ["Core", "Means"]
