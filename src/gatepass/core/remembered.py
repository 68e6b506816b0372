"""A short memory of verified passwords, so that a busy caller is not hashed at every call."""

import hashlib
import secrets
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from gatepass.core.clock import Clock


@dataclass(frozen=True, slots=True)
class _Seen:
    account_id: str
    since: datetime


class RememberedPasswords:
    """Knows for a while which password matched which stored hash; a lifetime of zero turns it off.

    Kept is a digest under a key that lives and dies with the process: a memory dump without the
    key gives nothing to guess against, and the stored hash is part of it, so a changed password is
    unknown at once whether or not it was forgotten.
    """

    def __init__(self, clock: Clock, lifetime: timedelta, capacity: int) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._capacity = capacity
        self._key = secrets.token_bytes(32)
        self._seen: OrderedDict[bytes, _Seen] = OrderedDict()
        self._by_account: defaultdict[str, set[bytes]] = defaultdict(set)

    def knows(self, account_id: str, encoded: str, password: bytes) -> bool:
        """Say whether this password was verified against this stored hash lately."""
        digest = self._digest(account_id, encoded, password)
        seen = self._seen.get(digest)
        if seen is None:
            return False
        # A clock set back must not lengthen a memory.
        if timedelta(0) <= self._clock() - seen.since < self._lifetime:
            return True
        self._drop(digest)
        return False

    def remember(self, account_id: str, encoded: str, password: bytes) -> None:
        """Keep that the password matched; the oldest memory goes when there are too many."""
        if self._lifetime <= timedelta(0) or self._capacity <= 0:
            return
        digest = self._digest(account_id, encoded, password)
        if digest in self._seen:
            self._drop(digest)
        while len(self._seen) >= self._capacity:
            self._drop(next(iter(self._seen)))
        self._seen[digest] = _Seen(account_id, self._clock())
        self._by_account[account_id].add(digest)

    def forget(self, account_id: str) -> None:
        """Forget every password of one account."""
        for digest in self._by_account.pop(account_id, set()):
            del self._seen[digest]

    def forget_all(self) -> None:
        """Forget everything."""
        self._seen.clear()
        self._by_account.clear()

    def __len__(self) -> int:
        return len(self._seen)

    def _drop(self, digest: bytes) -> None:
        account_id = self._seen.pop(digest).account_id
        digests = self._by_account[account_id]
        digests.discard(digest)
        if not digests:
            del self._by_account[account_id]

    def _digest(self, account_id: str, encoded: str, password: bytes) -> bytes:
        digest = hashlib.blake2b(key=self._key, digest_size=32)
        for part in (account_id.encode(), encoded.encode(), password):
            # The length keeps two accounts' parts from running into one another.
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.digest()
