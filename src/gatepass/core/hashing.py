"""Password hashing by Argon2id, on threads of its own that give way to everything else."""

import asyncio
import base64
import os
import secrets
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from gatepass.core.errors import Busy

NICENESS = 10

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class HashParameters:
    """What one hash costs; the default is OWASP's for Argon2id."""

    time_cost: int = 2
    memory_kib: int = 19456
    parallelism: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: the password is right; its hash should be made anew."""

    matches: bool
    needs_rehash: bool = False


NO_MATCH = Verdict(matches=False)


class Hasher:
    """Hashes and verifies passwords, at most ``threads`` at a time and ``queue`` waiting.

    The bytes come from ``passwords.prepare_password``.
    """

    def __init__(
        self, parameters: HashParameters | None = None, *, threads: int = 1, queue: int = 64
    ) -> None:
        parameters = parameters or HashParameters()
        self._argon2 = PasswordHasher(
            time_cost=parameters.time_cost,
            memory_cost=parameters.memory_kib,
            parallelism=parameters.parallelism,
        )
        self._dummy = _unmatchable(self._argon2)
        self._threads = max(1, threads)
        self._places = self._threads + queue
        self._held = 0
        self.done = 0
        """How many hashes were made or compared."""
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(
            self._threads, thread_name_prefix="hashing", initializer=_give_way
        )

    @property
    def most_waiting(self) -> int:
        """Say how many calls may wait for a thread."""
        return self._places - self._threads

    @property
    def waiting(self) -> int:
        """Say how many calls wait for a thread."""
        return max(0, self._held - self._threads)

    async def hash(self, password: bytes) -> str:
        """Return the encoded hash of a password, with a salt of its own.

        Raises:
            Busy: the queue is full.
        """
        return await self._run(lambda: self._argon2.hash(password))

    async def verify(self, encoded: str | None, password: bytes) -> Verdict:
        """Compare a password with the stored hash; nothing matches ``None`` or what is no hash.

        Exactly one Argon2 verification is spent in any case, so that time tells nothing.

        Raises:
            Busy: the queue is full.
        """
        return await self._run(lambda: self._verify(encoded, password))

    def close(self) -> None:
        """Let go of the threads; what still waits is cancelled."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, call: Callable[[], Result]) -> Result:
        with self._lock:
            if self._held >= self._places:
                raise Busy("password hashing")
            self._held += 1
        try:
            future = self._pool.submit(call)
        except RuntimeError:
            self._let_go(None)
            raise
        # Also called when a caller goes away: a cancelled call that still waits frees its place.
        future.add_done_callback(self._let_go)
        return await asyncio.wrap_future(future)

    def _let_go(self, ended: Future[Result] | None) -> None:
        with self._lock:
            self._held -= 1
            if ended is not None and not ended.cancelled():
                self.done += 1

    def _verify(self, encoded: str | None, password: bytes) -> Verdict:
        if encoded is not None:
            try:
                self._argon2.verify(encoded, password)
                return Verdict(matches=True, needs_rehash=self._argon2.check_needs_rehash(encoded))
            except VerifyMismatchError:
                return NO_MATCH
            except (InvalidHashError, VerificationError, ValueError):
                pass  # Argon2 could not read it, so no time was spent yet.
        with suppress(VerifyMismatchError):
            self._argon2.verify(self._dummy, password)
        return NO_MATCH


def _unmatchable(argon2: PasswordHasher) -> str:
    """Return a valid hash of nothing: today's parameters with a random salt and digest."""

    def random(length: int) -> str:
        return base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")

    return (
        f"$argon2id$v=19$m={argon2.memory_cost},t={argon2.time_cost},p={argon2.parallelism}"
        f"${random(argon2.salt_len)}${random(argon2.hash_len)}"
    )


def _give_way() -> None:
    """Lower the priority of this thread, so that hashing never delays the event loop."""
    if sys.platform == "linux":  # elsewhere a thread has no niceness of its own
        thread = threading.get_native_id()
        with suppress(OSError):
            lowest = max(NICENESS, os.getpriority(os.PRIO_PROCESS, thread))
            os.setpriority(os.PRIO_PROCESS, thread, lowest)
