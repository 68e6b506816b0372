"""What the cluster is, and the settings of its looks that are changed while serving."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from gatepass.core.audit import record
from gatepass.core.entitlements import require
from gatepass.core.errors import InvalidParameter, NotPermitted
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.orgs import ALL_GROUP
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import ALL_ORGS, PRIMARY_ORG, Principal, Record, Source
from gatepass.core.standing import still
from gatepass.core.store import Transaction

SYSTEM_INFO_ADMINISTRATION = "SYSTEM_INFO_ADMINISTRATION"
APPLICATION_ADMINISTRATION = "APPLICATION_ADMINISTRATION"
CLUSTER, CONFIGURATION = "cluster", "configuration"
LONGEST_VALUE = 1024

DEFAULTS = {
    "clusterName": "gatepass",
    "timeZone": "UTC",
    "locale": "en_US",
    "dateFormat": "MM/dd/yyyy",
    "dateTimeFormat": "MM/dd/yyyy HH:mm",
    "timeFormat": "HH:mm",
    "onboardingContentUrl": "",
}
"""Every setting that may be changed while serving, and what it is until then."""


class ClusterInfo(Record, frozen=True):
    """What the cluster is: its id, how many people it has, and its settings."""

    id: str
    people: int
    configuration: dict[str, str]


class System:
    """Acts on the cluster itself."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def info(self, by: Principal) -> ClusterInfo:
        """Return what the cluster is; its id is made when it is first asked for.

        Raises:
            NotPermitted: the principal may not look at the system.
        """
        require(by, self._means.rules, SYSTEM_INFO_ADMINISTRATION)

        async def work(tx: Transaction) -> tuple[bytes | None, int, dict[str, str]]:
            everyone = await tx.groups.by_key(PRIMARY_ORG, name_key(ALL_GROUP))
            people = 0 if everyone is None else await tx.groups.size(everyone.id)
            return await tx.settings.get(CLUSTER, None), people, await _changed(tx)

        kept, people, changed = await self._means.store.scan(work)
        cluster_id = await self._id() if kept is None else msgspec.json.decode(kept)["id"]
        return ClusterInfo(id=cluster_id, people=people, configuration={**DEFAULTS, **changed})

    async def configuration(self, by: Principal) -> dict[str, str]:
        """Return the settings that the system shows; raises as ``info`` does."""
        require(by, self._means.rules, SYSTEM_INFO_ADMINISTRATION)
        return {**DEFAULTS, **await self._means.store.read(_changed)}

    async def overrides(self, by: Principal) -> dict[str, str]:
        """Return the settings that were changed while serving.

        Raises:
            NotPermitted: the principal may not manage the application.
        """
        require(by, self._means.rules, APPLICATION_ADMINISTRATION)
        return await self._means.store.read(_changed)

    async def configure(self, by: Principal, source: Source, changes: Mapping[str, Any]) -> None:
        """Change settings: all that are named, or none.

        Raises:
            NotPermitted: the principal may not manage the application, or is not in Primary.
            InvalidParameter: there is no such setting, or a value will not do.
        """
        require(by, self._means.rules, APPLICATION_ADMINISTRATION)
        for name, value in changes.items():
            _check(name, value)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await still(tx, self._means, by, now, APPLICATION_ADMINISTRATION)
            if caller.org_id != PRIMARY_ORG:
                raise NotPermitted(f"{ADMINISTRATION} in the Primary Org")
            after = {**await _changed(tx), **changes}
            await tx.settings.put(CONFIGURATION, None, msgspec.json.encode(after))
            await record(
                tx,
                self._means,
                "system.configure",
                at=now,
                source=source,
                org_id=ALL_ORGS,
                by=caller,
                changes=dict(changes),
            )

        await self._means.store.write(work)

    async def _id(self) -> str:
        made = self._means.random.id()

        async def work(tx: Transaction) -> str:
            kept = await tx.settings.get(CLUSTER, None)
            if kept is not None:
                return str(msgspec.json.decode(kept)["id"])
            await tx.settings.put(CLUSTER, None, msgspec.json.encode({"id": made}))
            return made

        return await self._means.store.write(work)


async def _changed(tx: Transaction) -> dict[str, str]:
    kept = await tx.settings.get(CONFIGURATION, None)
    return {} if kept is None else msgspec.json.decode(kept, type=dict[str, str])


def _check(name: str, value: object) -> None:
    if name not in DEFAULTS:
        raise InvalidParameter("configuration", f"no setting {name!r}")
    if not isinstance(value, str) or len(value) > LONGEST_VALUE or not value.isprintable():
        raise InvalidParameter(name, f"is a text of at most {LONGEST_VALUE} characters")
    if name == "timeZone" and not _is_time_zone(value):
        raise InvalidParameter(name, "is the name of a time zone")
    if name == "onboardingContentUrl":
        # Clients show it as a link: a script must not stand there.
        if value and not value.lower().startswith(("https://", "http://")):
            raise InvalidParameter(name, "begins with https:// or http://, or is empty")
    elif not value:
        raise InvalidParameter(name, "is not empty")


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
