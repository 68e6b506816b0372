"""Open, use, revoke, expire, rotate, switch Orgs: beside a slow and obvious model, on both engines.

Hypothesis plays somebody with two Orgs, whoever administers them, and the clock.
"""

import asyncio
import dataclasses
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gatepass.core.errors import (
    CoreError,
    InvalidParameter,
    NoSession,
    NotAuthenticated,
    OrgNotUsable,
    TrustedAuthDisabled,
    WrongCredentials,
)
from gatepass.core.records import CredentialKind, Principal
from gatepass.core.tokens import Wish
from tests.conftest import Ground
from tests.world import HERE, PASSWORD, World, world

DAY = timedelta(days=1)
LIFE = timedelta(hours=6)
MOST = 10
picks = st.integers(0, MOST - 1)
places = st.sampled_from(["a", "b"])


@dataclasses.dataclass(eq=False)
class Held:
    """A session or token as the model sees it."""

    secret: str
    is_session: bool
    org: str
    ends: datetime
    seen: datetime
    parent: "Held | None" = None
    ended: bool = False

    def counts(self, now: datetime) -> bool:
        idle = self.is_session and now - self.seen >= timedelta(hours=3)
        return not self.ended and now < self.ends and not idle

    def hangs_on(self, other: "Held") -> bool:
        return self is other or (self.parent is not None and self.parent.hangs_on(other))

    @property
    def presented(self) -> dict[str, Any]:
        kinds = ("cookie", "bearer") if self.is_session else ("bearer", "cookie")
        return dict(zip(kinds, (self.secret, None), strict=True))


@dataclasses.dataclass(eq=False)
class Key:
    """A trusted secret as the model sees it."""

    text: str
    id: str
    ends: datetime | None = None
    ended: bool = False

    def counts(self, now: datetime) -> bool:
        return not self.ended and (self.ends is None or now < self.ends)


