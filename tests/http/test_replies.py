"""What every reply carries, and the bodies of what is refused before an operation is found."""

import re
import uuid
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from gatepass.dialects import beta
from gatepass.dialects.v2_0.auth import operations
from gatepass.dialects.v2_0.unbuilt import UNBUILT
from tests.adjusted import UNAUTHORIZED
from tests.world import OWN, V2, World, headers, refusal

OPERATIONS = [(one.method, one.path) for one in operations("unauthorized")]
BETAS = [
    (one.method, f"{prefix}/{one.path}")
    for prefix in (beta.PREFIX, beta.EARLIER)
    for one in beta.operations(beta.written("millis"), get_login=True)
]
USER = f"{V2}/auth/session/user"


async def ask(here: World, method: str, path: str, **more: Any) -> httpx2.Response:
    here.client.cookies.clear()
    return await here.client.request(method, path, **more)


async def test_a_request_id_that_comes_is_answered(here: World) -> None:
    for given in ("a", "x" * 128, "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11", "A.b_c:d/e+f="):
        reply = await ask(here, "GET", USER, headers={"X-Request-Id": given})
        assert reply.headers.get_list("x-request-id") == [given]


@pytest.mark.parametrize("given", ["", "x" * 129, "a b", "a\tb", "ümlaut", "<b>", 'a"b', "{a}"])
async def test_a_request_id_that_could_spoil_a_log_is_replaced(here: World, given: str) -> None:
    """Nothing foreign gets into a line of a log (checklist 60)."""
    reply = await ask(here, "GET", USER, headers={"X-Request-Id": given.encode()})

    (own,) = reply.headers.get_list("x-request-id")
    assert str(uuid.UUID(own)) == own


async def test_without_one_each_request_gets_one(here: World) -> None:
    seen = {(await ask(here, "GET", "/healthz")).headers["x-request-id"] for _ in range(3)}

    assert len(seen) == 3


async def test_the_incident_id_of_the_body_is_in_the_log(here: World) -> None:
    """With method, path, status, request id and refusal, and nothing secret (checklist 58)."""
    with capture_logs() as logs:
        reply = await ask(here, "GET", f"{USER}?token=canary", headers={**headers(bearer="canary")})

    (line,) = logs
    message = reply.json()["error"]["message"]
    assert line["incident_id"] == message["incident_id_guid"]
    assert line["request_id"] == reply.headers["x-request-id"]
    assert (line["method"], line["path"], line["status"]) == ("GET", USER, 401)
    assert line["refusal"] == "not_authenticated"
    assert line["reason"]
    assert "canary" not in str(line)


