"""Accounts: create, find, change, close."""

from collections.abc import Sequence

from msgspec.structs import replace

from gatepass.core import orgs
from gatepass.core.account_rows import (
    add_account,
    delete_account,
    find_account,
    the_account,
    the_changeable,
    unlocked,
    with_password,
    with_status,
)
from gatepass.core.audit import record
from gatepass.core.entitlements import refuse_limited, require
from gatepass.core.errors import InvalidParameter, WrongCredentials
from gatepass.core.means import Means
from gatepass.core.passwords import check_new_password, prepare_password
from gatepass.core.privileges import USER_ADMINISTRATION
from gatepass.core.records import (
    Account,
    AccountStatus,
    CredentialKind,
    Principal,
    Source,
)
from gatepass.core.signing_in import SigningIn
from gatepass.core.standing import again, still
from gatepass.core.store import Transaction


class Accounts:
    """Acts on accounts."""

    def __init__(self, means: Means, signing_in: SigningIn) -> None:
        self._means = means
        self._signing_in = signing_in

    async def create(
        self,
        by: Principal,
        source: Source,
        *,
        name: str,
        password: str | None = None,
        display_name: str | None = None,
        email: str | None = None,
        org: str | int | None = None,
        more_orgs: Sequence[str | int] = (),
        allow_weak: bool = False,
        mfa_required: bool = False,
    ) -> Account:
        """Create an account in one Org: the principal's unless a cluster admin names others.

        Raises:
            NotPermitted: the principal may not manage accounts.
            InvalidParameter: a value will not do.
            WeakPassword: the password is too short or too common.
            AlreadyExists: the name is taken or confusable.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        encoded = None
        if password is not None:
            encoded = await self._encode(
                password, words=(name, display_name, email), allow_weak=allow_weak
            )
        now = self._means.clock()

        async def work(tx: Transaction) -> Account:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            org_ids = [await orgs.within_reach(tx, caller, one) for one in (org, *more_orgs)]
            account = await add_account(
                tx,
                self._means,
                name=name,
                author_id=by.account_id,
                now=now,
                display_name=display_name,
                email=email,
                encoded=encoded,
            )
            if mfa_required:
                account = replace(account, mfa_required=True)
                await tx.accounts.put(account)
            for org_id in dict.fromkeys(org_ids):
                await orgs.join(tx, self._means, account.id, org_id)
            await record(
                tx,
                self._means,
                "account.create",
                at=now,
                source=source,
                org_id=org_ids[0],
                by=caller,
                about=account.id,
                name=account.name,
                orgs=org_ids,
                weak_allowed=allow_weak,
            )
            return account

        return await self._means.store.write(work)

    async def list_all(self, by: Principal, org: str | int | None = None) -> list[Account]:
        """Return the accounts of one Org, or of all for a cluster administrator naming none."""
        require(by, self._means.rules, USER_ADMINISTRATION)

        async def work(tx: Transaction) -> list[Account]:
            everyone = org is None and by.cluster_admin
            return await tx.accounts.all(None if everyone else await orgs.within_reach(tx, by, org))

        return await self._means.store.scan(work)

    async def find(self, by: Principal, identifier: str) -> Account:
        """Return one account that the principal may administer.

        Raises:
            NotPermitted: the principal may not manage accounts.
            NotFound: there is no such account.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        return await self._means.store.read(lambda tx: the_account(tx, by, identifier))

    async def set_password(
        self,
        by: Principal,
        source: Source,
        identifier: str,
        password: str,
        *,
        allow_weak: bool = False,
    ) -> Account:
        """Set another's password: ends all its sessions and tokens, and unlocks it.

        Raises:
            NotPermitted, NotFound: no such account for this principal.
            WeakPassword: too short or too common.
        """
        account = await self.find(by, identifier)
        encoded = await self._encode(
            password,
            words=(account.name, account.display_name, account.email),
            allow_weak=allow_weak,
        )
        now = self._means.clock()

        async def work(tx: Transaction) -> Account:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            current = await the_changeable(tx, caller, account.id)
            current = await with_password(tx, current, encoded, now, by=caller)
            current = await unlocked(tx, current, caller, now)
            await record(
                tx,
                self._means,
                "account.set_password",
                at=now,
                source=source,
                org_id=caller.org_id,
                by=caller,
                about=current.id,
                weak_allowed=allow_weak,
            )
            return current

        return await self._means.store.write(work)

    async def change_password(
        self, by: Principal, source: Source, *, current: str, new: str, account: str | None = None
    ) -> None:
        """Change one's own password, or another's of which one knows it, as an administrator.

        Every other session and token of the account ends.

        Raises:
            WrongCredentials: the current password is not right.
            InvalidParameter: the new one is the current one.
            WeakPassword: it is too short or too common.
            NotPermitted, NotFound: it is another's account, and no such one for this principal.
        """
        refuse_limited(by)
        other = await self._other(by, account)
        name = by.name if other is None else other.name
        proof = await self._signing_in.with_password(source, username=name, password=current)
        if prepare_password(current) == prepare_password(new):
            raise InvalidParameter("new_password", "is the current one")
        found = proof.account
        if found.id != (by.account_id if other is None else other.id):
            raise WrongCredentials("another account has that name by now")
        encoded = await self._encode(
            new, words=(found.name, found.display_name, found.email), allow_weak=False
        )
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            if other is None:
                caller = await again(tx, self._means, by, now)
            else:
                caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
                await the_changeable(tx, caller, other.id)
            settled = await self._signing_in.settle(tx, source, proof, now)
            own = other is None and by.kind is not CredentialKind.LOCAL
            keep = by.credential_id if own else None
            await with_password(tx, settled, encoded, now, by=caller, keep=keep)
            await record(
                tx,
                self._means,
                "account.change_password",
                at=now,
                source=source,
                org_id=by.org_id,
                by=caller,
                about=settled.id,
            )

        await self._means.store.write(work)

    async def _other(self, by: Principal, identifier: str | None) -> Account | None:
        """Return the account that is not the principal's own, if it is one to be changed."""
        if identifier is None:
            return None
        found = await self._means.store.read(lambda tx: find_account(tx, identifier))
        if found is not None and found.id == by.account_id:
            return None
        require(by, self._means.rules, USER_ADMINISTRATION)
        return await self._means.store.read(lambda tx: the_changeable(tx, by, identifier))

    async def set_status(
        self, by: Principal, source: Source, identifier: str, status: AccountStatus
    ) -> Account:
        """Set the status; any but ACTIVE ends all sessions and tokens of the account.

        Raises:
            NotPermitted: the principal may not, or it is its own account or a system one.
            NotFound: there is no such account.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        now = self._means.clock()

        async def work(tx: Transaction) -> Account:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            account = await the_changeable(tx, caller, identifier)
            changed = await with_status(tx, account, status, caller, now)
            await record(
                tx,
                self._means,
                "account.set_status",
                at=now,
                source=source,
                org_id=caller.org_id,
                by=caller,
                about=account.id,
                status=status.value,
                before=account.status.value,
            )
            return changed

        return await self._means.store.write(work)

    async def remove(self, by: Principal, source: Source, identifier: str) -> None:
        """Delete an account with all that it holds.

        Raises:
            NotPermitted: the principal may not, or it is its own account or a system one.
            NotFound: there is no such account.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            account = await the_changeable(tx, caller, identifier)
            await delete_account(tx, self._means, caller, source, account, now=now)

        await self._means.store.write(work)

    async def _encode(
        self, password: str, *, words: tuple[str | None, ...], allow_weak: bool
    ) -> str:
        if not allow_weak:
            check_new_password(password, words=[word for word in words if word])
        return await self._means.hasher.hash(prepare_password(password))
