"""The wire itself: requests that stop, drip, are too large or no requests at all."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tests.adjusted import adjusted
from tests.http.sockets import HEALTH, HOST, Served, post, served
from tests.world import PASSWORD, World

SECOND = adjusted(request_timeout=timedelta(seconds=1))
BLINK = adjusted(request_timeout=timedelta(seconds=0.2))
BODY = json.dumps({"username": "mira", "password": PASSWORD}).encode()
LIMIT = 1_048_576


@pytest.fixture
async def wire(here: World) -> AsyncIterator[Served]:
    """The world of the test, listening."""
    async with served(here) as found:
        yield found


@SECOND
@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"G",
        b"GET /healthz HTTP/1.1\r\nHo",
        b"GET /healthz HTTP/1.1\r\nHost: gatepass.test\r\n",
        b"\r\n\r\n",
        post("auth/token/full", BODY)[:-1],
        post("auth/token/full", b"x" * 500_000)[:300_000],
        b"POST /api/rest/2.0/auth/token/full HTTP/1.1\r\n"
        + HOST
        + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
    ids=["nothing", "letter", "head", "lines", "line ends", "body", "long body", "chunk"],
)
async def test_a_request_that_stops_in_the_middle_is_cut(wire: Served, begun: bytes) -> None:
    """After 10 s by default, here after one; nobody else waits for it."""
    line = await wire.line()
    started = time.monotonic()
    await line.send(begun)
    other = await wire.line()

    assert (await other.ask(HEALTH)).status == 200
    assert await line.rest() == b""
    assert 0.9 <= time.monotonic() - started < 10


@SECOND
async def test_a_request_that_stops_after_another_was_answered_is_cut(wire: Served) -> None:
    line = await wire.line()
    assert (await line.ask(HEALTH)).status == 200

    await line.send(HEALTH[:20])

    started = time.monotonic()
    assert await line.rest() == b""
    assert time.monotonic() - started < 4


@SECOND
@pytest.mark.parametrize("drip", [b"X-A: b\r\n", b"\r\n", b"a"], ids=["lines", "ends", "letters"])
async def test_a_slow_drip_of_header_bytes_is_cut(wire: Served, drip: bytes) -> None:
    """However steadily it drips: the whole head has to come within the time."""
    line = await wire.line()
    if drip != b"\r\n":
        await line.send(b"GET /healthz HTTP/1.1\r\n")
    started = time.monotonic()

    while time.monotonic() - started < 10 and not line.reader.at_eof():
        try:
            await line.send(drip)
            await asyncio.wait_for(line.reader.read(1), 0.2)
        except TimeoutError:
            continue
        except ConnectionError:
            break

    assert time.monotonic() - started < 8


@SECOND
async def test_line_ends_do_not_keep_an_idle_connection_open(wire: Served) -> None:
    line = await wire.line()
    assert (await line.ask(HEALTH)).status == 200

    await line.send(b"\r\n")

    started = time.monotonic()
    assert await line.rest() == b""
    assert time.monotonic() - started < 4


@SECOND
async def test_a_body_that_keeps_moving_is_taken(wire: Served) -> None:
    await wire.here.account()
    line = await wire.line()
    request = post("auth/token/full", BODY)

    await line.send(request[: -len(BODY)])
    for start in range(0, len(BODY), 10):
        await asyncio.sleep(0.3)
        await line.send(BODY[start : start + 10])

    assert (await line.answer()).status == 200


@BLINK
async def test_a_body_that_moves_for_ever_is_cut_in_the_end(wire: Served) -> None:
    """After twelve times the time that it may stand still."""
    line = await wire.line()
    await line.send(post("auth/token/full", b" " * 100_000)[:300])
    started = time.monotonic()

    while time.monotonic() - started < 15 and not line.reader.at_eof():
        try:
            await line.send(b" ")
            await asyncio.wait_for(line.reader.read(1), 0.05)
        except TimeoutError:
            continue
        except ConnectionError:
            break

    assert time.monotonic() - started < 10


@SECOND
async def test_keep_alive_outlives_the_time_between_requests(wire: Served) -> None:
    await wire.here.account()
    line = await wire.line()

    for _ in range(3):
        assert (await line.ask(post("auth/token/full", BODY))).status == 200
        await asyncio.sleep(0.7)
    assert (await line.ask(HEALTH)).status == 200
    await asyncio.sleep(1.3)
    assert (await line.ask(HEALTH)).status == 200


@SECOND
async def test_pipelined_requests_are_answered_in_order(wire: Served) -> None:
    await wire.here.account()
    line = await wire.line()
    unknown = b"GET /nothing HTTP/1.1\r\n" + HOST + b"\r\n"

    await line.send(
        HEALTH + post("auth/token/full", BODY) + unknown + HEALTH + post("auth/token/revoke", b"")
    )

    assert [(await line.answer()).status for _ in range(5)] == [200, 200, 404, 200, 401]


@SECOND
async def test_a_request_pipelined_in_part_may_be_completed(wire: Served) -> None:
    await wire.here.account()
    line = await wire.line()
    request = post("auth/token/full", BODY)

    await line.send(request + request[:100])
    assert (await line.answer()).status == 200
    await line.send(request[100:])
    assert (await line.answer()).status == 200


@SECOND
async def test_many_pipelined_bytes_are_no_large_head(wire: Served) -> None:
    line = await wire.line()
    request = post("auth/token/full", b" " * 60_000)

    await line.send(request * 2 + HEALTH[:30])
    assert (await line.answer()).status == 400
    assert (await line.answer()).status == 400
    await line.send(HEALTH[30:])
    assert (await line.answer()).status == 200


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\nX-Long: " + b"a" * 65_536 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nX-Long: " + b"a" * 70_000,
        b"GET /healthz HTTP/1.1\r\n" + b"X-Many: a\r\n" * 7_000 + b"\r\n",
        b"GET /" + b"a" * 65_536 + b" HTTP/1.1\r\n\r\n",
        b"GET /healthz?" + b"a" * 65_536 + b" HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nCookie: JSESSIONID=" + b"a" * 65_536 + b"\r\n\r\n",
    ],
    ids=["value", "unfinished", "many", "path", "query", "cookie"],
)
async def test_a_head_over_64_kb_is_431(wire: Served, head: bytes) -> None:
    line = await wire.line()

    answer = await line.ask(head)

    assert answer.refusal == (431, 10002)
    assert answer.headers["connection"] == "close"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert await line.rest() == b""


async def test_a_head_over_64_kb_that_comes_in_pieces_is_431(wire: Served) -> None:
    line = await wire.line()
    await line.send(b"GET /healthz HTTP/1.1\r\n")
    for _ in range(7):
        await line.send(b"X-Piece: " + b"a" * 10_000 + b"\r\n")
        await asyncio.sleep(0.01)

    assert (await line.answer()).refusal == (431, 10002)


async def test_a_head_under_64_kb_is_read(wire: Served) -> None:
    line = await wire.line()

    answer = await line.ask(HEALTH[:-2] + b"X-Long: " + b"a" * 60_000 + b"\r\n\r\n")

    assert answer.status == 200
    assert (await line.ask(HEALTH)).status == 200


MALFORMED = [
    b"nonsense\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /healthz HTTP/9.9\r\n\r\n",
    b"FROB /healthz HTTP/1.1\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nNo colon\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nSpace : x\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nNul: a\x00b\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\n: nothing\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: gatepass.test\r\nhost: evil.example\r\n\r\n",
    b"POST /healthz HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /healthz HTTP/1.1\r\nContent-Length: 1x\r\n\r\n",
    b"POST /healthz HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
    b"POST /healthz HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
    b"POST /healthz HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
]


@pytest.mark.parametrize("request_", MALFORMED, ids=lambda raw: repr(raw[:44]))
async def test_what_is_no_http_is_400_in_json_with_an_incident_id_that_is_in_the_log(
    wire: Served, request_: bytes
) -> None:
    line = await wire.line()

    with capture_logs() as logs:
        answer = await line.ask(request_)
        rest = await line.rest()

    if answer.status == 405:  # read as far as the body, which is what is wrong
        return
    assert answer.refusal == (400, 10002)
    assert answer.headers["connection"] == "close"
    assert rest == b""
    incidents = [one["incident_id"] for one in logs if one["event"] == "unread"]
    assert incidents == [answer.json["error"]["message"]["incident_id_guid"]]


@pytest.mark.parametrize(
    "target",
    [b"*", b"http://gatepass.test/nothing", b"/n\xc3\xb6", b"/%zz", b"/a%0d%0aX: y", b"//"],
)
async def test_odd_targets_are_refused_in_json(wire: Served, target: bytes) -> None:
    line = await wire.line()
    method = b"OPTIONS" if target == b"*" else b"GET"

    answer = await line.ask(method + b" " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n")

    assert answer.refusal in {(400, 10002), (404, 10002)}
    assert "x" not in answer.headers


async def test_a_body_over_1_mb_is_413_as_soon_as_it_is_announced(wire: Served) -> None:
    line = await wire.line()
    head = post("auth/token/full", b"")[:-2].replace(b"Length: 0", b"Length: %d" % (LIMIT + 1))

    assert (await line.ask(head + b"\r\n")).refusal == (413, 10002)


async def test_a_body_over_1_mb_in_chunks_is_413(wire: Served) -> None:
    line = await wire.line()
    head = b"POST /api/rest/2.0/auth/token/full HTTP/1.1\r\n" + HOST
    await line.send(head + b"Transfer-Encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"

    await line.send(chunk * 17)

    assert (await line.answer()).refusal == (413, 10002)


async def test_a_body_of_1_mb_is_read_and_the_connection_goes_on(wire: Served) -> None:
    line = await wire.line()

    assert (await line.ask(post("auth/token/full", b" " * LIMIT))).refusal == (400, 10002)
    assert (await line.ask(HEALTH)).status == 200


async def test_a_body_that_no_operation_reads_spoils_nothing(wire: Served) -> None:
    """The next request on the connection is not mistaken for a part of it."""
    line = await wire.line()

    for path in ("calendars/search", "no/such/path", "auth/session/user"):
        answer = await line.ask(post(path, b"GET /x HTTP/1.1\r\n\r\n"))
        assert answer.status in {501, 404, 405}
    assert (await line.ask(HEALTH)).status == 200


async def test_head_has_the_headers_and_no_body(wire: Served) -> None:
    line = await wire.line()

    await line.send(b"HEAD /api/rest/2.0/auth/session/user HTTP/1.1\r\n" + HOST + b"\r\n")
    answer = await line.answer(head_only=True)

    assert answer.status == 405
    assert answer.headers["allow"] == "GET"
    assert (await line.ask(HEALTH)).json == {"status": "ok"}


async def test_a_client_that_waits_to_be_asked_for_its_body_is_asked(wire: Served) -> None:
    await wire.here.account()
    line = await wire.line()
    request = post("auth/token/full", BODY, b"Expect: 100-continue")

    await line.send(request[: -len(BODY)])
    assert (await line.answer(head_only=True)).status == 100
    await line.send(BODY)
    assert (await line.answer()).status == 200


async def test_an_offer_to_upgrade_is_not_taken_and_does_no_harm(wire: Served) -> None:
    """Some clients offer HTTP/2 with their first request."""
    await wire.here.account()
    line = await wire.line()
    offer = (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABk")

    assert (await line.ask(post("auth/token/full", BODY, *offer))).status == 200
    assert (await line.ask(HEALTH)).status == 200
    assert (await line.ask(HEALTH[:-2] + b"\r\n".join([*offer, b"", b""]))).status == 200
    assert (await line.ask(HEALTH)).status == 200


async def test_a_client_of_http_1_0_is_answered_and_closed(wire: Served) -> None:
    line = await wire.line()

    assert (await line.ask(b"GET /healthz HTTP/1.0\r\n\r\n")).status == 200
    assert await line.rest() == b""


async def test_204_has_no_length_and_no_encoding_on_the_wire(wire: Served) -> None:
    await wire.here.account()
    line = await wire.line()

    answer = await line.ask(post("auth/session/login", BODY))

    assert answer.status == 204
    assert not {"content-length", "transfer-encoding", "content-type"} & set(answer.headers)
    assert (await line.ask(HEALTH)).status == 200
