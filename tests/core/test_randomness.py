"""Ids and secrets of the system's generator."""

import uuid

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
