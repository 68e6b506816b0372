"""What the core asks of a store.

All reading and writing is done by *work*: an async function that is handed a desk per noun and
does one unit of it. A store may run the work again after a conflict, and may run several works in
one commit, so a work changes nothing but the store.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Protocol, TypeVar
from uuid import UUID

from gatepass.core.attributes import Stored
from gatepass.core.records import (
    Account,
    AuditEvent,
    Entitlements,
    Group,
    Guesses,
    KeyState,
    Org,
    Record,
    Session,
    SigningKey,
    Token,
    TokenKind,
    TrustedSecret,
)
from gatepass.core.searches import DirectoryDesk, Tastes
from gatepass.core.spread import Spread

T = TypeVar("T")


class ScopeKind(IntEnum):
    """How far a move of the epoch reaches."""

    ALL = 0
    ACCOUNT = 1
    CREDENTIAL = 2


class Scope(Record, frozen=True):
    """Whose cached principals a write has made untrue; ``key`` has 16 bytes."""

    kind: ScopeKind
    key: bytes

    @property
    def account_id(self) -> str:
        """The account that an ACCOUNT scope is about."""
        return str(UUID(bytes=self.key))

    @staticmethod
    def account(account_id: str) -> "Scope":
        """Return the scope of everything of one account."""
        return Scope(kind=ScopeKind.ACCOUNT, key=UUID(account_id).bytes)

    @staticmethod
    def credential(digest: bytes) -> "Scope":
        """Return the scope of one session or token."""
        return Scope(kind=ScopeKind.CREDENTIAL, key=digest[:16])


EVERYTHING = Scope(kind=ScopeKind.ALL, key=bytes(16))


class Presented(Record, frozen=True):
    """What stands behind a presented digest: the session or token, its account and Org."""

    credential: Session | Token
    account: Account
    org_active: bool
    is_member: bool
    granted: dict[int, frozenset[str]]


class Revoked(Record, frozen=True):
    """One session or token that a revocation ended: its account, id and digest."""

    account_id: str
    id: str
    digest: bytes


class StoreCounts(Record, frozen=True):
    """What a store has done in this process, and where its epoch is."""

    works: Spread
    """Works of each commit."""
    seconds: Spread
    """How long each commit kept other writers out."""
    failed: int
    """Commits that came to nothing."""
    moves: int
    lag: int
    """Moves of the epoch that this process has not looked at yet."""


class AccountDesk(Protocol):
    """Accounts and what stands on them."""

    async def by_id(self, account_id: str) -> Account | None: ...
    async def by_key(self, key: str) -> Account | None: ...
    async def password(self, account_id: str) -> str | None: ...
    async def lookalikes(self, skeleton: str, key: str) -> list[str]: ...
    async def add(
        self, account: Account, *, key: str, skeleton: str, password: str | None
    ) -> None: ...
    async def put(self, account: Account) -> None: ...
    async def rename(self, account_id: str, name: str, *, key: str, skeleton: str) -> None: ...
    async def put_tastes(self, account_id: str, org_id: int, what: Tastes) -> None: ...
    async def set_password(self, account_id: str, encoded: str) -> None: ...
    async def remove(self, account_id: str) -> None: ...
    async def all(self, org_id: int | None) -> list[Account]: ...
    async def entitlements(self, account_id: str) -> dict[int, Entitlements]: ...
    async def put_entitlements(self, account_id: str, org_id: int, what: Entitlements) -> None: ...
    async def attributes(self, account_id: str) -> dict[int, dict[str, Stored]]: ...
    async def put_attributes(
        self, account_id: str, org_id: int, what: Mapping[str, Stored]
    ) -> None: ...


class OrgDesk(Protocol):
    """Orgs and memberships."""

    async def by_id(self, org_id: int) -> Org | None: ...
    async def by_key(self, key: str) -> Org | None: ...
    async def lookalikes(self, skeleton: str, key: str) -> list[str]: ...
    async def add(self, org: Org, *, key: str, skeleton: str) -> None: ...
    async def put(self, org: Org, *, key: str, skeleton: str) -> None: ...
    async def members(self, org_id: int) -> list[str]: ...
    async def remove(self, org_id: int) -> int: ...
    async def all(self) -> list[Org]: ...
    async def of_account(self, account_id: str) -> list[Org]: ...
    async def is_member(self, account_id: str, org_id: int) -> bool: ...
    async def join(self, account_id: str, org_id: int, at: datetime) -> None: ...
    async def leave(self, account_id: str, org_id: int) -> None: ...


class GroupDesk(Protocol):
    """Groups of one Org, who is in them, and what they grant."""

    async def by_id(self, org_id: int, group_id: str) -> Group | None: ...
    async def by_key(self, org_id: int, key: str) -> Group | None: ...
    async def lookalikes(self, org_id: int, skeleton: str, key: str) -> list[str]: ...
    async def add(self, group: Group, *, key: str, skeleton: str) -> None: ...
    async def put(self, group: Group, *, key: str, skeleton: str) -> None: ...
    async def put_liveboards(self, group: Group, liveboards: Sequence[str]) -> None: ...
    async def remove(self, group: Group) -> None: ...
    async def all(self, org_id: int) -> list[Group]: ...
    async def for_newcomers(self, org_id: int) -> list[Group]: ...
    async def grant(self, group: Group, privileges: Sequence[str]) -> None: ...
    async def withdraw(self, group: Group, privileges: Sequence[str]) -> None: ...
    async def granted(self, org_id: int, group_ids: Sequence[str]) -> frozenset[str]: ...
    async def put_in(self, group: Group, account_id: str) -> None: ...
    async def take_out(self, group: Group, account_id: str) -> None: ...
    async def nest(self, parent: Group, child: Group) -> None: ...
    async def unnest(self, parent: Group, child: Group) -> None: ...
    async def closure(self, org_id: int, group_ids: Sequence[str]) -> list[str]: ...
    async def of_account(self, account_id: str, org_id: int) -> tuple[list[Group], list[Group]]: ...
    async def privileges(self, account_id: str) -> dict[int, frozenset[str]]: ...
    async def holders(self, org_id: int, privilege: str) -> list[str]: ...


class SessionDesk(Protocol):
    """Sessions, by digest of what the caller holds."""

    async def by_id(self, session_id: str) -> Session | None: ...
    async def by_digest(self, digest: bytes) -> Session | None: ...
    async def add(self, session: Session, *, digest: bytes) -> None: ...
    async def live(
        self, at: datetime, *, account_id: str | None, org_id: int | None
    ) -> list[Session]: ...
    async def count_live(self, at: datetime, *, seen_after: datetime, most: int) -> int: ...
    async def beyond(self, account_id: str, at: datetime, cap: int) -> list[str]: ...
    async def set_org(self, session_id: str, org_id: int) -> None: ...
    async def set_proved(self, session_id: str, at: datetime) -> None: ...
    async def touch(self, seen: Mapping[str, datetime]) -> None: ...


class TokenDesk(Protocol):
    """Access tokens, by digest."""

    async def by_id(self, token_id: str) -> Token | None: ...
    async def by_digest(self, digest: bytes) -> Token | None: ...
    async def add(self, token: Token, *, digest: bytes) -> None: ...
    async def minted_beyond(self, parent_id: str, at: datetime, cap: int) -> list[str]: ...
    async def shorten(
        self, account_id: str, secret_id: str, kind: str, until: datetime, *, but: str
    ) -> list[Revoked]: ...


class RevocationDesk(Protocol):
    """What ends before its time; every call takes along what was bought with it."""

    async def ids(self, ids: Sequence[str], at: datetime) -> list[Revoked]: ...
    async def of_account(
        self, account_id: str, at: datetime, *, but: str | None = None, tokens_only: bool = False
    ) -> list[Revoked]: ...
    async def of_member(
        self, account_id: str, org_id: int, at: datetime, *, tokens_only: bool = False
    ) -> int: ...
    async def of_org(self, org_id: int, at: datetime) -> int: ...
    async def of_secret(self, secret_id: str, at: datetime, *, v1_only: bool) -> int: ...
    async def of_kind(self, kind: TokenKind, at: datetime) -> int: ...
    async def everything(self, at: datetime) -> int: ...
    async def ended(self, before: datetime, most: int) -> list[str]: ...
    async def delete(self, ids: Sequence[str], before: datetime) -> int: ...


class SecretDesk(Protocol):
    """Trusted secrets of the cluster (Org None) and of Orgs."""

    async def by_digest(self, digest: bytes) -> TrustedSecret | None: ...
    async def by_id(self, secret_id: str) -> TrustedSecret | None: ...
    async def live(self, org_id: int | None, at: datetime) -> list[TrustedSecret]: ...
    async def sealed(self, secret_id: str) -> bytes: ...
    async def add(self, secret: TrustedSecret, *, digest: bytes, sealed: bytes) -> None: ...
    async def revoke(self, secret_id: str, at: datetime | None) -> None:
        """End it then; with None at once and for good, whatever a clock says later."""

    async def touch(self, used: Mapping[str, datetime]) -> None: ...


class GuessDesk(Protocol):
    """Wrong passwords in a row."""

    async def of(self, account_id: str, address: str) -> Guesses | None: ...
    async def put(self, guesses: Guesses, at: datetime) -> None: ...
    async def clear(self, account_id: str, address: str | None) -> None: ...
    async def prune(self, before: datetime, most: int) -> int: ...


class AuditDesk(Protocol):
    """What happened; only ever added to."""

    async def add(self, event: AuditEvent) -> None: ...
    async def latest(self, most: int) -> list[AuditEvent]: ...


class KeyDesk(Protocol):
    """Signing keys, newest first; their private parts come sealed."""

    async def all(self) -> list[SigningKey]: ...
    async def in_state(self, state: KeyState) -> SigningKey | None: ...
    async def sealed(self, key_id: str) -> bytes: ...
    async def add(self, key: SigningKey, sealed: bytes) -> None: ...
    async def put_state(self, key_id: str, state: KeyState, at: datetime) -> None: ...


class Transaction(Protocol):
    """The desks, in one transaction."""

    @property
    def accounts(self) -> AccountDesk: ...
    @property
    def orgs(self) -> OrgDesk: ...
    @property
    def directory(self) -> DirectoryDesk: ...
    @property
    def groups(self) -> GroupDesk: ...
    @property
    def sessions(self) -> SessionDesk: ...
    @property
    def tokens(self) -> TokenDesk: ...
    @property
    def revocations(self) -> RevocationDesk: ...
    @property
    def secrets(self) -> SecretDesk: ...
    @property
    def guesses(self) -> GuessDesk: ...
    @property
    def keys(self) -> KeyDesk: ...
    @property
    def audit(self) -> AuditDesk: ...

    async def presented(self, digest: bytes, *, session: bool) -> Presented | None:
        """Return what stands behind a digest, in few look-ups: the gate's own read."""

    def moved(self, scope: Scope) -> None:
        """Note what this write makes untrue; the epoch moves after the commit."""


