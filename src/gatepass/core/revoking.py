"""Access tokens that end before their time: one's own, a given one, all of an account."""

from datetime import datetime

from gatepass.core.account_rows import find_account, the_account
from gatepass.core.audit import record
from gatepass.core.crypto import digest, is_token
from gatepass.core.entitlements import refuse_limited, require
from gatepass.core.errors import InvalidParameter, NotFound, ScopeTooSmall
from gatepass.core.means import Means
from gatepass.core.opening import end_rows
from gatepass.core.privileges import USER_ADMINISTRATION
from gatepass.core.records import Account, CredentialKind, Principal, Source
from gatepass.core.store import Scope, Transaction


class Revoking:
    """What the one act of revoking does, by what it names; each inside its transaction."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def own(self, tx: Transaction, by: Principal, source: Source, now: datetime) -> None:
        """End the caller's own token or session."""
        if by.kind is CredentialKind.LOCAL:
            raise InvalidParameter("token", "name a token or a user")
        await end_rows(
            tx, self._means, source, [by.credential_id], now=now, by=by, act="token.revoke"
        )

    async def all_of(
        self, tx: Transaction, by: Principal, source: Source, user: str, now: datetime
    ) -> None:
        """End all tokens of an account; who administers one Org ends those of that Org."""
        refuse_limited(by)
        account = await self._named(tx, by, user)
        if self._reaches_all(by, account.id):
            count = len(await tx.revocations.of_account(account.id, now, tokens_only=True))
        else:
            count = await tx.revocations.of_member(account.id, by.org_id, now, tokens_only=True)
        tx.moved(Scope.account(account.id))
        await record(
            tx,
            self._means,
            "token.revoke_all",
            at=now,
            source=source,
            org_id=by.org_id,
            by=by,
            about=account.id,
            count=count,
        )

    async def one(
        self,
        tx: Transaction,
        by: Principal,
        source: Source,
        *,
        user: str | None,
        token: str,
        now: datetime,
    ) -> None:
        """End the given token; the caller's session too, where it is the caller's token."""
        owner = None if user is None else await self._named(tx, by, user)
        row = None
        if is_token(token):
            row = await tx.tokens.by_digest(digest(token))
        if row is not None and owner is not None and row.account_id != owner.id:
            row = None
        if row is not None and row.account_id != by.account_id:
            try:
                await self._named(tx, by, row.account_id)
            except InvalidParameter:
                row = None
            else:
                if row.org_id != by.org_id and not by.cluster_admin:
                    row = None  # another Org's: as if there were none
        if row is None:
            raise InvalidParameter("token", "no such token of this user")
        if by.object_id is not None and row.id != by.credential_id:
            raise ScopeTooSmall
        ids = [row.id]
        if by.kind is CredentialKind.SESSION and row.account_id == by.account_id:
            ids.append(by.credential_id)
        await end_rows(tx, self._means, source, ids, now=now, by=by, act="token.revoke")

    async def _named(self, tx: Transaction, by: Principal, identifier: str) -> Account:
        """Return the caller's own account, or another that the caller administers."""
        account = await find_account(tx, identifier)
        if account is not None and account.id == by.account_id:
            return account
        if by.object_id is not None:
            raise ScopeTooSmall
        require(by, self._means.rules, USER_ADMINISTRATION)
        try:
            return await the_account(tx, by, identifier)
        except NotFound as unknown:
            raise InvalidParameter("user_identifier", "no such user") from unknown

    @staticmethod
    def _reaches_all(by: Principal, account_id: str) -> bool:
        return by.cluster_admin or account_id == by.account_id
