"""How the betas word a refusal: the envelope, and every refusal there is in it."""

import uuid

import httpx2
import msgspec
import pytest

from gatepass.core import errors as core
from gatepass.core.errors import CoreError
from gatepass.dialects import beta
from gatepass.dialects.beta.errors import word
from gatepass.dialects.beta.unbuilt import UNBUILT
from gatepass.http import refusals as http
from tests.adjusted import adjusted
from tests.dialects.beta.asking import (
    PREFIXES,
    Envelope,
    ask,
    failure,
    log_in,
    post,
    refused,
)
from tests.refusals import every_refusal, sample
from tests.world import PASSWORD, World

EVERY = sorted(every_refusal(), key=lambda kind: kind.__name__)
INCIDENT = "5b1c1f7a-9d54-4a07-8f0c-0a1b2c3d4e5f"
UPSTREAM_AND_CODE = {
    core.NotAuthenticated: (401, 10003),
    core.NoSession: (401, 10003),
    core.WrongCredentials: (401, 10003),
    core.AccountNotActive: (401, 10003),
    core.SecondFactorRequired: (401, 10003),
    core.TrustedAuthDisabled: (500, 10000),
    core.NotPermitted: (403, 10023),
    core.ScopeTooSmall: (403, 10023),
    core.InvalidParameter: (400, 10002),
    core.OrgNotUsable: (400, 10002),
    core.NotFound: (404, 13003),
    core.TooManyGuesses: (429, 10002),
    core.Busy: (503, 10000),
    http.NoSuchPath: (404, 10002),
    http.WrongMethod: (405, 10002),
    http.NotBuilt: (501, 10000),
    http.BadRequest: (400, 10002),
    http.ForeignOrigin: (403, 10023),
    http.Broken: (500, 10000),
}


def test_it_words_every_refusal_and_no_other() -> None:
    assert set(beta.WORDING) == set(beta.STATUSES) == every_refusal()


@pytest.mark.parametrize("kind", UPSTREAM_AND_CODE, ids=lambda kind: kind.__name__)
def test_each_refusal_has_the_status_and_code_of_the_contract(kind: type[CoreError]) -> None:
    assert beta.WORDING[kind] == UPSTREAM_AND_CODE[kind]


def test_the_status_is_500_but_for_paths_that_are_not_and_too_many_guesses() -> None:
    others = {kind: status for kind, status in beta.STATUSES.items() if status != 500}

    assert others == {http.NoSuchPath: 404, core.TooManyGuesses: 429}


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_the_envelope(kind: type[CoreError]) -> None:
    refusal = sample(kind)

    reply = word(refusal, INCIDENT, "login")

    upstream, code = beta.WORDING[kind]
    said = f"Request failed with status code {upstream}"
    body = msgspec.json.decode(reply.body)
    debug = body["error"]["errors"]["extension"]["exception"]["upstreamResponse"]["data"]["debug"]
    named = refusal.operation if isinstance(refusal, http.NotBuilt) else "login"
    assert body == {
        "error": {
            "errors": {
                "message": said,
                "locations": {"line": 2, "column": 3},
                "path": [f"restapiV2__{named}"],
                "extension": {
                    "service": "CALLOSUM",
                    "code": "BAD_USER_INPUT" if kind is http.BadRequest else "UPSTREAM_FAILURE",
                    "exception": {
                        "service": "CALLOSUM",
                        "upstreamResponse": {
                            "data": {
                                "code": code,
                                "incident_id_guid": INCIDENT,
                                "trace_id_guid": INCIDENT,
                                "debug": debug,
                            },
                            "status": upstream,
                        },
                        "stacktrace": [said],
                    },
                },
            }
        }
    }
    assert debug
    assert not debug.startswith("[")
    assert reply.status == beta.STATUSES[kind]
    assert (b"content-type", b"application/json") in reply.headers


def test_fields_are_named_as_the_betas_name_them() -> None:
    for error, wanted in (
        (core.InvalidParameter("username", "is required"), "userName"),
        (core.OrgNotUsable("org_id"), "orgId"),
        (core.OrgNotUsable("orgid"), "id"),
        (core.InvalidParameter("user_identifiers", "name the users"), "user"),
        (core.InvalidParameter("tsObjectId", "is required"), "tsObjectId"),
    ):
        body = msgspec.json.decode(word(error, INCIDENT, None).body, type=Envelope)
        data = body.error.errors.extension.exception.upstreamResponse.data
        assert data.debug == f"Invalid parameter values {wanted}: {error.reason}"


