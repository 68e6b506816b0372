"""The token that a client looks after: kept until shortly before it runs out."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from gatepass_sdk.answers import AccessToken, Token
from gatepass_sdk.requests import TokenRequest

SHARE, MOST = 0.1, 30.0
"""Renewed when a tenth of its life is left, but no more than 30 seconds before its end."""


@dataclass(frozen=True, slots=True)
class _Kept:
    text: str = field(repr=False)
    until: float


class TokenKeeper:
    """Holds the token of one client, or the fixed one that it was given; safe in threads.

    How long a token lives is counted from before it was asked for, on a clock that never jumps:
    the two machines need not agree on the time.
    """

    def __init__(
        self,
        wanted: TokenRequest | None,
        fixed: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.wanted = wanted
        self.clock = clock
        self._fixed = fixed or None
        self._kept: _Kept | None = None
        self._lock = threading.Lock()

    def usable(self) -> str | None:
        """Return the token to show now, if there is one."""
        kept = self._kept
        if kept is not None and self.clock() < kept.until:
            return kept.text
        return self._fixed if self.wanted is None else None

    def keep(self, token: Token | AccessToken, asked_at: float) -> str:
        """Keep a token that was asked for at a time of the clock; return its text."""
        life = (token.expiration_time_in_millis - token.creation_time_in_millis) / 1000
        kept = _Kept(token.token, asked_at + life - min(life * SHARE, MOST))
        with self._lock:
            self._kept = kept
        return token.token

    def discard(self, token: str) -> None:
        """Forget a token, unless another one has taken its place."""
        with self._lock:
            if self._kept is not None and self._kept.text == token:
                self._kept = None

    def __repr__(self) -> str:
        return "TokenKeeper()"
