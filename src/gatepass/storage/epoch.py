"""The epoch of one home: a counter in a shared memory map, with a ring of the last moves.

Every process of the home maps the same file. A reader compares eight bytes; only when they
differ does it read the ring for whom the moves concern. A reader that was away for more moves
than the ring holds, or that finds an entry torn, is told that everything moved.
"""

import fcntl
import mmap
import os
import struct
from collections.abc import Sequence
from pathlib import Path

from gatepass.core.store import EVERYTHING, Scope, ScopeKind

SLOTS = 1024
_KINDS = frozenset(int(kind) for kind in ScopeKind)
_ENTRY = struct.Struct("<16sQB7x")
_HEAD = 64
_SIZE = _HEAD + SLOTS * _ENTRY.size


class Epoch:
    """This process's view of the home's epoch."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.fstat(self._file).st_size < _SIZE:
            os.ftruncate(self._file, _SIZE)
        self._map = mmap.mmap(self._file, _SIZE)
        self._view = memoryview(self._map)
        self._counter = self._view[:8].cast("Q")
        self._seen = self._counter[0]

    def close(self) -> None:
        """Let go of the map."""
        self._counter.release()
        self._view.release()
        self._map.close()
        os.close(self._file)

    def advance(self, scopes: Sequence[Scope]) -> None:
        """Tell every process of the home; called after the commit and before the answer."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            number = self._counter[0]
            for scope in scopes:
                number += 1
                place = _HEAD + (number % SLOTS) * _ENTRY.size
                _ENTRY.pack_into(self._map, place, scope.key, number, scope.kind)
            self._counter[0] = number
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def moves(self) -> Sequence[Scope]:
        """Return what moved since the last call in this process."""
        now = self._counter[0]
        if now == self._seen:
            return ()
        seen, self._seen = self._seen, now
        if not 0 < now - seen < SLOTS // 2:
            return (EVERYTHING,)
        moved = []
        for number in range(seen + 1, now + 1):
            place = _HEAD + (number % SLOTS) * _ENTRY.size
            key, written, kind = _ENTRY.unpack_from(self._map, place)
            if written != number or kind not in _KINDS:
                return (EVERYTHING,)
            moved.append(Scope(kind=ScopeKind(kind), key=key))
        return moved