class Acts(RuleBasedStateMachine):
    """Everything at once, in any order."""

    here: ClassVar[World]
    runner: ClassVar[asyncio.Runner]
    games: ClassVar[int] = 0

    @initialize()
    def begin(self) -> None:
        Acts.games += 1
        self.name = f"player{Acts.games}"
        self.held: list[Held] = []
        self.keys: list[Key] = []
        self.last = "a"
        core, by = self.here.core, self.here.by
        self.orgs = {
            one: self.run(core.orgs.create(by, HERE, name=f"{one}{Acts.games}")).id
            for one in ("a", "b")
        }
        self.members = {"a", "b"}
        self.run(self.here.account(self.name, org=self.orgs["a"]))
        self.run(self.here.join(self.name, self.orgs["b"]))
        self.run(core.trusted.configure(by, HERE, cluster=False))
        self.sign_in("a")

    def run(self, act: Any) -> Any:
        return self.runner.run(act)

    def attempt(self, act: Any, *refusals: type[CoreError]) -> Any:
        """Run an act and return what it returns, None if it is refused in one of these ways."""
        try:
            return self.run(act)
        except refusals:
            return None

    @property
    def now(self) -> datetime:
        return self.here.clock()

    def principal(self, one: Held) -> Principal | None:
        found: Principal | None = self.attempt(
            self.here.core.gate.principal(**one.presented), NotAuthenticated
        )
        if found is not None:
            one.seen = self.now
        return found

    def pick(self, place: int) -> Held | None:
        return self.held[place % len(self.held)] if self.held else None

    def is_full(self) -> bool:
        return len(self.held) >= MOST

    @precondition(lambda self: not self.is_full())
    @rule(org=st.none() | places)
    def sign_in(self, org: str | None) -> None:
        chosen = org or self.last
        opened = self.attempt(
            self.here.core.sessions.open(
                HERE,
                username=self.name,
                password=PASSWORD,
                org=None if org is None else self.orgs[org],
            ),
            OrgNotUsable,
        )
        if org is None and self.last not in self.members:
            # The one that is left is the only one that will do.
            chosen = next(iter(self.members), "")
        assert (opened is not None) is (chosen in self.members)
        if opened is not None:
            self.last = chosen
            self.held.append(Held(opened.secret, True, chosen, self.now + 30 * DAY, self.now))  # noqa: FBT003

    @precondition(lambda self: not self.is_full())
    @rule(org=places)
    def get_token(self, org: str) -> None:
        wish = Wish(username=self.name, password=PASSWORD, org=self.orgs[org], validity=LIFE)
        self.keep_token(self.attempt(self.here.core.tokens.issue(HERE, wish), OrgNotUsable), org)

    @precondition(lambda self: not self.is_full() and self.keys)
    @rule(org=places, place=picks)
    def get_token_by_secret(self, org: str, place: int) -> None:
        key = self.keys[place % len(self.keys)]
        wish = Wish(username=self.name, secret_key=key.text, org=self.orgs[org], validity=LIFE)
        issued = self.attempt(
            self.here.core.tokens.issue(HERE, wish),
            OrgNotUsable,
            WrongCredentials,
            TrustedAuthDisabled,
        )
        assert key.counts(self.now) or issued is None
        self.keep_token(issued, org, may=key.counts(self.now))

    def keep_token(self, issued: Any, org: str, *, may: bool = True) -> None:
        assert (issued is not None) is (may and org in self.members)
        if issued is not None:
            self.held.append(Held(issued.secret, False, org, self.now + LIFE, self.now))  # noqa: FBT003

    @precondition(lambda self: not self.is_full())
    @rule(place=picks, org=places)
    def switch_with_a_token(self, place: int, org: str) -> None:
        """A token opens sessions in its own Org, and in no other."""
        one = self.pick(place)
        by = None if one is None else self.principal(one)
        if one is None or by is None or by.kind is not CredentialKind.TOKEN:
            return
        opened = self.attempt(
            self.here.core.exchange.open_session(by, HERE, org=self.orgs[org]), OrgNotUsable
        )
        assert (opened is not None) is (org == one.org)
        if opened is not None:
            self.last = org
            ends = self.now + 30 * DAY
            self.held.append(
                Held(opened.secret, True, org, opened.session.expires_at, self.now, one)  # noqa: FBT003
            )
            assert opened.session.expires_at <= ends

    @rule(place=picks)
    def log_out(self, place: int) -> None:
        one = self.pick(place)
        if one is None:
            return
        counted = one.counts(self.now)
        try:
            self.run(self.here.core.exchange.log_out(HERE, **one.presented))
        except NoSession:
            assert not counted
        else:
            self.end(one)

    @rule(place=picks, other=picks)
    def revoke(self, place: int, other: int) -> None:
        """With one credential, a token of the same account; its own session ends too."""
        one, token = self.pick(place), self.pick(other)
        by = None if one is None else self.principal(one)
        if one is None or token is None or by is None or token.is_session:
            return
        done = self.here.core.tokens.revoke(by, HERE, user=None, token=token.secret)
        self.attempt(done, InvalidParameter)
        assert self.principal(token) is None
        self.end(token)
        if one.is_session:
            self.end(one)

    @rule()
    def force_out(self) -> None:
        self.run(self.here.core.sessions.force_out(self.here.by, HERE, [self.name]))
        for one in self.held:
            one.ended = True

    @rule(org=places)
    def leave(self, org: str) -> None:
        if len(self.members) == 1:
            return
        if org in self.members:
            self.run(
                self.here.core.memberships.leave(self.here.by, HERE, self.name, self.orgs[org])
            )
            self.members.discard(org)
            for one in [one for one in self.held if one.org == org]:
                self.end(one)

    @rule(org=places)
    def join(self, org: str) -> None:
        if org not in self.members:
            self.run(self.here.join(self.name, self.orgs[org]))
            self.members.add(org)

    @rule(grace=st.sampled_from([None, timedelta(), timedelta(hours=2)]))
    def rotate(self, grace: timedelta | None) -> None:
        shown = self.run(
            self.here.core.rotation.add(self.here.by, HERE, label="again", grace=grace)
        )
        if grace is not None:
            for key in self.keys:
                if key.ends is None or key.ends > self.now + grace:
                    key.ends = self.now + grace
                key.ended = key.ended or not grace
        self.keys.append(Key(shown.text, shown.record.id))

    @rule()
    def switch_off(self) -> None:
        self.run(self.here.core.trusted.configure(self.here.by, HERE, cluster=False))
        for key in self.keys:
            key.ended = True

    @rule(hours=st.sampled_from([0.01, 1, 2.5, 3.1, 6, 24 * 8, 24 * 31]))
    def wait(self, hours: float) -> None:
        self.here.clock.advance(hours=hours)

    def end(self, root: Held) -> None:
        for one in self.held:
            if one.hangs_on(root):
                one.ended = True

    @invariant()
    def each_counts_exactly_if_the_model_says_so(self) -> None:
        for one in getattr(self, "held", []):
            expected = one.counts(self.now)
            found = self.principal(one)
            assert (found is not None) is expected, one
            if found is not None:
                assert found.org_id == self.orgs[one.org]
                assert found.name == self.name
        if self.is_full():
            self.held = [one for one in self.held if one.counts(self.now)][: MOST // 2]


def test_the_acts_agree_with_the_model_whatever_their_order(ground: Ground, tmp_path: Path) -> None:
    """Open, use, revoke, expire, rotate, switch Orgs (checklist 65)."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        entering = stack.enter_async_context(
            world(ground.home, tmp_path / "home", **ground.changes)
        )
        Acts.here = runner.run(_on(entering))
        Acts.runner = runner
        try:
            run_state_machine_as_test(
                Acts,
                settings=settings(
                    max_examples=20 if ground.changes else 60,
                    stateful_step_count=30,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(stack.aclose())


async def _on(entering: Any) -> World:
    found: World = await entering
    return found
