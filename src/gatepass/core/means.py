"""What every act works with: the store, the clock, randomness, rules, hashing and sealing."""

from dataclasses import dataclass

from gatepass.core.activity import Activity
from gatepass.core.clock import Clock
from gatepass.core.crypto import Randomness, Sealer
from gatepass.core.flood import Flood
from gatepass.core.hashing import Hasher
from gatepass.core.processes import Itself
from gatepass.core.remembered import RememberedPasswords
from gatepass.core.rules import Rules
from gatepass.core.store import Store
from gatepass.core.tallies import Tallies


@dataclass(frozen=True, slots=True)
class Means:
    """The ports and values that a core is built from."""

    store: Store
    clock: Clock
    random: Randomness
    rules: Rules
    hasher: Hasher
    remembered: RememberedPasswords
    sealer: Sealer
    flood: Flood
    activity: Activity
    tallies: Tallies
    itself: Itself
