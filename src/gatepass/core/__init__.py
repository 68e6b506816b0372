"""The domain: what the server does, whoever asks. ``Core`` has the acts that others may call."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from gatepass.core.account_changes import AccountChanges
from gatepass.core.account_lists import AccountLists
from gatepass.core.account_views import AccountViews
from gatepass.core.accounts import Accounts
from gatepass.core.activation import Activation
from gatepass.core.admission import Admission
from gatepass.core.auditing import Auditing
from gatepass.core.authentication import Gate
from gatepass.core.bulk_importing import BulkImporting
from gatepass.core.checkup import Checkup
from gatepass.core.credentials import Credentials
from gatepass.core.custom import Customizing
from gatepass.core.directory import Directory
from gatepass.core.exchange import Exchange
from gatepass.core.exporting import Exporting
from gatepass.core.finding import Finding
from gatepass.core.founding import Founding
from gatepass.core.framing import Framing
from gatepass.core.group_changes import GroupChanges
from gatepass.core.groups import Groups
from gatepass.core.home_liveboards import HomeLiveboards
from gatepass.core.importing import Importing
from gatepass.core.keys import Keys
from gatepass.core.means import Means
from gatepass.core.members import Members
from gatepass.core.memberships import Memberships
from gatepass.core.object_importing import ObjectImporting
from gatepass.core.objects import Objects
from gatepass.core.on_behalf import OnBehalf
from gatepass.core.org_changes import OrgChanges
from gatepass.core.org_states import OrgStates
from gatepass.core.orgs import Orgs
from gatepass.core.overview import Overview
from gatepass.core.permissions import Permissions
from gatepass.core.presence import Presence
from gatepass.core.provenance import Provenance
from gatepass.core.provisioning import Provisioning
from gatepass.core.refusals import Refusals
from gatepass.core.roles import Roles
from gatepass.core.rotation import Rotation
from gatepass.core.security import Security
from gatepass.core.session_orgs import SessionOrgs
from gatepass.core.sessions import Sessions
from gatepass.core.sharing import Sharing
from gatepass.core.sights import Sights
from gatepass.core.signing_in import SigningIn
from gatepass.core.succession import Succession
from gatepass.core.sweeping import Sweep
from gatepass.core.system import System
from gatepass.core.tags import Tags
from gatepass.core.tallies import Tally
from gatepass.core.tokens import Tokens
from gatepass.core.trusted import Trusted
from gatepass.core.worlds import Worlds


class Core:
    """Every act of the server, on one set of means."""

    def __init__(self, means: Means) -> None:  # noqa: PLR0915 - a line for each set of acts
        signing_in = SigningIn(means)
        self.means = means
        means.store.tell(means.tallies.heard)
        self.rules = means.rules
        self.gate = Gate(means)
        self.accounts = Accounts(means, signing_in)
        self.account_changes = AccountChanges(means)
        self.account_lists = AccountLists(means)
        self.account_views = AccountViews(means)
        self.activation = Activation(means)
        self.importing = Importing(means)
        self.admission = Admission(means)
        self.refusals = Refusals(means)
        self.auditing = Auditing(means, self.refusals)
        self.orgs = Orgs(means)
        self.org_changes = OrgChanges(means)
        self.sights = Sights(means)
        self.org_states = OrgStates(means)
        self.groups = Groups(means)
        self.group_changes = GroupChanges(means)
        self.system = System(means)
        self.security = Security(means)
        self.roles = Roles(means)
        self.directory = Directory(means)
        self.members = Members(means)
        self.provenance = Provenance(means)
        self.objects = Objects(means)
        self.object_importing = ObjectImporting(means)
        self.finding = Finding(means)
        self.tags = Tags(means)
        self.sharing = Sharing(means)
        self.permissions = Permissions(means)
        self.memberships = Memberships(means)
        self.home_liveboards = HomeLiveboards(means)
        self.session_orgs = SessionOrgs(means, self.orgs)
        self.sessions = Sessions(means, signing_in)
        self.credentials = Credentials(means)
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
            succession=Succession(means),
        )
        self.on_behalf = OnBehalf(means)
        self.exchange = Exchange(means)
        self.bulk_importing = BulkImporting(means)
        self.framing = Framing(means, self.orgs)
        self.exporting = Exporting(means)
        self.worlds = Worlds(means)
        self.founding = Founding(means, self.orgs)
        self.checkup = Checkup(means)
        self.overview = Overview(means)
        self.presence = Presence(means)
        self._sweep = Sweep(means)

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

    async def write_tallies(self) -> None:
        """Add what this process has counted to the rows, some at once; kept where that fails."""
        while taken := self.means.tallies.take():
            # Not cut short at the end of a process: what is committed would be added once more.
            await asyncio.shield(self._add(taken))

    async def prune(self) -> int:
        """Delete, in small batches, what ended so long ago that nobody asks any more."""
        pruned = await self._sweep.run()
        await self.auditing.prune()
        await self.refusals.prune()
        return pruned

    async def _add(self, taken: Sequence[Tally]) -> None:
        try:
            await self.means.store.write(lambda tx: tx.tallies.add(taken))
        except BaseException:
            self.means.tallies.put_back(taken)
            raise

    async def _touch(self, taken: Mapping[str, datetime]) -> None:
        await self.means.store.write(lambda tx: tx.sessions.touch(taken))


__all__ = ["Core", "Means"]
