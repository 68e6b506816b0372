"""Rows to processes: who serves from this store, or did so lately."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from gatepass.core.processes import Process
from gatepass.storage.schema import processes
from gatepass.storage.statements import MICROSECOND, Link, Prepared, to_micros, to_time

_c = processes.c
_TOLD: dict[str, BindParameter[Any]] = {
    one.name: bindparam(f"new_{one.name}") for one in processes.columns if one is not _c.id
}
_ADD = Prepared(insert(processes).values(id=bindparam("key"), **_TOLD))
_UPDATE = Prepared(update(processes).where(_c.id == bindparam("key")).values(**_TOLD))
_REMOVE = Prepared(delete(processes).where(_c.id == bindparam("key")))
_LATEST = Prepared(
    select(*processes.columns).order_by(_c.seen_at.desc(), _c.id).limit(bindparam("most"))
)
_PRUNE = Prepared(
    delete(processes).where(
        _c.id.in_(select(_c.id).where(_c.seen_at < bindparam("before")).limit(bindparam("most")))
    )
)


class Processes:
    """The desk of processes."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def put(self, process: Process) -> None:
        """Write what a process tells of itself over what it told before."""
        told = {
            "node": process.node,
            "pid": process.pid,
            "version": process.version,
            "started_at": to_micros(process.started_at),
            "seen_at": to_micros(process.seen_at),
            "followed": process.followed,
            "looked": None if process.looked is None else process.looked // MICROSECOND,
        }
        values = {f"new_{name}": value for name, value in told.items()}
        if not await self._link.run(_UPDATE, key=process.id, **values):
            await self._link.run(_ADD, key=process.id, **values)

    async def remove(self, process_id: str) -> None:
        """Delete the row of a process, if it has one."""
        await self._link.run(_REMOVE, key=process_id)

    async def latest(self, most: int) -> list[Process]:
        """Return at most so many, who was there last first."""
        return [
            Process(
                id=row[0],
                node=row[1],
                pid=row[2],
                version=row[3],
                started_at=to_time(row[4]),
                seen_at=to_time(row[5]),
                followed=row[6],
                looked=None if row[7] is None else timedelta(microseconds=row[7]),
            )
            for row in await self._link.all(_LATEST, most=most)
        ]

    async def prune(self, before: datetime, most: int) -> int:
        """Delete at most so many of those that were last there before then."""
        return await self._link.run(_PRUNE, before=to_micros(before), most=most)
