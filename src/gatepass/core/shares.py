"""Who may do what with an object: the terms of sharing, and the one function that decides."""

from collections.abc import Mapping
from enum import StrEnum

from gatepass.core.records import Record


class ShareMode(StrEnum):
    """What one may do with an object, from nothing to everything."""

    NO_ACCESS = "NO_ACCESS"
    READ_ONLY = "READ_ONLY"
    MODIFY = "MODIFY"

    @property
    def rank(self) -> int:
        """How much it allows: more is greater."""
        return _RANKS[self]


_RANKS = {mode: rank for rank, mode in enumerate(ShareMode)}


class PartyKind(StrEnum):
    """What an object may be shared with."""

    ACCOUNT = "USER"
    GROUP = "USER_GROUP"


class Party(Record, frozen=True):
    """An account or a group in one Org, with all that sharing asks of it."""

    id: str
    kind: PartyKind
    groups: frozenset[str]
    """The groups that it is in and all that those are nested in; a group counts itself."""
    administers: bool


class Shares(Record, frozen=True):
    """What is granted on one object, by account and by group; no grant is NO_ACCESS."""

    accounts: Mapping[str, ShareMode] = {}
    groups: Mapping[str, ShareMode] = {}

    def granted(self, kind: PartyKind, party_id: str) -> ShareMode:
        """Return what is granted to this one itself, whatever it is in."""
        grants = self.accounts if kind is PartyKind.ACCOUNT else self.groups
        return grants.get(party_id, ShareMode.NO_ACCESS)


NOTHING_SHARED = Shares()


def permission(party: Party, owner_id: str, shares: Shares) -> ShareMode:
    """Return what the party may do with an object of this owner and with these grants.

    Administrators and the owner may do everything; for all others the greatest counts of what is
    granted to themselves, to their groups, and to the groups that those are nested in. The store
    has the same rule as a condition (``header_search.permitted``); a test holds both against a
    slow model.
    """
    if party.administers or (party.kind is PartyKind.ACCOUNT and party.id == owner_id):
        return ShareMode.MODIFY
    modes = [mode for group, mode in shares.groups.items() if group in party.groups]
    modes.append(shares.granted(party.kind, party.id))
    return max(modes, key=lambda mode: mode.rank)
