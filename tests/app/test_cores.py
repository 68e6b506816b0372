"""How many passwords are hashed at once: as many as there are cores, on those that may be used."""

import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepass.app import close_core, open_core
from tests.world import settings


@pytest.fixture
def one_core() -> Iterator[None]:
    if sys.platform != "linux":
        pytest.skip("only Linux lets a process keep to some cores")
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    yield
    os.sched_setaffinity(0, allowed)


def hashing_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("hashing")}


@pytest.mark.usefixtures("one_core")
@pytest.mark.parametrize(("asked", "threads"), [(0, 1), (3, 3)])
async def test_a_core_has_one_hashing_thread_unless_the_setting_says_so(
    template: Path, asked: int, threads: int
) -> None:
    before = hashing_threads()
    # Slow enough that no thread is idle again before the last password has come in.
    core = open_core(template, settings(hash_threads=asked, hash_memory=19_456))
    try:
        await asyncio.gather(*[core.means.hasher.hash(b"password") for _ in range(20)])
        assert len(hashing_threads() - before) == threads
    finally:
        await close_core(core)
