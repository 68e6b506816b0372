"""The one place where refusals are written down, whichever act refused.

A refused privilege check is an event of its own. Refused credentials come by the thousand, so they
are counted per address and minute in the chain; and each refusal, of any kind, is kept for a while
outside the chain, for who asks why. Both are written in batches by a background task.
"""

from collections import Counter, deque
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from gatepass.core.audit import record
from gatepass.core.compared import of_principal
from gatepass.core.errors import (
    AccountNotActive,
    Busy,
    CoreError,
    NotAuthenticated,
    NotPermitted,
    NotProved,
    OrgNotUsable,
    ScopeTooSmall,
    SecondFactorRequired,
    TooManyGuesses,
    TrustedAuthDisabled,
    WrongCredentials,
)
from gatepass.core.means import Means
from gatepass.core.records import PRIMARY_ORG, Principal, Source
from gatepass.core.store import Transaction
from gatepass.core.trail import RefusedCall

MOST_KEPT = 100_000
"""Rows of refused calls that a store keeps."""
MOST_WAITING = 2_000
"""Refused calls that wait to be written; in a flood the newest are kept."""
AT_ONCE = 500
"""Refused calls that one transaction writes, and half of those that it deletes: others wait."""
MOST_ADDRESSES = 1_000
"""Addresses of one minute that are counted apart; the rest are counted together."""
MINUTE = timedelta(minutes=1)

_COUNTED = (NotAuthenticated, TooManyGuesses)
_PRIVILEGES = (NotPermitted, ScopeTooSmall, NotProved)
_SIGN_INS = (
    AccountNotActive,
    OrgNotUsable,
    SecondFactorRequired,
    TrustedAuthDisabled,
    WrongCredentials,
)

Counts = dict[datetime, dict[str | None, Counter[str]]]


class Refusals:
    """What was refused and is still to be written."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._waiting: deque[RefusedCall] = deque(maxlen=MOST_WAITING)
        self._counts: Counts = {}

    async def note(self, error: CoreError, source: Source, by: Principal | None) -> None:
        """Note a refusal; a refused check of a privilege or a sign-in is written at once."""
        now = self._means.clock()
        reason = reason_of(error)
        values: dict[str, Any] = dict(error.values)
        if by is not None:
            values = {**of_principal(by), **values}
        self._waiting.append(
            RefusedCall(
                incident_id=source.incident_id,
                at=now,
                code=error.code,
                reason=reason,
                operation=source.operation,
                address=source.address,
                org_id=values.get("org_id") if by is None else by.org_id,
                account_id=values.get("account_id") if by is None else by.account_id,
                actor=values.get("actor") if by is None else by.actor,
                credential_id=values.get("credential_id") if by is None else by.credential_id,
                values=values,
            )
        )
        if isinstance(error, _COUNTED):
            self._count(now, source.address, reason)
        elif not error.noted and (
            isinstance(error, _PRIVILEGES) or (by is None and isinstance(error, _SIGN_INS))
        ):
            act = "privilege.check" if isinstance(error, _PRIVILEGES) else "account.sign_in"
            # The caller is refused all the same where it cannot be written down.
            with suppress(Busy):
                await self._means.store.write(
                    lambda tx: record(
                        tx,
                        self._means,
                        act,
                        at=now,
                        source=source,
                        org_id=PRIMARY_ORG if by is None else by.org_id,
                        by=by,
                        about=values.get("account_id") if by is None else None,
                        refused=reason,
                        code=error.code,
                        values=values,
                    )
                )

    def waiting(self, incident_id: str) -> list[RefusedCall]:
        """Return what was refused under an incident id and is still to be written."""
        return [one for one in self._waiting if one.incident_id == incident_id]

    async def write(self, *, everything: bool = False) -> int:
        """Write what waits, and the counts of minutes that are over; return the rows."""
        now = self._means.clock()
        over = [minute for minute in self._counts if everything or minute + MINUTE <= now]
        counts = {minute: self._counts.pop(minute) for minute in over}
        rows = 0
        while (calls := self._some()) or counts:
            await self._write(calls, counts, now)
            rows, counts = rows + len(calls), {}
        return rows

    def _some(self) -> list[RefusedCall]:
        return [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]

    async def _write(self, calls: list[RefusedCall], counts: Counts, now: datetime) -> None:
        """Write down some calls and all these counts, or keep them for another time."""

        async def work(tx: Transaction) -> None:
            await tx.refusals.add(calls)
            await self._prune(tx, now)
            for minute, addresses in counts.items():
                for address, reasons in addresses.items():
                    await self._counted(tx, now, minute, address, reasons)

        try:
            await self._means.store.write(work)
        except BaseException:
            self._waiting.extendleft(reversed(calls[: MOST_WAITING - len(self._waiting)]))
            for minute, addresses in counts.items():
                for address, reasons in addresses.items():
                    self._of(minute, address).update(reasons)
            raise

    async def prune(self) -> None:
        """Delete refused calls that are too old, also where no new ones come."""
        now = self._means.clock()
        while await self._means.store.write(lambda tx: self._prune(tx, now)):
            pass

    async def _prune(self, tx: Transaction, now: datetime) -> int:
        before = now - self._means.rules.explain_retention
        return await tx.refusals.prune(before, keep=MOST_KEPT, most=2 * AT_ONCE)

    async def _counted(
        self,
        tx: Transaction,
        now: datetime,
        minute: datetime,
        address: str | None,
        reasons: Counter[str],
    ) -> None:
        await record(
            tx,
            self._means,
            "gate.refuse",
            at=now,
            source=Source(address=address, operation="gate"),
            org_id=PRIMARY_ORG,
            refused="bad credentials",
            minute=minute,
            count=reasons.total(),
            reasons=dict(reasons),
        )

    def _count(self, now: datetime, address: str | None, reason: str) -> None:
        self._of(now.replace(second=0, microsecond=0), address)[reason] += 1

    def _of(self, minute: datetime, address: str | None) -> Counter[str]:
        addresses = self._counts.setdefault(minute, {})
        if address not in addresses and len(addresses) >= MOST_ADDRESSES:
            address = "others"
        return addresses.setdefault(address, Counter())


def reason_of(error: CoreError) -> str:
    """Return the deciding check of a refusal, in a few words."""
    if isinstance(error, NotAuthenticated | WrongCredentials):
        return error.reason
    if isinstance(error, AccountNotActive):
        return error.status.lower()
    if isinstance(error, SecondFactorRequired):
        return "second factor required"
    return str(error)
