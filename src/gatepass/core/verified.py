"""This process's bounded memory of verified principals, and of what was refused."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from gatepass.core.records import Principal, Profile
from gatepass.core.store import Scope, ScopeKind

REFUSED_FOR = timedelta(seconds=10)


class Entry:
    """One verified principal, until when it counts, and what is known of it besides."""

    __slots__ = ("checked_at", "good_until", "idle_at", "principal", "profile")

    def __init__(
        self,
        principal: Principal,
        *,
        checked_at: datetime,
        good_until: datetime,
        idle_at: datetime | None,
    ) -> None:
        self.principal = principal
        self.checked_at = checked_at
        self.good_until = good_until
        self.idle_at = idle_at
        """When the session goes idle as far as this process has seen; None if never."""
        self.profile: Profile | None = None


Calm = tuple[int, int | None]
"""What was heard of so far, and the store's stillness."""


class Verified:
    """Entries by digest; dropped by what the epoch says has moved.

    Refusals are kept apart, so that random tokens cannot push good ones out.
    """

    def __init__(
        self,
        moves: Callable[[], Sequence[Scope]],
        size: int,
        heard: Callable[[Scope], None] = lambda _: None,
        stillness: Callable[[], int | None] = lambda: 0,
    ) -> None:
        self._moves = moves
        self._stillness = stillness
        self._heard = heard
        self._size = size
        self._entries: dict[bytes, Entry] = {}
        self._refused: dict[bytes, tuple[datetime, str]] = {}
        self._by_account: dict[bytes, set[bytes]] = {}
        self._by_short: dict[bytes, bytes] = {}
        self.generation = 0
        """Grows with every move heard of: what was read under an older one is not kept."""

    def catch_up(self) -> None:
        """Drop what has moved; a look at the epoch costs no I/O."""
        for scope in self._moves():
            self.generation += 1
            self._drop(scope)
            self._heard(scope)

    def before_reading(self) -> Calm:
        """Return what must be as it is now when what is read next is kept."""
        return self.generation, self._stillness()

    def find(self, digest: bytes) -> Entry | None:
        """Return the entry of a digest, as of now."""
        self.catch_up()
        return self._entries.get(digest)

    def refusal(self, digest: bytes, now: datetime) -> str | None:
        """Return why this digest was refused a short while ago, if it was."""
        until, reason = self._refused.get(digest, (None, ""))
        if until is None:
            return None
        return reason if now < until <= now + REFUSED_FOR else None

    def keep(self, entry: Entry, calm: Calm) -> None:
        """Keep an entry if nothing moved while it was read; the oldest goes if there is no room."""
        self.catch_up()
        if calm[1] is None or calm != self.before_reading():
            return
        digest = entry.principal.digest
        if len(self._entries) >= self._size and digest not in self._entries:
            self.forget(next(iter(self._entries)))
        account = UUID(entry.principal.account_id).bytes
        self._entries[digest] = entry
        self._by_account.setdefault(account, set()).add(digest)
        self._by_short[digest[:16]] = digest

    def refuse(self, digest: bytes, reason: str, now: datetime) -> None:
        """Keep a refusal briefly."""
        if len(self._refused) >= self._size:
            self._refused.pop(next(iter(self._refused)))
        self._refused[digest] = (now + REFUSED_FOR, reason)

    def forget(self, digest: bytes) -> None:
        """Drop one entry."""
        entry = self._entries.pop(digest, None)
        if entry is None:
            return
        self._by_short.pop(digest[:16], None)
        account = UUID(entry.principal.account_id).bytes
        own = self._by_account[account]
        own.discard(digest)
        if not own:
            del self._by_account[account]

    def __len__(self) -> int:
        return len(self._entries)

    def _drop(self, scope: Scope) -> None:
        if scope.kind is ScopeKind.CREDENTIAL:
            if (digest := self._by_short.get(scope.key)) is not None:
                self.forget(digest)
        elif scope.kind is ScopeKind.ACCOUNT:
            for digest in tuple(self._by_account.get(scope.key, ())):
                self.forget(digest)
        else:
            self._entries.clear()
            self._refused.clear()
            self._by_account.clear()
            self._by_short.clear()
