"""Who is examined: every fact that a symptom is told by, gathered once."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gatepass.core.checkup import Vitals
from gatepass.settings import Settings


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
    """Days after which a trusted secret is old."""


def room(path: Path) -> int:
    """Return the free bytes of the disk where a file is, or would be."""
    there = next(one for one in (path, *path.absolute().parents) if one.exists())
    return shutil.disk_usage(there).free
