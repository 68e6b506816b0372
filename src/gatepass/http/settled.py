"""Security settings of the store, brought to where requests are judged, before the next one is."""

from gatepass.core import Core
from gatepass.core.origin_entries import frame_source
from gatepass.core.security import Stored
from gatepass.http.credentials import Cookies
from gatepass.http.origins import Allowlists, Lists, Senders

TRIES, UNSEEN = 3, -1
UNCONCERNED = frozenset({"/healthz", "/metrics", "/readyz"})
"""They go by no setting, and say how things stand: the first answers while the store is away, the
second tells how far this process is behind, which to look before it does would hide."""


class Settled:
    """What this process holds of the stored settings; it looks again when everything moved."""

    def __init__(self, core: Core, lists: Allowlists, cookies: Cookies) -> None:
        self._core = core
        self._lists = lists
        self._cookies = cookies
        self._always_partitioned = cookies.partitioned
        self._seen = UNSEEN

    def is_behind(self, path: str) -> bool:
        """Say whether a request has to wait for settings that may have changed; costs no I/O."""
        try:
            return path not in UNCONCERNED and self._core.gate.upheavals() != self._seen
        except Exception:  # noqa: BLE001 - a store that is broken may have changed
            return True

    async def catch_up(self) -> None:
        """Hold what the store has by now; where it does not answer, the settings file's alone."""
        try:
            seen, stored = await self._look()
            for _ in range(TRIES - 1):
                if seen == UNSEEN:
                    seen, stored = await self._look()
        except Exception:  # noqa: BLE001 - in doubt less is allowed; the request meets the fault
            self._seen = UNSEEN
            self._lists.add(Lists())
            self._cookies.partitioned = self._always_partitioned
        else:
            self._seen = seen
            self._hold(stored)

    async def _look(self) -> tuple[int, Stored]:
        """Return the settings, and as of when; read during a commit they may be older than that."""
        before = self._core.gate.calm()
        stored = await self._core.security.stored()
        calm = before[1] is not None and before == self._core.gate.calm()
        return before[0] if calm else UNSEEN, stored

    def _hold(self, stored: Stored) -> None:
        cluster = stored.cluster
        senders = Senders.of(cluster.cors)
        of_orgs = {org_id: Senders.of(cors) for org_id, cors in stored.cors_of_orgs.items()}
        # A redirect goes to whole origins only: what has a star in it is no target.
        targets = Senders.of([*cluster.cors, *cluster.redirects]).exact
        frames = map(frame_source, cluster.csp.embed_hosts)
        stored_lists = Lists(
            senders=frozenset(),
            frames=frozenset(one for one in frames if one is not None),
            targets=targets,
        )
        self._lists.add(stored_lists, senders, of_orgs)
        self._cookies.partitioned = self._always_partitioned or cluster.partitioned
