"""The epoch of one home: a counter in a shared memory map, with a ring of the last moves.

Every process of the home maps the same file. A reader compares eight bytes; only when they
differ does it read the ring for whom the moves concern. A reader that was away for more moves
than the ring holds, or that finds an entry half written, is told that everything moved.

Nothing in the file counts once the processes that map it have ended: a backup may leave it out.
"""

import contextlib
import fcntl
import mmap
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from gatepass.core.store import EVERYTHING, Scope, ScopeKind

SLOTS = 1024
_KINDS = frozenset(int(kind) for kind in ScopeKind)
_ENTRY = struct.Struct("<16sQB3xI")
"""Whom a move concerns, its number, how far it reaches, and a checksum of the three."""
_HEAD = 64
"""Bytes: how many moves there were, then how many commits with moves began or ended."""
_SIZE = _HEAD + SLOTS * _ENTRY.size


class Epoch:
    """This process's view of the home's epoch."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with self._alone():
            # Written, not only stretched: on a full disk a map with holes would end the process.
            size = os.fstat(self._file).st_size
            os.pwrite(self._file, bytes(max(0, _SIZE - size)), size)
        self._map = mmap.mmap(self._file, _SIZE)
        self._view = memoryview(self._map)
        self._counter = self._view[:8].cast("Q")
        self._commits = self._view[8:16].cast("Q")
        with self._alone():
            self._settle()
        self._seen = self._counter[0]

    def close(self) -> None:
        """Let go of the map; a second time does nothing."""
        if self._map.closed:
            return
        self._counter.release()
        self._commits.release()
        self._view.release()
        self._map.close()
        os.close(self._file)

    @property
    def position(self) -> tuple[int, int]:
        """Return how often the epoch has moved, and how many moves are not heard of yet."""
        now = self._counter[0]
        return now, now - self._seen

    @contextlib.contextmanager
    def moving(self, scopes: Sequence[Scope]) -> Iterator[None]:
        """Tell every process of the home of the moves of a commit, which is done inside.

        Told before it, nobody uses what it makes untrue once another has seen what it makes true;
        and what is read meanwhile, from before it or after, nobody keeps.
        """
        with self._alone():
            self._settle()
            self._commits[0] += 1
            try:
                self._tell(scopes)
                yield
            finally:
                self._commits[0] += 1

    def stillness(self) -> int | None:
        """Return a number that stays the same while no commit moves anything, None during one."""
        commits = self._commits[0]
        return None if commits % 2 else commits

    def _tell(self, scopes: Sequence[Scope]) -> None:
        number = self._counter[0]
        for scope in scopes:
            number += 1
            _ENTRY.pack_into(self._map, _place(number), *_sealed(scope.key, number, scope.kind))
        self._counter[0] = number

    def _settle(self) -> None:
        """End, alone, the commit of a process that was killed in the middle of it."""
        self._commits[0] += self._commits[0] % 2

    def moves(self) -> Sequence[Scope]:
        """Return what moved since the last call in this process."""
        now = self._counter[0]
        if now == self._seen:
            return ()
        seen, self._seen = self._seen, now
        if not 0 < now - seen < SLOTS:
            return (EVERYTHING,)
        moved = []
        for number in range(seen + 1, now + 1):
            entry = _ENTRY.unpack_from(self._map, _place(number))
            key, written, kind, _ = entry
            # Another process may have come round the ring and be writing here this very moment.
            if written != number or kind not in _KINDS or entry != _sealed(key, written, kind):
                return (EVERYTHING,)
            moved.append(Scope(kind=ScopeKind(kind), key=key))
        return moved

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from writing here; a killed one lets go."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)


def _place(number: int) -> int:
    return _HEAD + (number % SLOTS) * _ENTRY.size


def _sealed(key: bytes, number: int, kind: int) -> tuple[bytes, int, int, int]:
    return key, number, kind, zlib.crc32(key, number + kind)
