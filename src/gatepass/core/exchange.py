"""A session for a token, a token for a session, another Org: limits inherited, never widened."""

from datetime import datetime, timedelta

from gatepass.core import orgs
from gatepass.core.account_rows import find_account
from gatepass.core.audit import record
from gatepass.core.crypto import SESSION, digest, is_minted, is_token
from gatepass.core.entitlements import is_cluster_admin, refuse_limited
from gatepass.core.errors import (
    CoreError,
    InvalidParameter,
    NoSession,
    NotAuthenticated,
    NotPermitted,
    OrgNotUsable,
    ScopeTooSmall,
)
from gatepass.core.issuing import Issued, add_token
from gatepass.core.means import Means
from gatepass.core.opening import Opened, end_rows, note_sign_in, open_row
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import (
    ALL_ORGS,
    PRIMARY_ORG,
    Account,
    CredentialKind,
    Org,
    Principal,
    Session,
    Source,
    State,
    Token,
)
from gatepass.core.standing import behind
from gatepass.core.store import Scope, Transaction


class Exchange:
    """Acts that trade one credential for another."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def open_session(
        self,
        by: Principal,
        source: Source,
        *,
        org: str | int | None = None,
        remember: bool = False,
        username: str | None = None,
    ) -> Opened:
        """Open a session for the account of a token, in the token's Org and with its limits.

        Raises:
            NotAuthenticated: the token ended meanwhile, or is not ``username``'s.
            OrgNotUsable: another Org than the token's is asked for.
        """
        now = self._means.clock()

        async def work(tx: Transaction) -> Opened:
            account, home = await self._still_good(tx, by, now)
            if username is not None:
                named = await find_account(tx, username)
                if named is None or named.id != account.id:
                    raise NotAuthenticated("the token is another user's")
            if org is not None:
                asked = await orgs.find(tx, org)
                if asked is None or asked.id != home.id:
                    raise OrgNotUsable
            return await open_row(
                tx, self._means, source, account, home, now=now, remember=remember, parent=by
            )

        opened = await self._means.store.write(work)
        self._means.activity.note(opened.session.id, now)
        return opened

    async def mint(
        self,
        by: Principal,
        source: Source,
        *,
        validity: timedelta | None = None,
        org: str | int | None = None,
    ) -> Issued:
        """Issue a token to a live session or token, equally limited.

        It lives for ``session_token_validity`` or less if so wished, but not past the end of a
        limited token that it is bought with directly. At most ``session_token_cap`` live ones hang
        on one session: the oldest ends. It is for the credential's own Org, or for another of the
        account's if that is free to change.

        Raises:
            NotAuthenticated: the credential ended meanwhile.
            OrgNotUsable: it cannot be for that Org.
        """
        rules = self._means.rules
        now = self._means.clock()

        async def work(tx: Transaction) -> Issued:
            account, home = await self._still_good(tx, by, now)
            if org is not None:
                home = await self._elsewhere(tx, by, account, home, org)
            life = rules.session_token_validity if validity is None else validity
            life = min(life, rules.session_token_validity)
            if by.kind is CredentialKind.TOKEN and by.is_limited:
                life = min(life, by.expires_at - now)
            if by.kind is CredentialKind.SESSION:
                # Before the new one is there: with a clock set back it would count as the oldest.
                surplus = await tx.tokens.minted_beyond(
                    by.credential_id, now, rules.session_token_cap - 1
                )
                await end_rows(tx, self._means, source, surplus, now=now, by=by, act="token.cap")
            return await add_token(
                tx,
                self._means,
                source,
                account=account,
                org=home,
                now=now,
                validity=life,
                object_id=by.object_id,
                parent=by,
            )

        return await self._means.store.write(work)

    async def switch_org(self, by: Principal, source: Source, *, org: str | int) -> Org:
        """Move a session to another Org of its account; id and cookie stay.

        A session bought with a token stays in the token's Org. "All Orgs" (-1) is, for who
        administers the cluster, Primary: from there it reaches every Org.

        Raises:
            ScopeTooSmall: the principal is limited to one object.
            InvalidParameter: a token calls, which has one Org for good.
            OrgNotUsable: no such Org.
            NotPermitted: it is not one of the account's, or the session is bound to its Org.
        """
        now = self._means.clock()
        try:
            return await self._switch(by, source, org, now)
        except (InvalidParameter, NotPermitted, ScopeTooSmall) as refusal:
            await self._refused_switch(by, source, refusal, now)
            raise

    async def _switch(self, by: Principal, source: Source, org: str | int, now: datetime) -> Org:
        refuse_limited(by)
        if by.kind is not CredentialKind.SESSION:
            raise InvalidParameter("orgid", "a token cannot change its Org")

        async def work(tx: Transaction) -> Org:
            account, home = await self._still_good(tx, by, now)
            wanted = org
            if str(org).strip() == str(ALL_ORGS):
                if not is_cluster_admin(await tx.groups.privileges(account.id)):
                    raise NotPermitted(f"{ADMINISTRATION} in the Primary Org")
                wanted = PRIMARY_ORG
            found = await orgs.find(tx, wanted)
            off = not self._means.rules.orgs_enabled
            if found is None or not found.active or (off and found.id != PRIMARY_ORG):
                raise OrgNotUsable("orgid")
            if found.id != home.id and by.bound_org:
                raise NotPermitted("a session opened with a password, to change its Org")
            if not await orgs.usable(tx, account, found.id):
                raise NotPermitted("membership of the Org")
            await tx.sessions.set_org(by.credential_id, found.id)
            await note_sign_in(tx, account, found, now)
            tx.moved(Scope.credential(by.digest))
            await record(
                tx,
                self._means,
                "session.switch_org",
                at=now,
                source=source,
                org_id=found.id,
                by=by,
                about=account.id,
                before=home.id,
            )
            return found

        return await self._means.store.write(work)

    async def _refused_switch(
        self, by: Principal, source: Source, refusal: CoreError, now: datetime
    ) -> None:
        async def work(tx: Transaction) -> None:
            await record(
                tx,
                self._means,
                "session.switch_org",
                at=now,
                source=source,
                org_id=by.org_id,
                by=by,
                about=by.account_id,
                refused=refusal.code,
            )

        await self._means.store.write(work)

    async def _elsewhere(
        self, tx: Transaction, by: Principal, account: Account, home: Org, org: str | int
    ) -> Org:
        """Return the Org that is asked for, if the credential is free to choose it.

        Raises:
            OrgNotUsable: it is not.
        """
        found = await orgs.find(tx, org)
        off = not self._means.rules.orgs_enabled
        if found is None or not found.active or (off and found.id != PRIMARY_ORG):
            raise OrgNotUsable
        if found.id != home.id and (by.bound_org or not await orgs.usable(tx, account, found.id)):
            raise OrgNotUsable
        return found

    async def log_out(self, source: Source, *, bearer: str | None, cookie: str | None) -> None:
        """End the token and the session that were presented, whichever of them are live.

        Raises:
            NoSession: neither is.
        """
        now = self._means.clock()
        skew = self._means.rules.clock_skew

        async def work(tx: Transaction) -> int:
            ended = 0
            held: list[Session | Token] = []
            if cookie is not None and is_minted(cookie, frozenset({SESSION})):
                session = await tx.sessions.by_digest(digest(cookie))
                if session is not None and self._counts(session, now):
                    held.append(session)
            if bearer is not None and is_token(bearer):
                token = await tx.tokens.by_digest(digest(bearer))
                if token is not None and token.state(now, skew=skew) is State.LIVE:
                    held.append(token)
            for one in held:
                ended += await end_rows(
                    tx, self._means, source, [one.id], now=now, by=None, act="session.log_out"
                )
            return ended

        # A blind logout writes nothing, so that it cannot be used to keep the writer busy.
        if not await self._means.store.read(lambda tx: _known(tx, bearer, cookie)):
            raise NoSession
        if not await self._means.store.write(work):
            raise NoSession

    def _counts(self, session: Session, now: datetime) -> bool:
        """Say whether there is a session to log out of; uses not yet written down count."""
        rules = self._means.rules
        seen = self._means.activity.last(session.id)
        if seen is not None and seen > session.last_seen_at:
            session = session.seen(seen)
        idle = rules.session_idle + rules.seen_granularity
        return session.state(now, idle=idle, skew=rules.clock_skew) is State.LIVE

    async def _still_good(
        self, tx: Transaction, by: Principal, now: datetime
    ) -> tuple[Account, Org]:
        """Return account and Org of a credential that still counts inside this transaction.

        Raises:
            NotAuthenticated: it was ended since the gate let it in.
        """
        found = await behind(tx, self._means, by, now)
        org = await tx.orgs.by_id(found.credential.org_id)
        if org is None:
            raise NotAuthenticated("the Org was removed meanwhile")
        return found.account, org


async def _known(tx: Transaction, bearer: str | None, cookie: str | None) -> bool:
    if cookie is not None and await tx.sessions.by_digest(digest(cookie)) is not None:
        return True
    return bearer is not None and await tx.tokens.by_digest(digest(bearer)) is not None
