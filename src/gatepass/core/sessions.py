"""Sessions: open, list, prove, end."""

from collections.abc import Sequence
from datetime import datetime

from gatepass.core import orgs
from gatepass.core.account_rows import the_account
from gatepass.core.audit import record
from gatepass.core.entitlements import refuse_limited, require
from gatepass.core.errors import InvalidParameter, NotFound, WrongCredentials
from gatepass.core.means import Means
from gatepass.core.opening import Opened, end_rows, open_row
from gatepass.core.privileges import USER_ADMINISTRATION
from gatepass.core.reach import is_lately, reach, require_proof, widest
from gatepass.core.records import (
    PRIMARY_ORG,
    CredentialKind,
    Principal,
    Session,
    Source,
    State,
)
from gatepass.core.signing_in import SigningIn
from gatepass.core.standing import again, still
from gatepass.core.store import EVERYTHING, Scope, Transaction


class Sessions:
    """Acts on sessions."""

    def __init__(self, means: Means, signing_in: SigningIn) -> None:
        self._means = means
        self._signing_in = signing_in

    async def open(
        self,
        source: Source,
        *,
        username: str | None,
        password: str | None,
        org: str | int | None = None,
        remember: bool = False,
    ) -> Opened:
        """Open a session with a password.

        Raises:
            InvalidParameter: name or password is missing.
            WrongCredentials, AccountNotActive, SecondFactorRequired, TooManyGuesses, Busy: the
                password does not let its sender in.
            OrgNotUsable: the credentials are right, the Org is not the account's.
        """
        proof = await self._signing_in.with_password(source, username=username, password=password)
        now = self._means.clock()

        async def work(tx: Transaction) -> Opened:
            account = await self._signing_in.settle(tx, source, proof, now)
            chosen = await orgs.choose(
                tx, self._means, account, org, fallbacks=(account.last_org_id, PRIMARY_ORG)
            )
            return await open_row(
                tx, self._means, source, account, chosen, now=now, remember=remember
            )

        opened = await self._means.store.write(work)
        self._means.activity.note(opened.session.id, now)
        return opened

    async def live(
        self, by: Principal, *, account: str | None = None, org_id: int | None = None
    ) -> list[Session]:
        """List live sessions: one's own, or as an administrator an account's or an Org's.

        An administrator of one Org sees that Org's; one of the cluster names any Org, or none.

        Raises:
            NotProved: the principal lists its own and has not proved itself lately.
            NotPermitted: the principal lists others' without the privilege.
            NotFound: there is no such account.
        """
        now = self._means.clock()

        async def work(tx: Transaction) -> list[Session]:
            account_id, scope = await reach(
                tx, self._means, by, now, account=account, org_id=org_id
            )
            found = await tx.sessions.live(now, account_id=account_id, org_id=scope)
            return [one for one in found if self._state(one, now) is State.LIVE]

        return await self._means.store.scan(work)

    async def count(self, most: int) -> int:
        """Count live sessions, up to so many: a number for whoever runs the server."""
        now, rules = self._means.clock(), self._means.rules
        seen_after = now - rules.session_idle - rules.seen_granularity
        return await self._means.store.scan(
            lambda tx: tx.sessions.count_live(now, seen_after=seen_after, most=most)
        )

    async def end_one(self, by: Principal, source: Source, session_id: str) -> int:
        """End one session, one's own or as an administrator another's.

        Raises:
            NotProved: it is one's own and the principal has not proved itself lately.
            NotFound: no such session that the principal may see.
        """
        now = self._means.clock()

        async def work(tx: Transaction) -> int:
            caller = await again(tx, self._means, by, now)
            session = await tx.sessions.by_id(session_id)
            own = session is not None and session.account_id == caller.account_id
            if own:
                await require_proof(tx, self._means, caller, now)
            else:
                require(caller, self._means.rules, USER_ADMINISTRATION)
            scope = widest(caller, own=own)
            if (
                session is None
                or session.revoked_at is not None
                or scope not in {None, session.org_id}
            ):
                raise NotFound("session", session_id)
            return await end_rows(
                tx, self._means, source, [session_id], now=now, by=caller, act="session.end"
            )

        return await self._means.store.write(work)

    async def end_many(
        self,
        by: Principal,
        source: Source,
        *,
        account: str | None = None,
        org_id: int | None = None,
        everyone: bool = False,
    ) -> int:
        """End all sessions, and tokens, of one account, of one Org, or of everyone.

        Exactly one of the three is named; nothing named never means everyone.

        Raises:
            InvalidParameter: none or several are named.
            NotPermitted, NotProved: the principal may not.
            NotFound: there is no such account.
        """
        if (account is not None) + (org_id is not None) + everyone != 1:
            raise InvalidParameter("all", "name one of account, org and all=true")
        now = self._means.clock()

        async def work(tx: Transaction) -> int:
            caller = await again(tx, self._means, by, now)
            account_id, scope = await reach(
                tx, self._means, caller, now, account=account, org_id=org_id, everyone=everyone
            )
            if account_id is not None:
                ended = await self._end_held(tx, account_id, scope, now)
            elif scope is None:
                ended = await tx.revocations.everything(now)
                tx.moved(EVERYTHING)
            else:
                ended = await tx.revocations.of_org(scope, now)
                tx.moved(EVERYTHING)
            await record(
                tx,
                self._means,
                "session.end_all",
                at=now,
                source=source,
                org_id=caller.org_id if scope is None else scope,
                by=caller,
                about=account_id,
                ended=ended,
            )
            return ended

        return await self._means.store.write(work)

    async def end_others(self, by: Principal, source: Source) -> int:
        """End what the principal itself holds but what it calls with; return how many ended.

        With a session that was bought with a token it is what it holds in that Org; that token is
        among it, and the session ends with it.

        Raises:
            ScopeTooSmall: the principal is limited to one object.
            NotProved: it has not proved itself lately.
        """
        now = self._means.clock()

        async def work(tx: Transaction) -> int:
            caller = await again(tx, self._means, by, now)
            await require_proof(tx, self._means, caller, now)
            scope = widest(caller, own=True)
            ended = await self._end_held(
                tx, caller.account_id, scope, now, but=caller.credential_id
            )
            await record(
                tx,
                self._means,
                "session.end_others",
                at=now,
                source=source,
                org_id=caller.org_id,
                by=caller,
                about=caller.account_id,
                ended=ended,
            )
            return ended

        return await self._means.store.write(work)

    async def force_out(
        self, by: Principal, source: Source, identifiers: Sequence[str] | None
    ) -> int:
        """End all that the named accounts hold; with none named, all that anybody holds.

        Raises:
            InvalidParameter: none is named in hardened mode.
            NotPermitted: the principal may not manage accounts.
            NotFound: one of them does not exist; then nothing was ended.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        if not identifiers:
            if self._means.rules.hardened:
                raise InvalidParameter("user_identifiers", "name the users")
            if not by.cluster_admin:
                return await self.end_many(by, source, org_id=by.org_id)
            return await self.end_many(by, source, everyone=True)
        now = self._means.clock()

        async def work(tx: Transaction) -> int:
            caller = await still(tx, self._means, by, now, USER_ADMINISTRATION)
            ended = 0
            for identifier in identifiers:
                account_id = (await the_account(tx, caller, identifier)).id
                scope = widest(caller, own=account_id == caller.account_id)
                ended += await self._end_held(tx, account_id, scope, now)
                await record(
                    tx,
                    self._means,
                    "account.force_out",
                    at=now,
                    source=source,
                    org_id=caller.org_id,
                    by=caller,
                    about=account_id,
                )
            return ended

        return await self._means.store.write(work)

    async def prove(self, by: Principal, source: Source, *, password: str | None) -> None:
        """Note in the session that its owner has just shown the password again.

        Raises:
            InvalidParameter: no password came, or the caller has no session.
            WrongCredentials, AccountNotActive, SecondFactorRequired, TooManyGuesses, Busy: the
                password is not the owner's.
        """
        refuse_limited(by)
        if by.kind is not CredentialKind.SESSION:
            raise InvalidParameter("session", "only a session can be proved, not a token")
        proof = await self._signing_in.with_password(source, username=by.name, password=password)
        if proof.account.id != by.account_id:
            raise WrongCredentials("another account has the caller's name by now")
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            await again(tx, self._means, by, now)
            account = await self._signing_in.settle(tx, source, proof, now)
            await tx.sessions.set_proved(by.credential_id, now)
            tx.moved(Scope.credential(by.digest))
            await record(
                tx,
                self._means,
                "session.prove",
                at=now,
                source=source,
                org_id=by.org_id,
                by=by,
                about=account.id,
            )

        await self._means.store.write(work)

    def is_proved(self, by: Principal) -> bool:
        """Say whether the owner of a session has shown the password again lately."""
        return by.proved_at is not None and is_lately(
            self._means, self._means.clock() - by.proved_at
        )

    async def _end_held(
        self,
        tx: Transaction,
        account_id: str,
        scope: int | None,
        now: datetime,
        *,
        but: str | None = None,
    ) -> int:
        """End what an account holds in one Org, or in all, and return how many ended."""
        tx.moved(Scope.account(account_id))
        if scope is None:
            return len(await tx.revocations.of_account(account_id, now, but=but))
        return await tx.revocations.of_member(account_id, scope, now, but=but)

    def _state(self, session: Session, now: datetime) -> State:
        rules = self._means.rules
        return session.state(
            now, idle=rules.session_idle + rules.seen_granularity, skew=rules.clock_skew
        )
