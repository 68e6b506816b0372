"""Ids and secrets of the system's generator."""

import uuid
from datetime import UTC, datetime, timedelta

from gatepass.core.crypto import SystemRandomness


def test_an_id_is_a_version_4_uuid_in_its_usual_spelling() -> None:
    ids = {SystemRandomness().id() for _ in range(1000)}

    assert len(ids) == 1000
    for text in ids:
        found = uuid.UUID(text)
        assert (str(found), found.version, found.variant) == (text, 4, uuid.RFC_4122)


def test_every_free_bit_of_an_id_is_random() -> None:
    numbers = [uuid.UUID(SystemRandomness().id()).int for _ in range(200)]
    ever_set, always_set = 0, (1 << 128) - 1
    for number in numbers:
        ever_set |= number
        always_set &= number

    assert (ever_set & ~always_set).bit_count() == 122


def test_ids_of_rows_are_version_7_and_sort_by_time() -> None:
    noon = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
    texts = [
        SystemRandomness().row_id(noon + timedelta(milliseconds=number)) for number in range(500)
    ]

    assert texts == sorted(texts)
    for number, text in enumerate(texts):
        found = uuid.UUID(text)
        assert (str(found), found.version, found.variant) == (text, 7, uuid.RFC_4122)
        assert found.int >> 80 == int(noon.timestamp() * 1000) + number


def test_ids_of_rows_of_one_moment_differ_in_every_free_bit() -> None:
    noon = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
    ever_set, always_set = 0, (1 << 128) - 1
    for _ in range(200):
        number = uuid.UUID(SystemRandomness().row_id(noon)).int
        ever_set |= number
        always_set &= number

    assert (ever_set & ~always_set).bit_count() == 74
