"""The OpenAPI documents: valid, complete, and with examples that the server understands."""

import inspect
from typing import Any

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from gatepass.dialects import beta, own, v2_0
from gatepass.dialects.own import OPERATIONS
from gatepass.dialects.v2_0.bodies import decode
from gatepass.http.routing import Access, NoBody, Operation
from tests.adjusted import adjusted
from tests.http.pages import inside, peer
from tests.world import OWN, V2, World

BETA = beta.PREFIX
PREFIXES = [V2, BETA, OWN]
HTTP_OPERATIONS: list[tuple[str, Operation[Any]]] = [
    *((V2, one) for one in v2_0.operations("ok")),
    *((BETA, one) for one in beta.operations(beta.written("millis"), get_login=False)),
    *((OWN, one) for one in OPERATIONS),
]


async def document(here: World, prefix: str) -> Any:
    reply = await here.client.get(f"{prefix}/openapi.json")
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/json"
    return reply.json()


@pytest.mark.parametrize("prefix", PREFIXES)
@adjusted({}, {"v2_error_shape": "nested", "v2_wrong_credentials_status": 400})
async def test_a_document_is_valid_openapi(here: World, prefix: str) -> None:
    found = await document(here, prefix)

    assert found["openapi"] == "3.1.0"
    validate(found, cls=OpenAPIV31SpecValidator)


@pytest.mark.parametrize(("prefix", "operation"), HTTP_OPERATIONS, ids=lambda one: str(one)[:30])
async def test_every_operation_is_described(
    here: World, prefix: str, operation: Operation[Any]
) -> None:
    found = await document(here, prefix)

    described = found["paths"]["/" + operation.path.strip("/")][operation.method.lower()]
    assert described["operationId"] == operation.name
    assert ("requestBody" in described) == (operation.body is not NoBody)
    closed: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]
    if operation.access is not Access.OPEN:
        assert described["security"] == (
            closed if operation.access is Access.CALLER else closed[1:]
        )
    else:
        assert described["security"] in ([], [{}, *closed])


async def test_nothing_is_described_that_is_not_there(here: World) -> None:
    named = {
        (prefix, operation["operationId"])
        for prefix in PREFIXES
        for methods in (await document(here, prefix))["paths"].values()
        for operation in methods.values()
    }

    assert named == {(prefix, one.name) for prefix, one in HTTP_OPERATIONS}
    assert set(v2_0.DESCRIBED) == {one.name for prefix, one in HTTP_OPERATIONS if prefix == V2}
    by_query = {"loginByQuery", "getTokenByQuery"}
    shown = {one.name for prefix, one in HTTP_OPERATIONS if prefix == BETA}
    assert set(beta.DESCRIBED) == shown | by_query
    assert set(own.DESCRIBED) == {one.name for prefix, one in HTTP_OPERATIONS if prefix == OWN}


@pytest.mark.parametrize("operation", v2_0.operations("ok"), ids=lambda one: one.name)
def test_the_example_of_each_body_is_one_that_is_understood(operation: Operation[Any]) -> None:
    example = v2_0.DESCRIBED[operation.name].example
    if operation.body is NoBody:
        assert example is None
        return
    body = decode(operation, b"application/json", msgspec.json.encode(example))

    assert example is not None
    assert set(example) <= set(inspect.signature(type(body)).parameters)


@adjusted(beta_get_login=True)
async def test_what_is_asked_by_get_stands_in_the_query(here: World) -> None:
    paths = (await document(here, BETA))["paths"]

    for path, wanted in (("login", {"userName", "rememberMe"}), ("gettoken", {"secretKey"})):
        described = paths[f"/session/{path}"]["get"]
        assert "requestBody" not in described
        assert wanted <= {one["name"] for one in described["parameters"]}
    validate(await document(here, BETA), cls=OpenAPIV31SpecValidator)


@adjusted({}, {"v2_error_shape": "nested"})
async def test_a_refusal_has_the_shape_that_is_documented(here: World) -> None:
    refused = (await here.whoami()).json()

    found = await document(here, V2)
    named = found["components"]["responses"]["401"]["content"]["application/json"]["schema"]
    assert {"FlatBody": False, "NestedBody": True}[named["$ref"].rsplit("/", 1)[1]] == (
        "debug" in refused["error"]["message"]
        and isinstance(refused["error"]["message"]["debug"], dict)
    )


@adjusted(v2_wrong_credentials_status=400)
async def test_the_documented_status_follows_the_setting(here: World) -> None:
    responses = (await document(here, V2))["components"]["responses"]

    assert "`wrong_credentials`" in responses["400"]["description"]
    assert "`wrong_credentials`" not in responses["401"]["description"]


async def test_strangers_do_not_see_the_documents(here: World) -> None:
    async with peer(here.app) as stranger:
        reply = await stranger.get(f"{V2}/openapi.json")

    assert reply.status_code == 404


@adjusted(metrics_port=9464)
async def test_they_are_on_the_bind_of_their_own(here: World) -> None:
    """checklist 62"""
    assert (await here.client.get(f"{V2}/openapi.json")).status_code == 404
    async with peer(inside(here.app)) as insider:
        assert (await insider.get(f"{V2}/openapi.json")).status_code == 200


@adjusted(docs_enabled=False)
async def test_a_setting_takes_page_and_documents_away(here: World) -> None:
    for path in ("/docs", "/docs/try.js", f"{V2}/openapi.json", f"{OWN}/openapi.json"):
        assert (await here.client.get(path)).status_code == 404
