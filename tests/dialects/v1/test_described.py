"""What is said of the operations of v1: complete, and with examples that the server understands."""

from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from gatepass.dialects.v1 import DESCRIBED, PREFIX, ROOTED, operations
from gatepass.dialects.v1.bodies import FORM, decode
from gatepass.http.origins import Allowlists, Lists, Origins
from gatepass.http.routing import NoBody, Operation
from tests.world import World

OPERATIONS = operations(
    Origins(Allowlists(Lists())), logout_without_session="ok", get_login_token=True
)


def test_nothing_else_is_described() -> None:
    assert set(DESCRIBED) == {one.name for one in OPERATIONS}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_an_example_is_understood_whole(operation: Operation[Any]) -> None:
    example = DESCRIBED[operation.name].example
    assert (example is None) == (operation.body is NoBody)
    if example is None:
        return
    texts = {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in example.items()
    }
    assert set(texts) <= set(operation.body.__struct_fields__)
    sent = urlencode(texts).encode()

    read = decode(operation, FORM.encode(), sent, sent)

    assert all(getattr(read, name) is not None for name in texts)


async def test_what_stands_at_the_root_is_served_there(here: World) -> None:
    for path in ROOTED:
        assert (await here.client.get(path)).status_code == 401
        assert (await here.client.get(PREFIX + path)).status_code == 401
