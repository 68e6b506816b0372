"""Check a name and a password: equal work and words, whatever is wrong."""

from datetime import datetime

from msgspec.structs import replace

from gatepass.core import compared, guesses
from gatepass.core.audit import record
from gatepass.core.errors import (
    AccountNotActive,
    InvalidParameter,
    SecondFactorRequired,
    WrongCredentials,
)
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.passwords import prepare_password
from gatepass.core.records import (
    PRIMARY_ORG,
    Account,
    AccountStatus,
    AccountType,
    Source,
    Undisclosed,
)
from gatepass.core.store import Scope, Transaction
from gatepass.core.turns import Turns

LONGEST = 4096
"""Characters of a name or password beyond which nothing is looked up or hashed."""


class Proof(Undisclosed, frozen=True, kw_only=True):
    """A password that was right; it still has to hold when the act is done."""

    account: Account
    encoded: str
    """The hash that it was checked against, as stored."""


class SigningIn:
    """Password checks, with the limits on guessing."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._turns = Turns("password hashing", means.hasher.most_waiting)

    async def with_password(
        self, source: Source, *, username: str | None, password: str | None
    ) -> Proof:
        """Check a pair; exactly one Argon2 verification is spent, whatever comes of it.

        Passwords for one name from one address are looked at one after the other: many sent at
        once are no more guesses than many sent in a row. A name that nobody has waits no less.

        Raises:
            InvalidParameter: one of the two is missing.
            TooManyGuesses: the address sent too many wrong ones within a minute.
            WrongCredentials: unknown account, wrong password, no password, locked or shut.
            AccountNotActive: the pair is right but the account may not sign in.
            SecondFactorRequired: the pair is right but does not do for this account.
            Busy: too many passwords wait to be hashed.
        """
        if not username or not password:
            raise InvalidParameter("password" if username else "username", "is required")
        if max(len(username), len(password)) > LONGEST:
            raise InvalidParameter("password", "is too long")
        self._means.flood.check(source.address)
        key, given = name_key(username), prepare_password(password)
        async with self._turns.of((key, source.address)):
            proof = await self._matched(source, username, key, given)
        await self._refuse_closed(source, proof.account)
        return proof

    async def settle(self, tx: Transaction, source: Source, proof: Proof, now: datetime) -> Account:
        """Use the proof inside an act: the account as it is now, its failures forgiven.

        Raises:
            WrongCredentials: account or password changed since the check, or it was locked or
                shut for guesses that came in beside it.
            AccountNotActive: the account was closed since the check.
            SecondFactorRequired: a second factor is asked of it since then.
        """
        account = await tx.accounts.by_id(proof.account.id)
        if account is None or await tx.accounts.password(account.id) != proof.encoded:
            raise WrongCredentials("changed meanwhile")
        standing = account.standing(now)
        if standing is AccountStatus.LOCKED or await guesses.is_shut(
            tx, account.id, source.address, now
        ):
            raise WrongCredentials("locked or shut meanwhile")
        if standing is not AccountStatus.ACTIVE:
            raise AccountNotActive(standing)
        if account.mfa_required:
            raise SecondFactorRequired
        await guesses.forgive(tx, account.id, source.address)
        if account.status is AccountStatus.LOCKED:
            account = replace(account, status=AccountStatus.ACTIVE, locked_until=None)
            await tx.accounts.put(account)
            tx.moved(Scope.account(account.id))
        return account

    async def _matched(self, source: Source, username: str, key: str, given: bytes) -> Proof:
        """Return the proof that the password is the stored one, its hash brought up to date."""
        means = self._means
        while True:
            means.flood.check(source.address)
            account, encoded, blocked = await means.store.read(
                lambda tx: self._look_up(tx, key, source)
            )
            if blocked is not None or account is None or encoded is None:
                await means.hasher.verify(None, given)
                wrong = await self._wrong(source, username, account, blocked or "no such account")
                if blocked == "locked" and means.rules.reveal_locked:
                    told = AccountNotActive(AccountStatus.LOCKED)
                    told.noted, told.values = True, wrong.values
                    raise told from wrong
                raise wrong
            if means.remembered.knows(account.id, encoded, given):
                return Proof(account=account, encoded=encoded)
            verdict = await means.hasher.verify(encoded, given)
            if not verdict.matches:
                raise await self._wrong(source, username, account, "wrong password")
            if verdict.needs_rehash:
                renewed = await means.hasher.hash(given)
                if not await self._renew(account.id, encoded, renewed):
                    continue  # another process renewed it first, or the password was changed
                encoded = renewed
            means.remembered.remember(account.id, encoded, given)
            return Proof(account=account, encoded=encoded)

    async def _renew(self, account_id: str, encoded: str, renewed: str) -> bool:
        """Store the same password's new hash, unless something else is stored by now."""

        async def work(tx: Transaction) -> bool:
            if await tx.accounts.password(account_id) != encoded:
                return False
            await tx.accounts.set_password(account_id, renewed)
            return True

        return await self._means.store.write(work)

    async def _look_up(
        self, tx: Transaction, key: str, source: Source
    ) -> tuple[Account | None, str | None, str | None]:
        """Return the account, its stored hash, and why no password is to be looked at."""
        now = self._means.clock()
        account = await tx.accounts.by_key(key)
        if account is None:
            return None, None, None
        encoded = await tx.accounts.password(account.id)
        if account.standing(now) is AccountStatus.LOCKED:
            return account, encoded, "locked"
        if await guesses.is_shut(tx, account.id, source.address, now):
            return account, encoded, "shut for this address"
        if account.type is not AccountType.LOCAL:
            return account, encoded, "signs in elsewhere"
        return account, encoded, "no password" if encoded is None else None

    async def _wrong(
        self, source: Source, username: str, account: Account | None, reason: str
    ) -> WrongCredentials:
        """Count and write down a failure, in a transaction that outlives the refusal."""
        means = self._means
        means.flood.count(source.address)
        now = means.clock()

        async def work(tx: Transaction) -> dict[str, object]:
            locked = False
            values: dict[str, object] = {"clock": now}
            if account is not None:
                values = await compared.of_guesses(tx, account, source.address, now)
            if account is not None and reason == "wrong password":
                current = await tx.accounts.by_id(account.id)
                if current is not None:
                    locked = await guesses.count(tx, means, current, source.address, now)
            for act in ("account.lock", "account.sign_in") if locked else ("account.sign_in",):
                await record(
                    tx,
                    means,
                    act,
                    at=now,
                    source=source,
                    org_id=PRIMARY_ORG,
                    about=None if account is None else account.id,
                    refused=None if act == "account.lock" else reason,
                    name=username[:256],
                    values=values,
                )
            return values

        wrong = WrongCredentials(reason)
        wrong.values = await means.store.write(work)
        wrong.noted = True
        return wrong

    async def _refuse_closed(self, source: Source, account: Account) -> None:
        """Refuse an account whose right password does not let it in."""
        standing = account.standing(self._means.clock())
        if standing is AccountStatus.ACTIVE and not account.mfa_required:
            return
        needs_factor = standing is AccountStatus.ACTIVE
        refusal = SecondFactorRequired() if needs_factor else AccountNotActive(standing)
        refusal.values = {"clock": self._means.clock(), **compared.of_account(account)}
        refusal.noted = True
        reason = "second factor required" if needs_factor else standing.value.lower()

        async def work(tx: Transaction) -> None:
            await record(
                tx,
                self._means,
                "account.sign_in",
                at=self._means.clock(),
                source=source,
                org_id=PRIMARY_ORG,
                about=account.id,
                refused=reason,
                name=account.name,
                values=refusal.values,
            )

        await self._means.store.write(work)
        raise refusal