class Store(Protocol):
    """Rows that last, and the epoch that tells every process of a change."""

    shared: bool
    """Whether other processes may serve from this store too."""

    async def write(self, work: "Callable[[Transaction], Awaitable[T]]") -> T:
        """Run the work in a transaction; on return it is on disk and the epoch has moved.

        Raises:
            Busy: the store cannot be written now.
        """

    async def read(self, work: "Callable[[Transaction], Awaitable[T]]") -> T:
        """Run a short reading work on the caller's thread, at once where that needs no network.

        Raises:
            Busy: the store cannot be read now.
        """

    async def scan(self, work: "Callable[[Transaction], Awaitable[T]]") -> T:
        """Run a long reading work beside everything else."""

    def moves(self) -> Sequence[Scope]:
        """Return what has moved since the last call in this process; empty is the usual answer.

        Costs no I/O: the gate asks before every use of a cached principal. Where a store cannot
        know, because nothing reaches it, it answers EVERYTHING each time: nothing is used again.
        """

    def stillness(self) -> int | None:
        """Return a number that stays the same while no commit moves anything, None during one.

        What was read under one number and is kept under another may be older than it seems.
        """

    async def doubts(self) -> list[str]:
        """Return why an acknowledged write might be lost: nothing, as it should be."""

    def counts(self) -> StoreCounts:
        """Return what this process has done with the store."""

    def close(self) -> None:
        """Take no more works, finish the waiting ones and let go."""

    async def closed(self) -> None:
        """Wait until a store that was closed has let go of everything."""
