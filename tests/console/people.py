"""A world with something on every page, and an address for every place in it."""

from tests.world import World


async def peopled(here: World) -> dict[str, str]:
    """Fill a world; return for each place whose path has parts in braces one that is there."""
    north = await here.org("north")
    await here.group("analysts", "DATADOWNLOADING")
    await here.account("mira", display_name="Mira Holt", email="mira@example.com")
    await here.put_in("analysts", "mira")
    await here.join("mira", north.id)
    await here.secret()
    await here.token()
    await here.login()
    wrong = {"username": "mira", "password": "not-mira's-9"}
    refused = await here.post("auth/session/login", wrong)
    incident = refused.json()["error"]["message"]["incident_id_guid"]
    await here.core.write_tallies()
    return {"audit/why": f"audit/why?incident={incident}"}
