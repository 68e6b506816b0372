"""How v2.0 words a refusal: two shapes, and a status and code for every refusal there is."""

import json
import uuid
from typing import Any

import msgspec
import pytest

from gatepass.core import errors as core
from gatepass.core.errors import CoreError
from gatepass.dialects import beta, own, v1, v2_0
from gatepass.dialects.v2_0.errors import Wording
from gatepass.http import refusals as http
from tests.adjusted import UNAUTHORIZED, adjusted
from tests.refusals import every_refusal, sample
from tests.world import PASSWORD, V2, World, headers, refusal

EVERY = sorted(every_refusal(), key=lambda kind: kind.__name__)
INCIDENT = "5b1c1f7a-9d54-4a07-8f0c-0a1b2c3d4e5f"
STATUS_AND_CODE = {
    core.NotAuthenticated: (401, 10097),
    core.NoSession: (401, 10097),
    core.WrongCredentials: (401, 10097),
    core.AccountNotActive: (403, 10023),
    core.SecondFactorRequired: (403, 10023),
    core.TrustedAuthDisabled: (403, 10023),
    core.NotPermitted: (403, 10023),
    core.ScopeTooSmall: (403, 10023),
    core.InvalidParameter: (400, 10002),
    core.OrgNotUsable: (400, 10002),
    core.BadToken: (400, 10002),
    core.NotFound: (400, 13003),
    core.TooManyGuesses: (429, 10002),
    core.Busy: (503, 10000),
    http.NoSuchPath: (404, 10002),
    http.WrongMethod: (405, 10002),
    http.NotBuilt: (501, 10000),
    http.BodyTooLarge: (413, 10002),
    http.HeadersTooLarge: (431, 10002),
    http.WrongMediaType: (415, 10002),
    http.BadRequest: (400, 10002),
    http.ForeignOrigin: (403, 10023),
    http.MissingHeader: (403, 10023),
    http.Broken: (500, 10038),
}


WORDINGS = {
    "v1": v1.WORDING,
    "beta": beta.WORDING,
    "v2_0": v2_0.WORDING,
    "own": own.WORDING,
}


@pytest.mark.parametrize("wording", WORDINGS.values(), ids=WORDINGS)
def test_every_dialect_words_every_refusal_and_no_other(
    wording: dict[type[CoreError], Any],
) -> None:
    assert set(wording) == every_refusal()


@pytest.mark.parametrize("kind", STATUS_AND_CODE, ids=lambda kind: kind.__name__)
def test_each_refusal_has_the_status_and_code_of_the_contract(kind: type[CoreError]) -> None:
    assert v2_0.WORDING[kind] == STATUS_AND_CODE[kind]


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_the_flat_shape(kind: type[CoreError]) -> None:
    refused = sample(kind)

    reply = Wording(nested=False, wrong_credentials_status=401).word(refused, INCIDENT)

    status, code = v2_0.WORDING[kind]
    assert reply.status == status
    assert msgspec.json.decode(reply.body) == {
        "error": {
            "message": {
                "code": code,
                "incident_id_guid": INCIDENT,
                "trace_id_guid": INCIDENT,
                "debug": str(refused),
            }
        }
    }
    assert (b"content-type", b"application/json") in reply.headers
    assert str(refused)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_the_nested_shape(kind: type[CoreError]) -> None:
    """The inner text is a JSON list."""
    refused = sample(kind)

    reply = Wording(nested=True, wrong_credentials_status=401).word(refused, INCIDENT)

    body = msgspec.json.decode(reply.body)
    inner = body["error"]["message"]["debug"]
    assert body == {"error": {"message": {"debug": inner}}}
    assert set(inner) == {"code", "incident_id_guid", "trace_id_guid", "debug"}
    assert (reply.status, inner["code"]) == v2_0.WORDING[kind]
    assert json.loads(inner["debug"]) == [str(refused)]
    assert inner["incident_id_guid"] == inner["trace_id_guid"] == INCIDENT


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_only_what_lacks_a_credential_is_challenged(kind: type[CoreError]) -> None:
    reply = Wording(nested=False, wrong_credentials_status=401).word(sample(kind), INCIDENT)

    challenged = (b"www-authenticate", b"Bearer") in reply.headers
    assert challenged is (reply.status == 401)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_our_own_api_names_every_refusal_by_its_code(kind: type[CoreError]) -> None:
    reply = own.errors.word(sample(kind), INCIDENT)

    assert reply.status == own.WORDING[kind]
    assert msgspec.json.decode(reply.body)["error"] == {
        "code": kind.code,
        "message": str(sample(kind)),
        "incident_id": INCIDENT,
    }


