"""A short soak: a server under everything at once keeps its memory and files, and its word."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.victim import Victim
from tests.soak.soaking import Plan, soak
from tests.soak.watching import Bounds, Sample, judge

GENEROUS = Bounds(p99_ms=2000)
"""Beside other tests on a small machine: what counts here is what grows."""
CALM = Sample(at=0, memory_mb=80, descriptors=40, log_mb=4, lag=1, p99_ms=5)


def test_nothing_grows_within_twenty_seconds_of_everything(tmp_path: Path) -> None:
    report = soak(tmp_path / "home", Plan(seconds=20, bounds=GENEROUS))

    assert report.complaints == []
    done = set(report.acknowledged)
    for path in (
        "auth/session/login",
        "auth/token/full",
        "auth/token/custom",
        "auth/session/logout",
        "users/force-logout",
        "roles/create",
        "metadata/search",
        "logs/fetch",
    ):
        assert path in done, path


def test_connections_that_pile_up_are_noticed(tmp_path: Path) -> None:
    """The harness sees what a server really holds open."""
    left_open: list[socket.socket] = []

    def leak(victim: Victim) -> None:
        for _ in range(5):
            one = socket.create_connection(("127.0.0.1", victim.port))
            left_open.append(one)
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: gatepass.test\r\n\r\n")
            assert one.recv(1024)

    try:
        report = soak(tmp_path / "home", Plan(seconds=5, bounds=GENEROUS, meanwhile=leak))
    finally:
        for one in left_open:
            one.close()

    assert [one.partition(":")[0] for one in report.complaints] == ["descriptors grew by"]


@pytest.mark.parametrize(
    ("field", "step", "what"),
    [
        ("memory_mb", 1.0, "memory grew by MB"),
        ("descriptors", 1, "descriptors grew by"),
        ("log_mb", 3.0, "largest write-ahead log, MB"),
        ("lag", 30.0, "largest epoch lag, moves"),
        ("p99_ms", 10.0, "p99 at the end, ms"),
    ],
)
def test_what_grows_from_sample_to_sample_is_told_by_name(
    field: str, step: float, what: str
) -> None:
    samples = [replace(CALM, **{field: getattr(CALM, field) + step * at}) for at in range(60)]

    (complaint,) = judge(samples, Bounds())

    assert complaint.startswith(what)


def test_what_grows_while_it_warms_up_or_for_a_moment_is_let_be() -> None:
    warm = [replace(CALM, memory_mb=20 + 4 * at) for at in range(15)]
    spike = replace(CALM, memory_mb=200, descriptors=90)
    samples = [*warm, *[CALM] * 20, spike, *[CALM] * 24]

    assert judge(samples, Bounds()) == []


def test_too_few_samples_say_nothing() -> None:
    with pytest.raises(ValueError, match="too few"):
        judge([CALM] * 3, Bounds())
