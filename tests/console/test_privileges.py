"""Privileges as boxes: each once, and those that administer set apart and explained."""

from gatepass.core.privileges import AUTHORING, PRIVILEGES, is_administrative
from gatepass.pages.console.privileges import ADMINISTRATIVE, SECTIONS, sections


def test_every_privilege_that_may_be_granted_has_one_box() -> None:
    words = [box.word for section in SECTIONS for box in section.boxes]

    assert len(words) == len(set(words))
    assert set(words) == PRIVILEGES - {AUTHORING}


def test_those_that_administer_stand_apart_and_say_what_they_do() -> None:
    assert set(ADMINISTRATIVE) == {word for word in PRIVILEGES if is_administrative(word)}
    for section in SECTIONS:
        assert {is_administrative(box.word) for box in section.boxes} == {section.grave}
    assert all(text.endswith(".") for text in ADMINISTRATIVE.values())


def test_of_what_is_not_offered_no_heading_is_left() -> None:
    assert [one.title for one in sections({"DEVELOPER"})] == ["Development"]
