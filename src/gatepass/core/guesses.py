"""Wrong passwords in a row: they shut an account for one address, and at last for all.

A shut address is answered like a wrong password, so the owner is not locked out elsewhere and the
guesser learns nothing. Tokens never count.
"""

from datetime import datetime

from msgspec.structs import replace

from gatepass.core.means import Means
from gatepass.core.records import Account, AccountStatus, Guesses
from gatepass.core.store import Scope, Transaction

FROM_ALL = ""


async def is_shut(tx: Transaction, account_id: str, address: str | None, now: datetime) -> bool:
    """Say whether the account is shut for this address, or for all, now."""
    return await shut_until(tx, account_id, address, now) is not None


async def shut_until(
    tx: Transaction, account_id: str, address: str | None, now: datetime
) -> datetime | None:
    """Return until when the account is shut for this address, or for all, if it is."""
    for place in (_place(address), FROM_ALL):
        guesses = await tx.guesses.of(account_id, place)
        if guesses is not None and guesses.shut_until is not None and now < guesses.shut_until:
            return guesses.shut_until
    return None


async def count(
    tx: Transaction, means: Means, account: Account, address: str | None, now: datetime
) -> bool:
    """Count one wrong password and say whether it locked the account for every address.

    An account that is closed anyway is shut, but its status stays: a lock runs out by itself, and
    guessing must not open what an administrator closed.
    """
    rules = means.rules
    here = await _next(tx, account.id, _place(address))
    if here.failures >= rules.lockout_threshold:
        here = replace(here, failures=0, shut_until=now + rules.lockout_duration)
    await tx.guesses.put(here, now)
    everywhere = await _next(tx, account.id, FROM_ALL)
    locks = everywhere.failures >= rules.lockout_total
    if locks:
        until = now + rules.lockout_duration
        everywhere = replace(everywhere, failures=0, shut_until=until)
        if account.standing(now) is AccountStatus.ACTIVE:
            locked = replace(account, status=AccountStatus.LOCKED, locked_until=until)
            await tx.accounts.put(locked)
            tx.moved(Scope.account(account.id))
    await tx.guesses.put(everywhere, now)
    return locks


async def forgive(tx: Transaction, account_id: str, address: str | None) -> None:
    """Forget the failures from this address and the count from all, after a right password."""
    for place in (_place(address), FROM_ALL):
        if await tx.guesses.of(account_id, place) is not None:
            await tx.guesses.clear(account_id, place)


async def forget(tx: Transaction, account_id: str) -> None:
    """Forget every failure, from wherever: an administrator unlocked the account."""
    await tx.guesses.clear(account_id, None)


async def _next(tx: Transaction, account_id: str, place: str) -> Guesses:
    before = await tx.guesses.of(account_id, place)
    if before is None:
        return Guesses(account_id=account_id, address=place, failures=1)
    return replace(before, failures=before.failures + 1)


def _place(address: str | None) -> str:
    # An unknown address is a place of its own, and never the one that counts them all.
    return address or "unknown"
