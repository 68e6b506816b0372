"""The check of answers against what the vendor publishes: that it would find what is wrong."""

import json
from typing import Any

import pytest

from gatepass.dialects import v2_0
from tests.dialects.v2_0_admin.administering import administrator
from tests.published.answers import complaints, facts, operation_at
from tests.world import World

ROLE: dict[str, Any] = {"id": "r", "name": "keepers", "description": "", "privileges": []}
SERVED = {operation.name: operation for operation in v2_0.operations("unauthorized")}


@pytest.mark.parametrize("name", sorted(facts()["operations"].keys() & SERVED.keys()))
def test_an_operation_that_is_served_is_found_by_its_path(name: str) -> None:
    served = SERVED[name]

    assert operation_at(served.method, served.path) == name


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({}, None),
        ({"privileges": ["DEVELOPER"], "groups": None, "permission": "MODIFY"}, None),
        ({"name": None}, "null, and required"),
        ({"name": 7}, "int, not string"),
        ({"privileges": "DEVELOPER"}, "no list"),
        ({"privileges": ["CAN_MODIDY_FOLDERS"]}, "is none of the words"),
        ({"permission": "SOME"}, "is none of the words"),
        ({"groups_assigned_count": "1"}, "str, not integer"),
        ({"groups_assigned_count": True}, "bool, not integer"),
        ({"deleted": 0}, "int, not boolean"),
        ({"groups": [{"id": 7}]}, "int, not string"),
        ({"groups": ["crew"]}, "no object"),
        ({"colour": "red"}, "not published"),
    ],
    ids=str,
)
def test_what_is_wrong_with_an_answer_is_found(
    change: dict[str, Any], complaint: str | None
) -> None:
    found = complaints("createRole", 200, json.dumps({**ROLE, **change}).encode())

    assert len(found) == (complaint is not None)
    assert complaint is None or found[0].endswith(complaint)


def test_a_missing_field_another_status_and_a_body_too_many_are_found() -> None:
    assert complaints("createRole", 200, b'{"id": "r", "name": "x", "privileges": []}') != []
    assert complaints("createRole", 201, json.dumps(ROLE).encode()) != []
    assert complaints("deleteRole", 204, b"") == []
    assert complaints("deleteRole", 200, b"{}") != []


async def test_every_call_of_the_suite_is_held_against_it(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await administrator(here)
    monkeypatch.setitem(facts()["shapes"]["RoleResponse"], "colour", {"is": "x", "required": True})

    with pytest.raises(AssertionError, match="colour: missing"):
        await admin.make("roles/create", name="keepers")
