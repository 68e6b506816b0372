"""A home: the folder of one installation, with its settings, master key and embedded store."""

import contextlib
import os
import secrets
from pathlib import Path

from gatepass.core.crypto import KEY_BYTES

DATABASE = "gatepass.db"
MASTER_KEY = "master.key"


def make(home: Path) -> None:
    """Make the folder, readable by its owner alone."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)


def database(home: Path) -> Path:
    """Return where the embedded store is."""
    return home / DATABASE


def make_master_key(home: Path) -> None:
    """Write a new master key, with mode 0600; an existing one stays."""
    path = home / MASTER_KEY
    if path.exists():
        return
    # Complete or not there at all: whoever is interrupted leaves no half of a key.
    draft = home / f".{MASTER_KEY}.{secrets.token_hex(4)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()


def read_master_key(home: Path, given: str | None) -> bytes:
    """Return the master key: the given one, in hexadecimal, or else the home's.

    Raises:
        FileNotFoundError: there is none.
        ValueError: it is not 64 hexadecimal digits, or others may read its file.
    """
    if given is None:
        path = home / MASTER_KEY
        if path.stat().st_mode & 0o077:
            raise ValueError(f"{path}: others may read the master key; chmod 600 it")
        given = path.read_text("ascii")
    key = bytes.fromhex(given.strip())
    if len(key) != KEY_BYTES:
        raise ValueError("the master key is 64 hexadecimal digits")
    return key
