"""A session for a token, a token for a session, another Org: limits inherited, never widened."""

from datetime import datetime

from gatepass.core import orgs
from gatepass.core.account_rows import find_account
from gatepass.core.audit import record
from gatepass.core.crypto import SESSION, digest, is_minted, is_token
from gatepass.core.entitlements import refuse_limited
from gatepass.core.errors import (
    InvalidParameter,
    NoSession,
    NotAuthenticated,
    NotPermitted,
    OrgNotUsable,
)
from gatepass.core.issuing import Issued, add_token
from gatepass.core.means import Means
from gatepass.core.opening import Opened, end_rows, note_sign_in, open_row
from gatepass.core.records import (
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

    async def mint(self, by: Principal, source: Source) -> Issued:
        """Issue a token to a live session or token, equally limited.

        It lives for ``session_token_validity``, but not past the end of a limited token that it
        is bought with directly. At most ``session_token_cap`` live ones hang on one session: the
        oldest ends.

        Raises:
            NotAuthenticated: the credential ended meanwhile.
        """
        rules = self._means.rules
        now = self._means.clock()

        async def work(tx: Transaction) -> Issued:
            account, home = await self._still_good(tx, by, now)
            validity = rules.session_token_validity
            if by.kind is CredentialKind.TOKEN and by.is_limited:
                validity = min(validity, by.expires_at - now)
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
                validity=validity,
                object_id=by.object_id,
                parent=by,
            )

        return await self._means.store.write(work)

    async def switch_org(self, by: Principal, source: Source, *, org: str | int) -> Org:
        """Move a session to another Org of its account; id and cookie stay.

        A session bought with a token stays in the token's Org.

        Raises:
            ScopeTooSmall: the principal is limited to one object.
            InvalidParameter: a token calls, which has one Org for good.
            OrgNotUsable: no such Org.
            NotPermitted: it is not one of the account's, or the session is bound to its Org.
        """
        refuse_limited(by)
        if by.kind is not CredentialKind.SESSION:
            raise InvalidParameter("orgid", "a token cannot change its Org")
        now = self._means.clock()

        async def work(tx: Transaction) -> Org:
            account, home = await self._still_good(tx, by, now)
            found = await orgs.find(tx, org)
            if found is None or not found.active:
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
