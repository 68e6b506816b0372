"""The access log in JSON is written another way than the rest: the lines are to be the same."""

import asyncio
import io
import json
from typing import Any

import pytest

from gatepass.core.errors import CoreError, NotAuthenticated, NotPermitted
from gatepass.http import log
from gatepass.http.log import MOST_AT_ONCE, AccessLog, JsonAccessLog

SCOPE = {
    "method": "GET",
    "path": "/api/rest/2.0/auth/session/user",
    "client": ("127.0.0.1", 4711),
    "gatepass.incident": "6f9619ff-8b86-4011-b42d-00c04fc964ff",
}


class Pieces(io.StringIO):
    """A file that remembers each piece written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def write(self, text: str) -> int:
        self.pieces.append(text)
        return super().write(text)


async def lines(access: AccessLog, out: io.StringIO, refusal: CoreError | None) -> list[Any]:
    access.request(SCOPE, 200, b"req-1", 0.0123456, refusal)
    await asyncio.sleep(0)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(
    "refusal", [None, NotPermitted("ADMINISTRATION"), NotAuthenticated("expired credential")]
)
async def test_a_line_is_the_one_that_the_common_way_writes(refusal: CoreError | None) -> None:
    out, common = io.StringIO(), io.StringIO()
    quick = log.configure("json", "info", out)
    assert isinstance(quick, JsonAccessLog)
    [line] = await lines(quick, out, refusal)

    log.configure("json", "info", common)
    [expected] = await lines(AccessLog(), common, refusal)

    assert list(line) == list(expected)
    assert line.pop("timestamp")[-1] == expected.pop("timestamp")[-1] == "Z"
    assert line == expected


def test_only_json_that_shows_requests_is_written_so() -> None:
    assert type(log.configure("pretty", "info", io.StringIO())) is AccessLog
    assert type(log.configure("json", "warning", io.StringIO())) is AccessLog


async def test_lines_of_one_turn_leave_together_whole_and_in_order() -> None:
    out = Pieces()
    quick = JsonAccessLog(out)

    for number in range(100):
        quick.request(SCOPE, 200, b"req-%d" % number, 0.001, None)
    await asyncio.sleep(0)

    assert 1 < len(out.pieces) < 20
    assert all(len(piece) <= MOST_AT_ONCE and piece.endswith("\n") for piece in out.pieces)
    ids = [json.loads(line)["request_id"] for line in out.getvalue().splitlines()]
    assert ids == [f"req-{number}" for number in range(100)]
