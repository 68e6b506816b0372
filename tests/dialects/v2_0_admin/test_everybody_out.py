"""Everybody's sessions end at a word that says so, and at nothing that was left out."""

from typing import Any

import pytest

from tests.adjusted import BAD, adjusted
from tests.dialects.v2_0_admin.administering import administrator
from tests.world import OWN, World, headers


@pytest.mark.parametrize(
    "body",
    [{}, {"user_identifiers": None}, {"user_identifiers": []}, {"user_identifiers": [None]}],
    ids=str,
)
@adjusted(mode="hardened")
async def test_hardened_a_forced_logout_names_somebody(here: World, body: dict[str, Any]) -> None:
    """Nobody named is never everybody, and nobody is out (checklist 10)."""
    admin = await administrator(here)
    await here.account("mira")
    held = headers(bearer=await here.token()), headers(cookie=await here.login())

    assert await admin.refused("users/force-logout", **body) == BAD

    for one in (*held, headers(bearer=admin.token)):
        assert (await here.get("auth/session/user", headers=one)).status_code == 200


@adjusted({"mode": "hardened"}, {"mode": "compat"})
async def test_our_own_api_ends_everybodys_sessions_at_that_word_alone(here: World) -> None:
    """In either mode, whatever else is left out or empty (checklist 10)."""
    admin = await administrator(here)
    await here.account("mira")
    token = await here.token()
    by = headers(bearer=admin.token)

    for query in ("", "?all=false", "?all=", "?account=", "?org=", "?account=&org="):
        reply = await here.client.delete(f"{OWN}/sessions{query}", headers=by)
        assert reply.status_code in {400, 404}, query
        assert (await here.whoami(bearer=token)).status_code == 200
    assert (await here.client.delete(f"{OWN}/sessions?all=true", headers=by)).status_code < 300
    assert (await here.whoami(bearer=token)).status_code == 401
