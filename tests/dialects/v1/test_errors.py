"""How v1 words a refusal: one flat shape, and a status and code for every refusal there is."""

import json
import uuid

import pytest

from gatepass.core import errors as core
from gatepass.core.errors import CoreError
from gatepass.dialects import v1
from gatepass.dialects.v1.errors import word
from gatepass.dialects.v1.unbuilt import UNBUILT
from gatepass.http import refusals as http
from gatepass.http.origins import Allowlists, Origins
from tests.dialects.v1.forms import ask, refusal, texts
from tests.refusals import every_refusal, sample
from tests.world import World

EVERY = sorted(every_refusal(), key=lambda kind: kind.__name__)
INCIDENT = "5b1c1f7a-9d54-4a07-8f0c-0a1b2c3d4e5f"
STATUS_AND_CODE = {
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
    http.MissingHeader: (403, 10023),
    http.ForeignOrigin: (403, 10023),
    http.NotBuilt: (501, 10000),
    http.BadRequest: (400, 10002),
    http.Broken: (500, 10000),
}


@pytest.mark.parametrize("kind", STATUS_AND_CODE, ids=lambda kind: kind.__name__)
def test_each_refusal_has_the_status_and_code_of_the_contract(kind: type[CoreError]) -> None:
    assert v1.WORDING[kind] == STATUS_AND_CODE[kind]


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_refusal_is_flat_with_a_list_of_texts_inside_a_text(kind: type[CoreError]) -> None:
    refused = sample(kind)

    reply = word(refused, INCIDENT)

    status, code = v1.WORDING[kind]
    body = json.loads(reply.body)
    assert reply.status == status
    assert list(body) == ["code", "incident_id_guid", "trace_id_guid", "debug"]
    assert (body["code"], body["incident_id_guid"]) == (code, INCIDENT)
    said = json.loads(body["debug"])
    assert said
    assert all(isinstance(one, str) for one in said)
    headers = dict(reply.headers)
    assert headers[b"content-type"] == b"application/json"
    assert (b"www-authenticate" in headers) is (status == 401 or kind is core.ScopeTooSmall)
    assert not headers.get(b"www-authenticate", b"").lower().startswith(b"basic")


@pytest.mark.parametrize(
    "kind", [kind for kind in EVERY if v1.WORDING[kind][1] == 10003], ids=lambda kind: kind.__name__
)
def test_everything_about_credentials_sounds_alike(kind: type[CoreError]) -> None:
    """To the letter (checklist 34, 42)."""
    assert word(sample(kind), INCIDENT).body == word(core.NotAuthenticated("x"), INCIDENT).body


def test_an_exception_is_one_of_an_operation_that_exists() -> None:
    built = v1.operations(Origins(Allowlists()), logout_without_session="ok", get_login_token=True)
    names = {one.name for one in built}

    assert {operation for operation, _ in v1.EXCEPTIONS} <= names


@pytest.mark.parametrize(("method", "path", "name"), UNBUILT, ids=str)
async def test_what_is_not_built_says_so_by_name_to_anybody(
    here: World, method: str, path: str, name: str
) -> None:
    """Before any credential is looked at."""
    path = path.replace("{userid}", "x").replace("{groupid}", "y").replace("{id}", "z")

    for bearer in (None, "dead"):
        for slash in ("", "/"):
            reply = await ask(here, method, path + slash, bearer=bearer)
            assert refusal(reply) == (501, 10000)
            assert texts(reply) == [f"{name} is not part of this server"]


async def test_another_method_is_named(here: World) -> None:
    reply = await ask(here, "GET", "session/login")

    assert refusal(reply) == (405, 10002)
    assert reply.headers["allow"] == "POST"


async def test_a_path_that_is_none_is_refused_in_v1s_words(here: World) -> None:
    for path in ("nothing", "session", "session/", ""):
        assert refusal(await ask(here, "GET", path)) == (404, 10002)


async def test_a_body_has_a_largest_size(here: World) -> None:
    reply = await ask(here, "POST", "session/login", {"username": "x" * 1_048_576})

    assert refusal(reply) == (413, 10002)


async def test_a_fault_says_nothing_but_its_incident(here: World) -> None:
    """Generic outside (checklist 61)."""
    await here.account("mira")
    token = await here.token()
    here.core.means.store.close()

    reply = await ask(here, "GET", "session/info", bearer=token)

    assert refusal(reply) == (500, 10000)
    assert texts(reply) == ["unexpected error"]
    assert str(uuid.UUID(reply.json()["incident_id_guid"])) in reply.text
