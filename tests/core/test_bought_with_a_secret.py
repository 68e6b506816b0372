"""What was bought with a trusted secret, when the secret is switched off."""

from tests.world import HERE, World


async def bought(here: World) -> tuple[str, str]:
    """Return a token bought with the cluster's secret, and a session opened with that."""
    await here.account("mira")
    token = await here.token("mira", secret_key=await here.secret())
    reply = await here.post("auth/session/login", headers={"Authorization": f"Bearer {token}"})
    return token, reply.headers["set-cookie"].split("=")[1].split(";")[0]


async def test_switching_a_secret_off_leaves_bearer_tokens_running(here: World) -> None:
    token, cookie = await bought(here)

    await here.core.trusted.configure(here.by, HERE, cluster=False)

    assert (await here.whoami(bearer=token)).status_code == 200
    assert (await here.whoami(cookie=cookie)).status_code == 200


async def test_switching_it_off_with_its_tokens_ends_all_that_was_bought_with_it(
    here: World,
) -> None:
    token, cookie = await bought(here)
    own = await here.token("mira")

    await here.core.trusted.configure(here.by, HERE, cluster=False, end_tokens=True)

    assert (await here.whoami(bearer=token)).status_code == 401
    assert (await here.whoami(cookie=cookie)).status_code == 401
    assert (await here.whoami(bearer=own)).status_code == 200
