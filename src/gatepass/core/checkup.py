"""What the store says of itself and of those who run it, and how what doctor found is told."""

from datetime import datetime
from enum import StrEnum

from gatepass.core.crypto import SealBroken
from gatepass.core.means import Means
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.processes import MOST, Serving, serving
from gatepass.core.records import PRIMARY_ORG, Account, Record, TrustedSecret
from gatepass.core.store import Transaction

MOST_SECRETS = 10_000
"""Trusted secrets that are looked at, the oldest."""


class Gravity(StrEnum):
    """How grave a finding is."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    UNKNOWN = "unknown"
    """It could not be looked at; another finding says why."""


class Finding(Record, frozen=True):
    """What one look of doctor found, and what to do about it."""

    name: str
    """The symptom, as docs/operations.md lists it."""
    state: Gravity
    found: str
    advice: str


class Vitals(Record, frozen=True):
    """The facts that a checkup found."""

    doubts: list[str]
    """Why an acknowledged write might be lost."""
    secrets: list[TrustedSecret]
    opened: list[str]
    """Secrets and signing keys that the master key opens."""
    sealed_for_good: list[str]
    """Those that it does not."""
    last_event_at: datetime | None
    administrators: list[Account]
    """Accounts that hold ADMINISTRATION in the Primary Org."""
    processes: list[Serving]
    """All that serve from the store, and who fell silent within a day."""


class Checkup:
    """Looks at the store, and changes nothing."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def vitals(self) -> Vitals:
        """Return the facts, read at one moment."""
        doubts = await self._means.store.doubts()
        return await self._means.store.scan(lambda tx: self._read(tx, doubts))

    async def _read(self, tx: Transaction, doubts: list[str]) -> Vitals:
        now = self._means.clock()
        secrets = await tx.secrets.everywhere(now, MOST_SECRETS)
        sealed = {f"secret {one.id}": await tx.secrets.sealed(one.id) for one in secrets}
        for key in await tx.keys.all():
            sealed[f"signing key {key.id}"] = await tx.keys.sealed(key.id)
        events = await tx.audit.latest(1)
        holders = await tx.groups.holders(PRIMARY_ORG, ADMINISTRATION)
        accounts = [await tx.accounts.by_id(one) for one in holders]
        return Vitals(
            doubts=doubts,
            secrets=secrets,
            opened=[name for name, value in sealed.items() if self._opens(value, name)],
            sealed_for_good=[n for n, value in sealed.items() if not self._opens(value, n)],
            last_event_at=events[0].at if events else None,
            administrators=[one for one in accounts if one is not None],
            processes=serving(await tx.processes.latest(MOST), now),
        )

    def _opens(self, sealed: bytes, name: str) -> bool:
        try:
            self._means.sealer.open(sealed, name)
        except SealBroken:
            return False
        return True
