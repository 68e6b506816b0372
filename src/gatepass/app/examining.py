"""Examine a home: what ``gatepass doctor`` prints, and a running server shows of itself."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from gatepass.app.cores import cores
from gatepass.app.stores import database_path, embedded_path, master_key
from gatepass.core import Core
from gatepass.core.checkup import Finding, Vitals
from gatepass.core.errors import CoreError
from gatepass.doctor import OLD_SECRET, Patient, examine
from gatepass.doctor.patient import room
from gatepass.settings import Misconfigured, Settings


def patient(
    home: Path,
    settings: Settings,
    *,
    now: datetime,
    vitals: Vitals | None,
    store_problem: str | None,
    secret_days: int = OLD_SECRET,
) -> Patient:
    """Look at all that is outside the store, whatever is missing.

    Raises:
        Misconfigured: the store is of a kind that nobody can look at.
    """
    embedded = database_path(home, settings)
    database = embedded or embedded_path(home)
    return Patient(
        home=home,
        settings=settings,
        database=database,
        embedded=embedded is not None,
        now=now,
        cores=cores(),
        free_bytes=room(database),
        key_problem=key_problem(home),
        store_problem=store_problem,
        vitals=vitals,
        secret_days=secret_days,
    )


def key_problem(home: Path) -> str | None:
    """Return why the master key cannot be used, if it cannot."""
    try:
        master_key(home)
    except Misconfigured as error:
        return str(error)
    return None


def examining(core: Core, home: Path, settings: Settings) -> Callable[[], Awaitable[list[Finding]]]:
    """Return what examines a home that is served from, on the core that serves it.

    Every symptom is looked at, since each can come while a server runs: settings are those that
    it runs with, and the master key is looked for again. The revision of the store was checked at
    the start; here the store is well when it answers.
    """

    async def findings() -> list[Finding]:
        vitals = problem = None
        try:
            vitals = await core.checkup.vitals()
        except CoreError as error:
            problem = str(error)

        def look() -> list[Finding]:
            return examine(
                patient(
                    home, settings, now=core.means.clock(), vitals=vitals, store_problem=problem
                )
            )

        # Files are looked at beside the loop: a disk that hangs must not stop the server.
        return await asyncio.to_thread(look)

    return findings
