"""Plain http in hardened mode: for this machine alone."""

from pathlib import Path

import httpx2

from tests.world import V2, refusal, world


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


async def test_compat_mode_serves_plain_http_to_everybody(template: Path, tmp_path: Path) -> None:
    async with world(template, tmp_path / "home") as one:
        away = httpx2.ASGITransport(app=one.app, client=("192.0.2.7", 4711))
        async with httpx2.AsyncClient(transport=away) as client:
            plain = await client.get(f"http://gatepass.test{V2}/auth/session/user")

        assert refusal(plain) == (401, 10097)
