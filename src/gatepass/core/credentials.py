"""What accounts hold: live sessions and access tokens by page, and the end of one token."""

from collections.abc import Collection
from uuid import UUID

from msgspec.structs import replace

from gatepass.core.entitlements import require
from gatepass.core.errors import InvalidParameter, NotFound
from gatepass.core.held import Held, HeldKind, HeldPage, Stretch
from gatepass.core.means import Means
from gatepass.core.opening import end_rows
from gatepass.core.privileges import USER_ADMINISTRATION
from gatepass.core.reach import reach, require_proof, widest
from gatepass.core.records import Principal, Session, Source, Token, TokenKind
from gatepass.core.standing import again
from gatepass.core.store import Transaction

PAGE = 50
MOST = 100
"""Sessions and tokens that one page holds at most."""
LOOKED = 20_000
"""Rows of each table that one page looks through at most, those that count no more among them."""


class Credentials:
    """Acts on sessions and tokens alike."""

    def __init__(self, means: Means, *, looked: int = LOOKED) -> None:
        self._means = means
        self._looked = looked

    async def page(
        self,
        by: Principal,
        *,
        account: str | None = None,
        org_id: int | None = None,
        kinds: Collection[HeldKind] = frozenset(HeldKind),
        size: int = PAGE,
        before: str | None = None,
    ) -> HeldPage:
        """List live sessions and tokens, newest first, behind the ``before`` of the last page.

        One's own by ``account``; an administrator lists an account's, an Org's or, of the cluster
        and with none named, all. However many have ended in between, a page takes no longer: it is
        shorter then, and says with what to go on.

        Raises:
            InvalidParameter: size or ``before`` will not do.
            NotProved: the principal lists its own and has not proved itself lately.
            ScopeTooSmall, NotPermitted: it may not list others'.
            OrgNotUsable: the Org is beyond its reach.
            NotFound: there is no such account within its reach.
        """
        if not 1 <= size <= MOST:
            raise InvalidParameter("size", f"is a number from 1 to {MOST}")
        before = None if before is None else _checked(before)
        now, rules = self._means.clock(), self._means.rules
        seen_after = now - rules.session_idle - rules.seen_granularity
        wanted = [TokenKind(one.value) for one in kinds if one is not HeldKind.SESSION]

        async def work(tx: Transaction) -> HeldPage:
            account_id, scope = await reach(
                tx, self._means, by, now, account=account, org_id=org_id
            )
            what = Stretch(account_id=account_id, org_id=scope, before=before)
            found, floors = [], []
            if HeldKind.SESSION in kinds:
                within = replace(what, floor=await tx.held.floor(what, self._looked, tokens=False))
                floors.append(within.floor)
                rows = await tx.held.sessions(within, now, seen_after=seen_after, most=size + 1)
                found += [self._session(*row) for row in rows]
            if wanted:
                within = replace(what, floor=await tx.held.floor(what, self._looked, tokens=True))
                floors.append(within.floor)
                some = await tx.held.tokens(within, now, kinds=wanted, most=size + 1)
                found += [_token(*row) for row in some]
            return _page(found, max((one for one in floors if one), default=None), size)

        return await self._means.store.scan(work)

    async def end_token(self, by: Principal, source: Source, token_id: str) -> int:
        """End one token, one's own or as administrator another's, with all bought with it.

        Returns how many sessions and tokens ended; the caller's own may be among them.

        Raises:
            NotProved: it is one's own and the principal has not proved itself lately.
            ScopeTooSmall, NotPermitted: it may not end others'.
            NotFound: no such token that the principal may see.
        """
        now = self._means.clock()

        async def work(tx: Transaction) -> int:
            caller = await again(tx, self._means, by, now)
            token = await tx.tokens.by_id(token_id)
            own = token is not None and token.account_id == caller.account_id
            if own:
                await require_proof(tx, self._means, caller, now)
            else:
                require(caller, self._means.rules, USER_ADMINISTRATION)
            beyond = token is None or widest(caller, own=own) not in {None, token.org_id}
            if token is None or beyond or token.revoked_at is not None:
                raise NotFound("token", token_id)
            return await end_rows(
                tx, self._means, source, [token_id], now=now, by=caller, act="token.end"
            )

        return await self._means.store.write(work)

    def _session(self, one: Session, account: str, org: str) -> Held:
        seen = self._means.activity.last(one.id)
        return Held(
            id=one.id,
            kind=HeldKind.SESSION,
            account_id=one.account_id,
            account_name=account,
            org_id=one.org_id,
            org_name=org,
            since=one.opened_at,
            expires_at=one.expires_at,
            remembered=one.remembered,
            last_seen_at=one.last_seen_at if seen is None else max(seen, one.last_seen_at),
            address=one.address,
            agent=one.agent,
            actor=one.actor,
            secret_id=one.secret_id,
            object_id=one.object_id,
            has_attributes=one.attributes is not None,
            parent_id=one.parent_id,
        )


def _token(one: Token, account: str, org: str) -> Held:
    return Held(
        id=one.id,
        kind=HeldKind(one.kind.value),
        account_id=one.account_id,
        account_name=account,
        org_id=one.org_id,
        org_name=org,
        since=one.issued_at,
        expires_at=one.expires_at,
        remembered=False,
        last_seen_at=None,
        address=None,
        agent=None,
        actor=one.actor,
        secret_id=one.secret_id,
        object_id=one.object_id,
        has_attributes=one.attributes is not None,
        parent_id=one.parent_id,
    )


def _page(found: list[Held], floor: str | None, size: int) -> HeldPage:
    """Return the newest of what was found above the floor, down to which both tables were read."""
    held = sorted(found, key=lambda one: one.id, reverse=True)
    held = [one for one in held if floor is None or one.id >= floor]
    if len(held) > size:
        return HeldPage(held=held[:size], before=held[size - 1].id)
    return HeldPage(held=held, before=floor)


def _checked(before: str) -> str:
    """Return the id, as ids are written.

    Raises:
        InvalidParameter: it is none.
    """
    try:
        return str(UUID(before))
    except ValueError as malformed:
        raise InvalidParameter("before", "is what the page before this one says") from malformed
