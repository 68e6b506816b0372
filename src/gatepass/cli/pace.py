"""How far an import is, shown on a terminal and nowhere else."""

import sys
import time
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Pace:
    """How long the rest takes, by what lines have taken so far.

    A password costs a hash, which takes a hundred times what the rest of a line does; so the two
    are counted apart.
    """

    def __init__(self, lines: int, passwords: int) -> None:
        self.lines = lines
        self.passwords = passwords
        self._done = self._hashed = 0
        self._seconds = self._hashing = 0.0

    def add(self, *, lines: int, seconds: float, hashed: int, hash_seconds: float) -> None:
        """Count a batch: its lines, what it took in all, and what of that was for hashes."""
        self._done += lines
        self._seconds += seconds - hash_seconds
        self._hashed += hashed
        self._hashing += hash_seconds

    def passed(self, passwords: int) -> None:
        """Count passwords that needed no hash: their accounts were there."""
        self.passwords -= passwords

    @property
    def rest(self) -> float | None:
        """Seconds that the rest takes; None while there is nothing to tell it by."""
        left = max(0, self.passwords - self._hashed)
        if not self._done or (left and not self._hashed):
            return None
        each = self._seconds / self._done
        every = self._hashing / self._hashed if self._hashed else 0.0
        return each * max(0, self.lines - self._done) + every * left


def said(seconds: float | None) -> str:
    """Return a length of time for people."""
    if seconds is None:
        return "time left: not known yet"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min left"
    return f"{minutes} min {rest:02} s left" if minutes else f"{rest} s left"


class Bar(AbstractContextManager["Bar"]):
    """A bar on standard error, if that is a terminal.

    ``beside_output``: lines go to standard output meanwhile; if that is a terminal, there is none.
    """

    def __init__(self, what: str, *, beside_output: bool = False) -> None:
        self._what = what
        self._beside_output = beside_output
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._began = time.monotonic()

    @property
    def shown(self) -> bool:
        """Whether anybody sees it."""
        return sys.stderr.isatty() and not (self._beside_output and sys.stdout.isatty())

    def __enter__(self) -> Self:
        if self.shown:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}  {task.fields[rest]}"),
                console=Console(stderr=True),
                transient=True,
            )
            self._progress.start()
            self._task = self._progress.add_task(self._what, total=None, rate="", rest="")
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def show(self, done: int, total: int | None, rest: str) -> None:
        """Say how far it is."""
        if self._progress is not None and self._task is not None:
            rate = done / max(0.001, time.monotonic() - self._began)
            self._progress.update(
                self._task, completed=done, total=total, rate=f"{rate:,.0f}/s", rest=rest
            )
