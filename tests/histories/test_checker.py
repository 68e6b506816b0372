"""The checker itself: it finds what is wrong with bad histories, and nothing with good ones."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.histories.checker import Call, Model, is_linearizable
from tests.histories.models import Bought, account, secret

YES, NO = True, False
ACCOUNT = account(Bought({2: 1, 3: 2}), "north")
LOGIN = Call("login", None, (1, "north"), 0, 10)


def call(act: str, given: Any, answer: Any, made: int, answered: int) -> Call:
    return Call(act, given, answer, made, answered)


GOOD = {
    "used before and after its end": [
        LOGIN,
        call("use", 1, YES, 20, 30),
        call("end", 1, YES, 40, 50),
        call("use", 1, NO, 60, 70),
    ],
    "used while it ends": [
        LOGIN,
        call("end", 1, YES, 20, 50),
        call("use", 1, NO, 25, 30),
        call("use", 1, YES, 21, 24),
        call("end", 1, NO, 22, 49),
    ],
    "bought while its parent ends": [
        LOGIN,
        call("end", 1, YES, 20, 50),
        call("buy", 1, 2, 30, 40),
        call("use", 2, NO, 41, 45),
    ],
    "two who switch Orgs at once": [
        LOGIN,
        call("login", "south", (4, "south"), 20, 50),
        call("login", "east", (5, "east"), 20, 50),
        call("login", None, (6, "south"), 60, 70),
    ],
}
BAD = {
    "used after its end": [
        LOGIN,
        call("end", 1, YES, 20, 30),
        call("use", 1, YES, 31, 40),
    ],
    "refused before its end was asked for": [
        LOGIN,
        call("use", 1, NO, 20, 30),
        call("end", 1, YES, 31, 40),
    ],
    "ended twice": [
        LOGIN,
        call("end", 1, YES, 20, 50),
        call("end", 1, YES, 20, 50),
    ],
    "dead, then alive": [
        LOGIN,
        call("end", 1, YES, 20, 90),
        call("use", 1, NO, 30, 40),
        call("use", 1, YES, 50, 60),
    ],
    "the child outlives what it was bought with": [
        LOGIN,
        call("buy", 1, 2, 20, 30),
        call("buy", 2, 3, 31, 32),
        call("end", 1, YES, 40, 50),
        call("use", 3, YES, 60, 70),
    ],
    "bought with what was forced out": [
        LOGIN,
        call("force out", None, None, 20, 30),
        call("buy", 1, 2, 40, 50),
    ],
    "lost on a worker": [LOGIN, call("use", 1, YES, 20, 30), call("use", 1, NO, 40, 50)],
    "the Org that was left": [
        LOGIN,
        call("login", "south", (4, "south"), 20, 30),
        call("login", None, (5, "north"), 40, 50),
    ],
    "two Orgs in turn that cannot both be the last": [
        LOGIN,
        call("login", "south", (4, "south"), 20, 50),
        call("login", "east", (5, "east"), 20, 50),
        call("login", None, (6, "south"), 60, 70),
        call("login", None, (7, "east"), 80, 90),
    ],
}
BAD_SECRETS = {
    "the old key after the rotation": [
        call("switch on", None, "old", 0, 10),
        call("switch off", None, None, 20, 30),
        call("switch on", None, "new", 40, 50),
        call("mint", "old", YES, 60, 70),
    ],
    "a new one beside the live one": [
        call("switch on", None, "old", 0, 10),
        call("switch on", None, "new", 20, 30),
    ],
    "refused while on": [call("switch on", None, "k", 0, 10), call("mint", "k", NO, 20, 30)],
}


@pytest.mark.parametrize("name", GOOD)
def test_a_history_that_can_have_happened_passes(name: str) -> None:
    assert is_linearizable(GOOD[name], ACCOUNT)


@pytest.mark.parametrize("name", BAD)
def test_a_history_that_cannot_have_happened_is_found(name: str) -> None:
    assert not is_linearizable(BAD[name], ACCOUNT)


@pytest.mark.parametrize("name", BAD_SECRETS)
def test_a_bad_history_of_a_secret_is_found(name: str) -> None:
    assert not is_linearizable(BAD_SECRETS[name], secret())


def step(state: int, one: Call) -> int | None:
    if one.act == "write":
        return int(one.given)
    return state if one.answer == state else None


REGISTER = Model(0, step)
spans = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda at: (at[0], at[0] + at[1]))
calls = st.builds(
    lambda act, value, span: Call(act, value, value, *span),
    st.sampled_from(["read", "write"]),
    st.integers(0, 2),
    spans,
)


def by_trying_every_order(history: list[Call]) -> bool:
    """Say the same, slowly and obviously."""
    for order in permutations(history):
        if any(
            later.answered < earlier.made
            for place, earlier in enumerate(order)
            for later in order[place + 1 :]
        ):
            continue
        state: int | None = REGISTER.first
        for one in order:
            state = None if state is None else step(state, one)
        if state is not None:
            return True
    return False


@given(st.lists(calls, max_size=6))
def test_it_agrees_with_trying_every_order(history: list[Call]) -> None:
    assert is_linearizable(history, REGISTER) is by_trying_every_order(history)
