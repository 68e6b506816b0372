"""What one credential buys, against a slow and obvious model: Hypothesis plays the clients."""

import asyncio
import dataclasses
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from gatepass.core.errors import NoSession, NotAuthenticated
from gatepass.core.records import CredentialKind, Principal
from gatepass.core.tokens import Wish
from tests.world import HERE, PASSWORD, World, world

DAY = timedelta(days=1)
OBJECT = "3f0c2c7e-5f0e-4d22-9f7e-7a4b0e6f1c11"
MOST = 12
"""Credentials in one game, so that no cap is reached; the caps have tests of their own."""


@dataclasses.dataclass(eq=False)
class Held:
    """A credential as the model sees it."""

    secret: str
    is_session: bool
    parent: "Held | None"
    limit: str | None
    begun: datetime
    ends: datetime
    remembered: bool
    seen: datetime
    ended: bool = False

    def counts(self, now: datetime) -> bool:
        idle = self.is_session and not self.remembered and now - self.seen >= timedelta(hours=3)
        return not self.ended and now < self.ends and not idle

    def descends_from(self, other: "Held") -> bool:
        return self is other or (self.parent is not None and self.parent.descends_from(other))

    @property
    def presented(self) -> dict[str, Any]:
        kinds = ("cookie", "bearer") if self.is_session else ("bearer", "cookie")
        return dict(zip(kinds, (self.secret, None), strict=True))


class Trading(RuleBasedStateMachine):
    """Clients that sign in, trade, end and wait, in any order."""

    here: ClassVar[World]
    runner: ClassVar[asyncio.Runner]
    hardened: ClassVar[bool]
    games: ClassVar[int] = 0

    held = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        Trading.games += 1
        self.name = f"player{Trading.games}"
        self.all: list[Held] = []
        self.run(self.here.account(self.name))

    def run(self, act: Any) -> Any:
        return self.runner.run(act)

    @property
    def now(self) -> datetime:
        return self.here.clock()

    def principal(self, one: Held) -> Principal | None:
        """Ask the gate; a session that it lets in was seen now."""
        try:
            found: Principal = self.run(self.here.core.gate.principal(**one.presented))
        except NotAuthenticated:
            return None
        one.seen = self.now
        return found

    def keep(self, one: Held) -> Held:
        self.all.append(one)
        return one

    @rule(target=held, remember=st.booleans())
    def sign_in(self, *, remember: bool) -> Any:
        if len(self.all) >= MOST:
            return multiple()
        opened = self.run(
            self.here.core.sessions.open(
                HERE, username=self.name, password=PASSWORD, remember=remember
            )
        )
        ends = self.now + (7 * DAY if remember else 30 * DAY)
        return self.keep(
            Held(opened.secret, True, None, None, self.now, ends, remember, self.now)  # noqa: FBT003
        )

    @rule(
        target=held,
        limit=st.sampled_from([None, OBJECT]),
        seconds=st.sampled_from([None, 1, 3_600, 5 * 86_400, 2**31 - 1]),
    )
    def get_token(self, *, limit: str | None, seconds: int | None) -> Any:
        if len(self.all) >= MOST:
            return multiple()
        validity = None if seconds is None else timedelta(seconds=seconds)
        wish = Wish(username=self.name, password=PASSWORD, object_id=limit, validity=validity)
        issued = self.run(self.here.core.tokens.issue(HERE, wish))
        ends = self.now + min(validity or timedelta(seconds=300), 30 * DAY)
        return self.keep(
            Held(issued.secret, False, None, limit, self.now, ends, False, self.now)  # noqa: FBT003
        )

    @rule(target=held, one=held, remember=st.booleans())
    def open_with_it(self, one: Held, *, remember: bool) -> Any:
        by = self.principal(one)
        if by is None or by.kind is not CredentialKind.TOKEN or len(self.all) >= MOST:
            return multiple()
        opened = self.run(self.here.core.exchange.open_session(by, HERE, remember=remember))
        ends = min(self.now + (7 * DAY if remember else 30 * DAY), one.begun + 30 * DAY)
        if self.hardened:
            ends = min(ends, one.ends)
        return self.keep(
            Held(opened.secret, True, one, one.limit, one.begun, ends, remember, self.now)  # noqa: FBT003
        )

    @rule(target=held, one=held)
    def mint_with_it(self, one: Held) -> Any:
        by = self.principal(one)
        if by is None or len(self.all) >= MOST:
            return multiple()
        issued = self.run(self.here.core.exchange.mint(by, HERE))
        ends = min(self.now + DAY, one.begun + 30 * DAY)
        if self.hardened or (not one.is_session and one.limit is not None):
            ends = min(ends, one.ends)
        return self.keep(
            Held(issued.secret, False, one, one.limit, one.begun, ends, False, self.now)  # noqa: FBT003
        )

    @rule(one=consumes(held))
    def log_out(self, one: Held) -> None:
        counted = one.counts(self.now)
        try:
            self.run(self.here.core.exchange.log_out(HERE, **one.presented))
        except NoSession:
            # Idleness is judged in favour of a logout, by a minute at most: never refused if live.
            assert not counted
            return
        self.end(one)

    @rule(one=held)
    def revoke_itself(self, one: Held) -> None:
        by = self.principal(one)
        if by is not None:
            self.run(self.here.core.tokens.revoke(by, HERE, user=None, token=None))
            self.end(one)

    @rule()
    def force_out(self) -> None:
        self.run(self.here.core.sessions.force_out(self.here.by, HERE, [self.name]))
        for one in self.all:
            one.ended = True

    @rule(hours=st.sampled_from([0.01, 1, 2.9, 3.5, 25, 24 * 8, 24 * 31]))
    def wait(self, hours: float) -> None:
        self.here.clock.advance(hours=hours)

    def end(self, root: Held) -> None:
        for one in self.all:
            if one.descends_from(root):
                one.ended = True

    @invariant()
    def each_counts_exactly_if_the_model_says_so(self) -> None:
        for one in self.all:
            expected = one.counts(self.now)
            found = self.principal(one)
            assert (found is not None) is expected, one
            if found is not None:
                assert found.object_id == one.limit
                assert found.chain_started_at == one.begun
                assert found.expires_at == one.ends


@pytest.mark.parametrize("mode", ["compat", "hardened"])
def test_no_sequence_of_trades_widens_or_outlives_what_it_began_with(
    template: Path, tmp_path: Path, mode: str
) -> None:
    """Limits, chain age and ends agree with the model after any sequence (checklist 28)."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        entering = stack.enter_async_context(world(template, tmp_path / "home", mode=mode))
        Trading.here = runner.run(_on(entering))
        Trading.runner = runner
        Trading.hardened = mode == "hardened"
        try:
            run_state_machine_as_test(
                Trading,
                settings=settings(
                    max_examples=60,
                    stateful_step_count=25,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(stack.aclose())


async def _on(entering: Any) -> World:
    found: World = await entering
    return found
