"""What people do on the server's side, and the configurations that hosts start from."""

from collections.abc import Iterator
from typing import Any

from gatepass.core.local import operator
from tests.embed.conftest import Stage
from tests.world import HERE, PASSWORD

LIVEBOARD = "0b4cc8ee-7b63-4bfe-a5f8-8e5bd9ad0a01"
ELSEWHERE = "9d3d9a5b-1f0e-4c4e-9a67-0a2f3c1d7b02"
COOKIELESS = "TrustedAuthTokenCookieless"
TRUSTED = "TrustedAuthToken"
BASIC: dict[str, Any] = {"username": "mira", "password": PASSWORD}
VIEW = {"liveboardId": LIVEBOARD}


class Minting:
    """A backend that mints a token each time it is asked, and remembers them."""

    def __init__(self, stage: Stage, **wish: Any) -> None:
        self.stage = stage
        self.wish = wish
        self.username = "mira"
        self.tokens: list[str] = []
        self.given: Iterator[str] | None = None
        stage.backend.mint = self

    async def __call__(self) -> str:
        if self.given is not None:
            return next(self.given)
        self.tokens.append(await self.stage.here.token(self.username, **self.wish))
        return self.tokens[-1]


async def is_good(stage: Stage, token: str) -> bool:
    return (await stage.here.whoami(bearer=token)).status_code == 200


async def revoke(stage: Stage, token: str) -> None:
    """End a token, as its owner would."""
    reply = await stage.here.post(
        "auth/token/revoke", {"token": token}, headers={"Authorization": f"Bearer {token}"}
    )
    assert reply.status_code == 204, reply.text


async def end_sessions(stage: Stage) -> None:
    """End every session of mira's, as an administrator does."""
    stage.here.clock.advance(seconds=1)
    ended = await stage.here.core.sessions.end_many(
        operator(stage.here.clock()), HERE, account="mira"
    )
    assert ended > 0


def go_idle(stage: Stage) -> None:
    """Let so much time pass that every session was unused for too long."""
    stage.here.clock.advance(seconds=stage.here.core.rules.session_idle.total_seconds() + 120)
