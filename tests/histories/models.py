"""What an account and a trusted secret do, one call at a time."""

from dataclasses import dataclass, field
from functools import partial

from tests.histories.checker import Call, Model

AccountState = tuple[frozenset[tuple[int, str]], str]
"""Which credentials count and in which Org, and the Org in which the account worked last."""


@dataclass
class Bought:
    """What was bought with what: fixed at the sale, so it is no part of the state."""

    parents: dict[int, int] = field(default_factory=dict)

    def with_all_below(self, root: int) -> frozenset[int]:
        below = {root}
        # A child's number is above its parent's.
        for child, parent in sorted(self.parents.items()):
            if parent in below:
                below.add(child)
        return frozenset(below)


def account(bought: Bought, org: str) -> Model[AccountState]:
    """Sessions and tokens of one account that last worked in this Org."""
    return Model((frozenset(), org), partial(_after, bought))


def _after(bought: Bought, state: AccountState, call: Call) -> AccountState | None:
    """Return what an account's state is after a call, None where its answer is wrong."""
    places, last = dict(state[0]), state[1]
    given, answer, right = call.given, call.answer, True
    match call.act:
        case "login":
            last = places[answer] = given or last
        case "use":
            right = answer == places.get(given)
        case "buy":
            right = (answer is not None) is (given in places)
            if answer is not None:
                places[answer] = places.get(given, "")
        case "switch":
            number, org = given
            right = answer is (number in places)
            if answer:
                last = places[number] = org
        case "end":
            right = answer is (given in places)
            for one in bought.with_all_below(given):
                places.pop(one, None)
        case "force out":
            places.clear()
        case other:
            raise AssertionError(other)
    return (frozenset(places.items()), last) if right else None


def secret() -> Model[str]:
    """The trusted secret of one Org; empty while trusted authentication is off."""

    def step(state: str, call: Call) -> str | None:
        match call.act:
            case "switch off":
                return ""
            case "switch on":
                return str(call.answer) if state in {"", call.answer} else None
            case "mint":
                return state if call.answer is (call.given == state) else None
        raise AssertionError(call.act)

    return Model("", step)
