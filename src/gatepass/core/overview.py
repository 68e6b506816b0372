"""What goes on, at one glance: for whoever administers the cluster, or one Org.

Every part costs the same however many accounts there are: sums are read where they are kept, and
of rows so many are looked at and no more.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from gatepass.core.entitlements import may, refuse_limited
from gatepass.core.errors import NotPermitted
from gatepass.core.glances import Counted, UnderWay
from gatepass.core.means import Means
from gatepass.core.privileges import (
    CONTROL_TRUSTED_AUTH,
    PRIVILEGES,
    USER_ADMINISTRATION,
    is_administrative,
)
from gatepass.core.processes import MOST as MOST_PROCESSES
from gatepass.core.processes import Serving, serving
from gatepass.core.records import (
    ALL_ORGS,
    PRIMARY_ORG,
    Principal,
    Record,
    SigningKey,
    TokenKind,
    TrustedSecret,
)
from gatepass.core.store import Transaction
from gatepass.core.tallies import DAY, HOUR, ISSUED, Tally, What

HOURS, DAYS = 24, 30
MOST_SESSIONS = 20_000
"""Rows of sessions that are looked at: some 10 to 20 ms."""
MOST_GUESSES, AMONG_GUESSES = 50, 5_000
"""Guesses that are told, and of how many of the newest."""
MOST_SECRETS = 200
_ADMINISTRATIVE = tuple(sorted(word for word in PRIVILEGES if is_administrative(word)))


class Span(Record, frozen=True):
    """One hour or one day of UTC, and how often what happened in it."""

    since: datetime
    times: dict[What, int]
    """What did not happen is not in it."""

    def of(self, what: What) -> int:
        """Return how often one thing happened."""
        return self.times.get(what, 0)


class Work(Record, frozen=True):
    """What this process has done with the store since it began, and where it stands with others."""

    commits: int
    failed: int
    """Commits that came to nothing."""
    moves: int
    """Moves of the epoch: revocations and changes of the home, whoever made them."""
    lag: int
    """Moves that this process has not looked at since its last call."""
    looked: timedelta | None
    """Since when it has not seen the database that others share; None: nothing is to be asked."""


class Glance(Record, frozen=True):
    """An overview of the cluster or of one Org; what is None, the principal may not see."""

    at: datetime
    org_id: int | None
    """None: the whole cluster."""
    hours: list[Span]
    """The last 24, the running one last, none left out."""
    days: list[Span]
    """The last 30, likewise. A refusal to nobody known is the cluster's, and no Org's."""
    sessions: Counted | None
    guesses: list[UnderWay] | None
    """The newest first; of the accounts that are members, whatever Org a guesser had in mind."""
    secrets: list[TrustedSecret] | None
    """Trusted secrets that count, without their texts, the oldest first."""
    keys: list[SigningKey] | None
    """Signing keys, the newest first."""
    work: Work | None
    processes: list[Serving] | None
    """All that serve from this store, this one too, and who fell silent within a day; by node and
    number. Each writes every five seconds how it fares, so what is said here is up to that old."""


def issued(spans: Sequence[Span]) -> dict[TokenKind, int]:
    """Return how many tokens of each kind were issued in these spans."""
    return {kind: sum(one.of(what) for one in spans) for kind, what in ISSUED.items()}


class Overview:
    """Looks at everything, and changes nothing."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def look(self, by: Principal) -> Glance:
        """Return what goes on: in the cluster for its administrator, else in the caller's Org.

        Any administrative privilege shows the sums; sessions and guesses take USER_ADMINISTRATION,
        trusted secrets CONTROL_TRUSTED_AUTH, or ADMINISTRATION each. The cluster's secret and
        signing keys are seen from the Primary Org alone.

        Raises:
            ScopeTooSmall: the principal is limited to one object.
            NotPermitted: it has no administrative privilege in its Org.
            Busy: the store cannot be read now.
        """
        rules, now = self._means.rules, self._means.clock()
        refuse_limited(by)
        if not may(by, rules, *_ADMINISTRATIVE):
            raise NotPermitted("an administrative privilege")
        org_id = None if by.cluster_admin else by.org_id
        people = may(by, rules, USER_ADMINISTRATION)
        trust = may(by, rules, CONTROL_TRUSTED_AUTH)
        # Asked here: the rest runs on a thread of its own, while this one's counts go on.
        done = self._done() if by.cluster_admin else None

        async def work(tx: Transaction) -> Glance:
            hours, days = await _happened(tx, ALL_ORGS if org_id is None else org_id, now)
            return Glance(
                at=now,
                org_id=org_id,
                hours=hours,
                days=days,
                sessions=await self._sessions(tx, org_id, now) if people else None,
                guesses=await self._guesses(tx, org_id, now) if people else None,
                secrets=await _secrets(tx, org_id, now) if trust else None,
                keys=await tx.keys.all() if trust and by.org_id == PRIMARY_ORG else None,
                work=done,
                processes=None if done is None else await _processes(tx, now),
            )

        return await self._means.store.scan(work)

    async def _sessions(self, tx: Transaction, org_id: int | None, now: datetime) -> Counted:
        rules = self._means.rules
        seen_after = now - rules.session_idle - rules.seen_granularity
        return await tx.glances.sessions(org_id, now, seen_after=seen_after, most=MOST_SESSIONS)

    async def _guesses(self, tx: Transaction, org_id: int | None, now: datetime) -> list[UnderWay]:
        since = now - max(DAY, self._means.rules.lockout_duration)
        return await tx.glances.guesses(
            org_id, now, since=since, most=MOST_GUESSES, among=AMONG_GUESSES
        )

    def _done(self) -> Work:
        counts = self._means.store.counts()
        return Work(
            commits=counts.works.within()[-1][1],
            failed=counts.failed,
            moves=counts.moves,
            lag=counts.lag,
            looked=None if counts.looked is None else timedelta(seconds=counts.looked),
        )


async def _happened(tx: Transaction, org_id: int, now: datetime) -> tuple[list[Span], list[Span]]:
    hour = now.replace(minute=0, second=0, microsecond=0)
    day = datetime.combine(now, time(), now.tzinfo)
    first_hour, first_day = hour - (HOURS - 1) * HOUR, day - (DAYS - 1) * DAY
    by_hour = await tx.tallies.hours(org_id, first_hour, hour + HOUR)
    by_day = await tx.tallies.days(org_id, first_day, day + DAY)
    return _spans(by_hour, first_hour, HOUR, HOURS), _spans(by_day, first_day, DAY, DAYS)


def _spans(tallies: Sequence[Tally], first: datetime, length: timedelta, number: int) -> list[Span]:
    times: list[dict[What, int]] = [{} for _ in range(number)]
    for one in tallies:
        times[(one.since - first) // length][one.what] = one.times
    return [Span(since=first + place * length, times=found) for place, found in enumerate(times)]


async def _secrets(tx: Transaction, org_id: int | None, now: datetime) -> list[TrustedSecret]:
    if org_id is None:
        return await tx.secrets.everywhere(now, MOST_SECRETS)
    found = await tx.secrets.live(org_id, now)
    if org_id == PRIMARY_ORG:
        found += await tx.secrets.live(None, now)
    return sorted(found, key=lambda one: one.created_at)[:MOST_SECRETS]


async def _processes(tx: Transaction, now: datetime) -> list[Serving]:
    return serving(await tx.processes.latest(MOST_PROCESSES), now)
