"""Rows of settings that are changed while serving, of the cluster and of Orgs."""

from sqlalchemy import bindparam, delete, insert, select

from gatepass.storage.schema import cluster_settings, org_settings
from gatepass.storage.statements import Link, Prepared

_NAMED = cluster_settings.c.name == bindparam("of")
_NAMED_OF_ORG = (
    org_settings.c.org_id == bindparam("org"),
    org_settings.c.name == bindparam("of"),
)
_GET = Prepared(select(cluster_settings.c.body).where(_NAMED))
_DROP = Prepared(delete(cluster_settings).where(_NAMED))
_ADD = Prepared(insert(cluster_settings))
_GET_OF_ORG = Prepared(select(org_settings.c.body).where(*_NAMED_OF_ORG))
_DROP_OF_ORG = Prepared(delete(org_settings).where(*_NAMED_OF_ORG))
_ADD_OF_ORG = Prepared(insert(org_settings))
_OF_ORGS = Prepared(
    select(org_settings.c.org_id, org_settings.c.body).where(org_settings.c.name == bindparam("of"))
)


class SettingRows:
    """The setting desk."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def get(self, name: str, org_id: int | None) -> bytes | None:
        """Return the setting's JSON, None if it was never set."""
        if org_id is None:
            row = await self._link.one(_GET, of=name)
        else:
            row = await self._link.one(_GET_OF_ORG, of=name, org=org_id)
        return None if row is None else str(row[0]).encode()

    async def of_orgs(self, name: str) -> dict[int, bytes]:
        """Return the setting's JSON by Org, of those that have set it."""
        return {row[0]: row[1].encode() for row in await self._link.all(_OF_ORGS, of=name)}

    async def put(self, name: str, org_id: int | None, body: bytes) -> None:
        """Set it."""
        text = body.decode()
        if org_id is None:
            await self._link.run(_DROP, of=name)
            await self._link.run(_ADD, name=name, body=text)
        else:
            await self._link.run(_DROP_OF_ORG, of=name, org=org_id)
            await self._link.run(_ADD_OF_ORG, org_id=org_id, name=name, body=text)
