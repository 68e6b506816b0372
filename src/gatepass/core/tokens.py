"""Access tokens: issue by password or trusted secret, introspect, revoke."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from gatepass.core import compared, orgs
from gatepass.core.attributes import Attributes, PersistOption, check
from gatepass.core.audit import record
from gatepass.core.crypto import digest, is_token
from gatepass.core.custom import Custom, Customizing
from gatepass.core.entitlements import effective, is_cluster_admin
from gatepass.core.errors import (
    AccountNotActive,
    BadToken,
    Busy,
    CoreError,
    InvalidParameter,
    NotPermitted,
    OrgNotUsable,
    TrustedAuthDisabled,
    WrongCredentials,
)
from gatepass.core.issuing import Issued, add_token
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.provisioning import JustInTime, Provisioning
from gatepass.core.records import (
    PRIMARY_ORG,
    Account,
    AccountStatus,
    Entitlements,
    Org,
    Principal,
    Source,
    State,
    Token,
    TrustedSecret,
    Undisclosed,
)
from gatepass.core.revoking import Revoking
from gatepass.core.signing_in import LONGEST, Proof, SigningIn
from gatepass.core.standing import again
from gatepass.core.store import Scope, Transaction
from gatepass.core.succession import Succession
from gatepass.core.trusted import Trusted


class Wish(Undisclosed, frozen=True, kw_only=True):
    """What a token request asks for; an empty text counts as absent."""

    username: str | None
    password: str | None = None
    secret_key: str | None = None
    validity: timedelta | None = None
    org: str | int | None = None
    prefers_last_org: bool = False
    """Whether the last used Org comes first where none is named, whatever the setting says."""
    object_id: str | None = None
    v1: bool = False
    just_in_time: JustInTime | None = None
    persist: Entitlements | None = None
    """Entitlements to keep on the account: only the categories in ``persisted``."""
    persisted: tuple[str, ...] = ()
    entitled: bool = False
    """Whether the request carries any entitlements at all."""
    custom: Custom | None = None
    """What makes the token a custom one."""
    attributes: Attributes | None = None
    """What a token carries that is not a custom one."""


class Tokens:
    """Acts on access tokens."""

    def __init__(
        self,
        means: Means,
        *,
        signing_in: SigningIn,
        trusted: Trusted,
        provisioning: Provisioning,
        customizing: Customizing,
        succession: Succession,
    ) -> None:
        self._means = means
        self._signing_in = signing_in
        self._trusted = trusted
        self._provisioning = provisioning
        self._customizing = customizing
        self._succession = succession
        self._revoking = Revoking(means)

    async def issue(self, source: Source, wish: Wish) -> Issued:
        """Issue a token to who shows the account's password or a trusted secret.

        Raises:
            InvalidParameter: no name or credential; unknown account; unusable Org or values.
            WrongCredentials, TrustedAuthDisabled, AccountNotActive, SecondFactorRequired,
            TooManyGuesses, Busy: the credential does not do.
            NotPermitted: the request carries what its credential may not ask for.
        """
        if not wish.username:
            raise InvalidParameter("username", "is required")
        if not wish.password and not wish.secret_key:
            raise InvalidParameter("password", "a password or a secret_key is required")
        if wish.custom is not None:
            self._customizing.check(wish.custom)
        if wish.attributes is not None:
            check(wish.attributes, PersistOption.NONE, None)
        by_secret = bool(wish.secret_key) and (
            not wish.password or self._means.rules.credential_precedence == "secret_key"
        )
        if by_secret:
            return await self._issue_by_secret(source, wish, wish.username)
        proof = await self._signing_in.with_password(
            source, username=wish.username, password=wish.password
        )
        now = self._means.clock()
        return await self._means.store.write(
            lambda tx: self._by_password(tx, source, wish, proof, now)
        )

    async def introspect(self, token: str | None) -> tuple[Token, Account]:
        """Return a live token and its account to any authenticated caller that holds it.

        Raises:
            InvalidParameter: no token was given.
            BadToken: it is malformed or unknown, expired or revoked; the reason says which.
        """
        if not token:
            raise InvalidParameter("token", "is required")
        now = self._means.clock()
        found = None
        if is_token(token):
            found = await self._means.store.read(
                lambda tx: tx.presented(digest(token), session=False)
            )
        if found is None or not isinstance(found.credential, Token):
            raise BadToken("the token is malformed and cannot be parsed")
        state = found.credential.state(now, skew=self._means.rules.clock_skew)
        inside = found.org_active and (found.is_member or is_cluster_admin(found.granted))
        if state is State.EXPIRED:
            raise BadToken("the token has expired")
        if state is State.FUTURE:
            raise BadToken("the token is not valid yet")
        if state is not State.LIVE or not (inside and found.account.keeps_credentials(now)):
            raise BadToken("the token has been revoked")
        return found.credential, found.account

    async def revoke(
        self, by: Principal, source: Source, *, user: str | None, token: str | None
    ) -> None:
        """End the caller's own credential, a given token, or all tokens of an account.

        Raises:
            InvalidParameter: a value is empty, the user or token unknown, or they do not match.
            NotPermitted: another's, without the privilege.
            ScopeTooSmall: a limited principal names anything but its own token.
        """
        if user == "" or token == "":
            raise InvalidParameter("token" if token == "" else "user_identifier", "is empty")
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await again(tx, self._means, by, now)
            if token is not None:
                await self._revoking.one(tx, caller, source, user=user, token=token, now=now)
            elif user is not None:
                await self._revoking.all_of(tx, caller, source, user, now)
            else:
                await self._revoking.own(tx, caller, source, now)

        await self._means.store.write(work)

    async def _issue_by_secret(self, source: Source, wish: Wish, username: str) -> Issued:
        means = self._means
        if len(username) > LONGEST:
            raise InvalidParameter("username", "is too long")
        means.flood.check(source.address)
        now = means.clock()
        try:
            issued = await means.store.write(
                lambda tx: self._by_secret(tx, source, wish, username, now)
            )
        except Busy:
            raise
        except CoreError as refusal:
            if isinstance(refusal, WrongCredentials | TrustedAuthDisabled):
                means.flood.count(source.address)
            await self._refused(source, username, refusal)
            raise
        if issued.token.secret_id is not None:
            self._trusted.note_use(issued.token.secret_id, now)
            if wish.v1:
                self._succession.settle(issued.token.secret_id)
        return issued

    async def _by_secret(
        self, tx: Transaction, source: Source, wish: Wish, username: str, now: datetime
    ) -> Issued:
        means = self._means
        aimed = None if wish.org is None else await orgs.find(tx, wish.org)
        secret = await self._trusted.check(
            tx, wish.secret_key or "", None if aimed is None else aimed.id, now
        )
        account = await tx.accounts.by_key(name_key(username))
        provision = wish.just_in_time if means.rules.jit_enabled else None
        if provision is not None and provision.only_new and account is not None:
            provision = None
        provides = provision is not None
        if not provides and (account is None or await self._is_hidden(tx, secret, account)):
            raise InvalidParameter("username", "no such user")
        if account is not None:
            standing = account.standing(now)
            if standing is not AccountStatus.ACTIVE:
                closed = AccountNotActive(standing)
                closed.values = {"clock": now, **compared.of_account(account)}
                raise closed
        org = await self._org_by_secret(tx, wish, secret, account, aimed, provides=provides)
        if provision is not None:
            account = await self._provisioning.provide(
                tx,
                source,
                username=username,
                account=account,
                org=org,
                secret=secret,
                wish=provision,
                now=now,
            )
        # Without just-in-time provision the Org was chosen among those usable.
        if account is None or (provides and not await orgs.usable(tx, account, org.id)):
            raise OrgNotUsable("org_id")
        return await self._finish(tx, source, wish, account, org, now=now, secret=secret)

    async def _is_hidden(self, tx: Transaction, secret: TrustedSecret, account: Account) -> bool:
        """Say whether an account is none of the Org's whose secret asks: it learns of no other."""
        return secret.org_id is not None and not await orgs.usable(tx, account, secret.org_id)

    async def _org_by_secret(
        self,
        tx: Transaction,
        wish: Wish,
        secret: TrustedSecret,
        account: Account | None,
        aimed: Org | None,
        *,
        provides: bool,
    ) -> Org:
        """Choose the Org: the named one, the key's own, or the account's usual one."""
        if secret.org_id is not None:
            if wish.org is not None and (aimed is None or aimed.id != secret.org_id):
                if wish.v1:
                    raise WrongCredentials("the secret key of another Org")
                raise OrgNotUsable("org_id")
            aimed = await tx.orgs.by_id(secret.org_id)
        named = wish.org is not None or secret.org_id is not None
        if account is not None and not named:
            return await orgs.choose(
                tx, self._means, account, None, fallbacks=self._fallbacks(wish, account)
            )
        if not named:
            aimed = await tx.orgs.by_id(PRIMARY_ORG)
        off = not self._means.rules.orgs_enabled and aimed is not None and aimed.id != PRIMARY_ORG
        if aimed is None or not aimed.active or off:
            raise OrgNotUsable("org_id")
        if account is not None and not provides and not await orgs.usable(tx, account, aimed.id):
            raise OrgNotUsable("org_id")
        return aimed

    async def _by_password(
        self, tx: Transaction, source: Source, wish: Wish, proof: Proof, now: datetime
    ) -> Issued:
        account = await self._signing_in.settle(tx, source, proof, now)
        org = await orgs.choose(
            tx, self._means, account, wish.org, fallbacks=self._fallbacks(wish, account)
        )
        custom = wish.custom
        entitled = wish.entitled or (custom is not None and custom.entitles())
        if entitled or wish.persisted or custom is not None:
            granted = await tx.groups.privileges(account.id)
            if ADMINISTRATION not in effective(granted, org.id):
                if entitled:
                    raise NotPermitted(f"{ADMINISTRATION} or a secret_key, to set entitlements")
                # Nor does an empty list clear what is kept.
                wish = replace(wish, persisted=(), custom=custom and custom.keeping_nothing())
        return await self._finish(tx, source, wish, account, org, now=now)

    async def _finish(
        self,
        tx: Transaction,
        source: Source,
        wish: Wish,
        account: Account,
        org: Org,
        *,
        now: datetime,
        secret: TrustedSecret | None = None,
    ) -> Issued:
        rules = self._means.rules
        if wish.persist is not None and wish.persisted:
            await self._persist(
                tx, source, account, org, wished=wish.persist, categories=wish.persisted, now=now
            )
        sign = None
        if wish.custom is not None:
            await self._customizing.keep(
                tx, source, wish.custom, account, org, now=now, secret=secret
            )
            sign = self._customizing.signer(tx, account, org)
        validity = wish.validity or rules.default_token_validity
        longest = rules.v1_token_max_age if wish.v1 else rules.max_token_validity
        issued = await add_token(
            tx,
            self._means,
            source,
            account=account,
            org=org,
            now=now,
            validity=longest if wish.v1 else min(validity, longest),
            object_id=wish.object_id,
            v1=wish.v1,
            secret=secret,
            attributes=wish.attributes if wish.custom is None else wish.custom.attributes,
            sign=sign,
        )
        if wish.v1 and secret is not None:
            await self._succession.take_over(tx, source, issued.token, secret, now)
        return issued

    async def _persist(
        self,
        tx: Transaction,
        source: Source,
        account: Account,
        org: Org,
        *,
        wished: Entitlements,
        categories: tuple[str, ...],
        now: datetime,
    ) -> None:
        """Keep the entitlements of these categories on the account; an empty one clears."""
        before = (await tx.accounts.entitlements(account.id)).get(org.id, Entitlements())
        after = Entitlements(
            **{
                name: getattr(wished if name in categories else before, name)
                for name in Entitlements.__struct_fields__
            }
        )
        if after != before:
            await tx.accounts.put_entitlements(account.id, org.id, after)
            tx.moved(Scope.account(account.id))
            await record(
                tx,
                self._means,
                "account.entitle",
                at=now,
                source=source,
                org_id=org.id,
                about=account.id,
                categories=list(categories),
            )

    def _fallbacks(self, wish: Wish, account: Account) -> tuple[int | None, ...]:
        by_setting = self._means.rules.token_default_org == "last_used"  # noqa: S105 - its word
        if wish.v1 or wish.prefers_last_org or by_setting:
            return (account.last_org_id, PRIMARY_ORG)
        return (PRIMARY_ORG, account.last_org_id)

    async def _refused(self, source: Source, username: str, refusal: CoreError) -> None:
        means = self._means
        reason = refusal.reason if isinstance(refusal, WrongCredentials) else refusal.code
        refusal.noted = True

        async def work(tx: Transaction) -> None:
            await record(
                tx,
                means,
                "token.issue",
                at=means.clock(),
                source=source,
                org_id=PRIMARY_ORG,
                refused=reason,
                name=username[:256],
                code=refusal.code,
                said=str(refusal),
                values=refusal.values,
            )

        await means.store.write(work)
