"""What a call says and when it says it again: steps for a client to take. Nothing here does I/O.

A conversation yields steps. Of ``Send`` it is told the answer, or the transport's error, of
``NeedToken`` the token, of ``Pause`` nothing.
"""

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar, cast

from gatepass_sdk.configuration import Configuration, Http
from gatepass_sdk.errors import TransportError
from gatepass_sdk.exchange import HttpRequest, HttpResponse
from gatepass_sdk.keeping import TokenKeeper
from gatepass_sdk.wire import Bearer, Call

T = TypeVar("T")
TOO_MANY, UNAUTHORIZED = 429, 401
AWAY = frozenset({502, 503, 504})


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request."""

    request: HttpRequest


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class NeedToken:
    """Get the token that the client looks after; None if it has nothing to get one with."""


Step = Send | Pause | NeedToken
Outcome = HttpResponse | TransportError
Told = Outcome | str | None
Steps = Generator[Step, Told, T]


class Patience(Protocol):
    """Says whether and when a request is sent again."""

    def pause(self, outcome: Outcome, tries: int, *, is_safe: bool) -> float | None:
        """Return how many seconds to wait after so many tries; None: take what came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """When the ``auth`` face sends again: what may pass by itself, and can have done nothing.

    A request that changes something goes out again only if it never arrived (no connection), or
    was turned away unread (429). One that only reads goes out again after a lost connection, 502,
    503 and 504 too. A 429 has to say when to come back. A call that ran out of time does not start
    again. Pauses double from ``first_pause`` seconds, each shortened at random by up to a half.
    """

    times: int = 2
    first_pause: float = 0.2
    longest_pause: float = 30
    """Whoever is told to come back later than in so many seconds gives up."""
    random: Callable[[], float] = field(default=random.random, repr=False)
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC), repr=False)

    def pause(self, outcome: Outcome, tries: int, *, is_safe: bool) -> float | None:
        if tries > self.times or not self._passes(outcome, is_safe=is_safe):
            return None
        pause: float = self.first_pause * 2.0 ** (tries - 1) * (1 - self.random() / 2)
        if isinstance(outcome, HttpResponse):
            asked = self._asked(outcome.headers.get("retry-after"))
            if asked is None and outcome.status_code == TOO_MANY:
                return None
            pause = max(pause, asked or 0)
        return pause if pause <= self.longest_pause else None

    def _passes(self, outcome: Outcome, *, is_safe: bool) -> bool:
        if isinstance(outcome, HttpResponse):
            return outcome.status_code == TOO_MANY or (is_safe and outcome.status_code in AWAY)
        if not outcome.is_passing:
            return False
        return is_safe or not outcome.may_have_arrived

    def _asked(self, header: str | None) -> float | None:
        """Return the seconds that ``Retry-After`` names, as a number or as a time."""
        if header is None:
            return None
        try:
            if header.strip().isdecimal():
                return float(header)
            return max(0.0, (parsedate_to_datetime(header) - self.now()).total_seconds())
        except (ValueError, TypeError):  # not a date, or one without a zone
            return None


class ByConfiguration:
    """When the ``session`` face sends again: as the vendor's client, so by default never."""

    def __init__(self, config: Configuration[Http], method: str) -> None:
        self._times = config.max_retries
        self._factor = config.backoff_factor
        self._statuses = frozenset(config.retry_statuses)
        self._is_safe = method in config.retry_methods

    def pause(self, outcome: Outcome, tries: int, *, is_safe: bool) -> float | None:  # noqa: ARG002
        if tries > self._times:
            return None
        if isinstance(outcome, HttpResponse):
            passes = self._is_safe and outcome.status_code in self._statuses
        else:
            passes = self._is_safe or not outcome.may_have_arrived
        # The first time at once, then 2, 4, 8 ... times the factor.
        return self._factor * 2.0 ** (tries - 1) * (tries > 1) if passes else None


def patiently(request: HttpRequest, patience: Patience, *, is_safe: bool) -> Steps[HttpResponse]:
    """Send until there is an answer to take.

    Raises:
        TransportError: none came, and it is not to be sent again.
    """
    tries = 0
    while True:
        outcome = cast("Outcome", (yield Send(request)))
        tries += 1
        pause = patience.pause(outcome, tries, is_safe=is_safe)
        if pause is not None:
            yield Pause(pause)
        elif isinstance(outcome, TransportError):
            raise outcome
        else:
            return outcome


def converse(call: Call[T], base: str, keeper: TokenKeeper, retries: Retries) -> Steps[T]:
    """Make a call of the ``auth`` face; a token that is refused is replaced once.

    Raises:
        GatepassError: what became of it.
    """
    token = yield from _shown(call, keeper)
    response = yield from patiently(call.request(base, token), retries, is_safe=call.is_safe)
    if response.status_code == UNAUTHORIZED and token is not None and call.bearer is Bearer.NEEDED:
        keeper.discard(token)
        renewed = yield from _shown(call, keeper)
        if renewed != token:
            again = call.request(base, renewed)
            response = yield from patiently(again, retries, is_safe=call.is_safe)
    answer = call.read(response)
    dead = token if call.ends == "" else call.ends
    if dead is not None:
        keeper.discard(dead)
    return answer


def _shown(call: Call[T], keeper: TokenKeeper) -> Steps[str | None]:
    if call.bearer is Bearer.NEVER:
        return None
    kept = keeper.usable()
    if kept is not None or call.bearer is Bearer.KEPT:
        return kept
    return cast("str | None", (yield NeedToken()))
