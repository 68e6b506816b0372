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
    return {
        "develop/playground/{dialect}/{operation}": "develop/playground/v2_0/getFullAccessToken"
    }