async def test_a_fault_is_logged_with_its_traceback_under_the_same_incident_id(
    here: World,
) -> None:
    """Generic outside, and all of it in the log (checklist 61)."""
    await here.account()
    token = await here.token()
    here.core.means.store.close()

    with capture_logs() as logs:
        reply = await ask(here, "GET", USER, headers=headers(bearer=token))

    assert refusal(reply) == (500, 10038)
    assert set(reply.json()["error"]["message"].values()) >= {10038, "unexpected error"}
    faults = [line for line in logs if line["event"] == "fault"]
    assert [line["incident_id"] for line in faults] == [
        reply.json()["error"]["message"]["incident_id_guid"]
    ]
    assert faults[0]["exc_info"] is not None
    assert reply.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *[(method, f"{V2}/{path}") for method, path in OPERATIONS],
        *BETAS,
        ("GET", f"{beta.EARLIER}/nothing"),
        ("GET", f"{V2}/nothing"),
        ("DELETE", USER),
        ("POST", f"{V2}/calendars/search"),
        ("GET", f"{OWN}/sessions"),
        ("GET", f"{OWN}/nothing"),
        ("GET", "/v2/elsewhere"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("POST", "/healthz"),
    ],
)
async def test_every_answer_is_json_and_kept_by_nobody(here: World, method: str, path: str) -> None:
    """`no-store`, so on all that carries a token too (checklist 23)."""
    reply = await ask(here, method, path)

    assert reply.status_code != 204
    assert reply.headers["content-type"] == "application/json"
    assert int(reply.headers["content-length"]) == len(reply.content)
    assert reply.json()
    assert "no-store" in reply.headers["cache-control"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert "server" not in reply.headers


async def test_what_carries_a_token_or_cookie_is_kept_by_nobody(here: World) -> None:
    """All token routes (checklist 23)."""
    await here.account()
    cookie, token = await here.login(), await here.token()
    body = {"username": "mira", "password": "Qp-battery-staple-7", "object_id": "x"}
    sent = headers(bearer=token)

    for reply in (
        await here.post("auth/session/login", body),
        await here.post("auth/token/full", body),
        await here.post("auth/token/object", body),
        await here.get("auth/session/token", headers=sent),
        await here.post("auth/token/validate", {"token": token}, headers=sent),
        await here.post("auth/session/logout", headers=headers(cookie=cookie)),
    ):
        assert reply.is_success
        assert "no-store" in reply.headers["cache-control"]


async def test_204_has_neither_body_nor_content_type(here: World) -> None:
    await here.account()
    body = {"username": "mira", "password": "Qp-battery-staple-7"}
    sent = headers(bearer=await here.token())

    for reply in (
        await here.post("auth/session/login", body),
        await here.post("auth/token/revoke", headers=sent),
        await here.post("auth/session/logout", headers=headers(cookie=await here.login())),
    ):
        assert reply.status_code == 204
        assert reply.content == b""
        assert "content-type" not in reply.headers


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
async def test_another_method_is_405_with_the_right_one_named(
    here: World, method: str, path: str
) -> None:
    others = {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"} - {method}
    for other in sorted(others):
        reply = await ask(here, other, f"{V2}/{path}")
        assert reply.status_code == 405
        assert reply.headers["allow"] == method
        if other != "HEAD":
            assert refusal(reply) == (405, 10002)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_the_probes_answer_get_and_head_and_refuse_the_rest_in_json(
    here: World, path: str
) -> None:
    for method in ("GET", "HEAD"):
        assert (await ask(here, method, path)).status_code == 200
    for method in ("POST", "DELETE", "OPTIONS"):
        reply = await ask(here, method, path)
        assert refusal(reply) == (405, 10002)
        assert reply.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path",
    [
        "/v2/elsewhere",
        "/elsewhere",
        "/api",
        "/api/rest",
        "/api/rest/2.0",
        "/api/rest/2.0/",
        "/api/rest/2.0x/auth/session/user",
        "/api/rest/v3/session",
        f"{V2}/auth",
        f"{V2}/AUTH/session/user",
        f"{V2}/auth/session/User",
        f"{V2}/auth/session/user/more",
        f"{V2}/auth%2Fsession%2Fnobody",
        f"{V2}/%00",
        f"{V2}/../../healthz",
        f"{V2}/" + "a/" * 500,
    ],
)
async def test_an_unknown_path_is_404(here: World, path: str) -> None:
    for method in ("GET", "POST"):
        reply = await ask(here, method, path)
        assert refusal(reply) == (404, 10002)
        assert "location" not in reply.headers


async def test_a_trailing_slash_is_tolerated(here: World) -> None:
    await here.account()
    sent = headers(bearer=await here.token())

    assert (await ask(here, "GET", f"{USER}/", headers=sent)).status_code == 200
    assert (await ask(here, "POST", f"{V2}/auth/token/revoke/", headers=sent)).status_code == 204


def filled(path: str) -> str:
    return f"{V2}/{re.sub('{[^}]*}', 'some-id', path)}"


@pytest.mark.parametrize(
    ("method", "path", "name"), UNBUILT, ids=[f"{one[0]} {one[1]}" for one in UNBUILT]
)
async def test_what_is_not_built_is_501_by_name_before_any_credential_is_looked_at(
    here: World, method: str, path: str, name: str
) -> None:
    for sent in ({}, headers(bearer="dead"), {"Content-Type": "image/png"}):
        reply = await ask(here, method, filled(path), headers=sent, content=b"\x00")
        assert refusal(reply) == (501, 10000)
        assert name in reply.json()["error"]["message"]["debug"]
        assert "www-authenticate" not in reply.headers
    other = await ask(here, "PATCH", filled(path))
    assert refusal(other) == (405, 10002)
    assert method in other.headers["allow"].split(", ")


async def test_a_readiness_probe_says_no_once_the_store_is_gone(here: World) -> None:
    good = await ask(here, "GET", "/readyz")
    here.core.means.store.close()
    bad = await ask(here, "GET", "/readyz")

    assert (good.status_code, good.json()["status"]) == (200, "ready")
    assert bad.status_code in {500, 503}
    assert bad.headers["content-type"] == "application/json"
    assert (await ask(here, "GET", "/healthz")).status_code == 200


async def test_a_refused_credential_says_how_to_send_one(here: World) -> None:
    for sent in ({}, headers(bearer="dead"), headers(cookie="dead"), {"Authorization": "Basic x"}):
        reply = await ask(here, "GET", USER, headers=sent)
        assert refusal(reply) == UNAUTHORIZED
        assert reply.headers["www-authenticate"] == "Bearer"
