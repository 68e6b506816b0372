"""The epoch of a home: every process hears of every move, or else that everything moved."""

import multiprocessing
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatepass.core.store import EVERYTHING, Scope
from gatepass.storage.epoch import SLOTS, Epoch
from tests.storage.rows import new_digest, new_id


class Ring:
    """An epoch file, and as many processes' views of it as a test wants."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.views: list[Epoch] = []

    def view(self) -> Epoch:
        self.views.append(Epoch(self.path))
        return self.views[-1]


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[Ring]:
    ring = Ring(tmp_path / "epoch")
    yield ring
    for view in ring.views:
        view.close()


def move(epoch: Epoch, told: Sequence[Scope]) -> None:
    with epoch.moving(told):
        pass


def scopes(count: int) -> list[Scope]:
    return [Scope.credential(new_digest()) for _ in range(count)]


def test_every_view_hears_each_move_once(ring: Ring) -> None:
    views = [ring.view() for _ in range(3)]
    told = [Scope.account(new_id()), EVERYTHING, *scopes(2)]

    move(views[0], told)

    for view in views:
        assert view.moves() == told
        assert view.moves() == ()


def test_a_view_hears_nothing_of_what_was_before_it(ring: Ring) -> None:
    move(ring.view(), scopes(3))

    assert ring.view().moves() == ()


def test_the_counter_goes_on_where_the_last_process_left_it(ring: Ring) -> None:
    first = ring.view()
    move(first, scopes(5))
    first.close()
    second, third = ring.view(), ring.view()

    told = scopes(2)
    move(second, told)

    assert third.moves() == told


@pytest.mark.parametrize("missed", [SLOTS - 1, SLOTS, SLOTS + 1, 3 * SLOTS])
def test_who_was_away_for_more_than_the_ring_holds_hears_that_everything_moved(
    ring: Ring, missed: int
) -> None:
    view, other = ring.view(), ring.view()
    told = scopes(missed)

    for start in range(0, missed, 50):
        move(other, told[start : start + 50])

    assert list(view.moves()) == (told if missed < SLOTS else [EVERYTHING])


def test_one_commit_with_more_moves_than_the_ring_holds_is_heard_as_everything(ring: Ring) -> None:
    view = ring.view()

    move(view, scopes(SLOTS + 5))

    assert view.moves() == (EVERYTHING,)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 27), flipped=st.integers(1, 255))
def test_an_entry_half_written_is_heard_as_everything(ring: Ring, place: int, flipped: int) -> None:
    view, other = ring.view(), ring.view()
    move(other, scopes(1))
    number = int.from_bytes(ring.path.read_bytes()[:8], "little")
    # 28 of an entry's 32 bytes mean something: key, number and kind, and behind them the checksum.
    at = 64 + (number % SLOTS) * 32 + (place if place < 25 else place + 3)
    with ring.path.open("r+b") as file:
        file.seek(at)
        before = file.read(1)[0]
        file.seek(at)
        file.write(bytes([before ^ flipped]))

    assert view.moves() == (EVERYTHING,)


def test_a_counter_that_went_back_is_heard_as_everything(ring: Ring) -> None:
    view, other = ring.view(), ring.view()
    move(other, scopes(9))
    view.moves()

    with ring.path.open("r+b") as file:
        file.write((3).to_bytes(8, "little"))

    assert view.moves() == (EVERYTHING,)


def test_the_file_is_its_owners_alone_and_has_no_holes(ring: Ring) -> None:
    ring.view()
    found = ring.path.stat()

    assert stat.S_IMODE(found.st_mode) == 0o600
    assert found.st_blocks * 512 >= found.st_size


def test_a_file_cut_short_is_made_whole_again(ring: Ring) -> None:
    move(ring.view(), scopes(1))
    os.truncate(ring.path, 100)

    view, other = ring.view(), ring.view()
    told = scopes(2)
    move(other, told)

    assert view.moves() == told


def _advance_often(path: Path, times: int) -> None:
    epoch = Epoch(path)
    for _ in range(times):
        move(epoch, scopes(3))
    epoch.close()


def test_processes_that_begin_and_move_at_once_lose_no_move(ring: Ring) -> None:
    """Each counts on from the other, also where both make the file."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_advance_often, args=(ring.path, 200)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=30)

    assert [process.exitcode for process in processes] == [0, 0]
    assert int.from_bytes(ring.path.read_bytes()[:8], "little") == 1200


def test_a_move_is_told_before_its_commit_and_none_is_still_until_after_it(ring: Ring) -> None:
    """Nobody uses what one commit makes untrue once another has seen it (checklist 65)."""
    writer, other = ring.view(), ring.view()
    told, before = scopes(2), other.stillness()

    with writer.moving(told):
        assert other.moves() == told
        assert other.stillness() is None

    assert other.stillness() not in {None, before}
    assert other.moves() == ()


def test_a_commit_that_fails_leaves_nothing_on_its_way(ring: Ring) -> None:
    writer, other = ring.view(), ring.view()

    def fail() -> None:
        with writer.moving(scopes(1)):
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        fail()

    assert other.stillness() is not None


def die_in_the_middle(path: Path) -> None:
    with Epoch(path).moving(scopes(1)):
        os._exit(9)


@pytest.mark.parametrize("mended_by", ["a start", "a commit"])
def test_a_process_killed_during_its_commit_keeps_nobody_from_remembering(
    ring: Ring, mended_by: str
) -> None:
    """Until the next commit or start nothing is kept, which is slow and true."""
    other = ring.view()
    process = multiprocessing.get_context("spawn").Process(
        target=die_in_the_middle, args=(ring.path,)
    )
    process.start()
    process.join(timeout=30)
    assert process.exitcode == 9
    assert other.stillness() is None
    assert len(other.moves()) == 1

    if mended_by == "a start":
        ring.view()
    else:
        move(other, scopes(1))

    assert other.stillness() is not None
