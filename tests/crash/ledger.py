"""What the server acknowledged: after a crash it must know it, neither more dead nor more alive."""

from dataclasses import dataclass, field
from enum import Enum


class Fate(Enum):
    """What may be said of something after a crash."""

    LIVE = "live"
    DEAD = "dead"
    EITHER = "either"
    """Its end was asked for and never acknowledged."""


@dataclass(eq=False)
class Credential:
    """A session or token whose secret a client was handed."""

    headers: dict[str, str] = field(repr=False)
    own: bool = True
    """Whether the client's own account holds it, not one that came just in time."""
    fate: Fate = Fate.LIVE


@dataclass(eq=False)
class Key:
    """A trusted secret of one Org, shown to its administrator."""

    text: str = field(repr=False)
    fate: Fate = Fate.LIVE


@dataclass
class Ledger:
    """What one client was told. Clients share nothing, so what each was told has one order."""

    credentials: list[Credential] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    """Accounts that were acknowledged as created with their group."""
    perhaps_created: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def note(self, act: str) -> None:
        self.counts[act] = self.counts.get(act, 0) + 1

    def of(self, fate: Fate) -> list[Credential]:
        return [one for one in self.credentials if one.fate is fate]