PATHS = {
    ("GET", "session"): "getSessionInfo",
    ("POST", "session/login"): "login",
    ("POST", "session/gettoken"): "getToken",
    ("POST", "session/revoketoken"): "revokeToken",
    ("PUT", "session/org"): "switchOrg",
    ("POST", "admin/forcelogout"): "forceLogoutUsers",
}


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_a_refusal_names_its_operation(
    here: World, prefix: str, method: str, path: str
) -> None:
    reply = await ask(here, method, path, {}, prefix=prefix)

    assert failure(reply).path == [f"restapiV2__{PATHS[method, path]}"]


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_the_ids_are_one_new_uuid_each_time(here: World, prefix: str) -> None:
    seen = set()
    for _ in range(3):
        errors = failure(await ask(here, "GET", "session", prefix=prefix))
        data = errors.extension.exception.upstreamResponse.data
        assert str(uuid.UUID(data.incident_id_guid)) == data.incident_id_guid
        seen.add(data.incident_id_guid)
    assert len(seen) == 3


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_a_path_that_is_not_is_404(here: World, prefix: str) -> None:
    for path in ("nothing", "session/login/more", "Session/login", ""):
        assert refused(await ask(here, "GET", path, prefix=prefix), status=404) == (404, 10002)


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_what_is_not_served_is_named(here: World, prefix: str) -> None:
    for method, path, name in UNBUILT:
        reply = await ask(here, method, path, prefix=prefix)
        assert refused(reply) == (501, 10000)
        assert failure(reply).path == [f"restapiV2__{name}"]
        assert name in failure(reply).extension.exception.upstreamResponse.data.debug


async def test_a_wrong_method_is_named_inside(here: World) -> None:
    for method, path in (("DELETE", "session"), ("PUT", "session/login"), ("GET", "session/org")):
        reply = await ask(here, method, path)
        assert refused(reply) == (405, 10002)
        assert reply.headers["allow"]


async def test_a_body_past_the_limit_is_refused(here: World) -> None:
    assert refused(await log_in(here, b" " * 1_048_577)) == (413, 10002)


@adjusted(flood_limit=2)
async def test_throttling_stays_429(here: World) -> None:
    for _ in range(3):
        await log_in(here, {"userName": "nobody", "password": "no"})

    reply = await log_in(here, {"userName": "nobody", "password": "no"})

    assert refused(reply, status=429) == (429, 10002)
    assert int(reply.headers["retry-after"]) > 0


async def test_a_fault_is_generic_outside(here: World) -> None:
    """With its incident id, and nothing of what broke (checklist 61)."""
    await here.account()
    token = await here.token()
    here.core.means.store.close()

    reply = await ask(here, "GET", "session", bearer=token)

    assert refused(reply) == (500, 10000)
    data = failure(reply).extension.exception.upstreamResponse.data
    assert data.debug == "unexpected error"
    assert failure(reply).extension.exception.stacktrace == ["Request failed with status code 500"]


async def test_no_refusal_repeats_what_was_sent(here: World) -> None:
    """(checklist 58)"""
    secret = "canary-zw1tscher"
    await here.account()
    replies: list[httpx2.Response] = [
        await log_in(here, {"userName": secret, "password": secret}),
        await log_in(here, {"userName": "mira", "password": secret, "rememberMe": secret}),
        await log_in(here, {"userName": [secret]}),
        await post(here, "session/gettoken", {"userName": "mira", "secretKey": secret}),
        await post(here, "session/gettoken", {"userName": "mira", "tokenExpiryDuration": secret}),
        await post(here, "session/gettoken", {"accessLevel": secret}),
        await ask(here, "GET", "session", bearer=secret, cookie=secret),
        await ask(here, "PUT", "session/org", {"id": secret}, cookie=secret),
        await ask(here, "GET", f"session/login?userName={secret}&password={PASSWORD}"),
    ]

    for reply in replies:
        assert reply.status_code == 500
        assert secret not in reply.text
        assert secret not in str(reply.headers)
