"""What an account and a trusted secret do, one call at a time."""

from dataclasses import dataclass, field

from tests.histories.checker import Call, Model

AccountState = tuple[frozenset[int], str]
"""Which credentials count, and in which Org the account signed in last."""


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
    """Sessions and tokens of one account that last signed in to this Org."""

    def step(state: AccountState, call: Call) -> AccountState | None:
        live, last = state
        match call.act:
            case "login":
                number, found = call.answer
                chosen = call.given or last
                right = found in {None, chosen}
                return (live | {number}, chosen) if right else None
            case "buy":
                right = (call.answer is not None) is (call.given in live)
                made = frozenset() if call.answer is None else frozenset({call.answer})
                return (live | made, last) if right else None
            case "use":
                return state if call.answer is (call.given in live) else None
            case "end":
                right = call.answer is (call.given in live)
                return (live - bought.with_all_below(call.given), last) if right else None
            case "force out":
                return frozenset(), last
        raise AssertionError(call.act)

    return Model((frozenset(), org), step)


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
