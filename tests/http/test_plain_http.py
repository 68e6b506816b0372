"""Plain http in hardened mode: for this machine alone."""

from pathlib import Path

import httpx2
import pytest

from gatepass.dialects.v1 import MORE_PREFIXES
from gatepass.dialects.v1 import PREFIX as V1
from tests.adjusted import FORBIDDEN
from tests.dialects.beta.asking import A, B
from tests.dialects.beta.asking import refused as beta_refused
from tests.dialects.v1.forms import refusal as v1_refusal
from tests.world import OWN, V2, refusal, world


async def test_hardened_mode_refuses_plain_http_from_another_machine(
    template: Path, tmp_path: Path
) -> None:
    async with world(template, tmp_path / "home", mode="hardened") as one:
        away = httpx2.ASGITransport(app=one.app, client=("192.0.2.7", 4711))
        async with httpx2.AsyncClient(transport=away) as client:
            plain = await client.get(f"http://gatepass.test{V2}/auth/session/user")
            secure = await client.get(f"https://gatepass.test{V2}/auth/session/user")

        assert refusal(plain) == (403, 10023)
        assert refusal(secure) == (401, 10097)
        assert refusal(await one.whoami()) == (401, 10097)


EVERYWHERE = [
    f"{V1}/session/info",
    *(f"{prefix}/session/login/token" for prefix in MORE_PREFIXES),
    "/prism/preauth/info",
    f"{A}/session",
    f"{B}/session",
    f"/{V2}/auth/session/user",
    f"{OWN}/caller",
    "/",
    "/v2/",
    "/activate",
    "/login",
    "/docs",
    "/embed/main.js",
    "/healthz",
    "/readyz",
    "/metrics",
    "/.well-known/jwks.json",
    "/nothing",
]


@pytest.mark.parametrize("path", EVERYWHERE)
async def test_no_dialect_and_no_page_is_an_exception(
    template: Path, tmp_path: Path, path: str
) -> None:
    """Each says so in its own words, whatever another machine says of how it got here."""
    async with world(template, tmp_path / "home", mode="hardened") as one:
        away = httpx2.ASGITransport(app=one.app, client=("192.0.2.7", 4711))
        async with httpx2.AsyncClient(transport=away, base_url="http://gatepass.test") as client:
            reply = await client.get(path, headers={"X-Forwarded-Proto": "https"})

    if path.startswith((A, B)):
        assert beta_refused(reply) == FORBIDDEN
    elif path.startswith((V1, *MORE_PREFIXES, "/prism")):
        assert v1_refusal(reply) == FORBIDDEN
    elif path.startswith(OWN):
        assert (reply.status_code, reply.json()["error"]["code"]) == (403, "plain_http")
    else:
        # Beyond this machine the pages for insiders are not there at all.
        assert refusal(reply) in ({FORBIDDEN, (404, 10002)} if path == "/metrics" else {FORBIDDEN})
    assert "set-cookie" not in reply.headers


async def test_compat_mode_serves_plain_http_to_everybody(template: Path, tmp_path: Path) -> None:
    async with world(template, tmp_path / "home") as one:
        away = httpx2.ASGITransport(app=one.app, client=("192.0.2.7", 4711))
        async with httpx2.AsyncClient(transport=away) as client:
            plain = await client.get(f"http://gatepass.test{V2}/auth/session/user")

        assert refusal(plain) == (401, 10097)
