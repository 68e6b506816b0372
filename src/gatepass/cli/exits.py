"""How a command ends: the exit codes, and which refusal ends with which."""

import os
from enum import IntEnum
from typing import Self

from gatepass.core.errors import (
    AlreadyExists,
    Busy,
    NotFound,
    TooManyGuesses,
    WeakPassword,
)
from gatepass.settings import Misconfigured


class ExitCode(IntEnum):
    """Every code that a command ends with; those from 64 to 78 are of sysexits.h."""

    DONE = os.EX_OK, "Done."
    REFUSED = 1, "Refused: the rules, or what is stored, do not allow it; or doctor found red."
    USAGE = 2, "The command was not understood; nothing was done."
    NOT_STARTED = 3, "The server could not start; its log says why."
    DIFFERENT = 4, "There is a difference between the server and a world file (world plan)."
    UNAVAILABLE = os.EX_UNAVAILABLE, "The address to listen on is taken or cannot be used."
    BUSY = os.EX_TEMPFAIL, "The store was busy; nothing was done, and the same may succeed later."
    CONFIGURATION = os.EX_CONFIG, "The home or a setting cannot be used as it is."
    INTERRUPTED = 130, "Interrupted from the keyboard."

    meaning: str

    def __new__(cls, value: int, meaning: str) -> Self:
        """Make a code that knows what it means."""
        code = int.__new__(cls, value)
        code._value_ = value
        code.meaning = meaning
        return code


class CannotListen(Exception):
    """The address to listen on is taken or cannot be used; the text says what to do."""


class Refusal(Exception):
    """A refusal of the command line's own; the text says what to do."""


LISTINGS = {
    "user": "gatepass account list",
    "Org": "gatepass org list",
    "group": "gatepass group list --org ORG",
    "session": "gatepass session list",
    "refusal": "gatepass audit search --refused (a refusal is written within 2 s)",
}


def explain(error: Exception) -> tuple[ExitCode, str]:
    """Return how a failed command ends, and the one line that it says."""
    if isinstance(error, Misconfigured):
        return ExitCode.CONFIGURATION, str(error)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return ExitCode.CONFIGURATION, f"{where}{error.strerror or error}"
    if isinstance(error, CannotListen):
        return ExitCode.UNAVAILABLE, str(error)
    if isinstance(error, Busy | TooManyGuesses):
        return ExitCode.BUSY, str(error)
    return ExitCode.REFUSED, f"{error}{_advice(error)}"


def _advice(error: Exception) -> str:
    if isinstance(error, NotFound) and error.kind in LISTINGS:
        return f"; what there is: {LISTINGS[error.kind]}"
    if isinstance(error, WeakPassword):
        return "; choose another, or allow this one: --allow-weak"
    if isinstance(error, AlreadyExists):
        return "; choose another name"
    return ""
