"""How the suites of the vendor's Python client get a client, a token, and a refusal's words."""

import json
from collections.abc import Awaitable, Callable
from uuid import UUID

from thoughtspot_rest_api_sdk import (
    Configuration,
    GetFullAccessTokenRequest,
    ThoughtSpotRestApi,
    Token,
)
from thoughtspot_rest_api_sdk.exceptions import ApiException

from tests.clients.conftest import Instance

TokenSource = str | Callable[[], str] | Callable[[], Awaitable[str]]


def client(instance: Instance, token: TokenSource | None = None) -> ThoughtSpotRestApi:
    configuration = Configuration(host=instance.url, access_token=token)
    return ThoughtSpotRestApi(configuration=configuration)


async def full_token(instance: Instance, **request: object) -> Token:
    """Get a full token: mira's and by the secret, unless the request says otherwise."""
    request.setdefault("username", instance.mira.name)
    if "password" not in request:
        request.setdefault("secret_key", instance.secret)
    async with client(instance) as api:
        token: Token = await api.get_full_access_token(
            GetFullAccessTokenRequest.model_validate(request)
        )
    return token


def wording(refusal: ApiException) -> tuple[int, str]:
    """Return the code and the sentence of a refusal, and check its other parts on the way."""
    assert refusal.headers is not None
    assert refusal.headers["content-type"] == "application/json"
    assert refusal.body is not None
    body = json.loads(refusal.body)
    assert body.keys() == {"error"}
    if refusal.data is not None:
        assert refusal.data.error == body["error"]
    message = body["error"]["message"]
    assert message.keys() == {"code", "incident_id_guid", "trace_id_guid", "debug"}
    assert UUID(message["incident_id_guid"]) == UUID(message["trace_id_guid"])
    return message["code"], message["debug"]
