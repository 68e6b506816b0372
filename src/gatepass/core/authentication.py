"""The gate: from a presented credential to a principal. Every call that needs a caller passes it.

A hit in this process's memory costs a digest, two look-ups in dicts and a look at the epoch. A
miss costs two point reads. Nothing here waits for a hash or the network.
"""

from datetime import datetime

from gatepass.core.compared import of_credential
from gatepass.core.crypto import SESSION, digest, is_minted, is_token
from gatepass.core.entitlements import effective
from gatepass.core.errors import NotAuthenticated
from gatepass.core.means import Means
from gatepass.core.object_names import name_kept
from gatepass.core.records import Principal, Profile, Session
from gatepass.core.searches import Tastes
from gatepass.core.standing import ended, objection, principal_of
from gatepass.core.store import Scope, ScopeKind, Transaction
from gatepass.core.verified import Entry, Verified

_SESSION_PREFIXES = frozenset({SESSION})


class Gate:
    """One function for every call."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._clock = means.clock
        store = means.store
        self._verified = Verified(store.moves, means.rules.cache_size, self._heard, store.stillness)
        self._everything = 0
        self.hits = 0
        self.misses = 0

    @property
    def remembered(self) -> int:
        """Say how many verified principals this process remembers."""
        return len(self._verified)

    def upheavals(self) -> int:
        """Say how often everything moved, as far as this process can know; costs no I/O."""
        self._verified.catch_up()
        return self._everything

    def calm(self) -> tuple[int, int | None]:
        """Say the same with the store's stillness: what is read between two like it is true."""
        return self.upheavals(), self._verified.before_reading()[1]

    async def principal(self, *, bearer: str | None, cookie: str | None) -> Principal:
        """Return who is calling: by the bearer token if it is good, else by the cookie.

        Raises:
            NotAuthenticated: neither is good; the reason is for the log alone.
        """
        refused = None
        if bearer is not None:
            found = await self._check(bearer, session=False)
            if isinstance(found, Entry):
                return found.principal
            refused = found
        if cookie is not None:
            found = await self._check(cookie, session=True)
            if isinstance(found, Entry):
                return found.principal
            refused = found if refused is None else _both(refused, found)
        raise refused or NotAuthenticated("no credential")

    async def profile(self, by: Principal) -> Profile:
        """Return all that the caller is, for showing; kept beside the verified principal.

        Raises:
            NotAuthenticated: the credential ended meanwhile.
        """
        entry = self._verified.find(by.digest)
        if entry is not None and entry.profile is not None:
            return entry.profile
        profile = await self._means.store.read(lambda tx: read_profile(tx, by))
        if entry is not None and self._verified.find(by.digest) is entry:
            entry.profile = profile
        return profile

    async def _check(self, secret: str, *, session: bool) -> Entry | NotAuthenticated:
        """Return the verified entry, or why there is none."""
        if not (is_minted(secret, _SESSION_PREFIXES) if session else is_token(secret)):
            return NotAuthenticated("malformed credential")
        key = digest(secret)
        now = self._clock()
        entry = self._verified.find(key)
        if entry is not None and entry.checked_at <= now < entry.good_until:
            if entry.idle_at is None:
                self.hits += 1
                return entry
            if now < entry.idle_at:
                self.hits += 1
                entry.idle_at = now + self._means.rules.session_idle
                self._means.activity.note(entry.principal.credential_id, now)
                return entry
        return await self._load(key, now, session=session)

    async def named_profile(self, by: Principal) -> Profile:
        """Return the profile with the names of objects in it; raises as ``profile`` does."""
        profile = await self.profile(by)
        if profile.home_liveboard is None and not profile.favorites:
            return profile
        return (await self._means.store.read(lambda tx: name_kept(tx, by, [profile])))[0]

    async def _load(self, key: bytes, now: datetime, *, session: bool) -> Entry | NotAuthenticated:
        self.misses += 1
        refusal = self._verified.refusal(key, now)
        if refusal is not None:
            return NotAuthenticated(refusal)
        calm = self._verified.before_reading()
        found = await self._means.store.read(lambda tx: tx.presented(key, session=session))
        if found is None:
            self._verified.refuse(key, "unknown credential", now)
            return NotAuthenticated("unknown credential")
        reason = objection(self._means, found, now)
        if reason is not None:
            self._verified.forget(key)
            return NotAuthenticated(reason, of_credential(self._means, found, now), ended(reason))
        principal = principal_of(found, key)
        rules = self._means.rules
        good_until = min(principal.expires_at, now + rules.cache_trust)
        if found.account.expires_at is not None:
            good_until = min(good_until, found.account.expires_at)
        idle_at = None
        if isinstance(found.credential, Session) and not found.credential.remembered:
            idle_at = now + rules.session_idle
            self._means.activity.note(found.credential.id, now)
        entry = Entry(principal, checked_at=now, good_until=good_until, idle_at=idle_at)
        self._verified.keep(entry, calm)
        return entry

    def _heard(self, scope: Scope) -> None:
        """Forget remembered passwords with the principals that a move makes untrue."""
        if scope.kind is ScopeKind.ACCOUNT:
            self._means.remembered.forget(scope.account_id)
        elif scope.kind is ScopeKind.ALL:
            self._everything += 1
            self._means.remembered.forget_all()


def _both(bearer: NotAuthenticated, cookie: NotAuthenticated) -> NotAuthenticated:
    # Of two the cookie is the one that would have counted last.
    return NotAuthenticated(
        f"{bearer.reason}; {cookie.reason}",
        bearer.values or cookie.values,
        cookie.ended or bearer.ended,
    )


async def read_profile(tx: Transaction, by: Principal) -> Profile:
    """Read all that an account is in the principal's Org."""
    account = await tx.accounts.by_id(by.account_id)
    org = await tx.orgs.by_id(by.org_id)
    if account is None or org is None:
        raise NotAuthenticated("ended meanwhile")
    direct, inherited = await tx.groups.of_account(account.id, org.id)
    granted = await tx.groups.privileges(account.id)
    tastes = (await tx.directory.tastes_of([account.id])).get(account.id, {}).get(org.id, Tastes())
    return Profile(
        account=account,
        org=org,
        orgs=[one for one in await tx.orgs.of_account(account.id) if one.active],
        groups=direct,
        inherited_groups=inherited,
        privileges=sorted(effective(granted, org.id)),
        org_privileges={one: sorted(effective(granted, one)) for one in sorted(granted)},
        entitlements=await tx.accounts.entitlements(account.id),
        attributes=await tx.accounts.attributes(account.id),
        home_liveboard=tastes.home_liveboard,
        favorites=tastes.favorites,
    )
