"""POST auth/token/revoke: who may end whose token, in every state that it may be in."""

import pytest

from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED
from tests.world import ADMIN, ADMIN_PASSWORD, World, headers, refusal

DONE = (204, 0)
CALLERS = {
    "the owner": DONE,
    "the owner by cookie": DONE,
    "an administrator": DONE,
    "who administers users": DONE,
    "who administers the Org": DONE,
    "somebody": FORBIDDEN,
    "who administers another Org": BAD,
    "somebody by an object token": FORBIDDEN,
    "nobody": UNAUTHORIZED,
}
STATES = ["live", "revoked", "expired", "revoked and expired"]


async def caller(here: World, who: str, north: int, south: int) -> dict[str, str]:
    match who:
        case "the owner":
            return headers(bearer=await here.token("mira"))
        case "the owner by cookie":
            return headers(cookie=await here.login("mira"))
        case "an administrator":
            return headers(bearer=await here.token(ADMIN, password=ADMIN_PASSWORD))
        case "nobody":
            return headers(bearer="gpf_" + "A" * 43)
    org = south if who == "who administers another Org" else north
    await here.account("kim", org=org)
    if who.startswith("who administers the Org") or org == south:
        await here.put_in("Administrator", "kim", org)
    if who == "who administers users":
        await here.group("keepers", "USER_ADMINISTRATION", org=org)
        await here.put_in("keepers", "kim", org)
    limit = {"object_id": "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11"} if "object" in who else {}
    return headers(bearer=await here.token("kim", **limit))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("who", CALLERS)
async def test_owner_and_administrators_alone_and_as_often_as_they_like(
    here: World, who: str, state: str
) -> None:
    """A dead one's answer is the live one's: it tells nobody whether it lives (checklist 33)."""
    north, south = await here.org("north"), await here.org("south")
    await here.account("mira", org=north.id)
    token = await here.token(validity_time_in_sec=10)
    other = await here.token(validity_time_in_sec=3600)
    if "revoked" in state:
        await here.post("auth/token/revoke", headers=headers(bearer=token))
    if "expired" in state:
        here.clock.advance(seconds=10)
    by = await caller(here, who, north.id, south.id)

    for _ in range(2):
        reply = await here.post("auth/token/revoke", {"token": token}, headers=by)
        expected = CALLERS[who]
        if reply.status_code == 401 and who == "the owner by cookie":
            break  # it ended its own session with the first call
        found = (204, 0) if reply.status_code == 204 else refusal(reply)
        assert found == expected

    lives = state == "live" and CALLERS[who] != DONE
    assert (await here.whoami(bearer=token)).status_code == (200 if lives else 401)
    assert (await here.whoami(bearer=other)).status_code == 200
