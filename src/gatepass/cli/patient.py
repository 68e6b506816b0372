"""What ``gatepass doctor`` examines: every fact that a symptom is told by, gathered once."""

import asyncio
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from gatepass import app
from gatepass.core.checkup import Vitals
from gatepass.core.errors import CoreError
from gatepass.settings import Misconfigured, Settings


class State(StrEnum):
    """How grave a finding is."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    UNKNOWN = "unknown"
    """It could not be looked at; another finding says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found, and what to do about it."""

    state: State
    found: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """A home with its settings, and what was found in it."""

    home: Path
    settings: Settings
    database: Path
    """The file of an embedded store; the one it would have, if the store is on a server."""
    embedded: bool
    now: datetime
    cores: int
    free_bytes: int
    key_problem: str | None
    store_problem: str | None
    vitals: Vitals | None
    secret_days: int


def gather(home: Path, settings: Settings, *, secret_days: int) -> Patient:
    """Look at everything, whatever is missing.

    Raises:
        Misconfigured: the store is of a kind that this command cannot look at.
    """
    embedded = app.database_path(home, settings)
    database = embedded or app.embedded_path(home)
    key_problem = store_problem = None
    vitals = None
    try:
        app.master_key(home)
    except Misconfigured as error:
        key_problem = str(error)
    try:
        app.check_store(home, settings)
        if key_problem is None:
            vitals = asyncio.run(_look(home, settings))
    except (Misconfigured, CoreError, OSError, sqlite3.Error) as error:
        store_problem = str(error)
    return Patient(
        home=home,
        settings=settings,
        database=database,
        embedded=embedded is not None,
        now=datetime.now(UTC),
        cores=app.cores(),
        free_bytes=shutil.disk_usage(_existing(database)).free,
        key_problem=key_problem,
        store_problem=store_problem,
        vitals=vitals,
        secret_days=secret_days,
    )


async def _look(home: Path, settings: Settings) -> Vitals:
    core = app.open_core(home, settings)
    try:
        return await core.checkup.vitals()
    finally:
        await app.close_core(core)


def _existing(path: Path) -> Path:
    return next(one for one in (path, *path.absolute().parents) if one.exists())
