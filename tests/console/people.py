"""A world with something on every page, and an address for every place in it."""

from gatepass.core.records import AccountStatus
from tests.world import HERE, World


async def peopled(here: World) -> dict[str, str]:
    """Fill a world; return for each place whose path has parts in braces one that is there."""
    north = await here.org("north")
    await here.group("analysts", "DATADOWNLOADING")
    mira = await here.account("mira", display_name="Mira Holt", email="mira@example.com")
    await here.put_in("analysts", "mira")
    await here.join("mira", north.id)
    await here.account("otto", display_name="Otto <script>alert(1)</script>", password=None)
    await here.account("wanda")
    await here.core.accounts.set_status(here.by, HERE, "wanda", AccountStatus.SUSPENDED)
    await here.secret()
    await here.token()
    await here.login()
    return {"accounts/{account}": f"accounts/{mira.id}"}
