"""The first light of REST v2.0: log in, ask who one is, get a token, log out."""

from tests.world import ADMIN, ADMIN_PASSWORD, HERE, World, refusal


async def test_a_session_opened_by_password_says_who_it_is(here: World) -> None:
    cookie = await here.login(ADMIN, ADMIN_PASSWORD)

    reply = await here.whoami(cookie=cookie)

    assert reply.status_code == 200
    assert reply.json()["name"] == ADMIN
    assert reply.json()["current_org"] == {"id": 0, "name": "Primary"}
    assert "ADMINISTRATION" in reply.json()["privileges"]


async def test_a_token_is_a_bearer_until_it_is_logged_out(here: World) -> None:
    await here.account("mira")
    token = await here.token("mira")
    assert (await here.whoami(bearer=token)).json()["name"] == "mira"

    logout = await here.post("auth/session/logout", headers={"Authorization": f"Bearer {token}"})

    assert logout.status_code == 204
    assert refusal(await here.whoami(bearer=token)) == (401, 10097)


async def test_a_revoked_session_is_refused_on_the_very_next_call(here: World) -> None:
    cookie = await here.login(ADMIN, ADMIN_PASSWORD)
    assert (await here.whoami(cookie=cookie)).status_code == 200

    await here.core.sessions.end_many(here.by, HERE, account=ADMIN)

    assert refusal(await here.whoami(cookie=cookie)) == (401, 10097)
