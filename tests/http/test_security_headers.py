"""The headers that tell browsers what not to do: a snapshot of every route."""

from datetime import timedelta

import httpx2
import pytest

from gatepass.dialects.own.sessions import OPERATIONS
from gatepass.dialects.v2_0 import operations
from gatepass.dialects.v2_0.unbuilt import UNBUILT
from tests.adjusted import adjusted
from tests.world import ADMIN, ADMIN_PASSWORD, OWN, V2, World, headers

ROUTES = [
    *[(one.method, f"{V2}/{one.path}") for one in operations("unauthorized")],
    *[(method, f"{V2}/{path}") for method, path, _ in UNBUILT],
    *[(one.method, f"{OWN}/{one.path}") for one in OPERATIONS],
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/.well-known/jwks.json"),
    ("GET", "/nothing"),
    ("PATCH", "/healthz"),
    ("OPTIONS", f"{V2}/auth/session/login"),
]
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
STRICT = {"strict-transport-security": "max-age=31536000"}
INSIDERS = ["/docs", "/docs/try.js", "/docs/docs.css", "/metrics", f"{V2}/openapi.json"]


def protecting(reply: httpx2.Response) -> dict[str, str]:
    """Return what a reply forbids browsers, by header."""
    names = {*ALWAYS, *STRICT}
    return {name: value for name, value in reply.headers.items() if name in names}


@adjusted({"scheme": "http"}, {"scheme": "https"})
async def test_every_route_answers_with_them_signed_in_or_not(here: World) -> None:
    """Nothing is sniffed, kept or told to others; https stays https (checklist 21 and 23)."""
    secure = here.client.base_url.scheme == "https"
    expected = ALWAYS | (STRICT if secure else {})
    token = await here.token(ADMIN, password=ADMIN_PASSWORD)

    for method, path in ROUTES:
        for sent in ({}, headers(bearer=token)):
            reply = await here.client.request(
                method, path.replace("{", "").replace("}", ""), headers=sent
            )
            assert protecting(reply) == expected, (method, path, sent)


@adjusted(scheme="https", hsts=timedelta())
async def test_that_https_stays_https_is_a_setting(here: World) -> None:
    assert protecting(await here.client.get("/healthz")) == ALWAYS


@pytest.mark.parametrize("path", INSIDERS)
async def test_documents_for_insiders_have_them_too(here: World, path: str) -> None:
    """No page of another origin shows /docs in a frame (checklist 21)."""
    reply = await here.client.get(path)

    assert reply.status_code == 200
    assert protecting(reply) == ALWAYS
    if "html" in reply.headers["content-type"]:
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