def test_no_two_refusals_share_a_code() -> None:
    codes = [kind.code for kind in EVERY]

    assert len(set(codes)) == len(codes)


async def test_the_ids_are_one_new_uuid_each_time(here: World) -> None:
    seen = set()
    for _ in range(3):
        message = (await here.whoami()).json()["error"]["message"]
        seen.add(message["incident_id_guid"])
        assert str(uuid.UUID(message["incident_id_guid"])) == message["incident_id_guid"]

    assert len(seen) == 3


@adjusted(v2_error_shape="nested")
async def test_the_setting_chooses_the_nested_shape_for_every_refusal(here: World) -> None:
    replies = [
        (await here.whoami(), 401, 10097),
        (await here.post("auth/session/login", {"username": "a"}), 400, 10002),
        (await here.get("no/such/path"), 404, 10002),
        (await here.get("auth/session/login"), 405, 10002),
        (await here.post("metadata/search"), 501, 10000),
        (await here.client.get("/elsewhere"), 404, 10002),
    ]
    for reply, status, code in replies:
        assert reply.status_code == status
        inner = reply.json()["error"]["message"]["debug"]
        assert inner["code"] == code
        assert len(json.loads(inner["debug"])) == 1
        assert reply.headers["content-type"] == "application/json"


@adjusted(v2_wrong_credentials_status=400)
async def test_wrong_credentials_are_a_bad_request_where_the_setting_says_so(here: World) -> None:
    await here.account()
    await here.secret()

    for path, body in (
        ("auth/session/login", {"username": "mira", "password": "wrong"}),
        ("auth/token/full", {"username": "mira", "password": "wrong"}),
        ("auth/token/full", {"username": "mira", "secret_key": "wrong"}),
    ):
        reply = await here.post(path, body)
        assert refusal(reply) == (400, 10002)
        assert "www-authenticate" not in reply.headers
    assert refusal(await here.whoami(bearer="dead")) == UNAUTHORIZED


async def test_every_refusal_of_a_bearer_is_one_and_the_same(here: World) -> None:
    """Expired, revoked, forged, unknown, malformed: alike but for the ids (checklist 34)."""
    await here.account()
    expired, revoked = await here.token(validity_time_in_sec=1), await here.token()
    await here.post("auth/session/logout", headers=headers(bearer=revoked))
    here.clock.advance(seconds=1)
    said = set()
    for dead in (expired, revoked, "gpf_" + "A" * 43, "forged", await here.login()):
        reply = await here.whoami(bearer=dead)
        message = reply.json()["error"]["message"]
        said.add((reply.status_code, message["code"], message["debug"], *header_names(reply)))

    assert len(said) == 1


def header_names(reply: Any) -> list[str]:
    return sorted(reply.headers)


async def test_a_fault_is_500_with_its_incident_id_and_no_traceback(here: World) -> None:
    """Generic outside; the log knows (checklist 61)."""
    await here.account()
    token = await here.token()
    here.core.means.store.close()

    for reply in (
        await here.whoami(bearer=token),
        await here.post("auth/session/login", {"username": "mira", "password": PASSWORD}),
    ):
        status, code = refusal(reply)
        assert (status, code) in {(500, 10038), (503, 10000)}
        assert "Traceback" not in reply.text
        assert "sqlite" not in reply.text.lower()
        assert reply.json()["error"]["message"]["debug"] in {
            "unexpected error",
            "the store is busy, try again",
        }


async def test_texts_of_a_refusal_repeat_no_secret(here: World) -> None:
    """Canaries through every field (checklist 58)."""
    await here.account()
    canary = "canary-3f1b"
    for path, body in (
        ("auth/session/login", {"username": "mira", "password": canary}),
        ("auth/session/login", {"username": "mira", "password": [canary]}),
        ("auth/token/full", {"username": "mira", "secret_key": canary}),
        ("auth/token/full", {"username": "mira", "password": {"a": canary}}),
        ("auth/token/full", {"username": "mira", "validity_time_in_sec": canary}),
        ("auth/token/full", f'{{"password":"{canary}"'),
    ):
        reply = (
            await here.client.post(f"{V2}/{path}", content=body)
            if isinstance(body, str)
            else await here.post(path, body)
        )
        assert reply.status_code >= 400
        assert canary not in reply.text
        assert canary not in str(reply.headers)
